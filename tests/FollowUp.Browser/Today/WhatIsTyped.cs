using Microsoft.Playwright;

namespace FollowUp.Browser.Today;

/// <summary>
/// Whatever goes wrong between a browser and its server, what somebody has typed stays, and what they meant is what is recorded.
/// </summary>
public sealed class WhatIsTyped(SharedPair shared, Chromium chromium) : TodayStory(shared, chromium)
{
    [Fact]
    public async Task Stays_when_the_form_is_answered_by_something_else_than_its_page()
    {
        var team = await NewTeam();
        var application = await Due(team);
        var ana = await As("ana", team);
        ana.Expect(400);
        var form = await Unfold(Card(ana, application), "Done");
        await form.Locator("textarea").FillAsync("They decide on Friday.");
        await ana.Context.ClearCookiesAsync(new() { Name = "followup_form" });
        await Button(form, "Record the follow-up").ClickAsync();
        await Says(form.GetByRole(AriaRole.Alert), "The form was open for too long");
        await Assertions.Expect(form.GetByRole(AriaRole.Alert)).ToBeFocusedAsync();
        await Assertions.Expect(form.Locator("textarea")).ToHaveValueAsync("They decide on Friday.");
        await ana.Axe();
        await application.Slot(1, "due");
    }

    [Fact]
    public async Task Stays_when_somebody_came_by_a_link_from_elsewhere()
    {
        var team = await NewTeam();
        var application = await Due(team);
        var ana = await As("ana", team);
        var form = await Unfold(Card(ana, application), "Done");
        await form.Locator("textarea").FillAsync("They decide on Friday.");

        // A link in a mail on the web: another site leads here, in another tab of the same browser.
        ana.Visits(new Uri("https://mail.example"));
        await ana.Context.RouteAsync(
            "https://mail.example/**",
            x => x.FulfillAsync(new() { ContentType = "text/html", Body = $"<a href='{ana.Site}pipeline'>today</a>" })
        );
        var mail = await ana.Context.NewPageAsync();
        await mail.GotoAsync("https://mail.example/");
        await mail.Locator("a").ClickAsync();
        await Assertions.Expect(mail.Locator("h1")).ToHaveTextAsync("Applications");

        await form.Locator("select").SelectOptionAsync("phone");
        await Button(form, "Record the follow-up").ClickAsync();
        await Says(ana.Page.Locator("#answer"), "The follow-up is recorded.");
    }

    [Fact]
    public async Task And_what_was_pressed_is_sent_again_when_the_connection_broke()
    {
        var team = await NewTeam();
        var application = await Due(team);
        (await team.Scheduler.Put($"{application.Path}/stages/1/assignee", new { to = "ben" })).Expect(200);
        var ana = await As("ana", team);
        await Says(Card(ana, application), "for ben");
        ana.ExpectToBreak();
        var tried = 0;
        await ana.Page.RouteAsync("**/today/assign", x => tried++ == 0 ? x.AbortAsync() : x.ContinueAsync());
        var form = await Unfold(Card(ana, application), "Assign");
        await Button(form, "To me").ClickAsync();
        await Says(Card(ana, application), "assigned to you");
        Assert.Equal("ana", (await application.Slot(1, x => x.Json.Text("assignee") != "ben")).Json.Text("assignee"));
    }

    [Fact]
    public async Task A_tab_that_nobody_sees_keeps_no_connection_and_is_up_to_date_when_it_is_seen()
    {
        var team = await NewTeam();
        var application = await Due(team);
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ana = await Visit();
        ana.Context.Response += (_, x) =>
        {
            if (x.Url.EndsWith("/pages/changes", StringComparison.Ordinal))
                heard.TrySetResult();
        };
        ana.Context.RequestFailed += (_, x) =>
        {
            if (x.Url.EndsWith("/pages/changes", StringComparison.Ordinal))
                left.TrySetResult();
        };
        await ana.Enter(team.Key, "ana");
        await ana.Go("/");
        await heard.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        await Seen(ana, isHidden: true);
        await left.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        (await application.Claim(by: "ben")).Expect(201);
        await application.Shows(1, "claimed");
        await SaysNot(Card(ana, application), "ben is on it");

        await Seen(ana, isHidden: false);
        await Says(Card(ana, application), "ben is on it until");
    }

    // Windows without a screen are all in the foreground.
    private static async Task Seen(Browsing window, bool isHidden) =>
        await window.Page.EvaluateAsync(
            """
            hidden => { Object.defineProperty(document, "hidden", { value: hidden, configurable: true }); document.dispatchEvent(new Event("visibilitychange")); }
            """,
            isHidden
        );
}
