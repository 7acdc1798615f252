using System.Collections.Frozen;
using FollowUp.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace FollowUp.Platform.Messaging;

/// <summary>
/// Declares the exchanges, queues and bindings of both services before the bus starts, and tries again for as long as the broker is
/// unavailable. Each service declares all of them, so that neither has to start first and no event is published before a queue keeps it.
/// </summary>
internal sealed partial class TopologyDeclaration(BusSettings settings, ILogger<TopologyDeclaration> log)
    : IHostedLifecycleService,
        IDisposable
{
    private static readonly FrozenDictionary<string, string[]> Bindings = new Dictionary<string, string[]>
    {
        [Topology.SchedulerInbox] = [.. Catalogue.ApplicationEvents.Values.Select(x => Catalogue.RoutingKey("*", x))],
        [Topology.ApplicationsInbox] = [.. Catalogue.SchedulerEvents.Values.Select(x => Catalogue.RoutingKey("*", x))],
    }.ToFrozenDictionary();

    private readonly TaskCompletionSource _declared = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Ends when everything is declared.</summary>
    public Task Declared => _declared.Task;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _ = Task.Run(DeclareWithRetries, CancellationToken.None);
        return Task.CompletedTask;
    }

    private async Task DeclareWithRetries()
    {
        for (var attempt = 0; !_stop.IsCancellationRequested; attempt++)
        {
            try
            {
                await using var connection = await settings.Connect("topology", _stop.Token);
                await using var channel = await connection.CreateChannelAsync(cancellationToken: _stop.Token);
                await Declare(channel, _stop.Token);
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
                    LogRetrying(log, settings.Uri.Host, settings.Uri.Port, exception.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private static async Task Declare(IChannel channel, CancellationToken ct)
    {
        await channel.ExchangeDeclareAsync(Topology.Events, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: ct);
        foreach (var queue in Topology.Queues)
        {
            await DeclareQueue(channel, Topology.ErrorQueue(queue), Topology.ErrorArguments(), ct);
            await DeclareQueue(channel, queue, Topology.Arguments(queue), ct);
        }
        await DeclareQueue(channel, Topology.SchedulerRequests, Topology.RequestArguments(), ct);
        await channel.ExchangeDeclareAsync(Topology.Commands, ExchangeType.Direct, durable: true, autoDelete: false, cancellationToken: ct);
        foreach (var queue in new[] { Topology.ApplicationsCommands, Topology.SchedulerCommands })
            await channel.QueueBindAsync(queue, Topology.Commands, queue, cancellationToken: ct);
        foreach (var (queue, keys) in Bindings)
        foreach (var key in keys)
            await channel.QueueBindAsync(queue, Topology.Events, key, cancellationToken: ct);
    }

    private static Task<QueueDeclareOk> DeclareQueue(
        IChannel channel,
        string queue,
        Dictionary<string, object?> arguments,
        CancellationToken ct
    ) => channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments: arguments, cancellationToken: ct);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => _stop.CancelAsync();

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stop.Dispose();

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The exchanges and queues can't be declared on the broker at {Host}:{Port}; retrying every second: {Reason}"
    )]
    private static partial void LogRetrying(ILogger log, string host, int port, string reason);
}
