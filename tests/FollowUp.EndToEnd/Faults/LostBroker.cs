using System.Diagnostics;

namespace FollowUp.EndToEnd.Faults;

[Collection(Alone.Name), Trait("Servers", "broken")]
public sealed class Lost_broker : FaultStory
{
    [Fact]
    public async Task The_broker_is_stopped_and_started_in_the_middle_of_the_work()
    {
        await using var load = new Load(Team, 8);
        await load.Goes(100);

        // Without the broker, recording a follow-up gets a 503 with Retry-After; a submission succeeds.
        var meanwhile = new List<Application>();
        await Servers.FromEnvironment.StopBroker();
        try
        {
            for (var i = 0; i < 50; i++)
                meanwhile.Add(await Team.Submit());
        }
        finally
        {
            await Servers.FromEnvironment.StartBroker();
        }

        await load.Goes(100);
        foreach (var application in meanwhile)
            await application.Slot(1, "planned");
        await NothingIsLostOrDoubled(load);
    }

    [Fact]
    public async Task The_broker_is_killed_with_hundreds_of_commands_under_way()
    {
        var applications = new List<Application>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 300),
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken },
            async (_, _) =>
            {
                var application = await Team.Submit();
                lock (applications)
                    applications.Add(application);
            }
        );
        await using var load = new Load(Team, 8);
        await load.Goes(50);

        // 300 clients send at once, and the broker is killed meanwhile; each client retries until it gets a response.
        var recordings = applications
            .Select(
                (x, i) =>
                    Task.Run(async () =>
                    {
                        var key = Guid.NewGuid().ToString();
                        return await Eventually.Get(
                            () => x.RecordFollowUp(by: $"person {i}", idempotencyKey: key),
                            y => y.Status != 503,
                            TimeSpan.FromMinutes(3)
                        );
                    })
            )
            .ToList();
        await Eventually.Holds(() => recordings.Any(x => x.IsCompleted), null, "the first is recorded");
        await Servers.FromEnvironment.KillBroker();
        await Servers.FromEnvironment.StartBroker();

        Assert.All(await Task.WhenAll(recordings), x => x.Expect(201));
        foreach (var application in applications)
        {
            Assert.Equal(2, await application.Version());
            await application.Slot(1, "made");
        }

        await load.Goes(100);
        await NothingIsLostOrDoubled(load);
    }

    [Fact]
    public async Task Without_the_broker_submissions_are_taken_follow_ups_wait_and_readiness_says_so()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");
        await Servers.FromEnvironment.StopBroker();
        Application meanwhile;
        // The same claim id at each retry, as the refusal advises: the Scheduler may have handled a request although its reply was lost.
        var claimId = Guid.NewGuid();
        try
        {
            var watch = Stopwatch.StartNew();
            var refusal = (await application.RecordFollowUp(claimId: claimId)).Refused(503, "schedulerUnreachable");
            Assert.NotNull(refusal.RetryAfter);
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"A caller waits {watch.Elapsed} for the response to retry later.");
            Assert.Equal(1, await application.Version());
            meanwhile = await Team.Submit();
            (await meanwhile.SendCoverLetter()).Expect(201);
            // The claim itself doesn't use the bus.
            (await application.Claim(by: "ana", claimId: Guid.NewGuid(), @for: "PT1S")).Expect(201);
            foreach (var service in Pair.Services)
                await Eventually.Get(service.Health, x => x.Status == 503, null, $"{service.Name} says that it isn't ready");
        }
        finally
        {
            await Servers.FromEnvironment.StartBroker();
        }

        foreach (var service in Pair.Services)
            await service.IsReady();
        await meanwhile.Slot(1, "planned");
        await Eventually.Get(() => application.RecordFollowUp(claimId: claimId), x => x.Status == 201);
        await application.SchedulerHasSeenAll();
        Assert.Equal(2, await application.Version());
    }

    [Fact]
    public async Task A_publish_that_is_never_confirmed_is_given_up_and_made_again()
    {
        await using var load = new Load(Team, 8);
        await load.Goes(100);
        await Servers.FromEnvironment.FreezeBroker();
        try
        {
            await Eventually.Holds(
                () =>
                    Pair.Applications.Any(x =>
                        x.Lines().Any(y => y.Contains("The broker did not confirm a message", StringComparison.Ordinal))
                    ),
                TimeSpan.FromMinutes(3),
                "a publish is given up"
            );
        }
        finally
        {
            await Servers.FromEnvironment.ThawBroker();
        }

        await load.Goes(100);
        await NothingIsLostOrDoubled(load);
    }
}
