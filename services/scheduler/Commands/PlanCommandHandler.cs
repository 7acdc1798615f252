using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Inbox;
using FollowUp.Platform.Outbox;
using FollowUp.Scheduler.DueSlots;
using Marten;
using Npgsql;

namespace FollowUp.Scheduler.Commands;

/// <summary>
/// One application, decided on now, for somebody who waits for the answer. Racing ones are decided one after the other, because each
/// appends to
/// the application's stream at the version it saw.
/// </summary>
internal sealed class PlanCommandHandler(
    IDocumentStore store,
    PlanUnitOfWork planning,
    DatabaseClock clock,
    ArrivalSignal arrivals,
    NpgsqlDataSource database,
    AppendSignal wakeup,
    TimeProvider time
)
{
    private const int MostAttempts = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4),
        Look = TimeSpan.FromMilliseconds(50);

    // Racers of one application on this node stand in line here, rather than all but one losing at the database.
    private readonly SemaphoreSlim[] _lines = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Who decides, and what about.</summary>
    /// <param name="By">Stands with the facts.</param>
    /// <param name="AsOf">The version of the application that the asker has seen: nothing is decided from an older state.</param>
    /// <param name="Cause">The message that asks, if it is one.</param>
    /// <param name="Guarded">The stage for which the team's other follow-ups have a say.</param>
    public sealed record CommandContext(
        string Team,
        Guid Application,
        string By,
        long? AsOf = null,
        CloudEvent? Cause = null,
        int? Guarded = null
    );

    /// <summary>Decides, and commits what was decided.</summary>
    /// <exception cref="RefusedException"><c>unknownApplication</c>, <c>behind</c>, or what the decision refuses.</exception>
    public async Task<(FollowUpPlan Plan, DateTimeOffset Now)> Decide(
        CommandContext asker,
        Func<LoadedPlan, DateTimeOffset, Reason?, object[]> decide,
        CancellationToken ct,
        Action<IDocumentSession, LoadedPlan>? beside = null
    )
    {
        var line = _lines[(uint)asker.Application.GetHashCode() % _lines.Length];
        var asked = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            await line.WaitAsync(ct);
            try
            {
                await using var connection = await database.OpenConnectionAsync(ct);
                try
                {
                    await using var transaction = await connection.BeginTransactionAsync(ct);
                    // Racers on other nodes stand in line at the database, rather than lose one after the other and try again. The inbox
                    // and the clock
                    // don't: they meet a claim seldom, and the stream's version still decides.
                    await AdvisoryLock.Acquire(transaction, $"claim {asker.Team} {asker.Application}", ct);
                    await using var session = store.Open(asker.Team, asker.By, asker.Cause?.CorrelationId, asker.Cause?.Id, transaction);
                    var opened = (await planning.Load(asker.Team, session, [asker.Application], ct))[asker.Application];
                    if (opened.State.Version >= Math.Max(asker.AsOf ?? 1, 1) && opened.State.Rebuild is null)
                    {
                        var now = await clock.Now(ct);
                        var guard = asker.Guarded is { } stage
                            ? await Guards.Against(transaction, asker.Team, opened, stage, now, ct)
                            : null;
                        opened.Add(decide(opened, now, guard));
                        PlanUnitOfWork.Write(session, opened, now);
                        beside?.Invoke(session, opened);
                        await session.SaveChangesAsync(ct);
                        await transaction.CommitAsync(ct);
                        if (opened.Events.Count > 0)
                            wakeup.Appended();
                        planning.Committed(opened);
                        return (opened.Plan, now);
                    }
                    if (asker.AsOf is null && opened.State.Rebuild is null)
                        throw RefusedException.NotFound(
                            "unknownApplication",
                            "Your team has no application with that id, or the Scheduler hasn't heard of it yet."
                        );
                }
                catch (InvalidOperationException exception) when (connection.State is not System.Data.ConnectionState.Open)
                {
                    // of which its transaction says only that it is over
                    throw new NpgsqlException("The connection to the database broke.", exception);
                }
            }
            catch (Exception exception) when (TransientErrors.IsConflict(exception) && attempt < MostAttempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 5 * attempt)), time, ct);
                continue;
            }
            finally
            {
                line.Release();
            }
            if (time.GetElapsedTime(asked) > Patience)
                throw new RefusedException(
                    "behind",
                    asker.AsOf is null
                        ? "The Scheduler has not seen all of this application yet. Please try again."
                        : $"The Scheduler has not seen version {asker.AsOf} of this application yet. Please try again.",
                    503,
                    retryAfter: 1
                );
            await arrivals.Next(asker.Team, asker.Application, Look, ct);
        }
    }
}
