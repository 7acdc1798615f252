using FollowUp.Platform.Concurrency;
using Marten;
using Microsoft.AspNetCore.Http;

namespace FollowUp.Platform.Security;

/// <summary>
/// Finds and checks API keys in this service's own store. A revocation in this store takes effect within half a second
/// (<see cref="ShortLivedCache{T}"/>).
/// </summary>
/// <param name="store">The store.</param>
/// <param name="time">The clock.</param>
public sealed class ApiKeyValidator(IDocumentStore store, TimeProvider time)
{
    private readonly ShortLivedCache<ApiKey> _cache = new(
        async (id, ct) =>
        {
            await using var session = store.QuerySession();
            return await session.LoadAsync<ApiKey>(id, ct);
        },
        time
    );

    /// <summary>The text of the key in the header <c>Authorization</c> of a request, valid or not; null where it has none.</summary>
    /// <param name="request">The request.</param>
    public static string? KeyIn(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? header["Bearer ".Length..].Trim()
            : null;

    /// <summary>The key that a caller sent; null if it is malformed, unknown or revoked, or if its secret is wrong.</summary>
    /// <param name="sent">The key as the caller sent it.</param>
    /// <param name="ct">Ends the look-up.</param>
    public async ValueTask<ApiKey?> Find(string? sent, CancellationToken ct)
    {
        if (!ApiKeyFormat.TryRead(sent, out var id, out var secret))
            return null;
        var key = await _cache.Find(id, ct);
        return key is { RevokedAt: null } && ApiKeyFormat.Matches(secret, key.Hash) ? key : null;
    }

    /// <summary>Whether a key exists and is not revoked.</summary>
    /// <param name="id">The public part of the key.</param>
    /// <param name="ct">Ends the look-up.</param>
    public async ValueTask<bool> Holds(string id, CancellationToken ct) => await _cache.Find(id, ct) is { RevokedAt: null };
}
