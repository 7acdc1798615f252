using System.Text.Json;
using System.Text.Json.Nodes;

namespace FollowUp.EndToEnd.Http;

/// <summary>
/// The policy belongs to the team: read, previewed, replaced, and every version kept for ever. Each test has a team of its own, since a
/// policy applies to a whole team.
/// </summary>
public sealed class Policy_of_a_team(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task A_policy_is_previewed_replaced_and_replans_what_is_open()
    {
        var team = await Pair.Team("policy");
        var application = await team.Submit(timeZone: "Europe/Berlin");
        var before = await application.Slot(1, "planned");
        var policy = (await team.Scheduler.Get("/policy")).Expect(200).Json;
        Assert.Equal((1, 7), (policy.Number("version"), policy.Number("unknown.wait")));
        var changed = With(policy, x => x["unknown"]!["wait"] = 12);

        var preview = (await team.Scheduler.Post("/policy/preview", changed)).Expect(200).Json;
        var item = Assert.Single(preview.Items());
        Assert.Equal(
            (application.Id.ToString(), "moves", before.DueAt),
            (item.Text("application"), item.Text("change"), item.Instant("before.dueAt"))
        );
        Assert.Equal(
            (1, 1, 0, 0),
            (preview.Number("open"), preview.Number("moves"), preview.Number("withheld"), preview.Number("released"))
        );
        Assert.Equal(7, (await team.Scheduler.Get("/policy")).Expect(200).Json.Number("unknown.wait"));
        Assert.Equal(before.DueAt, (await application.Slot(1, "planned")).DueAt);

        (await team.Scheduler.Put("/policy", changed)).Expect(204);

        Assert.Equal(
            (2, 12),
            (
                (await team.Scheduler.Get("/policy")).Json.Number("version"),
                (await team.Scheduler.Get("/policy")).Json.Number("unknown.wait")
            )
        );
        var after = await application.Slot(1, x => x.DueAt > before.DueAt);
        Assert.Equal(item.Instant("after.dueAt"), after.DueAt);
        Assert.Equal((1, 2), (before.Json.Number("policyVersion"), after.Json.Number("policyVersion")));
        Assert.Equal(before.AnchoredOn.AddBusinessDays(12).ToDateTime(new TimeOnly(9, 0)), after.DueAt.In("Europe/Berlin"));
        await application.Shows(1, "planned");
        await Eventually.Get(() => team.Scheduler.Get("/policy/replanning"), x => x.Json.Number("remaining") == 0);
        Assert.Equal(
            (2, 1),
            (
                (await team.Scheduler.Get("/policy/replanning")).Json.Number("version"),
                (await team.Scheduler.Get("/policy/replanning")).Json.Number("open")
            )
        );
        // another team's policy is unchanged
        Assert.Equal(7, (await Team.Scheduler.Get("/policy")).Expect(200).Json.Number("unknown.wait"));

        // The first version still explains the decisions under it, and the list of versions names who replaced it.
        Assert.Equal(7, (await team.Scheduler.Get("/policy?version=1")).Expect(200).Json.Number("unknown.wait"));
        var versions = (await team.Scheduler.Get("/policy/versions")).Expect(200).Json.Items();
        Assert.Equal([1, 2], versions.Select(x => x.Number("version")!.Value));
        Assert.Equal(
            (false, true),
            (
                versions[0].Text("changedBy") is not null,
                versions[1].Text("changedBy") is not null && versions[1].Instant("changedAt") is not null
            )
        );
        (await team.Scheduler.Get("/policy?version=3")).Refused(404, "unknownVersion");

        bool IsOfTheChange(Message x) =>
            x.Type == "followup.policy.changed.v1" && x.RoutingKey.StartsWith($"{team.Name}.", StringComparison.Ordinal);
        await Eventually.Holds(() => Wire.All.Any(IsOfTheChange));
        var published = Assert.Single(Wire.All, IsOfTheChange);
        Assert.Equal((2, 12), (published.Data.Number("version"), published.Data.Number("policy.unknown.wait")));
    }

    [Fact]
    public async Task A_policy_that_withholds_and_one_that_releases_say_so_before_and_do_so_after()
    {
        var team = await Pair.Team("policywithholds");
        var application = await team.Submit();
        await application.Slot(1, "planned");
        var policy = (await team.Scheduler.Get("/policy")).Expect(200).Json;
        var strict = With(policy, x => x["requireContact"] = true);

        Assert.Equal(
            "withheld",
            Assert.Single((await team.Scheduler.Post("/policy/preview", strict)).Expect(200).Json.Items()).Text("change")
        );
        (await team.Scheduler.Put("/policy", strict)).Expect(204);
        var withheld = await application.Slot(1, "withheld");
        Assert.Contains("contactRequired", withheld.Reasons);
        Assert.Contains("recordContact", withheld.Json.Items("opensWhen").Select(x => x.Text("code")));
        (await application.Claim()).Refused(409, "withheld");

        var mild = With(strict, x => (x["requireContact"], x["version"]) = (false, 2));
        Assert.Equal(
            "released",
            Assert.Single((await team.Scheduler.Post("/policy/preview", mild)).Expect(200).Json.Items()).Text("change")
        );
        (await team.Scheduler.Put("/policy", mild)).Expect(204);
        await application.Slot(1, "planned");
        (await application.Claim()).Expect(201);
    }

    [Fact]
    public async Task All_errors_of_a_policy_are_reported_at_once_by_path_and_change_nothing()
    {
        var team = await Pair.Team("policywrong");
        var policy = await Known(team);
        var wrong = With(
            policy.Json,
            x =>
            {
                x["unknown"]!["wait"] = -1;
                x["ownerRun"]!["window"] = 4000;
                x["claimMinutes"] = 0;
                x["defaultTimeZone"] = "Mars/Olympus";
                x["workingDays"] = new JsonArray();
                x["daysOff"] = new JsonArray(new JsonObject { ["from"] = "2026-12-24", ["to"] = "2026-12-20" });
            }
        );

        foreach (var answer in new[] { await team.Scheduler.Put("/policy", wrong), await team.Scheduler.Post("/policy/preview", wrong) })
        {
            var errors = answer.Refused(400, "badInput").Json.Find("errors")!.Value.EnumerateObject().Select(x => x.Name).ToArray();
            Assert.Equal(
                ["claimMinutes", "daysOff[0].to", "defaultTimeZone", "ownerRun.window", "unknown.wait", "workingDays"],
                errors.Order(StringComparer.Ordinal)
            );
        }

        (await team.Scheduler.Put("/policy", With(policy.Json, x => x["unkown"] = 1))).Refused(400);
        (await team.Scheduler.Put("/policy", With(policy.Json, x => x["unknown"]!.AsObject().Remove("wait")))).Refused(400);
        (await team.Scheduler.Put("/policy", With(policy.Json, x => x["unknown"] = null))).Refused(400);
        (await team.Scheduler.Put("/policy", "[]")).Refused(400);
        (await team.Scheduler.Put("/policy", With(policy.Json, x => x["version"] = 7))).Refused(409, "changedMeanwhile");
        var (_, reader) = await team.NewKey("read", "record", "claim");
        (await Eventually.Get(() => reader.Scheduler.Put("/policy", policy.Text), x => x.Status != 401)).Refused(403, "forbidden");
        Assert.Equal(policy.Text, (await team.Scheduler.Get("/policy")).Text);
    }

    [Fact]
    public async Task Put_again_it_is_the_same_version()
    {
        var team = await Pair.Team("policysame");
        var changed = With((await Known(team)).Json, x => x["silenceWait"] = 30, version: false);
        (await team.Scheduler.Put("/policy", changed)).Expect(204);
        (await team.Scheduler.Put("/policy", changed)).Expect(204);
        Assert.Equal(
            2,
            (await Eventually.Get(() => team.Scheduler.Get("/policy"), x => x.Json.Number("silenceWait") == 30)).Json.Number("version")
        );
    }

    [Fact]
    public async Task The_preview_of_many_is_counted_whole_and_read_in_pages()
    {
        var team = await Pair.Team("policymany");
        var all = new List<Guid>();
        for (var i = 0; i < 7; i++)
            all.Add((await team.Submit()).Id);
        foreach (var id in all)
            await team.Of(id).Slot(1, "planned");
        var changed = With((await team.Scheduler.Get("/policy")).Expect(200).Json, x => x["unknown"]!["wait"] = 9);

        var (found, next) = (new List<Guid>(), "");
        do
        {
            var page = (
                await team.Scheduler.Post(
                    $"/policy/preview?limit=3{(next.Length > 0 ? $"&after={Uri.EscapeDataString(next)}" : "")}",
                    changed
                )
            )
                .Expect(200)
                .Json;
            Assert.Equal((7, 7), (page.Number("open"), page.Number("moves")));
            found.AddRange(page.Items().Select(x => Guid.Parse(x.Text("application")!)));
            next = page.Text("next") ?? "";
        } while (next.Length > 0);

        Assert.Equal(all.Order(), found.Order());
    }

    [Fact]
    public async Task Holidays_come_from_a_feed_that_the_team_brings()
    {
        var team = await Pair.Team("policyholidays");
        await Known(team);
        var application = await team.Submit(timeZone: "Europe/Berlin", country: "IS");
        var before = await application.Slot(1, "planned");
        var day = DateOnly.FromDateTime(before.DueAt.In("Europe/Berlin"));
        var feed =
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Tests//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
            + $"DTSTART;VALUE=DATE:{day:yyyyMMdd}\r\nSUMMARY:Feast of Clerks\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

        var preview = (await Feed(team, "/policy/holidays/IS?dryRun=true", feed)).Expect(200).Json.Items();
        Assert.Equal((day.ToString("yyyy-MM-dd", null), "Feast of Clerks"), (Assert.Single(preview).Text("on"), preview[0].Text("name")));
        Assert.Equal(1, (await team.Scheduler.Get("/policy")).Json.Number("version"));

        (await Feed(team, "/policy/holidays/IS", feed)).Expect(200);
        var after = await application.Slot(1, x => x.DueAt > before.DueAt);
        Assert.Equal(day.AddBusinessDays(1), DateOnly.FromDateTime(after.DueAt.In("Europe/Berlin")));

        (await team.Scheduler.Delete("/policy/holidays/IS")).Expect(204);
        await application.Slot(1, x => x.DueAt == before.DueAt);
        (await Feed(team, "/policy/holidays/IS", "BEGIN:VCALENDAR nothing")).Refused(400, "badInput");
        (await Feed(team, "/policy/holidays/Bavaria", feed)).Refused(400, "badInput");
        (await team.Scheduler.Put("/policy/holidays/IS", "{}")).Refused(415);
        // As many holidays as a feed may have, each with a long name: more than a policy may hold. A preview must not show a policy that
        // can't be stored.
        var large = feed.Replace("Feast of Clerks", $"{new string('x', 100)}\r\nRRULE:FREQ=DAILY;COUNT=1990", StringComparison.Ordinal);
        foreach (var query in new[] { "?dryRun=true", "" })
            Assert.Contains(
                "200000 bytes",
                (await Feed(team, $"/policy/holidays/FO{query}", large))
                    .Refused(400, "badInput")
                    .Json.Find("errors.holidays")!
                    .Value.GetRawText(),
                StringComparison.Ordinal
            );
        var all = Enumerable
            .Range(0, 1_990)
            .Select(x => new { on = day.AddDays(x).ToString("yyyy-MM-dd", null), name = new string('x', 90) });
        Assert.NotNull(
            (
                await team.Scheduler.Put(
                    "/policy",
                    With(
                        (await team.Scheduler.Get("/policy")).Expect(200).Json,
                        x => x["holidays"] = JsonSerializer.SerializeToNode(new { FO = all })
                    )
                )
            )
                .Refused(400, "badInput")
                .Json.Find("errors.holidays")
        );
        Assert.Equal(3, (await team.Scheduler.Get("/policy")).Json.Number("version"));
    }

    private static Task<Answer> Feed(Team team, string path, string feed) =>
        team.Scheduler.Send(HttpMethod.Put, path, feed, contentType: "text/calendar");

    [Fact]
    public async Task Slots_claimed_or_assigned_during_a_policy_change_end_under_the_new_policy()
    {
        var team = await Pair.Team("policybusy");
        var all = new List<Application>();
        for (var i = 0; i < 60; i++)
            all.Add(await team.Submit());
        foreach (var application in all)
            await application.Slot(1, "planned");
        var policy = (await team.Scheduler.Get("/policy")).Expect(200).Json;

        // Neither command replans a slot, and the replanning must not take either for a replan.
        var meanwhile = Parallel.ForEachAsync(
            all,
            new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = TestContext.Current.CancellationToken },
            async (application, _) =>
            {
                (await team.Scheduler.Put($"{application.Path}/stages/1/assignee", new { to = "ben" })).Expect(200);
                (await application.Claim(@for: "PT1S")).Expect(201);
            }
        );
        foreach (var wait in new[] { 8, 9, 10, 11, 12 })
            (await team.Scheduler.Put("/policy", With(policy, x => x["unknown"]!["wait"] = wait, version: false))).Expect(204);
        await meanwhile;

        foreach (var application in all)
        {
            var slot = await application.Slot(1, x => x.Status == "planned" && x.Json.Number("policyVersion") == 6);
            Assert.Equal(slot.AnchoredOn.AddBusinessDays(12), DateOnly.FromDateTime(slot.DueAt.UtcDateTime));
        }

        await Eventually.Get(() => team.Scheduler.Get("/policy/replanning"), x => x.Json.Number("remaining") == 0);
    }

    /// <summary>Reads the policy as soon as the Scheduler has the team's key.</summary>
    private static Task<Answer> Known(Team team) => Eventually.Get(() => team.Scheduler.Get("/policy"), x => x.Status == 200);

    private static string With(JsonElement policy, Action<JsonNode> change, bool version = true) =>
        With(policy.GetRawText(), change, version);

    private static string With(string policy, Action<JsonNode> change, bool version = true)
    {
        var changed = JsonNode.Parse(policy)!;
        if (!version)
            changed.AsObject().Remove("version");
        change(changed);
        return changed.ToJsonString();
    }
}
