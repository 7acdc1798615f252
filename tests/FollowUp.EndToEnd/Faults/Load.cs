using System.Collections.Concurrent;

namespace FollowUp.EndToEnd.Faults;

/// <summary>
/// Clients at work while components break: each submits, sends the letter, records the follow-up, and repeats whatever was not
/// acknowledged, as a careful client does: with the same id or idempotency key. Keeps the acknowledged commands, to look for their results
/// at the end. The clients pause between two commands: the fault should strike in the middle of work, not at the machine's highest load.
/// </summary>
internal sealed class Load : IAsyncDisposable
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);
    private readonly Team _team;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Acknowledged> _acknowledged = [];
    private readonly Task _workers;
    private int _commands;

    public Load(Team team, int people)
    {
        _team = team;
        _workers = Task.WhenAll(Enumerable.Range(0, people).Select(x => Task.Run(() => Work(x))));
    }

    /// <summary>The commands of one client that the service acknowledged as recorded.</summary>
    internal sealed class Acknowledged(Application application)
    {
        public Application Application => application;
        public bool Letter { get; set; }
        public bool FollowUp { get; set; }

        /// <summary>The last command got no response before the load ended: its event may be recorded or not.</summary>
        public bool InDoubt { get; set; }
    }

    /// <summary>The number of commands acknowledged so far.</summary>
    public int Commands => Volatile.Read(ref _commands);

    /// <summary>The attempts that got no answer, or one to try again.</summary>
    public ConcurrentBag<string> Repeated { get; } = [];

    /// <summary>Responses that no client should ever get.</summary>
    public ConcurrentBag<string> Wrong { get; } = [];

    public IReadOnlyCollection<Acknowledged> All => _acknowledged;

    /// <summary>Waits until that many more commands are acknowledged.</summary>
    public Task Goes(int more, TimeSpan? deadline = null)
    {
        var goal = Commands + more;
        return Eventually.Holds(() => Commands >= goal, deadline, $"{more} more commands are acknowledged");
    }

    public async Task End()
    {
        await _stop.CancelAsync();
        await _workers.WaitAsync(Eventually.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await End();
        _stop.Dispose();
    }

    private async Task Work(int person)
    {
        for (var i = 0; !_stop.IsCancellationRequested; i++)
        {
            var application = _team.Of(Guid.NewGuid());
            var body = Team.Body(Team.NewCandidate(), submittedAt: DateTimeOffset.UtcNow.AddMinutes(-1));
            if (!await Done(() => _team.Applications.Put(application.Path, body), 200, 201))
                continue;
            var mine = new Acknowledged(application);
            _acknowledged.Add(mine);
            if (i % 2 == 0)
                mine.Letter = await Keyed(mine, key => _team.Applications.Post($"{application.Path}/cover-letter", new { }, key));
            if (i % 3 != 2)
                mine.FollowUp = await Keyed(mine, key => application.RecordFollowUp(idempotencyKey: key, by: $"person {person}"));
        }
    }

    private async Task<bool> Keyed(Acknowledged mine, Func<string, Task<Answer>> send)
    {
        if (_stop.IsCancellationRequested)
            return false;
        var key = Guid.NewGuid().ToString();
        var done = await Done(() => send(key), 201);
        mine.InDoubt |= !done;
        return done;
    }

    /// <summary>Repeats the command until it is acknowledged or the load ends.</summary>
    private async Task<bool> Done(Func<Task<Answer>> send, params int[] right)
    {
        do
        {
            await Task.Delay(Breath);
            try
            {
                var answer = await send();
                if (right.Contains(answer.Status))
                {
                    Interlocked.Increment(ref _commands);
                    return true;
                }

                (answer.Status is 503 ? Repeated : Wrong).Add($"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {answer}");
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // The node is down and doesn't respond.
                Repeated.Add($"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {e}");
            }
        } while (!_stop.IsCancellationRequested);

        return false;
    }
}
