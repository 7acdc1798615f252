namespace FollowUp.EndToEnd.Http;

/// <summary>Every write accepts <c>If-Match</c> and <c>Idempotency-Key</c>.</summary>
public sealed class Writing_safely(SharedPair shared) : Story(shared)
{
    public static TheoryData<string, string, string> Writes =>
        new()
        {
            { "POST", "cover-letter", "{}" },
            { "POST", "contacts", """{"name":"Rosamund Featherstonehaugh","role":"owner","email":"rosamund@featherstonehaugh.example"}""" },
            { "POST", "responses", "{}" },
            { "POST", "interviews", """{"startsAt":"2027-03-01T10:00:00Z","endsAt":"2027-03-01T11:00:00Z"}""" },
            { "POST", "follow-ups", """{"channel":"email","by":"ana"}""" },
            { "POST", "closure", """{"reason":"rejected"}""" },
            { "PATCH", "", """{"posting":{"title":"Porter"}}""" },
        };

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_write_that_is_stale_is_refused_and_a_fresh_one_is_done(string method, string what, string body)
    {
        var application = await Team.Submit();
        var stale = (await Team.Applications.Get(application.Path)).ETag;
        (await application.Amend(new { employer = new { hiringProcess = "ownerRun" } })).Expect(204);
        var fresh = (await Team.Applications.Get(application.Path)).ETag;
        Assert.NotEqual(stale, fresh);
        var path = $"{application.Path}/{what}".TrimEnd('/');

        (await Team.Applications.Send(new(method), path, body, ifMatch: stale)).Refused(409, "changedMeanwhile");
        Assert.Equal(2, await application.Version());

        (await Team.Applications.Send(new(method), path, body, ifMatch: fresh)).Expect(201, 204);
        Assert.Equal(3, await application.Version());
    }

    [Fact]
    public async Task A_write_is_made_on_any_of_several_versions_and_on_no_weak_one()
    {
        var application = await Team.Submit();
        Task<Answer> Amended(string title, string ifMatch) =>
            Team.Applications.Patch(application.Path, new { posting = new { title } }, ifMatch);

        (await Amended("A", "W/\"1\"")).Refused(409, "changedMeanwhile");
        (await Amended("A", "\"7\", \"8\"")).Refused(409, "changedMeanwhile");
        (await Amended("A", "\"another\"")).Refused(409, "changedMeanwhile");
        (await Amended("A", "7")).Refused(400, "badIfMatch");
        Assert.Equal(1, await application.Version());
        (await Amended("A", "\"7\", \"1\"")).Expect(204);
        (await Amended("B", "*")).Expect(204);
        Assert.Equal(3, await application.Version());

        var path = $"/applications/{Guid.NewGuid()}";
        var submission = Harness.Team.Body(Harness.Team.NewCandidate());
        (await Team.Applications.Put(path, submission, ifMatch: "*")).Refused(409, "changedMeanwhile");
        (await Team.Applications.Get(path)).Refused(404, "unknownApplication");
        (await Team.Applications.Put(path, submission)).Expect(201);
        (await Team.Applications.Put(path, submission, ifMatch: "*")).Expect(200);
    }

    [Fact]
    public async Task A_policy_is_replaced_on_any_of_several_versions()
    {
        var team = await Pair.Team("policytags");
        await team.SchedulerKnowsTheKey();
        var policy = (await team.Scheduler.Get("/policy")).Expect(200);
        Task<Answer> Replaced(int wait, string ifMatch) => team.Scheduler.Put("/policy", new { silenceWait = wait }, ifMatch: ifMatch);
        (await Replaced(21, "\"7\", \"8\"")).Refused(409, "changedMeanwhile");
        (await Replaced(21, $"W/{policy.ETag}")).Refused(409, "changedMeanwhile");
        (await Replaced(21, "garbage")).Refused(400, "badIfMatch");
        var after = (await Replaced(21, $"\"7\", {policy.ETag}")).Expect(204);
        (await Replaced(22, $"{policy.ETag}, {after.ETag}")).Expect(204);
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_write_repeated_with_its_idempotency_key_gets_the_same_response_and_appends_one_event(
        string method,
        string what,
        string body
    )
    {
        var application = await Team.Submit();
        var key = Guid.NewGuid().ToString();
        var path = $"{application.Path}/{what}".TrimEnd('/');

        var first = (await Team.Applications.Send(new(method), path, body, idempotencyKey: key)).Expect(201, 204);
        var again = await Team.Applications.Send(new(method), path, body, idempotencyKey: key);

        Assert.Equal((first.Status, first.Text, first.Location), (again.Status, again.Text, again.Location));
        Assert.Equal(2, await application.Version());
    }

    [Fact]
    public async Task A_submission_repeated_with_its_idempotency_key_is_one_application()
    {
        var key = Guid.NewGuid().ToString();
        var body = Harness.Team.Body(Harness.Team.NewCandidate());

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Team.Applications.Post("/applications", body, key)));

        Assert.Single(answers.Select(x => x.Expect(201).Location).Distinct());
        var one = Team.Of(Guid.Parse(answers[0].Named));
        Assert.Equal(1, await one.Version());
        Assert.Single((await Team.Applications.Get($"/applications?candidate={body["candidate"]}")).Expect(200).Json.Items());
    }

    [Fact]
    public async Task The_same_idempotency_key_with_another_body_is_refused()
    {
        var key = Guid.NewGuid().ToString();
        var candidate = Harness.Team.NewCandidate();
        (await Team.Applications.Post("/applications", Harness.Team.Body(candidate, title: "Clerk"), key)).Expect(201);

        var answer = await Team.Applications.Post("/applications", Harness.Team.Body(candidate, title: "Porter"), key);

        answer.Refused(answer.Status).Expect(409, 422);
        Assert.Single((await Team.Applications.Get($"/applications?candidate={candidate}")).Expect(200).Json.Items());
    }

    [Fact]
    public async Task A_follow_up_repeated_twenty_times_at_once_with_one_key_is_one_event_with_one_response()
    {
        var application = await Team.Submit();
        var key = Guid.NewGuid().ToString();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => application.RecordFollowUp(idempotencyKey: key)));

        Assert.All(answers, x => x.Expect(201));
        Assert.Single(answers.Select(x => x.Text).Distinct());
        Assert.Equal(2, await application.Version());
    }

    [Theory]
    [InlineData(5.5), InlineData(-8), InlineData(1), InlineData(0)]
    public async Task Every_command_accepts_a_time_in_the_senders_offset(double hours)
    {
        var at = new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero).AddDays(-1).ToOffset(TimeSpan.FromHours(hours));
        var application = await Team.Submit(submittedAt: at.AddDays(-1));
        async Task Records(string what, object body) =>
            (await Team.Applications.Post($"{application.Path}/{what}", body)).Expect(200, 201, 204);

        await Records("cover-letter", new { at });
        await Records(
            "contacts",
            new
            {
                name = "R. Roe",
                role = "owner",
                at,
            }
        );
        await Records(
            "follow-ups",
            new
            {
                channel = "email",
                by = "ana",
                madeAt = at,
            }
        );
        await Records("responses", new { at });
        await Records("interviews", new { startsAt = at.AddDays(2), at });
        (await Team.Applications.Put($"{application.Path}/interviews/1", new { startsAt = at.AddDays(3), at })).Expect(204);
        await Records("closure", new { reason = "rejected", at });

        var detail = await application.Detail();
        Assert.Equal(
            (at, at.AddDays(-1), at.AddDays(3)),
            (detail.Instant("closedAt"), detail.Instant("submittedAt"), detail.Instant("stages.1.startsAt"))
        );
        var listed = Assert.Single(
            (await Team.Applications.Get($"/applications?candidate={detail.Text("candidate")}")).Expect(200).Json.Items()
        );
        Assert.Equal("closed", listed.Text("status"));
        await application.SchedulerHasSeenAll();
        Assert.Equal("made", (await application.AskPlan()).Json.Items("slots")[0].Text("status"));
        await (await Team.Submit(submittedAt: at, instructions: new { noContact = true })).Slot(1, "withheld");
    }

    [Fact]
    public async Task A_refused_follow_up_repeated_with_its_key_stays_refused()
    {
        var application = await Team.Submit(instructions: new { noContact = true });
        var key = Guid.NewGuid().ToString();

        (await application.RecordFollowUp(idempotencyKey: key)).Refused(409, "withheld");
        (await application.RecordFollowUp(idempotencyKey: key)).Refused(409, "withheld");

        Assert.Equal(1, await application.Version());
    }
}
