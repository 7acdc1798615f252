using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Outbox;
using FollowUp.Scheduler.Commands;
using FollowUp.Scheduler.DueSlots;
using Marten;
using Npgsql;

namespace FollowUp.Scheduler.TeamPolicies;

// See docs/decisions/0014-policy-stream-and-replanning.md
/// <summary>
/// Replans the applications that an older policy of a team planned, a few at a time, so that a claim has to wait for those few only. Each
/// application's state has the version of its last planning: these versions are the whole list of the remaining work, on any number of
/// nodes and after any restart. The list includes applications that a node planned by an outdated cached policy.
/// </summary>
internal sealed partial class Replanning(
    NpgsqlDataSource database,
    IDocumentStore store,
    PlanUnitOfWork planning,
    TeamPolicyStore policies,
    DatabaseClock clock,
    AppendSignal signal,
    TimeProvider time,
    ILogger<Replanning> log
) : BackgroundService
{
    private const int MostAtOnce = 50,
        LookedAt = 200;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _woken = new(0, 1);

    /// <summary>Signals that a policy was changed on this node.</summary>
    public void Begin()
    {
        try
        {
            _woken.Release();
        }
        catch (SemaphoreFullException) { } // another thread woke the loop
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                bool worked;
                do // in turns: a team with a few applications doesn't wait for one with thousands
                {
                    worked = false;
                    foreach (var (team, version) in await Behind(stoppingToken))
                        worked |= await Next(team, version, stoppingToken) > 0;
                } while (worked);
                await _woken.WaitAsync(Look, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                if (TransientErrors.IsTransient(exception))
                    LogWaiting(log, exception.Message);
                else
                    LogFailed(log, exception);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private async Task<IReadOnlyList<(string Team, int Version)>> Behind(CancellationToken ct)
    {
        var teams = new List<(string, int)>();
        await using var command = database.CreateCommand(
            """
            select p.tenant_id, p.version from followup.mt_doc_currentpolicy p
            where exists (select from followup.mt_doc_applicationstate w where w.tenant_id = p.tenant_id and w.planned_under < p.version)
            """
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            teams.Add((reader.GetString(0), reader.GetInt32(1)));
        return teams;
    }

    /// <summary>Replans the next few applications. Those that a claim or another node is writing are left for later.</summary>
    /// <returns>How many applications were handled; 1 after a conflict, so that the loop goes on.</returns>
    private async Task<int> Next(string team, int version, CancellationToken ct)
    {
        await policies.Find(team, ct, version);
        try
        {
            await using var connection = await database.OpenConnectionAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            var ids = new List<Guid>(MostAtOnce);
            await using (
                var command = new NpgsqlCommand(
                    """
                    with behind as materialized (
                        select id from followup.mt_doc_applicationstate
                        where tenant_id = $1 and planned_under < $2 order by planned_under, id limit $3)
                    select id from behind where pg_try_advisory_xact_lock(hashtextextended('claim ' || $1 || ' ' || id, 0)) limit $4
                    """,
                    connection,
                    transaction
                )
            )
            {
                command.Parameters.Add(new() { Value = team });
                command.Parameters.Add(new() { Value = version });
                command.Parameters.Add(new() { Value = LookedAt });
                command.Parameters.Add(new() { Value = MostAtOnce });
                await using var reader = await command.ExecuteReaderAsync(ct);
                while (await reader.ReadAsync(ct))
                    ids.Add(reader.GetGuid(0));
            }
            if (ids.Count == 0)
                return 0;
            await using var session = store.Open(team, "policy", transaction: transaction);
            var opened = await planning.Load(team, session, ids, ct);
            var now = await clock.Now(ct);
            foreach (var application in opened.Values)
            {
                if (application.State.Rebuild is null)
                    application.Add(application.Plan.Decide(new Replan(application.Desired(now), now, IsOtherPolicy: true)));
                application.IsReplanned = true;
                PlanUnitOfWork.Write(session, application, now);
            }
            await session.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            if (opened.Values.Any(x => x.Events.Count > 0))
                signal.Appended();
            foreach (var application in opened.Values)
                planning.Committed(application);
            return ids.Count;
        }
        catch (Exception exception) when (TransientErrors.IsConflict(exception))
        {
            return 1; // another transaction wrote one of them meanwhile, for example because of an event
        }
    }

    public override void Dispose()
    {
        _woken.Dispose();
        base.Dispose();
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Open slots could not be replanned after a change of the policy; trying again: {Reason}"
    )]
    private static partial void LogWaiting(ILogger log, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Replanning after a change of the policy failed unexpectedly; trying again in a second"
    )]
    private static partial void LogFailed(ILogger log, Exception exception);
}
