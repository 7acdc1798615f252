namespace FollowUp.Applications.Pages.Digest;

/// <summary>The address and time of a person's digest.</summary>
/// <param name="At">The send time, in the person's time zone.</param>
/// <param name="OnlyWithNews">Whether no mail is sent on a day without follow-ups.</param>
/// <param name="Language">The person's language when they subscribed, used if they chose none.</param>
/// <param name="TimeZone">The person's time zone when they subscribed, used if they chose none.</param>
public sealed record DigestSubscription(string Address, TimeOnly At, bool OnlyWithNews, string Language, string TimeZone)
{
    public static TimeOnly UsualTime { get; } = new(7, 30);
}

/// <summary>The outcome of a digest.</summary>
public enum DigestOutcome
{
    /// <summary>A node has begun to send it. If this value stays, the node was stopped, and whether the mail was sent is unknown.</summary>
    Begun,

    /// <summary>The mail server accepted it.</summary>
    Sent,

    /// <summary>There was no follow-up to mention, so no mail was sent.</summary>
    Nothing,

    /// <summary>The mail server rejected it or was unreachable.</summary>
    Failed,
}

/// <summary>The last digest. It is stored before the mail is sent, so that no digest is sent twice.</summary>
/// <param name="Reason">The mail server's error message.</param>
public sealed record LastDigest(DateTimeOffset At, DigestOutcome Outcome, string? Reason = null);
