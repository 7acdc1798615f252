using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using HdrHistogram;

namespace FollowUp.Benchmarks;

/// <summary>
/// The pair beside a plain program for the same round trip (tests/FollowUp.Benchmarks.Peer), on the same machine in the same minutes: peer,
/// pair, peer. Only the ratio says something: the figures are those of the machine.
/// </summary>
/// <param name="connections">How many submissions are under way at once.</param>
/// <param name="warmUp">Before anything is measured.</param>
/// <param name="time">How long each side is loaded.</param>
internal sealed class PeerBenchmark(int connections, TimeSpan warmUp, TimeSpan time)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    public async Task<string> Run(Action<string> say)
    {
        var peer = Environment.GetEnvironmentVariable("FOLLOWUP_PEER") ?? throw new InvalidOperationException("FOLLOWUP_PEER is not set.");
        var servers = Servers.FromEnvironment;
        var machine = "";
        say("The peer ...");
        var before = await Peer(servers, peer, "before", say);
        say("The pair ...");
        var pair = await Pair(say, x => machine = x);
        say("The peer again ...");
        var after = await Peer(servers, peer, "after", say);

        var report = new StringBuilder();
        report.AppendLine(
            CultureInfo.InvariantCulture,
            $"Measured {DateTime.UtcNow:yyyy-MM-dd} with `./followup bench peer` on {machine}: "
                + $"{connections} connections, {time.TotalSeconds:n0} s each."
        );
        report.AppendLine().AppendLine("| what | peer, before | pair | peer, after | pair to peer |").AppendLine("|---|---|---|---|---|");
        void Row(string what, Func<Side, double> figure)
        {
            var (first, ours, last) = (figure(before), figure(pair), figure(after));
            report.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {what} | {first:n0} | **{ours:n0}** | {last:n0} | **{2 * ours / (first + last):n2}** |"
            );
        }
        void Times(string what, Func<Side, LongHistogram> figure)
        {
            var columns = new[] { before, pair, after }.Select(figure).Select(PairBenchmark.Percentiles);
            report.AppendLine(CultureInfo.InvariantCulture, $"| {what} | {string.Join(" | ", columns)} | |");
        }
        Row("submissions acknowledged a second", x => x.Acknowledged);
        Row("**submissions a second end to end**", x => x.EndToEnd);
        Times("latency of a submission", x => x.Latency);
        Times("end to end: the peer from the request on, the pair from the answer on", x => x.Behind);
        Row("resident memory of both processes after the load, MiB", x => x.Memory);
        return report.ToString();
    }

    private async Task<Side> Pair(Action<string> say, Action<string> describe)
    {
        await using var pair = await Harness.Pair.Start(listening: false);
        describe(await Machine.Describe(pair.ApplicationsDatabase));
        var submitter = new Submitter(pair.Applications[0].Address, pair.Default.Key);
        await using var planned = await EventCollector.Start(pair.Bus, "*.follow-up.planned");
        var warm = await Saturation.Of(submitter, planned, connections, warmUp, 500, say);
        var loaded = await Saturation.Of(submitter, planned, connections, time, warm.AcknowledgedRate, say);
        return new(
            loaded.AcknowledgedRate,
            loaded.EndToEndRate,
            Submitter.Latencies(loaded.Submissions.Select(x => x.Acknowledged - x.Meant)),
            loaded.Shown,
            pair.Services.Sum(x => Machine.Memory(x.ProcessId).Now)
        );
    }

    private async Task<Side> Peer(Servers servers, string assembly, string name, Action<string> say)
    {
        var bus = await servers.CreateVirtualHost($"peer_{name}");
        var databases = new List<string>();
        var processes = new List<Service>();
        try
        {
            foreach (var role in new[] { "scheduler", "applications" })
            {
                databases.Add($"peer_{name}_{role}");
                var database = await servers.CreateDatabase(databases[^1]);
                processes.Add(
                    new(
                        $"peer-{name}-{role}",
                        assembly,
                        new Dictionary<string, string>
                        {
                            ["PEER_ROLE"] = role,
                            ["PEER_BUS"] = bus.ToString(),
                            ["ConnectionStrings__Peer"] = database,
                        },
                        Service.Logs
                    )
                );
                await processes[^1].StartAndWait();
            }

            var submitter = new Submitter(processes[^1].Address, "none");
            using var http = submitter.Client(1);
            await RoundTrips(http, (await submitter.AsFastAsPossible(connections, warmUp)).Count);
            var start = Stopwatch.GetTimestamp();
            var all = await submitter.AsFastAsPossible(connections, time);
            var load = Stopwatch.GetElapsedTime(start);
            say("Waiting until all of it has come full circle ...");
            var trips = await RoundTrips(http, all.Count);
            var whole = Stopwatch.GetElapsedTime(start);
            return new(
                all.Count / load.TotalSeconds,
                all.Count / whole.TotalSeconds,
                Submitter.Latencies(all.Select(x => x.Acknowledged - x.Meant)),
                Submitter.Latencies(trips.Select(x => Submitter.Ticks(TimeSpan.FromMilliseconds(x)))),
                processes.Sum(x => Machine.Memory(x.ProcessId).Now)
            );
        }
        finally
        {
            foreach (var process in processes)
                await process.DisposeAsync();
            foreach (var database in databases)
                await servers.DropDatabase(database);
            await servers.DropVirtualHost($"peer_{name}");
        }
    }

    private static async Task<IReadOnlyList<double>> RoundTrips(HttpClient http, int count)
    {
        var all = new List<double>();
        await Eventually.Get(
            async () =>
            {
                all.AddRange((await http.GetFromJsonAsync<List<double>>(new Uri("/round-trips", UriKind.Relative)))!);
                return all.Count;
            },
            x => x >= count,
            Deadline,
            $"{count} submissions have come full circle"
        );
        return all;
    }

    private sealed record Side(double Acknowledged, double EndToEnd, LongHistogram Latency, LongHistogram Behind, double Memory);
}
