using System.Collections.Immutable;
using System.Text.Json;
using FollowUp.Contracts;

namespace FollowUp.Applications.Projections;

/// <summary>
/// The Scheduler's plan of an application as this service knows it: the state of its slots, and every decision that the Scheduler
/// published.
/// </summary>
public sealed record SchedulerPlan
{
    /// <summary>The application's id.</summary>
    public Guid Id { get; init; }

    /// <summary>The last sequence number that was applied: an older event is ignored, an early one waits for its predecessors.</summary>
    public long Version { get; init; }

    public ImmutableSortedDictionary<int, SlotView> Slots { get; init; } = ImmutableSortedDictionary<int, SlotView>.Empty;
    public ImmutableList<Decision> Decisions { get; init; } = [];
    public ImmutableSortedDictionary<long, CloudEvent> Early { get; init; } = ImmutableSortedDictionary<long, CloudEvent>.Empty;
    public DateTimeOffset? ClosingProposedAt { get; init; }

    /// <summary>The stage whose follow-up got no answer.</summary>
    public int? ClosingProposedIn { get; init; }

    /// <summary>
    /// <see cref="ClosingProposal"/> as an SQL condition, for a plan p and a row l. A change of one needs the same change of the other.
    /// </summary>
    internal const string ProposalStands =
        "(p.closing_proposed_at is not null and not l.is_closed and coalesce(p.closing_proposed_in, l.stage) = l.stage "
        + "and coalesce(l.responded_at < p.closing_proposed_at, true))";

    /// <summary>
    /// When closing was proposed; null if no proposal stands, because the application was closed, the employer answered or the next stage
    /// began.
    /// </summary>
    public DateTimeOffset? ClosingProposal(bool isClosed, int stage, DateTimeOffset? respondedAt) =>
        isClosed || respondedAt >= ClosingProposedAt || (ClosingProposedIn is { } silent && silent != stage) ? null : ClosingProposedAt;

    /// <summary>
    /// The slot that lists show: of those that can be made the one that is due first, else one that is withheld, else the latest.
    /// </summary>
    internal SlotView? Next =>
        Slots.Values.Where(x => x.Status is SlotStatus.Due or SlotStatus.Claimed or SlotStatus.Planned).MinBy(x => (x.DueAt, x.Stage))
        ?? Slots.Values.LastOrDefault(x => x.Status == SlotStatus.Withheld)
        ?? Slots.Values.LastOrDefault();

    /// <summary>The status of the slot that lists show, for their filter.</summary>
    public SlotStatus? Status => Next?.Status;

    /// <summary>The stage of the slot that lists show.</summary>
    public int? Stage => Next?.Stage;

    /// <summary>The person who is to make the follow-up that lists show.</summary>
    public string? Assignee => Next?.Assignee;

    /// <summary>The sort key of lists: see <see cref="Queries.Urgency"/>.</summary>
    public string? Urgency => Next is { } next ? Queries.Urgency.Of(next) : null;

    public SchedulerPlan Apply(CloudEvent message, long sequence, object contract) =>
        Say(contract) with
        {
            Version = sequence,
            Decisions = Decisions.Add(
                new(sequence, message.Type, message.Time ?? default, message.RecordedBy, message.Data)
                {
                    Id = message.Id,
                    Incarnation = message.Incarnation,
                    CorrelationId = message.CorrelationId,
                    CausationId = message.CausationId,
                    TraceParent = message.TraceParent,
                    Principal = message.Principal,
                }
            ),
        };

    private SchedulerPlan Say(object contract) =>
        contract switch
        {
            FollowUpPlanned e => At(
                e.Stage,
                x =>
                    new(e.Stage, x.StaysDueAt(e.DueAt) ? SlotStatus.Due : SlotStatus.Planned)
                    {
                        WasDue = x.StaysDueAt(e.DueAt),
                        DueAt = e.DueAt,
                        WindowEndsAt = e.WindowEndsAt,
                        Channels = [.. e.Channels],
                        Contact = e.Contact,
                        Situation = e.Situation,
                        Anchor = e.Anchor,
                        PolicyVersion = e.PolicyVersion,
                        Reasons = [.. e.Reasons],
                        Assignee = x.Assignee,
                        Override = x.Override,
                    }
            ),
            FollowUpWithheld e => At(
                e.Stage,
                x =>
                    new(e.Stage, SlotStatus.Withheld)
                    {
                        Situation = e.Situation,
                        PolicyVersion = e.PolicyVersion,
                        Reasons = [.. e.Reasons],
                        OpensWhen = [.. e.OpensWhen ?? []],
                        Assignee = x.Assignee,
                        Override = x.Override,
                    }
            ),
            FollowUpDue e => At(e.Stage, x => x with { Status = SlotStatus.Due, WasDue = true }),
            FollowUpClaimed e => At(
                e.Stage,
                x =>
                    x with
                    {
                        Status = SlotStatus.Claimed,
                        Claim = new(e.ClaimId, e.By, e.Channel, e.ExpiresAt, e.Principal),
                        RanOut = null,
                    }
            ),
            ClaimReleased e => At(e.Stage, Unclaimed),
            ClaimExpired e => At(e.Stage, x => Unclaimed(x) with { RanOut = x.Claim }),
            FollowUpSettled e => At(e.Stage, x => x with { Status = SlotStatus.Made, Claim = null, Made = new(e.Channel, e.By, e.MadeAt) }),
            FollowUpRetracted e => At(e.Stage, x => x with { Status = SlotStatus.Waived, WasDue = false, Claim = null, Made = null }),
            FollowUpWaived e => At(
                e.Stage,
                x => x with { Status = SlotStatus.Waived, WasDue = false, Claim = null, Reasons = [e.Reason], OpensWhen = [] }
            ),
            FollowUpLapsed e => At(
                e.Stage,
                x =>
                    x with
                    {
                        Status = SlotStatus.Lapsed,
                        WasDue = false,
                        Claim = null,
                        Reasons = e.Reason is { } reason ? x.Reasons.Insert(0, reason) : x.Reasons,
                    }
            ),
            FollowUpAssigned e => At(e.Stage, x => x with { Assignee = e.To }),
            FollowUpSnoozed e => At(e.Stage, x => x with { Status = SlotStatus.Planned, DueAt = e.DueAt, WasDue = false }),
            FollowUpOverridden e => At(e.Stage, x => x with { Override = new(e.Because, e.By, e.OverriddenAt) }),
            ClosingProposed e => this with { ClosingProposedAt = e.ProposedAt.ToUniversalTime(), ClosingProposedIn = e.Stage },
            ClosingProposalWithdrawn => this with { ClosingProposedAt = null, ClosingProposedIn = null },
            _ => this,
        };

    private static SlotView Unclaimed(SlotView x) => x with { Status = x.WasDue ? SlotStatus.Due : SlotStatus.Planned, Claim = null };

    private SchedulerPlan At(int stage, Func<SlotView, SlotView> change) =>
        this with
        {
            Slots = Slots.SetItem(stage, change(Slots.GetValueOrDefault(stage) ?? new(stage, SlotStatus.Planned))),
        };
}

/// <summary>A stage's only follow-up, by the Scheduler's latest event.</summary>
public sealed record SlotView(int Stage, SlotStatus Status)
{
    public DateTimeOffset? DueAt { get; init; }
    public DateTimeOffset? WindowEndsAt { get; init; }
    public ImmutableList<Channel> Channels { get; init; } = [];
    public ContactReference? Contact { get; init; }
    public string? Situation { get; init; }
    public Anchor? Anchor { get; init; }
    public int? PolicyVersion { get; init; }
    public ImmutableList<Reason> Reasons { get; init; } = [];

    /// <summary>The conditions that would end the withholding of a withheld slot.</summary>
    public ImmutableList<Reason> OpensWhen { get; init; } = [];

    /// <summary>The person who is to make the follow-up, if the slot is assigned. An assignment outlasts replanning.</summary>
    public string? Assignee { get; init; }

    /// <summary>The override, if a person decided that the withheld follow-up is to be made.</summary>
    public OverrideView? Override { get; init; }

    public ClaimView? Claim { get; init; }

    /// <summary>The last claim, if its lease expired unused: its holder may have made the follow-up without settling it.</summary>
    public ClaimView? RanOut { get; init; }

    public MadeView? Made { get; init; }
    public bool WasDue { get; init; }

    /// <summary>Whether the slot has come due, and stays so with another due date.</summary>
    public bool StaysDueAt(DateTimeOffset dueAt) => WasDue && dueAt <= DueAt;

    /// <summary>The claim, if its lease is valid at the given time.</summary>
    public ClaimView? ClaimAt(DateTimeOffset now) => Claim is { } claim && claim.ExpiresAt > now ? claim : null;

    /// <summary>The claim, if its lease is valid at the given time and the person holds it.</summary>
    public ClaimView? ClaimOf(string principal, string person, DateTimeOffset now) =>
        ClaimAt(now) is { } claim && claim.IsOf(principal, person) ? claim : null;
}

public sealed record ClaimView(Guid ClaimId, string By, Channel? Channel, DateTimeOffset ExpiresAt, string? Principal = null)
{
    /// <summary>
    /// Whether a person holds the claim: who signed in with a key that several use may be another than the one it was taken for.
    /// </summary>
    public bool IsOf(string? principal, string? person) => Principal == principal && By == person;
}

public sealed record OverrideView(OverrideReason Because, string By, DateTimeOffset At);

public sealed record MadeView(Channel Channel, string By, DateTimeOffset MadeAt);

/// <summary>
/// A decision of the Scheduler as its event had it, complete, so that a Scheduler that lost its store can be rebuilt from these.
/// </summary>
public sealed record Decision(long Sequence, string Type, DateTimeOffset At, string? By, JsonElement Data)
{
    public string? Id { get; init; }
    public string? Incarnation { get; init; }
    public string? CorrelationId { get; init; }
    public string? CausationId { get; init; }
    public string? TraceParent { get; init; }
    public string? Principal { get; init; }
}
