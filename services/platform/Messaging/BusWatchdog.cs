using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Observability;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FollowUp.Platform.Messaging;

// See docs/decisions/0029-consumers-come-back.md
/// <summary>
/// Starts and stops the bus, and restarts its consumers when they are deaf although the broker answers. MassTransit connects again by
/// itself; this is for what it can't do, such as a password that the broker refuses while the bus starts. Only the receiving side is
/// restarted: no publish is disturbed.
/// </summary>
internal sealed partial class BusWatchdog(
    IBusControl bus,
    BusCheck check,
    TopologyDeclaration topology,
    AwakeTime awake,
    ILogger<BusWatchdog> log
) : BackgroundService, IReceiveEndpointObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1),
        StopTimeout = TimeSpan.FromSeconds(5);
    private readonly DeafConsumers _deaf = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var observing = bus.ConnectReceiveEndpointObserver(this);
        await topology.Connected.WaitAsync(stoppingToken); // a bus whose start the broker refuses would have to be restarted
        _ = Start(stoppingToken);
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (_deaf.MustRestart(awake.Now, check.Delivers && check.Deaf().Count == 0, topology.BrokerAnswers))
                await Restart(stoppingToken);
        }
    }

    private async Task Start(CancellationToken ct)
    {
        try
        {
            await bus.StartAsync(ct).WaitAsync(ct);
        }
        catch (Exception exception) when (!ct.IsCancellationRequested)
        {
            LogNotStarted(log, exception.Message); // the consumers are started one by one then
        }
    }

    private async Task Restart(CancellationToken ct)
    {
        var deaf = check.Deaf();
        var restarted = deaf.Count > 0 ? deaf : check.Endpoints();
        LogRestarting(log, string.Join(", ", restarted.Select(BusCheck.QueueOf)));
        foreach (var endpoint in restarted)
        {
            try
            {
                using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
                timeout.CancelAfter(StopTimeout);
                await endpoint.Stop(timeout.Token).WaitAsync(timeout.Token);
                _ = endpoint.Start(CancellationToken.None);
            }
            catch (Exception exception) when (!ct.IsCancellationRequested)
            {
                LogNotRestarted(log, BusCheck.QueueOf(endpoint), exception.Message);
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await bus.StopAsync(cancellationToken);
    }

    public Task Ready(ReceiveEndpointReady ready) => Task.CompletedTask;

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    public Task Completed(ReceiveEndpointCompleted completed) => Look();

    public Task Faulted(ReceiveEndpointFaulted faulted) => Look();

    // A consumer ends when its queue is deleted. MassTransit makes the queue again within two seconds, but without the bindings.
    private Task Look()
    {
        topology.LookNow();
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The bus could not be started; its consumers are started one by one: {Reason}")]
    private static partial void LogNotStarted(ILogger log, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The broker answers, but nothing arrives from it; restarting the consumers of {Queues}"
    )]
    private static partial void LogRestarting(ILogger log, string queues);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The consumer of {Queue} could not be restarted and is tried again: {Reason}")]
    private static partial void LogNotRestarted(ILogger log, string queue, string reason);
}

/// <summary>Decides from evidence when consumers must be restarted. All times are awake times.</summary>
internal sealed class DeafConsumers
{
    /// <summary>Longer than MassTransit needs to notice a lost connection and to connect again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private TimeSpan? _since;

    /// <param name="now">The awake time.</param>
    /// <param name="hears">Whether all consumers are there and messages arrive.</param>
    /// <param name="brokerAnswers">Whether the broker answers to another connection.</param>
    /// <returns>True at most once in <see cref="Patience"/>: a restart gets the same time.</returns>
    public bool MustRestart(TimeSpan now, bool hears, bool brokerAnswers)
    {
        if (hears || !brokerAnswers)
        {
            _since = null;
            return false;
        }
        _since ??= now;
        if (now - _since < Patience)
            return false;
        _since = now;
        return true;
    }
}
