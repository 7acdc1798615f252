namespace FollowUp.Platform.Security;

/// <summary>
/// Another system that joins over the bus, as it is kept: a user of the broker that belongs to one team. Its password is known to the
/// broker and to whoever was shown it, and not kept here.
/// </summary>
public sealed record Integration
{
    /// <summary>
    /// The broker's user: team and name with a dot between them. Neither can contain one, so no two integrations share a user.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>The team it belongs to.</summary>
    public required string Team { get; init; }

    /// <summary>What its team calls it, a word as <see cref="TeamName"/> has it; stands as <c>recordedby</c> of what it commands.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it hears its team's events.</summary>
    public required bool MayRead { get; init; }

    /// <summary>Whether it may send commands.</summary>
    public required bool MayCommand { get; init; }

    /// <summary>The topics that its queue is bound to, as <c>follow-up.due</c>; all of its team's where none is given.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>By whom.</summary>
    public string? MadeBy { get; init; }

    /// <summary>When it was revoked, if it was.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The version of its team's stream that this follows from: of two copies the later one counts.</summary>
    public long Version { get; init; }

    /// <summary>The broker's user of an integration.</summary>
    /// <param name="team">The team.</param>
    /// <param name="name">What the team calls it.</param>
    public static string UserOf(string team, string name) => $"{team}.{name}";
}
