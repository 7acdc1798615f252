namespace FollowUp.Applications.Pages.Digest;

/// <summary>Where somebody's digest goes and when.</summary>
/// <param name="At">Of the clock where they are.</param>
/// <param name="OnlyWithNews">Whether a day on which there is nothing to do brings none.</param>
/// <param name="Language">What they read when they asked for it, where they chose none.</param>
/// <param name="TimeZone">Where they were then, likewise.</param>
public sealed record DigestWish(string Address, TimeOnly At, bool OnlyWithNews, string Language, string TimeZone)
{
    public static TimeOnly UsualTime { get; } = new(7, 30);
}

/// <summary>What became of a digest.</summary>
public enum DigestOutcome
{
    /// <summary>A node has taken it on. If that stays so, the node was stopped, and nobody knows whether it was sent.</summary>
    Begun,

    /// <summary>The mail server took it.</summary>
    Sent,

    /// <summary>There was nothing to tell.</summary>
    Nothing,

    /// <summary>The mail server didn't take it, or wasn't there.</summary>
    Failed,
}

/// <summary>The last one. It stands here before it is sent, so that none is sent twice.</summary>
/// <param name="Reason">Why it failed, as the mail server says.</param>
public sealed record LastDigest(DateTimeOffset At, DigestOutcome Outcome, string? Reason = null);
