using System.Collections.Immutable;
using Marten;

namespace FollowUp.Scheduler.Subscriptions;

/// <summary>
/// How far a stream of Applications that is no application was received: a team's keys, its integrations, a candidate's erasures. Their
/// events are applied in any order; the numbers only show which of them are missing.
/// </summary>
public sealed record ReceivedStream
{
    /// <summary>The stream's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The last sequence that was received with all before it.</summary>
    public long Version { get; init; }

    /// <summary>The sequences that were received before their predecessors.</summary>
    public ImmutableSortedSet<long> Early { get; init; } = [];

    /// <summary>The stream after an event was received; this one if the event was received before.</summary>
    /// <param name="sequence">The event's sequence.</param>
    public ReceivedStream With(long sequence)
    {
        if (sequence <= Version || Early.Contains(sequence))
            return this;
        var (version, early) = (Version, Early.Add(sequence));
        while (early.Contains(version + 1))
            early = early.Remove(++version);
        return this with { Version = version, Early = early };
    }

    /// <summary>Notes in a team's session which events were received.</summary>
    internal static async Task Note(
        IDocumentSession session,
        IReadOnlyCollection<(Guid Stream, long Sequence)> received,
        CancellationToken ct
    )
    {
        if (received.Count == 0)
            return;
        var known = await session.LoadManyAsync<ReceivedStream>(ct, [.. received.Select(x => x.Stream).Distinct()]);
        foreach (var events in received.GroupBy(x => x.Stream))
        {
            var before = known.FirstOrDefault(x => x.Id == events.Key) ?? new ReceivedStream { Id = events.Key };
            if (events.Aggregate(before, (x, e) => x.With(e.Sequence)) is var after && after != before)
                session.Store(after);
        }
    }
}
