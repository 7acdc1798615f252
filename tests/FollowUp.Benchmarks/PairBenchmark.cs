using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using HdrHistogram;

namespace FollowUp.Benchmarks;

/// <summary>The duration of each part of the benchmark; <paramref name="Idle"/> is a number of samples.</summary>
internal sealed record Pace(TimeSpan WarmUp, TimeSpan Sweep, TimeSpan Saturated, TimeSpan Half, TimeSpan FollowUps, int Idle)
{
    public static Pace Full { get; } = new(Seconds(30), Seconds(4), Seconds(15), Seconds(15), Seconds(6), 300);

    public static Pace Short { get; } = new(Seconds(3), Seconds(1), Seconds(4), Seconds(4), Seconds(2), 50);

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}

/// <summary>
/// Measures both services under load, from the outside. A submission is done end to end when the Scheduler has planned its slot, the event
/// is published, and Applications shows the plan. All lags are measured by the clock of this process.
/// </summary>
internal sealed class PairBenchmark(Pace pace)
{
    private static readonly int[] Connections = [8, 16, 32, 64];

    public async Task<string> Run(Action<string> say)
    {
        var report = new StringBuilder();
        void Row(string what, string figure) => report.AppendLine(CultureInfo.InvariantCulture, $"| {what} | {figure} |");

        say("Starting the pair on empty databases ...");
        await using var pair = await Pair.Start(listening: false);
        var (first, again) = (ReadyAfter(pair), await Restarted(pair));
        var submitter = new Submitter(pair.Applications[0].Address, pair.Default.Key);
        await using var planned = await EventCollector.Start(pair.Bus, "*.follow-up.planned");
        var cost = await Cost.Of(pair);

        say("Measuring the machine ...");
        var yardstick = await Machine.RawInserts(pair.ApplicationsDatabase, TimeSpan.FromSeconds(3));

        say("Warming up ...");
        await Drained(planned, await submitter.AsFastAsPossible(8, pace.WarmUp));

        say("One at a time ...");
        var idle = await OneAtATime(submitter, planned);

        var best = (Connections: 0, Rate: 0.0);
        var sweep = new List<string>();
        foreach (var connections in Connections)
        {
            var submissions = await submitter.AsFastAsPossible(connections, pace.Sweep);
            var rate = submissions.Count / pace.Sweep.TotalSeconds;
            say(string.Create(CultureInfo.InvariantCulture, $"{connections} connections: {rate:n0} acknowledged a second"));
            sweep.Add(string.Create(CultureInfo.InvariantCulture, $"{connections}: {rate:n0}"));
            if (rate > best.Rate)
                best = (connections, rate);
            await Drained(planned, submissions);
        }

        say($"Saturated, {best.Connections} connections ...");
        var before = cost.Now();
        var saturation = await Saturation.Of(submitter, planned, best.Connections, pace.Saturated, best.Rate, say);
        var saturated = saturation.Submissions;
        var spent = cost.Since(before);

        var half = Math.Max(1, saturation.EndToEndRate / 2);
        say(string.Create(CultureInfo.InvariantCulture, $"Half of what it takes end to end, {half:n0} a second, constant ..."));
        var visibleAtHalf = new PlanProbe(submitter, submitEvery: Math.Max(1, (int)(half / 8)));
        var relaxed = await submitter.AtRate(half, pace.Half, visibleAtHalf.Follow);
        await Drained(planned, relaxed);
        var visibleLagsAtHalf = await visibleAtHalf.All();

        say("Recording follow-ups ...");
        var recorded = await RecordFollowUps(pair, submitter, [.. saturated.Select(x => x.Id)], 16);
        var memory = pair.Services.Select(x => (x.Name, Memory: Machine.Memory(x.ProcessId))).ToList();

        report.AppendLine(
            CultureInfo.InvariantCulture,
            $"Measured {DateTime.UtcNow:yyyy-MM-dd} with `./followup bench pair` on {await Machine.Describe(pair.ApplicationsDatabase)}."
        );
        report.AppendLine().AppendLine("| what | figure |").AppendLine("|---|---|");
        Row(
            "yardstick: raw INSERTs a second over Npgsql, 8 connections, nothing else",
            string.Create(CultureInfo.InvariantCulture, $"{yardstick:n0}")
        );
        Row("time to healthy, both services at once, on empty databases", $"{Figure(first)} s");
        Row("time to healthy after a restart", $"{Figure(again)} s");
        Row(
            "**submissions acknowledged a second**, saturated",
            string.Create(
                CultureInfo.InvariantCulture,
                $"**{saturation.AcknowledgedRate:n0}** with {best.Connections} connections " + $"({string.Join(", ", sweep)} in the sweep)"
            )
        );
        Row(
            "**submissions a second end to end**: recorded, planned, published, shown",
            string.Create(
                CultureInfo.InvariantCulture,
                $"**{saturation.EndToEndRate:n0}** ({saturated.Count:n0} in {saturation.Whole.TotalSeconds:n1} s, "
                    + $"of which {Math.Max(0, (saturation.Whole - saturation.Load).TotalSeconds):n1} s after the last was sent)"
            )
        );
        Row("latency of a submission, saturated", Percentiles(Submitter.Latencies(saturated.Select(x => x.Acknowledged - x.Meant))));
        Row(
            "acknowledged → planned on the bus, saturated",
            Percentiles(Submitter.Latencies(saturated.Select(x => planned.At(x.Id)!.Value - x.Acknowledged)))
        );
        Row($"acknowledged → shown by Applications, saturated ({saturation.Shown.TotalCount} samples)", Percentiles(saturation.Shown));
        Row(
            string.Create(CultureInfo.InvariantCulture, $"latency of a submission at {half:n0} a second, open loop"),
            Percentiles(Submitter.Latencies(relaxed.Select(x => x.Acknowledged - x.Meant)))
        );
        Row(
            "meant to be sent → planned on the bus, at that rate",
            Percentiles(Submitter.Latencies(relaxed.Select(x => planned.At(x.Id)!.Value - x.Meant)))
        );
        Row($"acknowledged → shown by Applications, at that rate ({visibleLagsAtHalf.TotalCount} samples)", Percentiles(visibleLagsAtHalf));
        Row($"sent → planned on the bus, idle, one at a time ({idle.TotalCount} samples)", Percentiles(idle));
        Row("**follow-ups recorded a second** (asked of the Scheduler, settled, recorded), 16 connections", recorded);
        foreach (var (name, (now, most)) in memory)
            Row($"resident memory of {name.Split('-')[^1]} after the load", $"{now} MiB (at most {most})");
        foreach (var (name, time) in spent)
            Row(
                $"processor time of {name}, saturated until all was shown",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{time.TotalSeconds:n1} s, {time.TotalMilliseconds / saturated.Count:n2} ms a submission"
                )
            );
        return report.ToString();
    }

    private static double ReadyAfter(Pair pair) => pair.Services.Max(x => x.TimeToReady.TotalSeconds);

    private static async Task<double> Restarted(Pair pair)
    {
        await Task.WhenAll(pair.Services.Select(x => x.Stop()));
        await Task.WhenAll(pair.Services.Select(x => x.StartAndWait()));
        return ReadyAfter(pair);
    }

    private static Task<long> Drained(EventCollector planned, IReadOnlyCollection<Submission> submissions) =>
        planned.WaitForAll([.. submissions.Select(x => x.Id)], TimeSpan.FromMinutes(3));

    private async Task<LongHistogram> OneAtATime(Submitter submitter, EventCollector planned)
    {
        using var http = submitter.Client(1);
        var lags = new List<long>();
        for (var i = 0; i < pace.Idle; i++)
        {
            var submission = await submitter.One(http);
            lags.Add(await planned.WaitFor(submission.Id) - submission.Meant);
            await Task.Delay(Random.Shared.Next(20)); // not in step with the services' timers
        }

        return Submitter.Latencies(lags);
    }

    private async Task<string> RecordFollowUps(Pair pair, Submitter submitter, IReadOnlyList<Guid> applications, int connections)
    {
        using var http = submitter.Client(connections);
        var next = -1;
        var end = Stopwatch.GetTimestamp() + Submitter.Ticks(pace.FollowUps);
        var start = Stopwatch.GetTimestamp();
        var latencies = await Task.WhenAll(
            Enumerable
                .Range(0, connections)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        var mine = new List<long>();
                        while (Stopwatch.GetTimestamp() < end && Interlocked.Increment(ref next) is var i && i < applications.Count)
                        {
                            var sent = Stopwatch.GetTimestamp();
                            using var response = await http.PostAsJsonAsync(
                                new Uri($"/applications/{applications[i]}/follow-ups", UriKind.Relative),
                                new { channel = "email", by = "benchmark" }
                            );
                            if (response.StatusCode != HttpStatusCode.Created)
                                throw new InvalidOperationException(
                                    $"A follow-up was answered with {(int)response.StatusCode} "
                                        + $"{await response.Content.ReadAsStringAsync()}\n{pair.Tail(10)}"
                                );
                            mine.Add(Stopwatch.GetTimestamp() - sent);
                        }

                        return mine;
                    })
                )
        );
        var all = latencies.SelectMany(x => x).ToList();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"**{all.Count / Stopwatch.GetElapsedTime(start).TotalSeconds:n0}**; {Percentiles(Submitter.Latencies(all))}"
        );
    }

    internal static string Percentiles(LongHistogram histogram) =>
        histogram.TotalCount == 0
            ? "no samples"
            : $"p50 {Milliseconds(histogram.GetValueAtPercentile(50))}, p99 {Milliseconds(histogram.GetValueAtPercentile(99))}, "
                + $"max {Milliseconds(histogram.GetValueAtPercentile(100))}";

    private static string Milliseconds(long microseconds) =>
        microseconds >= 10_000_000
            ? string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1e6:n1} s")
            : string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1000.0:n1} ms");

    private static string Figure(double value) => value.ToString("n1", CultureInfo.InvariantCulture);

    /// <summary>The processor time of each process.</summary>
    internal sealed class Cost(IReadOnlyList<(string Name, int Process)> processes)
    {
        public static async Task<Cost> Of(Pair pair)
        {
            var (postgres, broker) = await Machine.ServerProcesses(pair.ApplicationsDatabase);
            var all = pair.Services.Select(x => (x.Name.Split('-')[^1], x.ProcessId)).ToList();
            if (postgres is { } database)
                all.Add(("PostgreSQL", database));
            if (broker is { } queue)
                all.Add(("RabbitMQ", queue));
            all.Add(("the load generator", Environment.ProcessId));
            return new Cost(all);
        }

        public IReadOnlyList<TimeSpan> Now() => [.. processes.Select(x => Machine.CpuTime(x.Process))];

        public IReadOnlyList<(string Name, TimeSpan Time)> Since(IReadOnlyList<TimeSpan> before) =>
            [.. Now().Select((x, i) => (processes[i].Name, x - before[i]))];
    }
}
