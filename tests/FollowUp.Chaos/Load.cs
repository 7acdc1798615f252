using System.Collections.Concurrent;
using System.Diagnostics;

namespace FollowUp.Chaos;

/// <summary>
/// People and programs at work while components break, over HTTP and over the bus, with replies and without. Each repeats what was not
/// answered, as a careful client does: with the same id. Every command is kept with its outcome.
/// </summary>
internal sealed class Load : IAsyncDisposable
{
    private const int People = 6,
        MostRacers = 4,
        OftenEnough = 8; // one in so many commands is sent once more after its answer
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50),
        Grace = TimeSpan.FromSeconds(30),
        LongestInQueue = TimeSpan.FromMinutes(1);

    // What the rules say to one who comes second, or too late.
    private static readonly HashSet<string> Refusals =
    [
        "alreadyMade",
        "alreadySnoozed",
        "claimedByAnother",
        "claimedSince",
        "closed",
        "lapsed",
        "outsideWindow",
        "stageClosed",
        "unknownClaim",
        "waived",
    ];

    private readonly HttpSender _applications;
    private readonly HttpSender _scheduler;
    private readonly IReadOnlyList<CommandSender> _bus;
    private readonly CancellationTokenSource _stop = new(),
        _giveUp = new();
    private readonly ConcurrentQueue<(Order Order, long SentAt)> _entrusted = [];
    private readonly ConcurrentDictionary<string, long> _emptied = [];
    private readonly ConcurrentQueue<Attempt> _attempts = [];
    private readonly ConcurrentQueue<string> _complaints = [];
    private readonly ConcurrentQueue<Guid> _touched = [];
    private readonly Lock _outcomes = new();
    private readonly Task _work;
    private int _acknowledged;

    /// <param name="bus">A sender for each of some clients of the bus.</param>
    public Load(HttpSender applications, HttpSender scheduler, IReadOnlyList<CommandSender> bus, int seed)
    {
        (_applications, _scheduler, _bus) = (applications, scheduler, bus);
        _work = Task.WhenAll(Enumerable.Range(0, People).Select(x => Task.Run(() => Work(x, new Random(seed + x)))));
    }

    public IReadOnlyList<Attempt> Attempts => [.. _attempts];

    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Answers that no client should get.</summary>
    public IReadOnlyList<string> Complaints => [.. _complaints];

    /// <summary>The applications that were worked on last.</summary>
    public IReadOnlyList<Guid> Latest(int count) => [.. _touched.Reverse().Distinct().Take(count)];

    /// <summary>Sends a submission until it is acknowledged.</summary>
    /// <returns>Null when the load ended before.</returns>
    public async Task<Guid?> Submit()
    {
        var id = Guid.NewGuid();
        return await OverHttp(Order.Submit(id)) == Outcome.Acknowledged ? id : null;
    }

    /// <summary>A queue was emptied: the commands that the broker had lately confirmed may be gone.</summary>
    public void Emptied(string queue)
    {
        lock (_outcomes)
        {
            _emptied[queue] = Stopwatch.GetTimestamp();
            foreach (var (order, sentAt) in _entrusted)
                if (order.Queue == queue && Stopwatch.GetElapsedTime(sentAt) < LongestInQueue)
                    order.Attempt.Outcome = Outcome.Unknown;
        }
    }

    /// <summary>Sends nothing new, and repeats what is not answered for a while.</summary>
    public async Task End()
    {
        await _stop.CancelAsync();
        _giveUp.CancelAfter(Grace);
        await _work;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _giveUp.CancelAsync();
        await _work;
        _stop.Dispose();
        _giveUp.Dispose();
    }

    private async Task Work(int person, Random random)
    {
        while (!_stop.IsCancellationRequested)
        {
            var application = Guid.NewGuid();
            if (await AnyWay(Order.Submit(application), random) == Outcome.Acknowledged)
                await Pursue(application, $"person {person}", random);
        }
    }

    /// <summary>The life of one application.</summary>
    private async Task Pursue(Guid application, string by, Random random)
    {
        var (stage, snoozed, isLetterSent) = (1, 0, false);
        for (var left = random.Next(4, 10); left > 0 && !_stop.IsCancellationRequested; left--)
        {
            _touched.Enqueue(application);
            while (_touched.Count > 500)
                _touched.TryDequeue(out _);
            switch (random.Next(11))
            {
                case 0 or 1:
                    await AnyWay(Order.Receipt(application), random, mayEntrust: true);
                    break;
                case 2:
                    await AnyWay(Order.Contact(application), random, mayEntrust: true);
                    break;
                case 3 when snoozed != stage: // the same snooze again is no new fact
                    snoozed = stage;
                    await AnyWay(Order.Snooze(application, stage), random);
                    break;
                case 4 or 5:
                    if (await AnyWay(Order.Step(application), random) != Outcome.Acknowledged)
                        return;
                    stage++;
                    break;
                case 6 when left == 1:
                    await AnyWay(Order.Close(application), random);
                    await AnyWay(Order.Reopen(application), random);
                    break;
                case 7 when !isLetterSent:
                    isLetterSent = true;
                    await AnyWay(Order.Letter(application), random, mayEntrust: true);
                    break;
                default:
                    await Race(application, stage, by, random);
                    break;
            }
        }
    }

    /// <summary>Several ask for a stage's follow-up at once. A holder of a claim uses it, lets go of it, or lets it run out.</summary>
    private async Task Race(Guid application, int stage, string by, Random random)
    {
        var racers = Enumerable.Range(0, random.Next(1, MostRacers + 1)).Select(x => new Random(random.Next())).ToList();
        await Task.WhenAll(
            racers.Select(
                async (its, number) =>
                {
                    var name = $"{by}, racer {number}";
                    if (its.Next(3) == 0)
                    {
                        await AnyWay(Order.FollowUp(application, stage, name), its, mayEntrust: true);
                        return;
                    }
                    var isOverHttp = its.Next(2) == 0; // a claim belongs to the principal that took it
                    var claim = Order.Claim(application, stage, name);
                    var outcome = isOverHttp ? await OverHttp(claim) : await OverTheBus(claim, its, its.Next(5) == 0);
                    var next = its.Next(3) switch
                    {
                        0 => Order.FollowUp(application, stage, name, claim.Attempt.Id),
                        1 => Order.Release(application, stage, claim.Attempt.Id),
                        _ => null,
                    };
                    if (next is not null && outcome == Outcome.Acknowledged)
                        await (isOverHttp ? OverHttp(next) : OverTheBus(next, its));
                }
            )
        );
    }

    private Task<Outcome> AnyWay(Order order, Random random, bool mayEntrust = false) =>
        random.Next(mayEntrust ? 5 : 4) switch
        {
            0 or 1 => OverHttp(order),
            2 or 3 => OverTheBus(order, random),
            _ => OverTheBus(order, random, isEntrusted: true),
        };

    private Task<Outcome> OverHttp(Order order) =>
        Insist(
            order,
            Sending.Http,
            () => (order.IsForScheduler ? _scheduler : _applications).Send(order.Method, order.Path, order.Body, order.Attempt)
        );

    private async Task<Outcome> OverTheBus(Order order, Random random, bool isEntrusted = false)
    {
        var sender = _bus[random.Next(_bus.Count)];
        if (!isEntrusted)
        {
            var outcome = await Insist(order, Sending.Amqp, Ask);
            if (random.Next(OftenEnough) == 0)
                await Send(order.Attempt, Sending.Amqp, Ask);
            return outcome;
        }
        _attempts.Enqueue(order.Attempt);
        await Task.Delay(Breath);
        do
        {
            var sentAt = Stopwatch.GetTimestamp();
            if (await sender.Entrust(order.Queue, order.Type, order.Data, order.Attempt))
                return Entrusted(order, sentAt);
        } while (await Pauses());
        return Outcome.Unknown;

        Task<Reply?> Ask() => sender.Ask(order.Queue, order.Type, order.Data, order.Attempt);
    }

    private Outcome Entrusted(Order order, long sentAt)
    {
        lock (_outcomes)
        {
            if (_emptied.GetValueOrDefault(order.Queue) >= sentAt)
                return Outcome.Unknown;
            _entrusted.Enqueue((order, sentAt));
            return order.Attempt.Outcome = Outcome.Entrusted;
        }
    }

    /// <summary>Repeats a command until its answer is final.</summary>
    private async Task<Outcome> Insist(Order order, string way, Func<Task<Reply?>> send)
    {
        var attempt = order.Attempt;
        _attempts.Enqueue(attempt);
        await Task.Delay(Breath);
        do
        {
            switch (await Send(attempt, way, send))
            {
                case null or { Status: 503 }:
                    break;
                case { Code: "unknownApplication" or "unknownStage" } when order.IsForScheduler:
                    break; // the Scheduler hears of it in a moment
                case { Status: >= 200 and < 300 }:
                    Interlocked.Increment(ref _acknowledged);
                    return attempt.Outcome = Outcome.Acknowledged;
                case { Code: { } code } when Refusals.Contains(code):
                    return attempt.Outcome = attempt.IsInDoubt ? Outcome.Unknown : Outcome.Refused;
                case var other:
                    _complaints.Enqueue($"{attempt} was answered {other}");
                    return Outcome.Unknown;
            }
        } while (await Pauses());
        return Outcome.Unknown;
    }

    private static async Task<Reply?> Send(Attempt attempt, string way, Func<Task<Reply?>> send)
    {
        var at = DateTimeOffset.UtcNow;
        var reply = await send();
        attempt.Sendings = [.. attempt.Sendings, new(way, at, DateTimeOffset.UtcNow, reply)];
        return reply;
    }

    /// <summary>Pauses between two sendings.</summary>
    /// <returns>Whether to send again.</returns>
    private async Task<bool> Pauses()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(100 + Random.Shared.Next(200)));
        return !_giveUp.IsCancellationRequested;
    }
}
