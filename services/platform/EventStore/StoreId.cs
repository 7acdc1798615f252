using FollowUp.Platform.Outbox;
using Marten;

namespace FollowUp.Platform.EventStore;

/// <summary>
/// The identity of a store, made when the store is new. A position in the order of one store means nothing in another, such as the store of
/// the same service after a rebuild from nothing.
/// </summary>
public sealed record StoreId
{
    internal const string SingleId = "store";

    /// <summary>The document's id: a store has one such document.</summary>
    public string Id { get; init; } = SingleId;

    /// <summary>16 random hexadecimal digits.</summary>
    public required string Key { get; init; }
}

/// <summary>The history that a position belongs to.</summary>
/// <param name="Source">The CloudEvents source of the service, as <c>/followup/applications</c>.</param>
/// <param name="Store">The store's <see cref="StoreId.Key"/>.</param>
public sealed record FeedOrigin(string Source, string Store);

/// <summary>Finds the origin of this service's positions.</summary>
/// <param name="store">The store.</param>
/// <param name="mapper">The mapper, which has the source of the service.</param>
public sealed class FeedOriginProvider(IDocumentStore store, IContractMapper mapper)
{
    private FeedOrigin? _known;

    /// <summary>
    /// The origin of this service's positions. The first call, after the schema was created and before anything is recorded, gives a new
    /// store its identity.
    /// </summary>
    /// <param name="ct">Ends the attempt.</param>
    public async ValueTask<FeedOrigin> Find(CancellationToken ct)
    {
        if (_known is { } known)
            return known;
        var id = await Load(ct) ?? await Create(ct);
        return _known = new(mapper.Source, id.Key);
    }

    private async Task<StoreId?> Load(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<StoreId>(StoreId.SingleId, ct);
    }

    private async Task<StoreId> Create(CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        var created = new StoreId { Key = Guid.NewGuid().ToString("N")[..16] };
        session.Insert(created);
        try
        {
            await session.SaveChangesAsync(ct);
        }
        catch (JasperFx.DocumentAlreadyExistsException)
        {
            return (await Load(ct))!;
        } // another node inserted it first
        return created;
    }
}
