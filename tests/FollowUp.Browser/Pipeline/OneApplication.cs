using Microsoft.Playwright;
using Npgsql;

namespace FollowUp.Browser.Pipeline;

/// <summary>One application's page: its history, the steps that are possible next, and its state at an earlier day.</summary>
public sealed class OneApplication(SharedPair shared, Chromium chromium) : PipelineStory(shared, chromium)
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task Each_form_records_its_step(bool javaScript)
    {
        var application = await (await NewTeam()).Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-3));
        var ana = await Browse(application.Team, javaScript);
        await ana.Go($"/pipeline/{application.Id}");
        var soon = Day(5);

        await Send(ana, "cover-letter", "The cover letter is recorded.", ("promisedFollowUpOn", soon));
        await Send(
            ana,
            "contact",
            "The contact is recorded.",
            ("name", "R. Roe"),
            ("role", "recruiter"),
            ("phone", "+1 212 555 0123"),
            ("email", "roe@example.org")
        );
        await Assertions.Expect(ana.Page.Locator("a[href='tel:+12125550123']")).ToHaveTextAsync("+1 212 555 0123");
        await Send(ana, "note", "The note is recorded.", ("text", "They are moving offices."));
        await Assertions
            .Expect(ana.Page.Locator("section[aria-labelledby='notes'] blockquote"))
            .ToHaveTextAsync("They are moving offices.");
        await Send(ana, "response", "The employer's answer is recorded.", ("promisedNextStepOn", Day(9)), ("at", $"{Day(0)}T00:00"));
        await Send(
            ana,
            "interview",
            "The interview is recorded; it opens the next stage.",
            ("startsAt", $"{Day(3)}T10:00"),
            ("endsAt", $"{Day(3)}T11:30")
        );
        await Send(ana, "interview-moved-1", "The interview's new time is recorded.", ("startsAt", $"{Day(4)}T10:00"));
        await Send(ana, "interview-cancelled-1", "It is recorded that the interview won't happen.");
        await Send(
            ana,
            "employer",
            "What you changed is recorded.",
            ("employer.hiringProcess", "ownerRun"),
            ("employer.timeZone", "Europe/Berlin"),
            ("employer.region", "de-by")
        );
        await Send(
            ana,
            "posting",
            "What you changed is recorded.",
            ("posting.url", "https://example.org/jobs/1"),
            ("posting.closesOn", Day(20)),
            ("submitBy", "attach"),
            ("approach", "jobBoard")
        );
        await Send(ana, "closing", "The application is closed.", ("reason", "positionFilled"), ("at", ""));
        await Send(ana, "reopening", "The application is open again.");
        await Send(
            ana,
            "retraction",
            "It is taken back: everything is as if it had never been recorded.",
            ("fact", $"{await application.Version() - 5}"),
            ("why", "That was another application.")
        );

        var detail = await application.Detail();
        Assert.Equal(soon, detail.Text("coverLetter.promisedFollowUpOn"));
        Assert.Equal("recruiter", Assert.Single(detail.Items("contacts")).Text("role"));
        Assert.Equal(Day(9), detail.Text("stages.0.response.promisedNextStepOn"));
        Assert.Equal(1, detail.Number("stages.1.interview"));
        Assert.NotNull(detail.Text("stages.1.cancelledAt"));
        Assert.Equal(
            ("ownerRun", "Europe/Berlin", "DE-BY", "DE"),
            (
                detail.Text("employer.hiringProcess"),
                detail.Text("employer.timeZone"),
                detail.Text("employer.region"),
                detail.Text("employer.country")
            )
        );
        Assert.Equal(
            ("https://example.org/jobs/1", Day(20), "attach", "jobBoard"),
            (
                detail.Text("posting.url"),
                detail.Text("posting.closesOn"),
                detail.Text("posting.instructions.submitBy"),
                detail.Text("approach")
            )
        );
        Assert.Equal("open", detail.Text("status"));
        Assert.Equal(
            [
                "submitted",
                "cover-letter-sent",
                "contact-recorded",
                "employer-responded",
                "interview-scheduled",
                "interview-rescheduled",
                "interview-cancelled",
                "amended",
                "amended",
                "closed",
                "reopened",
                "retracted",
            ],
            (await application.Timeline())
                .Select(x => x.Text("type")!)
                .Where(x =>
                    x.StartsWith("followup.application.", StringComparison.Ordinal) && !x.Contains("proposed", StringComparison.Ordinal)
                )
                .Select(x => x["followup.application.".Length..^".v1".Length])
        );
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_call_that_was_made_in_time_is_recorded_when_the_slot_has_lapsed(bool javaScript)
    {
        var application = await (await NewTeam()).Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-60));
        await application.Shows(1, "lapsed");
        var ana = await Browse(application.Team, javaScript);
        await ana.Go($"/pipeline/{application.Id}");
        var form = ana.Page.Locator(".path details.action").Filter(new() { HasText = "It was made" });
        await Fill(form, ("channel", "phone"), ("madeAt", $"{Day(-46)}T12:00"));
        await form.Locator("button.main").ClickAsync();
        await application.Slot(1, "made");
        Assert.Equal(Day(-46), (await application.Shows(1, "made")).Text("stages.0.followUp.made.madeAt")![..10]);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task An_offer_leads_to_its_step(bool javaScript)
    {
        var application = await (await NewTeam()).Submit();
        var ana = await Browse(application.Team, javaScript);
        await ana.Go($"/pipeline/{application.Id}");
        var answer = ana.Page.Locator("#response");
        await Fill(answer, ("kind", "offer"));
        await answer.Locator("button.main").ClickAsync();
        await Says(ana, "The employer's answer is recorded. Record the offer below.");
        var step = ana.Page.Locator("#step");
        await Assertions.Expect(step).ToHaveAttributeAsync("open", "");
        await Assertions.Expect(step.Locator("[name=kind]")).ToHaveValueAsync("offer");

        await Send(ana, "step", "The step is recorded; it opens the next stage.", ("on", Day(0)), ("answerBy", Day(6)));
        await Assertions.Expect(ana.Page.Locator(".path > li h3")).ToHaveTextAsync(["Applied", "Offer"]);
        await Send(ana, "step", "The step is recorded; it opens the next stage.", ("kind", "other"), ("on", Day(3)), ("name", "Trial day"));
        await Assertions.Expect(ana.Page.Locator(".path > li h3")).ToHaveTextAsync(["Applied", "Offer", "Trial day"]);
        await ana.Go("/pipeline");
        await Says(ana, "Trial day");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_refusal_appears_at_its_form_which_keeps_the_input(bool javaScript)
    {
        var application = await (await NewTeam()).Submit();
        var ana = await Browse(application.Team, javaScript);
        ana.Expect(400, 409);
        await ana.Go($"/pipeline/{application.Id}");
        var letter = ana.Page.Locator("#cover-letter");
        await Fill(letter, ("promisedFollowUpOn", Day(90)));
        await letter.Locator("button.main").ClickAsync();
        await Assertions.Expect(letter.Locator(".error")).ToHaveTextAsync("The promised date must lie at most 30 days after the letter.");
        await Assertions.Expect(letter.GetByRole(AriaRole.Alert)).ToContainTextAsync("Something isn't right yet.");
        await Assertions.Expect(letter.Locator("[name=promisedFollowUpOn]")).ToHaveValueAsync(Day(90));
        await Assertions.Expect(letter.Locator("[name=promisedFollowUpOn]")).ToHaveAttributeAsync("aria-invalid", "true");
        if (javaScript)
            await ana.Axe();

        await letter.Locator("[name=promisedFollowUpOn]").FillAsync(Day(9));
        (await application.SendCoverLetter()).Expect(201);
        await letter.Locator("button.main").ClickAsync();
        await Says(ana, "The one cover letter of this application was sent on");
        await Says(ana, Day(9)); // the page keeps the input
        Assert.Null((await application.Detail()).Find("coverLetter.promisedFollowUpOn"));

        // The address of a form, loaded again or from a bookmark, leads to the form's page.
        await ana.Go($"/pipeline/{application.Id}/cover-letter");
        await ana.IsAt($"/pipeline/{application.Id}");
    }

    [Fact]
    public async Task Only_what_can_happen_next_is_offered()
    {
        var application = await (await NewTeam()).Submit();
        var ana = await Browse(application.Team);
        await ana.Go($"/pipeline/{application.Id}");
        var offered = ana.Page.Locator(".steps > details > summary");
        await Assertions
            .Expect(offered)
            .ToHaveTextAsync([
                "Cover letter sent",
                "Contact found",
                "Employer answered",
                "Interview agreed",
                "Another step",
                "Add a note",
                "More about the employer",
                "More about the posting",
                "Correct the submission",
                "It is over",
                "Void the application",
            ]);
        (await application.SendCoverLetter()).Expect(201);
        (await application.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(2))).Expect(201);
        await Assertions
            .Expect(offered)
            .ToHaveTextAsync([
                "Contact found",
                "Employer answered",
                "Interview agreed",
                "Another step",
                "Interview 1 moved",
                "Interview 1 cancelled",
                "Add a note",
                "More about the employer",
                "More about the posting",
                "Correct the submission",
                "It is over",
                "Recorded by mistake",
                "Void the application",
            ]);
        (await application.Close("withdrawn")).Expect(204);
        await Assertions
            .Expect(offered)
            .ToHaveTextAsync([
                "Add a note",
                "Correct the submission",
                "It isn't over after all",
                "Recorded by mistake",
                "Void the application",
                // what happened before the closing
                "Contact found",
                "Employer answered",
                "Interview agreed",
                "Another step",
                "Interview 1 moved",
                "Interview 1 cancelled",
                "More about the employer",
                "More about the posting",
            ]);
        await Assertions.Expect(ana.Page.Locator("header.one .status")).ToHaveTextAsync("closed");
    }

    [Fact]
    public async Task A_viewer_is_offered_no_form()
    {
        var application = await (await NewTeam()).SubmitDue();
        await application.Shows(1, "due");
        var (_, viewer) = await application.Team.NewKey("read");
        var eve = await Browse(viewer);
        await eve.Go($"/pipeline/{application.Id}");
        await Says(eve, "The application went to Acme: Clerk (direct).");
        await Assertions.Expect(eve.Page.Locator("main form[method=post], main button")).ToHaveCountAsync(0);
        eve.Expect(403);
        await eve.Page.EvaluateAsync(
            "fetch(location.href + '/closing', { method: 'POST', body: new URLSearchParams({ reason: 'withdrawn' }) })"
        );
        Assert.Equal("open", (await application.Detail()).Text("status"));
    }

    [Fact]
    public async Task A_candidate_sees_and_records_what_is_theirs_and_nothing_else()
    {
        var team = await NewTeam();
        var (mine, yours) = (await team.Submit(candidate: "c-1", title: "Clerk"), await team.Submit(candidate: "c-2", title: "Cook"));
        var key = (await team.Applications.Post("/keys", new { name = "Cem", candidate = "c-1" })).Expect(201).Json.Text("key");
        var cem = await Browse(team.Through(key), javaScript: false);
        await mine.Shows(1, "planned");
        await cem.Go("/pipeline?candidate=c-2");
        await Assertions.Expect(Titles(cem)).ToHaveTextAsync(["Clerk"]);
        await cem.Go("/pipeline/board");
        await Assertions.Expect(cem.Page.Locator(".board h3")).ToHaveTextAsync(["Clerk"]);
        await cem.Go($"/pipeline/{mine.Id}");
        await Send(cem, "contact", "The contact is recorded.", ("name", "R. Roe"));
        cem.Expect(404);
        Assert.Equal(404, (await cem.Go($"/pipeline/{yours.Id}")).Status);
        await Says(cem, "Your team has no application with that id.");
        await cem.Go($"/pipeline/{mine.Id}");
        await cem
            .Page.Locator("#closing")
            .EvaluateAsync($"x => x.querySelector('form').setAttribute('action', '/pipeline/{yours.Id}/closing')");
        await Fill(cem.Page.Locator("#closing"), ("reason", "withdrawn"));
        await cem.Page.Locator("#closing button.main").ClickAsync();
        await Says(cem, "Your team has no application with that id.");
        Assert.Equal("open", (await yours.Detail()).Text("status"));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task The_page_has_the_state_of_an_earlier_day(bool javaScript)
    {
        var application = await (await NewTeam()).Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-20));
        await application.SchedulerHasSeenAll();
        await Sql("update followup.mt_events set timestamp = timestamp - interval '5 days' where stream_id = @id", application.Id);
        (await application.RecordContact(name: "R. Roe")).Expect(201);
        await Sql(
            "update followup.mt_events set timestamp = timestamp - interval '2 days' where stream_id = @id and version = 2",
            application.Id
        );
        (await application.Close("withdrawn")).Expect(204);
        var ana = await Browse(application.Team, new Look(javaScript, TimeZone: "UTC"));
        await ana.Go($"/pipeline/{application.Id}");
        await Assertions.Expect(ana.Page.Locator("header.one .status")).ToHaveTextAsync("closed");
        if (javaScript)
        {
            var slider = ana.Page.GetByRole(AriaRole.Slider);
            await slider.PressAsync("ArrowLeft");
        }
        else
        {
            await ana.Page.GetByLabel("Day", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Index = 1 });
            await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        }
        await Says(ana, "This is how it was known at the end of");
        await Says(ana, "R. Roe");
        await Assertions.Expect(ana.Page.Locator("header.one .status")).ToHaveTextAsync("open");
        await Assertions.Expect(ana.Page.Locator("main form[method=post]")).ToHaveCountAsync(0);
        await ana.Go($"/pipeline/{application.Id}?on={Day(-5)}");
        await Says(ana, "Nobody there is known yet.");
        await ana.Page.GetByRole(AriaRole.Link, new() { Name = "Back to now" }).ClickAsync();
        await Says(ana, "R. Roe");
        ana.Expect(404);
        Assert.Equal(404, (await ana.Go($"/pipeline/{application.Id}?on={Day(-30)}")).Status);
        await Says(ana, "Nothing of it was recorded yet on that day.");
    }

    [Fact]
    public async Task Another_persons_change_appears_and_the_text_being_typed_stays()
    {
        var application = await (await NewTeam()).Submit();
        var ana = await Browse(application.Team);
        await ana.Go($"/pipeline/{application.Id}");
        await Fill(ana.Page.Locator("#contact"), ("name", "Half a na"));
        (await application.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(2))).Expect(201);
        await Assertions.Expect(ana.Page.Locator(".path > li h3")).ToHaveTextAsync(["Applied", "Interview 1"]);
        await Assertions.Expect(ana.Page.Locator("#contact-name")).ToHaveValueAsync("Half a na");
        await Assertions.Expect(ana.Page.Locator("#contact-name")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_form_of_an_older_version_is_refused_once()
    {
        var application = await (await NewTeam()).Submit();
        var ana = await Browse(application.Team, javaScript: false);
        ana.Expect(409);
        await ana.Go($"/pipeline/{application.Id}");
        (await application.Amend(new { posting = new { title = "Head clerk" } })).Expect(204);
        var posting = ana.Page.Locator("#posting");
        await Fill(posting, ("posting.url", "https://example.org/jobs/2"));
        await posting.Locator("button.main").ClickAsync();
        await Assertions.Expect(posting.GetByRole(AriaRole.Alert)).ToContainTextAsync("The application changed meanwhile");
        await Assertions.Expect(posting.Locator("[name='posting.url']")).ToHaveValueAsync("https://example.org/jobs/2");
        await posting.Locator("[name='posting.title']").FillAsync("Head clerk");
        await posting.Locator("button.main").ClickAsync();
        await Says(ana, "What you changed is recorded.");
        Assert.Equal(
            ("Head clerk", "https://example.org/jobs/2"),
            ((await application.Detail()).Text("posting.title"), (await application.Detail()).Text("posting.url"))
        );
    }

    [Fact]
    public async Task The_follow_up_is_claimed_and_released_here_as_on_Today()
    {
        var application = await (await NewTeam()).SubmitDue();
        await application.Shows(1, "due");
        var ana = await Browse(application.Team, javaScript: false);
        await ana.Go($"/pipeline/{application.Id}");
        await ana.Page.GetByRole(AriaRole.Button, new() { Name = "I'll do it" }).ClickAsync();
        await Says(ana, "It is yours.");
        Assert.Contains($"/pipeline/{application.Id}", ana.Page.Url, StringComparison.Ordinal);
        ana.Expect(409);
        await application.Shows(1, "claimed"); // the response waits a while for the read model; without a script the page isn't refreshed
        await ana.Go($"/pipeline/{application.Id}");
        await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Let go" }).ClickAsync();
        await Says(ana, "Let go. Anybody may take it now.");
        await application.Shows(1, "due");
        await ana.Go($"/pipeline/{application.Id}");
        (await application.Claim(by: "ben")).Expect(201);
        await ana.Page.GetByRole(AriaRole.Button, new() { Name = "I'll do it" }).ClickAsync();
        await Assertions.Expect(ana.Page.Locator(".path").GetByRole(AriaRole.Alert)).ToContainTextAsync("ben");
    }

    [Fact]
    public async Task In_German_all_of_it_is_German()
    {
        var application = await (await NewTeam()).Submit(hiringProcess: "ownerRun", instructions: new { noContact = true });
        await application.Shows(1, "withheld");
        (await application.SendCoverLetter(Days.Today.AddDays(4))).Expect(201);
        var eva = await Browse(application.Team, language: "de");
        eva.Expect(400);
        await eva.Go($"/pipeline/{application.Id}");
        await Says(eva, "Die Bewerbung ging an Acme: Clerk (direkt).");
        await Says(eva, "zurückgehalten");
        await Says(eva, "Es entscheidet");
        await Fill(eva.Page.Locator("#interview"), ("startsAt", "2199-01-01T10:00"));
        await eva.Page.Locator("#interview button.main").ClickAsync();
        await Assertions.Expect(eva.Page.Locator("#interview .error")).ToHaveTextAsync("Es muss innerhalb der nächsten zwei Jahre liegen.");
        var main = await eva.Page.Locator("main").InnerTextAsync();
        foreach (var english in new[] { " the ", "follow-up", "employer", "withheld", "planned" })
            Assert.DoesNotContain(english, main, StringComparison.OrdinalIgnoreCase);
    }

    private async Task Sql(string command, Guid id)
    {
        await using var connection = new NpgsqlConnection(Pair.ApplicationsDatabase);
        await connection.OpenAsync();
        await using var change = new NpgsqlCommand(command, connection);
        change.Parameters.AddWithValue("id", id);
        Assert.NotEqual(0, await change.ExecuteNonQueryAsync());
    }
}
