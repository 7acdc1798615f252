using FollowUp.Contracts;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Inbox;
using FollowUp.Platform.Messaging;
using FollowUp.Scheduler.Calendars;
using FollowUp.Scheduler.Commands;
using FollowUp.Scheduler.DueSlots;
using FollowUp.Scheduler.Planning;
using FollowUp.Scheduler.Projections;
using FollowUp.Scheduler.Reconciling;
using FollowUp.Scheduler.TeamPolicies;
using Marten;
using PolicyChanged = FollowUp.Contracts.PolicyChanged;

namespace FollowUp.Scheduler.Subscriptions;

/// <summary>
/// Applies the events of each application in order and once, whatever the order and number of their arrivals, and brings the application's
/// slots to the desired plan: many applications in one transaction.
/// </summary>
internal sealed partial class ApplicationEventsHandler(
    IDocumentStore store,
    PlanUnitOfWork planning,
    TeamPolicyStore policies,
    DatabaseClock clock,
    ArrivalSignal arrivals,
    Reconciliation reconciliation,
    ILogger<ApplicationEventsHandler> log
) : IEventHandler
{
    public async Task Handle(string team, IReadOnlyList<IncomingEvent> all, CancellationToken ct)
    {
        foreach (var replayed in all.Where(x => x.Contract is PolicyChanged))
            await policies.Restore(team, replayed, ct);
        var batch = all.Where(x => x.Contract is not (PolicyChanged or CandidateErased)).ToArray();
        await using var session = store.Open(team, "scheduler");
        var now = await clock.Now(ct);
        foreach (var message in all)
            if (message.Contract is CandidateErased erased)
                // a minute of tolerance: the nodes' clocks differ
                Erase(session, team, erased.Candidate, (message.Event.Replay is null ? now : erased.ErasedAt).AddMinutes(1));
        await ReceivedStream.Note(
            session,
            [.. all.Where(x => x.Contract is CandidateErased).Select(x => (x.Application, x.Sequence))],
            ct
        );
        var opened = await planning.Load(team, session, [.. batch.Select(x => x.Application).Distinct()], ct);
        var agreement = await reconciliation.Open(ct);
        foreach (var message in batch)
        {
            var application = opened[message.Application];
            if (agreement is not null && application.IsUnknown && message.Event.Replay is null)
            {
                // Applications may have decisions about it that this store lost.
                application.State = application.State with
                {
                    Rebuild = Rebuild.Awaited(agreement),
                };
                reconciliation.Ask(team, message.Application);
            }
            application.State = application.State.Begin(message.Event, application.Version);
            if (message.Event.Source == Catalogue.Scheduler)
                application.Restore(message);
            else
            {
                var (version, candidate) = (application.State.Version, application.State.Known.Candidate);
                (application.State, var facts) = ApplyInOrder(
                    application.State,
                    application.Plan,
                    message,
                    state => application.Desired(state.Known, now),
                    now
                );
                foreach (var (fact, cause) in facts)
                    application.Add([fact], cause);
                application.IsReplanned |= application.State.Version > version;
                if (candidate.Length > 0 && application.State.Known.Candidate != candidate)
                    await HandOver(session, application.State.Known, ct);
            }
            if (!application.IsRebuilt)
                continue;
            await planning.MustHavePolicyOf(team, application, ct);
            if (application.State.Rebuild is { For: not null } compared && (compared.IsCut || compared.Had > application.State.Version))
                LogCut(log, application.State.Id, compared.Had, application.State.Version);
            application.State = application.State with { Rebuild = null };
            if (application.State.Version == 0)
                continue; // Applications doesn't have it
            application.IsReplanned = true;
            application.Add(application.Plan.Decide(new Replan(application.Desired(now), now)), message.Event);
        }
        foreach (var application in opened.Values)
            PlanUnitOfWork.Write(session, application, now);
        await session.SaveChangesAsync(ct);
        foreach (var application in opened.Values)
        {
            planning.Committed(application);
            arrivals.Arrived(team, application.State.Id);
        }
    }

    // A note goes with the application to the corrected candidate, and is erased with that candidate.
    private static async Task HandOver(IDocumentSession session, KnownApplication known, CancellationToken ct)
    {
        string[] slots = [.. known.Stages.Select(x => AgendaEntry.IdOf(known.Application, x.Stage))];
        foreach (var note in await session.LoadManyAsync<OverrideNote>(ct, slots))
            session.Store(note with { Candidate = known.Candidate });
    }

    // The slots stay: their candidate reference no longer leads to a person. Everything that may identify the person is deleted: notes that
    // a person wrote, and calendars, which have names. An erasure that a replay sends again must not delete a calendar that was made since
    // then for another candidate with the same reference.
    private static void Erase(IDocumentSession session, string team, string candidate, DateTimeOffset until)
    {
        session.DeleteWhere<OverrideNote>(x => x.Candidate == candidate);
        session.DeleteWhere<CalendarFeed>(x => x.Team == team && x.Candidate == candidate && x.MadeAt <= until);
    }

    /// <summary>
    /// Applies a message and the early messages that waited for it. What was recorded together is judged once, as a whole: a row of a sheet
    /// that was submitted and closed long ago is never due in between.
    /// </summary>
    internal static (ApplicationState State, (object Fact, CloudEvent Cause)[] Facts) ApplyInOrder(
        ApplicationState state,
        FollowUpPlan plan,
        IncomingEvent message,
        Func<ApplicationState, DesiredPlan> desired,
        DateTimeOffset now
    )
    {
        if (state.Rebuild is { IsAwaited: true })
            return message.Sequence == 0 ? (state, []) : (state with { Early = state.Early.SetItem(message.Sequence, message.Event) }, []);
        var before = new SequenceGate(state.Version, state.Early);
        var (after, ready) = before.Receive(message);
        if (after == before)
            return (state, []);
        state = state with { Early = after.Early };
        var facts = new List<(object, CloudEvent)>();
        foreach (var next in ready)
        {
            state = state with
            {
                Version = next.Sequence,
                Incarnation = next.Event.Incarnation,
                FirstRecordedAt = next.Sequence == 1 ? next.Event.Time : state.FirstRecordedAt,
                Known = state.Known.Apply(next.Contract, next.Sequence),
            };
            if (state.Rebuild is { } rebuilt && rebuilt.Had == next.Sequence && rebuilt.HadIn is { } had && had != next.Event.Incarnation)
                state = state with { Rebuild = rebuilt with { IsCut = true } };
            if (state.Rebuild is not null)
                continue; // the decisions on this event were made before the rebuild, and are restored from the replay
            if (next.Event.LastSequence > next.Sequence)
                continue;
            foreach (var fact in plan.Decide(new Replan(desired(state), now)))
            {
                facts.Add((fact, next.Event));
                plan = plan.Evolve(fact);
            }
        }
        return (state, [.. facts]);
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Applications lost events of application {Application} in a restore: the Scheduler had seen version {Had}, and now "
            + "Applications has version {Has}. The Scheduler follows Applications; what happened since must be recorded again"
    )]
    private static partial void LogCut(ILogger log, Guid application, long had, long has);
}
