using System.Collections.Concurrent;

namespace FollowUp.Scheduler.Commands;

/// <summary>Lets a claim wait for the version that its asker has seen, without asking the database again and again.</summary>
internal sealed class ArrivalSignal
{
    private readonly ConcurrentDictionary<(string Team, Guid Application), TaskCompletionSource> _waiting = new();

    /// <summary>Signals that an event arrived on this node.</summary>
    public void Arrived(string team, Guid application)
    {
        if (_waiting.TryRemove((team, application), out var waiting))
            waiting.TrySetResult();
    }

    /// <summary>Waits for something to arrive, or a while: it may arrive on another node.</summary>
    public async Task Next(string team, Guid application, TimeSpan most, CancellationToken ct)
    {
        var waiting = _waiting.GetOrAdd((team, application), _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await waiting.Task.WaitAsync(most, ct);
        }
        catch (TimeoutException)
        {
            _waiting.TryRemove(KeyValuePair.Create((team, application), waiting));
        }
    }
}
