using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Outbox;
using Marten;
using Marten.Events.Archiving;
using Microsoft.Extensions.Logging;

namespace FollowUp.Modules.Convergence;

/// <summary>
/// The sibling's own events that this service keeps. They go back to a sibling that lost them, before the events of this service: so it
/// restores what it decided, and decides nothing a second time.
/// </summary>
public interface IKeptEvents
{
    /// <summary>The sibling's events of some streams, in their order.</summary>
    /// <param name="team">The team of the streams.</param>
    /// <param name="streams">The ids of the streams.</param>
    /// <param name="ct">Ends the attempt.</param>
    Task<ILookup<Guid, CloudEvent>> Find(string team, IReadOnlyCollection<Guid> streams, CancellationToken ct);
}

// See docs/decisions/0033-convergence.md
/// <summary>
/// Sends the sibling again what it lacks: the same messages with the same ids and numbers, to its inbox alone. Many streams are read in one
/// query and sent in parallel; one stream's messages are sent in order.
/// </summary>
internal sealed partial class HistorySender(
    IDocumentStore store,
    IContractMapper mapper,
    ServiceDefinition service,
    Publisher publisher,
    StoreLives lives,
    ILogger<HistorySender> log,
    IKeptEvents? kept = null
)
{
    private const int StreamsAtOnce = 100;
    private const int MostMessages = 2_000; // in one reply: a second or two of work, after which the asker has a say again

    /// <summary>Sends what is above the sibling's progress.</summary>
    /// <param name="asked">The sibling's progress, in the order in which the streams are sent.</param>
    /// <param name="agreement">The agreement that the sibling waits for: then all is sent, with what it is complete with.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>The streams that were sent, those without a message included; and the number of messages.</returns>
    public async Task<(IReadOnlyList<StreamKey> Sent, int Messages)> Send(
        IReadOnlyList<StreamProgress> asked,
        string? agreement,
        CancellationToken ct
    )
    {
        var (sent, messages, replay) = (new List<StreamKey>(), 0, Guid.CreateVersion7().ToString());
        foreach (var part in Parts(asked))
        {
            var chains = await Chains(part, agreement, replay, ct);
            await publisher.SendChains(chains, ct);
            sent.AddRange(part.Select(x => x.Key));
            if ((messages += chains.Sum(x => x.Count)) >= MostMessages)
                break;
        }
        return (sent, messages);
    }

    // Consecutive streams of one team: the order in which they were asked for stays.
    private static IEnumerable<IReadOnlyList<StreamProgress>> Parts(IReadOnlyList<StreamProgress> asked)
    {
        for (var at = 0; at < asked.Count; )
        {
            var part = asked.Skip(at).Take(StreamsAtOnce).TakeWhile(x => x.Team == asked[at].Team).ToArray();
            at += part.Length;
            yield return part;
        }
    }

    private async Task<IReadOnlyList<IReadOnlyList<AddressedMessage>>> Chains(
        IReadOnlyList<StreamProgress> streams,
        string? agreement,
        string replay,
        CancellationToken ct
    )
    {
        try
        {
            return await Read(streams, agreement, replay, ct);
        }
        catch (Exception exception) when (exception is not OperationCanceledException && !TransientErrors.IsTransient(exception))
        {
            if (streams.Count == 1)
            {
                LogUnreadable(log, exception, streams[0].Id, streams[0].Team, service.Sibling);
                return [];
            }
            // One stream may be the cause, and must not keep the others back.
            var chains = new List<IReadOnlyList<AddressedMessage>>();
            foreach (var stream in streams)
                chains.AddRange(await Chains([stream], agreement, replay, ct));
            return chains;
        }
    }

    private async Task<IReadOnlyList<IReadOnlyList<AddressedMessage>>> Read(
        IReadOnlyList<StreamProgress> streams,
        string? agreement,
        string replay,
        CancellationToken ct
    )
    {
        var (team, ids) = (streams[0].Team, streams.Select(x => x.Id).ToArray());
        var received = agreement is null ? streams.Min(x => x.Received) : 0;
        await using var session = store.QuerySession(team);
        var events = await session
            .Events.QueryAllRawEvents()
            .Where(x => x.MaybeArchived() && x.StreamId.IsOneOf(ids) && x.Version > received)
            .OrderBy(x => x.Sequence)
            .ToListAsync(ct);
        var own = events.ToLookup(x => x.StreamId);
        var theirs = kept is null ? null : await kept.Find(team, ids, ct);
        return [.. streams.Select(x => Chain(x, [.. own[x.Id]], [.. theirs?[x.Id] ?? []])).Where(x => x.Count > 0)];

        IReadOnlyList<AddressedMessage> Chain(StreamProgress asker, JasperFx.Events.IEvent[] happened, CloudEvent[] decided)
        {
            var (had, knew) = agreement is null ? (asker.Published, asker.Received) : (0, 0);
            var lost = decided.Where(x => x.Sequence > had).Select(x => new AddressedMessage(service.SiblingInbox, x)).ToArray();
            var again = happened.Where(x => x.Version > knew).Select(Address).OfType<AddressedMessage>();
            var chain = lost.Concat(again).ToArray();
            if (agreement is not null && happened.Length == 0 && decided.Length == 0)
                chain = [new(service.SiblingInbox, NoneOf(asker))];
            // The sibling decides nothing before it has all of both.
            var isComplete = agreement is not null || lost.Length > 0;
            var (last, lastDecided) = (happened.LastOrDefault()?.Version ?? 0, decided.LastOrDefault()?.Sequence ?? 0);
            return
            [
                .. chain.Select(x =>
                    x with
                    {
                        Message = x.Message with
                        {
                            Replay = replay,
                            // an imported event says itself what it is complete with
                            ReplayLast = isComplete ? last : x.Message.ReplayLast,
                            ReplayDecided = isComplete ? lastDecided : x.Message.ReplayDecided,
                            ReplayFor = agreement,
                            ReplayIncarnation = lives.Incarnation,
                        },
                    }
                ),
            ];
        }
    }

    private AddressedMessage? Address(JasperFx.Events.IEvent e) =>
        mapper.ToContract(e) is { } contract
            ? new(contract is SiblingMessage sibling ? sibling.Queue : service.SiblingInbox, mapper.Envelope(e, contract, lives))
            : null;

    private CloudEvent NoneOf(StreamProgress asker) =>
        new()
        {
            Id = Guid.CreateVersion7().ToString(),
            Source = service.Source,
            Type = EnvelopeParser.Extent,
            Team = asker.Team,
            Subject = asker.Id.ToString(),
            DataContentType = "application/json",
            Data = JsonSerializer.SerializeToElement(new { }, Json.Lenient),
        };

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The stream {Stream} of team {Team} can't be read, so {Sibling} can't get what it lacks of it; it asks again later"
    )]
    private static partial void LogUnreadable(ILogger log, Exception exception, Guid stream, string team, string sibling);
}
