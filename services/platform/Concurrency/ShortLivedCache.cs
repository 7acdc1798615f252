using System.Collections.Concurrent;

namespace FollowUp.Platform.Concurrency;

/// <summary>
/// Caches for half a second what every request or message looks up by an id, including that nothing has the id. A look-up for each request
/// would cost a round trip each; a longer lifetime would delay a change, such as a revocation, which must take effect on every node within
/// a second.
/// </summary>
/// <typeparam name="T">The type of the cached objects.</typeparam>
/// <param name="load">Loads an object; null where there is none. An exception isn't cached.</param>
/// <param name="time">The clock.</param>
public sealed class ShortLivedCache<T>(Func<string, CancellationToken, Task<T?>> load, TimeProvider time)
    where T : class
{
    private const int MaxEntries = 10_000; // callers choose the ids, and may invent any number of them
    private static readonly TimeSpan Lifetime = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentDictionary<string, (T? Found, long At)> _entries = new(StringComparer.Ordinal);

    /// <summary>The object with that id as it was at most half a second ago; null where there was none.</summary>
    /// <param name="id">The id.</param>
    /// <param name="ct">Ends the look-up.</param>
    public async ValueTask<T?> Find(string id, CancellationToken ct)
    {
        if (_entries.TryGetValue(id, out var entry) && time.GetElapsedTime(entry.At) < Lifetime)
            return entry.Found;
        // the time before the load: a change during the load is cached no longer than a change before it
        var at = time.GetTimestamp();
        var found = await load(id, ct);
        if (_entries.Count >= MaxEntries)
            _entries.Clear();
        _entries[id] = (found, at);
        return found;
    }

    /// <summary>Removes an object that changed on this node; the next look-up loads it again.</summary>
    /// <param name="id">The id.</param>
    public void Forget(string id) => _entries.TryRemove(id, out _);
}
