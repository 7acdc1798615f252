namespace FollowUp.EndToEnd.Http;

/// <summary>The rules belong to the team: read, previewed, replaced. In a team of its own, since a policy holds for all of a team.</summary>
public sealed class Policy_of_a_team(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task A_policy_is_previewed_replaced_and_replans_what_is_open()
    {
        var team = await Pair.Team("policy");
        var application = await team.Submit(timeZone: "Europe/Berlin");
        var before = await application.Slot(1, "planned");
        var policy = (await team.Scheduler.Get("/policy")).Expect(200).Json;
        Assert.Equal(7, policy.Number("unknown.wait"));

        var changed = System.Text.Json.Nodes.JsonNode.Parse(policy.GetRawText())!;
        changed["unknown"]!["wait"] = 12;
        (await team.Scheduler.Post("/policy/preview", changed.ToJsonString())).Expect(200);
        Assert.Equal(7, (await team.Scheduler.Get("/policy")).Expect(200).Json.Number("unknown.wait"));

        (await team.Scheduler.Put("/policy", changed.ToJsonString())).Expect(200, 204);

        Assert.Equal(12, (await team.Scheduler.Get("/policy")).Expect(200).Json.Number("unknown.wait"));
        var after = await application.Slot(1, x => x.DueAt > before.DueAt);
        Assert.True(after.Json.Number("policyVersion") > before.Json.Number("policyVersion"));
        Assert.Equal(before.AnchoredOn.AddBusinessDays(12).ToDateTime(new TimeOnly(9, 0)), after.DueAt.In("Europe/Berlin"));
        Assert.Equal(7, (await Team.Scheduler.Get("/policy")).Expect(200).Json.Number("unknown.wait"));
    }
}
