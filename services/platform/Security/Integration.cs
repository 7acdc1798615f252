namespace FollowUp.Platform.Security;

/// <summary>
/// A stored integration: another system that uses the bus as a broker user of one team. The broker and the person who saw the password at
/// its creation know the password; this service doesn't store it.
/// </summary>
public sealed record Integration
{
    /// <summary>
    /// The name of the broker user: the team and the name with a dot between them. Neither can contain a dot, so no two integrations share
    /// a user.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>The team of the integration.</summary>
    public required string Team { get; init; }

    /// <summary>
    /// The name that the team gave the integration, a word as in <see cref="TeamName"/>. Its commands are recorded with it as
    /// <c>recordedby</c>.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>Whether the integration receives the events of its team.</summary>
    public required bool MayRead { get; init; }

    /// <summary>Whether the integration may send commands.</summary>
    public required bool MayCommand { get; init; }

    /// <summary>The topics that the integration's queue is bound to, as <c>follow-up.due</c>; null for all topics of the team.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>When the integration was made.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Who made the integration.</summary>
    public string? MadeBy { get; init; }

    /// <summary>When the integration was revoked; null while it is valid.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>
    /// The version of the team's stream that this copy was made from: of two copies the one with the higher version counts.
    /// </summary>
    public long Version { get; init; }

    /// <summary>The name of an integration's broker user.</summary>
    /// <param name="team">The team.</param>
    /// <param name="name">The name that the team gave the integration.</param>
    public static string UserOf(string team, string name) => $"{team}.{name}";

    /// <summary>In the Scheduler's copy: the life of Applications' store that sent it.</summary>
    public string? Incarnation { get; init; }
}
