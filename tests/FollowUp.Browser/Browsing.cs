using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace FollowUp.Browser;

/// <summary>The settings of a browser window.</summary>
/// <param name="Language"><c>en</c> or <c>de</c>, which the browser sends as Accept-Language.</param>
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
/// One person's browser window, which shares no cookies with other windows. <see cref="Complaints"/> collects what no page may do: a
/// request to another site, an error on the console (a violation of the Content-Security-Policy is one), an uncaught error of a script, an
/// HTTP status of 400 or more that the story doesn't expect. A <see cref="BrowserStory"/> with complaints fails at its end.
/// </summary>
public sealed partial class Browsing : IAsyncDisposable
{
    private const int Patience = 300_000; // milliseconds: long enough for a busy machine

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
                Complain($"request to another site: {request.Method} {request.Url}");
        };
        context.Response += (_, response) =>
        {
            if (response.Status >= 400 && !_expected.ContainsKey(response.Status))
                Complain($"{response.Status} for {response.Request.Method} {response.Url}");
        };
        context.Console += (_, message) =>
        {
            // The console repeats each bad status, which the handler above has checked.
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

    /// <summary>The base address of the pages.</summary>
    public Uri Site { get; }

    /// <summary>What the pages of this window did although no page may.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>A screenshot for the reader of a failed story; null when the window is closed.</summary>
    public async Task<byte[]?> Picture()
    {
        try
        {
            return _isClosed ? null : await Page.ScreenshotAsync(new() { Timeout = 5_000 });
        }
        catch (Exception e) when (e is PlaywrightException or TimeoutException)
        {
            return null; // the story closed the window, or the browser is gone, which the story's own failure explains better
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
                ReducedMotion = ReducedMotion.Reduce, // so that no story has to wait for a movement to end
                ViewportSize = new() { Width = look.Width, Height = look.Height },
            }
        );
        context.SetDefaultTimeout(Patience);
        return new Browsing(context, await context.NewPageAsync(), site, look);
    }

    /// <summary>Signs in with a key by the form, as a person does, and waits for the page Today.</summary>
    public async Task SignIn(string key, string? person = null)
    {
        if ((await Go("/sign-in")).Status is var status && status != 200)
            throw new InvalidOperationException($"{new Uri(Site, "/sign-in")} answered {status}: the sign-in page is missing.");
        var field = Page.Locator("input[name=key]");
        await field.FillAsync(key);
        if (person is not null)
            await Page.Locator("input[name=person]").FillAsync(person);
        await field.PressAsync("Enter");
        await IsAt("/");
    }

    /// <summary>
    /// Waits until the window shows the page and its script runs. This method polls the address: navigation events can be missed on a busy
    /// machine.
    /// </summary>
    /// <param name="path">The page's path with its query; <c>*</c> at the end stands for any rest.</param>
    public async Task IsAt(string path)
    {
        var address = Regex.Escape(new Uri(Site, path.TrimEnd('*')).ToString()) + (path.EndsWith('*') ? "" : "$");
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex($"^{address}", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Page.Locator(_look.JavaScript ? "html.js main" : "main").WaitForAsync();
    }

    /// <summary>
    /// Signs in by sending the form's request without showing the form: the quick way for the many stories that are about something else.
    /// <see cref="SignIn"/> is the real one.
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
            throw new InvalidOperationException($"The sign-in failed: {answer.Status} {await answer.TextAsync()}");
    }

    /// <summary>The antiforgery token of a page's forms.</summary>
    public async Task<string> Token(string page) =>
        TokenIn(await (await Context.APIRequest.GetAsync(new Uri(Site, page).ToString())).TextAsync());

    /// <inheritdoc cref="Token"/>
    public static string TokenIn(string html) => FormToken().Match(html).Groups["value"].Value;

    /// <summary>Sends a form's request without showing the form, and doesn't follow the response's redirect.</summary>
    /// <param name="token">See <see cref="Token"/>; null for none.</param>
    public Task<IAPIResponse> Send(string address, string? token, params IEnumerable<(string Field, string Value)> entered)
    {
        var form = Context.APIRequest.CreateFormData();
        foreach (var (field, value) in entered)
            form.Set(field, value);
        if (token is not null)
            form.Set("__RequestVerificationToken", token);
        return Context.APIRequest.PostAsync(new Uri(Site, address).ToString(), new() { Form = form, MaxRedirects = 0 });
    }

    /// <summary>Opens a page and waits until all its resources are loaded.</summary>
    public async Task<IResponse> Go(string path) =>
        await Page.GotoAsync(path) ?? throw new InvalidOperationException($"{path} gave no answer.");

    /// <summary>Opens a page with an empty cache.</summary>
    /// <returns>The response, and the bytes that came over the network, with headers and everything that the page loads.</returns>
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

    /// <summary>From now on these statuses are no complaints.</summary>
    public void Expect(params int[] statuses)
    {
        foreach (var status in statuses)
            _expected[status] = true;
    }

    /// <summary>From now on a broken connection is no complaint.</summary>
    public void ExpectToBreak() => _mayBreak = true;

    /// <summary>From now on requests to this site are no complaints; the issuer at which a person signs in is such a site.</summary>
    public void Visits(Uri site) => _origins.Add(Origin(site));

    /// <summary>Fails when axe-core, with all its rules, finds an accessibility violation on the page.</summary>
    public async Task Axe()
    {
        if (!_look.JavaScript)
            throw new InvalidOperationException("axe-core is a script, and none runs in this window.");
        var found = await Violations();
        Assert.True(found.Count == 0, $"{Page.Url}\n{string.Join('\n', found)}");
    }

    /// <summary>The violations that axe-core finds on the page in its present state.</summary>
    /// <param name="rules">The rules to apply; all of them by default.</param>
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
            ).Violations.Select(x => $"{x.Id} ({x.Impact}): {x.Help}{string.Concat(x.Nodes.Take(5).Select(Description))}"),
        ];

    /// <summary>Fails when there are complaints.</summary>
    public void IsClean() => Assert.True(_complaints.IsEmpty, $"In the browser:\n{string.Join('\n', _complaints.Distinct())}");

    public async ValueTask DisposeAsync()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        await Context.DisposeAsync();
    }

    private void Complain(string what) => _complaints.Enqueue(what);

    private static string Description(AxeResultNode node) =>
        $"\n    {node.Target}  {Shortened(node.Html)}{(node.Any.Length > 0 ? $"\n      {node.Any[0].Message}" : "")}";

    private static string Origin(Uri url) => $"{url.Scheme.Replace("ws", "http", StringComparison.Ordinal)}://{url.Authority}";

    private static string Shortened(string html) =>
        Whitespace().Replace(html, " ") is { Length: > 160 } text ? text[..160] + "…" : Whitespace().Replace(html, " ");

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<value>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FormToken();

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Whitespace();
}
