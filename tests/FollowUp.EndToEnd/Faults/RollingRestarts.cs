namespace FollowUp.EndToEnd.Faults;

/// <summary>
/// Two nodes of each service behind a load balancer that knows nothing of readiness. Each node is restarted once, as an orchestrator does.
/// </summary>
[Collection(Alone.Name), Trait("Servers", "broken")]
public sealed class Rolling_restarts() : FaultStory(nodes: 2)
{
    [Fact]
    public async Task No_request_is_lost()
    {
        await using var applications = new RoundRobin(Pair.Applications);
        await using var scheduler = new RoundRobin(Pair.Scheduler);
        var balanced = new Team(
            Team.Name,
            Team.Key,
            new Api(() => applications.Address, Team.Key),
            new Api(() => scheduler.Address, Team.Key)
        );
        await using var load = new Load(balanced, 8);
        await load.Goes(50);
        foreach (var node in Pair.Services)
        {
            await using var stream = await EventStream.Open(node.Address, Team.Key);
            var stopping = node.Stop();
            // The node answers that it isn't ready: its port is still open.
            Assert.Contains("stopping", (await Eventually.Get(node.Health, x => x.Status == 503)).Text, StringComparison.Ordinal);
            while (await stream.Block() is not null) { } // it ends: a broken one would throw
            await stopping;
            await load.Goes(20);
            await node.StartAndWait();
            await load.Goes(20);
        }

        Assert.True(load.Repeated.IsEmpty, $"{load.Repeated.Count} requests failed:\n" + string.Join("\n\n", load.Repeated.Take(5)));
        await NothingIsLostOrDoubled(load);
    }
}
