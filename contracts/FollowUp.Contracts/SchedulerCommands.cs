namespace FollowUp.Contracts;

/// <summary>
/// <c>followup.follow-up.claim.v1</c>: claims the exclusive right to make a stage's follow-up. Idempotent by <paramref name="ClaimId"/>.
/// </summary>
/// <param name="Stage">The stage; on HTTP it is in the path.</param>
/// <param name="ClaimId">The claim's id, chosen by the claimer.</param>
/// <param name="By">The person who claims, as the caller names them.</param>
/// <param name="Channel">The channel that the claimer intends to use, if decided.</param>
/// <param name="For">The length of the lease as an ISO 8601 duration, as <c>PT10M</c>. The policy's length is the maximum and the
/// default.</param>
/// <param name="AsOf">The version of the application that the claimer has seen.</param>
public sealed record ClaimFollowUp(int Stage, Guid ClaimId, string By, Channel? Channel = null, string? For = null, long? AsOf = null);

/// <summary><c>followup.follow-up.release.v1</c>: releases a claim.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="ClaimId">The claim's id.</param>
public sealed record ReleaseClaim(int Stage, Guid ClaimId);

/// <summary>
/// <c>followup.follow-up.settle.v1</c>: the claimed follow-up was made. If there is no claim with this <paramref name="ClaimId"/>, the
/// command also claims. Idempotent by <paramref name="ClaimId"/>.
/// </summary>
/// <param name="Stage">The stage.</param>
/// <param name="ClaimId">The claim's id.</param>
/// <param name="By">The person who made the follow-up.</param>
/// <param name="Channel">The channel of the follow-up.</param>
/// <param name="MadeAt">When the follow-up was made.</param>
/// <param name="Epoch">The epoch of the grant, if the caller knows it: the command is refused if the slot was granted again since.</param>
/// <param name="AsOf">The version of the application that the caller has seen.</param>
/// <param name="Happened">True settles a follow-up that was made against the plan, as after a refusal with <c>canBeRecorded</c>.</param>
public sealed record SettleFollowUp(
    int Stage,
    Guid ClaimId,
    string By,
    Channel Channel,
    DateTimeOffset MadeAt,
    int? Epoch = null,
    long? AsOf = null,
    bool Happened = false
);

/// <summary><c>followup.follow-up.assign.v1</c>: assigns a stage's follow-up to a person of the team.</summary>
/// <param name="Stage">The stage; on HTTP it is in the path.</param>
/// <param name="To">The person, as the caller names them: an opaque reference, never an e-mail address. Null removes the
/// assignment.</param>
/// <param name="By">The person who assigns the follow-up; by default the caller.</param>
public sealed record AssignFollowUp(int Stage, string? To = null, string? By = null);

/// <summary>
/// <c>followup.follow-up.snooze.v1</c>: postpones a stage's follow-up within its window. Repeating the command with the same moment changes
/// nothing.
/// </summary>
/// <param name="Stage">The stage; on HTTP it is in the path.</param>
/// <param name="Until">The new due date: a moment, or a day, which means when work begins on that day at the employer's place.</param>
/// <param name="By">The person who postpones the follow-up; by default the caller.</param>
public sealed record SnoozeFollowUp(int Stage, string Until, string? By = null);

/// <summary><c>followup.follow-up.override.v1</c>: allows a withheld follow-up to be made, for a reason that is recorded.</summary>
/// <param name="Stage">The stage; on HTTP it is in the path.</param>
/// <param name="Because">Why the follow-up is to be made.</param>
/// <param name="Note">A note on the reason. It is kept out of the events, and erased with the candidate.</param>
/// <param name="By">The person who decides this; by default the caller.</param>
public sealed record OverrideFollowUp(int Stage, OverrideReason Because, string? Note = null, string? By = null);

/// <summary><c>followup.command.rejected.v1</c>: a command was refused. Corresponds to the HTTP problem.</summary>
/// <param name="Status">The HTTP status of that problem.</param>
/// <param name="Code">A stable code in camelCase, for programs.</param>
/// <param name="Title">The kind of refusal.</param>
/// <param name="Detail">An English sentence, for people.</param>
/// <param name="Errors">For bad input: sentences by the name of the field.</param>
/// <param name="RetryAfter">The number of seconds after which the same command may succeed, if it may.</param>
/// <param name="Reason">If one of the Scheduler's rules refused the command: that rule, with the values in its sentence, from which a
/// translation can be made.</param>
/// <param name="Texts">The sentences in <paramref name="Detail"/> and <paramref name="Errors"/> that contain values, with the values
/// apart.</param>
/// <param name="CanBeRecorded">True if the same command is accepted with <c>happened</c>, because the follow-up was made.</param>
public sealed record CommandRejected(
    int Status,
    string Code,
    string Title,
    string Detail,
    IReadOnlyDictionary<string, string[]>? Errors = null,
    int? RetryAfter = null,
    Reason? Reason = null,
    IReadOnlyList<RefusalText>? Texts = null,
    bool? CanBeRecorded = null
);

/// <summary>A sentence of a refusal with its values apart: what it takes to say it in another language.</summary>
/// <param name="Sentence">The English sentence, as <c>It must be between 1 and 90.</c></param>
/// <param name="Text">The sentence without its values, as <c>It must be between {0} and {1}.</c></param>
/// <param name="Values">The values in their order.</param>
public sealed record RefusalText(string Sentence, string Text, IReadOnlyList<string> Values);
