using JasperFx.Events.Daemon.HighWater;
using Marten;
using Marten.Services;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FollowUp.Platform.Outbox;

/// <summary>
/// Wakes the outbox publisher when facts were committed: at once when idle, and at most every few milliseconds under load, so that it then
/// works on large pages. A <c>NOTIFY</c> inside each append would serialise all commits; this one is sent after them, by a node
/// that doesn't publish itself, for many at once; the one that publishes tells the others more rarely, for those who follow the feed there.
/// </summary>
public sealed class AppendSignal(NpgsqlDataSource database, TimeProvider time) : DocumentSessionListenerBase, IDaemonWakeup
{
    /// <summary>The channel on which nodes wake each other.</summary>
    public const string Channel = "followup_appended";
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(15),
        NotifyGap = TimeSpan.FromMilliseconds(20),
        RareGap = TimeSpan.FromMilliseconds(100);
    private readonly SemaphoreSlim _signal = new(0, 1);
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _last;
    private int _notifying;

    /// <summary>Whether this node's own daemon publishes, and needs no telling through the database.</summary>
    public bool PublishesHere { get; set; }

    /// <summary>Stands in this node's own notifications, which tell it nothing.</summary>
    internal string Node { get; } = Guid.NewGuid().ToString("N");

    /// <summary>
    /// Ends when facts are committed next, here or on another node, for any number of waiters. Take it before looking: what is committed
    /// after the look then ends it. A notification may be lost, so whoever waits looks now and then as well.
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

    /// <summary>Wakes the outbox publisher, if it is on this node, and whoever follows here.</summary>
    public void Signal()
    {
        Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        try
        {
            if (_signal.CurrentCount == 0)
                _signal.Release();
        }
        catch (SemaphoreFullException) { } // somebody else was faster: it is signalled, which is what is wanted
    }

    /// <inheritdoc/>
    public override Task AfterCommitAsync(IDocumentSession session, IChangeSet commit, CancellationToken token)
    {
        if (commit.GetStreams().Any())
            Appended();
        return Task.CompletedTask;
    }

    /// <summary>Facts were committed.</summary>
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
        } // publisher and followers poll as well: a lost wake-up costs a second, nothing else
    }

    /// <inheritdoc/>
    public void Dispose() => _signal.Dispose();
}

/// <summary>Listens for the wake-ups of other nodes.</summary>
internal sealed partial class AppendSignalListener(NpgsqlDataSource database, AppendSignal wakeup, ILogger<AppendSignalListener> log)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Notifications.Listen(
            database,
            AppendSignal.Channel,
            said =>
            {
                if (said != wakeup.Node)
                    wakeup.Signal();
            },
            lost => LogLost(log, lost.Message),
            stoppingToken
        );

    [LoggerMessage(Level = LogLevel.Warning, Message = "Lost the connection that wakes the outbox publisher (it still polls): {Reason}")]
    private static partial void LogLost(ILogger log, string reason);
}

/// <summary>What nodes tell each other through the database.</summary>
public static class Notifications
{
    /// <summary>Listens until it is told to stop; a connection that is lost is made anew, and what was said meanwhile is missed.</summary>
    /// <param name="database">The service's database.</param>
    /// <param name="channel">The channel's name.</param>
    /// <param name="heard">Gets what was said.</param>
    /// <param name="lost">Is told why, each time the connection is lost.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task Listen(
        NpgsqlDataSource database,
        string channel,
        Action<string> heard,
        Action<Exception> lost,
        CancellationToken ct
    )
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(ct);
                connection.Notification += (_, said) => heard(said.Payload);
                await using (var listen = new NpgsqlCommand($"LISTEN {channel}", connection))
                    await listen.ExecuteNonQueryAsync(ct);
                while (true)
                    await connection.WaitAsync(ct);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                lost(exception);
                await Task.Delay(TimeSpan.FromSeconds(1), ct).ContinueWith(_ => { }, TaskScheduler.Default);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
