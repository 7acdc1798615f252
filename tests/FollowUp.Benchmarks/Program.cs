using FollowUp.Benchmarks;

return args switch
{
    ["pair"] => await Run(new PairBenchmark(Pace.Full).Run),
    ["pair", "--short"] => await Run(new PairBenchmark(Pace.Short).Run),
    ["bus"] => await Run(new BusBenchmark(backlog: 100_000, sweep: 20_000, idle: 300, loaded: TimeSpan.FromSeconds(20)).Run),
    ["bus", "--short"] => await Run(new BusBenchmark(backlog: 5_000, sweep: 2_000, idle: 30, loaded: TimeSpan.FromSeconds(3)).Run),
    _ => Usage(),
};

static async Task<int> Run(Func<Action<string>, Task<string>> benchmark)
{
    Console.WriteLine(await benchmark(Console.Error.WriteLine));
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("""
        ./followup bench pair|bus [--short]

        pair   starts Applications and Scheduler on fresh databases, loads them over HTTP, and prints a Markdown report: how much they take, how far
               behind the plan is, what it costs. About three minutes; with --short half a minute, enough to see that it works.
        bus    from a command to a subscriber of its event, idle and at 200 commands a second, and how fast the relay drains a backlog of 100,000 events, with other
               page sizes and numbers in flight as well. About five minutes.
        """);
    return 2;
}
