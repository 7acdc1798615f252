namespace FollowUp.Contracts;

/// <summary>
/// A candidate in commands and events: a reference of the sender's own, as <c>c-1042</c>. Events are never erased, so it must not say who
/// the candidate is.
/// </summary>
public static class CandidateReference
{
    /// <summary>Characters at most.</summary>
    public const int MaxLength = 100;

    /// <summary>Whether it is 1 to 100 characters without blanks, control characters and <c>@</c>: no name and no e-mail address.</summary>
    /// <param name="text">The reference.</param>
    public static bool IsValid(string? text) =>
        text is { Length: > 0 and <= MaxLength } && !text.Any(x => x == '@' || char.IsWhiteSpace(x) || char.IsControl(x));
}
