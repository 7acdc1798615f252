using System.Text.Json;

namespace FollowUp.EndToEnd.Faults;

/// <summary>
/// The Scheduler's database is lost, with no backup: it is restored from Applications' own events and the Scheduler's events that
/// Applications received.
/// </summary>
public sealed class Lost_scheduler : FaultStory
{
    [Fact]
    public async Task It_is_rebuilt_to_the_same_state_slot_by_slot_and_goes_on_where_it_was()
    {
        var (team, others) = (await Pair.Team("lost"), await Pair.Team("rebuild"));
        foreach (var wait in new[] { 6, 5 })
            await others.ChangePolicy(x => x["unknown"]!["wait"] = wait); // the team's own policy is part of the Scheduler's state
        var all = new List<Application>();
        async Task<Application> Have(Task<Application> submitted)
        {
            all.Add(await submitted);
            await all[^1].SchedulerHasSeenAll();
            return all[^1];
        }

        var planned = await Have(team.Submit());
        await (await Have(team.SubmitDue())).Slot(1, "due");
        await (await Have(team.Submit(approach: "massMailing"))).Slot(1, "withheld");
        await (await Have(team.Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-90)))).Slot(1, "lapsed");
        var waived = await Have(team.Submit());
        (await waived.RecordResponse()).Expect(201);
        var made = await Have(
            others.Submit(
                contacts:
                [
                    new
                    {
                        name = Personal.Name,
                        role = "owner",
                        email = Personal.Email,
                    },
                ]
            )
        );
        (await made.RecordFollowUp()).Expect(201);
        (await made.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(2))).Expect(201);
        (await made.RescheduleInterview(1, DateTimeOffset.UtcNow.AddDays(3))).Expect(200, 204);
        var held = await Have(others.Submit());
        var (claim, lost) = (Guid.NewGuid(), Guid.NewGuid());
        (await held.Claim(claimId: Guid.NewGuid(), by: "early", @for: "PT1S")).Expect(201); // this claim expires
        await held.Slot(1, "planned");
        (await held.Claim(claimId: claim)).Expect(201);
        (await held.Claim(claimId: lost, by: "ben")).Refused(409, "claimedByAnother");
        var closed = await Have(team.Submit());
        (await closed.Amend(new { posting = new { instructions = new { noPhoneCalls = true } } })).Expect(204);
        (await closed.Close("rejected")).Expect(204);
        (await closed.Reopen()).Expect(204);
        (await closed.Close("withdrawn")).Expect(204);

        var before = new Dictionary<Guid, string>();
        foreach (var application in all)
        {
            await application.SchedulerHasSeenAll();
            // Applications has received every decision; a decision that no service received is lost with the store.
            await Eventually.Get(
                async () =>
                    (
                        Plan: await application.AskPlan(),
                        Published: Wire.About(application.Id).Count(x => x.Source == "/followup/scheduler"),
                        Timeline: await application.Timeline()
                    ),
                x => x.Plan.Json.Number("version") == x.Timeline.Count(y => y.Text("source") == "/followup/scheduler"),
                null,
                $"Applications has received every decision about {application.Id}"
            );
            before[application.Id] = (await application.AskPlan()).Expect(200).Text;
        }

        var agenda = await Agendas(team);
        var (position, calendar) = (
            await Bus.Feed.End(team.Scheduler),
            (await team.Scheduler.Post("/calendars", new { name = "Mine" })).Expect(201).Json.Text("path")!
        );
        var policy =
            (await others.Scheduler.Get("/policy/versions")).Expect(200).Text + (await others.Scheduler.Get("/policy")).Expect(200).Text;
        await Pair.Scheduler[0].Kill();
        await Outbox_traps.Sql(Pair.SchedulerDatabase, "drop schema followup cascade");
        await Pair.Scheduler[0].StartAndWait();

        // It gets back its keys, its policies and its decisions by itself.
        foreach (var application in all)
            await Eventually.Get(
                application.AskPlan,
                x => x.Status == 200 && x.Text == before[application.Id],
                null,
                $"the plan is\n{before[application.Id]}\nagain"
            );
        Assert.Equal(agenda, await Agendas(team));
        Assert.Equal(
            policy,
            (await others.Scheduler.Get("/policy/versions")).Expect(200).Text + (await others.Scheduler.Get("/policy")).Expect(200).Text
        );

        // Positions in the Scheduler's old history denote other events now, so the Scheduler refuses them. Data that only the Scheduler had
        // is gone.
        (await team.Scheduler.Get($"/events?after={position}")).Refused(400, "anotherStore");
        (await team.Scheduler.With(null).Get(calendar)).Refused(404, "unknownCalendar");

        // The claims are restored: the holder still has the claim, and the other claimant is still refused.
        (await held.Claim(claimId: claim)).Expect(201);
        (await held.Claim(claimId: lost, by: "ben")).Refused(409, "claimedByAnother");
        (await made.RecordFollowUp(stage: 1, by: "another")).Refused(409, "alreadyMade");
        (await made.Claim(1)).Refused(409, "alreadyMade");

        // The Scheduler's next decision has the next sequence number, and Applications applies it.
        (await held.RecordFollowUp(claimId: claim)).Expect(201);
        await held.Shows(1, "made");
        (await planned.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(2))).Expect(201);
        await planned.Shows(2, "planned");
        var fresh = await others.Submit();
        await fresh.Shows(1, "planned");

        // No event was received twice, and no sequence number denotes two events.
        Bus.Every_message.InSequence(Wire.All);
        var published = all.Append(fresh).SelectMany(x => Wire.About(x.Id)).ToList();
        Assert.DoesNotContain(published, x => x.Json.Text("replay") is not null);
        Assert.DoesNotContain(published.GroupBy(x => x.Id), x => x.Count() > 1);
        // The Scheduler's feed has its history again, exactly as it was published.
        foreach (var application in all)
            Assert.Equal(
                Wire.About(application.Id).Where(x => x.Source == "/followup/scheduler").Select(x => x.Text),
                (await Bus.Feed.All(application.Team.Scheduler, $"subject={application.Id}")).Select(x => x.GetRawText())
            );
    }

    [Fact]
    public async Task A_comparison_of_one_that_lost_nothing_changes_nothing()
    {
        var application = await Team.Submit();
        // on a busy machine the Scheduler may not have heard of it yet (503)
        await Eventually.Get(() => application.RecordFollowUp(idempotencyKey: application.KeyOf(1)), x => x.Status == 201);
        await application.Shows(1, "made");
        await application.SchedulerHasSeenAll();
        var before = (await application.AskPlan()).Expect(200).Text;

        Assert.EndsWith(" 0 repaired, 0 diverge: Done", await Pair.Scheduler[0].Command("compare"), StringComparison.Ordinal);
        (await application.SendCoverLetter()).Expect(201);
        var after = (await application.SchedulerHasSeenAll()).GetRawText();

        Assert.Equal(JsonDocument.Parse(before).RootElement.Text("version"), JsonDocument.Parse(after).RootElement.Text("version"));
        Bus.Every_message.InSequence(Wire.All);
    }

    [Fact]
    public async Task It_is_rebuilt_while_people_are_at_work()
    {
        await using var load = new Load(Team, 8);
        await load.Goes(150);

        await Pair.Scheduler[0].Command("compare");

        await load.Goes(100);
        await NothingIsLostOrDoubled(load);
        Assert.DoesNotContain(Wire.All, x => x.Json.Text("replay") is not null);
    }

    [Fact]
    public async Task It_is_lost_and_rebuilt_while_people_are_at_work()
    {
        await using var load = new Load(Team, 8);
        await load.Goes(150);

        await Pair.Scheduler[0].Kill();
        await Outbox_traps.Sql(Pair.SchedulerDatabase, "drop schema followup cascade");
        await Pair.Scheduler[0].StartAndWait();
        await Pair.Scheduler[0].Command("compare");

        await load.Goes(100);
        await NothingIsLostOrDoubled(load);
    }

    private static async Task<string> Agendas(Team team)
    {
        var all = new List<string>();
        foreach (var status in new[] { "planned", "withheld", "due", "claimed", "made", "waived", "lapsed" })
            all.Add((await team.Scheduler.Get($"/follow-ups?status={status}&limit=200")).Expect(200).Text);
        return string.Join('\n', all);
    }
}
