namespace FollowUp.EndToEnd.Http;

/// <summary>A submission is recorded once, however often the request is repeated.</summary>
public sealed class Submitting(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task The_smallest_submission_is_enough()
    {
        var answer = (
            await Team.Applications.Post(
                "/applications",
                new
                {
                    candidate = Harness.Team.NewCandidate(),
                    employer = new { name = "Acme" },
                    posting = new { title = "Clerk" },
                }
            )
        ).Expect(201);

        var id = Guid.Parse(answer.Named);
        Assert.Contains($"/applications/{id}", answer.Location);
        var detail = await Team.Of(id).Detail();
        Assert.Equal("Acme", detail.Text("employer.name"));
        Assert.Equal("unknown", detail.Text("employer.hiringProcess"));
        Assert.Equal("direct", detail.Text("approach"));
        Assert.Equal("open", detail.Text("status"));
        Assert.Equal(1, detail.Number("version"));
        await Team.Of(id).Slot(1, "planned");
    }

    [Fact]
    public async Task The_fullest_submission_is_kept_as_it_was_given()
    {
        var id = Guid.NewGuid();
        var submittedAt = DateTimeOffset.UtcNow.AddDays(-2);
        var body = new
        {
            candidate = Harness.Team.NewCandidate(),
            employer = new
            {
                name = "Acme",
                hiringProcess = "ownerRun",
                timeZone = "America/New_York",
                country = "US",
            },
            posting = new
            {
                title = "Clerk",
                url = "https://example.org/jobs/1",
                closesOn = Days.Today.AddDays(9),
                instructions = new
                {
                    noPhoneCalls = true,
                    noContact = false,
                    submitBy = "attach",
                },
            },
            approach = "direct",
            contacts = new[]
            {
                new
                {
                    name = Personal.Name,
                    role = "owner",
                    email = Personal.Email,
                },
            },
            submittedAt,
        };

        (await Team.Applications.Put($"/applications/{id}", body)).Expect(201);

        var detail = await Team.Of(id).Detail();
        Assert.Equal("America/New_York", detail.Text("employer.timeZone"));
        Assert.Equal("US", detail.Text("employer.country"));
        Assert.Equal("https://example.org/jobs/1", detail.Text("posting.url"));
        Assert.Equal("true", detail.Text("posting.instructions.noPhoneCalls"));
        Assert.Equal("attach", detail.Text("posting.instructions.submitBy"));
        Assert.Equal(body.posting.closesOn.ToString("yyyy-MM-dd", null), detail.Text("posting.closesOn"));
        Assert.InRange((detail.Instant("submittedAt") - submittedAt)!.Value.TotalMilliseconds, -1, 1);
        Assert.Equal("owner", Assert.Single(detail.Items("contacts")).Text("role"));
    }

    [Fact]
    public async Task Putting_it_twice_creates_it_once_and_appends_one_event()
    {
        var application = Team.Of(Guid.NewGuid());
        var body = Harness.Team.Body(Harness.Team.NewCandidate(), submittedAt: DateTimeOffset.UtcNow.AddHours(-1));

        (await Team.Applications.Put(application.Path, body)).Expect(201);
        (await Team.Applications.Put(application.Path, body)).Expect(200);

        Assert.Equal(1, await application.Version());
    }

    [Fact]
    public async Task Putting_it_twice_without_saying_when_it_was_submitted_is_the_same_too()
    {
        var application = Team.Of(Guid.NewGuid());
        var body = Harness.Team.Body(
            Harness.Team.NewCandidate(),
            contacts:
            [
                new
                {
                    name = Personal.Name,
                    role = "owner",
                    phone = Personal.Phone,
                },
            ]
        );

        (await Team.Applications.Put(application.Path, body)).Expect(201);
        (await Team.Applications.Put(application.Path, body)).Expect(200);

        Assert.Equal(1, await application.Version());
    }

    [Fact]
    public async Task Putting_something_else_at_the_same_id_is_refused()
    {
        var application = Team.Of(Guid.NewGuid());
        var candidate = Harness.Team.NewCandidate();
        (await Team.Applications.Put(application.Path, Harness.Team.Body(candidate, title: "Clerk"))).Expect(201);

        (await Team.Applications.Put(application.Path, Harness.Team.Body(candidate, title: "Porter"))).Refused(409, "differentContent");

        Assert.Equal("Clerk", (await application.Detail()).Text("posting.title"));
        Assert.Equal(1, await application.Version());
    }

    [Fact]
    public async Task Putting_it_again_after_other_events_is_still_the_same()
    {
        var application = Team.Of(Guid.NewGuid());
        var body = Harness.Team.Body(Harness.Team.NewCandidate());
        (await Team.Applications.Put(application.Path, body)).Expect(201);
        (await application.SendCoverLetter()).Expect(201);
        (await application.Amend(new { posting = new { title = "Porter" } })).Expect(204);

        (await Team.Applications.Put(application.Path, body)).Expect(200);

        Assert.Equal("Porter", (await application.Detail()).Text("posting.title"));
    }

    [Fact]
    public async Task Twenty_puts_at_once_are_one_application()
    {
        var application = Team.Of(Guid.NewGuid());
        var body = Harness.Team.Body(Harness.Team.NewCandidate());

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Team.Applications.Put(application.Path, body)));

        Assert.Single(answers, x => x.Status == 201);
        Assert.All(answers, x => x.Expect(200, 201));
        Assert.Equal(1, await application.Version());
    }
}
