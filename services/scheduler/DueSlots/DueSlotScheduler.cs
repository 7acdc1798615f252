using System.Diagnostics.Metrics;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Observability;
using FollowUp.Platform.Outbox;
using FollowUp.Scheduler.Commands;
using Marten;
using Npgsql;

namespace FollowUp.Scheduler.DueSlots;

/// <summary>
/// Finds slots that came due or lapsed, and claims that expired, in batches, on any number of nodes, each once: a node takes only rows that
/// no other node has locked. Teams take turns, so that the few slots of one don't wait for the thousands of another. The scheduler sleeps
/// until the next known moment; a commit of an earlier moment on this node wakes the scheduler. Every node watches the moments that it
/// committed; if a node dies, the other nodes' poll every few seconds finds its moments.
/// </summary>
internal sealed partial class DueSlotScheduler(
    NpgsqlDataSource database,
    IDocumentStore store,
    IServiceProvider services,
    DatabaseClock clock,
    TimeProvider time,
    AppendSignal signal,
    ILogger<DueSlotScheduler> log
) : BackgroundService
{
    public const int MostAtOnce = 200;

    // The teams take turns among the oldest moments; sorting them costs some 10 ms. Each node finds a batch that no other one has locked.
    private const int LookedAt = 10_000,
        MostNodes = 8;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(5),
        AfterARace = TimeSpan.FromMilliseconds(20),
        AfterAFailure = TimeSpan.FromSeconds(1);
    private static readonly Histogram<double> Lateness = Telemetry.Meter.CreateHistogram<double>(
        "followup.clock.lateness",
        "s",
        "How long after its moment something was noticed"
    );
    private static readonly Histogram<double> Look = Telemetry.Meter.CreateHistogram<double>(
        "followup.clock.look",
        "s",
        "How long a look took that found nothing due"
    );
    private readonly SemaphoreSlim _woken = new(0, 1);
    private long _nextTicks = DateTimeOffset.MaxValue.UtcTicks;

    /// <summary>Wakes the scheduler of this node if a committed moment is earlier than the end of its sleep.</summary>
    public void NoLaterThan(DateTimeOffset? moment)
    {
        if (moment is not { } at || !Sooner(at) || _woken.CurrentCount > 0)
            return;
        try
        {
            _woken.Release();
        }
        catch (SemaphoreFullException) { } // another thread woke the scheduler
    }

    // Whether a moment is earlier than the end of the scheduler's sleep. Only newly committed moments wake the scheduler: the moments that
    // it finds itself must not, or it would never sleep.
    private bool Sooner(DateTimeOffset at)
    {
        var seen = Interlocked.Read(ref _nextTicks);
        while (at.UtcTicks < seen)
        {
            var before = Interlocked.CompareExchange(ref _nextTicks, at.UtcTicks, seen);
            if (before == seen)
                return true;
            seen = before;
        }
        return false;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                Interlocked.Exchange(ref _nextTicks, DateTimeOffset.MaxValue.UtcTicks);
                int taken;
                long began;
                do (began, taken) = (time.GetTimestamp(), await Tick(stoppingToken));
                while (taken >= MostAtOnce);
                var sleep = await UntilNext(stoppingToken);
                if (taken == 0)
                    Look.Record(time.GetElapsedTime(began).TotalSeconds);
                if (sleep > TimeSpan.Zero)
                    await Sleep(sleep, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // After a conflict on one application the batch is retried after the short delay: the long one would keep all other
                // applications waiting.
                var isRace = TransientErrors.IsConflict(exception);
                if (isRace || TransientErrors.IsTransient(exception))
                    LogWaiting(log, exception.Message);
                else
                    LogFailed(log, exception);
                await Task.Delay(isRace ? AfterARace : AfterAFailure, time, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private async Task Sleep(TimeSpan most, CancellationToken ct)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var delay = Task.Delay(most, time, enough.Token);
        var woken = _woken.WaitAsync(enough.Token);
        await Task.WhenAny(delay, woken);
        await enough.CancelAsync();
        await Task.WhenAll(delay, woken).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private async Task<TimeSpan> UntilNext(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select min(next_moment_at) from followup.mt_doc_applicationstate where next_moment_at is not null"
        );
        if (await command.ExecuteScalarAsync(ct) is DateTime next)
            Sooner(new DateTimeOffset(next.ToUniversalTime()));
        var now = await clock.Now(ct);
        var ticks = Interlocked.Read(ref _nextTicks);
        var until = new DateTimeOffset(ticks, TimeSpan.Zero) - now;
        return until > LongestSleep ? LongestSleep : until;
    }

    /// <summary>Handles the moments that have passed, up to one batch.</summary>
    /// <returns>How many applications were processed.</returns>
    public async Task<int> Tick(CancellationToken ct)
    {
        var now = await clock.Now(ct);
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var taken = new List<(Guid Id, string Team, DateTimeOffset Moment)>();
        await using (
            var command = new NpgsqlCommand(
                """
                with due as materialized (
                    select id, tenant_id, row_number() over (partition by tenant_id order by next_moment_at) as turn
                    from (
                        select id, tenant_id, next_moment_at from followup.mt_doc_applicationstate
                        where next_moment_at <= $1 order by next_moment_at limit $3) oldest)
                select s.id, s.tenant_id, s.next_moment_at
                from (select * from due order by turn limit $4) due join followup.mt_doc_applicationstate s using (tenant_id, id)
                where s.next_moment_at <= $1 order by turn limit $2 for update of s skip locked
                """,
                connection,
                transaction
            )
        )
        {
            command.Parameters.Add(new() { Value = now.UtcDateTime });
            command.Parameters.Add(new() { Value = MostAtOnce });
            command.Parameters.Add(new() { Value = LookedAt });
            command.Parameters.Add(new() { Value = MostAtOnce * MostNodes });
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
                taken.Add((reader.GetGuid(0), reader.GetString(1), new(reader.GetDateTime(2).ToUniversalTime())));
        }
        if (taken.Count == 0)
            return 0;
        var planning = services.GetRequiredService<PlanUnitOfWork>();
        var appended = false;
        foreach (var team in taken.GroupBy(x => x.Team))
        {
            await using var session = store.Open(team.Key, "clock", transaction: transaction);
            var opened = await planning.Load(team.Key, session, [.. team.Select(x => x.Id)], ct);
            foreach (var application in opened.Values)
            {
                if (application.State.Rebuild is null)
                    application.Add(application.Plan.Decide(new Tick(application.Desired(now), now)));
                // so that the state is written again, with its next moment
                application.State = application.State with
                {
                    NextMomentAt = null,
                };
                PlanUnitOfWork.Write(session, application, now);
                appended |= application.Events.Count > 0;
            }
            await session.SaveChangesAsync(ct);
            foreach (var application in opened.Values)
                planning.Committed(application);
        }
        await transaction.CommitAsync(ct);
        if (appended)
            signal.Appended();
        var noticed = await clock.Now(ct);
        foreach (var (_, _, moment) in taken)
            Lateness.Record((noticed - moment).TotalSeconds);
        return taken.Count;
    }

    public override void Dispose()
    {
        _woken.Dispose();
        base.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Due slots and expired claims could not be read or written; trying again: {Reason}")]
    private static partial void LogWaiting(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The scheduler of due slots failed unexpectedly; trying again in a second")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
