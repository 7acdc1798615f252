namespace FollowUp.Platform;

/// <summary>What a refusal says of a moment that can't be read: its form, with an example. The same on every way in.</summary>
public static class MomentForms
{
    /// <summary>Of an instant, as <c>at</c>.</summary>
    public const string Instant = "It must be an instant with an offset, as 2026-11-20T16:05:00-05:00.";

    /// <summary>Of a day, as <c>closesOn</c>.</summary>
    public const string Date = "It must be a date, as 2026-11-20.";

    /// <summary>Of a day and a time on the reader's clock, on a page.</summary>
    public const string Local = "It must be a date and a time, as 2026-11-20T16:05.";

    /// <summary>Of a time of day, as in a policy.</summary>
    public const string TimeOfDay = "It must be a time of day, as 09:00.";

    /// <summary>The form of a value that a message of the framework names by its type; null if it is no moment.</summary>
    /// <param name="message">The message of an exception.</param>
    internal static string? Find(string message) =>
        message.Contains(nameof(DateTimeOffset), StringComparison.Ordinal) ? Instant
        : message.Contains(nameof(DateOnly), StringComparison.Ordinal) ? Date
        : message.Contains(nameof(TimeOnly), StringComparison.Ordinal) ? TimeOfDay
        : null;
}
