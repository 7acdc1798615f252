using FollowUp.Contracts;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Outbox;
using Marten;
using Marten.Events.Archiving;

namespace FollowUp.Modules.Feed;

/// <summary>The events that a reader asks for.</summary>
/// <param name="Types">The type names; all types where the set is empty.</param>
/// <param name="Subject">The application; all applications where it is null.</param>
internal sealed record FeedFilter(IReadOnlySet<string> Types, Guid? Subject)
{
    public bool Has(CloudEvent message) => Types.Count == 0 || Types.Contains(message.Type);
}

/// <summary>An event and its position in the order of the store.</summary>
internal sealed record FeedEvent(CloudEvent Event, long Position);

/// <summary>A page of the history.</summary>
/// <param name="Events">The events, in the order of the store.</param>
/// <param name="Position">The position where the next page starts; it advances also when a page has no events.</param>
/// <param name="HasMore">Whether the store already has events after this page.</param>
internal sealed record FeedPage(IReadOnlyList<FeedEvent> Events, long Position, bool HasMore);

/// <summary>
/// Reads a team's public events in the order of the store, up to the high-water mark. A page reads a bounded part of the history, however
/// few events in it match the filter; the next page continues from there.
/// </summary>
internal sealed class EventFeed(IDocumentStore store, IContractMapper mapper, HighWater highWater, StoreLives lives)
{
    private const int LeastAtOnce = 50,
        MostAtOnce = 500;
    private const int MostRead = 5_000; // events of the team: some 100 ms of reading and mapping
    private const long MostPassed = 100_000; // events of all teams: some 100 ms of index scan

    public string Source => mapper.Source;

    /// <summary>The origin of the positions.</summary>
    public ValueTask<FeedOrigin> Origin(CancellationToken ct) => lives.Find(ct);

    /// <summary>The high-water mark, which is the end of the history, and the last number ever taken from the sequence.</summary>
    public Task<(long Mark, long Last)> End(CancellationToken ct) => highWater.Measure(ct);

    /// <summary>Reads a page.</summary>
    /// <param name="team">The team.</param>
    /// <param name="after">The position after which the page starts.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="limit">The largest number of events.</param>
    /// <param name="ct">Ends the attempt.</param>
    public async Task<FeedPage> Page(string team, long after, FeedFilter filter, int limit, CancellationToken ct)
    {
        var (mark, _) = await highWater.Measure(ct); // before the rows are read, so that their snapshot has all events up to the mark
        var found = new List<FeedEvent>(Math.Min(limit, MostAtOnce));
        var (at, read, end) = (after, 0, Math.Min(mark, after + MostPassed));
        await using var session = store.QuerySession(team);
        while (found.Count < limit && at < end && read < MostRead)
        {
            var (from, take) = (at, Math.Clamp(limit - found.Count, LeastAtOnce, MostAtOnce));
            var query = session.Events.QueryAllRawEvents().Where(x => x.MaybeArchived() && x.Sequence > from && x.Sequence <= end);
            if (filter.Subject is { } subject)
                query = query.Where(x => x.StreamId == subject);
            var events = await query.OrderBy(x => x.Sequence).Take(take).ToListAsync(ct);
            read += events.Count;
            foreach (var e in events)
            {
                at = e.Sequence;
                if (mapper.PublicEnvelope(e, lives) is { } message && filter.Has(message))
                    found.Add(new(message, at));
                if (found.Count == limit)
                    break;
            }
            if (events.Count < take && found.Count < limit)
                at = end;
        }
        return new(found, at, at < mark);
    }
}

/// <summary>The positions of this service's own feed.</summary>
public sealed class FeedPositions
{
    private readonly EventFeed _feed;

    internal FeedPositions(EventFeed feed) => _feed = feed;

    /// <summary>The position after which the feed has what is recorded from now on.</summary>
    /// <param name="ct">Ends the attempt.</param>
    public async Task<string> Now(CancellationToken ct) => Position.Write(await _feed.Origin(ct), (await _feed.End(ct)).Mark);
}
