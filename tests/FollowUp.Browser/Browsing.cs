using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace FollowUp.Browser;

/// <summary>With what eyes a person looks at the pages.</summary>
/// <param name="Language"><c>en</c> or <c>de</c>, asked for as browsers do.</param>
public sealed record Look(
    bool JavaScript = true,
    string Language = "en",
    ColorScheme Colours = ColorScheme.Light,
    int Width = 1280,
    int Height = 800,
    string TimeZone = "Europe/Berlin"
)
{
    public override string ToString() => $"{Language}, {Colours}, {Width}x{Height}{(JavaScript ? "" : ", no JavaScript")}";
}

/// <summary>
/// One person at one browser, who shares no cookie with anybody else. Whatever no page may do is kept in <see cref="Complaints"/>:
/// asking another site for something, an error on the console (a violation of the Content-Security-Policy is one), an error that a script
/// doesn't catch, an HTTP status of 400 or more that the story doesn't expect. A <see cref="BrowserStory"/> fails on any of them at its
/// end.
/// </summary>
public sealed partial class Browsing : IAsyncDisposable
{
    private const int Patience = 300_000; // milliseconds: a story waits for a condition, however busy the machine is

    private readonly ConcurrentQueue<string> _complaints = [];
    private readonly HashSet<string> _origins;
    private readonly ConcurrentDictionary<int, bool> _expected = [];
    private readonly Look _look;
    private bool _isClosed,
        _mayBreak;

    static Browsing() => Assertions.SetDefaultExpectTimeout(Patience);

    private Browsing(IBrowserContext context, IPage page, Uri site, Look look)
    {
        (Context, Page, Site, _look) = (context, page, site, look);
        _origins = [Origin(site)];
        context.Request += (_, request) =>
        {
            if (
                Uri.TryCreate(request.Url, UriKind.Absolute, out var url)
                && url.Scheme is "http" or "https" or "ws" or "wss"
                && !_origins.Contains(Origin(url))
            )
                Complain($"asked another site: {request.Method} {request.Url}");
        };
        context.Response += (_, response) =>
        {
            if (response.Status >= 400 && !_expected.ContainsKey(response.Status))
                Complain($"{response.Status} for {response.Request.Method} {response.Url}");
        };
        context.Console += (_, message) =>
        {
            // The console repeats each bad status; that one is judged above.
            if (
                message.Type == "error"
                && !(_mayBreak && message.Text == "Failed to load resource: net::ERR_FAILED")
                && !message.Text.StartsWith("Failed to load resource: the server responded with a status of", StringComparison.Ordinal)
            )
                Complain($"console: {message.Text}");
        };
        context.WebError += (_, error) => Complain($"uncaught: {error.Error}");
    }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    /// <summary>Where the pages are served from.</summary>
    public Uri Site { get; }

    /// <summary>What a page has done that none may.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>What the window shows, for a reader of a failed story; null when it shows nothing any more.</summary>
    public async Task<byte[]?> Picture()
    {
        try
        {
            return _isClosed ? null : await Page.ScreenshotAsync(new() { Timeout = 5_000 });
        }
        catch (Exception e) when (e is PlaywrightException or TimeoutException)
        {
            return null; // the story has closed the window itself, or the browser is gone, which the story tells better than its picture
        }
    }

    public static async Task<Browsing> Open(IBrowser browser, Uri site, Look look)
    {
        var context = await browser.NewContextAsync(
            new()
            {
                BaseURL = site.ToString(),
                JavaScriptEnabled = look.JavaScript,
                Locale = look.Language == "de" ? "de-DE" : "en-GB",
                ColorScheme = look.Colours,
                TimezoneId = look.TimeZone,
                ReducedMotion = ReducedMotion.Reduce, // so that nobody has to wait for a movement to end
                ViewportSize = new() { Width = look.Width, Height = look.Height },
            }
        );
        context.SetDefaultTimeout(Patience);
        return new Browsing(context, await context.NewPageAsync(), site, look);
    }

    /// <summary>Signs in with a key, by the form, as a person does, and ends on Today.</summary>
    public async Task SignIn(string key, string? person = null)
    {
        if ((await Go("/sign-in")).Status is var status && status != 200)
            throw new InvalidOperationException($"{new Uri(Site, "/sign-in")} answered {status}: nobody can sign in there.");
        var field = Page.Locator("input[name=key]");
        await field.FillAsync(key);
        if (person is not null)
            await Page.Locator("input[name=person]").FillAsync(person);
        await field.PressAsync("Enter");
        await IsAt("/");
    }

    /// <summary>
    /// Waits until one of the pages is there, and its script runs. It looks at the address again and again: events of navigation can be
    /// missed on a busy machine.
    /// </summary>
    /// <param name="path">Its path with its query; <c>*</c> at the end stands for any rest.</param>
    public async Task IsAt(string path)
    {
        var address = Regex.Escape(new Uri(Site, path.TrimEnd('*')).ToString()) + (path.EndsWith('*') ? "" : "$");
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex($"^{address}", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Page.Locator(_look.JavaScript ? "html.js main" : "main").WaitForAsync();
    }

    /// <summary>
    /// Has a session of its own from then on, got by what the form sends but without showing it: the quick way in of the many stories
    /// that are about something else. <see cref="SignIn"/> is the real one.
    /// </summary>
    public async Task Enter(string key, string? person = null)
    {
        var answer = await Send(
            "/sign-in",
            await Token("/sign-in"),
            ("key", key),
            ("person", person ?? ""),
            ("zone", _look.JavaScript ? _look.TimeZone : "")
        );
        if (answer.Status != 302)
            throw new InvalidOperationException($"Nobody can sign in: {answer.Status} {await answer.TextAsync()}");
    }

    /// <summary>What the forms of a page carry, so that no other site can send them.</summary>
    public async Task<string> Token(string page) =>
        TokenIn(await (await Context.APIRequest.GetAsync(new Uri(Site, page).ToString())).TextAsync());

    /// <inheritdoc cref="Token"/>
    public static string TokenIn(string html) => FormToken().Match(html).Groups["value"].Value;

    /// <summary>Sends what a form would, without showing it, and doesn't go where the answer leads.</summary>
    /// <param name="token">See <see cref="Token"/>; null: none.</param>
    public Task<IAPIResponse> Send(string address, string? token, params IEnumerable<(string Field, string Value)> entered)
    {
        var form = Context.APIRequest.CreateFormData();
        foreach (var (field, value) in entered)
            form.Set(field, value);
        if (token is not null)
            form.Set("__RequestVerificationToken", token);
        return Context.APIRequest.PostAsync(new Uri(Site, address).ToString(), new() { Form = form, MaxRedirects = 0 });
    }

    /// <summary>Opens a page and waits until all it names is loaded.</summary>
    public async Task<IResponse> Go(string path) =>
        await Page.GotoAsync(path) ?? throw new InvalidOperationException($"{path} gave no answer.");

    /// <summary>Opens a page as if it were the first time.</summary>
    /// <returns>The answer, and how many bytes came over the network, with headers and everything the page names.</returns>
    public async Task<(IResponse Response, long Bytes)> Weigh(string path)
    {
        var network = await Context.NewCDPSessionAsync(Page);
        await network.SendAsync("Network.enable");
        await network.SendAsync("Network.setCacheDisabled", new Dictionary<string, object> { ["cacheDisabled"] = true });
        var bytes = 0L;
        network.Event("Network.loadingFinished").OnEvent += (_, data) =>
            Interlocked.Add(ref bytes, (long)(data?.GetProperty("encodedDataLength").GetDouble() ?? 0));
        var response = await Go(path);
        await network.DetachAsync();
        return (response, Interlocked.Read(ref bytes));
    }

    /// <summary>These statuses are part of the story, and no reason to complain.</summary>
    public void Expect(params int[] statuses)
    {
        foreach (var status in statuses)
            _expected[status] = true;
    }

    /// <summary>So is a connection that breaks.</summary>
    public void ExpectToBreak() => _mayBreak = true;

    /// <summary>This site is part of the story too, such as the one that a person signs in at.</summary>
    public void Visits(Uri site) => _origins.Add(Origin(site));

    /// <summary>Fails when axe-core, with all its rules, finds something on the page that keeps somebody out.</summary>
    public async Task Axe()
    {
        if (!_look.JavaScript)
            throw new InvalidOperationException("axe-core is a script, and none runs in this window.");
        var found = await Violations();
        Assert.True(found.Count == 0, $"{Page.Url}\n{string.Join('\n', found)}");
    }

    /// <summary>What axe-core has to say about the page as it is now.</summary>
    /// <param name="rules">Only by these rules; by all of them unless said.</param>
    public async Task<IReadOnlyList<string>> Violations(params string[] rules) =>
        [
            .. (
                await Page.RunAxe(
                    new()
                    {
                        ResultTypes = [ResultType.Violations],
                        RunOnly = rules is [] ? null : new() { Type = "rule", Values = [.. rules] },
                    }
                )
            ).Violations.Select(x =>
                $"{x.Id} ({x.Impact}): {x.Help}{string.Concat(x.Nodes.Take(5).Select(y => $"\n    {y.Target}  {Shortened(y.Html)}{(y.Any.Length > 0 ? $"\n      {y.Any[0].Message}" : "")}"))}"
            ),
        ];

    /// <summary>Fails when the pages did what none may.</summary>
    public void IsClean() => Assert.True(_complaints.IsEmpty, $"In the browser:\n{string.Join('\n', _complaints.Distinct())}");

    public async ValueTask DisposeAsync()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        await Context.DisposeAsync();
    }

    private void Complain(string what) => _complaints.Enqueue(what);

    private static string Origin(Uri url) => $"{url.Scheme.Replace("ws", "http", StringComparison.Ordinal)}://{url.Authority}";

    private static string Shortened(string html) =>
        Whitespace().Replace(html, " ") is { Length: > 160 } text ? text[..160] + "…" : Whitespace().Replace(html, " ");

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<value>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FormToken();

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Whitespace();
}
