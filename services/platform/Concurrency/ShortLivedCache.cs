using System.Collections.Concurrent;

namespace FollowUp.Platform.Concurrency;

/// <summary>
/// What is looked up with every request or message, by its id: each is remembered for half a second, also that there is none. A look-up a
/// request would cost a round trip each, and what is changed, as by a revocation, must hold within a second, on every node.
/// </summary>
/// <typeparam name="T">What is looked up.</typeparam>
/// <param name="load">Looks it up; null where there is none. What it throws isn't remembered.</param>
/// <param name="time">The clock.</param>
public sealed class ShortLivedCache<T>(Func<string, CancellationToken, Task<T?>> load, TimeProvider time)
    where T : class
{
    private const int MostRemembered = 10_000; // ids come from callers, who may make up as many as they like
    private static readonly TimeSpan Remembered = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentDictionary<string, (T? Found, long At)> _seen = new(StringComparer.Ordinal);

    /// <summary>What has that id, as it was at most half a second ago; null where there was none.</summary>
    /// <param name="id">The id.</param>
    /// <param name="ct">Ends the look-up.</param>
    public async ValueTask<T?> Find(string id, CancellationToken ct)
    {
        if (_seen.TryGetValue(id, out var seen) && time.GetElapsedTime(seen.At) < Remembered)
            return seen.Found;
        // before it is looked up: what is changed meanwhile isn't remembered longer than what was changed before
        var at = time.GetTimestamp();
        var found = await load(id, ct);
        if (_seen.Count >= MostRemembered)
            _seen.Clear();
        _seen[id] = (found, at);
        return found;
    }

    /// <summary>What has that id was changed here: the next look-up is made anew.</summary>
    /// <param name="id">The id.</param>
    public void Forget(string id) => _seen.TryRemove(id, out _);
}
