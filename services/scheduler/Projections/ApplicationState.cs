using System.Collections.Immutable;
using FollowUp.Contracts;
using FollowUp.Scheduler.Planning;

namespace FollowUp.Scheduler.Projections;

/// <summary>
/// The Scheduler's state of an application, and when the clock must process it again. With <see cref="Early"/>, the version makes the inbox
/// apply each message exactly once and in order: a repeated message is ignored, and an early one waits here for its predecessors.
/// </summary>
public sealed record ApplicationState
{
    /// <summary>The application's id.</summary>
    public Guid Id { get; init; }

    /// <summary>The last version of the application that was applied.</summary>
    public long Version { get; init; }

    public KnownApplication Known { get; init; } = KnownApplication.Empty;
    public ImmutableSortedDictionary<long, CloudEvent> Early { get; init; } = ImmutableSortedDictionary<long, CloudEvent>.Empty;

    public int EarlyCount => Early.Count;

    /// <summary>The incarnation of Applications' store in which the last applied event was recorded.</summary>
    public string? Incarnation { get; init; }

    /// <summary>When Applications recorded the first event; null where an older version stored the state.</summary>
    public DateTimeOffset? FirstRecordedAt { get; init; }

    /// <summary>
    /// While this service is rebuilt from a replay: the versions of this application up to which messages are missing. Until these have
    /// arrived, the service decides nothing and tells a caller to wait.
    /// </summary>
    public Rebuild? Rebuild { get; init; }

    /// <summary>The comparison that must confirm the application before anything is decided; null for most applications.</summary>
    public string? RebuildFor => Rebuild?.For;

    /// <summary>
    /// Begins a rebuild, if a replay goes beyond the stored versions, or if it is the one that the application waits for.
    /// </summary>
    /// <param name="replayed">A message of the replay.</param>
    /// <param name="decided">How many of this service's decisions are stored.</param>
    public ApplicationState Begin(CloudEvent replayed, long decided) =>
        replayed is not { Replay: not null, ReplayLast: { } last, ReplayDecided: { } all } ? this
        : Rebuild is { IsAwaited: true, For: var agreement } ? (replayed.ReplayFor == agreement ? Compare(replayed, last, all) : this)
        : Rebuild is null && (last > Version || all > decided) ? this with { Rebuild = new(last, all) }
        : this;

    private ApplicationState Compare(CloudEvent replayed, long last, long decided)
    {
        // What Applications recorded after it read what it sends. Others are of a history that was cut.
        var early = Early
            .Where(x => string.CompareOrdinal(x.Value.Incarnation, replayed.ReplayIncarnation) >= 0)
            .ToImmutableSortedDictionary();
        if (last == 0 && !early.IsEmpty)
            return this; // it was submitted again meanwhile, and is asked for again
        return new()
        {
            Id = Id,
            Early = early,
            Rebuild = new(last, decided)
            {
                For = Rebuild!.For,
                Early = Rebuild.Early,
                Had = Version,
                HadIn = Incarnation,
            },
            NextMomentAt = NextMomentAt,
            PlannedUnder = PlannedUnder,
        };
    }

    /// <summary>When the clock must process the application: a slot comes due, a window ends, or a claim expires.</summary>
    public DateTimeOffset? NextMomentAt { get; init; }

    /// <summary>The version of the team's policy of the last planning; null when no other policy could change anything.</summary>
    public int? PlannedUnder { get; init; }
}

/// <summary>The versions of an application up to which a rebuild goes.</summary>
/// <param name="Happened">The version of the application up to which the replay goes.</param>
/// <param name="Decided">The last of this service's own decisions that Applications has received.</param>
public sealed record Rebuild(long Happened, long Decided)
{
    /// <summary>Decisions that arrived before their predecessors.</summary>
    public ImmutableSortedDictionary<long, CloudEvent> Early { get; init; } = ImmutableSortedDictionary<long, CloudEvent>.Empty;

    /// <summary>The comparison of the two stores that asks for this rebuild; null in a rebuild that a person started.</summary>
    public string? For { get; init; }

    /// <summary>The version of the application before the rebuild, and the incarnation in which it was recorded.</summary>
    public long Had { get; init; }

    /// <summary>See <see cref="Had"/>.</summary>
    public string? HadIn { get; init; }

    /// <summary>Whether Applications no longer has an event that this service had applied: a restore cut it.</summary>
    public bool IsCut { get; init; }

    /// <summary>A rebuild whose versions Applications has not told yet.</summary>
    public static Rebuild Awaited(string comparison) => new(Unknown, Unknown) { For = comparison };

    /// <summary>Whether Applications has not told the versions yet.</summary>
    public bool IsAwaited => Happened == Unknown;

    internal const long Unknown = long.MaxValue;
}
