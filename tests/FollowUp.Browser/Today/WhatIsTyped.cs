using Microsoft.Playwright;

namespace FollowUp.Browser.Today;

/// <summary>After any failure between browser and server the page keeps the typed text, and a repeated form is recorded once.</summary>
public sealed class WhatIsTyped(SharedPair shared, Chromium chromium) : TodayStory(shared, chromium)
{
    [Fact]
    public async Task Stays_when_the_response_is_not_the_forms_page()
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
    public async Task Stays_when_another_tab_was_opened_by_a_link_from_another_site()
    {
        var team = await NewTeam();
        var application = await Due(team);
        var ana = await As("ana", team);
        var form = await Unfold(Card(ana, application), "Done");
        await form.Locator("textarea").FillAsync("They decide on Friday.");

        // A link in a web mail: another site opens the pages in another tab of the same browser.
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
    public async Task And_the_form_is_sent_again_after_a_broken_connection()
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
    public async Task A_hidden_tab_keeps_no_connection_and_is_up_to_date_when_it_is_visible_again()
    {
        var team = await NewTeam();
        var application = await Due(team);
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ana = await Visit();
        ana.Context.Response += (_, x) =>
        {
            if (x.Url.EndsWith("/pages/changes", StringComparison.Ordinal))
                connected.TrySetResult();
        };
        ana.Context.RequestFailed += (_, x) =>
        {
            if (x.Url.EndsWith("/pages/changes", StringComparison.Ordinal))
                left.TrySetResult();
        };
        await ana.Enter(team.Key, "ana");
        await ana.Go("/");
        await connected.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        await SetVisibility(ana, isHidden: true);
        await left.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        (await application.Claim(by: "ben")).Expect(201);
        await application.Shows(1, "claimed");
        await SaysNot(Card(ana, application), "ben is on it");

        await SetVisibility(ana, isHidden: false);
        await Says(Card(ana, application), "ben is on it until");
    }

    // A headless browser's windows are always visible.
    private static async Task SetVisibility(Browsing window, bool isHidden) =>
        await window.Page.EvaluateAsync(
            """
            hidden => {
              Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
              document.dispatchEvent(new Event("visibilitychange"));
            }
            """,
            isHidden
        );
}
