using Npgsql;

namespace FollowUp.EndToEnd.Faults;

/// <summary>Two nodes of each service, one of which publishes.</summary>
[Collection(Alone.Name), Trait("Servers", "broken")]
public sealed class Two_nodes() : FaultStory(nodes: 2)
{
    [Fact]
    public async Task Each_node_is_killed_once_and_the_other_goes_on()
    {
        await using var load = new Load(Team, 8);
        await load.Goes(100);
        // One of the two nodes of each service publishes. Whichever it is, one of these rounds kills it.
        foreach (var service in new[] { Pair.Applications, Pair.Scheduler })
        {
            foreach (var node in service)
            {
                await node.Kill();
                await IsPublishing(service[0].Name);
                await load.Goes(50);
                await node.StartAndWait();
                await load.Goes(50);
            }
        }

        await NothingIsLostOrDoubled(load);
    }

    [Fact]
    public async Task One_follow_up_per_stage_on_however_many_nodes()
    {
        for (var round = 0; round < 10; round++)
        {
            var application = await Team.Submit();

            // A client that gets a 503 retries with the same idempotency key, as every client should: a follow-up that was recorded without
            // an acknowledgement then counts as the client's own.
            var answers = await Task.WhenAll(
                Enumerable
                    .Range(0, 50)
                    .Select(i =>
                        Eventually.Get(
                            () => application.RecordFollowUp(by: $"recorder {i}", idempotencyKey: application.KeyOf(i)),
                            x => x is not { Status: 503, RetryAfter: not null }
                        )
                    )
            );

            Assert.Single(answers, x => x.Status == 201);
            Assert.All(answers.Where(x => x.Status != 201), x => x.Refused(409, "alreadyMade", "claimedByAnother"));
            Assert.Equal(2, await application.Version());
        }
    }

    [Fact]
    public async Task Two_changes_of_a_policy_that_come_back_to_two_nodes_at_once_are_both_there()
    {
        var teams = new List<(Team Team, List<Message> Changes)>();
        foreach (var name in new[] { "policyback1", "policyback2", "policyback3" })
        {
            var team = await Pair.Team(name);
            foreach (var (version, wait) in new[] { (2, 8), (3, 9) })
            {
                await team.ChangePolicy(x => x["unknown"]!["wait"] = wait);
                await BothShow(team, version);
            }

            var changes = await Eventually.Get(
                () =>
                    Task.FromResult(
                        Wire.All.Where(x => x.Type == "followup.policy.changed.v1" && x.Team == team.Name)
                            .DistinctBy(x => x.Sequence)
                            .OrderByDescending(x => x.Sequence)
                            .ToList()
                    ),
                x => x.Count == 2
            );
            await Bus.Rebuild_in_any_order.Lose(Pair, team);
            await BothShow(team, 1);
            teams.Add((team, changes));
        }

        // No node may write a policy until both have read the stored one, or one has read it and the other waits for the lock.
        await using (
            var held = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Pair.SchedulerDatabase) { Pooling = false }.ConnectionString)
        )
        await using (var by = await Integration.Connect(Pair))
        {
            await held.OpenAsync(TestContext.Current.CancellationToken);
            await using var holding = await held.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using (var hold = new NpgsqlCommand("lock table followup.mt_doc_currentpolicy in exclusive mode", held, holding))
                await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            foreach (var change in teams.SelectMany(x => x.Changes))
                // the later change first: it waits for its predecessor
                await Bus.Rebuild_in_any_order.Again(by, change, last: 0, decided: 2);
            await Eventually.Get(
                () =>
                    Outbox_traps.Sql(
                        Pair.SchedulerDatabase,
                        """
                        select count(distinct pid) from pg_locks
                        where not granted and (locktype = 'advisory' or relation = 'followup.mt_doc_currentpolicy'::regclass)
                        """
                    ),
                x => x is long and >= 2
            );
            await holding.RollbackAsync(TestContext.Current.CancellationToken);
        }

        foreach (var (team, _) in teams)
            await BothShow(team, 3);

        // Each node caches the policy for a moment. The pair alternates between the nodes, so two requests in a row reach both.
        static async Task BothShow(Team team, int version) =>
            await Eventually.Get(
                async () => new[] { await team.Scheduler.Get("/policy"), await team.Scheduler.Get("/policy") },
                x => x.All(y => y.Status == 200 && y.Json.Number("version") == version),
                TimeSpan.FromSeconds(30)
            );
    }
}
