namespace FollowUp.Platform.Concurrency;

/// <summary>
/// The time that this process was awake. A process that got no processor time, or was suspended, can't tell the silence of another system
/// from its own: a time-out measured in awake time doesn't count the pauses.
/// </summary>
internal sealed class AwakeTime : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _last;
    private TimeSpan _awake;

    public AwakeTime(TimeProvider time)
    {
        (_time, _last) = (time, time.GetTimestamp());
        _timer = time.CreateTimer(_ => Advance(), null, Step, Step);
    }

    /// <summary>The time awake since the construction, to a quarter of a second.</summary>
    public TimeSpan Now
    {
        get
        {
            lock (_gate)
                return _awake;
        }
    }

    // A timer that fires late says that the process was starved: the time that it is late doesn't count.
    private void Advance()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            var passed = _time.GetElapsedTime(_last, now);
            _awake += passed < 2 * Step ? passed : 2 * Step;
            _last = now;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
