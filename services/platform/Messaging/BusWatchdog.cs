using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Observability;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FollowUp.Platform.Messaging;

// See docs/decisions/0029-consumers-come-back.md, 0030-lost-machines.md and 0037-unconfirmed-messages.md
/// <summary>
/// Starts and stops the bus. Its consumers receive only while the database can be used: what this node can't handle is left to the others.
/// They are restarted when they are deaf although the broker answers. MassTransit connects again by itself; this is for what it can't do,
/// such as a password that the broker refuses while the bus starts. When the broker delivers, but doesn't confirm what is sent, the
/// connection is given up: MassTransit makes another, and sends again what was not confirmed.
/// </summary>
internal sealed partial class BusWatchdog(
    IBusControl bus,
    BusCheck check,
    DatabaseCheck database,
    MessagesInHand inHand,
    TopologyDeclaration topology,
    BusConnection connection,
    Confirmations confirmations,
    AwakeTime awake,
    ILogger<BusWatchdog> log
) : BackgroundService, IReceiveEndpointObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250),
        StopTimeout = TimeSpan.FromSeconds(5);
    private readonly DeafConsumers _deaf = new();
    private bool _isStarted,
        _isReceiving;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var observing = bus.ConnectReceiveEndpointObserver(this);
        using var confirming = bus.ConnectSendObserver(confirmations);
        await topology.Connected.WaitAsync(stoppingToken); // a bus whose start the broker refuses would have to be restarted
        using var timer = new PeriodicTimer(Interval);
        do
        {
            await Receive(database.IsUsable, stoppingToken);
            if (_deaf.MustRestart(awake.Now, !_isReceiving || (check.Delivers && check.Deaf().Count == 0), topology.BrokerAnswers))
                await RestartDeaf(stoppingToken);
            if (confirmations.MustGiveUp(check.Delivers))
                await GiveUpConnection(stoppingToken);
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Receive(bool receives, CancellationToken ct)
    {
        if (receives == _isReceiving)
            return;
        _isReceiving = receives;
        if (!_isStarted)
        {
            _isStarted = true;
            _ = Start(ct);
        }
        else if (receives)
        {
            LogReceiving(log);
            inHand.Keep();
            await Restart(check.OfQueues(), ct);
        }
        else
        {
            LogGivingBack(log);
            inHand.GiveBack();
            await Task.WhenAll(check.OfQueues().Select(x => Stop(x, startsAgain: false, ct)));
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

    private Task RestartDeaf(CancellationToken ct)
    {
        var deaf = check.Deaf();
        var restarted = deaf.Count > 0 ? deaf : check.Endpoints();
        LogRestarting(log, string.Join(", ", restarted.Select(BusCheck.QueueOf)));
        return Restart(restarted, ct);
    }

    private async Task GiveUpConnection(CancellationToken ct)
    {
        LogGivingUp(log, confirmations.Unconfirmed);
        try
        {
            await connection.GiveUp(ct).WaitAsync(StopTimeout, ct);
        }
        catch (Exception exception) when (!ct.IsCancellationRequested)
        {
            LogNotGivenUp(log, exception.Message); // it was lost meanwhile, or the next attempt closes it
        }
    }

    // At once: each of them may take the whole time-out.
    private Task Restart(IReadOnlyList<IReceiveEndpoint> endpoints, CancellationToken ct) =>
        Task.WhenAll(endpoints.Select(x => Stop(x, startsAgain: true, ct)));

    private async Task Stop(IReceiveEndpoint endpoint, bool startsAgain, CancellationToken ct)
    {
        try
        {
            // MassTransit ends a stop that is cancelled without closing the channel: the broker would get no message back.
            await endpoint.Stop(CancellationToken.None).WaitAsync(StopTimeout, ct);
            if (startsAgain)
                _ = endpoint.Start(CancellationToken.None);
        }
        catch (Exception exception) when (!ct.IsCancellationRequested)
        {
            LogNotStopped(log, BusCheck.QueueOf(endpoint), exception.Message);
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

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The broker delivers, but doesn't confirm what is sent with the routing key {Key}; the connection is given up for another"
    )]
    private static partial void LogGivingUp(ILogger log, string? key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection to the broker could not be given up: {Reason}")]
    private static partial void LogNotGivenUp(ILogger log, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The consumer of {Queue} could not be stopped or restarted, and is tried again: {Reason}"
    )]
    private static partial void LogNotStopped(ILogger log, string queue, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The database can't be used: this node gives the messages that it received back to the broker, and receives no others"
    )]
    private static partial void LogGivingBack(ILogger log);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database can be used again: this node receives messages")]
    private static partial void LogReceiving(ILogger log);
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
