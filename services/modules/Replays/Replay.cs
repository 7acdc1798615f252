using FollowUp.Contracts;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Outbox;
using Marten;
using Marten.Events.Archiving;

namespace FollowUp.Modules.Replays;

/// <summary>The states of a replay.</summary>
public enum ReplayState
{
    /// <summary>The replay sends, or will send as soon as a node works on it.</summary>
    Running,

    /// <summary>All events are sent.</summary>
    Done,

    /// <summary>The replay can't continue, and <see cref="Replay.Reason"/> says why. It can be resumed.</summary>
    Failed,

    /// <summary>A caller cancelled the replay. It can be resumed.</summary>
    Cancelled,
}

/// <summary>A replay: it sends history to one queue again. The stored document has its progress.</summary>
public sealed record Replay
{
    /// <summary>The id. Every message of the replay carries it.</summary>
    public required Guid Id { get; init; }

    /// <summary>The team whose history is sent.</summary>
    public required string Team { get; init; }

    /// <summary>The queue that receives the messages.</summary>
    public required string Queue { get; init; }

    /// <summary>The only application whose events are sent; null for all applications.</summary>
    public Guid? Subject { get; init; }

    /// <summary>The replay sends the events recorded from this instant on; null for all events.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The largest number of events that the replay reads in a second.</summary>
    public required int PerSecond { get; init; }

    /// <summary>The state.</summary>
    public ReplayState State { get; init; }

    /// <summary>Why the replay failed.</summary>
    public string? Reason { get; init; }

    /// <summary>The position in the order of the store up to which events are sent.</summary>
    public long Position { get; init; }

    /// <summary>The position at which the replay ends: later events reach the queue by themselves.</summary>
    public required long Until { get; init; }

    /// <summary>The number of events read.</summary>
    public long Read { get; init; }

    /// <summary>The number of events to read.</summary>
    public required long Total { get; init; }

    /// <summary>The number of messages that the broker has confirmed.</summary>
    public long Sent { get; init; }

    /// <summary>The name of the key that started the replay.</summary>
    public required string By { get; init; }

    /// <summary>When the replay was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the replay was done, failed or was cancelled.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>A part of a replay.</summary>
/// <param name="Chains">Sequences of messages. The sequences are sent in parallel; in one sequence each message waits for the one
/// before.</param>
/// <param name="Read">The number of events read.</param>
/// <param name="Position">The position where the next part starts.</param>
internal sealed record ReplayPart(IReadOnlyList<IReadOnlyList<AddressedMessage>> Chains, int Read, long Position);

/// <summary>Reads a team's public events for a replay, in the order of the store.</summary>
internal sealed class ReplayHistory(IDocumentStore store, IContractMapper mapper, StoreLives lives)
{
    private const long MostPassed = 100_000; // positions passed in one query, with the events of all teams

    public async Task<ReplayPart> Next(Replay replay, int count, CancellationToken ct)
    {
        var end = Math.Min(replay.Until, replay.Position + MostPassed);
        await using var session = store.QuerySession(replay.Team);
        var page = await Query(session, replay, replay.Position, end).OrderBy(x => x.Sequence).Take(count).ToListAsync(ct);
        var chains = page.GroupBy(x => x.StreamId)
            .Select(x =>
                x.Select(e => mapper.PublicEnvelope(e, lives))
                    .OfType<CloudEvent>()
                    .Select(message => new AddressedMessage(replay.Queue, message with { Replay = replay.Id.ToString() }))
                    .ToArray()
            )
            .ToArray();
        return new(chains, page.Count, page.Count < count ? end : page[^1].Sequence);
    }

    public async Task<long> Count(Replay replay, CancellationToken ct)
    {
        await using var session = store.QuerySession(replay.Team);
        return await Query(session, replay, 0, replay.Until).CountAsync(ct);
    }

    private static IQueryable<JasperFx.Events.IEvent> Query(IQuerySession session, Replay replay, long after, long end)
    {
        IQueryable<JasperFx.Events.IEvent> query = session
            .Events.QueryAllRawEvents()
            .Where(x => x.MaybeArchived() && x.Sequence > after && x.Sequence <= end);
        if (replay.Subject is { } subject)
            query = query.Where(x => x.StreamId == subject);
        if (replay.Since is { } since)
            query = query.Where(x => x.Timestamp >= since);
        return query;
    }
}
