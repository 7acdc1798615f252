using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Messaging;

namespace FollowUp.Modules.Convergence;

/// <summary>Answers the sibling: how far this service's streams are, and sends again what the sibling lacks.</summary>
internal sealed class ConvergenceRequests(ProgressReader progress, HistorySender history, StoreLives lives) : ISiblingRequestHandler
{
    private const int MostOnAPage = 1_000;

    public bool Takes(string type) => type is HowFar.Type or SendAgain.Type;

    public async Task<(string Type, object Data)> Handle(CloudEvent request, CancellationToken ct) =>
        request.Type switch
        {
            HowFar.Type => (Streams.Type, await Answer(Read<HowFar>(request), ct)),
            SendAgain.Type => (SentAgain.Type, await Answer(Read<SendAgain>(request), ct)),
            _ => throw new UnreadableException("unknownType", $"This service does not take a {request.Type}."),
        };

    private async Task<Streams> Answer(HowFar x, CancellationToken ct)
    {
        var store = (await lives.Find(ct)).Store;
        if (x.Since is { } since)
        {
            var (changed, position, hasMore) = await progress.Changed(since, ct);
            return new(store, position, hasMore, changed);
        }
        var limit = Math.Clamp(x.Limit, 1, MostOnAPage);
        var now = await progress.Position(ct); // before the page: what comes in between is asked for once more
        var page = await progress.Page(x.AfterId is { } id ? new StreamKey(x.AfterTeam ?? "", id) : null, limit, ct);
        return new(store, now, page.Count == limit, page);
    }

    private async Task<SentAgain> Answer(SendAgain x, CancellationToken ct)
    {
        var (sent, messages) = await history.Send(x.Items, x.For, ct);
        return new([.. (await progress.Of(sent, ct)).Values], messages);
    }

    private static T Read<T>(CloudEvent request) =>
        request.Data.Deserialize<T>(Json.Whole) ?? throw new UnreadableException("badData", "The request is null.");
}
