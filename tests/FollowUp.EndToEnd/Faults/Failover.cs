namespace FollowUp.EndToEnd.Faults;

/// <summary>A standby of PostgreSQL is promoted that had not received the last events: a restore without a command.</summary>
[Collection(Alone.Name), Trait("Servers", "broken")]
public sealed class Failover() : FaultStory(isHandedOn: false)
{
    private ReplicatedDatabase? _database;

    protected override async Task<Pair> Start()
    {
        _database = await ReplicatedDatabase.Start();
        return await Harness.Pair.Start(servers: _database.Servers);
    }

    [Fact]
    public async Task A_standby_that_lagged_is_promoted_in_the_middle_of_the_work()
    {
        var load = new Load(Team, 8);
        await load.Goes(60);
        var before = load.All.Select(x => (x.Application, x.FollowUp)).ToList();
        await _database!.LeaveStandbyBehind();
        await load.Goes(60);
        await _database.KillPrimary();
        await _database.StartStandby();
        await _database.Promote();

        // Each process works in the life in which it was started, and ends.
        foreach (var service in Pair.Services)
            await Eventually.Holds(() => !service.IsRunning, null, $"{service.Name} has noticed that its database is another one");
        Assert.All(
            Pair.Services,
            x => Assert.Contains(x.Lines(), y => y.Contains("The database has another life of this store", StringComparison.Ordinal))
        );
        await load.DisposeAsync();
        await Task.WhenAll(Pair.Services.Select(x => x.StartAndWait()));

        await using var next = new Load(Team, 8);
        await next.Goes(60);
        await NothingIsLostOrDoubled(next);
        foreach (var (application, _) in before.Where(x => x.FollowUp))
            Assert.Single((await application.Timeline()), x => x.Text("type")!.Contains("follow-up-made", StringComparison.Ordinal));
        foreach (var mine in load.All)
            await Restores.BothAgree(mine.Application);
        Assert.Equal(2, Wire.All.Where(x => x.Source == "/followup/scheduler").Select(x => x.Incarnation).Distinct().Count());
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
