using System.Globalization;
using System.Text.RegularExpressions;
using FollowUp.Browser.Importing;
using Microsoft.Playwright;

namespace FollowUp.Browser.People;

/// <summary>
/// No other site can use a browser's session: a form is accepted only with the antiforgery token that its own page gave to this browser,
/// and only the pages accept a session.
/// </summary>
public sealed partial class SafeForms(SharedPair shared, Chromium chromium, FilledTeam filled) : BrowserStory(shared, chromium)
{
    private const string Expired = "The form was open for too long";

    private const string Feed = """
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:-//followup//test//EN
        BEGIN:VEVENT
        UID:1
        DTSTART;VALUE=DATE:20300815
        SUMMARY:Assumption
        END:VEVENT
        END:VCALENDAR
        """;

    /// <summary>
    /// Every address to which a page's form is sent, except the one that stops the daily mail: mail programs post to that address, which
    /// contains its own secret.
    /// </summary>
    public static TheoryData<string> Addresses =>
        [
            "/sign-in",
            "/sign-out",
            "/me",
            "/me/digest",
            "/today/claim",
            "/today/done",
            "/today/release",
            "/today/snooze",
            "/today/assign",
            "/today/override",
            "/today/close",
            "/pipeline/new",
            "/pipeline/import",
            "/pipeline/import/{import}",
            "/pipeline/import/{import}/back",
            "/pipeline/{id}/cover-letter",
            "/pipeline/{id}/contact",
            "/pipeline/{id}/response",
            "/pipeline/{id}/interview",
            "/pipeline/{id}/interview-moved/{number}",
            "/pipeline/{id}/interview-cancelled/{number}",
            "/pipeline/{id}/employer",
            "/pipeline/{id}/posting",
            "/pipeline/{id}/submission",
            "/pipeline/{id}/contact-corrected/{contact}",
            "/pipeline/{id}/step",
            "/pipeline/{id}/note",
            "/pipeline/{id}/closing",
            "/pipeline/{id}/reopening",
            "/pipeline/{id}/retraction",
            "/pipeline/{id}/void",
            "/settings/policy",
            "/settings/policy/holidays",
            "/settings/calendars",
            "/settings/keys",
            "/settings/keys/{key}/revoke",
            "/settings/integrations",
            "/settings/integrations/{name}/revoke",
        ];

    [Theory, MemberData(nameof(Addresses))]
    public async Task Are_accepted_only_from_their_own_page_in_the_same_browser(string address)
    {
        var team = await Pair.Team("safe-forms");
        var (ana, elsewhere) = (await Enter(team), await Enter(team));
        var form = await Fill(address, team, ana);
        var (own, foreign) = (await ana.Token(form.Page), await elsewhere.Token(form.Page));
        Assert.All([own, foreign], x => Assert.True(x.Length > 20, $"{form.Page} has no form with a token."));
        var before = await form.State();
        foreach (var token in new[] { null, "", "guessed", foreign })
        {
            var refused = await Send(ana, form, token);
            Assert.Equal(400, refused.Status);
            Assert.Contains(Expired, await refused.TextAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(before, await form.State());
        // Only the token was wrong. On a busy machine the Scheduler may be behind (503): then the form is sent again.
        var taken = await Eventually.Get(() => Send(ana, form, own), x => x.Status != 503);
        Assert.DoesNotContain(Expired, await taken.TextAsync(), StringComparison.Ordinal);
        if (form.Changes)
        {
            Assert.True(taken.Status < 400, $"{form.Address} answered {taken.Status}: {await taken.TextAsync()}");
            await Eventually.Get(form.State, x => x != before, null, $"{form.Address} has changed something");
        }
    }

    [Fact]
    public async Task Are_all_in_the_list_of_tested_addresses()
    {
        var content = await filled.Of(Pair, () => Window(new Look()));
        var ana = await Enter(content.Team);
        var tried = Addresses
            .Select(x => new Regex($"^{Part().Replace(x.Data, "[^/]+")}$", RegexOptions.None, TimeSpan.FromSeconds(1)))
            .ToList();
        List<string> found = [];
        foreach (var page in Pages.All)
            found.AddRange(SentTo().Matches(await (await Get(ana, content.At(page))).TextAsync()).Select(x => x.Groups["address"].Value));
        Assert.InRange(found.Distinct().Count(), 20, int.MaxValue);
        Assert.All(found, x => Assert.Contains(tried, y => y.IsMatch(x)));
    }

    [Fact]
    public async Task A_session_opens_only_pages_and_a_key_opens_none()
    {
        var team = await Pair.Team("safe-forms");
        var ana = await Enter(team);
        foreach (
            var (service, method, path) in new[]
            {
                (Pair.Applications, "GET", "/applications"),
                (Pair.Applications, "POST", "/applications"),
                (Pair.Applications, "GET", "/events"),
                (Pair.Applications, "GET", "/keys"),
                (Pair.Applications, "POST", "/keys"),
                (Pair.Scheduler, "GET", "/follow-ups"),
                (Pair.Scheduler, "GET", "/policy"),
                (Pair.Scheduler, "GET", "/events"),
            }
        )
        {
            var address = new Uri(service[0].Address, path).ToString();
            // The browser sends the cookie to this service too: cookies don't depend on ports.
            Assert.Contains(await ana.Context.CookiesAsync([address]), x => x.Name == "followup");
            var answer = await ana.Context.APIRequest.FetchAsync(
                address,
                new()
                {
                    Method = method,
                    DataObject = method == "POST" ? new { } : null,
                    MaxRedirects = 0,
                }
            );
            Assert.True(answer.Status == 401, $"{method} {address} answered {answer.Status} to a request without a key.");
        }

        foreach (var page in Pages.All.Where(x => x != Pages.SignIn))
        {
            var answer = await team.Applications.Get(Part().Replace(page, Guid.NewGuid().ToString()), accept: "text/html");
            Assert.True(
                answer.Status == 302 && answer.Location?.StartsWith("/sign-in", StringComparison.Ordinal) is true,
                answer.ToString()
            );
        }
    }

    /// <param name="Page">The page of the form.</param>
    /// <param name="State">Reads the state that the form changes.</param>
    /// <param name="Changes">Whether the form, as filled in, changes that state.</param>
    private sealed record Sent(
        string Address,
        string Page,
        Func<Task<string>> State,
        (string Field, string Value)[] Fields,
        bool Changes = true,
        FilePayload? File = null
    );

    // A filled-in form that would be accepted with a valid token.
    private async Task<Sent> Fill(string address, Team team, Browsing ana)
    {
        if (address.StartsWith("/today/", StringComparison.Ordinal))
            return await FillToday(address, team, ana);
        if (address.StartsWith("/pipeline/{id}/", StringComparison.Ordinal))
            return await FillStep(address, team);
        var name = $"safe-{Guid.NewGuid():n}"[..20];
        switch (address)
        {
            case "/sign-in":
                return new(
                    address,
                    address,
                    async () => $"{(await Text(ana, "/me")).Contains($"<dd>{team.Name}</dd>", StringComparison.Ordinal)}",
                    [("key", Team.Key)]
                );
            case "/sign-out":
                return new(address, "/me", async () => $"{(await Get(ana, "/me")).Status}", []);
            case "/me":
                return new(address, address, async () => Language().Match(await Text(ana, address)).Value, [("language", "en-US")]);
            case "/me/digest":
                return new(address, "/me", () => Task.FromResult(""), [("stop", "yes")], Changes: false); // this pair sends no mail
            case "/pipeline/new":
                var candidate = Harness.Team.NewCandidate();
                return new(
                    address,
                    address,
                    async () => (await team.Applications.Get($"/applications?candidate={candidate}")).Expect(200).Text,
                    [("employer.name", "Acme"), ("posting.title", "Clerk"), ("candidate", candidate), ("id", $"{Guid.NewGuid()}")]
                );
            case "/pipeline/import":
                return new(
                    address,
                    address,
                    async () => $"{SentTo().Count(await Text(ana, address))} {Linked().Count(await Text(ana, address))}",
                    [],
                    File: SheetOnAPage.File(Sheet())
                );
            case "/pipeline/import/{import}":
                var preview = await ana.Choose(Sheet());
                return new(preview, preview, async () => $"{(await Get(ana, preview)).Status}", [("act", "drop")]);
            case "/pipeline/import/{import}/back":
                var import = await ana.Choose(Sheet());
                await ana.Import();
                return new(
                    $"{import}/back",
                    import,
                    async () => $"{(await Text(ana, import)).Contains($"{import}/back", StringComparison.Ordinal)}",
                    []
                );
            case "/settings/policy":
                // Saving needs every field, and a preview before.
                return new(address, address, () => Version(team), [("act", "look"), ("from", "1"), ("instead", "1")], Changes: false);
            case "/settings/policy/holidays":
                return new(address, address, () => Version(team), [("act", "take"), ("region", "DE-BY"), ("feed", Feed)]);
            case "/settings/calendars":
                return new(
                    address,
                    address,
                    () => Items(team.Scheduler, "/calendars", "id"),
                    [("name", name), ("attempt", $"{Guid.NewGuid()}")]
                );
            case "/settings/keys":
                return new(
                    address,
                    address,
                    () => Items(team.Applications, "/keys", "id"),
                    [("kind", "viewer"), ("name", name), ("attempt", $"{Guid.NewGuid()}")]
                );
            case "/settings/keys/{key}/revoke":
                var (key, _) = await team.NewKey("read");
                return new($"/settings/keys/{key}/revoke", "/settings/keys", () => Items(team.Applications, "/keys", "id"), []);
            case "/settings/integrations":
                return new(
                    address,
                    "/settings/keys",
                    () => Items(team.Applications, "/integrations", "name"),
                    [("name", name), ("mayRead", "true")]
                );
            case "/settings/integrations/{name}/revoke":
                (await team.Applications.Post("/integrations", new { name, mayRead = true })).Expect(201);
                return new(
                    $"/settings/integrations/{name}/revoke",
                    "/settings/keys",
                    () => Items(team.Applications, "/integrations", "name"),
                    []
                );
            default:
                throw new ArgumentOutOfRangeException(nameof(address), address, "The test has no form for that address.");
        }
    }

    private static async Task<Sent> FillToday(string address, Team team, Browsing ana)
    {
        var application =
            address == "/today/override"
                ? await team.Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-16), instructions: new { noContact = true })
                : await team.SubmitDue();
        await application.Shows(1, address == "/today/override" ? "withheld" : "due");
        if (address == "/today/release")
        {
            var claimed = await ana.Send(
                "/today/claim",
                await ana.Token($"/pipeline/{application.Id}"),
                ("application", $"{application.Id}"),
                ("stage", "1")
            );
            Assert.True(claimed.Status < 400, await claimed.TextAsync());
            await application.Shows(1, "claimed");
        }

        (string, string)[] more = address switch
        {
            "/today/done" => [("channel", "email")],
            "/today/snooze" => [("day", Day(Days.Today.AddDays(1).ToBusinessDay()))],
            "/today/assign" => [("whom", "other"), ("to", "Ben")],
            "/today/override" => [("because", "employerAgreed")],
            _ => [],
        };
        return new(
            address,
            $"/pipeline/{application.Id}",
            async () => (await application.AskPlan()).Expect(200).Json.Find("slots")!.Value.GetRawText(),
            [("application", $"{application.Id}"), ("stage", "1"), .. more]
        );
    }

    private static async Task<Sent> FillStep(string address, Team team)
    {
        var application = await team.Submit();
        if (address.Contains("{number}", StringComparison.Ordinal))
            (await application.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(3))).Expect(201);
        var contact = address.EndsWith("/{contact}", StringComparison.Ordinal)
            ? (await application.RecordContact()).Expect(201).Json.Text("id")
            : null;
        if (address.EndsWith("/reopening", StringComparison.Ordinal))
            (await application.Close("withdrawn")).Expect(204);
        if (address.EndsWith("/retraction", StringComparison.Ordinal))
            (await application.SendCoverLetter()).Expect(201);
        (string, string)[] fields = address.Split('/')[3] switch
        {
            "contact" => [("role", "recruiter"), ("email", Personal.Email)],
            "interview" or "interview-moved" =>
            [
                ("startsAt", DateTime.UtcNow.AddDays(5).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture)),
            ],
            "step" => [("kind", "offer"), ("on", Day(Days.Today))],
            "employer" => [("employer.name", "Globex")],
            "posting" => [("posting.title", "Cook")],
            "submission" => [("submittedAt", $"{Day(Days.Today.AddDays(-3))}T12:00")],
            "contact-corrected" => [("role", "owner"), ("email", Personal.Email)],
            "closing" => [("reason", "withdrawn")],
            "retraction" => [("fact", "2")],
            "note" => [("text", "They are moving offices.")],
            _ => [],
        };
        var version = await application.Version();
        return new(
            address
                .Replace("{id}", $"{application.Id}", StringComparison.Ordinal)
                .Replace("{number}", "1", StringComparison.Ordinal)
                .Replace("{contact}", contact, StringComparison.Ordinal),
            $"/pipeline/{application.Id}",
            async () => $"{await application.Version()} {(await application.Detail()).Items("notes").Count}",
            [("key", $"{Guid.NewGuid()}"), ("version", $"{version}"), .. fields]
        );
    }

    private async Task<Browsing> Enter(Team team)
    {
        var browsing = await Visit();
        await browsing.Enter(team.Key, "Ana");
        return browsing;
    }

    private static Task<IAPIResponse> Send(Browsing browsing, Sent form, string? token)
    {
        if (form.File is null)
            return browsing.Send(form.Address, token, form.Fields);
        var data = browsing.Context.APIRequest.CreateFormData().Set("sheet", form.File);
        if (token is not null)
            data.Set("__RequestVerificationToken", token);
        return browsing.Context.APIRequest.PostAsync(
            new Uri(browsing.Site, form.Address).ToString(),
            new() { Multipart = data, MaxRedirects = 0 }
        );
    }

    private static Task<IAPIResponse> Get(Browsing browsing, string path) =>
        browsing.Context.APIRequest.GetAsync(new Uri(browsing.Site, path).ToString(), new() { MaxRedirects = 0 });

    private static async Task<string> Text(Browsing browsing, string path) => await (await Get(browsing, path)).TextAsync();

    private static async Task<string> Version(Team team) =>
        (await Eventually.Get(() => team.Scheduler.Get("/policy"), x => x.Status == 200)).Json.Text("version")!;

    private static async Task<string> Items(Api service, string path, string id) =>
        string.Join(
            '\n',
            (await Eventually.Get(() => service.Get(path), x => x.Status == 200))
                .Json.Items()
                .Select(x => $"{x.Text(id)} {x.Text("revokedAt")}")
        );

    private static string Sheet() =>
        $"Company,Position,Candidate,Date Applied\nAcme,Clerk,{Harness.Team.NewCandidate()},{Day(Days.Today.AddDays(-3))}\n";

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    [GeneratedRegex(
        "<form method=\"post\" action=\"(?<address>[^\"#?]+)|formaction=\"(?<address>[^\"#?]+)",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex SentTo();

    [GeneratedRegex("href=\"/pipeline/import/", RegexOptions.None, 1000)]
    private static partial Regex Linked();

    [GeneratedRegex("<html lang=\"[^\"]+", RegexOptions.None, 1000)]
    private static partial Regex Language();

    [GeneratedRegex(@"\{\w+\}", RegexOptions.None, 1000)]
    private static partial Regex Part();
}
