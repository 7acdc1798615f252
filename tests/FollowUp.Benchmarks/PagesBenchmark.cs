using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace FollowUp.Benchmarks;

/// <summary>
/// Measures each page with a hundred thousand applications in one team, one request after the other: the server's time, and the bytes
/// transferred.
/// </summary>
internal sealed partial class PagesBenchmark(int applications, int requests)
{
    private const int WarmUp = 8; // requests that keep compilation and the driver's prepared statements out of the measurement

    private static readonly string[] Lists =
    [
        "",
        "?q=clerk",
        "?q=ana%20we",
        "?q=harbor%20bank%2042",
        "?q=zzzz",
        "?q=cl",
        "?status=open&followUp=due",
        "?stage=3",
        "?sort=employer",
        "?sort=candidate",
        "?sort=due",
        "?closingProposed=true",
    ];

    public async Task<string> Run(Action<string> say)
    {
        say("Starting a pair on empty databases ...");
        await using var pair = await Pair.Start(listening: false);
        var templates = await ManyApplications.Templates(pair.Default);
        await Task.WhenAll(pair.Services.Select(x => x.Stop()));
        say($"Filling up to {Figure(applications)} applications ...");
        var began = Stopwatch.GetTimestamp();
        await ManyApplications.Copy(pair.ApplicationsDatabase, templates, applications);
        say($"... which took {Stopwatch.GetElapsedTime(began).TotalSeconds.ToString("n0", CultureInfo.InvariantCulture)} s.");
        await pair.Applications[0].StartAndWait();
        await pair.Scheduler[0].StartAndWait();
        say("Waiting until the Scheduler, whose database has only the templates, has all of them ...");
        began = Stopwatch.GetTimestamp();
        await pair.Scheduler[0].Command("compare");
        var rebuilt = Stopwatch.GetElapsedTime(began);

        using var handler = new HttpClientHandler
        {
            AutomaticDecompression = DecompressionMethods.None,
            AllowAutoRedirect = false,
            CookieContainer = new(),
        };
        using var http = new HttpClient(handler) { BaseAddress = pair.Applications[0].Address, Timeout = TimeSpan.FromMinutes(2) };
        http.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("br"));
        var (next, id) = await Deep(pair.Default);
        var rows = new List<string>();
        async Task Measure(string path)
        {
            say(path);
            if (path == "/insights")
                await FirstCount(http, path, rows);
            rows.Add(await Row(http, path));
        }

        if (await SignIn(http, pair.Default.Key))
        {
            foreach (
                var path in (string[])
                    [
                        "/",
                        .. Lists.Select(x => $"/pipeline{x}"),
                        $"/pipeline?after={next}",
                        "/pipeline/board",
                        "/pipeline/board?q=clerk",
                        "/pipeline/board?q=harbor%20bank%2042",
                        "/pipeline/board?q=cl",
                        $"/pipeline/{id}",
                        "/insights",
                        "/pipeline/new",
                        "/settings/policy",
                        "/settings/keys",
                        "/me",
                    ]
            )
                await Measure(path);
        }
        else
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", pair.Default.Key);
        }

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", pair.Default.Key);
        foreach (
            var path in (string[])
                [
                    .. Lists.Select(x => $"/applications{x}"),
                    $"/applications?after={next}",
                    $"/applications/{id}",
                    $"/applications/{id}/timeline",
                ]
        )
            await Measure(path);

        var report = new StringBuilder();
        report.AppendLine(
            CultureInfo.InvariantCulture,
            $"Measured {DateTime.UtcNow:yyyy-MM-dd} with `./followup bench pages` on {await Machine.Describe(pair.ApplicationsDatabase)}."
        );
        report.AppendLine(
            CultureInfo.InvariantCulture,
            $"{Figure(applications)} applications of one team; {requests} requests each, one after the other."
        );
        report.AppendLine(
            CultureInfo.InvariantCulture,
            $"Before, a Scheduler that had lost all of them was complete again after {rebuilt.TotalSeconds:n0} s."
        );
        report.AppendLine().AppendLine("| path | status | p50 | p95 | transferred |").AppendLine("|---|---|---|---|---|");
        foreach (var row in rows)
            report.AppendLine(row);
        return report.ToString();
    }

    // The first request of the insights starts the counting, which takes seconds; until its end the page asks the browser to reload.
    private static async Task FirstCount(HttpClient http, string path, List<string> rows)
    {
        var began = Stopwatch.GetTimestamp();
        for (var asked = 0; ; asked++)
        {
            var started = Stopwatch.GetTimestamp();
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            using var response = await http.SendAsync(request);
            var isThere = !(await response.Content.ReadAsStringAsync()).Contains("data-refresh", StringComparison.Ordinal);
            if (asked == 0)
                rows.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"| `{path}`, the first time | {(int)response.StatusCode} "
                            + $"| {Stopwatch.GetElapsedTime(started).TotalMilliseconds:n1} ms (seen by the client) | | |"
                    )
                );
            if (isThere)
                break;
            await Task.Delay(100);
        }

        rows.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| `{path}`, until it is counted | | {Stopwatch.GetElapsedTime(began).TotalMilliseconds:n0} ms | | |"
            )
        );
    }

    // The cursor and the last application of a page halfway down the list, found by following the pages.
    private async Task<(string Next, string Id)> Deep(Team team)
    {
        var (next, id) = ("", "");
        for (var seen = 0; seen < Math.Min(applications / 2, 20_000); seen += 200)
        {
            var page = (await team.Applications.Get($"/applications?limit=200{(next.Length == 0 ? "" : $"&after={next}")}"))
                .Expect(200)
                .Json;
            (next, id) = (page.Text("next") ?? next, page.Items()[^1].Text("id")!);
        }

        return (next, id);
    }

    private async Task<string> Row(HttpClient http, string path)
    {
        var (times, bytes, status, byServer) = (new List<double>(), 0L, 0, true);
        for (var i = 0; i < WarmUp + requests; i++)
        {
            var started = Stopwatch.GetTimestamp();
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
            bytes = (await response.Content.ReadAsByteArrayAsync()).LongLength;
            var client = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            status = (int)response.StatusCode;
            var server =
                response.Headers.TryGetValues("Server-Timing", out var values)
                && ServerTime().Match(string.Join(',', values)) is { Success: true } match
                    ? double.Parse(match.Groups["ms"].Value, CultureInfo.InvariantCulture)
                    : (double?)null;
            byServer &= server is not null;
            if (i >= WarmUp)
                times.Add(server ?? client);
        }

        times.Sort();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| `{path}` | {status} | {times[times.Count / 2]:n1} ms "
                + $"| {times[Math.Min(times.Count - 1, times.Count * 95 / 100)]:n1} ms{(byServer ? "" : " (seen by the client)")} "
                + $"| {bytes / 1024.0:n1} KiB |"
        );
    }

    // Signs in as a browser does: the form's hidden field, the key, and from then on the cookie. Returns false where there are no pages.
    internal static async Task<bool> SignIn(HttpClient http, string key)
    {
        using var plain = new HttpRequestMessage(HttpMethod.Get, new Uri("/sign-in", UriKind.Relative));
        plain.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        using var form = await http.SendAsync(plain);
        if (!form.IsSuccessStatusCode || Token().Match(await form.Content.ReadAsStringAsync()) is not { Success: true } token)
            return false;
        using var content = new FormUrlEncodedContent([
            new("key", key),
            new("__RequestVerificationToken", WebUtility.HtmlDecode(token.Groups["value"].Value)),
        ]);
        using var answer = await http.PostAsync(new Uri("/sign-in", UriKind.Relative), content);
        return (int)answer.StatusCode < 400
            ? true
            : throw new InvalidOperationException($"Signing in was answered with {(int)answer.StatusCode}.");
    }

    private static string Figure(int value) => value.ToString("n0", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\bapp;dur=(?<ms>[0-9.]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ServerTime();

    [GeneratedRegex(
        """name="__RequestVerificationToken"[^>]*\bvalue="(?<value>[^"]+)""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Token();
}
