using System.Text.Json;

namespace FollowUp.EndToEnd.Http;

/// <summary>The list as a sheet: imported into the same team it changes nothing, into an empty one it records the same.</summary>
public sealed class Exports(SharedPair shared) : Story(shared)
{
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    [Theory]
    [InlineData("csv", "text/csv")]
    [InlineData("xlsx", Xlsx)]
    public async Task The_sheet_changes_nothing_here_and_records_the_same_in_an_empty_team(string extension, string type)
    {
        var (team, ids) = await Filled();
        var sheet = await team.Applications.Bytes($"/applications.{extension}");

        var here = await Import(team, sheet, type, "?update=true");
        Assert.Equal((0, ids.Length, 0, 0), Counts(here));
        Assert.All(here.Items("rows"), x => Assert.Empty(x.Items("changes").Concat(x.Items("remarks"))));
        Assert.Equal(ids.Order(), here.Items("rows").Select(x => Guid.Parse(x.Text("application")!)).Order());

        var empty = await Pair.Team($"empty-{Guid.NewGuid():n}"[..24]);
        Assert.Equal((ids.Length, 0, 0, 0), Counts(await Import(empty, sheet, type)));
        Assert.Equal((0, ids.Length, 0, 0), Counts(await Import(empty, sheet, type)));
        Assert.Equal(await Described(team), await Described(empty));
    }

    [Fact]
    public async Task The_sheet_takes_the_filters_of_the_list()
    {
        var (team, _) = await Filled();
        var closed = (await team.Applications.Get("/applications.csv?status=closed&candidate=c-2")).Expect(200);
        Assert.Equal("text/csv", closed.MediaType);
        Assert.Equal(2, closed.Text.TrimEnd().Split("\r\n").Length);
        Assert.Contains("c-2,Bolt", closed.Text, StringComparison.Ordinal);
        (await team.Applications.Get("/applications.csv?status=wrong")).Refused(400, "badInput");
        (await team.Through(null).Applications.Get("/applications.xlsx")).Refused(401);
        Assert.DoesNotContain("c-2,Bolt", (await Team.Applications.Get("/applications.csv")).Expect(200).Text, StringComparison.Ordinal);
    }

    private async Task<(Team Team, Guid[] Ids)> Filled()
    {
        var team = await Pair.Team($"export-{Guid.NewGuid():n}"[..24]);
        var now = DateTimeOffset.UtcNow;
        var simple = await team.Submit(candidate: "c-1", employer: "=SUM(A1);=1+1", title: "TBD", submittedAt: now.AddDays(-9));
        (await simple.Note("- called\n- wrote")).Expect(201);
        (await simple.Note("one, =two")).Expect(201);

        var long_ = await team.Submit(
            candidate: "c-1",
            submittedAt: now.AddDays(-30),
            approach: "agency",
            hiringProcess: "outsourced",
            timeZone: "America/New_York",
            country: "US",
            instructions: new { noPhoneCalls = true },
            contacts:
            [
                new
                {
                    name = "R. Roe",
                    role = "recruiter",
                    email = "roe@example.org",
                    phone = "+1 212 555 0177",
                },
                new
                {
                    name = "None",
                    role = "owner",
                    profile = "https://social.example/in/none",
                },
            ]
        );
        (await long_.SendCoverLetter(Days.Today.AddDays(-20), now.AddDays(-30))).Expect(201, 204);
        await long_.SchedulerHasSeenAll();
        (await long_.RecordFollowUp("phone", "ben", madeAt: now.AddDays(-19), happened: true)).Expect(201);
        (await long_.RecordResponse(Days.Today.AddDays(-3), now.AddDays(-15), "invitation")).Expect(201, 204);
        (await long_.ScheduleInterview(now.AddDays(-10))).Expect(201);
        (await long_.ScheduleInterview(now.AddDays(6), TimeSpan.FromMinutes(30))).Expect(201);
        (await long_.RecordStep("other", Days.Today.AddDays(-2), name: "Trial day, paid")).Expect(201);

        var ended = await team.Submit(candidate: "c-2", employer: "Bolt", submittedAt: now.AddDays(-20));
        (await ended.RecordResponse(kind: "rejection")).Expect(201, 204);
        (await ended.Close("rejected")).Expect(204);
        var again = await team.Submit(candidate: "c-2", employer: "Bolt", submittedAt: now.AddDays(-20));

        var voided = await team.Submit(candidate: "c-2", employer: "Cog");
        (await voided.Void()).Expect(204);
        return (team, [simple.Id, long_.Id, ended.Id, again.Id]);
    }

    // The list with what a person sees of each: everything but ids, the numbers of stages, and who recorded it.
    private static async Task<string[]> Described(Team team)
    {
        var described = new List<string>();
        foreach (var item in (await team.Applications.Get("/applications")).Expect(200).Json.Items())
        {
            var x = await team.Of(Guid.Parse(item.Text("id")!)).Detail();
            var people = new List<string>();
            foreach (var contact in x.Items("contacts"))
            {
                var known = (await team.Applications.Get($"/applications/{item.Text("id")}/contacts/{contact.Text("id")}"))
                    .Expect(200)
                    .Json;
                people.Add(
                    $"{known.Text("name")} {known.Text("role")} {known.Text("email")} {known.Text("phone")} {known.Text("profile")}"
                );
            }
            described.Add(
                string.Join(
                    '\n',
                    [
                        $"{x.Text("candidate")} {x.Text("employer")} {x.Text("posting")} {x.Text("approach")}",
                        $"{x.Text("status")} {x.Text("closingReason")} {At(x, "closedAt")} {At(x, "submittedAt")}",
                        $"{At(x, "coverLetter.sentAt")} {x.Text("coverLetter.promisedFollowUpOn")}",
                        .. x.Items("stages")
                            .Select(y =>
                                $"{y.Number("interview")} {At(y, "startsAt")} {At(y, "endsAt")} {y.Text("step")} "
                                + $"{At(y, "response.respondedAt")} {y.Text("response.kind")} {y.Text("response.promisedNextStepOn")} "
                                + $"{y.Text("followUp.made.by")} {y.Text("followUp.made.channel")} {At(y, "followUp.made.madeAt")}"
                            )
                            .Order(StringComparer.Ordinal),
                        .. people,
                        string.Join('\n', x.Items("notes").OrderBy(y => y.Instant("at")).Select(y => y.Text("text"))),
                    ]
                )
            );
        }
        return [.. described.Order(StringComparer.Ordinal)];
    }

    private static string? At(JsonElement x, string path) =>
        x.Instant(path)?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<JsonElement> Import(Team team, byte[] sheet, string type, string query = "") =>
        (await team.Applications.Send(HttpMethod.Post, "/imports" + query, sheet, contentType: type)).Expect(200).Json;

    private static (long?, long?, long?, long?) Counts(JsonElement report) =>
        (report.Number("recorded"), report.Number("alreadyThere"), report.Number("changed"), report.Number("refused"));
}
