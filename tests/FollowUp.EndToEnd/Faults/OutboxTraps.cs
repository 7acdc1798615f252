using Npgsql;
using RabbitMQ.Client;

namespace FollowUp.EndToEnd.Faults;

/// <summary>Provokes each known way to make an outbox publisher lose or skip events, or stop without a log message.</summary>
public sealed class Outbox_traps() : FaultStory(nodes: 2)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task The_outbox_is_handed_over_again_and_again_between_two_live_nodes()
    {
        await using var load = new Load(Team, 4);
        await load.Goes(50);
        // A→B→A→B→A: a hand-over stops an agent, which must start again when the lock comes back to its node
        for (var handOver = 0; handOver < 4; handOver++)
        {
            foreach (var database in new[] { Pair.ApplicationsDatabase, Pair.SchedulerDatabase })
                await Sql(
                    database,
                    """
                    select pg_terminate_backend(pid) from pg_locks
                    where locktype = 'advisory' and classid = 0 and granted
                      and database = (select oid from pg_database where datname = current_database())
                    """
                );
            var application = await Team.Submit();
            await Wire.Hears(application.Id, "follow-up.planned", null, Patience);
        }

        await NothingIsLostOrDoubled(load);
    }

    [Fact]
    public async Task An_unreadable_event_stops_the_outbox_publisher_and_is_not_skipped()
    {
        var before = await Team.Submit();
        await Wire.Hears(before.Id, "follow-up.planned", null, Patience);
        var broken = Guid.NewGuid();
        await Sql(
            Pair.ApplicationsDatabase,
            $"""
            insert into followup.mt_streams (id, version, timestamp, tenant_id) values ('{broken}', 1, now(), 'default');
            insert into followup.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, is_archived)
            values (nextval('followup.mt_events_sequence'), gen_random_uuid(), '{broken}', 1, '"unreadable"', 'reopened',
              now(), 'default', false)
            """
        );
        var behind = await Team.Submit();

        await Eventually.Get(
            async () => (await Pair.Applications[0].Health()).Status,
            x => x == 503,
            Patience,
            "readiness reports that the outbox publisher is stopped"
        );
        Assert.Empty(Wire.About(behind.Id));

        await Sql(
            Pair.ApplicationsDatabase,
            $$"""update followup.mt_events set data = '{"at":"2026-01-05T09:00:00Z"}' where stream_id = '{{broken}}'"""
        );
        await Wire.Hears(broken, "application.reopened", null, Patience);
        await Wire.Hears(behind.Id, "follow-up.planned", null, Patience);
        await Pair.Applications[0].IsReady(Patience);
    }

    [Fact]
    public async Task Losing_appends_leave_no_gap_that_the_outbox_publisher_would_wait_for()
    {
        var before = await Burned(); // sequence numbers lost by processes that were killed here earlier
        var application = await Team.Submit();
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(i => Team.Applications.Post($"{application.Path}/contacts", new { name = $"Person {i}", role = "other" }))
        );
        Assert.All(answers, x => x.Expect(201, 503)); // 503: the command lost every conflict retry until its time limit
        Assert.Equal(1 + answers.Count(x => x.Status == 201), await application.Version());
        Assert.InRange(await application.Version(), 20, 51);
        Assert.Equal(before, await Burned());
    }

    [Fact]
    public async Task Neither_does_a_refused_job_or_a_stream_that_another_node_holds()
    {
        var (open, held) = (await Team.Submit(), await Team.Submit());
        var candidate = (await open.Detail()).Text("candidate")!;
        await held.SchedulerHasSeenAll();
        var before = await Burned();
        var (refused, recorded) = (new List<Task<Answer>>(), new List<Task<Answer>>());
        for (var i = 0; i < 30; i++)
        {
            refused.Add(Team.Applications.Put($"/applications/{Guid.NewGuid()}", Harness.Team.Body(candidate)));
            recorded.Add(Team.Applications.Put($"/applications/{Guid.NewGuid()}", Harness.Team.Body(Harness.Team.NewCandidate())));
            recorded.Add(held.RecordResponse());
            recorded.Add(Team.Applications.Post($"{held.Path}/contacts", new { name = $"Person {i}", role = "other" }));
        }
        Assert.All(await Task.WhenAll(refused), x => x.Refused(409, "sameApplication"));
        Assert.All(await Task.WhenAll(recorded), x => x.Expect(201, 503));
        Assert.Equal(before, await Burned());
    }

    // The numbers in the order of the store that no event has.
    private async Task<long> Burned() =>
        (long)
            (
                await Sql(
                    Pair.ApplicationsDatabase,
                    "select (select last_value from followup.mt_events_sequence) - (select count(*) from followup.mt_events)"
                )
            )!;

    internal static async Task<object?> Sql(string database, string statement)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        return await command.ExecuteScalarAsync();
    }
}

/// <summary>A pair without a test queue that receives every event, so that a message without a bound queue really has none.</summary>
public sealed class Unbound_queue : IAsyncLifetime
{
    private Pair _pair = null!;

    public async ValueTask InitializeAsync() => _pair = await Pair.Start(listening: false);

    public ValueTask DisposeAsync() => _pair.DisposeAsync();

    [Fact]
    public async Task An_event_that_no_queue_takes_is_kept_until_one_does()
    {
        const string Queue = "followup.scheduler.inbox",
            Exchange = "followup.events",
            Key = "*.application.submitted";
        await using var connection = await new ConnectionFactory { Uri = _pair.Bus }.CreateConnectionAsync(
            TestContext.Current.CancellationToken
        );
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        await channel.QueueUnbindAsync(Queue, Exchange, Key, cancellationToken: TestContext.Current.CancellationToken);

        var application = await _pair.Default.Submit();
        await Eventually.Holds(
            () => _pair.Applications[0].Lines().Any(x => x.Contains("The broker did not confirm a message", StringComparison.Ordinal)),
            null,
            "the outbox publisher logs that no queue takes the event"
        );
        Assert.Equal(404, (await application.AskPlan()).Status);

        await channel.QueueBindAsync(Queue, Exchange, Key, cancellationToken: TestContext.Current.CancellationToken);
        await application.Slot(1, "planned");
    }
}
