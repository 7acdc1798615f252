using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FollowUp.EndToEnd.Http;

/// <summary>Everything of a team goes out in one file.</summary>
public sealed class Export_of_a_team(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task It_has_every_event_of_both_services_and_what_is_kept_beside_them()
    {
        var team = await EverythingOfATeam.Make(Pair, $"out-{Guid.NewGuid():n}"[..20]);
        await EverythingOfATeam.Record(team);
        var export = (await team.Applications.Get("/export")).Expect(200);
        Assert.Equal("application/x-ndjson", export.MediaType);
        var lines = EverythingOfATeam.LinesOf(export.Text).Select(x => JsonDocument.Parse(x).RootElement).ToArray();

        Assert.Equal(("followup-export", 1L, team.Name), (lines[0].Text("format"), lines[0].Number("version"), lines[0].Text("team")));
        Assert.Empty(await Bus.Feed.All(team.Applications, after: lines[0].Text("position")));
        var end = lines[^1].GetProperty("end");
        var events = lines.Where(x => x.TryGetProperty("specversion", out _)).ToArray();
        var documents = lines.Where(x => x.TryGetProperty("document", out _)).ToArray();
        Assert.Equal(
            (lines.Length - 2, documents.Length, events.Count(x => x.Text("source") == "/followup/applications")),
            (events.Length + documents.Length, end.Number("documents"), end.Number("facts"))
        );
        var before = export.Text[..(export.Text.TrimEnd('\n').LastIndexOf('\n') + 1)];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(before))), end.Text("sha256"));

        // the same events as in both feeds
        var fed = (await Bus.Feed.All(team.Applications)).Concat(await Bus.Feed.All(team.Scheduler));
        Assert.Equal(fed.Select(Told).Order(StringComparer.Ordinal), events.Select(Told).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["candidate", "contact", "note", "overrideNote", "statusWords"],
            documents.Select(x => x.Text("document")).Distinct().Order(StringComparer.Ordinal)
        );
        foreach (var kept in new[] { "Ada Byron", "roe@example.org", "A note,\\nof two lines", "Met him at the fair", "Geister" })
            Assert.Contains(kept, export.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Eve Erased", export.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hash", export.Text, StringComparison.OrdinalIgnoreCase);

        var (_, reader) = await team.NewKey("read", "record", "claim");
        (await reader.Applications.Get("/export")).Refused(403);
        (await team.Through(null).Applications.Get("/export")).Refused(401);
    }

    private static string Told(JsonElement x) =>
        $"{x.Text("id")} {x.Text("time")} {x.Text("recordedby")} {EverythingOfATeam.Canonical(x.GetProperty("data"))}";
}

/// <summary>A team is exported from one pair and imported into another: both give the same answers, and the work continues there.</summary>
public sealed class Import_of_a_team() : StoryOfItsOwn(isHandedOn: true)
{
    private readonly string _name = $"moved-{Guid.NewGuid():n}"[..20];
    private Pair _other = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _other = await HandedOn.Take(1);
    }

    public override async ValueTask DisposeAsync()
    {
        Story.TellLogsOfAFailure(_other);
        await base.DisposeAsync();
        if (_other is null)
            return;
        _other.Wire.KeepsThePromise();
        if (TestContext.Current.TestState?.Result == Xunit.TestResult.Passed)
            await HandedOn.Give(1, _other);
        else
            await _other.DisposeAsync();
    }

    [Fact]
    public async Task Both_pairs_give_the_same_answers_and_the_work_continues()
    {
        var here = await EverythingOfATeam.Make(Pair, _name);
        var known = await EverythingOfATeam.Record(here);
        var there = await EverythingOfATeam.Make(_other, _name);
        var export = (await here.Applications.Get("/export")).Expect(200).Text;

        var progress = await Imported(there, export);
        Assert.Equal((_name, progress.Number("total")), (progress.Text("fromTeam"), progress.Number("seen")));
        var (before, after) = (
            await EverythingOfATeam.Read(Pair, here, known.Middle),
            await EverythingOfATeam.Read(_other, there, known.Middle)
        );
        Assert.Equal(before.Keys, after.Keys);
        var differing = before.Where(x => x.Value != after[x.Key]).Select(x => $"{x.Key}:\n{x.Value}\n\n{after[x.Key]}").ToArray();
        Assert.True(differing.Length == 0, string.Join("\n\n\n", differing));

        // out again: the same lines, but for the first and the last
        var again = EverythingOfATeam.LinesOf((await there.Applications.Get("/export")).Expect(200).Text);
        Assert.Equal(EverythingOfATeam.LinesOf(export)[1..^1], again[1..^1]);

        // Other systems learn of the applications, as of something that was recorded then; nothing is announced as due again.
        var told = await _other.Wire.Hears(known.Due.Id, "application.submitted");
        var first = JsonDocument
            .Parse(EverythingOfATeam.LinesOf(export).First(x => x.Contains(told.Id, StringComparison.Ordinal)))
            .RootElement;
        Assert.Equal((first.Text("time"), true), (told.Json.Text("time"), told.Json.Text("replay") is not null));
        Assert.DoesNotContain(_other.Wire.All, x => x.Team == _name && x.Type == "followup.follow-up.due.v1");

        // one follow-up for each stage, wherever it was made; a live claim isn't granted to another; what was due can be made
        (await known.Made.As(there).Claim()).Refused(409, "alreadyMade");
        (await known.Claimed.As(there).Claim(by: "ana")).Refused(409, "claimedByAnother");
        var due = known.Due.As(there);
        (await due.Claim(by: "ana")).Expect(201);
        var fresh = await due.SchedulerHasSeenAll();
        Assert.Equal("claimed", fresh.Text("slots.0.status"));
        (await due.Close("rejected")).Expect(204);
        await due.SchedulerHasSeenAll();
        await (await there.Submit()).Slot(1, "planned");
        (await Import(there, export)).Refused(409, "teamNotEmpty");
    }

    [Fact]
    public async Task Another_team_of_the_same_installation_gets_a_copy_with_the_same_ids()
    {
        var team = await EverythingOfATeam.Make(Pair, _name);
        var (one, two) = (await team.SubmitDue("ada"), await team.Submit(candidate: "bob"));
        await one.Slot(1, "due");
        await two.Slot(1, "planned");
        (await team.Applications.Put("/candidates/ada", new { name = "Ada Byron" })).Expect(204);
        (await team.Applications.Delete("/candidates/ada")).Expect(204);
        var copy = await EverythingOfATeam.Make(Pair, $"copy-{Guid.NewGuid():n}"[..20]);
        await Imported(copy, (await team.Applications.Get("/export")).Expect(200).Text);

        Assert.Equal(await EverythingOfATeam.Ids(team), await EverythingOfATeam.Ids(copy));
        foreach (var x in new[] { one, two })
        {
            Assert.Equal((await x.AskPlan()).Text, (await x.As(copy).AskPlan()).Text);
            Assert.Equal((await x.Detail()).GetRawText(), (await x.As(copy).Detail()).GetRawText());
        }
        // what is done in the copy isn't done in the other
        (await one.As(copy).RecordFollowUp()).Expect(201);
        Assert.Equal("due", (await one.Slot(1, "due")).Status);
    }

    [Fact]
    public async Task Nothing_changes_where_the_file_or_the_team_is_not_right()
    {
        var here = await EverythingOfATeam.Make(Pair, _name);
        await (await here.Submit()).Slot(1, "planned");
        await (await here.Submit()).Slot(1, "planned");
        var export = (await here.Applications.Get("/export")).Expect(200).Text;
        var lines = EverythingOfATeam.LinesOf(export);
        var there = await EverythingOfATeam.Make(_other, _name);

        (await Import(here, export)).Refused(409, "teamNotEmpty");
        (await Import(there, "")).Refused(400, "badExport");
        (await Import(there, "Candidate,Employer\nada,Acme\n")).Refused(400, "badExport");
        (await Import(there, string.Join('\n', lines[..^1]) + "\n")).Refused(400, "incompleteExport");
        (await Import(there, string.Join('\n', lines[..2]))).Refused(400, "incompleteExport");
        Assert.Contains(
            "Line 3:",
            (await Import(there, Cut(lines, 2))).Refused(400, "badExport").Json.Text("detail"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"Line {lines.Length - 1}:",
            (await Import(there, string.Join('\n', lines[..2].Concat(lines[3..])))).Refused(400, "badExport").Json.Text("detail"),
            StringComparison.Ordinal
        );
        (await Import(there, export.Replace("Acme", "Acne", StringComparison.Ordinal))).Refused(400, "badExport");
        (await Import(there, export.Replace("\n", "\r\n", StringComparison.Ordinal))).Refused(400, "badExport");
        (await Import(there, export.Replace("\"version\":1,", "\"version\":2,", StringComparison.Ordinal))).Refused(
            400,
            "unknownExportVersion"
        );
        (await there.Applications.Send(HttpMethod.Post, "/imports/team", export, contentType: "text/csv")).Refused(415, "wrongContentType");
        var (_, recorder) = await there.NewKey("read", "record", "claim");
        (await Import(recorder, export)).Refused(403);
        (await Import(there, export, "?dryRun=true")).Expect(200);

        Assert.Empty(await EverythingOfATeam.Ids(there));
        (await there.Applications.Get("/imports/team")).Refused(404, "unknownImport");
        Assert.Equal(
            0L,
            await Faults.Outbox_traps.Sql(
                _other.ApplicationsDatabase,
                $"select count(*) from followup.mt_doc_exportpart where tenant_id = '{_name}'"
            )
        );

        // without the Scheduler's word there is neither an export nor an import
        await _other.Scheduler[0].Stop();
        (await there.Applications.Get("/export")).Refused(503, "schedulerUnreachable");
        (await Import(there, export)).Refused(503, "schedulerUnreachable");
        await _other.Scheduler[0].StartAndWait();

        // it takes Applications a moment to see that requests have a reader again
        await Eventually.Get(() => Import(there, export), x => x.Expect(202, 503).Status == 202);
        await Done(there);
        Assert.Equal(await EverythingOfATeam.Ids(here), await EverythingOfATeam.Ids(there));
    }

    [Fact]
    public async Task An_import_that_is_killed_in_the_middle_goes_on()
    {
        var here = await EverythingOfATeam.Make(Pair, _name);
        const int Rows = 1_500;
        var sheet = new StringBuilder("Candidate,Employer,Title,Date Applied,Notes\n");
        for (var i = 0; i < Rows; i++)
            sheet.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $"c-{i % 50},Employer {i},Clerk,{Days.Today.AddDays(-i % 20):yyyy-MM-dd},Note {i}\n"
            );
        var imported = (await here.Applications.Send(HttpMethod.Post, "/imports", sheet.ToString(), contentType: "text/csv")).Expect(200);
        Assert.Equal(Rows, imported.Json.Number("recorded"));
        await Eventually.Get(() => Counted(Pair.ApplicationsDatabase, "mt_doc_schedulerplan"), x => x == Rows, null, "all are planned");
        var export = (await Eventually.Get(() => here.Applications.Get("/export"), x => x.Status == 200)).Text;
        var there = await EverythingOfATeam.Make(_other, _name);

        (await Import(there, export)).Expect(202);
        await Eventually.Get(() => Counted(_other.ApplicationsDatabase, "mt_doc_applicationrow"), x => x > 0, null, "it has begun");
        await _other.Applications[0].Kill();
        var atTheKill = await Counted(_other.ApplicationsDatabase, "mt_doc_applicationrow");
        await _other.Applications[0].StartAndWait();
        await Done(there);

        Assert.True(atTheKill < Rows, $"it was killed in the middle: {atTheKill}");
        Assert.Equal(Rows, await Counted(_other.ApplicationsDatabase, "mt_doc_applicationrow"));
        var again = EverythingOfATeam.LinesOf((await there.Applications.Get("/export")).Expect(200).Text);
        Assert.Equal(EverythingOfATeam.LinesOf(export)[1..^1], again[1..^1]);
    }

    private async Task<long> Counted(string database, string table) =>
        (long)(await Faults.Outbox_traps.Sql(database, $"select count(*) from followup.{table} where tenant_id = '{_name}'"))!;

    private static string Cut(string[] lines, int which) =>
        string.Join('\n', [.. lines[..which], lines[which][..(lines[which].Length / 2)], .. lines[(which + 1)..]]);

    private static Task<Answer> Import(Team team, string export, string query = "") =>
        team.Applications.Send(HttpMethod.Post, "/imports/team" + query, export, contentType: "application/x-ndjson");

    private static async Task<JsonElement> Imported(Team team, string export)
    {
        (await Import(team, export)).Expect(202);
        return await Done(team);
    }

    private static async Task<JsonElement> Done(Team team)
    {
        var progress = await Eventually.Get(
            async () => (await team.Applications.Get("/imports/team")).Expect(200).Json,
            x => x.Text("state") != "running",
            null,
            "the import has ended"
        );
        Assert.Equal("done", progress.Text("state"));
        return progress;
    }
}
