using System.Diagnostics;

namespace FollowUp.EndToEnd.Faults;

[Collection(Alone.Name), Trait("Servers", "broken")]
public sealed class Lost_database() : FaultStory(nodes: 2)
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task A_lost_PostgreSQL_is_answered_with_a_time_to_retry(bool isKilled)
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");
        var parked = await DeadLetters();
        await using var load = new Load(Team, 8);
        await load.Goes(100);

        await (isKilled ? Servers.FromEnvironment.KillDatabase() : Servers.FromEnvironment.StopDatabase());
        try
        {
            foreach (var service in Pair.Services)
                await Eventually.Get(service.Health, x => x.Status == 503, null, $"{service.Name} says that it isn't ready");
            (await Team.Applications.Get(application.Path)).Refused(503, "storeUnavailable");
            (await application.Claim()).Refused(503, "storeUnavailable");
        }
        finally
        {
            await Servers.FromEnvironment.StartDatabase();
        }

        var watch = Stopwatch.StartNew();
        foreach (var service in Pair.Services)
            await service.IsReady();
        TestContext.Current.TestOutputHelper?.WriteLine($"All nodes received messages again {watch.Elapsed} after the database was back.");
        await load.Goes(100);
        await NothingIsLostOrDoubled(load);
        Assert.Equal(parked, await DeadLetters());
    }
}
