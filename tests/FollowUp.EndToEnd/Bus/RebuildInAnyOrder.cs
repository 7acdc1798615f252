using System.Text.Json.Nodes;

namespace FollowUp.EndToEnd.Bus;

/// <summary>
/// The messages of a rebuild arrive in many partitions and at many nodes, and so in any order. The test sends by hand the events of a team
/// that were published once, after the Scheduler has lost everything that it had of the team.
/// </summary>
public sealed class Rebuild_in_any_order(SharedPair shared) : BusStory(shared)
{
    [Fact]
    public async Task An_application_that_is_back_before_the_policy_that_planned_it_waits_for_it()
    {
        var team = await Pair.Team("rebuiltbefore");
        await team.ChangePolicy(x => x["unknown"]!["wait"] = 20);
        var application = await team.Submit();
        await application.Slot(1, "planned");
        var before = (await application.AskPlan()).Expect(200).Text;
        var (submitted, planned) = (
            await Wire.Hears(application.Id, "application.submitted"),
            await Wire.Hears(application.Id, "follow-up.planned")
        );
        var changed = await Eventually.Get(
            () => Task.FromResult(Wire.All.FirstOrDefault(x => x.Type == "followup.policy.changed.v1" && x.Team == team.Name)),
            x => x is not null
        );
        await Lose(Pair, team);
        await Eventually.Get(() => team.Scheduler.Get("/policy"), x => x.Json.Number("version") == 1); // the cached policy has expired

        await Again(Other, planned, last: 1, decided: 1);
        await Again(Other, submitted, last: 1, decided: 1);
        await (await Team.Submit()).Slot(1, "planned"); // its events arrive behind the rebuild's
        await Again(Other, changed!, last: 0, decided: 1);

        await Eventually.Get(application.AskPlan, x => x.Status == 200 && x.Text == before, null, $"the plan is\n{before}\nagain");
        Assert.Equal(2, (await team.Scheduler.Get("/policy")).Expect(200).Json.Number("version"));
        Assert.Single(Wire.About(application.Id), x => x.Type == "followup.follow-up.planned.v1");
    }

    /// <summary>Deletes everything that the Scheduler has of a team, except its keys.</summary>
    internal static async Task Lose(Pair pair, Team team)
    {
        foreach (var table in new[] { "mt_events", "mt_streams", "mt_doc_applicationstate", "mt_doc_agendaentry", "mt_doc_currentpolicy" })
            await Faults.Outbox_traps.Sql(pair.SchedulerDatabase, $"delete from followup.{table} where tenant_id = '{team.Name}'");
    }

    /// <summary>Sends a message to the Scheduler once more, as a rebuild does.</summary>
    internal static Task Again(Integration by, Message message, long last, long decided)
    {
        var again = JsonNode.Parse(message.Body)!;
        (again["replay"], again["replaylast"], again["replaydecided"]) = ("by hand", $"{last}", $"{decided}");
        return by.Send("", "followup.scheduler.inbox", again.ToJsonString());
    }
}
