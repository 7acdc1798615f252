using System.Diagnostics;

namespace FollowUp.Chaos;

/// <summary>One run: two nodes of each service, the load, the faults of a schedule, and the comparison at the end.</summary>
internal static class ChaosRun
{
    private const string Integration = "chaos";
    private const int BusClients = 3;

    /// <param name="lasts">How long faults are begun.</param>
    /// <param name="without">The names of the kinds to leave out.</param>
    /// <param name="say">Takes a line about each step.</param>
    public static async Task<Report> Run(TimeSpan lasts, int seed, IReadOnlyList<string> without, Action<string> say)
    {
        say($"Starting two nodes of each service; seed {seed} ...");
        await using var pair = await Pair.Start(nodes: 2, listening: false);
        var team = pair.Default;
        await Task.WhenAll(pair.Scheduler.Select(x => KnowsTheKey(x, team.Key)));
        var made = (
            await team.Applications.Post(
                "/integrations",
                new
                {
                    name = Integration,
                    mayRead = true,
                    mayCommand = true,
                }
            )
        ).Expect(201).Json;
        var (user, password, queue) = (made.Text("user")!, made.Text("password")!, made.Text("queue")!);

        await using var broker = await Broker.Connect(pair.Bus);
        await using var listener = new Listener(pair.Bus, user, password, queue);
        var (applications, scheduler) = (Sender(pair.Applications), Sender(pair.Scheduler));
        var bus = Enumerable.Range(0, BusClients).Select(_ => new CommandSender(pair.Bus, user, password, team.Name)).ToList();
        FeedReader[] followers = [new(applications), new(scheduler)];
        using var stop = new CancellationTokenSource();
        var following = followers.Select(x => x.Follow(stop.Token)).ToList();
        await Eventually.Holds(() => BothKnow(bus[0]), null, "both services know the integration");

        var outages = new List<Outage>();
        await using var load = new Load(applications, scheduler, bus, seed);
        var faults = new Faults(pair, broker, load, queue);
        var recovery = new Recovery(load, listener, applications, scheduler);
        var nodes = new List<string>();
        await Eventually.Holds(() => load.Acknowledged > 50, null, "the load is under way");
        var watch = Stopwatch.StartNew();
        foreach (var round in Schedule.Of(seed, [.. FaultKind.All.Where(x => !without.Contains(x.Name))]))
        {
            if (watch.Elapsed >= lasts)
                break;
            var what = string.Join(" and ", round.Faults);
            var time = await Strike(round, faults, recovery);
            outages.Add(new(round, time));
            var recovered = time is null
                ? "NOT RECOVERED in a minute"
                : FormattableString.Invariant($"recovered in {time.Value.TotalSeconds:0.0} s");
            say(FormattableString.Invariant($"{watch.Elapsed:hh\\:mm\\:ss} {what}: {recovered}; {load.Acknowledged:n0} acknowledged"));
            nodes.AddRange((await faults.Revive()).Select(x => $"{what}: {x}"));
            await Task.Delay(round.Pause);
        }

        var lasted = watch.Elapsed;
        say("All faults are over. Waiting until both services agree ...");
        await load.End();
        await stop.CancelAsync();
        await Task.WhenAll(following);
        var (history, findings) = await new Collector(applications, scheduler, listener, followers).Collect(() =>
            new()
            {
                Attempts = load.Attempts,
                Deaf = faults.Deaf,
                Complaints = [.. load.Complaints, .. nodes],
            }
        );
        foreach (var sender in bus)
            await sender.DisposeAsync();
        return new(seed, lasted, without, history, outages, findings);

        HttpSender Sender(IReadOnlyList<Service> nodes) => new([.. nodes.Select(x => x.Address)], team.Key);
    }

    /// <summary>Breaks something, mends it, and measures the recovery.</summary>
    private static async Task<TimeSpan?> Strike(Round round, Faults faults, Recovery recovery)
    {
        var began = Stopwatch.GetTimestamp();
        var struck = Task.WhenAll(round.Faults.Select(faults.Carry));
        if (!round.Faults.All(x => x.Kind.IsSurvived))
        {
            await struck;
            began = Stopwatch.GetTimestamp();
        }
        var recovered = await recovery.Measure(began);
        await struck;
        return recovered;
    }

    private static async Task KnowsTheKey(Service node, string key)
    {
        var sender = new HttpSender([node.Address], key);
        await Eventually.Get(() => sender.Get("/follow-ups"), x => x?.Status == 200, null, $"{node.Name} knows the key");
    }

    // A Scheduler that hasn't heard of the integration yet refuses its sender.
    private static async Task<bool> BothKnow(CommandSender sender)
    {
        var application = Guid.NewGuid();
        foreach (var order in new[] { Order.Letter(application), Order.Claim(application, 1, "nemo") })
        {
            if (await sender.Ask(order.Queue, order.Type, order.Data, order.Attempt) is not { Code: "unknownApplication" })
                return false;
        }
        return true;
    }
}
