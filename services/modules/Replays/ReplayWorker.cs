using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Messaging;
using Marten;
using MassTransit;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FollowUp.Modules.Replays;

/// <summary>
/// Sends the running replays. The stored document has each replay's progress, so that another node, or the same node after a restart,
/// continues from there. The messages that were being sent at the interruption are sent twice.
/// </summary>
internal sealed partial class ReplayWorker(
    IDocumentStore store,
    ReplayHistory history,
    NpgsqlDataSource database,
    Publisher publisher,
    TimeProvider time,
    ILogger<ReplayWorker> log
) : LeaderElectedService<Replay>(database, LeaderLocks.Replays, TimeSpan.FromSeconds(1), time)
{
    private const int MostAtOnce = 200; // events between two updates of the stored progress
    private const int MostFailures = 60; // in a row, two seconds apart: longer than a broker takes to restart
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly TimeProvider _time = time;

    protected override async Task<IReadOnlyList<Replay>> Find(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.Query<Replay>().Where(x => x.State == ReplayState.Running).ToListAsync(ct);
    }

    protected override Guid IdOf(Replay item) => item.Id;

    protected override void LogWaiting(string reason) => LogWaiting(log, reason);

    protected override async Task Do(Replay item, CancellationToken ct)
    {
        var replay = item;
        for (var failures = 0; !ct.IsCancellationRequested; )
        {
            try
            {
                if (await Send(replay, ct) is not { } sent)
                    return;
                (replay, failures) = (sent, 0);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            } // another node continues
            catch (MessageReturnedException)
            {
                await Fail(replay, $"The queue {replay.Queue} no longer exists.", ct);
                return;
            }
            catch (Exception exception)
            {
                if (failures == 0)
                    LogFailing(log, exception, replay.Id);
                if (++failures >= MostFailures)
                {
                    await Fail(
                        replay,
                        exception is PublishTimeoutException or MassTransitException or RabbitMQ.Client.Exceptions.RabbitMQClientException
                            ? "The broker does not confirm the messages."
                            : "An error stopped the replay. The log of the service has the details.",
                        ct
                    );
                    return;
                }
                await Task.Delay(Pause, _time, ct).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    /// <summary>Sends the next part and stores the progress.</summary>
    /// <returns>Null when the replay has ended.</returns>
    private async Task<Replay?> Send(Replay replay, CancellationToken ct)
    {
        var began = _time.GetTimestamp();
        var count = Math.Min(MostAtOnce, replay.PerSecond);
        var part = await history.Next(replay, count, ct);
        await publisher.SendChains(part.Chains, ct);
        var after = await Update(
            replay.Id,
            x =>
                x with
                {
                    Position = part.Position,
                    Read = x.Read + part.Read,
                    Sent = x.Sent + part.Chains.Sum(c => c.Count),
                    State = part.Position >= x.Until ? ReplayState.Done : x.State,
                    EndedAt = part.Position >= x.Until ? _time.GetUtcNow() : null,
                },
            ct
        );
        if (after is not { State: ReplayState.Running })
            return null;
        if (TimeSpan.FromSeconds((double)part.Read / replay.PerSecond) - _time.GetElapsedTime(began) is { Ticks: > 0 } rest)
            await Task.Delay(rest, _time, ct);
        return after;
    }

    private async Task Fail(Replay replay, string reason, CancellationToken ct)
    {
        LogFailed(log, replay.Id, reason);
        await Update(replay.Id, x => x with { State = ReplayState.Failed, Reason = reason, EndedAt = _time.GetUtcNow() }, ct);
    }

    // Only a running replay is changed: a caller may have cancelled it in the meantime, and the cancellation must remain.
    private Task<Replay?> Update(Guid id, Func<Replay, Replay> change, CancellationToken ct) =>
        ConflictRetry
            .Progress.ExecuteAsync(
                async ct =>
                {
                    await using var session = store.LightweightSession();
                    if (await session.LoadAsync<Replay>(id, ct) is not { State: ReplayState.Running } replay)
                        return null;
                    var changed = change(replay);
                    session.Store(changed);
                    await session.SaveChangesAsync(ct);
                    return changed;
                },
                ct
            )
            .AsTask();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not query the running replays; trying again in 2 seconds: {Reason}")]
    private static partial void LogWaiting(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Replay {Id} could not send its next events; trying again every 2 seconds")]
    private static partial void LogFailing(ILogger log, Exception exception, Guid id);

    [LoggerMessage(Level = LogLevel.Error, Message = "Replay {Id} failed and can be resumed: {Reason}")]
    private static partial void LogFailed(ILogger log, Guid id, string reason);
}
