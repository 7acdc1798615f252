namespace FollowUp.Contracts;

/// <summary><c>followup.follow-up.claim.v1</c>: asks for the right to make a stage's follow-up. Idempotent by <paramref name="ClaimId"/>.</summary>
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
public sealed record SettleFollowUp(int Stage, Guid ClaimId, string By, Channel Channel, DateTimeOffset MadeAt, int? Epoch = null, long? AsOf = null);

/// <summary><c>followup.command.rejected.v1</c>: a command was not carried out; the same as the HTTP problem.</summary>
/// <param name="Status">The HTTP status that goes with it.</param>
/// <param name="Code">Stable, camelCase: for programs.</param>
/// <param name="Title">What kind of refusal it is.</param>
/// <param name="Detail">A sentence for a person.</param>
/// <param name="Errors">Sentences by field, for bad input.</param>
/// <param name="RetryAfter">Seconds after which the same command may succeed, where it may.</param>
public sealed record CommandRejected(int Status, string Code, string Title, string Detail, IReadOnlyDictionary<string, string[]>? Errors = null, int? RetryAfter = null);
