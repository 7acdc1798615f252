using RabbitMQ.Client;

namespace FollowUp.EndToEnd.Faults;

/// <summary>
/// Exchanges, queues and bindings are deleted while the services run: they notice, declare them again within seconds, and events flow as
/// before.
/// </summary>
public sealed class Lost_topology(PairOfAClass own) : BusStory(own), IClassFixture<PairOfAClass>
{
    private const string Events = "followup.events",
        Inbox = "followup.scheduler.inbox";

    [Fact]
    public async Task A_queue()
    {
        await using (var channel = await Other.Open())
            await channel.QueueDeleteAsync(Inbox, cancellationToken: Ct);

        await IsNoticed(Inbox);
        await EventsFlow();
        await Eventually.Holds(
            async () =>
                (await Team.Applications.Get("/metrics")).Text.Contains("followup_topology_restored_total", StringComparison.Ordinal)
                || (await Team.Scheduler.Get("/metrics")).Text.Contains("followup_topology_restored_total", StringComparison.Ordinal),
            null,
            "a metric counts what was restored"
        );
    }

    [Fact]
    public async Task A_binding()
    {
        await using (var channel = await Other.Open())
            await channel.QueueUnbindAsync(Inbox, Events, "*.application.submitted", cancellationToken: Ct);

        await EventsFlow();
    }

    [Fact]
    public async Task The_exchange_of_the_events_with_all_bindings()
    {
        var team = await Pair.Team("of a lost exchange");
        await using var crm = await Join(team);
        await using var channel = await Other.Open();
        await channel.ExchangeDeleteAsync(Events, cancellationToken: Ct);

        // Its event is returned by the broker, as no queue takes it, and published again.
        var meanwhile = await Team.Submit();
        await IsNoticed(Events);
        await meanwhile.Slot(1, "planned");
        await Eventually.Holds(async () =>
        {
            await team.Submit();
            return await crm.Take(Queue(team)) is not null;
        });
        await EventsFlow();
        await channel.QueueBindAsync("tests.tap", Events, "#", cancellationToken: Ct); // the test's own binding
    }

    [Fact]
    public async Task The_queue_of_an_integration_and_its_binding()
    {
        var team = await Pair.Team("of a lost queue");
        await using var crm = await Join(team);
        await using var channel = await Other.Open();

        await IsNoticed($"queue {Queue(team)}", () => channel.QueueDeleteAsync(Queue(team), cancellationToken: Ct));
        await Receives(crm, team);

        await IsNoticed(
            $"binding of {Queue(team)}",
            () => channel.QueueUnbindAsync(Queue(team), Events, $"{team.Name}.#", cancellationToken: Ct)
        );
        await Receives(crm, team);
    }

    [Fact]
    public async Task The_virtual_host_with_all_that_is_in_it()
    {
        await Pair.LoseVirtualHost();
        var meanwhile = await Team.Submit();
        await Pair.GiveVirtualHost();

        await meanwhile.Slot(1, "planned");
        await EventsFlow();
        // The Scheduler takes the request to settle from its queue, and Applications gets the reply in its own.
        await Eventually.Get(() => meanwhile.RecordFollowUp(idempotencyKey: meanwhile.KeyOf(1)), x => x.Status == 201);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string Queue(Team team) => $"{team.Name}.crm.events";

    private async Task<Integration> Join(Team team)
    {
        var made = (await team.Applications.Post("/integrations", new { name = "crm" })).Expect(201).Json;
        return await Integration.Connect(Pair, made.Text("user")!, made.Text("password")!);
    }

    // Only what a service has seen is lost to it: it may not have looked yet since the integration was made.
    private Task IsNoticed(string name, Func<Task> breaks) =>
        Eventually.Holds(async () =>
        {
            await breaks();
            await IsNoticed(name, TimeSpan.FromSeconds(6));
            return true;
        });

    private Task IsNoticed(string name, TimeSpan? deadline = null) =>
        Eventually.Holds(
            () =>
                Pair.Services.Any(x =>
                    x.Lines()
                        .Any(y =>
                            y.Contains("were lost on the broker", StringComparison.Ordinal) && y.Contains(name, StringComparison.Ordinal)
                        )
                ),
            deadline ?? TimeSpan.FromSeconds(60),
            $"a service logs that {name} was lost"
        );

    // An event that was published while a binding was missing has gone past its reader, so each attempt has an application of its own.
    private async Task EventsFlow()
    {
        await Eventually.Holds(
            async () =>
            {
                await (await Team.Submit()).Slot(1, x => x.Status == "planned", TimeSpan.FromSeconds(3));
                return true;
            },
            TimeSpan.FromSeconds(60),
            "a fresh application is planned"
        );
        foreach (var service in Pair.Services)
            await service.IsReady();
    }

    private static async Task Receives(Integration crm, Team team)
    {
        while (await crm.Take(Queue(team)) is not null) { }
        var application = await team.Submit();
        var received = await Eventually.Get(() => crm.Take(Queue(team)), x => x is not null);
        Assert.Equal(application.Id.ToString(), received!.Subject);
    }
}
