using FollowUp.Platform.EventStore;
using FollowUp.Platform.Messaging;
using Microsoft.Extensions.Hosting;

namespace FollowUp.Platform.Inbox;

/// <summary>Tells the sibling, at the start of this process, in which life of its store the process works.</summary>
internal sealed class StoreAnnouncement(StoreLives lives, Publisher publisher, TopologyDeclaration topology, ServiceDefinition service)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await topology.Declared.WaitAsync(stoppingToken);
        var message = PairMessages.Message(PairMessages.Opened, service.Source, lives, new { });
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await publisher.SendTo(Topology.Sibling(service.Inbox), message, null, stoppingToken);
                return;
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                await Task.Delay(Pause, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default); // readiness says what is wrong
            }
        }
    }
}
