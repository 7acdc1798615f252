using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Outbox;
using FollowUp.Scheduler.DueSlots;
using FollowUp.Scheduler.Reconciling;
using Marten;
using Npgsql;

namespace FollowUp.Scheduler.Commands;

/// <summary>
/// Decides on one application for a caller who waits for the answer. Commands that race for an application are decided one after the
/// other, because each appends to the application's stream at the version that it read.
/// </summary>
internal sealed class PlanCommandHandler(
    IDocumentStore store,
    PlanUnitOfWork plans,
    DatabaseClock clock,
    ArrivalSignal arrivals,
    Reconciliation reconciliation,
    StoreLives lives,
    NpgsqlDataSource database,
    AppendSignal signal,
    TimeProvider time
)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4),
        Look = TimeSpan.FromMilliseconds(50);

    // Commands of this node that race for one application queue here; without it all but one would lose at the database.
    private readonly SemaphoreSlim[] _queues = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>When the present life of the store began; null where nothing can have been forgotten.</summary>
    public DateTimeOffset? StoreBeganAt => lives.BeganAt;

    /// <summary>Decides, and commits the decided events.</summary>
    /// <exception cref="RefusedException"><c>unknownApplication</c>, <c>behind</c>, or a refusal by the decision.</exception>
    public async Task<(FollowUpPlan Plan, DateTimeOffset Now)> Decide(
        CommandContext context,
        Func<LoadedPlan, DateTimeOffset, Reason?, object[]> decide,
        CancellationToken ct
    )
    {
        var decided = await Decide(context, decide, null, ct);
        return (decided.Plan, decided.Now);
    }

    /// <summary>Decides, and commits the decided events with the answer, which the same request gets again.</summary>
    /// <exception cref="RefusedException"><c>unknownApplication</c>, <c>behind</c>, or a refusal by the decision.</exception>
    public async Task<TAnswer> Answer<TAnswer>(
        CommandContext context,
        Func<LoadedPlan, DateTimeOffset, Reason?, object[]> decide,
        Func<FollowUpPlan, DateTimeOffset, TAnswer> answer,
        CancellationToken ct,
        Action<IDocumentSession, LoadedPlan>? beside = null
    )
    {
        var decided = await Decide(
            context,
            decide,
            (session, loaded, now) =>
            {
                beside?.Invoke(session, loaded);
                if (context.Key is { } key)
                    session.Insert(key.Record(StatusCodes.Status200OK, answer(loaded.Plan, now), now));
            },
            ct
        );
        return decided.Before is { } before ? before.Read<TAnswer>() : answer(decided.Plan, decided.Now);
    }

    private async Task<Decided> Decide(
        CommandContext context,
        Func<LoadedPlan, DateTimeOffset, Reason?, object[]> decide,
        Action<IDocumentSession, LoadedPlan, DateTimeOffset>? beside,
        CancellationToken ct
    )
    {
        var (began, isAsked) = (time.GetTimestamp(), false);
        while (true)
        {
            if (await ConflictRetry.Race.ExecuteAsync(async ct => await TryDecide(context, decide, beside, ct), ct) is { } decided)
                return decided;
            if (time.GetElapsedTime(began) > Patience)
                throw new RefusedException(
                    "behind",
                    context.AsOf is null
                        ? "The Scheduler has not seen all of this application yet. Please try again."
                        : (Sentence)$"The Scheduler has not seen version {context.AsOf} of this application yet. Please try again.",
                    retryAfter: 1
                );
            if (!isAsked)
                reconciliation.Ask(context.Team, context.Application);
            isAsked = true;
            await arrivals.Next(context.Team, context.Application, Look, ct);
        }
    }

    /// <summary>Makes one attempt.</summary>
    /// <returns>Null while the Scheduler hasn't received the required version of the application.</returns>
    private async Task<Decided?> TryDecide(
        CommandContext context,
        Func<LoadedPlan, DateTimeOffset, Reason?, object[]> decide,
        Action<IDocumentSession, LoadedPlan, DateTimeOffset>? beside,
        CancellationToken ct
    )
    {
        var queue = _queues[(uint)context.Application.GetHashCode() % _queues.Length];
        await queue.WaitAsync(ct);
        try
        {
            await using var connection = await database.OpenConnectionAsync(ct);
            try
            {
                await using var transaction = await connection.BeginTransactionAsync(ct);
                // Commands on other nodes queue at the database; without it each would lose in turn and try again. The inbox and the
                // clock don't take this lock: they rarely meet a claim, and the stream's version still decides.
                await AdvisoryLock.Acquire(transaction, $"claim {context.Team} {context.Application}", ct);
                await using var session = store.Open(
                    context.Team,
                    context.Recorder,
                    context.Cause?.CorrelationId,
                    context.Cause?.Id,
                    transaction,
                    context.Principal
                );
                var loaded = (await plans.Load(context.Team, session, [context.Application], ct))[context.Application];
                if (loaded.State.Rebuild is not null || loaded.State.Version < Math.Max(context.AsOf ?? 1, 1))
                    return context.AsOf is null && loaded.State.Rebuild is null
                        ? throw new RefusedException(
                            "unknownApplication",
                            "Your team has no application with that id, or the Scheduler hasn't heard of it yet."
                        )
                        : null;
                var now = await clock.Now(ct);
                if (context.Key is { } key && await key.Find(session, ct) is { } before)
                    return new(loaded.Plan, now, before);
                var guard = context.Guarded is { } stage ? await Guards.Against(transaction, context.Team, loaded, stage, now, ct) : null;
                loaded.Add(decide(loaded, now, guard));
                PlanUnitOfWork.Write(session, loaded, now);
                beside?.Invoke(session, loaded, now);
                await session.SaveChangesAsync(ct);
                await transaction.CommitAsync(ct);
                if (loaded.Events.Count > 0)
                    signal.Appended();
                plans.Committed(loaded);
                return new(loaded.Plan, now);
            }
            catch (InvalidOperationException exception) when (connection.State is not System.Data.ConnectionState.Open)
            {
                // the message of the transaction's own exception only says that the transaction is over
                throw new NpgsqlException("The connection to the database broke.", exception);
            }
        }
        finally
        {
            queue.Release();
        }
    }

    /// <param name="Before">What was answered to the same request before; nothing was decided then.</param>
    private sealed record Decided(FollowUpPlan Plan, DateTimeOffset Now, IdempotencyRecord? Before = null);
}
