using Microsoft.Playwright;

namespace FollowUp.Browser.People;

/// <summary>A person's settings hold at once and in the next session, and for no other person.</summary>
public sealed class OwnSettings(SharedPair shared, Chromium chromium) : BrowserStory(shared, chromium)
{
    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Language_and_time_zone_are_kept_for_the_next_time(bool javaScript)
    {
        var key = (await Team.NewKey("read")).Team;
        var window = await Browse(key, javaScript);
        await window.Go("/me");
        Assert.Equal("en-GB", await window.Page.Locator("html").GetAttributeAsync("lang"));
        await window.Page.Locator("#language").SelectOptionAsync("de-AT");
        await window.Page.Locator("#timeZone").SelectOptionAsync("America/New_York");
        await window.Page.Locator("form[action='/me'] button").ClickAsync();
        await window.Page.Locator("p.notice.good").WaitForAsync();
        Assert.Equal("de-AT", await window.Page.Locator("html").GetAttributeAsync("lang"));
        if (javaScript)
            await window.Axe();

        var later = await Browse(key, javaScript);
        await later.Go("/me");
        Assert.Equal("de-AT", await later.Page.Locator("html").GetAttributeAsync("lang"));
        Assert.Equal("America/New_York", await later.Page.Locator("#timeZone").InputValueAsync());

        // Without a chosen time zone, the browser's time zone holds.
        await later.Page.Locator("#timeZone").SelectOptionAsync("");
        await later.Page.Locator("form[action='/me'] button").ClickAsync();
        await later.Page.Locator("p.notice.good").WaitForAsync();
        await Assertions.Expect(later.Page.Locator("#timeZone-hint")).ToContainTextAsync(javaScript ? "Europe/Berlin" : "UTC");

        var other = await Browse((await Team.NewKey("read")).Team);
        await other.Go("/me");
        Assert.Equal("en-GB", await other.Page.Locator("html").GetAttributeAsync("lang"));
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_every_window_of_that_person_and_no_other()
    {
        var key = (await Team.NewKey("read")).Team;
        var (one, two, other) = (await Browse(key), await Browse(key), await Browse((await Team.NewKey("read")).Team));
        await one.Go("/me");
        await one.Page.Locator("button.danger").ClickAsync();
        await one.IsAt("/sign-in?*");
        await two.IsAt("/sign-in*"); // the page's change stream reports the end of the session
        Assert.DoesNotContain("/sign-in", (await other.Go("/me")).Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_mail_server_the_page_offers_no_subscription()
    {
        var window = await Browse(Team, language: "de");
        await window.Go("/me");
        Assert.Contains(
            "wird keine Mail verschickt",
            await window.Page.Locator("p.notice.warm").TextContentAsync(),
            StringComparison.Ordinal
        );
        Assert.Equal(0, await window.Page.Locator("input[name=address]").CountAsync());
    }
}
