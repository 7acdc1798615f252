namespace FollowUp.Platform.Concurrency;

/// <summary>
/// A clock that counts only the time in which this process was awake: the ticks of a timer, each as a tenth of a second however late it
/// comes. On an overloaded or suspended machine a reply that is there waits for this process, and by the wall clock the process would take
/// its own slowness for another's silence.
/// </summary>
internal sealed class AwakeTime : TimeProvider, IDisposable
{
    internal static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly LinkedList<Waiting> _waiting = [];
    private readonly Timer? _timer;
    private long _ticks;

    public AwakeTime()
        : this(isTicking: true) { }

    /// <param name="isTicking">False where a spec calls <see cref="Advance"/> itself.</param>
    internal AwakeTime(bool isTicking) => _timer = isTicking ? new(_ => Advance(), null, Tick, Tick) : null;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks) * Tick.Ticks;

    /// <summary>The time awake since the construction.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Waiting(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    internal void Advance()
    {
        List<Waiting>? due = null;
        lock (_gate)
        {
            _ticks++;
            for (var (node, next) = (_waiting.First, (LinkedListNode<Waiting>?)null); node is not null; node = next)
            {
                next = node.Next;
                if (node.Value.DueAt > _ticks)
                    continue;
                (due ??= []).Add(node.Value);
                node.Value.Schedule(node.Value.Period);
            }
        }
        foreach (var timer in due ?? [])
            timer.Call();
    }

    public void Dispose() => _timer?.Dispose();

    private sealed class Waiting : ITimer
    {
        private readonly AwakeTime _time;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly LinkedListNode<Waiting> _node;

        public Waiting(AwakeTime time, TimerCallback callback, object? state)
        {
            (_time, _callback, _state) = (time, callback, state);
            _node = new(this);
        }

        public long DueAt { get; private set; }

        public TimeSpan Period { get; private set; } = Timeout.InfiniteTimeSpan;

        public void Call() => _callback(_state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_time._gate)
            {
                Period = period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : period;
                Schedule(dueTime);
            }
            return true;
        }

        /// <summary>Sets when the timer is due next; the caller has the lock.</summary>
        public void Schedule(TimeSpan dueTime)
        {
            if (_node.List is not null)
                _time._waiting.Remove(_node);
            if (dueTime == Timeout.InfiniteTimeSpan)
                return;
            DueAt = _time._ticks + Math.Max(1, (long)Math.Ceiling(dueTime / Tick));
            _time._waiting.AddLast(_node);
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
