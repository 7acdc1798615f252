using System.Collections.Immutable;
using FollowUp.Contracts;
using FollowUp.Scheduler.Planning;

namespace FollowUp.Scheduler.Projections;

/// <summary>
/// What the Scheduler knows of an application, and when it must look at it again. With <see cref="Early"/> the version makes the inbox
/// exact: a repeated message is ignored, and one that arrives too early waits here for its predecessors.
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

    /// <summary>
    /// While this service is rebuilt from a replay: what is still missing of this application. Until it has arrived the service decides
    /// nothing, and tells a caller to wait.
    /// </summary>
    public Rebuild? Rebuild { get; init; }

    /// <summary>Begins a rebuild, if a replay brings more than is stored.</summary>
    /// <param name="replayed">A message of the replay.</param>
    /// <param name="decided">How many of this service's decisions are stored.</param>
    public ApplicationState Begin(CloudEvent replayed, long decided) =>
        Rebuild is null
        && replayed is { Replay: not null, ReplayLast: { } last, ReplayDecided: { } all }
        && (last > Version || all > decided)
            ? this with
            {
                Rebuild = new(last, all),
            }
            : this;

    /// <summary>When the clock must look: a slot comes due, a window ends, or a claim expires.</summary>
    public DateTimeOffset? NextMomentAt { get; init; }

    /// <summary>The version of the team's policy of the last planning; null when no other policy could change anything.</summary>
    public int? PlannedUnder { get; init; }
}

/// <summary>What a rebuild brings of an application.</summary>
/// <param name="Happened">The version of the application up to which the replay goes.</param>
/// <param name="Decided">The last of this service's own decisions that Applications has received.</param>
public sealed record Rebuild(long Happened, long Decided)
{
    /// <summary>Decisions that arrived before their predecessors.</summary>
    public ImmutableSortedDictionary<long, CloudEvent> Early { get; init; } = ImmutableSortedDictionary<long, CloudEvent>.Empty;
}
