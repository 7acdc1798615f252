namespace FollowUp.Contracts;

/// <summary>
/// The reference of a candidate in commands and events: the sender's own, as <c>c-1042</c>. Events are never erased, so the reference must
/// not identify the candidate.
/// </summary>
public static class CandidateReference
{
    /// <summary>The maximum number of characters.</summary>
    public const int MaxLength = 100;

    /// <summary>
    /// Whether a text is 1 to 100 characters without blanks, control characters and <c>@</c>: no name and no e-mail address.
    /// </summary>
    /// <param name="text">The reference.</param>
    public static bool IsValid(string? text) =>
        text is { Length: > 0 and <= MaxLength } && !text.Any(x => x == '@' || char.IsWhiteSpace(x) || char.IsControl(x));
}
