using FollowUp.Contracts;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Inbox;
using FollowUp.Platform.Messaging;
using FollowUp.Scheduler.Planning;
using FollowUp.Scheduler.Projections;
using FollowUp.Scheduler.Publishing;
using JasperFx.Events;

namespace FollowUp.Scheduler.Commands;

/// <summary>An application's state and plan, loaded for a decision.</summary>
internal sealed class LoadedPlan(ApplicationState state, IEventStream<FollowUpPlan> stream, Policy policy)
{
    private readonly List<object> _facts = [];
    private (KnownApplication Known, DateTimeOffset Now, DesiredPlan Plan)? _desired;
    private readonly long _versionBefore = stream.CurrentVersion ?? 0; // it counts what is appended, too

    public Policy Policy => policy;

    /// <summary>
    /// Whether every slot was brought to the policy's desired plan. A slot that was only claimed, or came due, keeps an earlier plan.
    /// </summary>
    public bool IsReplanned { get; set; }

    public ApplicationState State { get; set; } = state;
    public ApplicationState Before { get; } = state;

    /// <summary>Whether this service has neither an event nor a decision of the application.</summary>
    public bool IsUnknown => State is { Version: 0, Rebuild: null } && Version == 0;

    public FollowUpPlan Plan { get; private set; } = (stream.Aggregate ?? new()) with { Id = state.Id };
    public FollowUpPlan PlanBefore { get; } = (stream.Aggregate ?? new()) with { Id = state.Id };
    public long Version => _versionBefore + _facts.Count;
    public IReadOnlyList<object> Events => _facts;

    /// <summary>The desired plan by the policy, for the current state; the same state isn't planned twice.</summary>
    public DesiredPlan Desired(DateTimeOffset now) => Desired(State.Known, now);

    /// <summary>The desired plan by the policy for a known application.</summary>
    public DesiredPlan Desired(KnownApplication known, DateTimeOffset now)
    {
        if (_desired is not { } last || !ReferenceEquals(last.Known, known) || last.Now != now)
            _desired = last = (known, now, Planner.Plan(known, policy, now));
        return last.Plan;
    }

    /// <summary>Whether all messages of a rebuild have arrived.</summary>
    public bool IsRebuilt => State.Rebuild is { } rebuild && State.Version >= rebuild.Happened && Version >= rebuild.Decided;

    /// <summary>
    /// Restores a decision that this service published earlier at its place in the stream, in any order of arrival; a decision that is
    /// already stored doesn't change.
    /// </summary>
    public void Restore(IncomingEvent message)
    {
        if (State.Rebuild is not { } rebuild || message.Sequence <= Version)
            return;
        var (gate, ready) = new SequenceGate(Version, rebuild.Early).Receive(message);
        foreach (var next in ready)
        {
            var fact = ContractMapper.ToEvent(next);
            stream.AppendMany(fact.RestoredFrom(next.Event));
            _facts.Add(fact);
            Plan = Plan.Evolve(fact);
        }
        State = State with { Rebuild = rebuild with { Early = gate.Early } };
    }

    /// <summary>Adds decided events, and the message that caused them, if there is one.</summary>
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
