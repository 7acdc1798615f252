using FollowUp.Benchmarks;

return args switch
{
    ["pair"] => await Run(new PairBenchmark(Pace.Full).Run),
    ["pair", "--short"] => await Run(new PairBenchmark(Pace.Short).Run),
    ["bus"] => await Run(new BusBenchmark(backlog: 100_000, sweep: 20_000, idle: 300, loaded: TimeSpan.FromSeconds(20)).Run),
    ["bus", "--short"] => await Run(new BusBenchmark(backlog: 5_000, sweep: 2_000, idle: 30, loaded: TimeSpan.FromSeconds(3)).Run),
    ["clock"] => await Run(new ClockBenchmark([1_000, 100_000, 1_000_000], due: 10_000, idle: TimeSpan.FromSeconds(30)).Run),
    ["clock", "--short"] => await Run(new ClockBenchmark([1_000, 20_000], due: 1_000, idle: TimeSpan.FromSeconds(20)).Run),
    ["import"] => await Run(new ImportBenchmark(100_000).Run),
    ["import", "--short"] => await Run(new ImportBenchmark(5_000).Run),
    ["peer"] => await Run(new PeerBenchmark(32, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(15)).Run),
    ["peer", "--short"] => await Run(new PeerBenchmark(32, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6)).Run),
    ["pages"] => await Run(new PagesBenchmark(100_000, requests: 40).Run),
    ["pages", "--short"] => await Run(new PagesBenchmark(5_000, requests: 10).Run),
    ["pages", var applications]
        when int.TryParse(applications, System.Globalization.CultureInfo.InvariantCulture, out var many) && many >= 100 => await Run(
        new PagesBenchmark(many, requests: 40).Run
    ),
    _ => Usage(),
};

static async Task<int> Run(Func<Action<string>, Task<string>> benchmark)
{
    Console.WriteLine(await benchmark(Console.Error.WriteLine));
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine(
        """
        ./followup bench pair|peer|bus|clock|pages|import [--short]

        pair   starts Applications and Scheduler on fresh databases, loads them over HTTP, and prints a Markdown report of their
               throughput, latencies, memory and processor time. About three minutes; with --short half a minute, enough to see that
               the benchmark works.
        peer   loads a plain program of Marten, Wolverine and RabbitMQ with the same submissions, then the pair, then the program again,
               and prints both with their ratio. About three minutes; with --short one and a half.
        bus    measures the time from a command to a subscriber of its event, idle and at 200 commands a second, and how fast the
               outbox publisher drains a backlog of 100,000 events, with several page sizes and numbers in flight. About five minutes.
        clock  measures with 1,000, 100,000 and a million planned slots in the store: the cost of a look that finds nothing due, the
               time of claims while a policy change moves 100,000 slots, the lateness of 10,000 slots that come due in the same
               second, on one node and on two, and the catching up after a week's absence. About ten minutes.
        pages  measures each page and each list of the API with 100,000 applications in one team: the server's time and the bytes
               transferred. About three minutes; a number instead of --short sets the number of applications.
        import imports a sheet of 100,000 rows over HTTP, and then the same sheet again: rows a second, memory, the time until all
               is planned, and meanwhile the agenda of the same team and what another team records. About five minutes.
        """
    );
    return 2;
}
