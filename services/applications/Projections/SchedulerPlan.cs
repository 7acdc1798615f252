using System.Collections.Immutable;
using System.Text.Json;
using FollowUp.Contracts;

namespace FollowUp.Applications.Projections;

/// <summary>What the Scheduler last said of an application: its slots, and every decision it announced.</summary>
public sealed record SchedulerPlan
{
    /// <summary>The application.</summary>
    public Guid Id { get; init; }

    /// <summary>The last sequence number taken in: what comes again is ignored, what comes too early waits.</summary>
    public long Version { get; init; }

    public ImmutableSortedDictionary<int, SlotView> Slots { get; init; } = ImmutableSortedDictionary<int, SlotView>.Empty;
    public ImmutableList<Decision> Decisions { get; init; } = [];
    public ImmutableSortedDictionary<long, CloudEvent> Early { get; init; } = ImmutableSortedDictionary<long, CloudEvent>.Empty;
    public DateTimeOffset? ClosingProposedAt { get; init; }

    /// <summary>The stage whose follow-up was met with silence.</summary>
    public int? ClosingProposedIn { get; init; }

    /// <summary>The same as <see cref="ClosingProposal"/>, asked of the database: of a plan p and a listing l. Change both.</summary>
    internal const string ProposalStands =
        "(p.closing_proposed_at is not null and not l.is_closed and coalesce(p.closing_proposed_in, l.stage) = l.stage and coalesce(l.responded_at < p.closing_proposed_at, true))";

    /// <summary>
    /// When it was proposed to close, as long as that stands: not once it is closed, they answered after all, or it went on.
    /// </summary>
    public DateTimeOffset? ClosingProposal(bool isClosed, int stage, DateTimeOffset? respondedAt) =>
        isClosed || respondedAt >= ClosingProposedAt || (ClosingProposedIn is { } silent && silent != stage) ? null : ClosingProposedAt;

    /// <summary>The status of the latest stage's slot, for the list's filter.</summary>
    public SlotStatus? Status => Slots.IsEmpty ? null : Slots.Values.Last().Status;

    /// <summary>The latest stage that the Scheduler has spoken of.</summary>
    public int? Stage => Slots.IsEmpty ? null : Slots.Values.Last().Stage;

    /// <summary>Who is to make the latest stage's follow-up.</summary>
    public string? Assignee => Slots.IsEmpty ? null : Slots.Values.Last().Assignee;

    /// <summary>What lists are sorted by: see <see cref="Queries.Urgency"/>.</summary>
    public string? Urgency => Slots.IsEmpty ? null : Queries.Urgency.Of(Slots.Values.Last());

    public SchedulerPlan Apply(CloudEvent message, long sequence, object contract) =>
        Say(contract) with
        {
            Version = sequence,
            Decisions = Decisions.Add(
                new(sequence, message.Type, message.Time ?? default, message.RecordedBy, message.Data)
                {
                    Id = message.Id,
                    CorrelationId = message.CorrelationId,
                    CausationId = message.CausationId,
                    TraceParent = message.TraceParent,
                }
            ),
        };

    private SchedulerPlan Say(object contract) =>
        contract switch
        {
            FollowUpPlanned e => At(
                e.Stage,
                x =>
                    new(e.Stage, SlotStatus.Planned)
                    {
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
                x => x with { Status = SlotStatus.Claimed, Claim = new(e.ClaimId, e.By, e.Channel, e.ExpiresAt), RanOut = null }
            ),
            ClaimReleased e => At(e.Stage, Unclaimed),
            ClaimExpired e => At(e.Stage, x => Unclaimed(x) with { RanOut = x.Claim }),
            FollowUpSettled e => At(e.Stage, x => x with { Status = SlotStatus.Made, Claim = null, Made = new(e.Channel, e.By, e.MadeAt) }),
            FollowUpWaived e => At(e.Stage, x => x with { Status = SlotStatus.Waived, Claim = null, Reasons = [e.Reason], OpensWhen = [] }),
            FollowUpLapsed e => At(e.Stage, x => x with { Status = SlotStatus.Lapsed, Claim = null }),
            FollowUpAssigned e => At(e.Stage, x => x with { Assignee = e.To }),
            FollowUpSnoozed e => At(e.Stage, x => x with { Status = SlotStatus.Planned, DueAt = e.DueAt, WasDue = false }),
            FollowUpOverridden e => At(e.Stage, x => x with { Override = new(e.Because, e.By, e.OverriddenAt) }),
            ClosingProposed e => this with { ClosingProposedAt = e.ProposedAt.ToUniversalTime(), ClosingProposedIn = e.Stage },
            _ => this,
        };

    private static SlotView Unclaimed(SlotView x) => x with { Status = x.WasDue ? SlotStatus.Due : SlotStatus.Planned, Claim = null };

    private SchedulerPlan At(int stage, Func<SlotView, SlotView> change) =>
        this with
        {
            Slots = Slots.SetItem(stage, change(Slots.GetValueOrDefault(stage) ?? new(stage, SlotStatus.Planned))),
        };
}

/// <summary>A stage's only follow-up, as the Scheduler last said.</summary>
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

    /// <summary>What would have to happen for a withheld one to be planned.</summary>
    public ImmutableList<Reason> OpensWhen { get; init; } = [];

    /// <summary>Who is to make it, if anybody in particular. It stays theirs when the slot is planned anew.</summary>
    public string? Assignee { get; init; }

    /// <summary>Why it is to be made although it was withheld.</summary>
    public OverrideView? Override { get; init; }

    public ClaimView? Claim { get; init; }

    /// <summary>The last claim, where it ran out unused: whoever held it may have made the call all the same.</summary>
    public ClaimView? RanOut { get; init; }

    public MadeView? Made { get; init; }
    public bool WasDue { get; init; }

    /// <summary>The claim, as long as it holds.</summary>
    public ClaimView? ClaimAt(DateTimeOffset now) => Claim is { } claim && claim.ExpiresAt > now ? claim : null;

    /// <summary>The same, if it is theirs.</summary>
    public ClaimView? ClaimOf(string person, DateTimeOffset now) => ClaimAt(now) is { } claim && claim.By == person ? claim : null;
}

public sealed record ClaimView(Guid ClaimId, string By, Channel? Channel, DateTimeOffset ExpiresAt);

public sealed record OverrideView(OverrideReason Because, string By, DateTimeOffset At);

public sealed record MadeView(Channel Channel, string By, DateTimeOffset MadeAt);

/// <summary>
/// A decision of the Scheduler, as it announced it: whole, so that a Scheduler that lost its store gets it back from here.
/// </summary>
public sealed record Decision(long Sequence, string Type, DateTimeOffset At, string? By, JsonElement Data)
{
    public string? Id { get; init; }
    public string? CorrelationId { get; init; }
    public string? CausationId { get; init; }
    public string? TraceParent { get; init; }
}
