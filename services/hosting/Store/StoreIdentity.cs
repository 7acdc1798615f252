using Marten;
using Npgsql;

namespace FollowUp.Hosting.Store;

/// <summary>
/// Which store this is, from when it was new. A place in its order means nothing in another's, as in that of the same service after it was
/// rebuilt from nothing.
/// </summary>
public sealed record StoreIdentity
{
    internal const string TheOne = "store";

    /// <summary>There is one.</summary>
    public string Id { get; init; } = TheOne;

    /// <summary>16 random hexadecimal digits.</summary>
    public required string Key { get; init; }

    /// <summary>Whether it had facts before it had a key, by an older version of FollowUp: places without one are its own.</summary>
    public required bool IsOlder { get; init; }
}

/// <summary>Where places in a service's history come from.</summary>
/// <param name="Source">The service, as <c>/followup/applications</c>.</param>
/// <param name="Store">The store's key.</param>
/// <param name="IsOlder">Whether it gave out places without a key.</param>
internal sealed record History(string Source, string Store, bool IsOlder);

/// <summary>Knows which store this is.</summary>
internal sealed class OwnHistory(IDocumentStore store, NpgsqlDataSource database, IBorder border)
{
    private History? _known;

    /// <summary>
    /// Where places in this service's history come from. Asked when the schema was made, before anything is recorded: a store that is new
    /// then stays known for it.
    /// </summary>
    public async ValueTask<History> Find(CancellationToken ct)
    {
        if (_known is { } known)
            return known;
        var identity = await Load(ct) ?? await Make(ct);
        return _known = new(border.Source, identity.Key, identity.IsOlder);
    }

    private async Task<StoreIdentity?> Load(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<StoreIdentity>(StoreIdentity.TheOne, ct);
    }

    private async Task<StoreIdentity> Make(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select exists(select from followup.mt_events)");
        var isOlder = (bool)(await command.ExecuteScalarAsync(ct))!;
        await using var session = store.LightweightSession();
        var made = new StoreIdentity { Key = Guid.NewGuid().ToString("N")[..16], IsOlder = isOlder };
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
