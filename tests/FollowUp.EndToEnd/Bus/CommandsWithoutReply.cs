using System.Text;
using System.Text.Json;
using RabbitMQ.Client;

namespace FollowUp.EndToEnd.Bus;

/// <summary>
/// A sender that waits for no reply relies on the queue: the service drops no command, retries no command for ever, and delays no other
/// message.
/// </summary>
public sealed class Commands_without_reply(SharedPair shared) : BusStory(shared)
{
    private const string Applications = "followup.applications.commands",
        Scheduler = "followup.scheduler.commands";

    [Fact]
    public async Task A_command_before_its_predecessor_is_handled_after_it()
    {
        var (id, another) = (Guid.NewGuid(), await Team.Submit());

        await Other.Send("", Applications, Commands_of_Applications.Command("record-contact", id, new { name = "R. Roe" }));
        // By the time of the reply to this second command, the service has tried the first one and has not found its application.
        await Other.Ask(Applications, Commands_of_Applications.Command("record-response", another.Id, new { }));
        var submitted = await Other.Ask(
            Applications,
            Commands_of_Applications.Command("submit", id, Harness.Team.Body(Harness.Team.NewCandidate()))
        );

        Assert.Equal("followup.command.accepted.v1", submitted.Type);
        await Wire.Hears(id, "application.contact-recorded");
    }

    [Fact]
    public async Task A_refused_command_is_dead_lettered_with_its_reason_and_decided_again_after_a_retry()
    {
        var (team, unknown) = (await Pair.Team("refused and dead-lettered"), Guid.NewGuid());
        var application = await team.Submit();
        (await application.Close("withdrawn")).Expect(204);

        await Other.Send("", Applications, Commands_of_Applications.Command("record-response", unknown, new { }, team: team.Name));
        await Other.Send("", Applications, Commands_of_Applications.Command("record-response", application.Id, new { }, team: team.Name));

        var closed = await IsDeadLettered(team.Applications, application.Id);
        Assert.Equal(("closed", team.Name), (closed.Text("code"), closed.Text("team")));
        Assert.Contains("closed on", closed.Text("reason"), StringComparison.Ordinal);
        Assert.Equal("unknownApplication", (await IsDeadLettered(team.Applications, unknown)).Text("code"));
        (await application.Reopen()).Expect(204);
        (await team.Applications.Post($"/parked/{closed.Text("id")}/retry")).Expect(204);
        await Wire.Hears(application.Id, "application.employer-responded");
    }

    [Fact]
    public async Task A_claim_ahead_of_the_scheduler_is_dead_lettered_and_a_refused_claim_is_published()
    {
        var team = await Pair.Team("never caught up with");
        var application = await team.Submit(instructions: new { noContact = true });
        await application.Slot(1, "withheld");
        await Eventually.Get(() => team.Scheduler.Get("/parked"), x => x.Status == 200); // the Scheduler has the team's key

        await Other.Send("", Scheduler, Claim(team, application.Id, 1000));
        await Other.Send("", Scheduler, Claim(team, application.Id, null));

        await Wire.Hears(application.Id, "follow-up.claim-refused");
        Assert.Equal("behind", (await IsDeadLettered(team.Scheduler, application.Id)).Text("code"));
        Assert.Single((await team.Scheduler.Get("/parked")).Expect(200).Json.Items());
    }

    [Fact]
    public async Task Commands_that_can_not_be_stored_or_have_huge_attributes_are_dead_lettered_without_closing_the_connection()
    {
        var team = await Pair.Team("far too large");
        var ids = Enumerable.Range(0, 5).Select(_ => Guid.NewGuid()).ToArray();
        var large = new string('x', 200_000);
        await Eventually.Get(() => team.Scheduler.Get("/parked"), x => x.Status == 200);

        await Other.Send("", Scheduler, Claim(team, ids[0], null, id: "a\u0000b"));
        await Other.Send("", Scheduler, Claim(team, ids[1], null, correlation: "a\u0000b"));
        await Other.Send("", Scheduler, Claim(team, ids[2], null, type: large));
        var rejected = await Other.Ask(
            Scheduler,
            Commands_over_the_bus.Command(
                "claim",
                ids[3],
                new Dictionary<string, object>
                {
                    ["stage"] = 1,
                    ["claimId"] = Guid.NewGuid(),
                    ["by"] = "robot",
                    [large] = 1,
                },
                team.Name
            )
        );
        await using (var channel = await Other.Open())
        {
            var properties = new BasicProperties
            {
                UserId = Other.User,
                ContentType = "application/cloudevents+json",
                Headers = new Dictionary<string, object?> { ["large"] = new string('x', 100_000), ["mood"] = "good" },
            };
            await channel.BasicPublishAsync(
                "",
                Scheduler,
                mandatory: true,
                properties,
                Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Claim(team, ids[4], null, type: "followup.follow-up.dance.v1"))),
                TestContext.Current.CancellationToken
            );
        }

        Assert.Equal("unknownProperty", rejected.Data.Text("code"));
        var deadLetters = await Task.WhenAll(ids.Select(x => IsDeadLettered(team.Scheduler, x)));
        Assert.Equal(
            ["badAttribute", "badAttribute", "badAttribute", "unknownProperty", "unknownType"],
            deadLetters.Select(x => x.Text("code"))
        );
        Assert.All(deadLetters, x => Assert.InRange(x.Text("reason")!.Length, 1, 1200));
        Assert.Contains("too large to be kept", deadLetters[4].Text("reason"), StringComparison.Ordinal);
        await (await team.Submit()).Slot(1, "planned");
    }

    private static async Task<JsonElement> IsDeadLettered(Api service, Guid application)
    {
        bool IsIt(JsonElement x) => x.Text("text")?.Contains(application.ToString(), StringComparison.Ordinal) is true;
        var deadLetters = await Eventually.Get(
            async () => (await service.Get("/parked?limit=200")).Expect(200).Json.Items(),
            x => x.Any(IsIt),
            null,
            $"the command for {application} is dead-lettered"
        );
        return Assert.Single(deadLetters, IsIt);
    }

    private static object Claim(
        Team team,
        Guid application,
        long? asOf,
        string? id = null,
        string? correlation = null,
        string? type = null
    ) =>
        new
        {
            specversion = "1.0",
            id = id ?? Guid.NewGuid().ToString(),
            source = "/tests",
            subject = application.ToString(), // precedes the attribute that may be too long to be listed
            type = type ?? "followup.follow-up.claim.v1",
            team = team.Name,
            correlationid = correlation,
            data = new
            {
                stage = 1,
                claimId = Guid.NewGuid(),
                by = "robot",
                asOf,
            },
        };
}
