using FollowUp.Contracts;
using FollowUp.Platform.Outbox;
using Marten;
using Marten.Events.Archiving;

namespace FollowUp.Modules.Replays;

/// <summary>How a replay stands.</summary>
public enum ReplayState
{
    /// <summary>It sends, or will as soon as a node has time for it.</summary>
    Running,

    /// <summary>All is sent.</summary>
    Done,

    /// <summary>It can't go on, and says why; it can be resumed.</summary>
    Failed,

    /// <summary>Somebody ended it; it can be resumed.</summary>
    Cancelled,
}

/// <summary>History that is sent once more, to one queue, and how far it is.</summary>
public sealed record Replay
{
    /// <summary>Stands in every message that it sends.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whose history; null for a rebuild, which takes all teams'.</summary>
    public string? Team { get; init; }

    /// <summary>Where to.</summary>
    public required string Queue { get; init; }

    /// <summary>Of this application alone.</summary>
    public Guid? Subject { get; init; }

    /// <summary>What was recorded from then on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How many facts a second at most.</summary>
    public required int PerSecond { get; init; }

    /// <summary>Whether the sibling is rebuilt from it.</summary>
    public bool IsRebuild { get; init; }

    /// <summary>How it stands.</summary>
    public ReplayState State { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Reason { get; init; }

    /// <summary>Up to where in the store's order it has sent.</summary>
    public long Position { get; init; }

    /// <summary>Where it ends: what comes later comes by itself.</summary>
    public required long Until { get; init; }

    /// <summary>Facts looked at.</summary>
    public long Read { get; init; }

    /// <summary>Facts there are to look at.</summary>
    public required long Total { get; init; }

    /// <summary>Messages that the broker has confirmed.</summary>
    public long Sent { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string By { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was done, failed or was cancelled.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>A message, and the queue it goes to.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Message">The message.</param>
public sealed record AddressedMessage(string Queue, CloudEvent Message);

/// <summary>A part of a replay.</summary>
/// <param name="Chains">What is sent side by side; within one, each waits for the one before.</param>
/// <param name="Read">How many facts were looked at.</param>
/// <param name="Position">Where the next part starts.</param>
public sealed record ReplayPart(IReadOnlyList<IReadOnlyList<AddressedMessage>> Chains, int Read, long Position);

/// <summary>What a sibling that lost its store is rebuilt from.</summary>
public interface IRebuildSource
{
    /// <summary>The next part of it.</summary>
    /// <param name="replay">The replay, with where it is.</param>
    /// <param name="facts">About how many facts to look at.</param>
    /// <param name="ct">Ends the attempt.</param>
    Task<ReplayPart> Next(Replay replay, int facts, CancellationToken ct);
}

/// <summary>A team's public events once more, in the order of the store.</summary>
internal sealed class ReplayHistory(IDocumentStore store, IContractMapper border)
{
    private const long MostPassed = 100_000; // facts of anybody in one look

    public async Task<ReplayPart> Next(Replay replay, int facts, CancellationToken ct)
    {
        var end = Math.Min(replay.Until, replay.Position + MostPassed);
        await using var session = store.QuerySession(replay.Team!);
        var page = await Of(session, replay, replay.Position, end).OrderBy(x => x.Sequence).Take(facts).ToListAsync(ct);
        var chains = page.GroupBy(x => x.StreamId)
            .Select(x =>
                x.Select(border.PublicEnvelope)
                    .OfType<CloudEvent>()
                    .Select(message => new AddressedMessage(replay.Queue, message with { Replay = replay.Id.ToString() }))
                    .ToArray()
            )
            .ToArray();
        return new(chains, page.Count, page.Count < facts ? end : page[^1].Sequence);
    }

    public async Task<long> Count(Replay replay, CancellationToken ct)
    {
        await using var session = store.QuerySession(replay.Team!);
        return await Of(session, replay, 0, replay.Until).CountAsync(ct);
    }

    private static IQueryable<JasperFx.Events.IEvent> Of(IQuerySession session, Replay replay, long after, long end)
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
