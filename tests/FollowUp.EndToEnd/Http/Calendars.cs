using System.Diagnostics;
using System.Text.Json;

namespace FollowUp.EndToEnd.Http;

/// <summary>The agenda as a calendar feed, read by an implementation other than the one that wrote it: Python's icalendar.</summary>
public sealed class Calendars(SharedPair shared) : Story(shared)
{
    private const string Reader = """
        import icalendar, json, sys
        calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
        assert calendar['VERSION'] == '2.0' and not calendar.errors
        print(json.dumps([dict(uid=str(e['UID']), sequence=int(e['SEQUENCE']),
                               start=e['DTSTART'].dt.isoformat(), end=e['DTEND'].dt.isoformat(), stamp=e['DTSTAMP'].dt.isoformat(),
                               summary=str(e['SUMMARY']), description=str(e['DESCRIPTION']), status=str(e['STATUS']))
                          for e in calendar.walk('VEVENT')]))
        """;

    [Fact]
    public async Task A_calendar_shows_what_is_planned_and_moves_it_with_the_plan()
    {
        var team = await Pair.Team("calendars");
        var (mine, others) = (
            await team.Submit(
                candidate: "c-mine",
                employer: "Ångström, Söhne; & Co",
                title: "Clerk\nin the long office " + new string('x', 90)[..60]
            ),
            await team.Submit(candidate: "c-other")
        );
        var slot = await mine.Slot(1, "planned");
        await others.Slot(1, "planned");
        var path = (await Made(team, new { name = "Mine", candidate = "c-mine" })).Text("path")!;

        var before = Assert.Single(await Read(team, path));
        Assert.Equal(slot.DueAt, before.Instant("start"));
        Assert.Equal(TimeSpan.FromMinutes(30), before.Instant("end") - before.Instant("start"));
        Assert.StartsWith("Follow up: Ångström, Söhne; & Co, Clerk", before.Text("summary"), StringComparison.Ordinal);
        Assert.All(slot.Sentences, x => Assert.Contains(x, before.Text("description"), StringComparison.Ordinal));
        Assert.Equal(2, (await Read(team, (await Made(team, new { name = "All" })).Text("path")!)).Count);

        (await team.Scheduler.Post($"{mine.Path}/stages/1/snooze", new { until = slot.DueAt.AddDays(1) })).Expect(200);
        var after = Assert.Single(await Read(team, path));
        Assert.Equal((before.Text("uid"), slot.DueAt.AddDays(1)), (after.Text("uid"), after.Instant("start")!.Value));
        Assert.True(after.Number("sequence") > before.Number("sequence"));

        (await mine.RecordFollowUp()).Expect(201);
        await mine.Slot(1, "made");
        Assert.Empty(await Read(team, path));
    }

    [Fact]
    public async Task A_calendar_shows_names_if_its_owner_chose_so_and_what_is_erased_no_more()
    {
        var team = await Pair.Team("calendarnames");
        (await team.Applications.Put("/candidates/c-1", new { name = "Ada Byron" })).Expect(204);
        await (await team.Submit(candidate: "c-1")).Slot(1, "planned");
        var (named, plain) = (
            (await Made(team, new { name = "All" })).Text("path")!,
            (await Made(team, new { name = "All", names = false })).Text("path")!
        );
        Assert.EndsWith("(Ada Byron)", Assert.Single(await Read(team, named)).Text("summary"), StringComparison.Ordinal);
        Assert.EndsWith("(c-1)", Assert.Single(await Read(team, plain)).Text("summary"), StringComparison.Ordinal);

        (await team.Applications.Delete("/candidates/c-1")).Expect(204);
        Assert.EndsWith("(c-1)", Assert.Single(await Read(team, named)).Text("summary"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_calendar_shows_interviews_and_moves_and_cancels_them()
    {
        var team = await Pair.Team("calendarinterviews");
        var application = await team.Submit();
        var starts = new DateTimeOffset(Days.Today.AddDays(5).ToDateTime(new(10, 0)), TimeSpan.Zero);
        (await team.Applications.Post($"{application.Path}/interviews", new { startsAt = starts })).Expect(201);
        await application.Slot(2, "planned");
        var (path, without) = (
            (await Made(team, new { name = "All", interviews = true })).Text("path")!,
            (await Made(team, new { name = "All" })).Text("path")!
        );
        async Task<JsonElement> Interview(Func<JsonElement, bool> until) =>
            (
                await Eventually.Get(
                    async () => (await Read(team, path)).Where(IsInterview).ToArray(),
                    x => x.Length == 1 && until(x[0])
                )
            )[0];

        var first = await Interview(x => x.Instant("start") == starts);
        Assert.Equal(starts.AddHours(1), first.Instant("end"));
        Assert.DoesNotContain(await Read(team, without), IsInterview);

        (await team.Applications.Put($"{application.Path}/interviews/1", new { startsAt = starts.AddDays(1) })).Expect(204);
        var moved = await Interview(x => x.Instant("start") == starts.AddDays(1));
        (await team.Applications.Delete($"{application.Path}/interviews/1")).Expect(204);
        var cancelled = await Interview(x => x.Text("status") == "CANCELLED");

        Assert.Equal((first.Text("uid"), first.Text("uid")), (moved.Text("uid"), cancelled.Text("uid")));
        Assert.True(first.Number("sequence") < moved.Number("sequence"));
        Assert.True(moved.Number("sequence") < cancelled.Number("sequence"));

        static bool IsInterview(JsonElement x) => x.Text("uid")!.Contains("-interview", StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interview_of_which_a_sheet_tells_only_the_day_takes_the_day()
    {
        var team = await Pair.Team("calendardays");
        var on = Days.Today.AddDays(6);
        var row = $"c-1,Acme,Clerk,{Days.Today.AddDays(-2):yyyy-MM-dd},{on:yyyy-MM-dd}";
        var sheet = $"candidate,company,position,date applied,interview date\n{row}\n";
        (await team.Applications.Send(HttpMethod.Post, "/imports", sheet, contentType: "text/csv")).Expect(200);
        var path = (await Made(team, new { name = "All", interviews = true })).Text("path")!;
        var interview = await Eventually.Get(
            async () => (await Read(team, path)).FirstOrDefault(x => x.Text("uid")!.Contains("-interview", StringComparison.Ordinal)),
            x => x.ValueKind == JsonValueKind.Object
        );
        Assert.Equal(($"{on:yyyy-MM-dd}", $"{on.AddDays(1):yyyy-MM-dd}"), (interview.Text("start"), interview.Text("end")));
    }

    [Fact]
    public async Task The_address_alone_opens_the_calendar_until_the_revocation()
    {
        var made = await Made(Team, new { name = "Shared", candidate = Harness.Team.NewCandidate() });
        var (path, stranger) = (made.Text("path")!, Team.Scheduler.With(null));
        var answer = (await stranger.Get(path)).Expect(200);
        Assert.Equal("text/calendar", answer.MediaType);
        var head = (await stranger.Send(HttpMethod.Head, path)).Expect(200);
        Assert.Equal(("", "text/calendar", answer.ETag), (head.Text, head.MediaType, head.ETag));
        Assert.DoesNotContain(path, (await Team.Scheduler.Get("/calendars")).Expect(200).Text, StringComparison.Ordinal);
        (await stranger.Get(path[..^8] + "AAAA.ics")).Refused(404, "unknownCalendar");
        (await stranger.Get("/calendars")).Refused(401);
        (await stranger.Post("/calendars", new { name = "x" })).Refused(401);
        var foreign = await Pair.Team("calendarsforeign");
        (await Eventually.Get(() => foreign.Scheduler.Delete($"/calendars/{made.Text("id")}"), x => x.Status != 401)).Refused(
            404,
            "unknownCalendar"
        );
        Assert.Empty((await foreign.Scheduler.Get("/calendars")).Expect(200).Json.Items());
        (await Team.Scheduler.Post("/calendars", new { name = " " })).Refused(400, "badInput");

        (await Team.Scheduler.Delete($"/calendars/{made.Text("id")}")).Expect(204);
        await Eventually.Get(() => stranger.Get(path), x => x.Status == 404);
        (await Team.Scheduler.Delete($"/calendars/{made.Text("id")}")).Expect(204); // a repeated deletion
        Assert.NotNull(
            (await Team.Scheduler.Get("/calendars"))
                .Expect(200)
                .Json.Items()
                .Single(x => x.Text("id") == made.Text("id"))
                .Instant("revokedAt")
        );
    }

    [Fact]
    public async Task An_erased_candidates_calendars_are_deleted_and_no_others()
    {
        var team = await Pair.Team("calendarserased");
        var (mine, theirs) = (Harness.Team.NewCandidate(), Harness.Team.NewCandidate());
        (await team.Applications.Put($"/candidates/{mine}", new { name = Personal.Name, email = Personal.Email })).Expect(204);
        var application = await team.Submit(candidate: mine);
        await application.Slot(1, "planned");
        var path = (await Made(team, new { name = $"{Personal.Name}'s", candidate = mine })).Text("path")!;
        var revoked = await Made(team, new { name = $"{Personal.Name}'s old one", candidate = mine });
        (await team.Scheduler.Delete($"/calendars/{revoked.Text("id")}")).Expect(204);
        await Made(team, new { name = "Theirs", candidate = theirs });
        await Made(team, new { name = "All" });
        var foreign = await Pair.Team("calendarserasedforeign");
        await Made(foreign, new { name = "Elsewhere", candidate = mine });

        (await team.Applications.Delete($"/candidates/{mine}")).Expect(204);

        await Eventually.Get(() => team.Scheduler.With(null).Get(path), x => x.Status == 404);
        Assert.Equal(
            ["All", "Theirs"],
            (await team.Scheduler.Get("/calendars")).Expect(200).Json.Items().Select(x => x.Text("name")).Order()
        );
        Assert.Equal("Elsewhere", Assert.Single((await foreign.Scheduler.Get("/calendars")).Expect(200).Json.Items()).Text("name"));
    }

    private static async Task<JsonElement> Made(Team team, object body) =>
        (await Eventually.Get(() => team.Scheduler.Post("/calendars", body), x => x.Status != 401)).Expect(201).Json;

    private static async Task<IReadOnlyList<JsonElement>> Read(Team team, string path)
    {
        var text = (await team.Scheduler.With(null).Get(path)).Expect(200).Text;
        Assert.All(
            text.Split("\r\n"),
            x => Assert.True(System.Text.Encoding.UTF8.GetByteCount(x) <= 75, $"A line is folded at 75 octets: {x}")
        );
        using var python = Process.Start(
            new ProcessStartInfo(Python.With("icalendar"), ["-c", Reader])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        await python.StandardInput.WriteAsync(text);
        python.StandardInput.Close();
        var errors = python.StandardError.ReadToEndAsync();
        var output = await python.StandardOutput.ReadToEndAsync();
        await python.WaitForExitAsync();
        Assert.True(python.ExitCode == 0, $"{await errors}\n{text}");
        return [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
    }
}
