using Microsoft.Playwright;

namespace FollowUp.Browser.TestBed;

/// <summary>The checks themselves: they find nothing on a good page, and each of them finds the defect that it is made for.</summary>
public sealed class PageChecks(Chromium chromium)
{
    private const string Strict = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    private const string Good = """
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Good · FollowUp</title>
        <link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/good.css"><script src="/good.js" defer></script></head>
        <body><header><nav aria-label="Main"><a href="/">Today</a></nav></header>
        <main><h1>Good</h1>
        <form method="post" action="/done"><label>Note <input name="note"></label><button>Done</button></form></main></body>
        </html>
        """;

    private static readonly (string, string)[] Assets =
    [
        ("/good.css", "body { color: #111; background: #fff }"),
        ("/good.js", "document.title = 'Good, enhanced · FollowUp';"),
        ("/icon.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ];

    [Fact]
    public async Task A_good_page_gives_no_reason_to_complain()
    {
        await using var site = await TestSite.Open(Strict, [("/", Good), .. Assets]);
        await using var browsing = await Open(site);
        var response = await browsing.Go("/");
        await browsing.Axe();
        Assert.Equal("Good, enhanced · FollowUp", await browsing.Page.TitleAsync());
        Assert.Empty(await Pages.Structure(browsing, "en"));
        Assert.Empty(await Pages.Inline(browsing));
        Assert.Empty(await Pages.Headers(response));
        Assert.Equal(["h1 Good", "form post /done"], await Pages.Content(browsing));
        browsing.IsClean();
    }

    [Fact]
    public async Task An_inaccessible_page_is_found_by_axe()
    {
        await using var site = await TestSite.Open(
            Strict,
            ("/", """<!DOCTYPE html><html><body><img src="/icon.svg"><input><p id="pale">pale</p></body></html>"""),
            Assets[2]
        );
        await using var browsing = await Open(site);
        await browsing.Go("/");
        var violations = await browsing.Violations();
        foreach (
            var rule in new[]
            {
                "document-title",
                "html-has-lang",
                "image-alt",
                "label",
                "landmark-one-main",
                "page-has-heading-one",
                "region",
            }
        ) // The last three are axe's best-practice rules.
            Assert.Contains(violations, x => x.StartsWith(rule + " ", StringComparison.Ordinal));
        var failure = await Assert.ThrowsAnyAsync<Exception>(browsing.Axe);
        Assert.Contains("image-alt", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pale_text_is_found_in_the_colour_scheme_that_has_it()
    {
        const string Dim =
            "body { color: #111; background: #fff } @media (prefers-color-scheme: dark) { body { color: #444; background: #222 } }";
        await using var site = await TestSite.Open(Strict, ("/", Good), ("/good.css", Dim), Assets[1], Assets[2]);
        await using var light = await Open(site);
        await light.Go("/");
        await light.Axe();
        await using var dark = await Open(site, new Look(Colours: ColorScheme.Dark));
        await dark.Go("/");
        Assert.Contains(await dark.Violations(), x => x.StartsWith("color-contrast ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bad_skeleton_is_found()
    {
        await using var site = await TestSite.Open(
            Strict,
            ("/", """<!DOCTYPE html><html lang="de"><head><title>Page</title></head><body><h1>One</h1><h1>Two</h1></body></html>""")
        );
        await using var browsing = await Open(site);
        await browsing.Go("/");
        Assert.Equal(
            ["lang is 'de', not 'en'", "the title 'Page' doesn't name FollowUp", "2 of h1", "0 of main", "0 of header", "0 of nav"],
            await Pages.Structure(browsing, "en")
        );
    }

    [Fact]
    public async Task Inline_scripts_and_styles_are_found_and_a_strict_policy_refuses_them()
    {
        const string Inline = """
            <style>h1 { color: red }</style><p style="color: red">x</p><script>window.ran = true</script>
            <button onclick="window.ran = true">y</button>
            """;
        await using var site = await TestSite.Open(
            Strict,
            ("/", Good.Replace("<h1>", Inline + "<h1>", StringComparison.Ordinal)),
            Assets[0],
            Assets[1],
            Assets[2]
        );
        await using var browsing = await Open(site);
        await browsing.Go("/");
        Assert.False(await browsing.Page.EvaluateAsync<bool>("window.ran === true"));
        Assert.Contains(browsing.Complaints, x => x.Contains("Content Security Policy", StringComparison.Ordinal));
        await using var plain = await Open(site, new Look(JavaScript: false));
        await plain.Go("/");
        Assert.Equal(4, (await Pages.Inline(plain)).Count);
    }

    [Fact]
    public async Task Headers_that_promise_too_little_are_found()
    {
        await using var bare = await TestSite.Open(null, ("/", Good), Assets[0], Assets[1], Assets[2]);
        await using var browsing = await Open(bare);
        Assert.Equal(4, (await Pages.Headers(await browsing.Go("/"))).Count);
        await using var lax = await TestSite.Open(
            "default-src *; script-src 'self' 'unsafe-inline' 'unsafe-eval'",
            ("/", Good),
            Assets[0],
            Assets[1],
            Assets[2]
        );
        await using var other = await Open(lax);
        Assert.Equal(4, (await Pages.Headers(await other.Go("/"))).Count);
    }

    [Fact]
    public async Task A_request_to_another_site_is_found_unless_the_story_visits_it()
    {
        await using var other = await TestSite.Open(null, Assets[2]);
        await using var site = await TestSite.Open(
            null,
            ("/", Good.Replace("<h1>", $"""<img alt="" src="{other.Address}icon.svg"><h1>""", StringComparison.Ordinal)),
            Assets[0],
            Assets[1],
            Assets[2]
        );
        await using var browsing = await Open(site);
        await browsing.Go("/");
        Assert.Equal($"request to another site: GET {other.Address}icon.svg", Assert.Single(browsing.Complaints));
        Assert.ThrowsAny<Exception>(browsing.IsClean);
        await using var guided = await Open(site);
        guided.Visits(other.Address);
        await guided.Go("/");
        guided.IsClean();
    }

    [Theory]
    [InlineData("console.error('oh');", "console: oh")]
    [InlineData("throw new Error('thrown');", "thrown")]
    [InlineData("Promise.reject(new Error('rejected'));", "rejected")]
    [InlineData("fetch('/missing');", "404 for GET")]
    public async Task Trouble_in_a_script_is_found(string script, string complaint)
    {
        await using var site = await TestSite.Open(Strict, ("/", Good), Assets[0], ("/good.js", script), Assets[2]);
        await using var browsing = await Open(site);
        await browsing.Go("/");
        await Eventually.Holds(() => browsing.Complaints.Any(x => x.Contains(complaint, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_late_complaint_fails_the_class_when_the_windows_are_closed()
    {
        await using var site = await TestSite.Open(Strict, [("/", Good), .. Assets]);
        var reports = new PageReports();
        var (clean, late) = (
            await reports.Window(new Look(), "ana", () => Open(site)),
            await reports.Window(new Look(), "ben", () => Open(site))
        );
        foreach (var window in new[] { clean, late })
            await window.Go("/");
        Assert.Empty(late.Complaints);
        await late.Page.EvaluateAsync("console.error('late')");
        await Eventually.Holds(() => late.Complaints.Count > 0);
        var failure = await Assert.ThrowsAnyAsync<Exception>(async () => await reports.DisposeAsync());
        Assert.Contains("console: late", failure.Message, StringComparison.Ordinal);
        Assert.Null(await clean.Picture()); // every window is closed
    }

    [Fact]
    public async Task An_expected_status_is_no_complaint()
    {
        await using var site = await TestSite.Open(Strict, Assets);
        await using var browsing = await Open(site);
        browsing.Expect(404);
        Assert.Equal(404, (await browsing.Go("/gone")).Status);
        browsing.IsClean();
        await using var surprised = await Open(site);
        await surprised.Go("/gone");
        Assert.Equal($"404 for GET {site.Address}gone", Assert.Single(surprised.Complaints));
    }

    [Fact]
    public async Task A_page_is_weighed_with_all_its_resources_at_every_visit()
    {
        await using var site = await TestSite.Open(
            Strict,
            ("/", Good),
            ("/good.css", $"/* {new string('x', 60_000)} */"),
            ("/good.js", $"// {new string('x', 60_000)}"),
            Assets[2]
        );
        await using var browsing = await Open(site);
        await browsing.Go("/");
        Assert.InRange((await browsing.Weigh("/")).Bytes, 120_000, 130_000);
        Assert.InRange((await browsing.Weigh("/")).Bytes, 120_000, 130_000);
    }

    [Fact]
    public async Task An_element_wider_than_the_window_is_found_folded_or_not()
    {
        await using var site = await TestSite.Open(
            Strict,
            (
                "/",
                Good.Replace(
                    "</main>",
                    "<div class='scroll'><p>far</p></div><details><summary>More</summary><p class='wide'>wide</p></details></main>",
                    StringComparison.Ordinal
                )
            ),
            ("/good.css", ".scroll { overflow-x: auto } .scroll p, .wide { width: 2000px }"),
            Assets[1],
            Assets[2]
        );
        await using var browsing = await Open(site);
        await browsing.Go("/");
        Assert.Empty(await Measured.TooWide(browsing)); // an element with its own scroll bar is allowed
        await Measured.Unfold(browsing);
        var found = await Measured.TooWide(browsing);
        Assert.Equal(2, found.Count);
        Assert.Contains("class=\"wide\"", found[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@media print { nav, form { display: none } }")]
    [InlineData("form { display: none }", "useless on paper: <nav")]
    [InlineData("@media print { nav { display: none } }", "useless on paper: <input", "useless on paper: <button")]
    [InlineData("nav, form { display: none } h1 { width: 900px }", "wider than the paper: <h1")]
    [InlineData(
        "nav, form { display: none } header { width: 100px; overflow: auto } header::after { content: 'x'; display: block; width: 300px }",
        "cut off: <header"
    )]
    [InlineData("nav, form { display: none } h1 { color: #aaa }", "pale: <h1")]
    [InlineData("nav, form { display: none } @media (prefers-color-scheme: dark) { main { background: #222 } }", "dark: <main")]
    [InlineData("nav, form { display: none } @media (prefers-color-scheme: dark) { html { background: #fed } }", "the paper is not white")]
    public async Task A_page_that_prints_badly_is_found(string css, params string[] found)
    {
        await using var site = await TestSite.Open(
            Strict,
            ("/", Good),
            ("/good.css", $"html {{ background: #fff; color-scheme: light }} {css}"),
            Assets[1],
            Assets[2]
        );
        await using var browsing = await Open(site, new Look(Colours: ColorScheme.Dark));
        await browsing.Go("/");
        var wrong = await Measured.BadOnPaper(browsing);
        Assert.True(
            wrong.Count == found.Length && wrong.Zip(found).All(x => x.First.StartsWith(x.Second, StringComparison.Ordinal)),
            string.Join('\n', wrong)
        );
        // The window is as it was before.
        Assert.Equal("1280 false", await browsing.Page.EvaluateAsync<string>("`${innerWidth} ${matchMedia('print').matches}`"));
    }

    [Theory]
    [InlineData("@media (prefers-reduced-motion: no-preference) { a { transition: color .1s } }")]
    [InlineData("a { transition: color 0s, top .1s }", "something moves for 100 ms")]
    [InlineData("h1::after { content: 'x'; animation: spin .15s }", "something moves for 150 ms")]
    [InlineData("a { color: #111 }", "where movement is allowed, something moves for 0 ms")]
    [InlineData(
        "@media (prefers-reduced-motion: no-preference) { a { transition: color 1s } h1 { display: none } }",
        "where movement is allowed, something moves for 1000 ms",
        "the text differs where movement is allowed"
    )]
    public async Task Movement_is_found(string css, params string[] found)
    {
        await using var site = await TestSite.Open(Strict, ("/", Good), ("/good.css", css), Assets[1], Assets[2]);
        await using var browsing = await Open(site);
        await browsing.Go("/");
        Assert.Equal(found, await Measured.Moving(browsing));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("input:focus { outline: none }", "", "no visible focus on <input")]
    [InlineData(
        "",
        "document.querySelector('nav a').tabIndex = 2;",
        "after <a class=\"skip\" href=\"#main\">Skip</a> comes <input name=\"note\"> instead of <a href=\"/\" tabindex=\"2\""
    )]
    [InlineData(
        "",
        "document.querySelector('input').onkeydown = (event) => event.preventDefault();",
        "after <input name=\"note\"> comes nothing",
        "the focus is caught after 3 of 4"
    )]
    [InlineData("", "document.querySelector('main').tabIndex = 0;")]
    [InlineData("", "document.querySelector('main').removeAttribute('tabindex');", "the skip link doesn't lead to the content")]
    [InlineData(".skip { position: absolute; left: -999px }", "", "the first link doesn't skip to the content")]
    public async Task A_page_that_needs_a_mouse_is_found(string css, string script, params string[] found)
    {
        var skips = Good.Replace("<body>", "<body><a class=\"skip\" href=\"#main\">Skip</a>", StringComparison.Ordinal)
            .Replace("<main>", "<main id=\"main\" tabindex=\"-1\">", StringComparison.Ordinal);
        await using var site = await TestSite.Open(Strict, ("/", skips), ("/good.css", css), ("/good.js", script), Assets[2]);
        await using var browsing = await Open(site);
        await browsing.Go("/");
        var wrong = await Measured.WithoutAMouse(browsing);
        Assert.True(
            wrong.Count == found.Length && wrong.Zip(found).All(x => x.First.StartsWith(x.Second, StringComparison.Ordinal)),
            string.Join('\n', wrong)
        );
    }

    [Fact]
    public async Task Overlapping_texts_of_a_picture_are_found()
    {
        const string Picture =
            "<svg role='img' aria-label='x' width='100%' height='4em'><text x='0' y='1em'>A long name of something</text>"
            + "<text x='100%' y='1em' text-anchor='end'>too few</text></svg>";
        await using var site = await TestSite.Open(
            Strict,
            [("/", Good.Replace("</main>", Picture + "</main>", StringComparison.Ordinal)), .. Assets]
        );
        await using var wide = await Open(site);
        await wide.Go("/");
        Assert.Empty(await Measured.TooWide(wide));
        await using var narrow = await Open(site, new Look(Width: 200));
        await narrow.Go("/");
        Assert.Equal(
            ["another text overlaps \"A long name of something\"", "another text overlaps \"too few\""],
            await Measured.TooWide(narrow)
        );
    }

    [Fact]
    public async Task A_look_reaches_the_page()
    {
        await using var site = await TestSite.Open(Strict, [("/", Good), .. Assets]);
        await using var browsing = await Open(
            site,
            new Look(Language: "de", Colours: ColorScheme.Dark, Width: 320, Height: 640, TimeZone: "America/New_York")
        );
        await browsing.Go("/");
        Assert.Equal(
            "de-DE true 320 America/New_York",
            await browsing.Page.EvaluateAsync<string>(
                """
                `${navigator.language} ${matchMedia('(prefers-color-scheme: dark)').matches} ${innerWidth} ${
                  Intl.DateTimeFormat().resolvedOptions().timeZone}`
                """
            )
        );
        await using var plain = await Open(site, new Look(JavaScript: false));
        await plain.Go("/");
        Assert.Equal("Good · FollowUp", await plain.Page.TitleAsync());
    }

    private Task<Browsing> Open(TestSite site, Look? look = null) => Browsing.Open(chromium.Browser, site.Address, look ?? new Look());
}
