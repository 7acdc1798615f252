using System.Collections.Concurrent;
using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Modules.Convergence;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Inbox;
using FollowUp.Platform.Observability;
using FollowUp.Scheduler.Projections;
using Marten;
using Npgsql;

namespace FollowUp.Scheduler.Reconciling;

/// <summary>The latest agreement of the two stores that this service had to wait for.</summary>
public sealed record Agreement
{
    internal const string SingleId = "agreement";

    /// <summary>The document's id: a store has one such document.</summary>
    public string Id { get; init; } = SingleId;

    /// <summary>The agreement's name, which Applications repeats in everything that it sends for it.</summary>
    public required string For { get; init; }

    /// <summary>When the wait began.</summary>
    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>Whether Applications has sent everything once; what did not arrive is then asked for.</summary>
    public bool IsAllSent { get; init; }

    /// <summary>When both services had compared every application.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

// See docs/decisions/0034-incarnations.md
/// <summary>
/// Brings the two stores to agreement after one of them was restored or lost its last events. Applications sends every event, and every
/// decision of this service that it has received; this service restores the decisions that it lost, and forgets the events that
/// Applications lost. Until an application is compared, nothing is decided about it. Decisions that Applications lost, it asks for itself.
/// </summary>
internal sealed partial class Reconciliation(
    IDocumentStore store,
    NpgsqlDataSource database,
    SiblingHistory history,
    TimeProvider time,
    ILogger<Reconciliation> log
) : BackgroundService, IReconciliation
{
    private const int MostAsked = 200;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1),
        Repeat = TimeSpan.FromSeconds(5),
        LongestRepeat = TimeSpan.FromHours(1);
    private readonly ShortLivedCache<Agreement> _latest = new(
        async (_, ct) =>
        {
            await using var session = store.QuerySession();
            return await session.LoadAsync<Agreement>(Agreement.SingleId, ct);
        },
        time
    );
    private readonly ConcurrentDictionary<TeamStream, byte> _urgent = [];
    private readonly SemaphoreSlim _woken = new(0, 1);
    private long _waiting;
    private (string For, TeamStream? After) _progress = ("", null);
    private (long Left, DateTimeOffset At, TimeSpan Pause) _repeated;

    /// <summary>Begins the wait: each application waits until it is compared.</summary>
    public static void Begin(IDocumentSession session, DateTimeOffset now)
    {
        var agreement = new Agreement { For = Guid.CreateVersion7(now).ToString(), BeganAt = now };
        session.Store(agreement);
        // mt_version: whoever loaded an application before must load it again; version: none of its events counts as received
        session.QueueSqlCommand(
            $$"""
            update followup.mt_doc_applicationstate set
              data = data || jsonb_build_object(
                'rebuild', jsonb_build_object('happened', {{Rebuild.Unknown}}, 'decided', {{Rebuild.Unknown}}, 'for', ?::text),
                'nextMomentAt', null),
              rebuild_for = ?, version = 0, next_moment_at = null, mt_version = gen_random_uuid()
            """,
            agreement.For,
            agreement.For
        );
        session.QueueSqlCommand("delete from followup.mt_doc_receivedstream");
    }

    /// <inheritdoc/>
    public async ValueTask<bool> IsSending(CancellationToken ct) =>
        await _latest.Find(Agreement.SingleId, ct) is { EndedAt: null, IsAllSent: false };

    /// <summary>The name of the agreement that the service waits for, or null.</summary>
    /// <param name="ct">Ends the attempt.</param>
    public async ValueTask<string?> Open(CancellationToken ct)
    {
        if (await _latest.Find(Agreement.SingleId, ct) is not { EndedAt: null })
            return null;
        _latest.Forget(Agreement.SingleId); // another may have followed
        return await _latest.Find(Agreement.SingleId, ct) is { EndedAt: null } open ? open.For : null;
    }

    /// <summary>Refuses a change of a policy, while versions of it that this store lost may still come.</summary>
    /// <exception cref="RefusedException"><c>behind</c>.</exception>
    public async ValueTask EnsurePolicies(CancellationToken ct)
    {
        if (await _latest.Find(Agreement.SingleId, ct) is { IsAllSent: false })
            throw new RefusedException(
                "behind",
                "The Scheduler's store was restored, and it waits for the policies. Please try again.",
                retryAfter: 2
            );
    }

    /// <summary>Has an application sent before the others: a caller waits for it.</summary>
    public void Ask(string team, Guid application)
    {
        _urgent[new(team, application)] = 0;
        try
        {
            _woken.Release();
        }
        catch (SemaphoreFullException) { } // another thread woke the loop
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Telemetry.Meter.CreateObservableGauge(
            "followup.reconciliation.waiting",
            () => Interlocked.Read(ref _waiting),
            "{application}",
            "Applications that wait to be compared after a restore; nothing is decided about them"
        );
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await _latest.Find(Agreement.SingleId, stoppingToken) is { } latest && await Advance(latest, stoppingToken))
                    continue;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogWaiting(log, exception.Message);
            }
            await _woken.WaitAsync(Look, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Has the next streams sent: those for which callers wait, else all in their order, else what did not arrive.</summary>
    /// <returns>Whether there is more to do at once.</returns>
    private async Task<bool> Advance(Agreement latest, CancellationToken ct)
    {
        if (_progress.For != latest.For)
            (_progress, _repeated) = ((latest.For, null), default);
        if (latest.EndedAt is not null)
            _urgent.Clear(); // those callers wait for events that are under way
        var urgent = _urgent.Keys.Take(MostAsked).ToArray();
        if (urgent.Length > 0)
        {
            foreach (var stream in urgent)
                _urgent.TryRemove(stream, out _);
            await history.Send(latest.For, urgent, ct);
            return true;
        }
        var rest = await Waiting(ct);
        if (!latest.IsAllSent)
        {
            var (streams, hasMore) = await history.Page(_progress.After, ct);
            await history.Send(latest.For, streams, ct);
            if (hasMore)
                _progress = _progress with { After = streams[^1] };
            else
                await Update(latest.For, """{"isAllSent": true}""", ct);
            return true;
        }
        // Also after the end: a batch that found the agreement open may commit when it has ended.
        if (rest.Count == 0)
        {
            if (latest.EndedAt is null)
                await End(latest, ct);
            return false;
        }
        var (left, now) = (Interlocked.Read(ref _waiting), time.GetUtcNow());
        var isInVain = left == _repeated.Left;
        if (now < _repeated.At + (isInVain ? _repeated.Pause : Repeat))
            return false;
        // What can't be read, or is refused, is sent less and less often.
        var pause = isInVain ? 2 * _repeated.Pause : Repeat;
        _repeated = (left, now, pause < LongestRepeat ? pause : LongestRepeat);
        await history.Send(latest.For, rest, ct);
        return false;
    }

    private async Task<IReadOnlyList<TeamStream>> Waiting(CancellationToken ct)
    {
        var waiting = new List<TeamStream>();
        await using var command = database.CreateCommand(
            "select tenant_id, id, count(*) over () from followup.mt_doc_applicationstate where rebuild_for is not null limit $1"
        );
        command.Parameters.Add(new() { Value = MostAsked });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var all = 0L;
        while (await reader.ReadAsync(ct))
        {
            waiting.Add(new(reader.GetString(0), reader.GetGuid(1)));
            all = reader.GetInt64(2);
        }
        Interlocked.Exchange(ref _waiting, all);
        return waiting;
    }

    private async Task End(Agreement open, CancellationToken ct)
    {
        await using (var session = store.LightweightSession())
        {
            // Applications has sent every key and integration that it knows. Others were made after its backup, and it lost them.
            if (await session.LoadAsync<SiblingLife>(SiblingLife.SingleId, ct) is { } sibling)
                foreach (var table in new[] { "apikey", "integration" })
                    session.QueueSqlCommand(
                        $"delete from followup.mt_doc_{table} where coalesce(data ->> 'incarnation', '') collate \"C\" < ?",
                        sibling.Incarnation
                    );
            await session.SaveChangesAsync(ct);
        }
        await Update(open.For, JsonSerializer.Serialize(new { EndedAt = time.GetUtcNow() }, Json.Lenient), ct);
        LogEnded(log, (time.GetUtcNow() - open.BeganAt).TotalSeconds);
    }

    // Another agreement may have followed, and stays as it is.
    private async Task Update(string agreement, string change, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        session.QueueSqlCommand("update followup.mt_doc_agreement set data = data || ?::jsonb where data ->> 'for' = ?", change, agreement);
        await session.SaveChangesAsync(ct);
        _latest.Forget(Agreement.SingleId);
    }

    public override void Dispose()
    {
        _woken.Dispose();
        base.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not compare with Applications; trying again in a second: {Reason}")]
    private static partial void LogWaiting(ILogger log, string reason);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Both services have compared every application and agree; that took {Seconds:F0} s"
    )]
    private static partial void LogEnded(ILogger log, double seconds);
}
