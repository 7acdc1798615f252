using System.Globalization;
using RabbitMQ.Client;

namespace FollowUp.EndToEnd.Faults;

/// <summary>
/// Events that one service published never reach the other. Both find out and agree again, although no person and no test does anything
/// about it.
/// </summary>
public sealed class Convergence : FaultStory
{
    private const string SchedulerInbox = "followup.scheduler.inbox",
        ApplicationsInbox = "followup.applications.inbox";

    [Fact]
    public async Task A_purged_inbox_loses_nothing_for_good()
    {
        var known = await Team.Submit();
        await known.Slot(1, "planned");
        var erased = Team.NewCandidate();
        (await Team.Applications.Put($"/candidates/{erased}", new { name = Personal.Name })).Expect(204);
        var calendar = (await Team.Scheduler.Post("/calendars", new { name = "Mine", candidate = erased })).Expect(201).Json.Text("path")!;
        await Pair.Scheduler[0].Kill();
        var (_, keyed) = await Team.NewKey("read");
        (await Team.Applications.Delete($"/candidates/{erased}")).Expect(204);
        (await known.SendCoverLetter()).Expect(201);
        var applications = new List<Application> { known };
        for (var i = 0; i < 20; i++)
            applications.Add(await Team.Submit());
        foreach (var application in applications.Skip(1))
            await Wire.Hears(application.Id, "application.submitted");
        await Wire.Hears(known.Id, "application.cover-letter-sent");
        await using (var broker = await Broker.Open(Pair))
            foreach (var queue in new[] { SchedulerInbox, "followup.scheduler.keys" })
                await Eventually.Get(() => broker.Purge(queue), x => x > 0, null, $"{queue} had messages");
        await Pair.Scheduler[0].StartAndWait();

        foreach (var application in applications)
        {
            await application.SchedulerHasSeenAll();
            await application.Shows(1, "planned");
        }

        await keyed.SchedulerKnowsTheKey();
        await Eventually.Get(() => Team.Scheduler.With(null).Get(calendar), x => x.Status == 404, null, "the erasure has arrived");
        await Eventually.Get(() => Metric(Pair.Scheduler[0], "followup_convergence_repaired_total"), x => x >= applications.Count + 2);
        await Eventually.Get(() => Metric(Pair.Scheduler[0], "followup_convergence_behind"), x => x == 0);
        Bus.Every_message.InSequence(Wire.All);
    }

    [Fact]
    public async Task What_the_Scheduler_decides_while_no_binding_leads_to_Applications_is_in_every_timeline()
    {
        await using var broker = await Broker.Open(Pair);
        await using var load = new Load(Team, 8);
        await load.Goes(50);
        var before = await Metric(Pair.Applications[0], "followup_convergence_repaired_total");
        string[] keys = ["planned", "claimed", "settled", "waived", "due", "claim-released"];
        for (var again = 0; again < 3; again++) // the services restore a lost binding within seconds
        {
            foreach (var key in keys)
                await broker.Unbind(ApplicationsInbox, $"*.follow-up.{key}");
            await load.Goes(30);
        }

        foreach (var key in keys)
            await broker.Bind(ApplicationsInbox, $"*.follow-up.{key}");
        await load.Goes(20);

        await NothingIsLostOrDoubled(load);
        await Eventually.Get(() => Metric(Pair.Applications[0], "followup_convergence_repaired_total"), x => x > before);
    }

    [Fact]
    public async Task What_the_store_keeps_of_a_failed_append_counts_as_no_loss()
    {
        const string Repaired = "followup_convergence_repaired_total";
        await Eventually.Get(() => Metric(Pair.Scheduler[0], "followup_convergence_behind"), x => x == 0);
        var before = await Metric(Pair.Scheduler[0], Repaired);
        await Outbox_traps.Sql(
            Pair.ApplicationsDatabase,
            """
            with failed as (
              insert into followup.mt_streams (tenant_id, id, version) values ('default', gen_random_uuid(), 0) returning tenant_id, id
            )
            insert into followup.mt_events (tenant_id, stream_id, id, seq_id, version, data, type, mt_dotnet_type, timestamp)
              select tenant_id, id, gen_random_uuid(), number, number, '{}', 'tombstone', 'JasperFx.Events.Tombstone, JasperFx.Events',
                '-infinity'
              from failed, nextval('followup.mt_events_sequence') as number;
            """
        );
        await using var broker = await Broker.Open(Pair);
        await broker.Unbind(SchedulerInbox, "*.application.submitted");

        await (await Team.Submit()).Slot(1, "planned");

        Assert.Equal(before + 1, await Eventually.Get(() => Metric(Pair.Scheduler[0], Repaired), x => x > before));
    }

    [Fact]
    public async Task An_event_that_waits_for_a_lost_predecessor_gets_it()
    {
        await using var other = await Integration.Connect(Pair);
        var application = await Team.Submit();
        await application.SchedulerHasSeenAll();
        await Pair.Scheduler[0].Kill();
        (await application.SendCoverLetter()).Expect(201);
        (await application.RecordContact()).Expect(201);
        await Wire.Hears(application.Id, "application.contact-recorded");
        var waiting = new List<Message>();
        while (await other.Take(SchedulerInbox) is { } message)
            waiting.Add(message);
        foreach (var message in waiting.Where(x => !x.Type.Contains("cover-letter-sent", StringComparison.Ordinal)))
            await other.Send("", SchedulerInbox, message.Body);
        await Pair.Scheduler[0].StartAndWait();

        Assert.Equal(3, (await application.SchedulerHasSeenAll()).Number("asOf"));
        Assert.Single(Wire.About(application.Id), x => x.Type == "followup.application.cover-letter-sent.v1");
    }

    [Fact]
    public async Task An_event_that_is_refused_again_and_again_is_asked_for_less_and_less_and_holds_up_no_other()
    {
        await using var other = await Integration.Connect(Pair);
        await using var broker = await Broker.Open(Pair);
        var others = await Pair.Team("unaffected");
        await others.SchedulerKnowsTheKey();
        await Pair.Scheduler[0].Kill();
        var (poisoned, unreadable, lost) = (await Team.Submit(), await others.Submit(), await others.Submit());
        foreach (var application in new[] { poisoned, unreadable, lost })
            await Wire.Hears(application.Id, "application.submitted");
        await Outbox_traps.Sql(
            Pair.ApplicationsDatabase,
            $$"""
            update followup.mt_events set data = data - 'candidate' where stream_id = '{{poisoned.Id}}';
            update followup.mt_events set data = jsonb_set(data, '{at}', to_jsonb('unreadable ' || (data ->> 'at')))
              where stream_id = '{{unreadable.Id}}'
            """
        );
        await broker.Purge(SchedulerInbox);
        await Pair.Scheduler[0].StartAndWait();

        await lost.Slot(1, "planned");
        foreach (var (service, stream) in new[] { (Pair.Scheduler[0], poisoned), (Pair.Applications[0], unreadable) })
            await Eventually.Holds(
                () => service.Lines().Any(x => x.Contains($"The stream {stream.Id} of team", StringComparison.Ordinal)),
                null,
                "the log says that the services disagree, and why"
            );
        await (await others.Submit()).Slot(1, "planned");
        await Eventually.Get(() => Metric(Pair.Scheduler[0], "followup_convergence_diverging"), x => x == 2);
        var parked = 0;
        while (await other.Take(SchedulerInbox + ".error") is { } letter)
            if (letter.Text.Contains(poisoned.Id.ToString(), StringComparison.Ordinal))
                parked++;
        Assert.InRange(parked, 3, 6); // the first attempts; the next are due after 20, 40 and 80 s

        // A later version, say, can read them: the next attempt succeeds, and nothing else is needed.
        var candidate = $$"""{"candidate":"{{Team.NewCandidate()}}"}""";
        await Outbox_traps.Sql(
            Pair.ApplicationsDatabase,
            $$"""
            update followup.mt_events set data = data || '{{candidate}}' where stream_id = '{{poisoned.Id}}';
            update followup.mt_events set data = jsonb_set(data, '{at}', to_jsonb(replace(data ->> 'at', 'unreadable ', '')))
              where stream_id = '{{unreadable.Id}}'
            """
        );
        await poisoned.Slot(1, "planned");
        await unreadable.Slot(1, "planned");
        await Eventually.Get(() => Metric(Pair.Scheduler[0], "followup_convergence_diverging"), x => x == 0);
        while (await other.Take(SchedulerInbox + ".error") is not null) { }
    }

    private static async Task<double> Metric(Service service, string name)
    {
        using var http = new HttpClient();
        return (await http.GetStringAsync(new Uri(service.Address, "/metrics")))
            .Split('\n')
            .Where(x => x.StartsWith(name, StringComparison.Ordinal))
            .Sum(x => double.Parse(x.Split(' ')[1], CultureInfo.InvariantCulture));
    }

    /// <summary>The broker's operator.</summary>
    private sealed class Broker(IConnection connection, IChannel channel) : IAsyncDisposable
    {
        private const string Events = "followup.events";

        public static async Task<Broker> Open(Pair pair)
        {
            var connection = await new ConnectionFactory { Uri = pair.Bus }.CreateConnectionAsync();
            return new(connection, await connection.CreateChannelAsync());
        }

        public Task<uint> Purge(string queue) => channel.QueuePurgeAsync(queue);

        public Task Unbind(string queue, string key) => channel.QueueUnbindAsync(queue, Events, key);

        public Task Bind(string queue, string key) => channel.QueueBindAsync(queue, Events, key);

        public async ValueTask DisposeAsync()
        {
            await channel.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
