using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform.Messaging;

namespace FollowUp.Applications.SchedulerRebuild;

/// <summary>Sends the Scheduler again what it asks for, after one of the two stores was restored.</summary>
internal sealed class SchedulerRequests(SchedulerRebuildSource source, PairMessageSender sender) : IPairMessageHandler
{
    public async Task Handle(CloudEvent message, CancellationToken ct)
    {
        if (message.Type != PairMessages.Wanted || message.Data.Deserialize<SendAgain>(Json.Lenient) is not { } wanted)
            return;
        if (wanted.Applications is null)
            await source.Start(wanted.For, ct);
        else
            foreach (var chain in await source.Of(wanted, ct))
            foreach (var (queue, again) in chain)
                await sender.Send(queue, again, ct);
    }
}
