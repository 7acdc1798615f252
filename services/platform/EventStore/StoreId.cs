using FollowUp.Platform.Outbox;
using Marten;

namespace FollowUp.Platform.EventStore;

/// <summary>
/// The identity of a store, made when the store is new. A position in the order of one store means nothing in another, such as the store of
/// the same service after a rebuild from nothing.
/// </summary>
public sealed record StoreId
{
    internal const string TheOne = "store";

    /// <summary>The document's id: a store has one such document.</summary>
    public string Id { get; init; } = TheOne;

    /// <summary>16 random hexadecimal digits.</summary>
    public required string Key { get; init; }
}

/// <summary>The history that a position belongs to.</summary>
/// <param name="Source">The CloudEvents source of the service, as <c>/followup/applications</c>.</param>
/// <param name="Store">The store's <see cref="StoreId.Key"/>.</param>
internal sealed record FeedOrigin(string Source, string Store);

/// <summary>Finds the origin of this service's positions.</summary>
internal sealed class FeedOriginProvider(IDocumentStore store, IContractMapper border)
{
    private FeedOrigin? _known;

    /// <summary>
    /// The origin of this service's positions. The first call, after the schema was created and before anything is recorded, gives a new
    /// store its identity.
    /// </summary>
    public async ValueTask<FeedOrigin> Find(CancellationToken ct)
    {
        if (_known is { } known)
            return known;
        var identity = await Load(ct) ?? await Make(ct);
        return _known = new(border.Source, identity.Key);
    }

    private async Task<StoreId?> Load(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<StoreId>(StoreId.TheOne, ct);
    }

    private async Task<StoreId> Make(CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        var made = new StoreId { Key = Guid.NewGuid().ToString("N")[..16] };
        session.Insert(made);
        try
        {
            await session.SaveChangesAsync(ct);
        }
        catch (JasperFx.DocumentAlreadyExistsException)
        {
            return (await Load(ct))!;
        } // another node inserted it first
        return made;
    }
}
