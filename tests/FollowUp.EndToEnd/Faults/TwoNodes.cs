using System.Diagnostics;

namespace FollowUp.EndToEnd.Faults;

/// <summary>Two nodes of each service, one of which relays.</summary>
[Collection(Alone.Name), Trait("Servers", "broken")]
public sealed class Two_nodes() : FaultStory(nodes: 2)
{
    [Fact]
    public async Task Each_node_is_killed_in_turn_and_the_other_goes_on()
    {
        await using var load = new Load(Team, 8);
        await load.Goes(100);
        // One of each two relays. Whichever it is, it is killed in one of these turns.
        foreach (var service in new[] { Pair.Applications, Pair.Scheduler })
        {
            foreach (var node in service)
            {
                await node.Kill();
                await IsRelaying(service[0].Name);
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

            // Who is told to come back comes back with the same key, as anybody should: what was recorded while nobody was told is then their own.
            var answers = await Task.WhenAll(Enumerable.Range(0, 50)
                .Select(i => Eventually.Get(() => application.RecordFollowUp(by: $"recorder {i}", idempotencyKey: application.KeyOf(i)), x => x is not { Status: 503, RetryAfter: not null })));

            Assert.Single(answers, x => x.Status == 201);
            Assert.All(answers.Where(x => x.Status != 201), x => x.Refused(409, "alreadyMade", "claimedByAnother"));
            Assert.Equal(2, await application.Version());
        }
    }

    /// <summary>Something submitted now is published and planned, and the plan published. How long that took is said; a few seconds is meant, on a machine that has nothing else to do.</summary>
    private async Task IsRelaying(string what)
    {
        var watch = Stopwatch.StartNew();
        var id = Guid.NewGuid();
        await Eventually.Get(() => Team.Applications.Put($"/applications/{id}", Team.Body("c-take-over")), x => x.Status is 200 or 201, null, "a submission is taken");
        await Wire.Hears(id, "follow-up.planned");
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: relaying again after {watch.Elapsed}");
    }
}
