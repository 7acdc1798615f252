using System.Globalization;

namespace FollowUp.Browser.People;

/// <summary>Whoever asked for it gets one mail a day, however many nodes there are.</summary>
public sealed class MorningMail(Chromium chromium)
{
    private const string Pages = "https://followup.example";

    [Fact]
    public async Task Each_gets_theirs_once_and_can_stop_it_and_is_told_when_it_failed()
    {
        await using var mailbox = await Mailbox.Start("followup", "a good one");
        await using var pair = await Pair.Start(nodes: 2, listening: false, settings: new Dictionary<string, string>
        {
            ["Smtp__Host"] = mailbox.Host, ["Smtp__Port"] = mailbox.Port.ToString(CultureInfo.InvariantCulture), ["Smtp__Security"] = "none", ["Smtp__User"] = "followup", ["Smtp__Password"] = "a good one",
            ["Smtp__From"] = "FollowUp <followup@careers.example>", ["Pages__Url"] = Pages,
        });
        var (coach, node) = (pair.Default, pair.Applications[0].Address);
        var (mine, other) = (Harness.Team.NewCandidate(), Harness.Team.NewCandidate());
        var (due, others) = (await coach.SubmitDue(mine), await coach.SubmitDue(other));
        await due.Shows(1, "due");
        await others.Shows(1, "due");
        var candidate = coach.Through((await coach.Applications.Post("/keys", new { name = "theirs", candidate = mine })).Expect(201).Json.Text("key"));

        await using var coachs = await Ask(coach, node, "coach@careers.example", javaScript: true);
        await using var candidates = await Ask(candidate, pair.Applications[1].Address, "cem@people.example", javaScript: false);

        var mail = await mailbox.Receives(x => x.To.Contains("coach@careers.example"), TimeSpan.FromMinutes(4));
        Assert.Equal(("followup@careers.example", "2 follow-ups for today", "en-GB"), (mail.From, mail.Subject, mail.Headers["content-language"]));
        foreach (var body in new[] { mail.Text!, mail.Html! })
        {
            Assert.Contains($"{Pages}/pipeline/{due.Id}", body, StringComparison.Ordinal);
            Assert.Contains($"{Pages}/pipeline/{others.Id}", body, StringComparison.Ordinal);
        }
        var theirs = await mailbox.Receives(x => x.To.Contains("cem@people.example"), TimeSpan.FromMinutes(4));
        Assert.Equal("1 follow-up for today", theirs.Subject);
        Assert.Contains(due.Id.ToString(), theirs.Text!, StringComparison.Ordinal);
        Assert.DoesNotContain(others.Id.ToString(), theirs.Text + theirs.Html, StringComparison.Ordinal);

        // Both nodes have looked again by the time that it stands there as sent; what is set anew waits for tomorrow.
        await Eventually.Holds(async () => { await coachs.Go("/me"); return (await coachs.Page.Locator("main").TextContentAsync())!.Contains("The last one was sent", StringComparison.Ordinal); });
        await Set(coachs, "coach@careers.example", Soon());
        var next = DateTimeOffset.Parse((await coachs.Page.Locator("section:has(#digest) time").First.GetAttributeAsync("datetime"))!, CultureInfo.InvariantCulture);
        Assert.True(next.In("Europe/Berlin").Date > DateTimeOffset.UtcNow.In("Europe/Berlin").Date, $"{next}");
        Assert.Equal(["cem@people.example", "coach@careers.example"], mailbox.Messages().SelectMany(x => x.To).Order());

        // To look at the address stops nothing; to post to it does, without signing in.
        Assert.Equal("List-Unsubscribe=One-Click", theirs.Headers["list-unsubscribe-post"]);
        var stop = theirs.Headers["list-unsubscribe"].Replace("\r\n ", "", StringComparison.Ordinal).Trim(' ', '<', '>'); // a long line comes folded
        Assert.StartsWith(Pages + "/digest/stop?of=", stop, StringComparison.Ordinal);
        using var http = new HttpClient { BaseAddress = node };
        Assert.Contains("Stop these mails", await http.GetStringAsync(stop[Pages.Length..], TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await candidates.Go("/me");
        Assert.Equal(1, await candidates.Page.Locator("button[name=stop]").CountAsync());
        using var oneClick = new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]);
        using var stopped = await http.PostAsync(new Uri(stop[Pages.Length..], UriKind.Relative), oneClick, TestContext.Current.CancellationToken);
        Assert.True(stopped.IsSuccessStatusCode);
        await candidates.Go("/me");
        Assert.Equal(0, await candidates.Page.Locator("button[name=stop]").CountAsync());
        using var wrong = await http.PostAsync(new Uri("/digest/stop?of=guessed", UriKind.Relative), null, TestContext.Current.CancellationToken);
        Assert.Equal(404, (int)wrong.StatusCode);

        // With the mail server away it is said, and not tried again.
        await mailbox.DisposeAsync();
        await using var late = await Ask((await coach.NewKey("read")).Team, node, "late@careers.example", javaScript: true);
        await Eventually.Holds(async () => { await late.Go("/me"); return (await late.Page.Locator("main").TextContentAsync())!.Contains("could not be sent", StringComparison.Ordinal); }, TimeSpan.FromMinutes(4));
        await late.Axe();
    }

    private async Task<Browsing> Ask(Team team, Uri node, string address, bool javaScript)
    {
        var window = await Browsing.Open(chromium.Browser, node, new(javaScript));
        await window.Enter(team.Key);
        await window.Go("/me");
        await window.Page.Locator("#timeZone").SelectOptionAsync("Europe/Berlin");
        await window.Page.Locator("form[action='/me'] button").ClickAsync();
        await window.Page.Locator("p.notice.good").WaitForAsync();
        await Set(window, address, Soon());
        return window;
    }

    // The next minute, unless it may have begun before the form is sent.
    private static TimeOnly Soon() => TimeOnly.FromDateTime(DateTimeOffset.UtcNow.AddSeconds(80).In("Europe/Berlin"));

    private static async Task Set(Browsing window, string address, TimeOnly at)
    {
        await window.Go("/me");
        await window.Page.Locator("input[name=address]").FillAsync(address);
        await window.Page.Locator("input[name=at]").FillAsync(at.ToString("HH:mm", CultureInfo.InvariantCulture));
        await window.Page.Locator("form[action='/me/digest'] button.main").ClickAsync();
        await window.Page.Locator("p.notice.good").WaitForAsync();
    }
}
