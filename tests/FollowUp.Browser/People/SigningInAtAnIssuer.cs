namespace FollowUp.Browser.People;

/// <summary>A pair of services whose people sign in at an issuer.</summary>
public sealed class PairWithAnIssuer : IAsyncLifetime
{
    public static Person Ana { get; } = new("p-ana", "Ana", "ana@careers.example", Team: "default", Role: "coach");
    public static Person Cem { get; } = new("p-cem", "Cem", "cem@people.example", Team: "default", Role: "candidate", Candidate: "c-cem");
    public static Person Vic { get; } = new("p-vic", "Vic", "vic@careers.example", Team: "default", Role: "viewer");
    public static Person Nia { get; } = new("p-nia", "Nia", "nia@careers.example");

    public Issuer Issuer { get; private set; } = null!;

    public Pair Pair { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Issuer = await Issuer.Start(Ana, Cem, Vic, Nia);
        Pair = await Pair.Start(listening: false, settings: Issuer.Settings);
    }

    public async ValueTask DisposeAsync()
    {
        await Pair.DisposeAsync();
        await Issuer.DisposeAsync();
    }
}

/// <summary>People sign in at their issuer, whose claims determine their team and role.</summary>
public sealed class SigningInAtAnIssuer(PairWithAnIssuer place, Chromium chromium) : IClassFixture<PairWithAnIssuer>, IAsyncDisposable
{
    private readonly List<Browsing> _windows = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var window in _windows)
            await window.DisposeAsync();
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            TestContext.Current.TestOutputHelper?.WriteLine(place.Pair.Tail());
        Assert.Multiple([.. _windows.Select(x => (Action)x.IsClean)]);
    }

    private async Task<Browsing> Choose(Person person, string path = "/", bool javaScript = true)
    {
        var window = await Browsing.Open(chromium.Browser, place.Pair.Applications[0].Address, new(javaScript));
        _windows.Add(window);
        window.Visits(place.Issuer.Address);
        window.Expect(403, 404);
        await window.Go(path);
        await window.Page.Locator("a.button.main", new() { HasText = "Sign in with Careers office" }).ClickAsync();
        await window.Page.Locator($"button[value={person.Sub}]").ClickAsync();
        return window;
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_coach_comes_to_the_requested_page(bool javaScript)
    {
        var window = await Choose(PairWithAnIssuer.Ana, "/me", javaScript);
        await window.IsAt("/me");
        Assert.Equal("Ana", (await window.Page.Locator(".person a").TextContentAsync())!.Trim());
        Assert.Contains(
            "You see and record for all candidates of the team.",
            await window.Page.Locator("main").TextContentAsync(),
            StringComparison.Ordinal
        );
        var cookies = await window.Context.CookiesAsync();
        Assert.True(cookies.Single(x => x.Name == "followup").HttpOnly);
        Assert.DoesNotContain(
            cookies,
            x =>
                x.Name.StartsWith(".AspNetCore", StringComparison.Ordinal)
                && x.Domain == "127.0.0.1"
                && x.Name.Contains("Nonce", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_candidate_is_known_by_their_reference_and_the_teams_pages_are_closed_to_them()
    {
        var window = await Choose(PairWithAnIssuer.Cem);
        await window.IsAt("/");
        Assert.Equal("c-cem", (await window.Page.Locator(".person a").TextContentAsync())!.Trim());
        Assert.Equal(
            0,
            await window.Page.Locator("nav a[href='/settings/policy'], nav a[href='/settings/keys'], nav a[href='/insights']").CountAsync()
        );
        Assert.Equal(403, (await window.Go("/settings/keys")).Status);
    }

    [Fact]
    public async Task A_viewer_is_offered_nothing_to_record()
    {
        var window = await Choose(PairWithAnIssuer.Vic);
        await window.IsAt("/");
        Assert.Equal(
            0,
            await window.Page.Locator("nav a[href='/pipeline/new'], nav a[href='/pipeline/import'], main form[method=post]").CountAsync()
        );
    }

    [Fact]
    public async Task A_person_without_a_role_gets_an_explanation_and_no_session()
    {
        var window = await Choose(PairWithAnIssuer.Nia);
        await window.Page.Locator("h1", new() { HasText = "Not let in" }).WaitForAsync();
        await window.Axe();
        Assert.DoesNotContain(await window.Context.CookiesAsync(), x => x.Name == "followup");
        Assert.Contains("/sign-in", (await window.Go("/me")).Url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Signing_out_leads_to_the_issuer_and_back(bool javaScript)
    {
        var window = await Choose(PairWithAnIssuer.Ana, javaScript: javaScript);
        var left = window.Page.WaitForRequestAsync(x =>
            x.Url.StartsWith(new Uri(place.Issuer.Address, "/connect/end-session").ToString(), StringComparison.Ordinal)
        );
        await window.Page.Locator("form[action='/sign-out'] button").ClickAsync();
        Assert.Contains("id_token_hint=", (await left).Url, StringComparison.Ordinal);
        await window.IsAt("/sign-in*");
        Assert.Contains("/sign-in", (await window.Go("/me")).Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_the_other_window_too()
    {
        var (one, two) = (await Choose(PairWithAnIssuer.Vic, "/me"), await Choose(PairWithAnIssuer.Vic, "/me"));
        await one.IsAt("/me");
        await two.IsAt("/me");
        await one.Page.Locator("button.danger").ClickAsync();
        await Eventually.Holds(async () => (await two.Go("/me")).Url.Contains("/sign-in", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_person_refused_by_the_issuer_is_asked_to_try_again()
    {
        var refused = PairWithAnIssuer.Vic with { Sub = "p-gone" };
        await using var issuer = await Issuer.Start(refused);
        issuer.Refuse(refused);
        await using var pair = await Pair.Start(listening: false, settings: issuer.Settings);
        var window = await Browsing.Open(chromium.Browser, pair.Applications[0].Address, new());
        _windows.Add(window);
        window.Visits(issuer.Address);
        window.Expect(400, 503);
        await window.Go("/sign-in");
        await window.Page.Locator("a.button.main").ClickAsync();
        await window.Page.Locator("button[value=p-gone]").ClickAsync();
        Assert.Contains("didn't come to an end", await window.Page.Locator("p.notice.bad").TextContentAsync(), StringComparison.Ordinal);

        await issuer.DisposeAsync();
        await window.Go("/sign-in");
        await window.Page.Locator("a.button.main").ClickAsync();
        Assert.Contains(
            "can't be reached just now",
            await window.Page.Locator("p.notice.bad").TextContentAsync(),
            StringComparison.Ordinal
        );
        await window.SignIn(pair.Default.Key);
        await window.DisposeAsync(); // before the pair stops, because the page's change stream is connected to it
    }
}
