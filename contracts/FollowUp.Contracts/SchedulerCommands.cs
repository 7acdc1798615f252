namespace FollowUp.Contracts;

/// <summary>
/// <c>followup.follow-up.claim.v1</c>: asks for the right to make a stage's follow-up. Idempotent by <paramref name="ClaimId"/>.
/// </summary>
/// <param name="Stage">The stage; on HTTP it is in the path.</param>
/// <param name="ClaimId">The claim's id, chosen by the claimer.</param>
/// <param name="By">Who, as the caller names them.</param>
/// <param name="Channel">The channel they mean to use, where decided.</param>
/// <param name="For">For how long, ISO 8601, as <c>PT10M</c>; at most, and unless said, what the policy allows.</param>
/// <param name="AsOf">The version of the application that the claimer has seen.</param>
public sealed record ClaimFollowUp(int Stage, Guid ClaimId, string By, Channel? Channel = null, string? For = null, long? AsOf = null);

/// <summary><c>followup.follow-up.release.v1</c>: lets go of a claim.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="ClaimId">The claim's id.</param>
public sealed record ReleaseClaim(int Stage, Guid ClaimId);

/// <summary>
/// <c>followup.follow-up.settle.v1</c>: the follow-up was made. Asks for the claim as well where <paramref name="ClaimId"/> holds none.
/// Idempotent by <paramref name="ClaimId"/>.
/// </summary>
/// <param name="Stage">The stage.</param>
/// <param name="ClaimId">The claim's id.</param>
/// <param name="By">Who made it.</param>
/// <param name="Channel">How.</param>
/// <param name="MadeAt">When.</param>
/// <param name="Epoch">The epoch that was granted, where the settler knows it: a later grant to anybody then refuses this one.</param>
/// <param name="AsOf">The version of the application that the settler has seen.</param>
public sealed record SettleFollowUp(
    int Stage,
    Guid ClaimId,
    string By,
    Channel Channel,
    DateTimeOffset MadeAt,
    int? Epoch = null,
    long? AsOf = null
);

/// <summary><c>followup.follow-up.assign.v1</c>: says who of the team is to make a stage's follow-up.</summary>
/// <param name="Stage">The stage; on HTTP it is in the path.</param>
/// <param name="To">Who, as the caller names them: an opaque reference, never an e-mail address. Null: nobody in particular.</param>
/// <param name="By">Who assigns it; the caller unless said.</param>
public sealed record AssignFollowUp(int Stage, string? To = null, string? By = null);

/// <summary>
/// <c>followup.follow-up.snooze.v1</c>: puts a stage's follow-up off, within its window. Asked again for the same moment, it changes
/// nothing.
/// </summary>
/// <param name="Stage">The stage; on HTTP it is in the path.</param>
/// <param name="Until">Until when: a day, then it is due as that day's work begins where the employer is, or a moment.</param>
/// <param name="By">Who puts it off; the caller unless said.</param>
public sealed record SnoozeFollowUp(int Stage, string Until, string? By = null);

/// <summary><c>followup.follow-up.override.v1</c>: makes a withheld follow-up possible, with a reason that is recorded.</summary>
/// <param name="Stage">The stage; on HTTP it is in the path.</param>
/// <param name="Because">Why it is right all the same.</param>
/// <param name="Note">More about it. Kept beside the events, and erased with the candidate.</param>
/// <param name="By">Who decides so; the caller unless said.</param>
public sealed record OverrideFollowUp(int Stage, OverrideReason Because, string? Note = null, string? By = null);

/// <summary><c>followup.command.rejected.v1</c>: a command was not carried out; the same as the HTTP problem.</summary>
/// <param name="Status">The HTTP status that goes with it.</param>
/// <param name="Code">Stable, camelCase: for programs.</param>
/// <param name="Title">What kind of refusal it is.</param>
/// <param name="Detail">A sentence for a person.</param>
/// <param name="Errors">Sentences by field, for bad input.</param>
/// <param name="RetryAfter">Seconds after which the same command may succeed, where it may.</param>
/// <param name="Reason">The rule that refuses it, with the values that its sentence names, where it is one of the Scheduler's reasons: what
/// it takes to say it in another language.</param>
/// <param name="Texts">Those sentences of <paramref name="Detail"/> and <paramref name="Errors"/> that name values, with the values apart.</param>
public sealed record CommandRejected(
    int Status,
    string Code,
    string Title,
    string Detail,
    IReadOnlyDictionary<string, string[]>? Errors = null,
    int? RetryAfter = null,
    Reason? Reason = null,
    IReadOnlyList<RefusalText>? Texts = null
);

/// <summary>A sentence of a refusal with its values apart: what it takes to say it in another language.</summary>
/// <param name="Sentence">The English sentence, as <c>It must be between 1 and 90.</c></param>
/// <param name="Text">The sentence without its values, as <c>It must be between {0} and {1}.</c></param>
/// <param name="Values">The values in their order.</param>
public sealed record RefusalText(string Sentence, string Text, IReadOnlyList<string> Values);
