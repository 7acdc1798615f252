using FollowUp.Contracts;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Outbox;
using Marten;
using Marten.Events.Archiving;

namespace FollowUp.Modules.Feed;

/// <summary>Which events somebody wants.</summary>
/// <param name="Types">By type name; all where it is empty.</param>
/// <param name="Subject">Of one application.</param>
internal sealed record FeedFilter(IReadOnlySet<string> Types, Guid? Subject)
{
    public bool Has(CloudEvent message) => Types.Count == 0 || Types.Contains(message.Type);
}

/// <summary>An event and its place.</summary>
internal sealed record FeedEvent(CloudEvent Event, long Position);

/// <summary>A part of the history.</summary>
/// <param name="Events">In the order of the store.</param>
/// <param name="Position">Where the next page starts, also where nothing was found.</param>
/// <param name="HasMore">Whether there is more to look at already.</param>
internal sealed record FeedPage(IReadOnlyList<FeedEvent> Events, long Position, bool HasMore);

/// <summary>
/// Reads a team's public events in the order of the store, up to where that order is final. A page looks at a bounded part of the history,
/// however few of the events it finds are wanted, and goes on from there.
/// </summary>
internal sealed class EventFeed(IDocumentStore store, IContractMapper border, HighWater highWater, FeedOriginProvider own)
{
    private const int LeastAtOnce = 50,
        MostAtOnce = 500;
    private const int MostRead = 5_000; // facts of the team: some 100 ms of reading and mapping
    private const long MostPassed = 100_000; // facts of anybody: some 100 ms of index scan

    public string Source => border.Source;

    /// <summary>Where its positions come from.</summary>
    public ValueTask<FeedOrigin> History(CancellationToken ct) => own.Find(ct);

    /// <summary>The end of the history, and the last number ever given out.</summary>
    public Task<(long Mark, long Last)> End(CancellationToken ct) => highWater.Look(ct);

    /// <summary>Reads a page.</summary>
    /// <param name="team">Whose events.</param>
    /// <param name="after">Not these, nor what is before them.</param>
    /// <param name="wanted">Which.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="ct">Ends the attempt.</param>
    public async Task<FeedPage> Page(string team, long after, FeedFilter wanted, int limit, CancellationToken ct)
    {
        var (mark, _) = await highWater.Look(ct); // before the rows are read: what the mark covers is in their snapshot
        var found = new List<FeedEvent>(Math.Min(limit, MostAtOnce));
        var (at, read, end) = (after, 0, Math.Min(mark, after + MostPassed));
        await using var session = store.QuerySession(team);
        while (found.Count < limit && at < end && read < MostRead)
        {
            var (from, take) = (at, Math.Clamp(limit - found.Count, LeastAtOnce, MostAtOnce));
            var query = session.Events.QueryAllRawEvents().Where(x => x.MaybeArchived() && x.Sequence > from && x.Sequence <= end);
            if (wanted.Subject is { } subject)
                query = query.Where(x => x.StreamId == subject);
            var facts = await query.OrderBy(x => x.Sequence).Take(take).ToListAsync(ct);
            read += facts.Count;
            foreach (var fact in facts)
            {
                at = fact.Sequence;
                if (border.PublicEnvelope(fact) is { } message && wanted.Has(message))
                    found.Add(new(message, at));
                if (found.Count == limit)
                    break;
            }
            if (facts.Count < take && found.Count < limit)
                at = end;
        }
        return new(found, at, at < mark);
    }
}
