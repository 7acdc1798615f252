using FollowUp.Platform.Outbox;
using Marten;

namespace FollowUp.Platform.EventStore;

/// <summary>
/// Which store this is, from when it was new. A place in its order means nothing in another's, as in that of the same service after it was
/// rebuilt from nothing.
/// </summary>
public sealed record StoreId
{
    internal const string TheOne = "store";

    /// <summary>There is one.</summary>
    public string Id { get; init; } = TheOne;

    /// <summary>16 random hexadecimal digits.</summary>
    public required string Key { get; init; }
}

/// <summary>Where places in a service's history come from.</summary>
/// <param name="Source">The service, as <c>/followup/applications</c>.</param>
/// <param name="Store">The store's key.</param>
internal sealed record FeedOrigin(string Source, string Store);

/// <summary>Knows which store this is.</summary>
internal sealed class FeedOriginProvider(IDocumentStore store, IContractMapper border)
{
    private FeedOrigin? _known;

    /// <summary>
    /// Where places in this service's history come from. Asked when the schema was made, before anything is recorded: a store that is new
    /// then stays known for it.
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
        } // another node was faster
        return made;
    }
}
