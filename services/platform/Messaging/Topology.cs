using System.Collections.Frozen;
using FollowUp.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace FollowUp.Platform.Messaging;

/// <summary>
/// The exchanges and queues of both services. Each service declares all of them, so that neither has to start first
/// and no event is published before there is a queue to keep it.
/// </summary>
public static class Topology
{
    /// <summary>The topic exchange that carries every event.</summary>
    public const string Events = Addresses.Events;

    /// <summary>
    /// The direct exchange through which integrations command: a command queue's name is its routing key. Whoever may write to the
    /// broker's default exchange reaches every queue, the services' inboxes too, so integrations may not.
    /// </summary>
    public const string Commands = Addresses.CommandExchange;

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

    /// <summary>Where an integration hears its team's events.</summary>
    /// <param name="user">The integration's user.</param>
    public static string IntegrationQueue(string user) => $"{user}.events";

    /// <summary>
    /// An error queue is looked through, and every look counts as a delivery: with RabbitMQ 4's limit of 20 the twentieth look would lose
    /// what it shows. The versions in use don't agree on how to switch it off, so it is put out of reach.
    /// </summary>
    internal static Dictionary<string, object?> ErrorArguments() =>
        new(StringComparer.Ordinal) { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = int.MaxValue };

    /// <summary>
    /// An integration's queue forgets its oldest when nobody empties it, and says nothing to whoever publishes: one system that went away
    /// must neither fill the broker's disk nor hold up the outbox publisher. What it missed is in the feed, and the sequence shows the gap.
    /// </summary>
    internal static Dictionary<string, object?> IntegrationArguments() =>
        new(StringComparer.Ordinal)
        {
            ["x-queue-type"] = "quorum",
            ["x-delivery-limit"] = int.MaxValue,
            ["x-max-length-bytes"] = 512L * 1024 * 1024, // some 800,000 events
            ["x-overflow"] = "drop-head",
        };

    /// <summary>
    /// A quorum queue that never drops: RabbitMQ 4 would drop after 20 deliveries without a dead-letter exchange,
    /// and a dead-lettered message is kept until the error queue has it.
    /// </summary>
    /// <param name="queue">The queue.</param>
    internal static Dictionary<string, object?> Arguments(string queue) =>
        new(StringComparer.Ordinal)
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
            await channel.QueueDeclareAsync(
                ErrorQueue(queue),
                durable: true,
                exclusive: false,
                autoDelete: false,
                arguments: ErrorArguments(),
                cancellationToken: ct
            );
            await channel.QueueDeclareAsync(
                queue,
                durable: true,
                exclusive: false,
                autoDelete: false,
                arguments: Arguments(queue),
                cancellationToken: ct
            );
        }
        await channel.ExchangeDeclareAsync(Commands, ExchangeType.Direct, durable: true, autoDelete: false, cancellationToken: ct);
        foreach (var queue in new[] { ApplicationsCommands, SchedulerCommands })
            await channel.QueueBindAsync(queue, Commands, queue, cancellationToken: ct);
        foreach (var (queue, keys) in Bindings)
        foreach (var key in keys)
            await channel.QueueBindAsync(queue, Events, key, cancellationToken: ct);
    }
}

/// <summary>Declares the topology before the bus starts, trying for as long as the broker isn't there.</summary>
internal sealed partial class TopologyDeclaration(BusSettings settings, ILogger<TopologyDeclaration> log)
    : IHostedLifecycleService,
        IDisposable
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
                await using var connection = await settings.Connect("topology", _stop.Token);
                await using var channel = await connection.CreateChannelAsync(cancellationToken: _stop.Token);
                await Topology.Declare(channel, _stop.Token);
                _declared.TrySetResult();
                return;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                if (attempt % 10 == 0)
                    LogWaiting(log, settings.Uri.Host, settings.Uri.Port, exception.Message);
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
internal sealed record BusSettings(Uri Uri, string Service)
{
    /// <summary>The broker's user that both services share: what it sends is trusted.</summary>
    public string User => Uri.UserInfo.Split(':')[0] is { Length: > 0 } user ? Uri.UnescapeDataString(user) : ConnectionFactory.DefaultUser;

    public string Password =>
        Uri.UserInfo.Split(':', 2) is [_, var password] ? Uri.UnescapeDataString(password) : ConnectionFactory.DefaultPass;

    public string VirtualHost =>
        Uri.AbsolutePath.TrimStart('/') is { Length: > 0 } name ? Uri.UnescapeDataString(name) : ConnectionFactory.DefaultVHost;

    /// <summary>A connection for one errand.</summary>
    public Task<IConnection> Connect(string errand, CancellationToken ct) =>
        new ConnectionFactory
        {
            Uri = Uri,
            ClientProvidedName = $"{Service} {errand}",
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
            ContinuationTimeout = TimeSpan.FromSeconds(10),
        }.CreateConnectionAsync(ct);
}
