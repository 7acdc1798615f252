using System.Text.Json;

namespace FollowUp.EndToEnd.Http;

/// <summary>
/// The import of a spreadsheet of applications: a report for each row, and a second import of the same row changes nothing.
/// </summary>
public sealed class Imports(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task A_sheet_imported_twice_is_recorded_once()
    {
        var candidate = Harness.Team.NewCandidate();
        var sheet =
            $"candidate,employer,title,date applied\n{candidate},Acme,Clerk,{Days.Today.AddDays(-3):yyyy-MM-dd}\n"
            + $"{candidate},Bolt & Nut,Porter,{Days.Today.AddDays(-2):yyyy-MM-dd}\n";

        var first = await Import(sheet);
        Assert.Equal((2, 0, 0), Counts(first));
        Assert.All(first.Items("rows"), x => Assert.Equal("recorded", x.Text("result")));

        var again = await Import(sheet);
        Assert.Equal((0, 2, 0), Counts(again));
        Assert.All(again.Items("rows"), x => Assert.Equal("alreadyThere", x.Text("result")));
        Assert.Equal(first.Items("rows").Select(x => x.Text("application")), again.Items("rows").Select(x => x.Text("application")));

        foreach (var row in first.Items("rows"))
            await Team.Of(Guid.Parse(row.Text("application")!)).Slot(1, "planned");
        Assert.Equal(2, (await Team.Applications.Get($"/applications?candidate={candidate}")).Expect(200).Json.Items().Count);
    }

    [Fact]
    public async Task A_sheet_that_is_imported_twice_at_once_is_recorded_once()
    {
        const int Rows = 250; // more than a transaction takes
        var candidate = Harness.Team.NewCandidate();
        var rows = Enumerable.Range(0, Rows).Select(x => $"{candidate},Acme {x},Clerk,{Days.Today:yyyy-MM-dd},{candidate}@example.org\n");
        var sheet = "candidate,employer,title,date applied,contact email\n" + string.Concat(rows);

        var reports = await Task.WhenAll(Import(sheet), Import(sheet));

        Assert.All(reports, x => Assert.Equal(0, x.Number("refused")));
        Assert.Equal((Rows, Rows), (reports.Sum(x => (int)x.Number("recorded")!), reports.Sum(x => (int)x.Number("alreadyThere")!)));
        Assert.Equal(
            reports[0].Items("rows").Select(x => x.Text("application")),
            reports[1].Items("rows").Select(x => x.Text("application"))
        );
        Assert.Equal((0, Rows, 0), Counts(await Import(sheet)));
    }

    [Fact]
    public async Task A_bad_row_is_refused_with_its_column_and_keeps_no_other_row_out()
    {
        var candidate = Harness.Team.NewCandidate();
        var sheet =
            $"candidate,employer,title,date applied\n{candidate},Acme,Clerk,2026-11-02\n{candidate},,Porter,\n"
            + $"{candidate},Acme,Guard,the other day\n{candidate},Acme,Cook,\n";

        var report = await Import(sheet);

        Assert.Equal((2, 0, 2), Counts(report));
        Assert.Equal(["recorded", "refused", "refused", "recorded"], report.Items("rows").Select(x => x.Text("result")));
        foreach (var row in report.Items("rows").Where(x => x.Text("result") == "refused"))
        {
            var reason = row.Items("reasons")[0];
            Assert.False(string.IsNullOrWhiteSpace(reason.Text("code")));
            Assert.False(string.IsNullOrWhiteSpace(reason.Text("sentence")));
            Assert.False(string.IsNullOrWhiteSpace(reason.Text("column")));
        }
    }

    [Fact]
    public async Task An_unknown_cell_is_reported_and_not_lost()
    {
        var candidate = Harness.Team.NewCandidate();

        var row = Assert.Single((await Import($"candidate,employer,title,hiringProcess\n{candidate},Acme,Guard,nonsense\n")).Items("rows"));

        Assert.Equal("recorded", row.Text("result"));
        Assert.Contains("nonsense", row.Items("remarks").Single(x => x.Text("column") == "hiringProcess").Text("sentence"));
    }

    [Fact]
    public async Task A_dry_run_only_reports()
    {
        var candidate = Harness.Team.NewCandidate();

        await Import($"candidate,employer,title\n{candidate},Acme,Clerk\n", "?dryRun=true");

        Assert.Empty((await Team.Applications.Get($"/applications?candidate={candidate}")).Expect(200).Json.Items());
    }

    [Fact]
    public async Task An_unknown_column_is_reported_and_can_be_mapped()
    {
        var candidate = Harness.Team.NewCandidate();
        var sheet = $"candidate,employer,title,Shoe size,Zeugs\n{candidate},Acme,Clerk,44,https://example.org/1\n";

        var report = await Import(sheet, "?dryRun=true");
        Assert.Contains("Shoe size", report.Items("ignoredColumns").Select(x => x.Text("header")));

        var mapped = await Import(sheet, "?map=Zeugs:url");
        Assert.DoesNotContain("Zeugs", mapped.Items("ignoredColumns").Select(x => x.Text("header")));
        var id = Assert.Single(mapped.Items("rows")).Text("application")!;
        Assert.Equal("https://example.org/1", (await Team.Of(Guid.Parse(id)).Detail()).Text("posting.url"));
    }

    [Fact]
    public async Task A_word_for_a_status_is_mapped_once_and_remembered_for_the_team()
    {
        var candidate = Harness.Team.NewCandidate();
        var sheet = $"candidate,employer,title,status\n{candidate},Acme,Clerk,Wolkig\n";

        var asked = await Import(sheet, "?dryRun=true");
        Assert.Equal((0, 0, 1), Counts(asked));
        Assert.Equal("Wolkig", Assert.Single(asked.Items("statuses")).Text("word"));
        Assert.Equal((1, 0, 0), Counts(await Import(sheet, "?status=wolkig:rejected")));

        var later = await Import(sheet.Replace("Clerk", "Cook", StringComparison.Ordinal));
        var id = Guid.Parse(Assert.Single(later.Items("rows")).Text("application")!);
        Assert.Equal("rejected", (await Team.Of(id).Detail()).Text("closingReason"));
    }

    [Fact]
    public async Task A_sheet_a_week_later_tells_what_changed_and_records_it_when_asked()
    {
        var candidate = Harness.Team.NewCandidate();
        var (applied, interview) = (Days.Today.AddDays(-10), Days.Today.AddDays(5));
        string Sheet(string acme, string bolt, string on) =>
            $"candidate,employer,title,date applied,status,interview date\n{candidate},Acme,Clerk,{applied:yyyy-MM-dd},{acme},\n"
            + $"{candidate},Bolt,Porter,{applied:yyyy-MM-dd},{bolt},{on}\n{candidate},Cog,Cook,{applied:yyyy-MM-dd},Applied,\n";
        await Import(Sheet("Applied", "Applied", ""));
        var later = Sheet("Rejected", "Interview scheduled", $"{interview:yyyy-MM-dd}");

        var told = await Import(later);
        Assert.Equal((0, 3, 0), Counts(told));
        Assert.Equal(
            ["The sheet says rejected.", $"The sheet has an interview on {interview:yyyy-MM-dd}.", null],
            told.Items("rows").Select(x => x.TryGetProperty("changes", out _) ? x.Items("changes")[0].Text("sentence") : null)
        );

        Assert.Equal(2, (await Import(later, "?update=true&dryRun=true")).Number("changed"));
        var updated = await Import(later, "?update=true");
        Assert.Equal(["changed", "changed", "alreadyThere"], updated.Items("rows").Select(x => x.Text("result")));
        var (acme, bolt) = (IdOf(updated, 0), IdOf(updated, 1));
        Assert.Equal("rejected", (await Team.Of(acme).Detail()).Text("closingReason"));
        Assert.Equal(2, (await Team.Of(bolt).Detail()).Items("stages").Count);

        Assert.Equal(0, (await Import(later, "?update=true")).Number("changed"));
        // the sheet of the week before takes nothing back
        Assert.Equal(0, (await Import(Sheet("Applied", "Applied", ""), "?update=true")).Number("changed"));
    }

    [Fact]
    public async Task A_follow_up_that_the_sheet_tells_later_is_made()
    {
        var candidate = Harness.Team.NewCandidate();
        var applied = Days.Today.AddDays(-20);
        string Sheet(string on) =>
            $"candidate,employer,title,date applied,followed up on\n{candidate},Acme,Clerk,{applied:yyyy-MM-dd},{on}\n";
        var application = Team.Of(IdOf(await Import(Sheet("")), 0));
        await application.Slot(1, _ => true, null, "is planned");

        Assert.Equal(1, (await Import(Sheet($"{Days.Today.AddDays(-4):yyyy-MM-dd}"), "?update=true")).Number("changed"));

        await application.Slot(1, "made");
    }

    [Fact]
    public async Task Interviews_of_which_the_sheet_tells_no_time_are_all_recorded()
    {
        var candidate = Harness.Team.NewCandidate();
        var row = $"{candidate},Acme,Clerk,{Days.Today.AddDays(-9):yyyy-MM-dd},yes,yes";

        var id = IdOf(await Import($"candidate,employer,title,date applied,phone screen,onsite\n{row}\n"), 0);

        Assert.Equal(3, (await Team.Of(id).Detail()).Items("stages").Count);
    }

    [Theory]
    [InlineData("link", "https://example.org/jobs/1", "https://example.org/jobs/2")]
    [InlineData("requisition id", "R-1", "R-2")]
    public async Task Two_postings_of_one_title_on_one_day_are_two_applications(string header, string one, string other)
    {
        var candidate = Harness.Team.NewCandidate();
        string Sheet(params string[] postings) =>
            $"candidate,employer,title,date applied,{header}\n"
            + string.Concat(postings.Select(x => $"{candidate},Acme,Clerk,{Days.Today.AddDays(-3):yyyy-MM-dd},{x}\n"));

        var first = await Import(Sheet(one, other));
        Assert.Equal((2, 0, 0), Counts(first));

        var sorted = await Import(Sheet(other, one));
        Assert.Equal((0, 2, 0), Counts(sorted));
        Assert.Equal([IdOf(first, 1), IdOf(first, 0)], [IdOf(sorted, 0), IdOf(sorted, 1)]);
    }

    [Fact]
    public async Task A_note_is_kept_whole_beside_what_could_not_be_read()
    {
        var note = string.Concat(Enumerable.Repeat("Ask for Mr Brown; closed on Mondays. ", 300)).Trim();
        var id = IdOf(await Import($"employer,title,notes,followed up on,region\nAcme,Clerk,{note},{Days.Today:yyyy-MM-dd},Bavaria\n"), 0);

        var kept = Assert.Single((await Team.Of(id).Detail()).Items("notes"));
        Assert.Equal($"{note}\nregion: Bavaria", kept.Text("text"));
    }

    [Fact]
    public async Task A_media_type_is_read_in_any_case_and_one_that_is_not_is_refused_with_those_that_are()
    {
        const string Sheet = "employer,title\nAcme,Clerk\n";
        (await Team.Applications.Send(HttpMethod.Post, "/imports?dryRun=true", Sheet, contentType: "Text/CSV")).Expect(200);

        var refused = (await Team.Applications.Send(HttpMethod.Post, "/imports?dryRun=true", Sheet, contentType: "image/png")).Expect(415);
        Assert.Contains("text/csv", refused.Json.Text("detail"), StringComparison.Ordinal);
        Assert.Contains("spreadsheet", refused.Json.Text("detail"), StringComparison.Ordinal);
    }

    private async Task<JsonElement> Import(string sheet, string query = "") =>
        (await Team.Applications.Send(HttpMethod.Post, "/imports" + query, sheet, contentType: "text/csv")).Expect(200).Json;

    private static Guid IdOf(JsonElement report, int row) => Guid.Parse(report.Items("rows")[row].Text("application")!);

    private static (long?, long?, long?) Counts(JsonElement report) =>
        (report.Number("recorded"), report.Number("alreadyThere"), report.Number("refused"));
}
