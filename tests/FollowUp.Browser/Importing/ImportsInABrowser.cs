using System.Globalization;
using Microsoft.Playwright;

namespace FollowUp.Browser.Importing;

/// <summary>The import of a spreadsheet: preview, import, report and undo.</summary>
public sealed class ImportsInABrowser(SharedPair shared, Chromium chromium) : BrowserStory(shared, chromium)
{
    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_sheet_is_previewed_imported_reported_and_undone(bool javaScript)
    {
        var candidate = Harness.Team.NewCandidate();
        var coach = await Browse(Team, javaScript);
        var path = await coach.Choose(
            $"""
            Company,Position,Date Applied,Status
            Acme,Clerk,{Day(3)},Applied
            Globex,Cook,{Day(2)},Applied
            Initech,Guard,{Day(2)},Rejected
            Umbrella,Porter,the other day,Applied

            """,
            candidate
        );
        await coach.Says("To be recorded: 3. Already there: 0. Refused: 1.");
        await coach.Says("the other day");
        Assert.Empty(await Of(candidate));

        await coach.Import();
        await coach.Says("Recorded: 3. Already there: 0. Refused: 1.");
        var recorded = await Of(candidate);
        Assert.Equal(3, recorded.Count);
        var report = await (await coach.Context.APIRequest.GetAsync(new Uri(coach.Site, $"{path}/report.csv").ToString())).TextAsync();
        Assert.Equal(5, report.TrimEnd().Split('\n').Length);
        Assert.Contains(recorded[0].Text("id")!, report, StringComparison.Ordinal);

        var clerk = Team.Of(Guid.Parse(recorded.Single(x => x.Text("title") == "Clerk").Text("id")!));
        var cook = Team.Of(Guid.Parse(recorded.Single(x => x.Text("title") == "Cook").Text("id")!));
        (await clerk.RecordResponse()).Expect(201);
        await coach.Page.Locator("details.action summary").ClickAsync();
        await coach.Page.Locator("button.danger").ClickAsync();

        await coach.Says("Voided: 2. Left alone: 1.");
        await coach.Says("Somebody recorded something of it since.");
        Assert.Equal("voided", (await cook.Detail()).Text("status"));
        Assert.Equal("open", (await clerk.Detail()).Text("status"));

        await coach.Choose($"Company,Position,Date Applied\nAcme,Clerk,{Day(3)}\n", candidate);
        await coach.Says("To be recorded: 0. Already there: 1. Refused: 0.");
    }

    [Fact]
    public async Task A_dropped_sheet_is_the_chosen_sheet()
    {
        var coach = await Browse(Team);
        await coach.Go("/pipeline/import");
        var dropped = await coach.Page.EvaluateHandleAsync(
            """
            text => {
              const data = new DataTransfer();
              data.items.add(new File([text], 'dropped.csv', { type: 'text/csv' }));
              return data;
            }
            """,
            $"Candidate,Company,Position\n{Harness.Team.NewCandidate()},Acme,Clerk\n"
        );
        await coach.Page.Locator("[data-drop]").DispatchEventAsync("drop", new Dictionary<string, object> { ["dataTransfer"] = dropped });
        await coach.See();
        await Assertions.Expect(coach.Page.Locator("h1")).ToContainTextAsync("dropped.csv");
        await coach.Says("To be recorded: 1.");
        await coach.Axe();
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Unknown_columns_are_mapped_by_hand(bool javaScript)
    {
        var candidate = Harness.Team.NewCandidate();
        var coach = await Browse(Team, javaScript);
        await coach.Choose($"Laden;Posten;Wann\nAcme;Clerk;{Day(3)}\n", candidate);
        await coach.Says("No column was recognised as: Employer’s name, Title of the posting.");
        Assert.Equal(0, await coach.Page.Locator("button[value=import]").CountAsync());

        await coach.Page.Locator("select[name='column.1']").SelectOptionAsync("employer");
        await coach.Page.Locator("select[name='column.2']").SelectOptionAsync("employer");
        coach.Expect(400);
        await coach.Page.Locator("button[value=look]").First.ClickAsync();
        await coach.Says("Two columns are taken for the same thing.");
        await coach.Page.Locator("select[name='column.2']").SelectOptionAsync("title");
        await coach.Page.Locator("button[value=look]").First.ClickAsync();
        await coach.Says("To be recorded: 1.");

        // A mapping without a preview isn't imported.
        await coach.Page.Locator("select[name='column.3']").SelectOptionAsync("submittedOn");
        await coach.Page.Locator("button[value=import]").ClickAsync();
        await coach.Says("Something else was chosen");
        Assert.Empty(await Of(candidate));

        await coach.Import();
        var one = Assert.Single(await Of(candidate));
        Assert.StartsWith(Day(3), one.Text("submittedAt"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_colleagues_choice_is_previewed_before_the_import(bool javaScript)
    {
        var (mine, theirs) = (Harness.Team.NewCandidate(), Harness.Team.NewCandidate());
        var coach = await Browse(Team, javaScript);
        var path = await coach.Choose($"Company,Position,Date Applied\nAcme,Clerk,{Day(3)}\n", mine);
        await coach.Says("To be recorded: 1.");

        var colleague = await Browse(Team, javaScript);
        await colleague.Go(path);
        await colleague.Page.Locator("details:has([name=candidate]) > summary").ClickAsync();
        await colleague.Page.Locator("[name=candidate]").FillAsync(theirs);
        await colleague.Page.Locator("button[value=look]").First.ClickAsync();
        await colleague.Says("The sheet was read again");

        await coach.Page.Locator("button[value=import]").ClickAsync();
        await coach.Says("Something else was chosen");
        Assert.Empty(await Of(theirs));
        Assert.Empty(await Of(mine));
        await coach.Import();
        Assert.Single(await Of(mine));
        Assert.Empty(await Of(theirs));
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_word_for_a_status_is_chosen_once_and_remembered(bool javaScript)
    {
        var (candidate, word) = (Harness.Team.NewCandidate(), $"Wolkig{Guid.NewGuid():n}"[..20]);
        var coach = await Browse(Team, javaScript);
        await coach.Choose($"Company,Position,Date Applied,Status\nAcme,Clerk,{Day(3)},{word}\n", candidate);
        await coach.Says("Refused: 1.");

        await coach.Page.GetByLabel(word, new() { Exact = true }).SelectOptionAsync("rejected");
        await coach.Page.Locator("button[value=look]").First.ClickAsync();
        await coach.Says("To be recorded: 1.");
        await coach.Import();
        Assert.Equal("rejected", Assert.Single(await Of(candidate)).Text("closingReason"));

        await coach.Choose($"Company,Position,Date Applied,Status\nGlobex,Cook,{Day(3)},{word}\n", candidate);
        await coach.Says("To be recorded: 1. Already there: 0. Refused: 0.");
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_sheet_a_week_later_is_recorded_when_asked(bool javaScript)
    {
        var candidate = Harness.Team.NewCandidate();
        var coach = await Browse(Team, javaScript);
        await coach.Choose($"Company,Position,Date Applied,Status\nAcme,Clerk,{Day(8)},Applied\n", candidate);
        await coach.Import();

        await coach.Choose($"Company,Position,Date Applied,Status\nAcme,Clerk,{Day(8)},Rejected\n", candidate);
        await coach.Says("To be recorded: 0. Already there: 1. Refused: 0.");
        await coach.Says("The sheet says rejected.");
        Assert.Equal(0, await coach.Page.Locator("button[value=import]").CountAsync());

        await coach.Page.Locator("button[value=update]").ClickAsync();
        await coach.Says("To be brought up to date: 1.");
        if (javaScript)
            await coach.Axe();
        await coach.Import();
        await coach.Says("Brought up to date: 1.");
        Assert.Equal("rejected", Assert.Single(await Of(candidate)).Text("closingReason"));
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_row_says_whose_it_is_and_what_will_be_due_as_it_is_then(bool javaScript)
    {
        var team = await Pair.Team($"due-{Guid.NewGuid():n}"[..20]);
        (await team.Applications.Put("/candidates/c-ada", new { name = "Ada Byron" })).Expect(204);
        var coach = await Browse(team, javaScript);
        await coach.Choose(
            $"""
            Candidate,Company,Position,Date Applied,Status
            c-ada,Acme,Clerk,{Day(1)},Applied
            c-ada,Globex,Cook,{Day(90)},Applied
            c-ada,Initech,Guard,{Day(5)},Rejected

            """
        );
        var rows = coach.Page.Locator("table.sheet:has(#rows) tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(3);
        await Assertions.Expect(rows.Nth(0)).ToContainTextAsync("Ada Byron");
        await Assertions.Expect(rows.Nth(1)).ToContainTextAsync("lapsed");
        await Assertions.Expect(rows.Nth(2)).ToContainTextAsync("waived");
        var due = await rows.Nth(0).Locator("time").GetAttributeAsync("datetime");
        Assert.Empty((await team.Applications.Get("/applications")).Expect(200).Json.Items());
        if (javaScript)
            await coach.Axe();

        await coach.Import();
        var clerk = (await team.Applications.Get("/applications?employer=Acme")).Expect(200).Json.Items().Single();
        var slot = await team.Of(Guid.Parse(clerk.Text("id")!)).Slot(1, "planned");
        Assert.Equal(slot.DueAt, DateTimeOffset.Parse(due!, CultureInfo.InvariantCulture));

        await coach.Choose($"Candidate,Company,Position,Date Applied\nc-ada,Acme,Clerk,{Day(1)}\n");
        await Assertions.Expect(rows.Nth(0).Locator("time")).ToHaveAttributeAsync("datetime", due!);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_refused_row_is_corrected_in_place(bool javaScript)
    {
        var candidate = Harness.Team.NewCandidate();
        var coach = await Browse(Team, javaScript);
        await coach.Choose($"Company,Position,Date Applied\nAcme,Clerk,the other day\nGlobex,,{Day(2)}\n", candidate);
        await coach.Says("To be recorded: 0. Already there: 0. Refused: 2.");
        Assert.Equal(0, await coach.Page.Locator("button[value=import]").CountAsync());
        if (javaScript)
            await coach.Axe();

        await Cell(2, 3).FillAsync("last week");
        await Cell(3, 2).FillAsync("Cook");
        await coach.Page.GetByRole(AriaRole.Button, new() { Name = "Check again" }).ClickAsync();
        await coach.Says("To be recorded: 1. Already there: 0. Refused: 1.");
        await Assertions.Expect(Cell(2, 3)).ToHaveValueAsync("last week");
        await Assertions.Expect(Cell(3, 2)).ToHaveCountAsync(0);

        // Recorded with the correction that was made last
        await Cell(2, 3).FillAsync(Day(3));
        await coach.Import();
        await coach.Says("Recorded: 2. Already there: 0. Refused: 0.");
        await coach.Says("was corrected before the import; in the sheet it says \"the other day\".");
        var recorded = await Of(candidate);
        Assert.Equal(["Clerk", "Cook"], recorded.Select(x => x.Text("title")).Order());
        Assert.StartsWith(Day(3), recorded.Single(x => x.Text("title") == "Clerk").Text("submittedAt"), StringComparison.Ordinal);

        ILocator Cell(int line, int position) => coach.Page.Locator($"[name='cell.{line}.{position}']");
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_row_for_the_same_job_is_left_out_or_recorded_as_another_application(bool javaScript)
    {
        var candidate = Harness.Team.NewCandidate();
        var coach = await Browse(Team, javaScript);
        string Sheet(int ago, string title) => $"Acme,{title},{Day(ago)}\n";
        await coach.Choose($"Company,Position,Date Applied\n{Sheet(9, "Clerk")}{Sheet(9, "Cook")}", candidate);
        await coach.Import();
        await coach.Says("Recorded: 2. Already there: 0. Refused: 0.");

        await coach.Choose($"Company,Position,Date Applied\n{Sheet(3, "Clerk")}{Sheet(3, "Cook")}", candidate);
        await coach.Says("To be recorded: 0. Already there: 0. Refused: 2.");
        if (javaScript)
            await coach.Axe();
        await Another(2).CheckAsync();
        await Another(3).CheckAsync();
        await coach.Page.GetByRole(AriaRole.Button, new() { Name = "Check again" }).ClickAsync();
        await coach.Says("To be recorded: 2. Already there: 0. Refused: 0.");
        await Assertions.Expect(Another(2)).ToBeCheckedAsync();

        // Imported with what was said last
        await Another(3).UncheckAsync();
        await coach.Import();
        await coach.Says("Recorded: 1. Already there: 0. Refused: 1.");
        Assert.Equal(["Clerk", "Clerk", "Cook"], (await Of(candidate)).Select(x => x.Text("title")).Order());

        ILocator Another(int line) => coach.Page.Locator($"[name=again][value='{line}']");
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_column_with_names_is_taken_for_the_candidates(bool javaScript)
    {
        var team = await Pair.Team($"names-{Guid.NewGuid():n}"[..20]);
        (await team.Applications.Put("/candidates/c-ada", new { name = "Ada Byron" })).Expect(204);
        var coach = await Browse(team, javaScript);
        await coach.Choose($"Student,Company,Position,Date Applied\nAda Byron,Acme,Clerk,{Day(3)}\nGrace Hopper,Acme,Cook,{Day(3)}\n");
        await coach.Says("A column names several people");
        await Assertions.Expect(coach.Page.Locator("select[name='column.1']")).ToHaveValueAsync("candidateName");
        await coach.Page.Locator("button[value=look]").First.ClickAsync();
        await coach.Says("To be recorded: 1. Already there: 0. Refused: 1.");
        await coach.Says("No candidate is called \"Grace Hopper\".");

        await coach.Page.Locator("[name=newCandidates]").CheckAsync();
        await coach.Page.Locator("button[value=look]").First.ClickAsync();
        await coach.Says("To be recorded: 2. Already there: 0. Refused: 0.");
        await coach.Says("Grace Hopper (new)");
        if (javaScript)
            await coach.Axe();
        await coach.Import();
        await coach.Says("Recorded: 2. Already there: 0. Refused: 0.");
        await coach.Go("/pipeline");
        await coach.Says("Ada Byron");
        await coach.Says("Grace Hopper");
    }

    [Fact]
    public async Task A_file_that_is_no_sheet_is_refused_at_its_field()
    {
        var coach = await Browse(Team);
        coach.Expect(400);
        await coach.Go("/pipeline/import");
        await coach
            .Page.Locator("#sheet")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "book.csv",
                    MimeType = "text/csv",
                    Buffer = [0x50, 0x4B, 0x03, 0x04, 1, 2, 3],
                }
            );
        await coach.Page.Locator("#candidate").FillAsync("c-kept");
        await coach.Page.Locator("main form button.main").ClickAsync();
        await Assertions.Expect(coach.Page.Locator("#sheet-error")).ToContainTextAsync("The workbook is damaged");
        await Assertions.Expect(coach.Page.Locator("#candidate")).ToHaveValueAsync("c-kept");
    }

    [Fact]
    public async Task Another_team_sees_nothing_of_it()
    {
        var coach = await Browse(Team);
        var path = await coach.Choose($"Candidate,Company,Position\n{Harness.Team.NewCandidate()},Acme,Clerk\n");
        await coach.Import();

        var other = await Browse(await Pair.Team($"others-{Guid.NewGuid():n}"[..20]));
        other.Expect(404);
        Assert.Equal(404, (await other.Go(path)).Status);
        Assert.Equal(404, (await other.Context.APIRequest.GetAsync(new Uri(other.Site, $"{path}/report.csv").ToString())).Status);
        await other.Go("/pipeline/import");
        await other.Says("Nothing was imported yet.");
    }

    [Fact]
    public async Task In_German_all_of_it_is_German()
    {
        var coach = await Browse(Team, language: "de");
        var path = await coach.Choose(
            $"""
            Kandidat;Firma;Stelle;Datum
            {Harness.Team.NewCandidate()};Acme;Koch;{Day(3)}
            {Harness.Team.NewCandidate()};Globex;Wächter;neulich

            """
        );
        await coach.Says("Neu zu erfassen: 1. Schon da: 0. Abgewiesen: 1.");
        await coach.Says("„neulich“ ist kein Datum.");
        await coach.Says("Was fällig wird");
        await coach.Says("Noch einmal prüfen");
        await coach.Axe();
        await coach.Import();
        await coach.Says("Erfasst: 1. Schon da: 0. Abgewiesen: 1.");
        await coach.Axe();
        var report = await coach.Context.APIRequest.GetAsync(
            new Uri(coach.Site, $"{path}/report.csv").ToString(),
            new() { Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Accept-Language"] = "de" } }
        );
        Assert.Contains("Neu erfasst", await report.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_reports_quotes_of_a_candidate_are_erased_with_the_candidate()
    {
        var candidate = Harness.Team.NewCandidate();
        var coach = await Browse(Team);
        var path = await coach.Choose(
            $"Candidate,Company,Position,Date Applied\n{candidate},Acme,Clerk,{Day(3)}\n{candidate},Acme,Cook,{Personal.Email}\n"
        );
        await coach.Import();
        await coach.Says(Personal.Email);

        (await Team.Applications.Delete($"/candidates/{candidate}")).Expect(204);

        await coach.Go(path);
        await coach.Says("and is gone");
        Assert.DoesNotContain(Personal.Email, await coach.Page.ContentAsync(), StringComparison.Ordinal);
    }

    private static string Day(int ago) => Days.Today.AddDays(-ago).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private async Task<IReadOnlyList<System.Text.Json.JsonElement>> Of(string candidate) =>
        (await Team.Applications.Get($"/applications?candidate={candidate}")).Expect(200).Json.Items();
}
