namespace FollowUp.EndToEnd.Rules;

/// <summary>
/// One follow-up per stage, for any clients, any number of requests, in any order, on any number of nodes. See also the races.
/// </summary>
public sealed class Rule_01_one_follow_up_per_stage(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task The_second_is_refused_and_the_refusal_says_what_happened()
    {
        var application = await Team.Submit();
        (await application.RecordFollowUp("email", by: "ana")).Expect(201);
        var version = await application.Version();

        var refusal = (await application.RecordFollowUp("phone", by: "ben")).Refused(409, "alreadyMade");

        Assert.Contains("email", refusal.Json.Text("detail"), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(version, await application.Version());
    }

    [Fact]
    public async Task A_claim_keeps_others_from_recording_until_its_release()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");
        var claimId = Guid.NewGuid();
        (await application.Claim(claimId: claimId, by: "ana")).Expect(201);

        (await application.RecordFollowUp(by: "ben")).Refused(409, "claimedByAnother");
        (await application.Release(claimId)).Expect(204);

        (await application.RecordFollowUp(by: "ben")).Expect(201);
    }

    [Fact]
    public async Task A_released_claim_can_be_taken_by_another()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");
        var first = Guid.NewGuid();
        var epoch = (await application.Claim(claimId: first, by: "ana")).Expect(201).Json.Number("epoch");
        (await application.Release(first)).Expect(204);
        await application.Slot(1, "planned");

        var second = (await application.Claim(by: "ben")).Expect(201).Json;

        Assert.True(second.Number("epoch") > epoch, "the epoch only grows");
        (await application.RecordFollowUp(by: "ana", claimId: first)).Refused(409);
    }

    [Fact]
    public async Task The_same_claim_asked_again_gets_the_same_answer()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");
        var claimId = Guid.NewGuid();
        var first = (await application.Claim(claimId: claimId)).Expect(201).Json;

        var again = (await application.Claim(claimId: claimId)).Expect(200, 201).Json;

        Assert.Equal(first.Text("epoch"), again.Text("epoch"));
        Assert.Equal(first.Text("expiresAt"), again.Text("expiresAt"));
        (await application.Release(claimId)).Expect(204);
        // events are in order per application: every earlier claim has arrived
        await Wire.Hears(application.Id, "follow-up.claim-released");
        Assert.Single(Wire.About(application.Id), x => x.Type == "followup.follow-up.claimed.v1");
    }

    [Fact]
    public async Task A_claim_that_ran_out_goes_to_another_and_the_late_settler_is_refused()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");
        var late = Guid.NewGuid();
        (await application.Claim(claimId: late, by: "ana", @for: "PT1S")).Expect(201);

        var next = Guid.NewGuid();
        await Eventually.Get(
            () => application.Claim(claimId: Guid.NewGuid(), by: "ben"),
            x => x.Status == 201 && x.Json.Text("claimId") is { } id && Guid.TryParse(id, out next)
        );

        (await application.RecordFollowUp(by: "ana", claimId: late)).Refused(409, "claimedByAnother");
        (await application.RecordFollowUp(by: "ben", claimId: next)).Expect(201);
        (await application.RecordFollowUp(by: "ana", claimId: late)).Refused(409, "alreadyMade");
        await Wire.Hears(application.Id, "follow-up.claim-expired");
    }

    [Fact]
    public async Task A_claim_that_runs_out_unused_leaves_the_slot_as_it_was()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");
        (await application.Claim(@for: "PT1S")).Expect(201);

        await Wire.Hears(application.Id, "follow-up.claim-expired");

        await application.Slot(1, "planned");
        await application.Shows(1, "planned");
    }

    [Fact]
    public async Task A_follow_up_in_a_stage_that_does_not_exist_is_refused()
    {
        var application = await Team.Submit();

        foreach (var stage in new[] { 2, 0, -1 })
        {
            var answer = await application.RecordFollowUp(stage: stage);
            answer.Refused(answer.Status).Expect(400, 404, 409);
        }

        Assert.Equal(1, await application.Version());
    }

    [Fact]
    public async Task A_claim_on_an_unknown_application_is_refused()
    {
        var answer = await Team.Of(Guid.NewGuid()).Claim();

        answer.Refused(answer.Status, "unknownApplication").Expect(404, 409);
    }

    [Fact]
    public async Task A_channel_that_the_plan_does_not_offer_is_refused()
    {
        var application = await Team.Submit(instructions: new { noPhoneCalls = true });
        await application.Slot(1, "planned");

        (await application.Claim(channel: "phone")).Refused(409, "channelNotPermitted");
        (await application.RecordFollowUp("phone")).Refused(409, "channelNotPermitted");

        (await application.RecordFollowUp("email")).Expect(201);
    }

    [Fact]
    public async Task A_command_as_of_a_version_that_the_scheduler_has_not_seen_is_refused()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");

        var answer = (await application.Claim(asOf: 1000)).Refused(503, "behind");

        Assert.NotNull(answer.RetryAfter);
        (await application.Claim(asOf: 1)).Expect(201);
    }
}
