using FollowUp.Platform.Concurrency;
using Marten;

namespace FollowUp.Platform.Security;

/// <summary>Finds keys in this service's own store.</summary>
/// <param name="store">The store.</param>
/// <param name="time">The clock.</param>
public sealed class ApiKeyValidator(IDocumentStore store, TimeProvider time)
{
    private readonly ShortLivedCache<ApiKey> _seen = new(
        async (id, ct) =>
        {
            await using var session = store.QuerySession();
            return await session.LoadAsync<ApiKey>(id, ct);
        },
        time
    );

    /// <summary>The key that a caller sent, if it is one and holds.</summary>
    /// <param name="sent">As sent.</param>
    /// <param name="ct">Ends the look-up.</param>
    public async ValueTask<ApiKey?> Find(string? sent, CancellationToken ct)
    {
        if (!ApiKeyFormat.TryRead(sent, out var id, out var secret))
            return null;
        var key = await _seen.Find(id, ct);
        return key is { RevokedAt: null } && ApiKeyFormat.Matches(secret, key.Hash) ? key : null;
    }

    /// <summary>Whether a key is still there and not revoked.</summary>
    /// <param name="id">Its public part.</param>
    /// <param name="ct">Ends the look-up.</param>
    public async ValueTask<bool> Holds(string id, CancellationToken ct) => await _seen.Find(id, ct) is { RevokedAt: null };
}
