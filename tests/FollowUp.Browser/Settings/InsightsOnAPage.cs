using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace FollowUp.Browser.Settings;

/// <summary>The page and the exported sheet have the same figures of a known history.</summary>
public sealed partial class InsightsOnAPage(SharedPair shared, Chromium chromium) : BrowserStory(shared, chromium)
{
    private const int Owners = 5,
        Answers = 3;

    [Fact]
    public async Task The_outcomes_are_on_the_page_and_in_the_sheet()
    {
        var team = await KnownHistory();
        var (_, viewer) = await team.NewKey("read");
        var window = await Browse(viewer);
        await window.Go("/insights");
        Assert.Equal("5 5 5 3 (60%) 3 (60%)", await Row(window, "By situation", "An owner hires"));
        Assert.Equal("5 5 5 3 (60%) 3 (60%)", await Row(window, "By the way in which it was followed up", "phone"));
        Assert.Equal("1 1 0 0 0", await Row(window, "By source", "mass mailing"));
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("1 follow-up is withheld");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("It was a mass mailing");
        await Assertions.Expect(window.Page.Locator("svg[aria-labelledby^=source-answered]")).ToContainTextAsync("mass mailing: too few");
        await window.Axe();

        var sheet = await Sheet(window, (await window.Page.Locator("a[href^='/insights.csv']").GetAttributeAsync("href"))!);
        Assert.Equal(Owners + 1, sheet.Count);
        Assert.Equal(
            (Owners, Answers),
            (sheet.Count(x => x["channel"] == "phone" && x["madeAt"].Length > 0), sheet.Count(x => x["answeredAt"].Length > 0))
        );
        Assert.Equal(
            ("withheld", "massMailing"),
            sheet.Where(x => x["approach"] == "massMailing").Select(x => (x["status"], x["reasons"].Split(' ')[0])).Single()
        );
        Assert.Contains(sheet, x => x["employer"] == "'=Owner"); // a spreadsheet doesn't run the name as a formula
    }

    [Fact]
    public async Task A_candidates_figures_are_theirs_alone_and_an_ambiguous_name_offers_a_choice()
    {
        var team = await KnownHistory();
        foreach (var (candidate, name) in new[] { ("c-0", "Ada Byron"), ("c-1", "Ada Lang"), ("c-2", "Ben Stein") })
            (await team.Applications.Put($"/candidates/{candidate}", new { name })).Expect(200, 201, 204);
        var coach = await Browse(team, language: "de");
        await coach.Go("/insights");
        await coach.Page.Locator("[name=candidate]").FillAsync("Ada");
        await coach.Page.GetByRole(AriaRole.Button, new() { Name = "Anzeigen" }).ClickAsync();
        await coach.Page.GetByRole(AriaRole.Link, new() { Name = "Ada Byron (c-0)" }).ClickAsync();
        await Assertions.Expect(coach.Page.Locator("main")).ToContainTextAsync("Nur von Ada Byron (c-0).");
        await Assertions.Expect(coach.Page.Locator(".figures dd").First).ToHaveTextAsync("1");
        Assert.Single(await Sheet(coach, (await coach.Page.Locator("a[href^='/insights.csv']").GetAttributeAsync("href"))!));

        await coach.Go("/insights?candidate=Stein");
        await Assertions.Expect(coach.Page.Locator("main")).ToContainTextAsync("Nur von Ben Stein (c-2).");
        await coach.Go("/insights?candidate=Zzz");
        await Assertions.Expect(coach.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Im Team gibt es niemanden, der so heißt.");
        await coach.Go("/insights?since=30");
        await Assertions.Expect(coach.Page.Locator("main")).ToContainTextAsync("in den letzten 30 Tagen eingereicht");
    }

    [Fact]
    public async Task A_team_without_applications_gets_a_link_to_the_next_step()
    {
        var coach = await Browse(await Pair.Team($"empty-{Guid.NewGuid():n}"[..20]));
        await coach.Go("/insights");
        await Assertions
            .Expect(coach.Page.GetByRole(AriaRole.Link, new() { Name = "Record an application" }))
            .ToHaveAttributeAsync("href", "/pipeline/new");
    }

    /// <summary>Five follow-ups by phone with owners, three of which were answered, and one application of a mass mailing.</summary>
    private async Task<Team> KnownHistory()
    {
        var team = await Pair.Team($"insights-{Guid.NewGuid():n}"[..20]);
        for (var i = 0; i < Owners; i++)
        {
            var application = await team.Submit(
                hiringProcess: "ownerRun",
                candidate: $"c-{i}",
                employer: i == 0 ? "=Owner" : $"Owner {i}",
                submittedAt: DateTimeOffset.UtcNow.AddDays(-2)
            );
            await application.Slot(1, x => x.Status is "planned" or "due");
            (await application.RecordFollowUp("phone")).Expect(201);
            if (i < Answers)
                (await application.RecordResponse()).Expect(201);
            await application.Shows(1, "made");
        }

        await (await team.Submit(approach: "massMailing", candidate: "c-9", employer: "Globex")).Shows(1, "withheld");
        return team;
    }

    private static async Task<string> Row(Browsing window, string section, string name)
    {
        var row = window
            .Page.Locator("section", new() { Has = window.Page.GetByRole(AriaRole.Heading, new() { Name = section, Exact = true }) })
            .Locator("tbody tr", new() { Has = window.Page.GetByRole(AriaRole.Rowheader, new() { Name = name, Exact = true }) });
        return string.Join(' ', (await row.Locator("td").AllTextContentsAsync()).Take(5).Select(x => x.Trim()));
    }

    private static async Task<IReadOnlyList<Dictionary<string, string>>> Sheet(Browsing window, string path)
    {
        var answer = await window.Context.APIRequest.GetAsync(new Uri(window.Site, path).ToString());
        Assert.Equal(200, answer.Status);
        Assert.StartsWith("text/csv", answer.Headers["content-type"], StringComparison.Ordinal);
        var lines = (await answer.TextAsync())
            .TrimStart('\ufeff')
            .Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(x => Cell().Matches(x).Select(y => y.Groups["cell"].Value.Replace("\"", "", StringComparison.Ordinal)).ToArray())
            .ToArray();
        return [.. lines[1..].Select(x => lines[0].Zip(x).ToDictionary(y => y.First, y => y.Second, StringComparer.Ordinal))];
    }

    [GeneratedRegex("(?:^|,)(?<cell>\"[^\"]*\"|[^,]*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Cell();
}
