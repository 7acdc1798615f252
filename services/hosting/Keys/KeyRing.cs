using System.Collections.Concurrent;
using Marten;

namespace FollowUp.Hosting.Keys;

/// <summary>
/// Finds keys in this service's own store, and remembers each for half a second: a revocation must hold within one, and
/// a look-up a request would cost a round trip each.
/// </summary>
internal sealed class KeyRing(IDocumentStore store, TimeProvider time)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMilliseconds(500);
    private const int MostRemembered = 10_000;
    private readonly ConcurrentDictionary<string, (ApiKey? Key, long At)> _seen = new();

    /// <summary>The key that a caller sent, if it is one and holds.</summary>
    public async ValueTask<ApiKey?> Find(string? sent, CancellationToken ct)
    {
        if (!KeyFormat.TryRead(sent, out var id, out var secret)) return null;
        var key = await Load(id, ct);
        return key is { RevokedAt: null } && KeyFormat.Matches(secret, key.Hash) ? key : null;
    }

    private async ValueTask<ApiKey?> Load(string id, CancellationToken ct)
    {
        if (_seen.TryGetValue(id, out var seen) && time.GetElapsedTime(seen.At) < Remembered) return seen.Key;
        var at = time.GetTimestamp();
        await using var session = store.QuerySession();
        var key = await session.LoadAsync<ApiKey>(id, ct);
        if (_seen.Count >= MostRemembered) _seen.Clear();
        _seen[id] = (key, at);
        return key;
    }
}
