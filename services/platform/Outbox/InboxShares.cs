using Microsoft.Extensions.Configuration;

namespace FollowUp.Platform.Outbox;

// See docs/decisions/0041-a-share-of-the-inbox.md
/// <summary>
/// Divides the places in the sibling's inbox among the teams: its queue is first in, first out, so whatever a team has there stands before
/// the next event of every other team.
/// </summary>
/// <param name="window">How many events of all teams may wait there, or a few more.</param>
internal sealed class InboxShares(int window)
{
    /// <summary>What each team may have there, however many teams share the window.</summary>
    public const int Least = 50;

    private const int DefaultWindow = 2_000; // one to two seconds of the sibling's work (docs/benchmarks.md)

    private readonly Lock _lock = new();
    private readonly Queue<string> _teams = new(); // the team of each event that was published and may still wait, the oldest first
    private readonly Dictionary<string, int> _waiting = new(StringComparer.Ordinal);
    private int _crowding; // the teams with more than the least

    public InboxShares(IConfiguration configuration)
        : this(Math.Max(configuration.GetValue("Outbox:Window", DefaultWindow), Least)) { }

    /// <summary>The number of events that were published since the start.</summary>
    public long Total { get; private set; }

    /// <summary>Whether so many may wait that the queue should be measured.</summary>
    public bool IsWorthMeasuring => _teams.Count > window / 4;

    /// <summary>Counts a published event.</summary>
    public void Published(string team)
    {
        lock (_lock)
        {
            Total++;
            _teams.Enqueue(team);
            Change(team, +1);
        }
    }

    /// <summary>Takes note of the length of the queue: what waits there are the events that were published last.</summary>
    /// <param name="length">The length.</param>
    /// <param name="total"><see cref="Total"/> before the queue was measured.</param>
    public void Measured(long length, long total)
    {
        lock (_lock)
        {
            while (_teams.Count > length + Total - total)
                Change(_teams.Dequeue(), -1);
        }
    }

    /// <summary>How many more events of a team may be published now.</summary>
    public int Left(string team)
    {
        lock (_lock)
        {
            var waiting = _waiting.GetValueOrDefault(team);
            var others = waiting > Least ? _crowding - 1 : _crowding;
            return Math.Max(0, Math.Max(Least, window / (1 + others)) - waiting);
        }
    }

    private void Change(string team, int by)
    {
        var before = _waiting.GetValueOrDefault(team);
        var after = before + by;
        if (after == 0)
            _waiting.Remove(team);
        else
            _waiting[team] = after;
        _crowding += (after > Least ? 1 : 0) - (before > Least ? 1 : 0);
    }
}
