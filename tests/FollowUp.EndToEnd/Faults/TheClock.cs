using System.Globalization;

namespace FollowUp.EndToEnd.Faults;

/// <summary>Any number of nodes publish each due slot once, also after a long downtime.</summary>
[Collection(Alone.Name), Trait("Servers", "broken")]
public sealed class The_clock() : StoryOfItsOwn(nodes: 2)
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    [Fact]
    public async Task Two_nodes_share_what_comes_due_and_none_is_announced_twice()
    {
        const int count = 2_000;
        var template = await Planned();
        var dueAt = DateTimeOffset.UtcNow.AddSeconds(12); // both nodes poll every few seconds, and so load the due date before it comes

        var all = await PlannedSlots.Copy(Pair.SchedulerDatabase, template.Id, count, dueAt, dueAt, Week);

        await Eventually.Holds(
            () => all.All(x => Events(x, "due").Count > 0),
            TimeSpan.FromMinutes(3),
            $"all {count} are published as due"
        );
        Assert.All(all, x => Assert.Single(Events(x, "due").Select(y => y.Id).Distinct()));
        Assert.All(all, x => Assert.True(Events(x, "due")[0].Data.Instant("dueAt") == dueAt.AddTicks(-(dueAt.Ticks % 10))));
        var noticed = await Task.WhenAll(Pair.Scheduler.Select(Noticed));
        Assert.Equal(count, noticed.Sum());
        Assert.All(noticed, x => Assert.True(x > 0, $"one of the nodes noticed nothing: {string.Join(" and ", noticed)}"));
    }

    [Fact]
    public async Task One_that_was_away_for_a_week_catches_up_in_order_and_says_nothing_late()
    {
        const int count = 600;
        var template = await Planned();
        await Task.WhenAll(Pair.Scheduler.Select(x => x.Stop()));
        var now = DateTimeOffset.UtcNow;
        var ended = await PlannedSlots.Copy(
            Pair.SchedulerDatabase,
            template.Id,
            count,
            now - Week,
            now - TimeSpan.FromDays(1),
            TimeSpan.FromHours(1)
        );
        var open = await PlannedSlots.Copy(Pair.SchedulerDatabase, template.Id, count, now - Week, now, Week + Week);

        await Pair.Scheduler[0].StartAndWait();

        await Eventually.Holds(
            () => open.All(x => Events(x, "due").Count > 0) && ended.All(x => Events(x, "lapsed").Count > 0),
            TimeSpan.FromMinutes(3),
            "all that came in its absence is announced"
        );
        Assert.All(open, x => Assert.Single(Events(x, "due").Select(y => y.Id).Distinct()));
        Assert.All(open, x => Assert.Empty(Events(x, "lapsed")));
        Assert.All(ended, x => Assert.Single(Events(x, "lapsed").Select(y => y.Id).Distinct()));
        Assert.All(ended, x => Assert.Empty(Events(x, "due")));
        // In the order of the due dates, as every reader of the Scheduler's history sees the events.
        Assert.Equal(
            open,
            (await Bus.Feed.All(Team.Scheduler, "type=followup.follow-up.due.v1")).Select(x => Guid.Parse(x.Text("subject")!))
        );
    }

    [Fact]
    public async Task Teams_take_turns_so_that_the_latest_slot_of_one_comes_before_the_thousands_of_another()
    {
        const int count = 1_500;
        var (large, small) = (await Planned(), await Planned(await Pair.Team("small")));
        await Task.WhenAll(Pair.Scheduler.Select(x => x.Stop()));
        var now = DateTimeOffset.UtcNow;
        var many = await PlannedSlots.Copy(Pair.SchedulerDatabase, large.Id, count, now - Week, now - TimeSpan.FromDays(1), Week + Week);
        var late = Assert.Single(await PlannedSlots.Copy(Pair.SchedulerDatabase, small.Id, 1, now, now, Week));

        await Pair.Scheduler[0].StartAndWait();

        await Eventually.Holds(
            () => Events(late, "due").Count > 0 && many.All(x => Events(x, "due").Count > 0),
            TimeSpan.FromMinutes(3),
            "all are published as due"
        );
        var order = Wire.All.Where(x => x.Type == "followup.follow-up.due.v1").ToList();
        var before = order.FindIndex(x => x.Subject == $"{late}");
        // It is in the first batch, of 200. The outbox publishes up to 64 at once, so that some arrive in another order.
        Assert.True(before < 300, $"{before} of the large team's slots came before the only one of the small team.");
    }

    private async Task<Application> Planned(Team? team = null)
    {
        var template = await (team ?? Team).Submit();
        await template.Slot(1, "planned");
        await Wire.Hears(template.Id, "follow-up.planned");
        return template;
    }

    private IReadOnlyList<Message> Events(Guid application, string what) =>
        [.. Wire.About(application).Where(x => x.Type == $"followup.follow-up.{what}.v1")];

    // The number of due dates that a node has handled since its start.
    private static async Task<long> Noticed(Service node)
    {
        using var http = new HttpClient();
        var lines = (await http.GetStringAsync(new Uri(node.Address, "/metrics"))).Split('\n');
        return lines
            .Where(x => x.StartsWith("followup_clock_lateness_seconds_count", StringComparison.Ordinal))
            .Sum(x => (long)double.Parse(x.Split(' ')[1], CultureInfo.InvariantCulture));
    }
}
