using System.Globalization;

namespace FollowUp.Browser.People;

/// <summary>Somebody who asks at /me for a mail every morning.</summary>
public abstract class Subscribing(Chromium chromium)
{
    protected const string Pages = "https://followup.example";

    // Its morning is now, and midnight far away, whenever the tests run.
    protected static readonly string Zone = DateTime.UtcNow.Hour is >= 2 and < 20 ? "Europe/Berlin" : "Asia/Tokyo";

    protected static Task<Pair> Start(Mailbox mailbox, int nodes, params IEnumerable<(string Name, string Value)> more) =>
        Pair.Start(
            nodes,
            listening: false,
            settings: new (string Name, string Value)[]
            {
                ("Smtp__Host", mailbox.Host),
                ("Smtp__Port", mailbox.Port.ToString(CultureInfo.InvariantCulture)),
                ("Smtp__Security", "none"),
                ("Smtp__From", "FollowUp <followup@careers.example>"),
                ("Pages__Url", Pages),
            }
                .Concat(more)
                .ToDictionary(x => x.Name, x => x.Value, StringComparer.Ordinal)
        );

    /// <summary>Somebody with a key, who chooses their zone; not at any page yet.</summary>
    protected async Task<Browsing> Enter(Team team, Uri node, bool javaScript = false, string? person = null)
    {
        var window = await Browsing.Open(chromium.Browser, node, new(javaScript));
        await window.Enter(team.Key, person);
        Assert.Equal(302, (await window.Send("/me", await window.Token("/me"), ("language", ""), ("timeZone", Zone))).Status);
        return window;
    }

    // The next minute, unless it may have begun before the last form is sent.
    protected static TimeOnly Soon(int seconds = 80) => TimeOnly.FromDateTime(DateTimeOffset.UtcNow.AddSeconds(seconds).In(Zone));

    protected static string Text(TimeOnly at) => at.ToString("HH:mm", CultureInfo.InvariantCulture);

    protected static async Task<bool> Reads(Browsing window, string words)
    {
        await window.Go("/me");
        return (await window.Page.Locator("main").TextContentAsync())!.Contains(words, StringComparison.Ordinal);
    }
}

/// <summary>Whoever asked for it gets one mail a day, of what is theirs, and can stop it.</summary>
public sealed class MorningMail(Chromium chromium) : Subscribing(chromium)
{
    [Fact]
    public async Task Each_gets_theirs_once_and_can_stop_it_and_is_told_when_it_failed()
    {
        await using var mailbox = await Mailbox.Start("followup", "a good one");
        await using var pair = await Start(
            mailbox,
            nodes: 1,
            ("Smtp__User", "followup"),
            ("Smtp__Password", "a good one"),
            ("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true")
        );
        await BehindAProxy(pair);
        var (coach, node) = (pair.Default, pair.Applications[0].Address);
        var (mine, other) = (Harness.Team.NewCandidate(), Harness.Team.NewCandidate());
        var (due, others) = (await coach.SubmitDue(mine), await coach.SubmitDue(other));
        await due.Shows(1, "due");
        await others.Shows(1, "due");
        var candidate = coach.Through(
            (await coach.Applications.Post("/keys", new { name = "theirs", candidate = mine })).Expect(201).Json.Text("key")
        );

        await using var coachs = await Ask(coach, node, "coach@careers.example", javaScript: true);
        await using var candidates = await Ask(candidate, node, "cem@people.example", javaScript: false);

        var mail = await mailbox.Receives(x => x.To.Contains("coach@careers.example"), TimeSpan.FromMinutes(4));
        Assert.Equal(
            ("followup@careers.example", "2 follow-ups for today", "en-GB"),
            (mail.From, mail.Subject, mail.Headers["content-language"])
        );
        foreach (var body in new[] { mail.Text!, mail.Html! })
        {
            Assert.Contains($"{Pages}/pipeline/{due.Id}", body, StringComparison.Ordinal);
            Assert.Contains($"{Pages}/pipeline/{others.Id}", body, StringComparison.Ordinal);
        }
        var theirs = await mailbox.Receives(x => x.To.Contains("cem@people.example"), TimeSpan.FromMinutes(4));
        Assert.Equal("1 follow-up for today", theirs.Subject);
        Assert.Contains(due.Id.ToString(), theirs.Text!, StringComparison.Ordinal);
        Assert.DoesNotContain(others.Id.ToString(), theirs.Text + theirs.Html, StringComparison.Ordinal);

        // What is set anew after it was sent waits for tomorrow.
        await Eventually.Holds(() => Reads(coachs, "The last one was sent"));
        await Set(coachs, "coach@careers.example");
        var next = DateTimeOffset.Parse(
            (await coachs.Page.Locator("section:has(#digest) time").First.GetAttributeAsync("datetime"))!,
            CultureInfo.InvariantCulture
        );
        Assert.Equal(DateTimeOffset.UtcNow.In(Zone).Date.AddDays(1), next.In(Zone).Date);

        // To look at the address stops nothing; to post to it does, without signing in.
        Assert.Equal("List-Unsubscribe=One-Click", theirs.Headers["list-unsubscribe-post"]);
        // a long line comes folded
        var stop = theirs.Headers["list-unsubscribe"].Replace("\r\n ", "", StringComparison.Ordinal).Trim(' ', '<', '>');
        Assert.StartsWith(Pages + "/digest/stop?of=", stop, StringComparison.Ordinal);
        using var http = new HttpClient { BaseAddress = node };
        await coachs.Go(stop[Pages.Length..]);
        await coachs.Page.Locator("main button", new() { HasText = "Stop these mails" }).WaitForAsync();
        await coachs.Axe();
        await candidates.Go("/me");
        Assert.Equal(1, await candidates.Page.Locator("button[name=stop]").CountAsync());
        using var oneClick = new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]);
        using var stopped = await http.PostAsync(
            new Uri(stop[Pages.Length..], UriKind.Relative),
            oneClick,
            TestContext.Current.CancellationToken
        );
        Assert.True(stopped.IsSuccessStatusCode);
        await candidates.Go("/me");
        Assert.Equal(0, await candidates.Page.Locator("button[name=stop]").CountAsync());
        using var wrong = await http.PostAsync(
            new Uri("/digest/stop?of=guessed", UriKind.Relative),
            null,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(404, (int)wrong.StatusCode);

        // With the mail server away it is said, and not tried again.
        await mailbox.DisposeAsync();
        await using var late = await Ask((await coach.NewKey("read")).Team, node, "late@careers.example", javaScript: true);
        await Eventually.Holds(() => Reads(late, "could not be sent"), TimeSpan.FromMinutes(4));
        await late.Axe();
    }

    // One that ends TLS: the cookie is then for TLS alone.
    private static async Task BehindAProxy(Pair pair)
    {
        using var handler = new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = pair.Applications[0].Address };
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        var signIn = new Uri("/sign-in", UriKind.Relative);
        using var page = await http.GetAsync(signIn, TestContext.Current.CancellationToken);
        http.DefaultRequestHeaders.Add("Cookie", page.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        var token = Browsing.TokenIn(await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using var form = new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("key", pair.Default.Key)]);
        using var answer = await http.PostAsync(signIn, form, TestContext.Current.CancellationToken);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), x => x.StartsWith("__Host-followup=", StringComparison.Ordinal));
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<Browsing> Ask(Team team, Uri node, string address, bool javaScript)
    {
        var window = await Enter(team, node, javaScript);
        await Set(window, address);
        return window;
    }

    private static async Task Set(Browsing window, string address)
    {
        await window.Go("/me");
        await window.Page.Locator("input[name=address]").FillAsync(address);
        await window.Page.Locator("input[name=at]").FillAsync(Text(Soon()));
        await window.Page.Locator("form[action='/me/digest'] button.main").ClickAsync();
        await window.Page.Locator("p.notice.good").WaitForAsync();
    }
}

/// <summary>At most one mail a day, however many nodes there are, and whatever happens to them.</summary>
public sealed class MorningMailOfManyNodes(Chromium chromium) : Subscribing(chromium)
{
    [Fact]
    public async Task Nobody_gets_two_when_all_is_due_at_once_and_the_nodes_are_killed_over_one()
    {
        // One node alone would take longer for all of them than the other waits before it looks: both are at it.
        const int many = 10;
        const string held = "held@people.example";
        await using var mailbox = await Mailbox.Start(takes: TimeSpan.FromSeconds(0.7), holds: held);
        await using var pair = await Start(mailbox, nodes: 2);
        string[] addresses = [.. Enumerable.Range(1, many).Select(x => $"person-{x}@people.example")];
        await Subscribe(pair, [.. addresses, held]);

        await mailbox.Holds.WaitAsync(TimeSpan.FromMinutes(4), TestContext.Current.CancellationToken);
        await Eventually.Holds(() => mailbox.Messages().Count >= many, Eventually.Patience, "the other node has gone on");
        await Task.WhenAll(pair.Applications.Select(x => x.Kill()));
        await Task.WhenAll(pair.Applications.Select(x => x.StartAndWait()));

        // What comes later is sent again: by then, all that was due before has been looked at.
        await Subscribe(pair, "sentinel@people.example");
        await mailbox.Receives(x => x.To.Contains("sentinel@people.example"), TimeSpan.FromMinutes(4));
        Assert.Equal(
            addresses.Append("sentinel@people.example").Order(StringComparer.Ordinal),
            mailbox.Messages().SelectMany(x => x.To).Order(StringComparer.Ordinal)
        );
        await using var theirs = await Enter(pair.Default, pair.Applications[1].Address, person: held);
        Assert.True(await Reads(theirs, "it isn't known whether it was sent"), "Whoever may have got it or not is told so.");
    }

    // All for the same minute, whichever node they come to.
    private async Task Subscribe(Pair pair, params string[] addresses)
    {
        var all = new List<(string Address, Browsing Window, string Token)>();
        foreach (var (address, i) in addresses.Select((x, i) => (x, i)))
        {
            var window = await Enter(pair.Default, pair.Applications[i % 2].Address, person: address);
            all.Add((address, window, await window.Token("/me")));
        }

        var at = Soon();
        foreach (var (address, window, token) in all)
        {
            var answer = await window.Send("/me/digest", token, ("address", address), ("at", Text(at)), ("always", "yes"));
            Assert.True(answer.Status == 302, await answer.TextAsync());
            await window.DisposeAsync();
        }

        Assert.True(Soon(0) < at, "It took so long that some may have been sent already.");
    }
}
