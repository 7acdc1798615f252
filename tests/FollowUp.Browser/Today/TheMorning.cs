using Microsoft.Playwright;

namespace FollowUp.Browser.Today;

/// <summary>What a person can do on the page Today, with a mouse, with the keyboard and without JavaScript.</summary>
public sealed class TheMorning(SharedPair shared, Chromium chromium) : TodayStory(shared, chromium)
{
    [Fact]
    public async Task An_empty_team_gets_links_to_begin_with()
    {
        var ana = await As("ana", await NewTeam());
        await Says(ana.Page.Locator("main"), "Nothing is recorded yet.");
        await Assertions.Expect(ana.Page.Locator("main a[href='/pipeline/new']")).ToBeVisibleAsync();
        await Assertions.Expect(ana.Page.Locator("main a[href='/pipeline/import']")).ToBeVisibleAsync();
        await ana.Axe();
    }

    [Fact]
    public async Task A_card_has_the_contact_the_reasons_the_channels_and_the_window()
    {
        var team = await NewTeam();
        var application = await team.Submit(
            submittedAt: DateTimeOffset.UtcNow.AddDays(-16),
            contacts:
            [
                new
                {
                    name = "R. Roe",
                    role = "recruiter",
                    email = "roe@acme.example",
                    phone = "+1 212 555 0100",
                },
            ]
        );
        (await team.Applications.Put($"/candidates/{(await application.Detail()).Text("candidate")}", new { name = "Robin Poe" })).Expect(
            204
        );
        await application.Shows(1, "due");
        var ana = await As("ana", team);
        var card = Card(ana, application);
        await Says(card, "Clerk at Acme");
        await Says(card, "Robin Poe");
        await Says(card, "How this employer hires isn't known.");
        await Says(card, "R. Roe");
        Assert.Equal("tel:+12125550100", await card.Locator("a[href^='tel:']").GetAttributeAsync("href"));
        Assert.Equal(
            "mailto:roe@acme.example?subject=Clerk%20at%20Acme",
            await card.Locator("a[href^='mailto:']").GetAttributeAsync("href")
        );
        await card.Locator("summary", new() { HasText = "All reasons" }).ClickAsync();
        await Says(card, "Counted from");
        await ana.Axe();
    }

    [Fact]
    public async Task A_card_warns_that_a_colleague_follows_up_with_the_same_person()
    {
        var team = await NewTeam();
        object[] contact =
        [
            new
            {
                name = "R. Roe",
                role = "recruiter",
                email = "roe@acme.example",
            },
        ];
        var (mine, theirs) = (
            await team.Submit(contacts: contact, submittedAt: DateTimeOffset.UtcNow.AddDays(-16)),
            await team.Submit(contacts: contact, submittedAt: DateTimeOffset.UtcNow.AddDays(-16))
        );
        foreach (var application in new[] { mine, theirs })
            await application.Shows(1, "due");
        var ana = await As("ana", team);
        async Task Contains(string page, string words) =>
            await Eventually.Holds(async () =>
            {
                await ana.Go(page);
                return (await Card(ana, mine).TextContentAsync())!.Contains(words, StringComparison.Ordinal);
            });

        await Contains("/", "The same person is followed up for another candidate of the team");
        await ana.Axe();
        await Contains($"/pipeline/{mine.Id}", "The same person is followed up for another candidate of the team");

        // A candidate's key sees nothing of other candidates.
        var candidate = (await mine.Detail()).Text("candidate");
        var key = (await team.Applications.Post("/keys", new { name = "theirs", candidate })).Expect(201).Json.Text("key")!;
        var themselves = await As("themselves", team.Through(key));
        await Says(Card(themselves, mine), "due");
        await SaysNot(Card(themselves, mine), "The same person");

        (await theirs.RecordResponse()).Expect(201); // this application needs no follow-up any more
        await theirs.Shows(1, "waived");
        await Eventually.Holds(async () =>
        {
            await ana.Go("/");
            return !(await Card(ana, mine).TextContentAsync())!.Contains("The same person", StringComparison.Ordinal);
        });
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_snooze_within_the_window_moves_the_slot_and_a_longer_one_is_refused(bool javaScript)
    {
        var team = await NewTeam();
        var application = await Due(team);
        var end = (await application.Slot(1, "due")).WindowEndsAt;
        var ana = await As("ana", team, new Look(JavaScript: javaScript));
        ana.Expect(400, 409);
        var form = await Unfold(Card(ana, application), "Snooze");
        await form.Locator("input[type=date]").EvaluateAsync("x => { x.removeAttribute('max'); x.value = '2100-01-01'; }");
        await Button(form, "Snooze it").ClickAsync();
        await Says(Card(ana, application).GetByRole(AriaRole.Alert), "until its window ends");
        await Assertions.Expect(Card(ana, application).Locator("input[type=date]")).ToHaveValueAsync("2100-01-01");

        var day = DateOnly.FromDateTime(end.UtcDateTime.AddDays(-2));
        await Card(ana, application).Locator("input[type=date]").FillAsync($"{day:yyyy-MM-dd}");
        await Button(Card(ana, application).Locator("details.action[open]"), "Snooze it").ClickAsync();
        await Says(Card(ana, application), "Snoozed.");
        if (!javaScript)
        {
            await application.Shows(1, "planned");
            await ana.Go("/");
        }

        await Says(Card(ana, application), "planned");
        Assert.Equal(day, DateOnly.FromDateTime((await application.Slot(1, "planned")).DueAt.UtcDateTime));
    }

    [Fact]
    public async Task An_assigned_slot_is_found_by_the_assignees_filter_and_address()
    {
        var team = await NewTeam();
        var (clerk, cook) = (await Due(team), await Due(team, "Cook", "Globex"));
        var ben = await As("ben", team);
        var ana = await As("ana", team);
        var form = await Unfold(Card(ana, clerk), "Assign");
        Assert.Contains("ben", await ana.Page.Locator("#colleagues option").EvaluateAllAsync<string[]>("all => all.map(x => x.value)"));
        await form.Locator("input[name=to]").FillAsync("ben");
        await Button(form, "Assign it").ClickAsync();
        await Says(Card(ana, clerk), "for ben");
        await Says(Card(ben, clerk), "assigned to you");

        await ben.Page.Locator("select[name=who]").SelectOptionAsync("mine");
        await Gone(Card(ben, cook));
        await Assertions.Expect(Card(ben, clerk)).ToBeVisibleAsync();
        await Assertions.Expect(ben.Page).ToHaveURLAsync(new Uri(ben.Site, "/?who=mine").ToString());
        await ben.Go("/?who=mine");
        await Assertions.Expect(Card(ben, clerk)).ToBeVisibleAsync();
        await Gone(Card(ben, cook));

        await Button(await Unfold(Card(ana, clerk), "Assign"), "To me").ClickAsync();
        await Says(Card(ana, clerk), "assigned to you");
        await Gone(Card(ben, clerk));
    }

    [Fact]
    public async Task A_search_filters_while_typing()
    {
        var team = await NewTeam();
        var (clerk, cook) = (await Due(team), await Due(team, "Cook", "Globex"));
        var ana = await As("ana", team);
        await ana.Page.Locator("input[name=q]").FillAsync("glob");
        await Gone(Card(ana, clerk));
        await Assertions.Expect(Card(ana, cook)).ToBeVisibleAsync();
        await ana.Page.Locator("input[name=q]").FillAsync("nowhere");
        await Says(ana.Page.Locator("main"), "Nothing fits that.");
    }

    [Fact]
    public async Task A_withheld_slot_is_planned_by_an_override_with_a_reason()
    {
        var team = await NewTeam();
        var application = await team.Submit(approach: "massMailing", submittedAt: DateTimeOffset.UtcNow.AddDays(-16));
        await application.Shows(1, "withheld");
        var ana = await As("ana", team);
        await ana.Page.Locator("#withheld > summary").ClickAsync();
        var card = Card(ana, application);
        await Says(card, "It was a mass mailing");
        var form = await Unfold(card, "All the same");
        await form.Locator("select").SelectOptionAsync("knownThere");
        await form.Locator("textarea").FillAsync("A friend of a friend works there.");
        await Button(form, "Plan it all the same").ClickAsync();
        await Says(card, "Planned all the same. The reason is recorded.");
        await Says(card, "Made all the same, as ana decided: known there.");
        await application.Slot(1, "planned"); // for the next business day
    }

    [Fact]
    public async Task Without_JavaScript_all_of_it_works()
    {
        var team = await NewTeam();
        var application = await Due(team);
        var ana = await As("ana", team, new Look(JavaScript: false));
        ana.Expect(409);
        await Button(Card(ana, application), "I'll do it").ClickAsync();
        await Says(Card(ana, application), "It is yours.");
        await application.Shows(1, "claimed"); // the response waits a while for the read model; without a script the page isn't refreshed
        await ana.Go("/");
        await Says(Card(ana, application), "Yours until");
        await Button(Card(ana, application), "Let go").ClickAsync();
        await Says(Card(ana, application), "Let go. Anybody may take it now.");

        (await application.Claim(by: "ben")).Expect(201);
        var form = await Unfold(Card(ana, application), "Done"); // the page was loaded before the claim
        await form.Locator("textarea").FillAsync("Had them on the phone.");
        await Button(form, "Record the follow-up").ClickAsync();
        await Says(Card(ana, application).GetByRole(AriaRole.Alert), "ben holds the claim until");
        await Assertions.Expect(Card(ana, application).Locator("textarea")).ToHaveValueAsync("Had them on the phone.");
    }

    [Fact]
    public async Task A_follow_up_is_claimed_and_recorded_by_keyboard_alone()
    {
        var team = await NewTeam();
        var application = await Due(team);
        var ana = await As("ana", team);
        var card = Card(ana, application);
        await Reach(ana, Button(card, "I'll do it"));
        await ana.Page.Keyboard.PressAsync("Enter");
        await Says(card, "Yours until");
        await Assertions.Expect(card.GetByRole(AriaRole.Status)).ToBeFocusedAsync();
        await Reach(ana, card.Locator("summary", new() { HasText = "Done" }));
        await ana.Page.Keyboard.PressAsync("Enter");
        await Reach(ana, card.Locator("textarea"));
        await ana.Page.Keyboard.TypeAsync("All by keys.");
        await Reach(ana, Button(card, "Record the follow-up"));
        await ana.Page.Keyboard.PressAsync("Enter");
        await Says(ana.Page.Locator("#answer"), "The follow-up is recorded.");
        await application.Shows(1, "made");
    }

    [Fact]
    public async Task A_viewer_sees_everything_and_may_change_nothing()
    {
        var team = await NewTeam();
        var application = await Due(team);
        var (_, reading) = await team.NewKey("read");
        var vera = await As("vera", reading);
        vera.Expect(403);
        await Assertions.Expect(Card(vera, application)).ToBeVisibleAsync();
        await Gone(vera.Page.Locator("main form[method=post], main details.action"));
        await vera.Axe();
        Assert.Equal(403, await Send(vera, "/today/claim", application));
        await application.Slot(1, "due");
    }

    [Fact]
    public async Task A_candidate_sees_only_what_is_theirs_and_makes_it()
    {
        var team = await NewTeam();
        var (own, others) = (await Due(team, candidate: "c-own"), await Due(team, "Cook", "Globex", "c-other"));
        var key = (await team.Applications.Post("/keys", new { name = "Robin", candidate = "c-own" })).Expect(201).Json.Text("key");
        var robin = await As("Robin", team.Through(key));
        robin.Expect(403, 404);
        foreach (var address in new[] { "/", "/?candidate=c-other" })
        {
            await robin.Go(address);
            await Assertions.Expect(Card(robin, own)).ToBeVisibleAsync();
            await SaysNot(robin.Page.Locator("main"), "Globex");
        }

        await SaysNot(Card(robin, own), "Assign");
        Assert.Equal(
            (404, 404, 403),
            (await Send(robin, "/today/claim", others), await Send(robin, "/today/close", others), await Send(robin, "/today/assign", own))
        );
        await others.Slot(1, "due");
        await Button(Card(robin, own), "I'll do it").ClickAsync();
        await Says(Card(robin, own), "Yours until");
        await robin.Axe();
        await Button(await Unfold(Card(robin, own), "Done"), "Record the follow-up").ClickAsync();
        await Says(robin.Page.Locator("#answer"), "The follow-up is recorded.");
        await own.Shows(1, "made");
    }

    [Fact]
    public async Task With_nothing_due_the_next_one_is_named()
    {
        var team = await NewTeam();
        var application = await team.Submit();
        await application.Shows(1, "planned");
        var ana = await As("ana", team);
        await Says(ana.Page.Locator("main"), "Nothing is due. The next one comes");
        await Assertions.Expect(Card(ana, application)).ToBeVisibleAsync();
        await ana.Axe();
    }

    [Fact]
    public async Task In_German_all_of_it_is_German()
    {
        var team = await NewTeam();
        var application = await Due(team);
        var ana = await As("ana", team, new Look(Language: "de"));
        ana.Expect(409);
        var card = Card(ana, application);
        await Says(card, "Clerk bei Acme");
        await Says(card, "Beworben");
        await Says(card, "fällig");
        var form = await Unfold(card, "Erledigt");
        (await application.Claim(by: "ben")).Expect(201);
        await Button(form, "Nachfrage festhalten").ClickAsync();
        await Says(card.GetByRole(AriaRole.Alert), "ben");
        await SaysNot(card.GetByRole(AriaRole.Alert), "holds the claim");
        await ana.Axe();
    }

    [Fact]
    public async Task An_application_without_a_response_is_closed_where_the_closing_is_proposed()
    {
        var team = await NewTeam();
        var application = await Due(team);
        (
            await team.Applications.Post(
                $"{application.Path}/follow-ups",
                new
                {
                    channel = "email",
                    by = "ana",
                    madeAt = DateTimeOffset.UtcNow.AddDays(-12),
                }
            )
        ).Expect(201); // recorded twelve days late
        await application.SchedulerHasSeenAll();
        var ana = await As("ana", team);
        await Says(ana.Page.Locator("main"), "Nothing is due");
        await team.ChangePolicy(x => x["silenceWait"] = 3);
        await Says(Card(ana, application), "nothing heard for a long time");
        await ana.Axe();
        await Button(Card(ana, application), "Close").ClickAsync();
        await Says(ana.Page.Locator("#answer"), "Closed, as nobody answered.");
        await Gone(Card(ana, application));
        Assert.Equal("closed", (await application.Detail()).Text("status"));
    }

    /// <summary>Sends a form that the page doesn't offer.</summary>
    /// <returns>The response's status.</returns>
    private static Task<int> Send(Browsing window, string path, Application application) =>
        window.Page.EvaluateAsync<int>(
            """
            async ([path, id]) => {
              const token = document.querySelector("input[name=__RequestVerificationToken]").value;
              const body = new URLSearchParams({ application: id, stage: "1", __RequestVerificationToken: token });
              return (await fetch(path, { method: "POST", body })).status;
            }
            """,
            new[] { path, application.Id.ToString() }
        );

    private static async Task Reach(Browsing window, ILocator place)
    {
        for (var i = 0; i < 60; i++)
        {
            if (await place.EvaluateAsync<bool>("x => x === document.activeElement"))
                return;
            await window.Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail("The Tab key doesn't reach the element.");
    }
}
