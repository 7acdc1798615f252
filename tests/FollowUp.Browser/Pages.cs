using Microsoft.Playwright;

namespace FollowUp.Browser;

/// <summary>Every page there is, and what is promised of each. A new page is added here, and is then held to all of it.</summary>
public static class Pages
{
    public const string SignIn = "/sign-in",
        WrongKey = "/sign-in with a wrong key",
        WrongAddress = "/pipeline/nowhere",
        Forbidden = "/settings/keys of somebody who only reads";

    /// <summary>
    /// Their paths; <c>{id}</c> stands for an application, <c>{import}</c> for a sheet that was looked at, and <c>{imported}</c> for one
    /// that was recorded.
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
        "/insights",
        "/settings/policy",
        "/settings/policy/versions",
        "/settings/policy/holidays",
        "/settings/keys",
        "/settings/calendars",
        "/me",
        SignIn,
    ];

    /// <summary>What is shown instead of a page, with its status. But for that, all of the same is promised of it.</summary>
    public static IReadOnlyDictionary<string, int> Instead { get; } =
        new Dictionary<string, int>
        {
            [WrongKey] = 401,
            [Forbidden] = 403,
            [WrongAddress] = 404,
        };

    /// <summary>Bytes of a first visit, with everything the page names.</summary>
    public const long Allowance = 100 * 1024;

    /// <summary>What is wrong with the skeleton of the page that is open.</summary>
    public static async Task<IReadOnlyList<string>> Structure(Browsing browsing, string language)
    {
        var page = browsing.Page;
        List<string> wrong = [];
        // with or without a country
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
    /// What the page has between its lines that belongs into files of their own. To be asked without JavaScript, of what the server wrote.
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

    /// <summary>What there is to read and to do on the page: its headings, where its forms go, where its links lead.</summary>
    public static async Task<IReadOnlyList<string>> Content(Browsing browsing)
    {
        var main = browsing.Page.Locator("main");
        return await main.Locator("h1, h2, h3, form, a[href]")
            .EvaluateAllAsync<string[]>(
                "all => all.map(x => x.matches('form') ? `form ${x.method} ${x.getAttribute('action')}` : x.matches('a') ? `a ${x.getAttribute('href')}` : `${x.localName} ${x.textContent.trim()}`)"
            );
    }

    /// <summary>What the answer's headers fail to promise a browser.</summary>
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
            wrong.Add($"the Referrer-Policy '{headers.GetValueOrDefault("referrer-policy")}' tells other sites where one was");
        return wrong;
    }
}
