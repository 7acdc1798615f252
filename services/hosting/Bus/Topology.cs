using System.Collections.Frozen;
using FollowUp.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace FollowUp.Hosting.Bus;

/// <summary>
/// The exchanges and queues of both services. Each service declares all of them, so that neither has to start first
/// and no event is published before there is a queue to keep it.
/// </summary>
public static class Topology
{
    /// <summary>The topic exchange that carries every event.</summary>
    public const string Events = Addresses.Events;

    /// <summary>Commands for Applications.</summary>
    public const string ApplicationsCommands = Addresses.ApplicationsCommands;

    /// <summary>Commands for the Scheduler.</summary>
    public const string SchedulerCommands = Addresses.SchedulerCommands;

    /// <summary>What Applications hears.</summary>
    public const string ApplicationsInbox = "followup.applications.inbox";

    /// <summary>What the Scheduler hears.</summary>
    public const string SchedulerInbox = "followup.scheduler.inbox";

    /// <summary>Keys that were made or revoked, for the Scheduler. Not on the public exchange: they are nobody else's business.</summary>
    public const string SchedulerKeys = "followup.scheduler.keys";

    internal static readonly string[] Queues = [ApplicationsCommands, SchedulerCommands, ApplicationsInbox, SchedulerInbox, SchedulerKeys];

    private static readonly FrozenDictionary<string, string[]> Bindings = new Dictionary<string, string[]>
    {
        [SchedulerInbox] = [.. Catalogue.ApplicationEvents.Values.Select(x => Catalogue.RoutingKey("*", x))],
        [ApplicationsInbox] = [.. Catalogue.SchedulerEvents.Values.Select(x => Catalogue.RoutingKey("*", x))],
    }.ToFrozenDictionary();

    /// <summary>Where a queue's messages go that could not be handled.</summary>
    /// <param name="queue">The queue.</param>
    public static string ErrorQueue(string queue) => Addresses.ErrorQueue(queue);

    /// <summary>
    /// A quorum queue that never drops: RabbitMQ 4 would drop after 20 deliveries without a dead-letter exchange,
    /// and a dead-lettered message is kept until the error queue has it.
    /// </summary>
    /// <param name="queue">The queue.</param>
    internal static Dictionary<string, object?> Arguments(string queue) => new(StringComparer.Ordinal)
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = 100,
        ["x-dead-letter-exchange"] = "",
        ["x-dead-letter-routing-key"] = ErrorQueue(queue),
        ["x-dead-letter-strategy"] = "at-least-once",
        ["x-overflow"] = "reject-publish",
    };

    internal static async Task Declare(IChannel channel, CancellationToken ct)
    {
        await channel.ExchangeDeclareAsync(Events, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: ct);
        foreach (var queue in Queues)
        {
            await channel.QueueDeclareAsync(ErrorQueue(queue), durable: true, exclusive: false, autoDelete: false,
                arguments: new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: ct);
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments: Arguments(queue), cancellationToken: ct);
        }
        foreach (var (queue, keys) in Bindings)
            foreach (var key in keys)
                await channel.QueueBindAsync(queue, Events, key, cancellationToken: ct);
    }
}

/// <summary>Declares the topology before the bus starts, trying for as long as the broker isn't there.</summary>
internal sealed partial class TopologyDeclaration(BusSettings settings, ILogger<TopologyDeclaration> log) : IHostedLifecycleService, IDisposable
{
    private readonly TaskCompletionSource _declared = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Ends when everything is declared.</summary>
    public Task Declared => _declared.Task;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _ = Task.Run(Keep, CancellationToken.None);
        return Task.CompletedTask;
    }

    private async Task Keep()
    {
        for (var attempt = 0; !_stop.IsCancellationRequested; attempt++)
        {
            try
            {
                var factory = new ConnectionFactory { Uri = settings.Uri, ClientProvidedName = $"{settings.Service} topology", AutomaticRecoveryEnabled = false };
                await using var connection = await factory.CreateConnectionAsync(_stop.Token);
                await using var channel = await connection.CreateChannelAsync(cancellationToken: _stop.Token);
                await Topology.Declare(channel, _stop.Token);
                _declared.TrySetResult();
                return;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested) { return; }
            catch (Exception exception)
            {
                if (attempt % 10 == 0) LogWaiting(log, settings.Uri.Host, settings.Uri.Port, exception.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => _stop.CancelAsync();
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public void Dispose() => _stop.Dispose();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for the broker at {Host}:{Port}: {Reason}")]
    private static partial void LogWaiting(ILogger log, string host, int port, string reason);
}

/// <summary>How this service reaches the bus.</summary>
/// <param name="Uri">AMQP URI, with the virtual host.</param>
/// <param name="Service"><c>applications</c> or <c>scheduler</c>.</param>
internal sealed record BusSettings(Uri Uri, string Service);
