namespace FollowUp.EndToEnd.Faults;

/// <summary>
/// A RabbitMQ of three nodes loses two of them, one after the other. Its queues are quorum queues, and the services' setting names every
/// node: they connect to another one.
/// </summary>
[Collection(Alone.Name), Trait("Servers", "broken")]
public sealed class Lost_broker_nodes() : FaultStory(isHandedOn: false)
{
    private const string Queue = "followup.scheduler.inbox";
    private BrokerCluster? _cluster;

    protected override async Task<Pair> Start()
    {
        _cluster = await BrokerCluster.Start();
        return await Harness.Pair.Start(servers: _cluster.Servers);
    }

    [Fact]
    public async Task A_follower_and_then_the_leader_of_a_queue_are_lost_in_the_middle_of_the_work()
    {
        await using var load = new Load(Team, 8);
        await load.Goes(60);

        var (leader, followers) = await _cluster!.NodesOf(Queue, Pair.Bus, "broker1");
        var follower = followers.Order(StringComparer.Ordinal).First(); // the services connect to broker1 first
        await IsLost(follower, "A follower");
        await load.Goes(60);
        await _cluster.Start(follower);
        await Eventually.Get(
            () => _cluster.NodesOf(Queue, Pair.Bus, leader),
            x => x.Followers.Count == 2,
            null,
            "the follower is back in the queue"
        );

        (leader, _) = await _cluster.NodesOf(Queue, Pair.Bus, leader);
        await IsLost(leader, "The leader");
        await load.Goes(60);
        await _cluster.Start(leader);

        await NothingIsLostOrDoubled(load);
        Assert.Empty(await DeadLetters());
    }

    private async Task IsLost(string node, string what)
    {
        await _cluster!.Kill(node);
        await IsPublishing($"{what} ({node}) was lost");
        foreach (var service in Pair.Services)
            await service.IsReady();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
