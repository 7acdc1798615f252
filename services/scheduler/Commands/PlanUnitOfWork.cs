using System.Collections.Concurrent;
using System.Collections.Immutable;
using FollowUp.Contracts;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Messaging;
using FollowUp.Scheduler.DueSlots;
using FollowUp.Scheduler.Planning;
using FollowUp.Scheduler.Projections;
using FollowUp.Scheduler.Publishing;
using FollowUp.Scheduler.TeamPolicies;
using JasperFx.Events;
using Marten;

namespace FollowUp.Scheduler.Commands;

/// <summary>
/// What the Scheduler has seen of an application, and when it must look at it again. The version makes the inbox exact: what comes
/// again is ignored, what comes too early waits here for its predecessors.
/// </summary>
public sealed record ApplicationState
{
    /// <summary>The application.</summary>
    public Guid Id { get; init; }

    /// <summary>The last version of the application taken in.</summary>
    public long Version { get; init; }

    public KnownApplication Known { get; init; } = KnownApplication.Empty;
    public ImmutableSortedDictionary<long, CloudEvent> Early { get; init; } = ImmutableSortedDictionary<long, CloudEvent>.Empty;

    public int EarlyCount => Early.Count;

    /// <summary>
    /// While this service is rebuilt from a replay, what is still to come of this application: until it is there nothing is decided, and
    /// whoever asks is told to wait.
    /// </summary>
    public Rebuild? Rebuild { get; init; }

    /// <summary>Begins to rebuild, if a replay brings more than there is.</summary>
    /// <param name="again">What is sent again.</param>
    /// <param name="decided">How much there is of the decisions.</param>
    public ApplicationState Begin(CloudEvent again, long decided) =>
        Rebuild is null && again is { Replay: not null, ReplayLast: { } last, ReplayDecided: { } all } && (last > Version || all > decided)
            ? this with
            {
                Rebuild = new(last, all),
            }
            : this;

    /// <summary>When the clock must look: a slot comes due, a window ends, a claim runs out.</summary>
    public DateTimeOffset? NextMomentAt { get; init; }

    /// <summary>
    /// The version of the team's policy that it was last planned under; null when nothing is left that another could decide otherwise.
    /// </summary>
    public int? PlannedUnder { get; init; }
}

/// <summary>What a rebuild brings of an application.</summary>
/// <param name="Happened">The version of the application up to which it is sent again.</param>
/// <param name="Decided">The last of this service's own decisions that anybody heard.</param>
public sealed record Rebuild(long Happened, long Decided)
{
    /// <summary>Decisions that came before their predecessors.</summary>
    public ImmutableSortedDictionary<long, CloudEvent> Early { get; init; } = ImmutableSortedDictionary<long, CloudEvent>.Empty;
}

/// <summary>An application, loaded to decide on it.</summary>
internal sealed class LoadedPlan(ApplicationState watch, IEventStream<FollowUpPlan> stream, Policy policy)
{
    private readonly List<object> _facts = [];
    private (KnownApplication Situation, DesiredPlan Wanted)? _wanted;
    private readonly long _versionBefore = stream.CurrentVersion ?? 0; // it counts what is appended, too

    public Policy Policy => policy;

    /// <summary>
    /// Every slot was brought to what the policy wants. What is only claimed, or comes due, still is what an earlier policy decided.
    /// </summary>
    public bool IsReplanned { get; set; }

    public ApplicationState State { get; set; } = watch;
    public ApplicationState Before { get; } = watch;
    public FollowUpPlan Plan { get; private set; } = (stream.Aggregate ?? new()) with { Id = watch.Id };
    public FollowUpPlan PlanBefore { get; } = (stream.Aggregate ?? new()) with { Id = watch.Id };
    public long Version => _versionBefore + _facts.Count;
    public IReadOnlyList<object> Events => _facts;

    /// <summary>What the policy wants in a situation; the same situation isn't planned twice.</summary>
    public DesiredPlan Desired(KnownApplication situation)
    {
        if (_wanted is not { } last || !ReferenceEquals(last.Situation, situation))
            _wanted = last = (situation, Planner.Plan(situation, policy));
        return last.Wanted;
    }

    /// <summary>Whether all that a rebuild brings is there.</summary>
    public bool IsRebuilt => State.Rebuild is { } rebuild && State.Version >= rebuild.Happened && Version >= rebuild.Decided;

    /// <summary>
    /// Takes back what this service itself once announced, each in its place, whatever the order in which it comes; what is there is left
    /// as it is.
    /// </summary>
    public void Restore(IncomingEvent said)
    {
        if (State.Rebuild is not { } rebuild || said.Sequence <= Version)
            return;
        var early = rebuild.Early.SetItem(said.Sequence, said.Event);
        while (early.TryGetValue(Version + 1, out var next))
        {
            var fact =
                ContractMapper.ToEvent(Catalogue.Open(next) ?? next)
                ?? throw new InvalidOperationException($"This version doesn't know what a {next.Type} was.");
            early = early.Remove(Version + 1);
            stream.AppendMany(fact.TakenBackFrom(next));
            _facts.Add(fact);
            Plan = Plan.Evolve(fact);
        }
        State = State with { Rebuild = rebuild with { Early = early } };
    }

    /// <summary>Adds what was decided, and because of which message, if it was one.</summary>
    public void Add(object[] facts, CloudEvent? cause = null)
    {
        stream.AppendMany(cause is null ? facts : [.. facts.Select(x => x.CausedBy(cause))]);
        foreach (var fact in facts)
        {
            _facts.Add(fact);
            Plan = Plan.Evolve(fact);
        }
    }
}

/// <summary>
/// What is rebuilt was planned by a version of the team's policy that isn't back yet. It lies in another lane, or with another node, and
/// comes by itself.
/// </summary>
internal sealed class PolicyAwaitedException(string team, int version)
    : TimeoutException($"Version {version} of the policy of team {team} isn't back yet.");

/// <summary>
/// How long a rebuild waits for a version of a policy: one that nobody heard of, or that was parked, doesn't come, and whatever waits for
/// it keeps its place in the inbox from the events of everybody.
/// </summary>
internal sealed partial class AwaitedPolicies(TimeProvider time, ILogger<AwaitedPolicies> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<(string Team, int Version), long> _since = [];
    private readonly ConcurrentDictionary<(string Team, int Version), bool> _givenUp = [];

    public bool IsWaitedFor(string team, int version)
    {
        if (time.GetElapsedTime(_since.GetOrAdd((team, version), _ => time.GetTimestamp())) < Patience)
            return true;
        if (_givenUp.TryAdd((team, version), true))
            LogGivenUp(log, version, team); // once, however many applications it is about
        return false;
    }

    public void IsBack(string team, int version) => _since.TryRemove((team, version), out _);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Version {Version} of the policy of team {Team} isn't back after a minute: what it had planned is planned by the version that there is. Look among the parked messages"
    )]
    private static partial void LogGivenUp(ILogger log, int version, string team);
}

/// <summary>
/// The one way in: load, decide, append, commit. Inbox, claims and clock all write through here, for one application or many.
/// </summary>
internal sealed class PlanUnitOfWork(TeamPolicyStore policies, AwaitedPolicies awaited, DueSlotScheduler clock)
{
    /// <summary>Loads many of a team at once, in one round trip.</summary>
    public async Task<IReadOnlyDictionary<Guid, LoadedPlan>> Load(
        string team,
        IDocumentSession session,
        IReadOnlyCollection<Guid> ids,
        CancellationToken ct
    )
    {
        var batch = session.CreateBatchQuery();
        var watches = batch.LoadMany<ApplicationState>().ById(ids.ToArray());
        var streams = ids.Select(id => (id, Stream: batch.Events.FetchForWriting<FollowUpPlan>(id))).ToArray();
        await batch.Execute(ct);
        var known = (await watches).ToDictionary(x => x.Id);
        // Never by an older policy than what is there was planned by.
        var policy = (await policies.Find(team, ct, known.Values.Max(x => x.PlannedUnder) ?? 1)).Policy.Policy;
        var opened = new Dictionary<Guid, LoadedPlan>(ids.Count);
        foreach (var (id, stream) in streams)
            opened[id] = new(known.GetValueOrDefault(id) ?? new ApplicationState { Id = id }, await stream, policy);
        return opened;
    }

    /// <summary>
    /// Refuses for now to go on with what a rebuild brought, where the policy that planned it isn't back yet, or an older one is remembered
    /// still.
    /// </summary>
    /// <exception cref="PolicyAwaitedException">It comes by itself: the same attempt succeeds later.</exception>
    public async Task MustHavePolicyOf(string team, LoadedPlan opened, CancellationToken ct)
    {
        var version = opened.Plan.PlannedUnder;
        if (opened.Policy.Version >= version)
        {
            awaited.IsBack(team, version);
            return;
        }
        var found = await policies.Find(team, ct, version); // what is remembered is forgotten, so that the next attempt has it
        if (found.Version >= version || awaited.IsWaitedFor(team, version))
            throw new PolicyAwaitedException(team, version);
    }

    /// <summary>Writes what was decided, with what follows from it for the agenda and the clock, in the session's transaction.</summary>
    public static void Write(IDocumentSession session, LoadedPlan opened, DateTimeOffset now)
    {
        if (opened.Events.Count == 0 && !opened.IsReplanned && ReferenceEquals(opened.State, opened.Before))
            return;
        var wanted = opened.Desired(opened.State.Known);
        var next = opened.Plan.NextMoment(wanted);
        // After a decision every moment lies ahead. Should one not, the clock must not spin on it.
        opened.State = opened.State with
        {
            NextMomentAt = opened.State.Rebuild is not null ? null : (next <= now ? now.AddSeconds(1) : next)?.ToUniversalTime(),
            PlannedUnder =
                !opened.Plan.IsOpenTo(wanted) ? null
                : opened.IsReplanned ? opened.Policy.Version
                : opened.Before.PlannedUnder ?? 0,
        };
        session.Store(opened.State);
        if (opened.State.Rebuild is not null)
            return; // its slots may be there before anything is known of the application
        var proposed = opened.Plan.ProposedFor(wanted);
        foreach (var slot in opened.Plan.Slots.Values)
            if (
                opened.Before.Rebuild is not null
                || !ReferenceEquals(slot, opened.PlanBefore.Slots.GetValueOrDefault(slot.Stage))
                || !ReferenceEquals(opened.State.Known, opened.Before.Known)
                || !ReferenceEquals(opened.Plan.Proposed, opened.PlanBefore.Proposed)
            )
                session.Store(AgendaEntry.Of(opened.State.Known, slot, proposed) with { Revision = opened.Version + opened.State.Version });
    }

    /// <summary>Tells the clock of an earlier moment, once it is committed.</summary>
    public void Committed(LoadedPlan opened) => clock.NoLaterThan(opened.State.NextMomentAt);
}
