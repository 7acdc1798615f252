using Microsoft.Playwright;

namespace FollowUp.Browser;

/// <summary>All pages, and the checks that hold for each of them. A new page is added here, and all checks apply to it.</summary>
public static class Pages
{
    public const string SignIn = "/sign-in",
        WrongKey = "/sign-in with a wrong key",
        WrongAddress = "/pipeline/nowhere",
        Forbidden = "/settings/keys with a key that only reads";

    /// <summary>
    /// The paths of all pages. <c>{id}</c> stands for an application, <c>{candidate}</c> for who applied, <c>{import}</c> for a previewed
    /// sheet, and <c>{imported}</c> for an imported one.
    /// </summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "/",
        "/pipeline",
        "/pipeline/board",
        "/pipeline/new",
        "/pipeline/import",
        "/pipeline/import/{import}",
        "/pipeline/import/{imported}",
        "/pipeline/{id}",
        "/pipeline/record?candidate={candidate}",
        "/insights",
        "/settings/policy",
        "/settings/policy/versions",
        "/settings/policy/holidays",
        "/settings/keys",
        "/settings/calendars",
        "/me",
        SignIn,
    ];

    /// <summary>The error pages, each with its status. All checks of an ordinary page apply to them too.</summary>
    public static IReadOnlyDictionary<string, int> Instead { get; } =
        new Dictionary<string, int>
        {
            [WrongKey] = 401,
            [Forbidden] = 403,
            [WrongAddress] = 404,
        };

    /// <summary>The most bytes that a first visit may transfer, with everything that the page loads.</summary>
    public const long Allowance = 100 * 1024;

    /// <summary>Checks the open page's language, title, landmarks and headings.</summary>
    /// <returns>What is wrong with them.</returns>
    public static async Task<IReadOnlyList<string>> Structure(Browsing browsing, string language)
    {
        var page = browsing.Page;
        List<string> wrong = [];
        // The language may have a country.
        if (await page.Locator("html").GetAttributeAsync("lang") is var lang && lang?.Split('-')[0] != language)
            wrong.Add($"lang is '{lang}', not '{language}'");
        if (
            await page.TitleAsync() is var title
            && (string.IsNullOrWhiteSpace(title) || !title.Contains("FollowUp", StringComparison.Ordinal))
        )
            wrong.Add($"the title '{title}' doesn't name FollowUp");
        await Count("h1", 1, 1);
        await Count("main", 1, 1);
        await Count("header", 1, int.MaxValue);
        if (new Uri(page.Url).AbsolutePath != SignIn)
            await Count("nav", 1, int.MaxValue);
        return wrong;

        async Task Count(string selector, int least, int most)
        {
            if (await page.Locator(selector).CountAsync() is var count && (count < least || count > most))
                wrong.Add($"{count} of {selector}");
        }
    }

    /// <summary>
    /// The page's inline scripts, styles and event handlers, which belong in files. Call this method without JavaScript, so that it sees
    /// only what the server wrote.
    /// </summary>
    public static async Task<IReadOnlyList<string>> Inline(Browsing browsing)
    {
        var elements = await browsing
            .Page.Locator("script:not([src]):not([type='application/json']), style, [style], a[href^='javascript:']")
            .EvaluateAllAsync<string[]>("all => all.map(x => x.outerHTML.slice(0, 120))");
        var handlers = await browsing
            .Page.Locator("*")
            .EvaluateAllAsync<string[]>(
                "all => all.filter(x => [...x.attributes].some(y => y.name.startsWith('on'))).map(x => x.outerHTML.slice(0, 120))"
            );
        return [.. elements, .. handlers];
    }

    /// <summary>What the page offers: its headings, its forms' actions and its links' targets.</summary>
    public static async Task<IReadOnlyList<string>> Content(Browsing browsing)
    {
        var main = browsing.Page.Locator("main");
        return await main.Locator("h1, h2, h3, form, a[href]")
            .EvaluateAllAsync<string[]>(
                """
                all => all.map(x =>
                  x.matches('form') ? `form ${x.method} ${x.getAttribute('action')}`
                  : x.matches('a') ? `a ${x.getAttribute('href')}`
                  : `${x.localName} ${x.textContent.trim()}`)
                """
            );
    }

    /// <summary>The security headers that the response lacks or sets too laxly.</summary>
    public static async Task<IReadOnlyList<string>> Headers(IResponse response)
    {
        var headers = await response.AllHeadersAsync();
        List<string> wrong = [];
        var policy = headers.GetValueOrDefault("content-security-policy", "");
        var directives = policy
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(x => x.Split(' ', 2, StringSplitOptions.TrimEntries))
            .ToLookup(x => x[0], x => x.Length > 1 ? x[1] : "", StringComparer.OrdinalIgnoreCase);
        if (!directives["default-src"].Any() && !directives["script-src"].Any())
            wrong.Add($"no Content-Security-Policy that says where scripts come from: '{policy}'");
        foreach (
            var word in new[] { "'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:" }.Where(x =>
                directives.SelectMany(y => y).Any(y => y.Split(' ').Contains(x))
            )
        )
            wrong.Add($"the Content-Security-Policy allows {word}: {policy}");
        if (!directives["frame-ancestors"].Contains("'none'"))
            wrong.Add($"the Content-Security-Policy lets others frame the page: '{policy}'");
        if (headers.GetValueOrDefault("x-content-type-options") != "nosniff")
            wrong.Add("no X-Content-Type-Options: nosniff");
        if (
            headers.GetValueOrDefault("referrer-policy")
            is not ("no-referrer" or "same-origin" or "strict-origin" or "strict-origin-when-cross-origin")
        )
            wrong.Add($"the Referrer-Policy '{headers.GetValueOrDefault("referrer-policy")}' sends the page's address to other sites");
        return wrong;
    }
}
