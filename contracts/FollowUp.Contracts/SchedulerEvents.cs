namespace FollowUp.Contracts;

/// <summary>Why a decision is as it is.</summary>
/// <param name="Code">Stable, camelCase: for programs.</param>
/// <param name="Sentence">For a person, in English.</param>
/// <param name="Values">What the sentence names, by the names it has in the resource file (dates as <c>YYYY-MM-DD</c>): what it takes to
/// say it in another language.</param>
public sealed record Reason(string Code, string Sentence, IReadOnlyDictionary<string, string>? Values = null);

/// <summary>What a slot's date is counted from.</summary>
/// <param name="Kind">Which moment.</param>
/// <param name="On">The day, where the employer is.</param>
/// <param name="Basis">How the day is known; null where whoever said it didn't tell.</param>
public sealed record Anchor(AnchorKind Kind, DateOnly On, Basis? Basis = null);

/// <summary>An event of the Scheduler about one slot.</summary>
public interface ISlotEvent
{
    /// <summary>The application's id, as in the event's <c>subject</c>.</summary>
    Guid Application { get; }

    /// <summary>The slot's stage.</summary>
    int Stage { get; }
}

/// <summary><c>followup.follow-up.planned.v1</c>: a slot has a date; said again when it moves.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="Candidate">The caller's own reference of the candidate, opaque.</param>
/// <param name="DueAt">When the moment comes.</param>
/// <param name="WindowEndsAt">When it has passed.</param>
/// <param name="Channels">By which channels, best first.</param>
/// <param name="Contact">Whom to contact, where known.</param>
/// <param name="Situation">The row of the policy that applied, as <c>ownerRun</c>.</param>
/// <param name="Anchor">What the date is counted from.</param>
/// <param name="PolicyVersion">The version of the team's policy.</param>
/// <param name="Reasons">Each rule that changed the outcome.</param>
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
    IReadOnlyList<Reason> Reasons
) : ISlotEvent;

/// <summary><c>followup.follow-up.withheld.v1</c>: a follow-up would do no good as things stand.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="Candidate">The caller's own reference of the candidate, opaque.</param>
/// <param name="Situation">The row of the policy that applied.</param>
/// <param name="PolicyVersion">The version of the team's policy.</param>
/// <param name="Reasons">Why it is withheld.</param>
/// <param name="OpensWhen">What would have to happen for it to be planned: each by itself mends one of the reasons. Empty where nothing
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

/// <summary><c>followup.follow-up.due.v1</c>: its moment has come.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="Candidate">The caller's own reference of the candidate, opaque.</param>
/// <param name="DueAt">When the moment came.</param>
/// <param name="WindowEndsAt">When it will have passed.</param>
/// <param name="Channels">By which channels, best first.</param>
/// <param name="Contact">Whom to contact, where known.</param>
public sealed record FollowUpDue(
    Guid Application,
    int Stage,
    string Candidate,
    DateTimeOffset DueAt,
    DateTimeOffset WindowEndsAt,
    IReadOnlyList<Channel> Channels,
    ContactReference? Contact
) : ISlotEvent;

/// <summary><c>followup.follow-up.claimed.v1</c>: one claimer holds the right to make it.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="ClaimId">The claim's id, chosen by the claimer.</param>
/// <param name="By">Who, as the caller names them.</param>
/// <param name="Channel">The channel they mean to use, where said.</param>
/// <param name="Epoch">Grows with every grant of the slot; settling needs it.</param>
/// <param name="ClaimedAt">When it was granted.</param>
/// <param name="ExpiresAt">Until when it holds.</param>
/// <param name="Early">In the answer to the claim: whether the follow-up isn't due yet.</param>
/// <param name="Channels">In the answer to the claim: how it may be made, the best first.</param>
/// <param name="Contact">In the answer to the claim: who it goes to, where known.</param>
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
    ContactReference? Contact = null
) : ISlotEvent;

/// <summary><c>followup.follow-up.claim-released.v1</c>: the claimer let go.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="ClaimId">The claim's id.</param>
/// <param name="By">Who held it.</param>
/// <param name="ReleasedAt">When.</param>
public sealed record ClaimReleased(Guid Application, int Stage, Guid ClaimId, string By, DateTimeOffset ReleasedAt) : ISlotEvent;

/// <summary><c>followup.follow-up.claim-expired.v1</c>: the claim ran out unused.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="ClaimId">The claim's id.</param>
/// <param name="By">Who held it.</param>
/// <param name="ExpiredAt">When.</param>
public sealed record ClaimExpired(Guid Application, int Stage, Guid ClaimId, string By, DateTimeOffset ExpiredAt) : ISlotEvent;

/// <summary><c>followup.follow-up.claim-refused.v1</c>: somebody asked and may not.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="ClaimId">The claim's id.</param>
/// <param name="By">Who asked.</param>
/// <param name="Reason">Why not: <c>alreadyMade</c>, <c>claimedByAnother</c>, <c>withheld</c>, <c>waived</c>, <c>lapsed</c>,
/// <c>stageClosed</c>, <c>channelNotPermitted</c>, and what happened.</param>
/// <param name="RefusedAt">When.</param>
public sealed record ClaimRefused(Guid Application, int Stage, Guid ClaimId, string By, Reason Reason, DateTimeOffset RefusedAt)
    : ISlotEvent;

/// <summary><c>followup.follow-up.settled.v1</c>: the claim was used; the slot's follow-up is made, for good.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="ClaimId">The claim's id.</param>
/// <param name="By">Who made it.</param>
/// <param name="Channel">How.</param>
/// <param name="Epoch">The epoch of the grant it used.</param>
/// <param name="MadeAt">When it was made.</param>
public sealed record FollowUpSettled(
    Guid Application,
    int Stage,
    Guid ClaimId,
    string By,
    Channel Channel,
    int Epoch,
    DateTimeOffset MadeAt
) : ISlotEvent;

/// <summary><c>followup.follow-up.waived.v1</c>: it is no longer needed.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="Reason">Why.</param>
/// <param name="WaivedAt">When.</param>
public sealed record FollowUpWaived(Guid Application, int Stage, Reason Reason, DateTimeOffset WaivedAt) : ISlotEvent;

/// <summary><c>followup.follow-up.lapsed.v1</c>: its window ended unused.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="WindowEndedAt">When the window ended.</param>
/// <param name="LapsedAt">When that was noticed.</param>
public sealed record FollowUpLapsed(Guid Application, int Stage, DateTimeOffset WindowEndedAt, DateTimeOffset LapsedAt) : ISlotEvent;

/// <summary>
/// <c>followup.follow-up.assigned.v1</c>: somebody of the team is to make it, or, where nobody is named, nobody in particular any more.
/// </summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="To">Who, as the caller names them: an opaque reference, never an e-mail address.</param>
/// <param name="By">Who assigned it.</param>
/// <param name="AssignedAt">When.</param>
public sealed record FollowUpAssigned(Guid Application, int Stage, string? To, string By, DateTimeOffset AssignedAt) : ISlotEvent;

/// <summary><c>followup.follow-up.snoozed.v1</c>: it is put off, within its window.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="DueAt">When its moment comes now.</param>
/// <param name="By">Who put it off.</param>
/// <param name="SnoozedAt">When.</param>
public sealed record FollowUpSnoozed(Guid Application, int Stage, DateTimeOffset DueAt, string By, DateTimeOffset SnoozedAt) : ISlotEvent;

/// <summary><c>followup.follow-up.overridden.v1</c>: it is to be made although it was withheld. What it is planned as follows.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="Because">Why it is right all the same.</param>
/// <param name="Despite">The codes of what withheld it; anything else would withhold it again.</param>
/// <param name="By">Who decided so.</param>
/// <param name="OverriddenAt">When.</param>
public sealed record FollowUpOverridden(
    Guid Application,
    int Stage,
    OverrideReason Because,
    IReadOnlyList<string> Despite,
    string By,
    DateTimeOffset OverriddenAt
) : ISlotEvent;

/// <summary>
/// <c>followup.policy.changed.v1</c>: a team has another policy. Its <c>subject</c> is an id derived from the team, and its <c>sequence</c>
/// counts that team's changes.
/// </summary>
/// <param name="Version">The policy's version: the default is 1.</param>
/// <param name="Policy">All of it, as <c>GET /policy</c> shows it.</param>
/// <param name="By">Who changed it.</param>
/// <param name="ChangedAt">When.</param>
public sealed record PolicyChanged(int Version, System.Text.Json.JsonElement Policy, string By, DateTimeOffset ChangedAt);

/// <summary><c>followup.application.closing-proposed.v1</c>: long silence after a follow-up; somebody may want to close.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The stage whose follow-up was met with silence.</param>
/// <param name="Reason">The reason to close with: <see cref="ClosingReason.NoResponse"/>.</param>
/// <param name="SilentSince">When the follow-up was made.</param>
/// <param name="ProposedAt">When this was proposed.</param>
public sealed record ClosingProposed(
    Guid Application,
    int Stage,
    ClosingReason Reason,
    DateTimeOffset SilentSince,
    DateTimeOffset ProposedAt
) : ISlotEvent;
