using FollowUp.Hosting.Bus;
using Marten;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FollowUp.Hosting.Replays;

/// <summary>
/// Sends what replays there are, on one node at a time: whoever holds an advisory lock. How far each is stands in its document, so
/// that the next node, or the same one after a restart, goes on from there; what was under way then is sent twice.
/// </summary>
internal sealed partial class Replaying(IDocumentStore store, ReplayHistory history, IServiceProvider services, NpgsqlDataSource database, Publisher publisher, TimeProvider time, ILogger<Replaying> log)
    : BackgroundService
{
    private const int MostAtOnce = 200;   // facts between two notes of how far it is
    private const int MostFailures = 60;  // in a row, two seconds apart: longer than a broker takes to restart
    private const int LockSpace = 7205;   // any number of our own: with two keys it can't be one of Marten's
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1), Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try { await Lead(stoppingToken); }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { return; }
            catch (Exception exception) { LogWaiting(log, exception.Message); }
            await Task.Delay(Pause, time, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private async Task Lead(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using (var mine = new NpgsqlCommand($"select pg_try_advisory_lock({LockSpace}, 1)", connection))
            if (await mine.ExecuteScalarAsync(ct) is not true) return;
        using var lead = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = new Dictionary<Guid, Task>();
        try
        {
            while (true)
            {
                await using (var held = new NpgsqlCommand("select 1", connection)) await held.ExecuteScalarAsync(ct); // throws when the connection, and the lock with it, is gone
                foreach (var (id, _) in running.Where(x => x.Value.IsCompleted).ToArray()) running.Remove(id);
                foreach (var replay in await Running(ct))
                    if (!running.ContainsKey(replay.Id)) running[replay.Id] = Task.Run(() => Run(replay, lead.Token), CancellationToken.None);
                await Task.Delay(Look, time, ct);
            }
        }
        finally
        {
            await lead.CancelAsync();
            await Task.WhenAll(running.Values);
            await Yield(connection);
        }
    }

    // A connection that goes back to the pool keeps its locks: nobody could ever lead again.
    private static async Task Yield(NpgsqlConnection connection)
    {
        try
        {
            await using var yield = new NpgsqlCommand($"select pg_advisory_unlock({LockSpace}, 1)", connection);
            await yield.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException) { } // it is broken, and its lock gone with it
    }

    private async Task<IReadOnlyList<Replay>> Running(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.Query<Replay>().Where(x => x.State == ReplayState.Running).ToListAsync(ct);
    }

    private async Task Run(Replay replay, CancellationToken ct)
    {
        for (var failures = 0; !ct.IsCancellationRequested;)
        {
            try
            {
                if (await Send(replay, ct) is not { } sent) return;
                (replay, failures) = (sent, 0);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested) { return; } // another node goes on
            catch (MessageReturnedException)
            {
                await Fail(replay, $"The queue {replay.Queue} is gone.", ct);
                return;
            }
            catch (Exception exception)
            {
                if (failures == 0) LogFailing(log, exception, replay.Id);
                if (++failures >= MostFailures)
                {
                    await Fail(replay, exception is RelayTimeoutException or MassTransitException or RabbitMQ.Client.Exceptions.RabbitMQClientException
                        ? "The broker doesn't take it." : "It failed for a reason that is in the log.", ct);
                    return;
                }
                await Task.Delay(Pause, time, ct).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    /// <summary>Sends the next part, and notes it.</summary>
    /// <returns>Null when it has ended.</returns>
    private async Task<Replay?> Send(Replay replay, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        var facts = Math.Min(MostAtOnce, replay.PerSecond);
        var part = replay.IsRebuild ? await services.GetRequiredService<IRebuild>().Next(replay, facts, ct) : await history.Next(replay, facts, ct);
        await Parallel.ForEachAsync(part.Chains, new ParallelOptions { MaxDegreeOfParallelism = Publisher.MostInFlight, CancellationToken = ct }, async (chain, token) =>
        {
            foreach (var (queue, message) in chain) await publisher.SendTo(queue, message, null, token);
        });
        var after = await Note(replay.Id, x => x with
        {
            Position = part.Position, Read = x.Read + part.Read, Sent = x.Sent + part.Chains.Sum(c => c.Count),
            State = part.Position >= x.Until ? ReplayState.Done : x.State, EndedAt = part.Position >= x.Until ? time.GetUtcNow() : null,
        }, ct);
        if (after is not { State: ReplayState.Running }) return null;
        if (TimeSpan.FromSeconds((double)part.Read / replay.PerSecond) - time.GetElapsedTime(began) is { Ticks: > 0 } rest) await Task.Delay(rest, time, ct);
        return after;
    }

    private async Task Fail(Replay replay, string reason, CancellationToken ct)
    {
        LogFailed(log, replay.Id, reason);
        await Note(replay.Id, x => x with { State = ReplayState.Failed, Reason = reason, EndedAt = time.GetUtcNow() }, ct);
    }

    // Only as long as it runs: somebody may have cancelled it meanwhile, and that stands.
    private async Task<Replay?> Note(Guid id, Func<Replay, Replay> change, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await using var session = store.LightweightSession();
                if (await session.LoadAsync<Replay>(id, ct) is not { State: ReplayState.Running } replay) return null;
                var changed = change(replay);
                session.Store(changed);
                await session.SaveChangesAsync(ct);
                return changed;
            }
            catch (JasperFx.ConcurrencyException) { }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Replays have to wait: {Reason}")]
    private static partial void LogWaiting(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Replay {Id} could not send; trying again")]
    private static partial void LogFailing(ILogger log, Exception exception, Guid id);

    [LoggerMessage(Level = LogLevel.Error, Message = "Replay {Id} failed: {Reason}")]
    private static partial void LogFailed(ILogger log, Guid id, string reason);
}
