using FollowUp.Benchmarks;

return args switch
{
    ["pair"] => await Run(new PairBenchmark(Pace.Full)),
    ["pair", "--short"] => await Run(new PairBenchmark(Pace.Short)),
    _ => Usage(),
};

static async Task<int> Run(PairBenchmark benchmark)
{
    Console.WriteLine(await benchmark.Run(Console.Error.WriteLine));
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("""
        ./followup bench pair [--short]

        pair   starts Applications and Scheduler on fresh databases, loads them over HTTP, and prints a Markdown report: how much they take, how far
               behind the plan is, what it costs. About two minutes; with --short half a minute, enough to see that it works.
        """);
    return 2;
}
