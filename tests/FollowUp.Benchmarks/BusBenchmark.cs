using System.Diagnostics;
using System.Globalization;
using System.Text;
using Npgsql;

namespace FollowUp.Benchmarks;

/// <summary>
/// Measures how soon a subscriber receives a recorded event, and how fast the outbox publisher and the Scheduler drain a backlog.
/// </summary>
internal sealed class BusBenchmark(int backlog, int sweep, int idle, TimeSpan loaded)
{
    private const double Rate = 200;
    private static readonly (int Page, int InFlight)[] Settings = [(500, 1), (500, 8), (500, 32), (500, 64), (50, 64), (2000, 64)];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public async Task<string> Run(Action<string> say)
    {
        var report = new StringBuilder();
        void Row(string what, string figure) => report.AppendLine(CultureInfo.InvariantCulture, $"| {what} | {figure} |");

        say("Starting the pair on empty databases ...");
        await using var pair = await Pair.Start(listening: false);
        var (applications, scheduler) = (pair.Applications[0], pair.Scheduler[0]);
        var submitter = new Submitter(applications.Address, pair.Default.Key);
        await using var submitted = await EventCollector.Start(pair.Bus, "*.application.submitted");
        await using var planned = await EventCollector.Start(pair.Bus, "*.follow-up.planned");

        say("Warming up ...");
        var warm = await submitter.AsFastAsPossible(8, TimeSpan.FromSeconds(5));
        await planned.WaitForAll([.. warm.Select(x => x.Id)], Patience);

        say("One at a time ...");
        var (fromSent, fromAnswer) = (new List<long>(), new List<long>());
        using (var http = submitter.Client(1))
        {
            for (var i = 0; i < idle; i++)
            {
                var submission = await submitter.One(http);
                var received = await submitted.WaitFor(submission.Id);
                fromSent.Add(received - submission.Meant);
                fromAnswer.Add(Math.Max(0, received - submission.Acknowledged));
                await Task.Delay(Random.Shared.Next(20)); // not in step with the services' timers
            }
        }

        say(string.Create(CultureInfo.InvariantCulture, $"{Rate} a second ..."));
        var steady = await submitter.AtRate(Rate, loaded);
        await submitted.WaitForAll([.. steady.Select(x => x.Id)], Patience);
        await planned.WaitForAll([.. steady.Select(x => x.Id)], Patience);

        await scheduler.Stop();
        var drains = new List<string>();
        foreach (var (page, inFlight) in Settings)
        {
            var rate = await Drain(pair, submitted, sweep, page, inFlight);
            say(string.Create(CultureInfo.InvariantCulture, $"Pages of {page}, {inFlight} in flight: {rate:n0} events a second"));
            drains.Add(string.Create(CultureInfo.InvariantCulture, $"{page}/{inFlight}: {rate:n0}"));
        }

        say(string.Create(CultureInfo.InvariantCulture, $"A backlog of {backlog:n0} ..."));
        var drained = await Drain(pair, submitted, backlog, null, null);
        say("The Scheduler receives them ...");
        await scheduler.StartAndWait();
        await planned.WaitForCount(planned.Count + 1, Patience);
        var (start, from) = (Stopwatch.GetTimestamp(), planned.Count);
        await Task.Delay(loaded);
        var scheduled = (planned.Count - from) / Stopwatch.GetElapsedTime(start).TotalSeconds;

        report.AppendLine(
            CultureInfo.InvariantCulture,
            $"Measured {DateTime.UtcNow:yyyy-MM-dd} with `./followup bench bus` on {await Machine.Describe(pair.ApplicationsDatabase)}."
        );
        report.AppendLine().AppendLine("| what | figure |").AppendLine("|---|---|");
        Row(
            $"sent → received by a subscriber, idle, one at a time ({idle} samples)",
            PairBenchmark.Percentiles(Submitter.Latencies(fromSent))
        );
        Row("acknowledged → received by a subscriber, idle", PairBenchmark.Percentiles(Submitter.Latencies(fromAnswer)));
        Row(
            string.Create(
                CultureInfo.InvariantCulture,
                $"meant to be sent → received by a subscriber, at {Rate} commands a second ({steady.Count:n0} samples)"
            ),
            PairBenchmark.Percentiles(Submitter.Latencies(steady.Select(x => submitted.At(x.Id)!.Value - x.Meant)))
        );
        Row(
            "acknowledged → received by a subscriber, at that rate",
            PairBenchmark.Percentiles(Submitter.Latencies(steady.Select(x => Math.Max(0, submitted.At(x.Id)!.Value - x.Acknowledged))))
        );
        Row(
            string.Create(
                CultureInfo.InvariantCulture,
                $"**the outbox publisher drains a backlog of {backlog:n0}**, from its first event on"
            ),
            string.Create(CultureInfo.InvariantCulture, $"**{drained:n0} events a second**")
        );
        Row(
            string.Create(CultureInfo.InvariantCulture, $"the same with {sweep:n0}, by page size and number in flight"),
            string.Join(", ", drains)
        );
        Row(
            "the Scheduler receives, plans and publishes a backlog",
            string.Create(CultureInfo.InvariantCulture, $"{scheduled:n0} a second")
        );
        return report.ToString();
    }

    /// <summary>
    /// Measures how fast the outbox publisher drains a backlog, which this method makes by copying an event while the service is down.
    /// </summary>
    /// <returns>Events a second.</returns>
    private static async Task<double> Drain(Pair pair, EventCollector submitted, int count, int? page, int? inFlight)
    {
        var service = pair.Applications[0];
        await service.Stop();
        await using (var database = NpgsqlDataSource.Create(pair.ApplicationsDatabase))
        {
            await using var copy = database.CreateCommand(
                """
                create temp table more as select gen_random_uuid() as id from generate_series(1, @count);
                insert into followup.mt_streams (id, type, version, timestamp, tenant_id)
                select m.id, s.type, 1, now(), s.tenant_id
                from more m, (
                  select * from followup.mt_streams
                  where version = 1 and type is not null and id in (select stream_id from followup.mt_events where type = 'submitted')
                  limit 1) s;
                insert into followup.mt_events
                  (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, is_archived, user_name)
                select nextval('followup.mt_events_sequence'), gen_random_uuid(), m.id, 1, e.data, e.type, now(), e.tenant_id,
                  e.mt_dotnet_type, false, e.user_name
                from more m, (select * from followup.mt_events where type = 'submitted' limit 1) e;
                drop table more;
                """
            );
            copy.Parameters.AddWithValue("count", count);
            copy.CommandTimeout = 300;
            await copy.ExecuteNonQueryAsync();
        }

        service.Set("Outbox__Page", page?.ToString(CultureInfo.InvariantCulture));
        service.Set("Outbox__InFlight", inFlight?.ToString(CultureInfo.InvariantCulture));
        service.Set("Outbox__Window", (2 * count).ToString(CultureInfo.InvariantCulture)); // the publisher's own speed, not the reader's
        var before = submitted.Count;
        service.Start();
        await submitted.WaitForCount(before + 1, Patience); // the start of the process isn't the publisher's time
        var (start, first) = (Stopwatch.GetTimestamp(), submitted.Count);
        await submitted.WaitForCount(before + count, Patience);
        await service.IsReady(Patience);
        return (before + count - first) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
