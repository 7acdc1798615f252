namespace FollowUp.EndToEnd.Faults;

/// <summary>
/// A RabbitMQ of three nodes loses one. Its queues are quorum queues, and the services' setting names every node. The node to which they
/// are connected stays: RabbitMQ 3.10 can lose what it took from a client for a leader that is gone (docs/operating.md).
/// </summary>
[Collection(Alone.Name), Trait("Servers", "broken")]
public sealed class Lost_broker_nodes() : FaultStory(isHandedOn: false)
{
    private const string Queue = "followup.scheduler.inbox",
        Lost = "broker2"; // the services are connected to the first
    private BrokerCluster? _cluster;

    protected override async Task<Pair> Start()
    {
        _cluster = await BrokerCluster.Start();
        return await Harness.Pair.Start(servers: _cluster.Servers);
    }

    [Fact]
    public async Task A_node_is_lost_in_the_middle_of_the_work_and_comes_back()
    {
        await using var load = new Load(Team, 8);
        await load.Goes(60);

        await _cluster!.Kill(Lost);
        await IsPublishing($"A node ({Lost}) was lost");
        foreach (var service in Pair.Services)
            await service.IsReady();
        await load.Goes(60);
        await _cluster.Start(Lost);
        await Eventually.Get(() => _cluster.NodesOf(Queue, Pair.Bus), x => x.Count == 3, null, "the node is back in the queue");
        await load.Goes(20);

        await NothingIsLostOrDoubled(load);
        Assert.Empty(await DeadLetters());
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
