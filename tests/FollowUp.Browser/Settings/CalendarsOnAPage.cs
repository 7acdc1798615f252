using Microsoft.Playwright;

namespace FollowUp.Browser.Settings;

/// <summary>A calendar is created on a page, its address is displayed once, read without a session, and revoked.</summary>
public sealed class CalendarsOnAPage(SharedPair shared, Chromium chromium) : BrowserStory(shared, chromium)
{
    private const string Address = "/settings/calendars";
    private static readonly HttpClient Stranger = new();

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_calendar_is_created_read_by_a_calendar_program_and_revoked(bool javaScript)
    {
        var team = await NewTeam();
        var application = await team.Submit(employer: "Initech");
        await application.Slot(1, "planned");
        var coach = await Browse((await team.NewKey("read", "claim")).Team, javaScript);
        await coach.Go(Address);
        await Assertions.Expect(coach.Page.Locator("p.empty")).ToBeVisibleAsync();
        var address = await Make(coach, "Everything");
        Assert.StartsWith("webcal://", await coach.Page.Locator("a[href^=webcal]").GetAttributeAsync("href"), StringComparison.Ordinal);
        if (javaScript)
            await coach.Axe();

        var calendar = new Uri(Pair.Scheduler[0].Address, address.AbsolutePath);
        var text = await Read(calendar);
        Assert.Contains("Initech", text, StringComparison.Ordinal);
        Assert.Contains(
            new Uri(coach.Site, $"/pipeline/{application.Id}").ToString(),
            text.Replace("\r\n ", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        await Assertions.Expect(coach.Page.Locator("ul.cards")).ToContainTextAsync("With interviews. With names.");

        await coach.Go(Address);
        Assert.DoesNotContain(address.AbsolutePath, await coach.Page.ContentAsync(), StringComparison.Ordinal);
        await coach.Page.GetByRole(AriaRole.Button, new() { Name = "Revoke it Everything" }).ClickAsync();
        await Assertions.Expect(coach.Page.Locator("p.notice.good")).ToContainTextAsync("Revoked.");
        await Eventually.Get(
            async () => (int)(await Stranger.GetAsync(calendar, TestContext.Current.CancellationToken)).StatusCode,
            x => x == 404,
            null,
            "the address is not found any more"
        );
        await Assertions.Expect(coach.Page.Locator("button.danger")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_candidates_calendar_has_only_their_slots_and_is_created_by_name()
    {
        var team = await NewTeam();
        var theirs = await team.Submit(candidate: "c-7", employer: "Initech");
        var other = await team.Submit(candidate: "c-8", employer: "Globex");
        (await team.Applications.Put("/candidates/c-7", new { name = "Ada Byron" })).Expect(200, 201, 204);
        await theirs.Slot(1, "planned");
        await other.Slot(1, "planned");
        var coach = await Browse(team, javaScript: false);
        coach.Expect(400);
        await coach.Go(Address);
        await coach.Page.Locator("[name=name]").FillAsync("Ada");
        await coach.Page.Locator("[name=candidate]").FillAsync("Nobody At All");
        await coach.Page.Locator("button.main").ClickAsync();
        await Assertions.Expect(coach.Page.Locator("#candidate-error")).ToContainTextAsync("no such candidate");

        await coach.Page.Locator("[name=candidate]").FillAsync("byron");
        var address = await Make(coach, "Ada");
        var text = await Read(new(Pair.Scheduler[0].Address, address.AbsolutePath));
        Assert.Contains("Initech", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Globex", text, StringComparison.Ordinal);
        await Assertions.Expect(coach.Page.Locator("ul.cards")).ToContainTextAsync("Only of Ada Byron.");
    }

    [Fact]
    public async Task A_candidate_makes_only_their_own_and_sees_no_other()
    {
        var team = await NewTeam();
        await (await team.Submit(candidate: "c-7", employer: "Initech")).Slot(1, "planned");
        await (await team.Submit(candidate: "c-8", employer: "Globex")).Slot(1, "planned");
        (await team.Scheduler.Post("/calendars", new { name = "Of the team" })).Expect(201);
        var key = (await team.Applications.Post("/keys", new { name = "theirs", candidate = "c-7" })).Expect(201).Json.Text("key");
        var window = await Browse(team.Through(key));
        window.Expect(403);
        await window.Go(Address);
        await Assertions.Expect(window.Page.Locator("main [name=candidate]")).ToHaveCountAsync(0);
        await Assertions.Expect(window.Page.Locator("main")).Not.ToContainTextAsync("Of the team");
        var text = await Read(new(Pair.Scheduler[0].Address, (await Make(window, "Mine")).AbsolutePath));
        Assert.Contains("Initech", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Globex", text, StringComparison.Ordinal);
        await window.Axe();
        foreach (
            var page in new[] { "/settings/policy", "/settings/policy/versions", "/settings/policy/holidays", "/insights", "/insights.csv" }
        )
            Assert.Equal(403, (await window.Go(page)).Status);
    }

    [Fact]
    public async Task The_same_form_sent_twice_makes_one_calendar()
    {
        var coach = await Browse(await NewTeam(), javaScript: false);
        await coach.Go(Address);
        var attempt = (await coach.Page.Locator("main input[name=attempt]").First.GetAttributeAsync("value"))!;
        var token = await coach.Token(Address);
        Assert.Equal(200, (await coach.Send(Address, token, ("attempt", attempt), ("name", "Twice"))).Status);
        Assert.Equal(409, (await coach.Send(Address, token, ("attempt", attempt), ("name", "Twice"))).Status);
        await coach.Go(Address);
        await Assertions.Expect(coach.Page.Locator("ul.cards > li")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_viewer_sees_calendars_and_creates_none()
    {
        var team = await NewTeam();
        (await Eventually.Get(() => team.Scheduler.Post("/calendars", new { name = "Of the team" }), x => x.Status == 201)).Expect(201);
        var viewer = await Browse((await team.NewKey("read")).Team, language: "de");
        await viewer.Go(Address);
        await Assertions.Expect(viewer.Page.Locator("h1")).ToHaveTextAsync("Kalender");
        await Assertions.Expect(viewer.Page.Locator("ul.cards")).ToContainTextAsync("Of the team");
        await Assertions.Expect(viewer.Page.Locator("main form")).ToHaveCountAsync(0);
    }

    private static Task<string> Read(Uri calendar) => Stranger.GetStringAsync(calendar, TestContext.Current.CancellationToken);

    private static async Task<Uri> Make(Browsing who, string name)
    {
        await who.Page.Locator("[name=name]").FillAsync(name);
        await who.Page.GetByRole(AriaRole.Button, new() { Name = "Make it" }).ClickAsync();
        return new((await who.Page.Locator("#address").TextContentAsync())!.Trim());
    }

    private Task<Team> NewTeam() => Pair.Team($"calendars-{Guid.NewGuid():n}"[..20]);
}
