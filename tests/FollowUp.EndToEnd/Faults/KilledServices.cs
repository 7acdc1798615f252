namespace FollowUp.EndToEnd.Faults;

public sealed class Killed_services : FaultStory
{
    [Fact]
    public async Task Applications_is_killed_in_the_middle_of_the_work_three_times()
    {
        await using var load = new Load(Team, 8);
        for (var i = 0; i < 3; i++)
        {
            await load.Goes(100);
            await Pair.Applications[0].Kill();
            await Pair.Applications[0].StartAndWait();
        }

        await load.Goes(100);
        await NothingIsLostOrDoubled(load);
    }

    [Fact]
    public async Task The_scheduler_is_killed_in_the_middle_of_the_work_three_times()
    {
        await using var load = new Load(Team, 8);
        for (var i = 0; i < 3; i++)
        {
            await load.Goes(100);
            await Pair.Scheduler[0].Kill();
            await Pair.Scheduler[0].StartAndWait();
        }

        await load.Goes(100);
        await NothingIsLostOrDoubled(load);
    }

    [Fact]
    public async Task Both_are_stopped_as_an_orchestrator_does_it_and_started_again()
    {
        await using var load = new Load(Team, 8);
        await load.Goes(100);

        await Task.WhenAll(Pair.Services.Select(x => x.Stop()));
        await Task.WhenAll(Pair.Services.Select(x => x.StartAndWait()));

        await load.Goes(100);
        await NothingIsLostOrDoubled(load);
    }

    [Fact]
    public async Task Without_the_scheduler_submissions_are_taken_and_a_follow_up_has_to_wait()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");
        await Pair.Scheduler[0].Kill();

        var refusal = (await application.RecordFollowUp()).Refused(503, "schedulerUnreachable");
        Assert.True(int.Parse(refusal.RetryAfter!, System.Globalization.CultureInfo.InvariantCulture) > 0);
        Assert.Equal(1, await application.Version());
        // Callers after that one don't wait for a reply that can't come.
        await Eventually.Get(
            () => application.RecordFollowUp(),
            x => x.Refused(503, "schedulerUnreachable").Text.Contains("was not asked", StringComparison.Ordinal)
        );
        var meanwhile = await Team.Submit();

        await Pair.Scheduler[0].StartAndWait();
        await meanwhile.Slot(1, "planned");
        // A client that gets a 503 retries with the same claim id, because the Scheduler may have handled the client's earlier claim.
        var claimId = Guid.NewGuid();
        await Eventually.Get(() => application.RecordFollowUp(claimId: claimId), x => x.Status == 201);
        Assert.Equal(2, await application.Version());
    }

    [Fact]
    public async Task A_request_that_nothing_waits_for_any_more_is_not_carried_out_and_leaves_no_dead_letter()
    {
        var (application, next) = (await Team.Submit(), await Team.Submit());
        await application.Slot(1, "planned");
        await next.Slot(1, "planned");
        await Pair.Scheduler[0].Kill();
        var claimId = Guid.NewGuid();
        // The request expires in its queue a second before this is answered.
        (await application.RecordFollowUp(claimId: claimId)).Refused(503, "schedulerUnreachable");

        await Pair.Scheduler[0].StartAndWait();
        // Its request is behind the expired one.
        await Eventually.Get(() => next.RecordFollowUp(idempotencyKey: next.KeyOf(1)), x => x.Status == 201);

        await application.Slot(1, "planned");
        foreach (var service in new[] { Team.Applications, Team.Scheduler })
            Assert.DoesNotContain(
                (await service.Get("/parked?limit=200")).Expect(200).Json.Items(),
                x => x.GetRawText().Contains($"{claimId}", StringComparison.Ordinal)
            );
        (await application.RecordFollowUp(claimId: claimId)).Expect(201);
    }
}
