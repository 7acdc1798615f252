using System.Diagnostics;

namespace FollowUp.EndToEnd.Faults;

/// <summary>
/// A RabbitMQ of three nodes loses one after the other, each time one to which a service is connected. Its queues are quorum queues, and
/// the services' setting names every node.
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
    public async Task The_node_to_which_a_service_is_connected_is_lost_three_times()
    {
        await using var load = new Load(Team, 8);
        await load.Goes(60);

        string? lost = null;
        foreach (var service in new[] { "applications", "scheduler", "applications" })
        {
            if (lost is not null)
            {
                await _cluster!.Start(lost);
                await Eventually.Get(() => _cluster.NodesOf(Queue, Pair.Bus), x => x.Count == 3, null, "the node is back in the queue");
            }
            lost = await _cluster!.NodeOf(service, Pair.Bus);
            await _cluster.Kill(lost);
            await IsFollowingUp($"{lost}, the node of {service}, was lost");
            await IsPublishing($"{lost}, the node of {service}, was lost");
            foreach (var node in Pair.Services)
                await node.IsReady();
        }
        await load.Goes(20);

        await NothingIsLostOrDoubled(load);
        Assert.Empty(await DeadLetters());
    }

    // The request to the Scheduler and its reply pass the broker, in both directions.
    private async Task IsFollowingUp(string what)
    {
        var watch = Stopwatch.StartNew();
        var application = await Team.Submit();
        await Eventually.Get(
            () => application.RecordFollowUp(idempotencyKey: application.KeyOf(1)),
            x => x.Status == 201,
            null,
            $"{what}: a follow-up is acknowledged"
        );
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: a follow-up was acknowledged after {watch.Elapsed}");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
