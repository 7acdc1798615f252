using Microsoft.Playwright;

namespace FollowUp.Browser.People;

/// <summary>A key is exchanged for a session, which ends when the person signs out or the key is revoked.</summary>
public sealed class SigningInWithAKey(SharedPair shared, Chromium chromium) : BrowserStory(shared, chromium)
{
    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_key_leads_to_the_requested_page_and_signing_out_ends_the_session(bool javaScript)
    {
        var key = (await Team.NewKey("read")).Team.Key;
        var window = await Visit(look: new Look(javaScript));
        window.Expect(401);
        await window.Go("/settings/calendars");
        await Assertions.Expect(window.Page.Locator("h1")).ToHaveTextAsync("Sign in");

        await window.Page.Locator("input[name=person]").FillAsync("Ana");
        await window.Page.Locator("input[name=key]").FillAsync(key[..^2]);
        await window.Page.Locator("main form button").ClickAsync();
        await Assertions.Expect(window.Page.Locator("p.notice.bad")).ToContainTextAsync("That key isn't known");
        await Assertions.Expect(window.Page.Locator("input[name=person]")).ToHaveValueAsync("Ana");
        await Assertions.Expect(window.Page.Locator("input[name=key]")).ToHaveValueAsync("");

        await window.Page.Locator("input[name=key]").FillAsync(key);
        await window.Page.Locator("main form button").ClickAsync();
        await window.IsAt("/settings/calendars");
        await Assertions.Expect(window.Page.Locator(".person a")).ToHaveTextAsync("Ana");
        var cookie = Assert.Single(await window.Context.CookiesAsync(), x => x.Name == "followup");
        Assert.Equal((true, SameSiteAttribute.Lax), (cookie.HttpOnly, cookie.SameSite));
        Assert.DoesNotContain(key, cookie.Value, StringComparison.Ordinal);

        await window.Page.Locator("form[action='/sign-out'] button").ClickAsync();
        await window.IsAt("/sign-in*");
        Assert.Contains("/sign-in", (await window.Go("/settings/calendars")).Url, StringComparison.Ordinal);
        await window.Context.AddCookiesAsync([
            new()
            {
                Name = cookie.Name,
                Value = cookie.Value,
                Domain = cookie.Domain,
                Path = cookie.Path,
            },
        ]); // a stolen copy of the cookie
        Assert.Contains("/sign-in", (await window.Go("/settings/calendars")).Url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_revoked_key_ends_all_its_sessions(bool javaScript)
    {
        var (id, key) = await Team.NewKey("read");
        var (one, two, other) = (
            await Browse(key, javaScript),
            await Browse(key, javaScript),
            await Browse((await Team.NewKey("read")).Team, javaScript)
        );
        (await Team.Applications.Delete($"/keys/{id}")).Expect(204);
        foreach (var window in new[] { one, two })
        {
            if (javaScript)
                await window.IsAt("/sign-in*"); // the page's change stream reports the end of the session
            else
                await Eventually.Holds(async () => (await window.Go("/")).Url.Contains("/sign-in", StringComparison.Ordinal));
        }

        Assert.DoesNotContain("/sign-in", (await other.Go("/")).Url, StringComparison.Ordinal);
    }
}
