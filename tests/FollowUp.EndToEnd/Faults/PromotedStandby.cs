namespace FollowUp.EndToEnd.Faults;

/// <summary>
/// The primary of a PostgreSQL is lost, and its synchronous standby is promoted. The services find it by themselves: their connection
/// strings name both hosts, and their settings say that it is synchronous.
/// </summary>
[Collection(Alone.Name), Trait("Servers", "broken")]
public sealed class Promoted_standby() : FaultStory(isHandedOn: false)
{
    private const int Recorders = 8;
    private ReplicatedDatabase? _database;

    protected override async Task<Pair> Start()
    {
        _database = await ReplicatedDatabase.Start();
        return await Harness.Pair.Start(
            settings: new Dictionary<string, string> { ["Database__SynchronousStandby"] = "true" },
            servers: _database.Servers
        );
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_and_a_stage_has_one_follow_up()
    {
        await using var load = new Load(Team, 8);
        await load.Goes(60);
        var contested = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Team.Submit()));
        foreach (var application in contested)
            await application.Slot(1, "planned");

        var recordings = contested.Select(x => Task.WhenAll(Enumerable.Range(0, Recorders).Select(i => Record(x, i)))).ToList();
        await _database!.KillPrimary();
        await _database.Promote();
        // A process works on the server on which it was started, and ends. It is started again, as every orchestrator does.
        foreach (var service in Pair.Services)
            await Eventually.Holds(() => !service.IsRunning, null, $"{service.Name} has noticed that its database is another one");
        await Eventually.Holds(Pair.IsFit, null, "every node is ready");
        await IsPublishing("The promoted standby");

        await load.Goes(60);
        foreach (var (application, recorded) in contested.Zip(await Task.WhenAll(recordings)))
        {
            Assert.Single(recorded, x => x.Status == 201);
            Assert.All(recorded.Where(x => x.Status != 201), x => x.Refused(409, "alreadyMade", "claimedByAnother"));
            Assert.Single((await application.Timeline()), x => x.Text("type")!.Contains("follow-up-made", StringComparison.Ordinal));
        }
        await NothingIsLostOrDoubled(load);
        Assert.Empty(await DeadLetters());
    }

    private static Task<Answer> Record(Application application, int recorder) =>
        Eventually.Get(
            () => application.RecordFollowUp(by: $"recorder {recorder}", idempotencyKey: application.KeyOf(recorder)),
            x => x.Status != 503
        );

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
