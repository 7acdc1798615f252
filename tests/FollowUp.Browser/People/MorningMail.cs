using System.Globalization;

namespace FollowUp.Browser.People;

/// <summary>People who subscribe to the daily mail on the page /me.</summary>
public abstract class Subscribing(Chromium chromium)
{
    protected const string Pages = "https://followup.example";

    // A time zone in which midnight is hours away, whenever the tests run.
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

    /// <summary>A window signed in with the team's key and set to the time zone, with no page open yet.</summary>
    protected async Task<Browsing> Enter(Team team, Uri node, bool javaScript = false, string? person = null)
    {
        var window = await Browsing.Open(chromium.Browser, node, new(javaScript));
        await window.Enter(team.Key, person);
        Assert.Equal(302, (await window.Send("/me", await window.Token("/me"), ("language", ""), ("timeZone", Zone))).Status);
        return window;
    }

    // A minute that begins only after the last form is sent.
    protected static TimeOnly Soon(int seconds = 80) => TimeOnly.FromDateTime(DateTimeOffset.UtcNow.AddSeconds(seconds).In(Zone));

    protected static string Text(TimeOnly at) => at.ToString("HH:mm", CultureInfo.InvariantCulture);

    protected static async Task<bool> Reads(Browsing window, string words)
    {
        await window.Go("/me");
        return (await window.Page.Locator("main").TextContentAsync())!.Contains(words, StringComparison.Ordinal);
    }
}

/// <summary>A subscriber gets one mail a day with the follow-ups that the subscriber may see, and can stop the mails.</summary>
public sealed class MorningMail(Chromium chromium) : Subscribing(chromium)
{
    [Fact]
    public async Task Each_subscriber_gets_one_mail_can_stop_it_and_sees_a_failed_delivery()
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

        // A subscription that is changed after today's mail starts tomorrow.
        await Eventually.Holds(() => Reads(coachs, "The last one was sent"));
        await Set(coachs, "coach@careers.example");
        var next = DateTimeOffset.Parse(
            (await coachs.Page.Locator("section:has(#digest) time").First.GetAttributeAsync("datetime"))!,
            CultureInfo.InvariantCulture
        );
        Assert.Equal(DateTimeOffset.UtcNow.In(Zone).Date.AddDays(1), next.In(Zone).Date);

        // A GET of the address stops nothing; a POST does, without a session.
        Assert.Equal("List-Unsubscribe=One-Click", theirs.Headers["list-unsubscribe-post"]);
        // A long header is folded.
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

        // Without the mail server the page reports the failure, and the service doesn't try again.
        await mailbox.DisposeAsync();
        await using var late = await Ask((await coach.NewKey("read")).Team, node, "late@careers.example", javaScript: true);
        await Eventually.Holds(() => Reads(late, "could not be sent"), TimeSpan.FromMinutes(4));
        await late.Axe();
    }

    // Behind a proxy that terminates TLS, the cookie is restricted to TLS.
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

/// <summary>At most one mail a day, with any number of nodes and after any crash.</summary>
public sealed class MorningMailOfManyNodes(Chromium chromium) : Subscribing(chromium)
{
    [Fact]
    public async Task No_subscriber_gets_two_mails_when_all_are_due_at_once_and_the_nodes_are_killed()
    {
        // One node alone needs longer for all mails than the other node's polling interval: both nodes send.
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

        // The sentinel's mail is due last: when it has arrived, the nodes have processed all earlier mails.
        await Subscribe(pair, "sentinel@people.example");
        await mailbox.Receives(x => x.To.Contains("sentinel@people.example"), TimeSpan.FromMinutes(4));
        Assert.Equal(
            addresses.Append("sentinel@people.example").Order(StringComparer.Ordinal),
            mailbox.Messages().SelectMany(x => x.To).Order(StringComparer.Ordinal)
        );
        await using var theirs = await Enter(pair.Default, pair.Applications[1].Address, person: held);
        Assert.True(await Reads(theirs, "it isn't known whether it was sent"), "The page doesn't report that the delivery is uncertain.");
    }

    // All mails are due in the same minute, at alternating nodes.
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

        Assert.True(Soon(0) < at, "The subscriptions took too long: some mails may have been sent already.");
    }
}
