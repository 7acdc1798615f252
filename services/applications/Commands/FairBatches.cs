namespace FollowUp.Applications.Commands;

/// <summary>
/// The commands that wait for a transaction. A batch takes one of each team in turn, so that no team's flood fills it, and one of each
/// application, so that no transaction meets another of this node at the same stream. The commands of one application keep their order.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
/// <typeparam name="T">The command.</typeparam>
internal sealed class FairBatches<T>
{
    // An application is here while it is ready (it has commands and a place in its team's queue) or busy (a batch took one).
    private readonly Dictionary<(string Team, Guid Application), Queue<T>> _waiting = [];
    private readonly Dictionary<string, Queue<Guid>> _ready = [];
    private readonly Queue<string> _teams = [];

    /// <summary>How many commands wait.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a command behind the others of its application.</summary>
    public void Add(string team, Guid application, T command)
    {
        Count++;
        if (_waiting.TryGetValue((team, application), out var commands))
        {
            commands.Enqueue(command);
            return;
        }
        _waiting.Add((team, application), new([command]));
        IsReady(team, application);
    }

    /// <summary>Takes what can be committed together. Its applications are busy until <see cref="Done"/>.</summary>
    /// <param name="most">The largest batch.</param>
    public IReadOnlyList<T> Take(int most)
    {
        var batch = new List<T>();
        while (batch.Count < most && _teams.TryDequeue(out var team))
        {
            var ready = _ready[team];
            batch.Add(_waiting[(team, ready.Dequeue())].Dequeue());
            if (ready.Count > 0)
                _teams.Enqueue(team);
            else
                _ready.Remove(team);
        }
        Count -= batch.Count;
        return batch;
    }

    /// <summary>The application's command was answered: its next one can be taken.</summary>
    public void Done(string team, Guid application)
    {
        if (_waiting[(team, application)].Count > 0)
            IsReady(team, application);
        else
            _waiting.Remove((team, application));
    }

    private void IsReady(string team, Guid application)
    {
        if (!_ready.TryGetValue(team, out var ready))
        {
            _ready.Add(team, ready = []);
            _teams.Enqueue(team);
        }
        ready.Enqueue(application);
    }
}
