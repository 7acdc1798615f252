using Microsoft.Playwright;

namespace FollowUp.Browser.Pipeline;

/// <summary>What was typed wrongly, recorded twice or recorded late is put right on the application's page.</summary>
public sealed class Mistakes(SharedPair shared, Chromium chromium) : PipelineStory(shared, chromium)
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task The_day_of_submission_and_the_candidate_are_corrected(bool javaScript)
    {
        var application = await (await NewTeam()).Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-10));
        var wrong = (await application.Detail()).Text("candidate")!;
        var ana = await Browse(application.Team, javaScript);
        ana.Expect(400);
        await ana.Go($"/pipeline/{application.Id}");
        var form = ana.Page.Locator("#submission");
        await Assertions.Expect(form.Locator("[name=candidate]")).ToHaveValueAsync(wrong);
        await Send(ana, "submission", "What you changed is recorded.");
        Assert.Equal(1, await application.Version()); // nothing was changed, not even the seconds

        await Send(ana, "submission", "What you changed is recorded.", ("submittedAt", $"{Day(-6)}T09:30"));
        await Says(ana, "Something was learned since: Submitted:");
        Assert.Equal(Day(-6), (await application.Detail()).Text("submittedAt")![..10]);
        Assert.Equal(wrong, (await application.Detail()).Text("candidate"));

        await Fill(form, ("candidate", "an unknown person"));
        await form.Locator("button.main").ClickAsync();
        await Assertions.Expect(form.Locator("#submission-candidate-error")).ToContainTextAsync("Nobody is known by that name");
        var right = Team.NewCandidate();
        await Send(ana, "submission", "What you changed is recorded.", ("candidate", right), ("candidateName", "Ada Lovelace"));
        await Assertions.Expect(ana.Page.Locator("header.one a").First).ToHaveTextAsync("Ada Lovelace");
        Assert.Equal(right, (await application.Detail()).Text("candidate"));
        Assert.Equal(Day(-6), (await application.Detail()).Text("submittedAt")![..10]);

        await Fill(form, ("submittedAt", $"{Day(3)}T09:30"));
        await form.Locator("form").EvaluateAsync("x => x.noValidate = true");
        await form.Locator("button.main").ClickAsync();
        await Assertions.Expect(form.Locator("#submission-at-error")).ToBeVisibleAsync();
        if (javaScript)
            await ana.Axe();
    }

    [Fact]
    public async Task Candidates_correct_the_day_and_never_whose_application_it_is()
    {
        var team = await NewTeam();
        var application = await team.Submit(candidate: "c-1", submittedAt: DateTimeOffset.UtcNow.AddDays(-10));
        var key = (await team.Applications.Post("/keys", new { name = "Cem", candidate = "c-1" })).Expect(201).Json.Text("key");
        var cem = await Browse(team.Through(key), javaScript: false);
        await cem.Go($"/pipeline/{application.Id}");
        var form = cem.Page.Locator("#submission");
        await Assertions.Expect(form.Locator("[name=candidate]")).ToHaveCountAsync(0);
        await Send(cem, "submission", "What you changed is recorded.", ("submittedAt", $"{Day(-6)}T09:30"));
        cem.Expect(400);
        await Fill(form);
        await form.Locator("form")
            .EvaluateAsync("x => { const y = document.createElement('input'); y.name = 'candidate'; y.value = 'c-2'; x.append(y); }");
        await form.Locator("button.main").ClickAsync();
        await Assertions.Expect(form.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        Assert.Equal("c-1", (await application.Detail()).Text("candidate"));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_contacts_details_are_corrected(bool javaScript)
    {
        var roe = new
        {
            name = "R. Roe",
            role = "recruiter",
            email = "roe@example.org",
            phone = "+1 212 555 0123",
        };
        var application = await (await NewTeam()).Submit(contacts: [roe]);
        var id = Assert.Single((await application.Detail()).Items("contacts")).Text("id");
        var ana = await Browse(application.Team, javaScript);
        ana.Expect(400);
        await ana.Go($"/pipeline/{application.Id}");
        var form = ana.Page.Locator($"#contact-corrected-{id}");
        await Assertions.Expect(form.Locator("[name=name]")).ToHaveValueAsync("R. Roe");
        await Assertions.Expect(form.Locator("[name=role]")).ToHaveValueAsync("recruiter");
        await Assertions.Expect(form.Locator("[name=phone]")).ToHaveValueAsync("+1 212 555 0123");
        await Fill(form, ("name", ""), ("email", ""), ("phone", ""));
        await form.Locator("button.main").ClickAsync();
        await Assertions.Expect(form.Locator(".error")).ToHaveTextAsync("Give a name, or a way to reach them.");
        if (javaScript)
            await ana.Axe();

        await Send(
            ana,
            $"contact-corrected-{id}",
            "What you changed is recorded.",
            ("name", "Rita Roe"),
            ("role", "hiringManager"),
            ("email", "rita@example.org"),
            ("profile", "https://example.org/rita")
        );
        var people = ana.Page.Locator(".people");
        await Assertions.Expect(people.Locator("strong")).ToHaveTextAsync("Rita Roe (hiring manager)");
        await Assertions.Expect(people.Locator("a[href^='tel:']")).ToHaveCountAsync(0);
        var known = (await application.Team.Applications.Get($"{application.Path}/contacts/{id}")).Expect(200).Json;
        Assert.Equal(
            ("Rita Roe", "hiringManager", "rita@example.org", null, "https://example.org/rita"),
            (known.Text("name"), known.Text("role"), known.Text("email"), known.Text("phone"), known.Text("profile"))
        );
        Assert.Equal("hiringManager", Assert.Single((await application.Detail()).Items("contacts")).Text("role"));
    }

    [Theory]
    [InlineData("posting", true), InlineData("posting", false), InlineData("employer", false)]
    [InlineData("submission", true), InlineData("reopening", false), InlineData("retraction", true)]
    public async Task A_form_that_makes_a_second_one_for_the_same_job_leads_to_the_first_and_asks(string name, bool javaScript)
    {
        var team = await NewTeam();
        var candidate = Team.NewCandidate();
        var (application, fields) = name switch
        {
            "posting" => (await Record(team, candidate, title: "Cook"), [("posting.title", "Clerk")]),
            "employer" => (await Record(team, candidate, employer: "Other"), [("employer.name", "Acme")]),
            "submission" => (await Record(team, Team.NewCandidate()), [("candidate", candidate)]),
            "retraction" => (await Record(team, candidate), [("fact", "2")]),
            _ => (await Record(team, candidate), Array.Empty<(string, string)>()),
        };
        if (name is "reopening" or "retraction")
            (await application.Close("withdrawn")).Expect(204);
        var other = await Record(team, candidate);
        var before = await application.Version();
        var ana = await Browse(team, javaScript);
        ana.Expect(409);
        await ana.Go($"/pipeline/{application.Id}");
        var form = ana.Page.Locator($"#{name}");
        await Fill(form, fields);
        await form.Locator("button.main").ClickAsync();
        await Assertions
            .Expect(form.GetByRole(AriaRole.Alert))
            .ToHaveTextAsync("The candidate has an open application for this job: Clerk at Acme.");
        await Assertions
            .Expect(form.GetByRole(AriaRole.Link, new() { Name = "To the open application" }))
            .ToHaveAttributeAsync("href", $"/pipeline/{other.Id}");
        Assert.Equal(before, await application.Version());
        if (javaScript)
            await ana.Axe();

        await form.GetByLabel("It is another application for this job").CheckAsync();
        await form.Locator("button.main").ClickAsync();
        await Assertions.Expect(ana.Page.Locator("p.notice.good")).ToBeVisibleAsync();
        var detail = await application.Detail();
        Assert.Equal(
            (candidate, "Acme", "Clerk", "open"),
            (detail.Text("candidate"), detail.Text("employer.name"), detail.Text("posting.title"), detail.Text("status"))
        );
        Assert.Equal("open", (await other.Detail()).Text("status"));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task What_happened_before_the_closing_is_recorded_afterwards(bool javaScript)
    {
        var application = await (await NewTeam()).Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-20));
        (await application.Close("withdrawn")).Expect(204);
        var ana = await Browse(application.Team, javaScript);
        ana.Expect(409);
        await ana.Go($"/pipeline/{application.Id}");
        await Says(ana, "What happened before can be recorded:");
        await Assertions
            .Expect(ana.Page.Locator("[aria-labelledby=before-closing] > details > summary"))
            .ToHaveTextAsync([
                "Cover letter sent",
                "Contact found",
                "Employer answered",
                "Interview agreed",
                "Another step",
                "More about the employer",
                "More about the posting",
            ]);
        var answer = ana.Page.Locator("#response");
        await Assertions.Expect(answer.Locator("[name=at]")).ToHaveAttributeAsync("required", "");
        await Fill(answer, ("kind", "rejection"));
        await answer.Locator("form").EvaluateAsync("x => x.noValidate = true");
        await answer.Locator("button.main").ClickAsync();
        await Assertions
            .Expect(answer.GetByRole(AriaRole.Alert))
            .ToHaveTextAsync("The application is closed. Nothing but a reopening follows a closing.");
        await Assertions.Expect(answer.Locator("[name=kind]")).ToHaveValueAsync("rejection");
        if (javaScript)
            await ana.Axe();

        await Send(ana, "response", "The employer's answer is recorded.", ("at", $"{Day(-3)}T10:00"));
        await Send(ana, "employer", "What you changed is recorded.", ("employer.hiringProcess", "ownerRun"), ("at", $"{Day(-9)}T10:00"));
        await Send(ana, "contact", "The contact is recorded.", ("name", "R. Roe"), ("at", $"{Day(-9)}T10:00"));
        var detail = await application.Detail();
        Assert.Equal(
            ("closed", "rejection", Day(-3), "ownerRun"),
            (
                detail.Text("status"),
                detail.Text("stages.0.response.kind"),
                detail.Text("stages.0.response.respondedAt")?[..10],
                detail.Text("employer.hiringProcess")
            )
        );
        Assert.Single(detail.Items("contacts"));
    }

    [Fact]
    public async Task A_form_that_is_being_filled_in_when_another_person_closes_can_still_be_sent()
    {
        var application = await (await NewTeam()).Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-20));
        var ana = await Browse(application.Team);
        await ana.Go($"/pipeline/{application.Id}");
        await Fill(ana.Page.Locator("#response"), ("kind", "rejection"), ("at", $"{Day(-3)}T10:00"));
        (await application.Close("withdrawn")).Expect(204);
        await Assertions.Expect(ana.Page.Locator("header.one .status")).ToHaveTextAsync("closed");
        await Assertions.Expect(ana.Page.Locator("[id=response]")).ToHaveCountAsync(1);
        await ana.Page.Locator("#response button.main").ClickAsync();
        await Assertions.Expect(ana.Page.Locator("p.notice.good")).ToHaveTextAsync("The employer's answer is recorded.");
        Assert.Equal("rejection", (await application.Detail()).Text("stages.0.response.kind"));
    }

    // Unlike the harness's own, it doesn't say that it is another one.
    private static async Task<Application> Record(Team team, string candidate, string employer = "Acme", string title = "Clerk")
    {
        var id = Guid.NewGuid();
        (await team.Applications.Put($"/applications/{id}", Team.Body(candidate, employer, title))).Expect(201);
        return team.Of(id);
    }
}
