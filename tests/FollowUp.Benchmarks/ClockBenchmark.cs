using System.Globalization;
using System.Text;
using Npgsql;

namespace FollowUp.Benchmarks;

/// <summary>
/// Measures the scheduling of due slots with up to a million planned slots in the store: a look that finds nothing due, many slots that
/// come due in the same second, and the catching up after a week's absence.
/// </summary>
internal sealed class ClockBenchmark(IReadOnlyList<int> sizes, int due, TimeSpan idle)
{
    private const int WarmUp = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10),
        Week = TimeSpan.FromDays(7),
        UntilDue = TimeSpan.FromSeconds(45);

    public async Task<string> Run(Action<string> say)
    {
        var rows = new List<(string What, string Figure)>();
        say("Starting a pair with two Schedulers on empty databases ...");
        await using var pair = await Pair.Start(nodes: 2, listening: false);
        await using var published = await EventCollector.Start(pair.Bus, "*.follow-up.due");
        await using var lapsed = await EventCollector.Start(pair.Bus, "*.follow-up.lapsed");
        var template = await pair.Default.Submit();
        await template.Slot(1, "planned");
        var another = await (await pair.Team("another")).Submit(); // an application of a team whose policy changes
        await another.Slot(1, "planned");
        // Applications is stopped too: how it handles events about unknown applications isn't measured.
        await Task.WhenAll(pair.Services.Select(x => x.Stop()));
        rows.Add(
            (
                "yardstick: raw INSERTs a second over Npgsql, 8 connections, nothing else",
                Figure(await Machine.RawInserts(pair.SchedulerDatabase, TimeSpan.FromSeconds(3)))
            )
        );

        Task<IReadOnlyList<Guid>> Copy(int count, DateTimeOffset from, DateTimeOffset to, TimeSpan window) =>
            PlannedSlots.Copy(pair.SchedulerDatabase, template.Id, count, from, to, window, announced: true);
        var there = 1;
        foreach (var size in sizes)
        {
            say($"Filling up to {Figure(size)} planned slots ...");
            await Copy(size - there, DateTimeOffset.UtcNow.AddDays(30), DateTimeOffset.UtcNow.AddDays(90), Week);
            there = size;
            IReadOnlyList<Guid> theirs =
                size == sizes[1]
                    ? await PlannedSlots.Copy(
                        pair.SchedulerDatabase,
                        another.Id,
                        size,
                        DateTimeOffset.UtcNow.AddDays(30),
                        DateTimeOffset.UtcNow.AddDays(90),
                        Week,
                        announced: true
                    )
                    : [];
            await Vacuum(pair.SchedulerDatabase);
            await pair.Scheduler[0].StartAndWait();
            say("Nothing is due ...");
            rows.Add(($"a look that finds nothing due, with {Figure(size)} planned", await Idle(pair)));
            if (theirs.Count > 0)
            {
                say($"A policy change for {Figure(theirs.Count)} more ...");
                rows.AddRange(await PolicyChange(pair, another.Team, theirs));
            }

            await pair.Scheduler[0].Stop();
        }

        foreach (var nodes in new[] { 1, 2 })
        {
            say($"{Figure(due)} come due in the same second, {nodes} of the Scheduler's nodes ...");
            var at = DateTimeOffset.UtcNow + UntilDue;
            // The warm-up keeps compilation out of the measurement.
            var warming = await Copy(WarmUp, at - TimeSpan.FromSeconds(15), at - TimeSpan.FromSeconds(10), Week);
            var all = await Copy(due, at, at, Week);
            var twice = published.Repeated;
            await Task.WhenAll(pair.Scheduler.Take(nodes).Select(x => x.StartAndWait()));
            if (DateTimeOffset.UtcNow > at)
                throw new InvalidOperationException($"The Scheduler took longer than {UntilDue} to start.");
            await published.WaitForAll(warming, Patience);
            var noticedBefore = await Task.WhenAll(pair.Scheduler.Take(nodes).Select(Noticed));
            var cpu = pair.Scheduler.Take(nodes).Select(x => Machine.CpuTime(x.ProcessId)).ToArray();
            var last = await published.WaitForAll(all, Patience);
            var seconds = (Clock.Of(last) - at).TotalSeconds;
            var spent = pair.Scheduler.Take(nodes).Select((x, i) => Machine.CpuTime(x.ProcessId) - cpu[i]).Sum(x => x.TotalMilliseconds);
            var noticed = (await Task.WhenAll(pair.Scheduler.Take(nodes).Select(Noticed)))
                .Zip(noticedBefore, (after, before) => (Count: after.Count - before.Count, Lateness: after.Lateness - before.Lateness))
                .ToArray();
            rows.Add(
                (
                    $"**{Figure(due)} of {Figure(there + due)} come due in the same second**, "
                        + $"{nodes} node{(nodes > 1 ? "s" : "")}: due → received by a subscriber",
                    PairBenchmark.Percentiles(Submitter.Latencies(all.Select(x => Clock.TicksAfter(at, published.At(x)!.Value))))
                )
            );
            var byNode = string.Join(" and ", noticed.Select(x => Figure(x.Count)));
            var lateness = Figure(noticed.Sum(x => x.Lateness) * 1000 / noticed.Sum(x => x.Count));
            rows.Add(
                (
                    "of these, published a second, from that moment on",
                    $"**{Figure(due / seconds)}**, noticed by node: {byNode}, on average {lateness} ms after the moment, "
                        + $"published twice: {published.Repeated - twice}; "
                        + $"{(spent / due).ToString("n2", CultureInfo.InvariantCulture)} ms of the nodes' processor time each"
                )
            );
            there += due + WarmUp;
            await Task.WhenAll(pair.Scheduler.Select(x => x.Stop()));
        }

        say($"Away for a week, in which {Figure(due)} came due, half of which ended as well ...");
        var now = DateTimeOffset.UtcNow;
        var (ended, open) = (
            await Copy(due / 2, now - Week, now.AddDays(-1), TimeSpan.FromHours(1)),
            await Copy(due / 2, now - Week, now, Week + Week)
        );
        var seen = published.Repeated + lapsed.Repeated;
        var (dueBefore, lapsedBefore) = (published.Count, lapsed.Count);
        var appended = await Last(pair.SchedulerDatabase);
        pair.Scheduler[0].Start();
        await Eventually.Holds(() => published.Count > dueBefore || lapsed.Count > lapsedBefore, Patience, "the first is published");
        var first = DateTimeOffset.UtcNow;
        await Task.WhenAll(published.WaitForAll(open, Patience), lapsed.WaitForAll(ended, Patience));
        var took = (Clock.Of(Math.Max(open.Max(x => published.At(x)!.Value), ended.Max(x => lapsed.At(x)!.Value))) - first).TotalSeconds;
        rows.Add(
            (
                "caught up after a week's absence: published a second, from the first on",
                $"**{Figure(due / took)}** ({Figure(due)} in {took.ToString("n1", CultureInfo.InvariantCulture)} s)"
            )
        );
        rows.Add(
            (
                "of these, due and published as due; ended, and only lapsed; published twice; "
                    + "out of the order of their due times in the store",
                $"{Figure(published.Count - dueBefore)}; "
                    + $"{Figure(lapsed.Count - lapsedBefore)}, {Figure(ended.Count(x => published.At(x) is not null))} of them due; "
                    + $"{published.Repeated + lapsed.Repeated - seen}; {await Disordered(pair.SchedulerDatabase, appended)}"
            )
        );

        var report = new StringBuilder();
        report.AppendLine(
            CultureInfo.InvariantCulture,
            $"Measured {DateTime.UtcNow:yyyy-MM-dd} with `./followup bench clock` on {await Machine.Describe(pair.SchedulerDatabase)}."
        );
        report.AppendLine().AppendLine("| what | figure |").AppendLine("|---|---|");
        foreach (var (what, figure) in rows)
            report.AppendLine(CultureInfo.InvariantCulture, $"| {what} | {figure} |");
        return report.ToString();
    }

    // The policy change moves every slot, while slots are claimed one after the other.
    private static async Task<IReadOnlyList<(string, string)>> PolicyChange(Pair pair, Team team, IReadOnlyList<Guid> planned)
    {
        var (size, next) = (planned.Count, 0);
        async Task<IReadOnlyList<long>> Claims(Func<int, Task<bool>> goOn)
        {
            var taken = new List<long>();
            while (await goOn(taken.Count))
            {
                var started = System.Diagnostics.Stopwatch.GetTimestamp();
                (await team.Of(planned[next++ * 7919 % planned.Count]).Claim()).Expect(201);
                taken.Add(System.Diagnostics.Stopwatch.GetTimestamp() - started);
                await Task.Delay(20);
            }

            return taken;
        }

        await Claims(x => Task.FromResult(x < 50)); // keeps compilation out of the measurement
        var quiet = await Claims(x => Task.FromResult(x < 300));
        var policy = System.Text.Json.Nodes.JsonNode.Parse((await team.Scheduler.Get("/policy")).Expect(200).Text)!;
        policy["unknown"]!["wait"] = policy["unknown"]!["wait"]!.GetValue<int>() + 1;
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        (await team.Scheduler.Put("/policy", policy.ToJsonString())).Expect(204);
        var answered = System.Diagnostics.Stopwatch.GetElapsedTime(began);
        var busy = await Claims(async x =>
            x % 50 != 49 || (await team.Scheduler.Get("/policy/replanning")).Expect(200).Json.Number("remaining") > 0
        );
        var took = System.Diagnostics.Stopwatch.GetElapsedTime(began);
        await Eventually.Holds(
            async () =>
                await Number(
                    pair.SchedulerDatabase,
                    """
                    select max(seq_id) - (select min(last_seq_id) from followup.mt_event_progression where name like '%:All')
                    from followup.mt_events
                    """,
                    0
                ) <= 0,
            Patience,
            "all of it is published"
        );
        return
        [
            (
                $"a policy change for {Figure(size)} open slots, all of which move: answered",
                $"{answered.TotalMilliseconds.ToString("n0", CultureInfo.InvariantCulture)} ms"
            ),
            (
                "all of them replanned",
                $"after {took.TotalSeconds.ToString("n0", CultureInfo.InvariantCulture)} s, **{Figure(size / took.TotalSeconds)}** a second"
            ),
            ("a claim before, one after the other", PairBenchmark.Percentiles(Submitter.Latencies(quiet))),
            ("a claim meanwhile", PairBenchmark.Percentiles(Submitter.Latencies(busy))),
        ];
    }

    // The node's own metric of a look, which times the statements, and the processor time of the whole node.
    private async Task<string> Idle(Pair pair)
    {
        var node = pair.Scheduler[0];
        var (postgres, _) = await Machine.ServerProcesses(pair.SchedulerDatabase);
        await Task.Delay(TimeSpan.FromSeconds(5)); // keeps the costs of the start out of the measurement
        async Task<(double Time, double Looks)> Look() =>
            (await Metric(node, "followup_clock_look_seconds_sum"), await Metric(node, "followup_clock_look_seconds_count"));
        var (before, spent, served) = (
            await Look(),
            Machine.CpuTime(node.ProcessId),
            postgres is { } process ? Machine.CpuTime(process) : default
        );
        await Task.Delay(idle);
        var (after, looks) = (await Look(), 0.0);
        looks = after.Looks - before.Looks;
        var cpu = (Machine.CpuTime(node.ProcessId) - spent).TotalMilliseconds / idle.TotalMinutes;
        var sql = postgres is { } same ? (Machine.CpuTime(same) - served).TotalMilliseconds / idle.TotalMinutes : double.NaN;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(after.Time - before.Time) * 1000 / looks:n1} ms ({looks:n0} looks); "
                + $"processor time a minute of the whole idle node {cpu:n0} ms, of PostgreSQL {sql:n0} ms"
        );
    }

    private static async Task<(double Lateness, double Count)> Noticed(Service node) =>
        (await Metric(node, "followup_clock_lateness_seconds_sum"), await Metric(node, "followup_clock_lateness_seconds_count"));

    private static async Task<double> Metric(Service node, string name)
    {
        using var http = new HttpClient();
        var lines = (await http.GetStringAsync(new Uri(node.Address, "/metrics"))).Split('\n');
        return lines
            .Where(x => x.StartsWith(name, StringComparison.Ordinal))
            .Sum(x => double.Parse(x.Split(' ')[1], CultureInfo.InvariantCulture));
    }

    private static async Task Vacuum(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var vacuum = source.CreateCommand("vacuum analyze");
        vacuum.CommandTimeout = 1800;
        await vacuum.ExecuteNonQueryAsync();
        // Without this checkpoint, the measurement would include writing the copied rows.
        await using var checkpoint = source.CreateCommand("checkpoint");
        checkpoint.CommandTimeout = 600;
        await checkpoint.ExecuteNonQueryAsync();
    }

    private static async Task<long> Last(string database) => await Number(database, "select max(seq_id) from followup.mt_events", 0);

    // The number of neighbouring events in the store that are out of the order of their due times.
    private static Task<long> Disordered(string database, long after) =>
        Number(
            database,
            """
            select count(*) from (
                select w.due, lag(w.due) over (order by e.seq_id) as before from followup.mt_events e
                join lateral (
                    select (p.data ->> 'dueAt')::timestamptz as due from followup.mt_events p
                    where p.stream_id = e.stream_id and p.version = 1) w on true
                where e.seq_id > $1 and e.type in ('due', 'lapsed')) neighbours
            where before > due
            """,
            after
        );

    private static async Task<long> Number(string database, string sql, long after)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        if (sql.Contains("$1", StringComparison.Ordinal))
            command.Parameters.Add(new NpgsqlParameter { Value = after });
        command.CommandTimeout = 600;
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static string Figure(double value) => value.ToString("n0", CultureInfo.InvariantCulture);

    private static string Figure(int value) => value.ToString("n0", CultureInfo.InvariantCulture);

    /// <summary>Converts between the wall clock, which measures due times, and the stopwatch, which measures arriving events.</summary>
    private static class Clock
    {
        private static readonly (DateTimeOffset Wall, long Ticks) Origin = (
            DateTimeOffset.UtcNow,
            System.Diagnostics.Stopwatch.GetTimestamp()
        );

        public static DateTimeOffset Of(long ticks) => Origin.Wall + System.Diagnostics.Stopwatch.GetElapsedTime(Origin.Ticks, ticks);

        public static long TicksAfter(DateTimeOffset moment, long ticks) =>
            Math.Max(0, (long)((Of(ticks) - moment).TotalSeconds * System.Diagnostics.Stopwatch.Frequency));
    }
}
