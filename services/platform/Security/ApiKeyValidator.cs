using FollowUp.Platform.Concurrency;
using Marten;

namespace FollowUp.Platform.Security;

/// <summary>
/// Finds and checks API keys in this service's own store. A revocation in this store takes effect within half a second
/// (<see cref="ShortLivedCache{T}"/>).
/// </summary>
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

    /// <summary>The key that a caller sent; null if it is malformed, unknown or revoked, or if its secret is wrong.</summary>
    /// <param name="sent">The key as the caller sent it.</param>
    /// <param name="ct">Ends the look-up.</param>
    public async ValueTask<ApiKey?> Find(string? sent, CancellationToken ct)
    {
        if (!ApiKeyFormat.TryRead(sent, out var id, out var secret))
            return null;
        var key = await _seen.Find(id, ct);
        return key is { RevokedAt: null } && ApiKeyFormat.Matches(secret, key.Hash) ? key : null;
    }

    /// <summary>Whether a key exists and is not revoked.</summary>
    /// <param name="id">The public part of the key.</param>
    /// <param name="ct">Ends the look-up.</param>
    public async ValueTask<bool> Holds(string id, CancellationToken ct) => await _seen.Find(id, ct) is { RevokedAt: null };
}
