using JasperFx.Events.Daemon.HighWater;
using Marten;
using Marten.Services;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FollowUp.Platform.Outbox;

/// <summary>
/// Signals that events were committed, and so wakes the outbox publisher: at once when the service is idle, and at most every 15 ms under
/// load, so that the publisher then works on large pages. A <c>NOTIFY</c> inside each append would serialise all commits. This signal
/// follows the commit, and one <c>NOTIFY</c> stands for many commits: a node that doesn't publish sends one at most every 20 ms; the node
/// that publishes sends one at most every 100 ms, for the feed's readers on the other nodes.
/// </summary>
public sealed class AppendSignal(NpgsqlDataSource database, TimeProvider time) : DocumentSessionListenerBase, IDaemonWakeup
{
    /// <summary>The PostgreSQL channel on which the nodes notify each other.</summary>
    internal const string Channel = "followup_appended";
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(15),
        NotifyGap = TimeSpan.FromMilliseconds(20),
        RareGap = TimeSpan.FromMilliseconds(100);
    private readonly SemaphoreSlim _signal = new(0, 1);
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _last;
    private int _notifying;

    /// <summary>Whether the outbox publisher runs on this node, and therefore needs no <c>NOTIFY</c> to see an append.</summary>
    internal bool PublishesHere { get; set; }

    /// <summary>The payload of this node's notifications, by which the node recognises and ignores them.</summary>
    internal string Node { get; } = Guid.NewGuid().ToString("N");

    /// <summary>
    /// Completes at the next commit of events, here or on another node, for any number of waiters. Take the task before you read the store:
    /// a commit after the read then completes it. A notification may be lost, so a waiter must also poll.
    /// </summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <inheritdoc/>
    public async Task WaitAsync(TimeSpan timeout, CancellationToken token)
    {
        await _signal.WaitAsync(timeout, token);
        var rest = Gap - time.GetElapsedTime(_last);
        if (rest > TimeSpan.Zero)
            await Task.Delay(rest, token);
        _last = time.GetTimestamp();
    }

    /// <summary>Wakes the outbox publisher, if it runs on this node, and the readers that wait for <see cref="Next"/> here.</summary>
    internal void Signal()
    {
        Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        try
        {
            if (_signal.CurrentCount == 0)
                _signal.Release();
        }
        catch (SemaphoreFullException) { } // another thread signalled first, which has the same effect
    }

    /// <inheritdoc/>
    public override Task AfterCommitAsync(IDocumentSession session, IChangeSet commit, CancellationToken token)
    {
        if (commit.GetStreams().Any())
            Appended();
        return Task.CompletedTask;
    }

    /// <summary>Signals a commit of events on this node, and notifies the other nodes.</summary>
    public void Appended()
    {
        Signal();
        if (Interlocked.Exchange(ref _notifying, 1) == 0)
            _ = Task.Run(Notify);
    }

    private async Task Notify()
    {
        try
        {
            await Task.Delay(PublishesHere ? RareGap : NotifyGap);
            Interlocked.Exchange(ref _notifying, 0);
            await using var command = database.CreateCommand($"NOTIFY {Channel}, '{Node}'");
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception)
        {
            Interlocked.Exchange(ref _notifying, 0);
        } // the publisher and the readers poll as well: a lost notification delays them by a second and has no other effect
    }

    /// <inheritdoc/>
    public void Dispose() => _signal.Dispose();
}

/// <summary>Listens for the notifications of the other nodes and passes them on as signals.</summary>
internal sealed partial class AppendSignalListener(NpgsqlDataSource database, AppendSignal signal, ILogger<AppendSignalListener> log)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Notifications.Listen(
            database,
            AppendSignal.Channel,
            payload =>
            {
                if (payload != signal.Node)
                    signal.Signal();
            },
            exception => LogLost(log, exception.Message),
            stoppingToken
        );

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Lost the connection that receives the append signals; reconnecting, and the outbox publisher polls meanwhile: {Reason}"
    )]
    private static partial void LogLost(ILogger log, string reason);
}

/// <summary>PostgreSQL notifications between the nodes of a service.</summary>
public static class Notifications
{
    /// <summary>
    /// Listens until <paramref name="ct"/> is cancelled. A lost connection is opened again after a second; the notifications sent in the
    /// meantime are missed.
    /// </summary>
    /// <param name="database">The service's database.</param>
    /// <param name="channel">The channel's name.</param>
    /// <param name="received">Receives the payload of each notification.</param>
    /// <param name="connectionLost">Receives the error each time the connection is lost.</param>
    /// <param name="ct">Ends the listening.</param>
    public static async Task Listen(
        NpgsqlDataSource database,
        string channel,
        Action<string> received,
        Action<Exception> connectionLost,
        CancellationToken ct
    )
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(ct);
                connection.Notification += (_, notification) => received(notification.Payload);
                await using (var listen = new NpgsqlCommand($"LISTEN {channel}", connection))
                    await listen.ExecuteNonQueryAsync(ct);
                while (true)
                    await connection.WaitAsync(ct);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                connectionLost(exception);
                await Task.Delay(TimeSpan.FromSeconds(1), ct).ContinueWith(_ => { }, TaskScheduler.Default);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
