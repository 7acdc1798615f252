namespace FollowUp.Contracts;

/// <summary>A reason for a decision.</summary>
/// <param name="Code">A stable code in camelCase, for programs.</param>
/// <param name="Sentence">An English sentence, for people.</param>
/// <param name="Values">The values in the sentence, by their names in the resource file (dates as <c>YYYY-MM-DD</c>): a translation can be
/// made from them and the code.</param>
public sealed record Reason(string Code, string Sentence, IReadOnlyDictionary<string, string>? Values = null);

/// <summary>The day from which a slot's due date is counted.</summary>
/// <param name="Kind">The kind of day.</param>
/// <param name="On">The date at the employer's place.</param>
/// <param name="Basis">How the date is known; null if its source didn't tell.</param>
public sealed record Anchor(AnchorKind Kind, DateOnly On, Basis? Basis = null);

/// <summary>An event of the Scheduler about one slot.</summary>
public interface ISlotEvent
{
    /// <summary>The application's id, as in the event's <c>subject</c>.</summary>
    Guid Application { get; }

    /// <summary>The slot's stage.</summary>
    int Stage { get; }
}

/// <summary>
/// <c>followup.follow-up.planned.v1</c>: a slot has a due date. The event is repeated when anything in it changes. A slot that has come due
/// stays due unless its date moves on.
/// </summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="Candidate">The caller's own reference of the candidate, opaque.</param>
/// <param name="DueAt">When the slot comes due.</param>
/// <param name="WindowEndsAt">When the slot's window ends.</param>
/// <param name="Channels">The channels, best first.</param>
/// <param name="Contact">The contact for the follow-up, if known.</param>
/// <param name="Situation">The policy's row that applied, as <c>ownerRun</c>.</param>
/// <param name="Anchor">The day from which the due date is counted.</param>
/// <param name="PolicyVersion">The version of the team's policy.</param>
/// <param name="Reasons">Each rule that influenced the plan.</param>
/// <param name="ReleasedAt">When another policy released the slot, if the policy before had withheld it.</param>
public sealed record FollowUpPlanned(
    Guid Application,
    int Stage,
    string Candidate,
    DateTimeOffset DueAt,
    DateTimeOffset WindowEndsAt,
    IReadOnlyList<Channel> Channels,
    ContactReference? Contact,
    string Situation,
    Anchor Anchor,
    int PolicyVersion,
    IReadOnlyList<Reason> Reasons,
    DateTimeOffset? ReleasedAt = null
) : ISlotEvent;

/// <summary><c>followup.follow-up.withheld.v1</c>: a slot is withheld, because a follow-up would do no good at present.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="Candidate">The caller's own reference of the candidate, opaque.</param>
/// <param name="Situation">The policy's row that applied.</param>
/// <param name="PolicyVersion">The version of the team's policy.</param>
/// <param name="Reasons">Why the slot is withheld.</param>
/// <param name="OpensWhen">The conditions for the slot to be planned: each of them removes one of the reasons. Empty if no condition
/// would.</param>
public sealed record FollowUpWithheld(
    Guid Application,
    int Stage,
    string Candidate,
    string Situation,
    int PolicyVersion,
    IReadOnlyList<Reason> Reasons,
    IReadOnlyList<Reason>? OpensWhen = null
) : ISlotEvent;

/// <summary><c>followup.follow-up.due.v1</c>: a slot came due: at most once for each due date in force.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="Candidate">The caller's own reference of the candidate, opaque.</param>
/// <param name="DueAt">When the slot came due.</param>
/// <param name="WindowEndsAt">When the slot's window ends.</param>
/// <param name="Channels">The channels, best first.</param>
/// <param name="Contact">The contact for the follow-up, if known.</param>
public sealed record FollowUpDue(
    Guid Application,
    int Stage,
    string Candidate,
    DateTimeOffset DueAt,
    DateTimeOffset WindowEndsAt,
    IReadOnlyList<Channel> Channels,
    ContactReference? Contact
) : ISlotEvent;

/// <summary><c>followup.follow-up.claimed.v1</c>: a claim was granted: its claimer has the exclusive right to make the follow-up.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="ClaimId">The claim's id, chosen by the claimer.</param>
/// <param name="By">The person who holds the claim, as the caller names them.</param>
/// <param name="Channel">The channel that the claimer intends to use, if stated.</param>
/// <param name="Epoch">A number that grows with every grant of the slot; settling may state it.</param>
/// <param name="ClaimedAt">When the claim was granted.</param>
/// <param name="ExpiresAt">When the claim's lease expires.</param>
/// <param name="Early">In the answer to the claim: whether the follow-up isn't due yet.</param>
/// <param name="Channels">In the answer to the claim: how it may be made, the best first.</param>
/// <param name="Contact">In the answer to the claim: who it goes to, where known.</param>
/// <param name="Principal">The opaque id of who holds the claim: only they settle or release it, whatever name they go by.</param>
public sealed record FollowUpClaimed(
    Guid Application,
    int Stage,
    Guid ClaimId,
    string By,
    Channel? Channel,
    int Epoch,
    DateTimeOffset ClaimedAt,
    DateTimeOffset ExpiresAt,
    bool? Early = null,
    IReadOnlyList<Channel>? Channels = null,
    ContactReference? Contact = null,
    string? Principal = null
) : ISlotEvent;

/// <summary><c>followup.follow-up.claim-released.v1</c>: a claim was released.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="ClaimId">The claim's id.</param>
/// <param name="By">The person who held the claim.</param>
/// <param name="ReleasedAt">When the claim was released.</param>
public sealed record ClaimReleased(Guid Application, int Stage, Guid ClaimId, string By, DateTimeOffset ReleasedAt) : ISlotEvent;

/// <summary><c>followup.follow-up.claim-expired.v1</c>: a claim's lease expired unused.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="ClaimId">The claim's id.</param>
/// <param name="By">The person who held the claim.</param>
/// <param name="ExpiredAt">When the lease expired.</param>
public sealed record ClaimExpired(Guid Application, int Stage, Guid ClaimId, string By, DateTimeOffset ExpiredAt) : ISlotEvent;

/// <summary><c>followup.follow-up.claim-refused.v1</c>: a claim was refused.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="ClaimId">The claim's id.</param>
/// <param name="By">The person who claimed.</param>
/// <param name="Reason">Why the claim was refused: <c>alreadyMade</c>, <c>claimedByAnother</c>, <c>withheld</c>, <c>waived</c>,
/// <c>lapsed</c>, <c>stageClosed</c>, <c>channelNotPermitted</c> and others, with a sentence and its values.</param>
/// <param name="RefusedAt">When the claim was refused.</param>
/// <param name="Principal">The opaque id of who claimed: from then on only they use the claim's id.</param>
public sealed record ClaimRefused(
    Guid Application,
    int Stage,
    Guid ClaimId,
    string By,
    Reason Reason,
    DateTimeOffset RefusedAt,
    string? Principal = null
) : ISlotEvent;

/// <summary><c>followup.follow-up.settled.v1</c>: a claim was settled: the slot's follow-up is made, which is final.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="ClaimId">The claim's id.</param>
/// <param name="By">The person who made the follow-up.</param>
/// <param name="Channel">The channel of the follow-up.</param>
/// <param name="Epoch">The epoch of the claim's grant.</param>
/// <param name="MadeAt">When the follow-up was made.</param>
/// <param name="Against">The codes of the reasons against which the follow-up was made, if any, as <c>lapsed</c>.</param>
public sealed record FollowUpSettled(
    Guid Application,
    int Stage,
    Guid ClaimId,
    string By,
    Channel Channel,
    int Epoch,
    DateTimeOffset MadeAt,
    IReadOnlyList<string>? Against = null
) : ISlotEvent;

/// <summary>
/// <c>followup.follow-up.retracted.v1</c>: a follow-up was recorded by mistake: its slot is open again. The event of its plan follows.
/// </summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="ClaimId">The id of the claim under which it was settled, which can't be used again.</param>
/// <param name="RetractedAt">When it was taken back.</param>
public sealed record FollowUpRetracted(Guid Application, int Stage, Guid ClaimId, DateTimeOffset RetractedAt) : ISlotEvent;

/// <summary><c>followup.follow-up.waived.v1</c>: a follow-up is no longer needed.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="Reason">Why it is no longer needed.</param>
/// <param name="WaivedAt">When that happened, which may be before it was recorded.</param>
public sealed record FollowUpWaived(Guid Application, int Stage, Reason Reason, DateTimeOffset WaivedAt) : ISlotEvent;

/// <summary><c>followup.follow-up.lapsed.v1</c>: a slot's window ended without a follow-up.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="WindowEndedAt">When the window ended.</param>
/// <param name="LapsedAt">When the Scheduler recorded that.</param>
/// <param name="Reason">That it lapsed, with a sentence and its values.</param>
public sealed record FollowUpLapsed(
    Guid Application,
    int Stage,
    DateTimeOffset WindowEndedAt,
    DateTimeOffset LapsedAt,
    Reason? Reason = null
) : ISlotEvent;

/// <summary>
/// <c>followup.follow-up.assigned.v1</c>: a slot was assigned to a person of the team, or, if no person is named, its assignment was
/// removed.
/// </summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="To">The person, as the caller names them: an opaque reference, never an e-mail address.</param>
/// <param name="By">The person who assigned the slot.</param>
/// <param name="AssignedAt">When the slot was assigned.</param>
public sealed record FollowUpAssigned(Guid Application, int Stage, string? To, string By, DateTimeOffset AssignedAt) : ISlotEvent;

/// <summary><c>followup.follow-up.snoozed.v1</c>: a slot was postponed within its window.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="DueAt">When the slot now comes due.</param>
/// <param name="By">The person who postponed the slot.</param>
/// <param name="SnoozedAt">When the slot was postponed.</param>
public sealed record FollowUpSnoozed(Guid Application, int Stage, DateTimeOffset DueAt, string By, DateTimeOffset SnoozedAt) : ISlotEvent;

/// <summary>
/// <c>followup.follow-up.overridden.v1</c>: a person decided that a withheld follow-up is to be made. The event of its plan follows.
/// </summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="Because">Why the follow-up is to be made.</param>
/// <param name="Despite">The codes of the reasons that withheld the slot; any other reason withholds it again.</param>
/// <param name="By">The person who decided this.</param>
/// <param name="OverriddenAt">When the person decided this.</param>
public sealed record FollowUpOverridden(
    Guid Application,
    int Stage,
    OverrideReason Because,
    IReadOnlyList<string> Despite,
    string By,
    DateTimeOffset OverriddenAt
) : ISlotEvent;

/// <summary>
/// <c>followup.policy.changed.v1</c>: a team's policy was changed. The event's <c>subject</c> is an id derived from the team, and its
/// <c>sequence</c> counts that team's changes.
/// </summary>
/// <param name="Version">The policy's version; the default policy is version 1.</param>
/// <param name="Policy">The whole policy, as <c>GET /policy</c> returns it.</param>
/// <param name="By">The person who changed it.</param>
/// <param name="ChangedAt">When it was changed.</param>
public sealed record PolicyChanged(int Version, System.Text.Json.JsonElement Policy, string By, DateTimeOffset ChangedAt);

/// <summary>
/// <c>followup.application.closing-proposed.v1</c>: after a long silence, or a no, closing the application is proposed.
/// </summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The stage that got no answer.</param>
/// <param name="Reason">The reason to close with: <see cref="ClosingReason.NoResponse"/>, or <see cref="ClosingReason.Rejected"/> after a
/// no.</param>
/// <param name="SilentSince">When the last thing happened that an answer could be expected to: a follow-up, the end of a window, an answer
/// of the employer's.</param>
/// <param name="ProposedAt">When closing was proposed.</param>
public sealed record ClosingProposed(
    Guid Application,
    int Stage,
    ClosingReason Reason,
    DateTimeOffset SilentSince,
    DateTimeOffset ProposedAt
) : ISlotEvent;

/// <summary>
/// <c>followup.application.closing-proposal-withdrawn.v1</c>: what is known now doesn't bear the proposal to close the application any
/// more: the employer answered, the follow-up can be made again, or what it rested on was recorded by mistake. Not published when the
/// application was closed, which settles the proposal.
/// </summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The stage whose silence, or whose no, was proposed to close with.</param>
/// <param name="WithdrawnAt">When the proposal was withdrawn.</param>
public sealed record ClosingProposalWithdrawn(Guid Application, int Stage, DateTimeOffset WithdrawnAt) : ISlotEvent;
