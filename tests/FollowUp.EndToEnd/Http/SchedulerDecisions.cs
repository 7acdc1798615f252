using System.Globalization;

namespace FollowUp.EndToEnd.Http;

/// <summary>
/// Applications shows the Scheduler's decisions. The tests themselves send the Scheduler's events, to Applications alone, where the real
/// ones would take weeks or another team policy. The pair is their own, because the Scheduler restores what Applications has of it, and
/// publishes none of that.
/// </summary>
public sealed class Scheduler_decisions(PairOfAClass own) : Story(own), IClassFixture<PairOfAClass>
{
    private const string Inbox = "followup.applications.inbox";

    [Fact]
    public async Task An_assignee_a_snooze_and_an_override_appear_in_Applications()
    {
        var application = await Team.Submit(approach: "massMailing");
        await application.Shows(1, "withheld");
        var dueAt = DateTimeOffset.UtcNow.AddDays(9);

        await Say(
            application.Id,
            2,
            "follow-up.assigned",
            new
            {
                application = application.Id,
                stage = 1,
                to = "ben",
                by = "ana",
                assignedAt = DateTimeOffset.UtcNow,
            }
        );
        await Say(
            application.Id,
            3,
            "follow-up.overridden",
            new
            {
                application = application.Id,
                stage = 1,
                because = "employerAgreed",
                despite = new[] { "massMailing" },
                by = "ana",
                overriddenAt = DateTimeOffset.UtcNow,
            }
        );
        await Say(
            application.Id,
            4,
            "follow-up.planned",
            new
            {
                application = application.Id,
                stage = 1,
                candidate = "c",
                dueAt = dueAt.AddDays(-3),
                windowEndsAt = dueAt.AddDays(3),
                channels = new[] { "email" },
                situation = "unknown",
                anchor = new { kind = "submission", on = "2026-11-20" },
                policyVersion = 1,
                reasons = Array.Empty<object>(),
            }
        );
        await Say(
            application.Id,
            5,
            "follow-up.snoozed",
            new
            {
                application = application.Id,
                stage = 1,
                dueAt,
                by = "ben",
                snoozedAt = DateTimeOffset.UtcNow,
            }
        );

        var slot = (await Eventually.Get(application.Detail, x => x.Instant("stages.0.followUp.dueAt") == dueAt))
            .Find("stages.0.followUp")!
            .Value;
        Assert.Equal(
            ("planned", "ben", "employerAgreed", "ana"),
            (slot.Text("status"), slot.Text("assignee"), slot.Text("override.because"), slot.Text("override.by"))
        );
        Assert.Empty(slot.Items("opensWhen"));
        Assert.Equal(
            [
                "followup.follow-up.assigned.v1",
                "followup.follow-up.overridden.v1",
                "followup.follow-up.planned.v1",
                "followup.follow-up.snoozed.v1",
            ],
            (await application.Timeline())
                .Where(x => x.Text("source") == "/followup/scheduler")
                .OrderBy(x => x.Number("sequence"))
                .Skip(1)
                .Select(x => x.Text("type")!)
        );
    }

    [Fact]
    public async Task A_proposal_to_close_is_returned_and_listed_until_a_response()
    {
        var candidate = Harness.Team.NewCandidate();
        var (silent, other) = (await Team.Submit(candidate: candidate), await Team.Submit(candidate: candidate));
        await silent.Shows(1, "planned");
        await other.Shows(1, "planned");
        async Task<IReadOnlyList<string>> Listed(bool proposed) =>
            [
                .. (await Team.Applications.Get($"/applications?candidate={candidate}&closingProposed={(proposed ? "true" : "false")}"))
                    .Expect(200)
                    .Json.Items()
                    .Select(x => x.Text("id")!),
            ];
        Assert.Empty(await Listed(true));

        var at = DateTimeOffset.UtcNow;
        await Say(
            silent.Id,
            2,
            "application.closing-proposed",
            new
            {
                application = silent.Id,
                stage = 1,
                reason = "noResponse",
                silentSince = at.AddDays(-28),
                proposedAt = at,
            }
        );

        await Eventually.Get(silent.Detail, x => x.Instant("closingProposedAt") == at);
        Assert.Equal([silent.Id.ToString()], await Listed(true));
        Assert.Equal([other.Id.ToString()], await Listed(false));

        (await silent.RecordResponse()).Expect(201);
        Assert.Null((await silent.Detail()).Text("closingProposedAt"));
        Assert.Empty(await Listed(true));
    }

    [Fact]
    public async Task A_policy_is_no_application()
    {
        var (team, policy) = (await Pair.Team("policies"), Guid.NewGuid());
        var application = await team.Submit();
        await Say(
            policy,
            1,
            "policy.changed",
            new
            {
                version = 2,
                policy = new { version = 2 },
                by = "ana",
                changedAt = DateTimeOffset.UtcNow,
            },
            team.Name
        );
        await application.Shows(1, "planned");

        Assert.Equal(
            [application.Id.ToString()],
            (await team.Applications.Get("/applications")).Expect(200).Json.Items().Select(x => x.Text("id")!)
        );
        (await team.Applications.Get($"/applications/{policy}")).Refused(404);
    }

    private async Task Say(Guid subject, long sequence, string type, object data, string team = "default")
    {
        await using var bus = await Integration.Connect(Pair);
        await bus.Send(
            "",
            Inbox,
            new
            {
                specversion = "1.0",
                id = Guid.NewGuid(),
                source = "/followup/scheduler",
                type = $"followup.{type}.v1",
                subject,
                time = DateTimeOffset.UtcNow,
                team,
                sequence = sequence.ToString(CultureInfo.InvariantCulture),
                sequencetype = "Integer",
                datacontenttype = "application/json",
                data,
            }
        );
    }
}
