using System.Diagnostics;
using System.Text.Json;
using Npgsql;

namespace FollowUp.EndToEnd.Faults;

/// <summary>A pair of two nodes each, the first of which run on a machine of their own.</summary>
public sealed class PairWithAMachine : IAsyncLifetime
{
    /// <summary>Why there is no such machine here; null where there is one.</summary>
    public string? Obstacle { get; } = RemoteMachine.Obstacle();

    public RemoteMachine Machine { get; private set; } = null!;

    public Pair Pair { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (Obstacle is not null)
            return;
        Machine = RemoteMachine.Start();
        Pair = await Pair.Start(nodes: 2, machine: Machine);
    }

    public async ValueTask DisposeAsync()
    {
        if (Pair is not null)
            await Pair.DisposeAsync();
        Machine?.Dispose();
    }
}

/// <summary>
/// A machine or a link is lost without a word: its packets are dropped, and nothing closes a connection. Another node takes over within
/// 10 s, and readiness tells within 3 s what a user of a node would get. The tests allow more, because they share the processors with
/// others; the measured times are in their output.
/// </summary>
[Collection(Alone.Name), Trait("Servers", "broken")]
public sealed class Lost_machines(PairWithAMachine shared) : IClassFixture<PairWithAMachine>, IAsyncLifetime
{
    private static readonly TimeSpan TakeOver = TimeSpan.FromSeconds(20),
        Notice = TimeSpan.FromSeconds(8);

    private Pair Pair => shared.Pair;

    private Api Standby => new(() => Pair.Applications[1].Address, Pair.Default.Key);

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(shared.Obstacle is not null, shared.Obstacle ?? "");
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Story.TellLogsOfAFailure(Pair);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_machine_that_is_gone_is_replaced()
    {
        await TheMachineLeads();
        var cutOff = new Api(() => Pair.Applications[0].Address, Pair.Default.Key);
        var underWay = Enumerable.Range(0, 30).Select(_ => Sent(() => Submit(cutOff, Guid.NewGuid()))).ToList();
        await underWay[0];

        shared.Machine.CutOff();
        await Task.WhenAll(Pair.Applications[0].Kill(), Pair.Scheduler[0].Kill());
        await IsPublishedByTheStandby("The machine is gone");

        shared.Machine.Reconnect();
        await Task.WhenAll(Pair.Applications[0].StartAndWait(), Pair.Scheduler[0].StartAndWait());
        await Task.WhenAll(underWay);
    }

    [Fact]
    public async Task A_link_to_PostgreSQL_that_drops_everything_is_noticed_and_the_other_node_takes_over()
    {
        await TheMachineLeads();
        var cutOff = new Api(() => Pair.Applications[0].Address, Pair.Default.Key);
        shared.Machine.CutOff(new NpgsqlConnectionStringBuilder(Pair.ApplicationsDatabase).Port);
        try
        {
            var watch = Stopwatch.StartNew();
            var asked = Timed(() => Submit(cutOff, Guid.NewGuid()));
            // The Scheduler's cut off node receives half of their events, until it notices.
            var published = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => IsPublishedByTheStandby("The link is cut", watch)));
            foreach (var node in new[] { Pair.Applications[0], Pair.Scheduler[0] })
                await Eventually.Get(() => shared.Machine.Get(new(node.Address, "/health/ready")), x => x == 503, Notice);
            Tell($"Both nodes said that they aren't ready after {watch.Elapsed}.");
            Assert.Equal(200, await shared.Machine.Get(new(Pair.Applications[0].Address, "/health/live")));
            await published;
            var (answer, took) = await asked;
            answer.Refused(503);
            Tell($"The request under way was answered after {took}.");
            Assert.True(took < TakeOver, $"The request waited {took} for a database that is gone.");
        }
        finally
        {
            shared.Machine.Reconnect();
        }

        var back = Stopwatch.StartNew();
        foreach (var node in new[] { Pair.Applications[0], Pair.Scheduler[0] })
            await node.IsReady(TakeOver);
        Tell($"Both nodes were ready {back.Elapsed} after the link was back.");
        var id = Guid.NewGuid();
        await Eventually.Get(() => Submit(cutOff, id), x => x.Status is 200 or 201);
        await Pair.Wire.Hears(id, "follow-up.planned");
    }

    [Fact]
    public async Task A_transaction_that_is_left_open_holds_the_others_up_for_8_s_and_no_longer()
    {
        // a client that knows nothing of the services' settings
        var plain = new NpgsqlConnectionStringBuilder(Pair.ApplicationsDatabase) { Options = null, Pooling = false };
        await using var connection = new NpgsqlConnection(plain.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var id = Guid.NewGuid();
        var append = $$"""
            begin;
            insert into followup.mt_streams (id, version, timestamp, tenant_id) values ('{{id}}', 1, now(), 'default');
            insert into followup.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, is_archived)
            values (nextval('followup.mt_events_sequence'), gen_random_uuid(), '{{id}}', 1, '{"at":"2026-01-05T09:00:00Z"}', 'reopened',
              now(), 'default', false)
            """;
        await using (var command = new NpgsqlCommand(append, connection))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await IsPublishedByTheStandby("A transaction was left open");

        await using var next = new NpgsqlCommand("commit", connection);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => next.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        Assert.Empty(Pair.Wire.About(id));
    }

    [Fact]
    public async Task A_database_that_takes_no_changes_is_not_ready()
    {
        var name = new NpgsqlConnectionStringBuilder(Pair.ApplicationsDatabase).Database;
        Task EndSessions() =>
            Outbox_traps.Sql(
                Pair.ApplicationsDatabase,
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            );

        await Outbox_traps.Sql(Pair.ApplicationsDatabase, $"alter database \"{name}\" set default_transaction_read_only = on");
        await EndSessions();
        try
        {
            foreach (var node in Pair.Applications)
            {
                var health = await Eventually.Get(node.Health, x => x.Status == 503, Notice);
                Assert.Contains("takes no changes", health.Text, StringComparison.Ordinal);
            }
            (await Submit(Standby, Guid.NewGuid())).Refused(503, "storeUnavailable");
        }
        finally
        {
            await Outbox_traps.Sql(
                Pair.ApplicationsDatabase + " -c default_transaction_read_only=off",
                $"alter database \"{name}\" reset default_transaction_read_only"
            );
        }

        await EndSessions();
        foreach (var node in Pair.Applications)
            await node.IsReady(TakeOver);
        await IsPublishedByTheStandby("The database takes changes again");
    }

    /// <summary>Makes the nodes of the machine the ones that publish: the others are stopped once, and started again as standbys.</summary>
    private async Task TheMachineLeads()
    {
        foreach (var nodes in new[] { Pair.Applications, Pair.Scheduler })
        {
            if (await Publishes(nodes[0]))
                continue;
            await nodes[1].Stop();
            await Eventually.Get(() => Publishes(nodes[0]), x => x, null, $"{nodes[0].Name} publishes");
            await nodes[1].StartAndWait();
        }

        static async Task<bool> Publishes(Service node) =>
            (await node.Health()).Json.GetProperty("checks").GetProperty("outbox") is var outbox
            && outbox.TryGetProperty("data", out var data)
            && data.ValueKind == JsonValueKind.Object
            && data.GetProperty("here").GetBoolean();
    }

    /// <summary>Submits at the standby, and waits until the events of both services about that are published.</summary>
    private async Task IsPublishedByTheStandby(string since, Stopwatch? watch = null)
    {
        watch ??= Stopwatch.StartNew();
        var id = Guid.NewGuid();
        await Eventually.Get(() => Submit(Standby, id), x => x.Status is 200 or 201, TakeOver, "the standby takes a submission");
        await Pair.Wire.Hears(id, "follow-up.planned", null, TimeSpan.FromMinutes(2));
        Tell($"{since}: the standby's events were published after {watch.Elapsed}.");
        Assert.True(watch.Elapsed < TakeOver, $"{since}: the standby's events were published after {watch.Elapsed} only.");
    }

    private static Task<Answer> Submit(Api node, Guid id) => node.Put($"/applications/{id}", Team.Body(Team.NewCandidate()));

    private static async Task Sent(Func<Task<Answer>> send)
    {
        try
        {
            await send();
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            // The machine that should have answered is gone.
        }
    }

    private static async Task<(Answer Answer, TimeSpan Took)> Timed(Func<Task<Answer>> send)
    {
        var watch = Stopwatch.StartNew();
        var answer = await send();
        return (answer, watch.Elapsed);
    }

    private static void Tell(string what) => TestContext.Current.TestOutputHelper?.WriteLine(what);
}
