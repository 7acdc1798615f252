using System.Text.Json;
using System.Text.Json.Nodes;

namespace FollowUp.EndToEnd.Bus;

/// <summary>
/// The requests that Applications sends to the Scheduler for its pages, sent here with the pair's own broker user: the same replies and the
/// same refusals as over HTTP.
/// </summary>
public sealed class InternalRequests(SharedPair shared) : BusStory(shared)
{
    private const string Scheduler = "followup.scheduler.commands";

    [Fact]
    public async Task A_policy_is_read_tried_out_and_replaced_as_over_http()
    {
        var team = await NewTeam();
        var application = await team.Submit();
        await application.Slot(1, "planned");
        var first = (await Ask(team, "read-policy", new { }, "policy-answer")).Data;
        Assert.Equal(
            (1, 7, 1, false),
            (
                first.Number("version"),
                first.Number("policy.unknown.wait"),
                first.Items("versions").Count,
                first.Text("changedBy") is not null
            )
        );
        Assert.Equal((await Http(team, "/policy")).GetRawText(), first.Find("policy")!.Value.GetRawText());
        var changed = With(first.Find("policy")!.Value, x => x["unknown"]!["wait"] = 12);

        var preview = (await Ask(team, "preview-policy", new { policy = changed, limit = 1 }, "preview-answer")).Data;
        Assert.Equal((1, 1, "moves"), (preview.Number("open"), preview.Number("moves"), Assert.Single(preview.Items()).Text("change")));

        var second = (await Ask(team, "replace-policy", new { policy = changed, instead = 1 }, "policy-answer")).Data;
        Assert.Equal(
            (2, 12, "ana", 2),
            (second.Number("version"), second.Number("policy.unknown.wait"), second.Text("changedBy"), second.Items("versions").Count)
        );
        Assert.Equal("ana", second.Items("versions")[1].Text("changedBy"));
        await application.Slot(1, x => x.Json.Number("policyVersion") == 2);
        Assert.Equal(
            0,
            (
                await Eventually.Get(() => Ask(team, "read-policy", new { }, "policy-answer"), x => x.Data.Number("remaining") == 0)
            ).Data.Number("remaining")
        );
        Assert.Equal(7, (await Ask(team, "read-policy", new { version = 1 }, "policy-answer")).Data.Number("policy.unknown.wait"));

        Assert.Equal("unknownVersion", (await Refused(team, "read-policy", new { version = 9 }, 404)).Text("code"));
        Assert.Equal("changedMeanwhile", (await Refused(team, "replace-policy", new { policy = changed, instead = 1 }, 409)).Text("code"));
        // The policy itself says version 1.
        Assert.Equal("changedMeanwhile", (await Refused(team, "replace-policy", new { policy = changed }, 409)).Text("code"));
    }

    [Fact]
    public async Task Errors_of_a_policy_are_reported_by_path_as_over_http_and_nothing_is_dead_lettered()
    {
        var team = await NewTeam();
        var policy = (await Ask(team, "read-policy", new { }, "policy-answer")).Data.Find("policy")!.Value;
        foreach (
            var wrong in new[]
            {
                With(policy, x => (x["unknown"]!["wait"], x["claimMinutes"]) = (-1, 0)),
                With(policy, x => x["unkown"] = 1),
                With(policy, x => x["unknown"]!.AsObject().Remove("wait")),
                With(policy, x => x["silenceWait"] = "long"),
            }
        )
        {
            var problem = (await Eventually.Get(() => team.Scheduler.Post("/policy/preview", wrong.GetRawText()), x => x.Status != 401))
                .Refused(400)
                .Json;
            foreach (var question in new[] { "preview-policy", "replace-policy" })
            {
                var refused = await Refused(team, question, new { policy = wrong }, 400);
                Assert.Equal(
                    (problem.Text("code"), problem.Text("detail"), problem.Find("errors")!.Value.GetRawText()),
                    (refused.Text("code"), refused.Text("detail"), refused.Find("errors")!.Value.GetRawText())
                );
            }
        }

        Assert.Empty((await team.Scheduler.Get("/parked")).Expect(200).Json.Items());
        Assert.Equal(1, (await Ask(team, "read-policy", new { }, "policy-answer")).Data.Number("version"));
    }

    [Fact]
    public async Task Holidays_are_imported_appear_in_their_month_and_are_removed()
    {
        const string Feed =
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Tests//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
            + "DTSTART;VALUE=DATE:20270303\r\nSUMMARY:Feast of Clerks\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        var team = await NewTeam();
        async Task<(string?, string?)> Day(object? policy = null)
        {
            var days = (
                await Ask(
                    team,
                    "look-at-month",
                    Harness.Team.Given(("policy", policy), ("region", "IS"), ("year", 2027), ("month", 3)),
                    "month-answer"
                )
            ).Data.Items("days");
            Assert.Equal(31, days.Count);
            return (days[2].Text("kind"), days[2].Text("name"));
        }

        Assert.Equal(
            "2027-03-03",
            Assert
                .Single(
                    (
                        await Ask(
                            team,
                            "take-holidays",
                            new
                            {
                                region = "IS",
                                feed = Feed,
                                dryRun = true,
                            },
                            "holidays-answer"
                        )
                    ).Data.Items("days")
                )
                .Text("on")
        );
        Assert.Equal(("working", null), await Day());
        await Ask(
            team,
            "take-holidays",
            new
            {
                region = "IS",
                feed = Feed,
                dryRun = false,
            },
            "holidays-answer"
        );
        Assert.Equal(("holiday", "Feast of Clerks"), await Day());
        var policy = (await Ask(team, "forget-holidays", new { region = "IS" }, "policy-answer")).Data;
        Assert.Equal(3, policy.Number("version"));
        Assert.Equal(("working", null), await Day());
        Assert.Equal(
            ("dayOff", "Away"),
            await Day(
                With(
                    policy.Find("policy")!.Value,
                    x => x["daysOff"] = new JsonArray(new JsonObject { ["from"] = "2027-03-03", ["name"] = "Away" })
                )
            )
        );
        Assert.NotNull((await Refused(team, "look-at-month", new { year = 2027, month = 13 }, 400)).Find("errors.month"));
        Assert.NotNull(
            (
                await Refused(
                    team,
                    "take-holidays",
                    new
                    {
                        region = "IS",
                        feed = "nothing",
                        dryRun = true,
                    },
                    400
                )
            ).Find("errors.holidays")
        );
        var large = Feed.Replace("Feast of Clerks", $"{new string('x', 100)}\r\nRRULE:FREQ=DAILY;COUNT=1990", StringComparison.Ordinal);
        Assert.NotNull(
            (
                await Refused(
                    team,
                    "take-holidays",
                    new
                    {
                        region = "IS",
                        feed = large,
                        dryRun = false,
                    },
                    400
                )
            ).Find("errors.holidays")
        );
    }

    [Fact]
    public async Task A_calendar_of_a_candidate_is_theirs_alone()
    {
        var team = await NewTeam();
        var mine = (await Ask(team, "make-calendar", new { name = "Mine", candidate = "c-mine" }, "made-calendar")).Data;
        await Ask(team, "make-calendar", new { name = "All" }, "made-calendar");
        (await team.Scheduler.With(null).Get(mine.Text("path")!)).Expect(200);
        Assert.Equal(
            ["All", "Mine"],
            (await Ask(team, "list-calendars", new { }, "calendar-list")).Data.Items().Select(x => x.Text("name")).Order()
        );
        Assert.Equal(
            "Mine",
            Assert.Single((await Ask(team, "list-calendars", new { candidate = "c-mine" }, "calendar-list")).Data.Items()).Text("name")
        );
        Assert.Empty((await Ask(await NewTeam(), "list-calendars", new { }, "calendar-list")).Data.Items());

        Assert.Equal(
            "unknownCalendar",
            (await Refused(team, "revoke-calendar", new { id = mine.Text("id"), candidate = "c-other" }, 404)).Text("code")
        );
        await Ask(team, "revoke-calendar", new { id = mine.Text("id"), candidate = "c-mine" }, "calendar-revoked");
        await Eventually.Get(() => team.Scheduler.With(null).Get(mine.Text("path")!), x => x.Status == 404);
        Assert.NotNull((await Refused(team, "make-calendar", new { name = " " }, 400)).Find("errors.name"));
    }

    [Fact]
    public async Task The_guards_of_a_follow_up_are_the_same_as_over_http_and_only_of_the_own_team()
    {
        var team = await NewTeam();
        object[] contact =
        [
            new
            {
                name = "A. Recruiter",
                role = "recruiter",
                email = "one@acme.example",
            },
        ];
        var submitted = DateTimeOffset.UtcNow.AddDays(-16);
        var (first, second, alone) = (
            await team.Submit(contacts: contact, submittedAt: submitted),
            await team.Submit(contacts: contact, submittedAt: submitted),
            await team.Submit(submittedAt: submitted)
        );
        foreach (var application in new[] { first, second, alone })
            await application.Slot(1, "due");
        object[] slots = [.. new[] { first, second, alone }.Select(x => new { application = x.Id, stage = 1 })];

        var found = (await Ask(team, "look-for-warnings", new { slots }, "warnings-answer")).Data.Items();
        Assert.Equal(new[] { first.Id, second.Id }.Order(), found.Select(x => Guid.Parse(x.Text("slot.application")!)).Order());
        Assert.All(found, x => Assert.Equal(("sharedContact", 1), (x.Text("warning.code"), x.Number("slot.stage"))));
        Assert.Equal(
            Assert.Single((await first.Slot(1, "due")).Json.Items("warnings")).Text("sentence"),
            found.Single(x => x.Text("slot.application") == first.Id.ToString()).Text("warning.sentence")
        );
        Assert.Empty((await Ask(await NewTeam(), "look-for-warnings", new { slots }, "warnings-answer")).Data.Items());
    }

    [Fact]
    public async Task A_refusal_brings_its_reason_with_what_it_takes_to_say_it_in_another_language()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");
        (await application.Claim(by: "ana")).Expect(201);

        var rejected = (
            await Other.Ask(
                Scheduler,
                Commands_over_the_bus.Command(
                    "claim",
                    application.Id,
                    new
                    {
                        stage = 1,
                        claimId = Guid.NewGuid(),
                        by = "ben",
                    }
                )
            )
        ).Data;
        Assert.Equal(
            ("claimedByAnother", "ana", rejected.Text("detail")),
            (rejected.Text("reason.code"), rejected.Text("reason.values.by"), rejected.Text("reason.sentence"))
        );
        Assert.Equal("ana", (await application.Claim(by: "ben")).Refused(409, "claimedByAnother").Json.Text("reason.values.by"));
        // Applications forwards the Scheduler's refusal.
        Assert.Equal("ana", (await application.RecordFollowUp(by: "ben")).Refused(409, "claimedByAnother").Json.Text("reason.values.by"));
        var snoozed = (
            await Other.Ask(Scheduler, Commands_over_the_bus.Command("snooze", application.Id, new { stage = 1, until = "2090-01-01" }))
        ).Data;
        Assert.Equal("claimedByAnother", snoozed.Text("reason.code"));
    }

    internal static object Question(string name, string team, object data) =>
        new
        {
            specversion = "1.0",
            id = Guid.NewGuid().ToString(),
            source = "/followup/applications",
            type = $"followup.private.{name}",
            subject = Guid.NewGuid().ToString(),
            team,
            recordedby = "ana",
            datacontenttype = "application/json",
            data,
        };

    private Task<Team> NewTeam() => Pair.Team($"q{Guid.NewGuid():n}"[..12]);

    private async Task<Message> Ask(Team team, string question, object data, string answer)
    {
        var answered = await Other.Ask(Scheduler, Question(question, team.Name, data), isPromised: false);
        Assert.True(answered.Type == $"followup.private.{answer}", answered.ToString());
        return answered;
    }

    private async Task<JsonElement> Refused(Team team, string question, object data, int status)
    {
        var answered = await Other.Ask(Scheduler, Question(question, team.Name, data));
        Assert.Equal(("followup.command.rejected.v1", status), (answered.Type, answered.Data.Number("status")));
        return answered.Data;
    }

    private static async Task<JsonElement> Http(Team team, string path) =>
        (await Eventually.Get(() => team.Scheduler.Get(path), x => x.Status != 401)).Expect(200).Json;

    private static JsonElement With(JsonElement policy, Action<JsonNode> change)
    {
        var changed = JsonNode.Parse(policy.GetRawText())!;
        change(changed);
        return JsonSerializer.SerializeToElement(changed);
    }
}
