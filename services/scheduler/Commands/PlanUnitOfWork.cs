using FollowUp.Scheduler.DueSlots;
using FollowUp.Scheduler.Projections;
using FollowUp.Scheduler.TeamPolicies;
using Marten;

namespace FollowUp.Scheduler.Commands;

/// <summary>
/// The only way to write plans: load, decide, append, commit. The inbox, the commands and the clock use it, for one application or many.
/// </summary>
internal sealed class PlanUnitOfWork(TeamPolicyStore policies, AwaitedPolicies awaited, DueSlotScheduler clock)
{
    /// <summary>Loads many applications of a team in one round trip.</summary>
    public async Task<IReadOnlyDictionary<Guid, LoadedPlan>> Load(
        string team,
        IDocumentSession session,
        IReadOnlyCollection<Guid> ids,
        CancellationToken ct
    )
    {
        var batch = session.CreateBatchQuery();
        var states = batch.LoadMany<ApplicationState>().ById(ids.ToArray());
        var streams = ids.Select(id => (id, Stream: batch.Events.FetchForWriting<FollowUpPlan>(id))).ToArray();
        await batch.Execute(ct);
        var known = (await states).ToDictionary(x => x.Id);
        // never plan with an older policy than the one of the last planning
        var policy = (await policies.Find(team, ct, known.Values.Max(x => x.PlannedUnder) ?? 1)).Policy.Policy;
        var plans = new Dictionary<Guid, LoadedPlan>(ids.Count);
        foreach (var (id, stream) in streams)
            plans[id] = new(known.GetValueOrDefault(id) ?? new ApplicationState { Id = id }, await stream, policy);
        return plans;
    }

    /// <summary>
    /// Refuses to continue a rebuilt application for now, if the policy that planned it isn't restored yet, or the cache has an older one.
    /// </summary>
    /// <exception cref="PolicyAwaitedException">The policy arrives without any action: the same attempt succeeds later.</exception>
    public async Task MustHavePolicyOf(string team, LoadedPlan loaded, CancellationToken ct)
    {
        var version = loaded.Plan.PlannedUnder;
        if (loaded.Policy.Version >= version)
        {
            awaited.Arrived(team, version);
            return;
        }
        var found = await policies.Find(team, ct, version); // this empties the cache, so that the next attempt has it
        if (found.Version >= version || awaited.MustWait(team, version))
            throw new PolicyAwaitedException(team, version);
    }

    /// <summary>Writes the decided events, and their consequences for the agenda and the clock, in the session's transaction.</summary>
    public static void Write(IDocumentSession session, LoadedPlan loaded, DateTimeOffset now)
    {
        if (loaded.Events.Count == 0 && !loaded.IsReplanned && ReferenceEquals(loaded.State, loaded.Before))
            return;
        var desired = loaded.Desired(now);
        var next = loaded.Plan.NextMoment(desired);
        // After a decision every moment lies in the future. If a moment doesn't, the clock must not process it in a busy loop.
        loaded.State = loaded.State with
        {
            NextMomentAt = loaded.State.Rebuild is not null ? null : (next <= now ? now.AddSeconds(1) : next)?.ToUniversalTime(),
            PlannedUnder =
                !loaded.Plan.IsOpenTo(desired) ? null
                : loaded.IsReplanned ? loaded.Policy.Version
                : loaded.Before.PlannedUnder ?? 0,
        };
        session.Store(loaded.State);
        if (loaded.State.Rebuild is not null)
            return; // slots may be restored before the application is known
        if (loaded.State.Known.VoidedAt is not null || (loaded.State.Version == 0 && loaded.Before.Rebuild is not null))
        {
            session.DeleteWhere<AgendaEntry>(x => x.Application == loaded.State.Id);
            return;
        }
        var proposed = loaded.Plan.ProposedFor(desired);
        foreach (var slot in loaded.Plan.Slots.Values)
            if (
                loaded.Before.Rebuild is not null
                || !ReferenceEquals(slot, loaded.PlanBefore.Slots.GetValueOrDefault(slot.Stage))
                || !ReferenceEquals(loaded.State.Known, loaded.Before.Known)
                || !ReferenceEquals(loaded.Plan.Proposed, loaded.PlanBefore.Proposed)
            )
                session.Store(AgendaEntry.Of(loaded.State.Known, slot, proposed) with { Revision = loaded.Version + loaded.State.Version });
    }

    /// <summary>Signals an earlier moment to the clock, once it is committed.</summary>
    public void Committed(LoadedPlan loaded) => clock.NoLaterThan(loaded.State.NextMomentAt);
}
