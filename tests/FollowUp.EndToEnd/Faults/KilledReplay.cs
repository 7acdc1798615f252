using System.Globalization;
using System.Text.Json;
using FollowUp.EndToEnd.Bus;

namespace FollowUp.EndToEnd.Faults;

/// <summary>
/// The node that sends a replay is killed in the middle: another node continues, and when none is left, the first node that restarts.
/// </summary>
public sealed class Killed_replay() : StoryOfItsOwn(nodes: 2, isHandedOn: true)
{
    [Fact]
    public async Task Every_event_comes_in_order_whichever_node_is_killed()
    {
        var team = await Pair.Team("replayed");
        var applications = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => team.Submit()));
        foreach (var application in applications)
        {
            (await application.SendCoverLetter()).Expect(201);
            (await application.Close("rejected")).Expect(204);
        }

        var history = (await Feed.All(team.Applications)).Select(x => x.Text("id")!).ToList();
        await using var queue = await OwnQueue.Declare(Pair, $"{team.Name}.reporting");
        var started = (await team.Applications.Post("/replays", new { queue = $"{team.Name}.reporting", perSecond = 10 })).Expect(202);
        var came = new List<Message>(await queue.Take(15));

        var sender = await Sender();
        var other = Pair.Applications.Single(x => x != sender);
        var before = await Progress(team, started);
        await sender.Kill();
        came.AddRange(await queue.Take(20)); // more than one batch, so that some messages are new
        var between = await Eventually.Get(() => Progress(team, started), x => x.Number("read") > before.Number("read"));
        Assert.Equal(other, await Sender());

        await other.Kill();
        await sender.StartAndWait();
        var done = await Eventually.Get(() => Progress(team, started), x => x.Text("state") == "done");
        while (await queue.TryTake() is { } message)
            came.Add(message);

        Assert.Equal(("running", "running"), (before.Text("state"), between.Text("state")));
        Assert.True(between.Number("read") < done.Number("read"), $"it was killed in the middle: {between}");
        Assert.Equal(history.Order(), came.Select(x => x.Id).Distinct().Order());
        Assert.All(came, x => Assert.Equal(started.Named, x.Json.Text("replay")));
        Assert.All(came.DistinctBy(x => x.Id).GroupBy(x => x.Subject), x => Assert.Equal([1L, 2L, 3L], x.Select(y => y.Sequence)));
        // A batch that was in progress at a kill arrived twice, and is counted once.
        Assert.Equal((history.Count, done.Number("total")), (done.Number("sent"), done.Number("read")));
        Assert.InRange(came.Count, history.Count, history.Count + (2 * 10));
    }

    private static async Task<JsonElement> Progress(Team team, Answer started) =>
        (await team.Applications.Get(started.Location!)).Expect(200).Json;

    /// <summary>The node that holds the advisory lock on sending.</summary>
    private async Task<Service> Sender()
    {
        var name = await Eventually.Get(
            () =>
                Outbox_traps.Sql(
                    Pair.ApplicationsDatabase,
                    """
                    select application_name from pg_locks join pg_stat_activity using (pid)
                    where locktype = 'advisory' and classid = 7205 and objid = 1 and objsubid = 2
                      and granted and datname = current_database()
                    """
                ),
            x => x is string
        );
        return Pair.Applications[int.Parse(((string)name!).Split('-')[^1], CultureInfo.InvariantCulture) - 1];
    }
}
