using System.Collections.Immutable;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Scheduler.Planning;

namespace FollowUp.Scheduler;

// The events of a plan: the decisions on each slot. Every one of them is published, so that an application's sequence has no gap.

public sealed record Planned(
    int Stage,
    string Candidate,
    DateTimeOffset DueAt,
    DateTimeOffset WindowEndsAt,
    ImmutableList<Channel> Channels,
    ContactReference? Contact,
    string Situation,
    Anchor Anchor,
    int PolicyVersion,
    ImmutableList<Reason> Reasons,
    DateTimeOffset? ReleasedAt = null
);

public sealed record Withheld(
    int Stage,
    string Candidate,
    string Situation,
    int PolicyVersion,
    ImmutableList<Reason> Reasons,
    ImmutableList<Reason>? OpensWhen = null
);

public sealed record Due(
    int Stage,
    string Candidate,
    DateTimeOffset DueAt,
    DateTimeOffset WindowEndsAt,
    ImmutableList<Channel> Channels,
    ContactReference? Contact
);

/// <param name="Principal">The opaque id of who holds the claim, to whom it belongs whatever name they go by.</param>
public sealed record Claimed(
    int Stage,
    Guid ClaimId,
    string By,
    Channel? Channel,
    int Epoch,
    DateTimeOffset At,
    DateTimeOffset ExpiresAt,
    string? Principal = null
);

public sealed record Released(int Stage, Guid ClaimId, string By, DateTimeOffset At);

public sealed record Expired(int Stage, Guid ClaimId, string By, DateTimeOffset At);

/// <param name="Principal">The opaque id of who asked: from then on only they use the claim id.</param>
public sealed record Refused(int Stage, Guid ClaimId, string By, Reason Reason, DateTimeOffset At, string? Principal = null);

public sealed record Settled(
    int Stage,
    Guid ClaimId,
    string By,
    Channel Channel,
    int Epoch,
    DateTimeOffset MadeAt,
    ImmutableList<string>? Against = null
);

/// <summary>A follow-up was recorded by mistake: its slot is as if it had never been made.</summary>
public sealed record Unsettled(int Stage, Guid ClaimId, DateTimeOffset At);

public sealed record Waived(int Stage, Reason Reason, DateTimeOffset At);

public sealed record Lapsed(int Stage, DateTimeOffset WindowEndedAt, DateTimeOffset At);

public sealed record Assigned(int Stage, string? To, string By, DateTimeOffset At);

public sealed record Snoozed(int Stage, DateTimeOffset DueAt, string By, DateTimeOffset At);

public sealed record Overridden(int Stage, OverrideReason Because, ImmutableList<string> Despite, string By, DateTimeOffset At);

public sealed record ClosingProposed(int Stage, DateTimeOffset SilentSince, DateTimeOffset At, bool? IsRejected = null);

/// <summary>What is known now doesn't bear the proposal to close the application any more.</summary>
public sealed record ClosingProposalWithdrawn(int Stage, DateTimeOffset At);

/// <summary>Brings the slots to the desired plan, after an event of the application or a change of the policy.</summary>
/// <param name="Desired">The desired plan.</param>
/// <param name="Now">The current time.</param>
/// <param name="IsOtherPolicy">Whether only the policy changed, which brings no lapsed slot back.</param>
public sealed record Replan(DesiredPlan Desired, DateTimeOffset Now, bool IsOtherPolicy = false);

/// <summary>Applies the effects of the time that passed.</summary>
public sealed record Tick(DesiredPlan Desired, DateTimeOffset Now);

/// <summary>Claims a slot, in order to make its follow-up.</summary>
/// <param name="Guard">The reason against the claim that the team's other follow-ups give, see <see cref="Commands.Guards"/>.</param>
public sealed record ClaimSlot(
    int Stage,
    Guid ClaimId,
    string By,
    Channel? Channel,
    TimeSpan Length,
    DesiredPlan Desired,
    DateTimeOffset Now,
    Reason? Guard = null,
    string? Principal = null
);

/// <summary>Releases a claim.</summary>
public sealed record ReleaseSlot(int Stage, Guid ClaimId, DesiredPlan Desired, DateTimeOffset Now, string? Principal = null);

/// <summary>Settles a slot: its follow-up was made.</summary>
/// <param name="Happened">Whether the caller insists on a follow-up that was made against the plan.</param>
public sealed record SettleSlot(
    int Stage,
    Guid ClaimId,
    string By,
    Channel Channel,
    DateTimeOffset MadeAt,
    int? Epoch,
    TimeSpan Length,
    DesiredPlan Desired,
    DateTimeOffset Now,
    bool Happened = false,
    string? Principal = null
);

/// <summary>Assigns a slot to a person, or removes the assignment.</summary>
public sealed record AssignSlot(int Stage, string? To, string By, DesiredPlan Desired, DateTimeOffset Now);

/// <summary>Snoozes a slot.</summary>
/// <param name="Most">How often the policy lets a slot be snoozed.</param>
public sealed record SnoozeSlot(int Stage, DateTimeOffset Until, string By, int Most, DesiredPlan Desired, DateTimeOffset Now);

/// <summary>Overrides the reasons that withhold a slot, so that its follow-up can be made.</summary>
public sealed record OverrideSlot(int Stage, OverrideReason Because, string By, DesiredPlan Desired, DateTimeOffset Now);

/// <summary>A stage's only follow-up.</summary>
public sealed record Slot(int Stage)
{
    public SlotStatus Status { get; init; }
    public DesiredSlot.Planned? Plan { get; init; }
    public DesiredSlot.Withheld? Why { get; init; }
    public int PolicyVersion { get; init; }
    public bool WasDue { get; init; }

    /// <summary>Whether the slot has been announced as due, and stays so with another due date.</summary>
    public bool StaysDueAt(DateTimeOffset dueAt) => WasDue && dueAt <= DueAt;

    public int Epoch { get; init; }
    public Claimed? Claim { get; init; }
    public Settled? Made { get; init; }
    public Reason? WaivedBecause { get; init; }
    public DateTimeOffset? WaivedAt { get; init; }

    /// <summary>When another policy released the slot, which the policy before had withheld.</summary>
    public DateTimeOffset? ReleasedAt { get; init; }

    public string? Assignee { get; init; }
    public DateTimeOffset? SnoozedUntil { get; init; }
    public Snoozed? LastSnooze { get; init; }
    public int Snoozes { get; init; }
    public Overridden? Override { get; init; }

    /// <summary>When the slot comes due: at the end of its snooze if it is snoozed, otherwise as planned.</summary>
    public DateTimeOffset? DueAt => SnoozedUntil ?? Plan?.DueAt;

    public bool IsOpen => Status is SlotStatus.Planned or SlotStatus.Due;

    public bool IsClaimedAt(DateTimeOffset now) => Claim is { } claim && claim.ExpiresAt > now;
}

/// <summary>
/// The final answer to a claim id: the grant or the refusal of the claim. A granted claim that came too late to be settled has both.
/// </summary>
/// <param name="RefusedFirst">The refusal that was answered before a follow-up was recorded under the id all the same.</param>
/// <param name="Principal">Who used the claim id first, and alone may use it.</param>
public sealed record Asked(int Stage, string By, Claimed? Granted, Reason? Refusal, Reason? RefusedFirst = null, string? Principal = null)
{
    /// <summary>The refusal that answers the claim; null if the claim was granted.</summary>
    public Reason? AnsweredBy => RefusedFirst ?? (Granted is null ? Refusal : null);
}

// See docs/decisions/0007-claim-leases-and-epochs.md
/// <summary>
/// The slots of one application, and the only authority over them: a follow-up may be made only by a decision of this aggregate.
/// </summary>
public sealed partial record FollowUpPlan
{
    public Guid Id { get; init; }
    public ImmutableSortedDictionary<int, Slot> Slots { get; init; } = ImmutableSortedDictionary<int, Slot>.Empty;
    public ImmutableDictionary<Guid, Asked> Claims { get; init; } = ImmutableDictionary<Guid, Asked>.Empty;
    public ClosingProposed? Proposed { get; init; }

    /// <summary>The latest version of the team's policy that planned any of the slots; 0 if none did.</summary>
    public int PlannedUnder => Slots.Values.Select(x => x.PolicyVersion).DefaultIfEmpty().Max();

    public FollowUpPlan Evolve(object fact) =>
        fact switch
        {
            Planned e => At(
                e.Stage,
                x =>
                    x with
                    {
                        // what is due stays due unless its date moves on: it is announced once
                        Status = x.StaysDueAt(e.DueAt) ? SlotStatus.Due : SlotStatus.Planned,
                        WasDue = x.StaysDueAt(e.DueAt),
                        Why = null,
                        WaivedBecause = null,
                        PolicyVersion = e.PolicyVersion,
                        SnoozedUntil = null,
                        ReleasedAt = e.ReleasedAt,
                        Plan = new(e.Stage, e.DueAt, e.WindowEndsAt, e.Channels, e.Contact, e.Situation, e.Anchor, e.Reasons),
                    }
            ),
            Withheld e => At(
                e.Stage,
                x =>
                    x with
                    {
                        Status = SlotStatus.Withheld,
                        WasDue = false,
                        Plan = null,
                        SnoozedUntil = null,
                        WaivedBecause = null,
                        ReleasedAt = null,
                        PolicyVersion = e.PolicyVersion,
                        Why = new(e.Stage, e.Situation, e.Reasons) { OpensWhen = e.OpensWhen ?? [] },
                    }
            ),
            Due e => At(e.Stage, x => x with { Status = SlotStatus.Due, WasDue = true }),
            Claimed e => At(e.Stage, x => x with { Status = SlotStatus.Claimed, Claim = e, Epoch = e.Epoch }) with
            {
                Claims = Claims.SetItem(
                    e.ClaimId,
                    new(e.Stage, e.By, e, null, RefusedBefore(e.ClaimId), PrincipalOf(e.ClaimId) ?? e.Principal)
                ),
            },
            Released e => At(e.Stage, Unclaimed),
            Expired e => At(e.Stage, Unclaimed),
            Refused e => this with
            {
                Claims = Claims.SetItem(
                    e.ClaimId,
                    new(
                        e.Stage,
                        e.By,
                        Claims.GetValueOrDefault(e.ClaimId)?.Granted,
                        e.Reason,
                        RefusedBefore(e.ClaimId),
                        PrincipalOf(e.ClaimId) ?? e.Principal
                    )
                ),
            },
            Settled e => At(e.Stage, x => x with { Status = SlotStatus.Made, Claim = null, Made = e, Epoch = Math.Max(x.Epoch, e.Epoch) }),
            Unsettled e => At(e.Stage, x => x with { Status = SlotStatus.Waived, WasDue = false, Claim = null, Made = null }) with
            {
                Claims = Claims.SetItem(
                    e.ClaimId,
                    new(
                        e.Stage,
                        Claims.GetValueOrDefault(e.ClaimId)?.By ?? "",
                        null,
                        Reasons.FollowUpRetracted(),
                        Principal: PrincipalOf(e.ClaimId)
                    )
                ),
            },
            Waived e => At(
                e.Stage,
                x => x with { Status = SlotStatus.Waived, WasDue = false, Claim = null, WaivedBecause = e.Reason, WaivedAt = e.At }
            ),
            Lapsed e => At(e.Stage, x => x with { Status = SlotStatus.Lapsed, WasDue = false, Claim = null }),
            Assigned e => At(e.Stage, x => x with { Assignee = e.To }),
            Snoozed e => At(
                e.Stage,
                x =>
                    x with
                    {
                        Status = SlotStatus.Planned,
                        WasDue = false,
                        SnoozedUntil = e.DueAt,
                        LastSnooze = e,
                        Snoozes = x.Snoozes + (x.LastSnooze?.At == e.At ? 0 : 1),
                    }
            ),
            Overridden e => At(e.Stage, x => x with { Override = e }),
            ClosingProposed e => this with { Proposed = e },
            ClosingProposalWithdrawn e => Withdraw(e),
            _ => this,
        };

    // Expired claims end first: a slot that is planned or withheld again must have no claim left to end.
    public object[] Decide(Replan c) =>
        new Deciding(this)
            .Expire(c.Desired, c.Now)
            .Reconcile(c.Desired, c.Now, isOtherPolicy: c.IsOtherPolicy)
            .PassTime(c.Desired, c.Now)
            .Facts;

    public object[] Decide(Tick c) => new Deciding(this).PassTime(c.Desired, c.Now).Facts;

    public object[] Decide(ClaimSlot c)
    {
        if (AskedBefore(c.ClaimId, c.Stage) is { } asked)
            return asked.By == c.By && IsOf(asked, c.Principal)
                ? []
                : throw UsedByAnother(asked);
        var deciding = new Deciding(this).Expire(c.Desired, c.Now);
        deciding.Add(
            WhyNot(deciding.Plan.Find(c.Stage), c.Channel, c.Guard) is { } reason
                ? new Refused(c.Stage, c.ClaimId, c.By, reason, c.Now, c.Principal)
                : Grant(deciding.Plan.Find(c.Stage), c.ClaimId, c.By, c.Channel, c.Length, c.Now, c.Principal)
        );
        return deciding.Facts;
    }

    // See docs/decisions/0023-what-happened-is-recorded.md
    public object[] Decide(SettleSlot c)
    {
        var before = AskedBefore(c.ClaimId, c.Stage);
        var isAnothers = before is not null && !IsOf(before, c.Principal); // then no answer to their id is recorded
        if (Find(c.Stage).Made is { } done && done.ClaimId == c.ClaimId)
            return isAnothers ? throw RefusedException.Because(Reasons.AlreadyMade(done)) : [];
        if (isAnothers)
            throw before!.Granted is { } theirs ? RefusedException.Because(Reasons.ClaimedByAnother(theirs)) : UsedByAnother(before);
        var deciding = new Deciding(this).Expire(c.Desired, c.Now);
        var slot = deciding.Plan.Find(c.Stage);
        if (before?.Refusal?.Code == Reasons.FollowUpRetractedCode)
            return [];
        var granted = before?.Granted;
        if (c.Epoch is { } epoch && epoch != granted?.Epoch)
            throw granted is null
                ? new RefusedException("staleEpoch", "No claim with that id was granted.")
                : new RefusedException("staleEpoch", $"The claim was granted with epoch {granted.Epoch}, not {epoch}.");

        // One follow-up a stage, whatever is said to have happened.
        if (slot.Made is { } made)
            return before?.Refusal switch
            {
                null => deciding.Add(new Refused(c.Stage, c.ClaimId, c.By, Reasons.AlreadyMade(made), c.Now, c.Principal)).Facts,
                { Code: Reasons.AlreadyMadeCode } => [],
                _ => throw RefusedException.Because(Reasons.AlreadyMade(made)), // what was answered to the claim doesn't change
            };
        // A claim ends; then what happened can be recorded under the same id.
        if (slot.Claim is { } claim && claim.ClaimId != c.ClaimId)
            throw RefusedException.Because(granted is null ? Reasons.ClaimedByAnother(claim) : Reasons.ClaimedSince(slot));

        ImmutableList<Reason> against = [.. Against(slot, granted, c)];
        if (!c.Happened && !against.IsEmpty)
        {
            // A claim whose lease ended may be settled by its holder as long as no other claim was granted.
            var refused = RefusedException.Because(against[0]);
            throw new RefusedException(refused.Code, refused.Detail) { Reason = against[0], CanBeRecorded = true };
        }

        var holds = granted is not null && slot.Epoch == granted.Epoch;
        if (!holds)
            deciding.Add(granted = Grant(slot, c.ClaimId, c.By, c.Channel, c.Length, c.Now, c.Principal));
        return deciding
            .Add(
                new Settled(
                    c.Stage,
                    c.ClaimId,
                    c.By,
                    c.Channel,
                    granted!.Epoch,
                    c.MadeAt,
                    against.IsEmpty ? null : [.. against.Select(x => x.Code)]
                )
            )
            .Facts;
    }

    // What speaks against a follow-up that was made. Nothing does if the slot was open when it was made.
    private static IEnumerable<Reason> Against(Slot slot, Claimed? granted, SettleSlot c)
    {
        if (granted is not null && slot.Epoch != granted.Epoch)
            yield return Reasons.ClaimedSince(slot);
        // A window that ended since doesn't matter to the holder of the last claim: the follow-up was made under that claim.
        var isHeld = slot.Claim?.ClaimId == c.ClaimId || (slot.Status == SlotStatus.Lapsed && slot.Epoch == granted?.Epoch);
        if (!isHeld && !WasOpenAt(slot, c.MadeAt) && WhyNot(slot, channel: null) is { } reason)
            yield return reason;
        if (WhyNotBy(slot, c.Channel) is { } channel)
            yield return channel;
    }

    private static bool WasOpenAt(Slot slot, DateTimeOffset at) =>
        slot switch
        {
            { Status: SlotStatus.Lapsed, Plan: { } plan } => at <= plan.WindowEndsAt,
            { Status: SlotStatus.Waived, Plan: { } plan, WaivedAt: { } waivedAt } => at < waivedAt && at <= plan.WindowEndsAt,
            _ => false,
        };

    public object[] Decide(ReleaseSlot c)
    {
        if (AskedBefore(c.ClaimId, c.Stage) is not { Granted: { } granted } asked)
            throw new RefusedException("unknownClaim", "No claim with that id was granted in that stage.");
        if (!IsOf(asked, c.Principal))
            throw RefusedException.Because(Reasons.ClaimedByAnother(granted));
        var slot = Find(c.Stage);
        if (slot.Made?.ClaimId == c.ClaimId)
            throw new RefusedException("alreadyMade", "The claim was settled: its follow-up is made, and can't be let go of.");
        if (slot.Claim?.ClaimId != c.ClaimId)
            return []; // the claim ended before
        return new Deciding(this)
            .Add(new Released(c.Stage, c.ClaimId, granted.By, c.Now))
            .Reconcile(c.Desired, c.Now, c.Stage)
            .PassTime(c.Desired, c.Now)
            .Facts;
    }

    public object[] Decide(AssignSlot c)
    {
        var deciding = new Deciding(this).Expire(c.Desired, c.Now);
        var slot = deciding.Plan.Find(c.Stage);
        if (slot.Assignee == c.To)
            return [];
        if (slot is { IsOpen: false, Claim: null, Status: not SlotStatus.Withheld })
            throw RefusedException.Because(WhyNot(slot, null)!);
        return deciding.Add(new Assigned(c.Stage, c.To, c.By, c.Now)).Facts;
    }

    public object[] Decide(SnoozeSlot c)
    {
        var deciding = new Deciding(this).Expire(c.Desired, c.Now);
        var slot = deciding.Plan.Find(c.Stage);
        if (slot.IsOpen && slot.SnoozedUntil == c.Until)
            return [];
        if (WhyNot(slot, null) is { } reason)
            throw RefusedException.Because(reason);
        var plan = slot.Plan!;
        if (c.Until <= c.Now || c.Until <= plan.DueAt || c.Until >= plan.WindowEndsAt)
            throw RefusedException.Because(Reasons.OutsideWindow(plan.DueAt, plan.WindowEndsAt));
        if (slot.Snoozes >= c.Most)
            throw RefusedException.Because(Reasons.AlreadySnoozed(c.Most));
        return deciding.Add(new Snoozed(c.Stage, c.Until, c.By, c.Now)).Facts;
    }

    public object[] Decide(OverrideSlot c)
    {
        var slot = Find(c.Stage);
        if (slot.Status != SlotStatus.Withheld)
            return slot is { Override.Because: { } before } && before == c.Because && (slot.IsOpen || slot.Claim is not null)
                ? []
                : throw RefusedException.Because(slot.IsOpen ? Reasons.NotWithheld() : WhyNot(slot, null) ?? Reasons.NotWithheld());
        if (c.Desired.Slots.Find(x => x.Stage == c.Stage) is not DesiredSlot.Withheld { Otherwise: { } otherwise } why)
            throw RefusedException.Because(Reasons.CantBeOverridden(slot.Why!));
        return new Deciding(this)
            .Add(new Overridden(c.Stage, c.Because, Withholding(why, otherwise(c.Now)), c.By, c.Now))
            .Reconcile(c.Desired, c.Now, c.Stage)
            .PassTime(c.Desired, c.Now)
            .Facts;
    }

    // The reasons that withhold a slot. Its other reasons would also belong to the plan that it would have without the withholding.
    private static ImmutableList<string> Withholding(DesiredSlot.Withheld why, DesiredSlot.Planned otherwise) =>
        [.. why.Reasons.Select(x => x.Code).Except(otherwise.Reasons.Select(x => x.Code), StringComparer.Ordinal)];

    // A person decided that the follow-up is made despite certain reasons. Any other reason withholds the slot again.
    private static DesiredSlot Allowed(DesiredSlot want, Slot? slot) =>
        want is DesiredSlot.Withheld { Otherwise: { } otherwise } why
        && slot?.Override is { } by
        && otherwise(by.At) is var planned
        && Withholding(why, planned).TrueForAll(by.Despite.Contains)
            ? planned
            : want;

    /// <summary>The proposal to close the application, as long as the silence lasts that led to the proposal.</summary>
    public ClosingProposed? ProposedFor(DesiredPlan desired) =>
        Proposed is { } proposed && desired.Silence is { } silence && IsProposed(silence) ? proposed : null;

    /// <summary>Whether anything is left that another policy could decide differently.</summary>
    public bool IsOpenTo(DesiredPlan desired) =>
        (desired.Silence is { } silence && !IsProposed(silence))
        || Slots.Values.Any(x => x.IsOpen || x.Claim is not null || x.Status == SlotStatus.Withheld);

    /// <summary>When the clock must process this application again, unless an event arrives before.</summary>
    public DateTimeOffset? NextMoment(DesiredPlan desired)
    {
        var moments = Slots.Values.Select(x =>
            x switch
            {
                { Claim: { } claim } => claim.ExpiresAt,
                { Status: SlotStatus.Planned, Plan: { } plan, DueAt: { } dueAt } => dueAt < plan.WindowEndsAt ? dueAt : plan.WindowEndsAt,
                { Status: SlotStatus.Due, Plan: { } plan } => plan.WindowEndsAt,
                _ => (DateTimeOffset?)null,
            }
        );
        // the next step ends a stage when it happens
        moments = moments.Concat(
            desired.Slots.Select(x => Slots.GetValueOrDefault(x.Stage) is { Claim: null } slot && CanEnd(slot) ? x.End?.At : null)
        );
        return moments.Append(desired.Silence is { } silence && MayPropose(silence) ? silence.At : null).Min();
    }

    // As long as the stage's follow-up can be made, its silence isn't the last word; a no is.
    private bool MayPropose(Silence silence) =>
        !IsProposed(silence)
        && (silence.IsRejected || Slots.GetValueOrDefault(silence.Stage) is not { } slot || !(CanEnd(slot) || slot.Claim is not null));

    public Slot Find(int stage) =>
        Slots.GetValueOrDefault(stage)
        ?? throw new RefusedException(
            "unknownStage",
            Slots.IsEmpty
                ? "This application has no stages yet."
                : $"This application has stages {Slots.Keys.First()} to {Slots.Keys.Last()}."
        );

    private static Claimed Grant(
        Slot slot,
        Guid claimId,
        string by,
        Channel? channel,
        TimeSpan length,
        DateTimeOffset now,
        string? principal
    ) => new(slot.Stage, claimId, by, channel, slot.Epoch + 1, now, now + length, principal);

    // A claim belongs to the principal that took it: another may go by the same name. Only the services' own broker
    // user, which speaks for everybody, has no principal.
    private static bool IsOf(Asked asked, string? principal) =>
        asked.Principal is not { } holder || principal is null || holder == principal;

    // otherwise two callers would believe that they hold the claim, or that the follow-up recorded under it is theirs
    private static RefusedException UsedByAnother(Asked asked) =>
        new("differentContent", $"That claim id was used by {asked.By}. Choose a new one for each claim.");

    private static Reason? WhyNot(Slot slot, Channel? channel, Reason? guard = null) =>
        slot switch
        {
            { Made: { } made } => Reasons.AlreadyMade(made),
            { Claim: { } claim } => Reasons.ClaimedByAnother(claim),
            { Status: SlotStatus.Withheld, Why: { } why } => Reasons.IsWithheld(why),
            { Status: SlotStatus.Waived, WaivedBecause: { } because } => Reasons.IsWaived(because),
            { Status: SlotStatus.Lapsed } => Reasons.HasLapsed(slot.Plan),
            _ => WhyNotBy(slot, channel) ?? guard,
        };

    private static Reason? WhyNotBy(Slot slot, Channel? channel) =>
        channel is { } by && slot.Plan is { } plan && !plan.Channels.Contains(by) ? Reasons.ChannelNotPermitted(by, plan) : null;

    private Asked? AskedBefore(Guid claimId, int stage)
    {
        Find(stage);
        if (Claims.GetValueOrDefault(claimId) is not { } asked)
            return null;
        return asked.Stage == stage
            ? asked
            : throw new RefusedException(
                "differentContent",
                $"That claim id was used for stage {asked.Stage}. Choose a new one for each claim."
            );
    }

    private static bool CanEnd(Slot slot) => slot.IsOpen || slot.Status == SlotStatus.Withheld;

    private bool IsProposed(Silence silence) =>
        Proposed is { } proposed && proposed.Stage == silence.Stage && proposed.SilentSince == silence.Since;

    private string? PrincipalOf(Guid claimId) => Claims.GetValueOrDefault(claimId)?.Principal;

    private Reason? RefusedBefore(Guid claimId) => Claims.GetValueOrDefault(claimId)?.AnsweredBy;

    private FollowUpPlan Withdraw(ClosingProposalWithdrawn e) => Proposed?.Stage == e.Stage ? this with { Proposed = null } : this;

    private static Slot Unclaimed(Slot slot) => slot with { Status = slot.WasDue ? SlotStatus.Due : SlotStatus.Planned, Claim = null };

    private FollowUpPlan At(int stage, Func<Slot, Slot> change) =>
        this with
        {
            Slots = Slots.SetItem(stage, change(Slots.GetValueOrDefault(stage) ?? new(stage))),
        };

    /// <summary>Collects the decided events, and applies each to the plan at once.</summary>
    private sealed class Deciding(FollowUpPlan plan)
    {
        private readonly List<object> _facts = [];

        public FollowUpPlan Plan { get; private set; } = plan;

        public object[] Facts => [.. _facts];

        public Deciding Add(object fact)
        {
            _facts.Add(fact);
            Plan = Plan.Evolve(fact);
            return this;
        }

        /// <summary>
        /// Brings every slot to its desired state. A made follow-up stays made, and no claim is cut short: a claimed slot is brought to
        /// its desired state when the claim ends.
        /// </summary>
        public Deciding Reconcile(DesiredPlan desired, DateTimeOffset now, int? only = null, bool isOtherPolicy = false)
        {
            foreach (var (stage, made) in Plan.Slots.Select(x => (x.Key, x.Value.Made)).ToArray())
                if (made is not null && desired.RetractedClaims.Contains(made.ClaimId))
                    Add(new Unsettled(stage, made.ClaimId, now));
            foreach (var gone in Plan.Slots.Values.Where(x => CanEnd(x) && desired.Slots.TrueForAll(y => y.Stage != x.Stage)).ToArray())
                if (!desired.Slots.IsEmpty && !gone.IsClaimedAt(now))
                    Add(new Waived(gone.Stage, Reasons.StepRetracted(), now));
            foreach (var wish in desired.Slots.Where(x => only is null || x.Stage == only))
            {
                var slot = Plan.Slots.GetValueOrDefault(wish.Stage);
                var want = Allowed(wish, slot);
                // What another policy releases opens late, like all that opens late.
                var isReleased = isOtherPolicy && slot?.Status == SlotStatus.Withheld && wish is DesiredSlot.Planned;
                var releasedAt = isReleased ? now : slot?.ReleasedAt;
                if (want is DesiredSlot.Planned { OpenedAt: { } opened } && releasedAt is { } at)
                    want = opened(at);
                if (slot?.Made is not null)
                    continue;
                if (want is DesiredSlot.Settled made)
                    Add(
                        new Settled(
                            made.Stage,
                            made.ClaimId,
                            made.By,
                            made.Channel,
                            Plan.Claims.GetValueOrDefault(made.ClaimId)?.Granted?.Epoch ?? (slot?.Epoch ?? 0) + 1,
                            made.MadeAt
                        )
                    );
                else if (slot?.IsClaimedAt(now) is true || (isOtherPolicy && slot?.Status == SlotStatus.Lapsed))
                    continue;
                else if (Change(slot, want, desired, now, releasedAt) is { } fact)
                {
                    Add(fact);
                    // The slot stays snoozed as long as the planned due date is the one that was snoozed. The event is repeated, so that
                    // subscribers don't take the planned date as the due date.
                    if (
                        fact is Planned p
                        && slot is { IsOpen: true, Plan: { } before, SnoozedUntil: { } until, LastSnooze: { } snooze }
                        && until > now
                        && (before.DueAt, before.WindowEndsAt) == (p.DueAt, p.WindowEndsAt)
                    )
                        Add(snooze);
                }
            }
            return this;
        }

        private static object? Change(Slot? slot, DesiredSlot want, DesiredPlan desired, DateTimeOffset now, DateTimeOffset? releasedAt) =>
            (want, slot) switch
            {
                (DesiredSlot.Planned p, { Status: SlotStatus.Lapsed }) when p.WindowEndsAt <= now => null,
                (DesiredSlot.Planned p, { Plan: { } before } s) when s.IsOpen && p.Equals(before) => null,
                (DesiredSlot.Withheld w, { Status: SlotStatus.Withheld, Why: { } before }) when w.Equals(before) => null,
                (DesiredSlot.Waived w, { Status: SlotStatus.Waived } s) when w.Says(s.WaivedBecause) && w.At == s.WaivedAt => null,
                (DesiredSlot.Planned p, _) => new Planned(
                    p.Stage,
                    desired.Candidate,
                    p.DueAt,
                    p.WindowEndsAt,
                    p.Channels,
                    p.Contact,
                    p.Situation,
                    p.Anchor,
                    desired.PolicyVersion,
                    p.Reasons,
                    releasedAt
                ),
                (DesiredSlot.Withheld w, _) => new Withheld(
                    w.Stage,
                    desired.Candidate,
                    w.Situation,
                    desired.PolicyVersion,
                    w.Reasons,
                    w.OpensWhen.IsEmpty ? null : w.OpensWhen
                ),
                (DesiredSlot.Waived w, _) => new Waived(w.Stage, w.Reason, w.At),
                _ => null,
            };

        /// <summary>Ends the expired claims, and brings their slots to their current desired state.</summary>
        public Deciding Expire(DesiredPlan desired, DateTimeOffset now)
        {
            foreach (var slot in Plan.Slots.Values.Where(x => x.Claim is { } claim && claim.ExpiresAt <= now))
                Add(new Expired(slot.Stage, slot.Claim!.ClaimId, slot.Claim.By, slot.Claim.ExpiresAt)).Reconcile(desired, now, slot.Stage);
            return this;
        }

        /// <summary>
        /// Applies the effects of time alone: claims expire, slots come due or lapse, a silence gets long enough to propose closing. An
        /// event that was missed during a long downtime is not published late.
        /// </summary>
        public Deciding PassTime(DesiredPlan desired, DateTimeOffset now)
        {
            Expire(desired, now);
            foreach (var ended in desired.Slots.OfType<DesiredSlot.Waived>())
                if (Plan.Slots.GetValueOrDefault(ended.Stage) is { Claim: null } open && CanEnd(open))
                    Add(new Waived(ended.Stage, ended.Reason, ended.At));
            foreach (var slot in Plan.Slots.Values.Where(x => x.IsOpen))
            {
                if (slot.Plan is not { } plan)
                    continue;
                if (plan.WindowEndsAt <= now)
                    Add(new Lapsed(slot.Stage, plan.WindowEndsAt, now));
                else if (slot is { Status: SlotStatus.Planned, DueAt: { } dueAt } && dueAt <= now)
                    Add(new Due(slot.Stage, desired.Candidate, dueAt, plan.WindowEndsAt, plan.Channels, plan.Contact));
            }
            if (desired.Silence is { } silence && silence.At <= now && Plan.MayPropose(silence))
                Add(new ClosingProposed(silence.Stage, silence.Since, now, silence.IsRejected ? true : null));
            else if (Plan.Proposed is { } proposed && !desired.IsOver && !(desired.Silence is { } lasting && Plan.IsProposed(lasting)))
                Add(new ClosingProposalWithdrawn(proposed.Stage, now));
            return this;
        }
    }
}
