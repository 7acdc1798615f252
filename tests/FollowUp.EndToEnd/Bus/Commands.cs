namespace FollowUp.EndToEnd.Bus;

/// <summary>The commands that another system can send over the bus with nothing but an AMQP client and a JSON parser.</summary>
public sealed class Commands_over_the_bus(SharedPair shared) : BusStory(shared)
{
    private const string Scheduler = "followup.scheduler.commands";

    [Fact]
    public async Task A_claim_is_granted_over_the_bus_and_holds_over_http()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");
        var claimId = Guid.NewGuid();

        var granted = await Other.Ask(
            Scheduler,
            Command(
                "claim",
                application.Id,
                new
                {
                    stage = 1,
                    claimId,
                    by = "robot",
                }
            )
        );

        Assert.Equal("application/cloudevents+json", granted.Properties.ContentType?.Split(';')[0]);
        Assert.Equal("followup.follow-up.claimed.v1", granted.Type);
        Assert.Equal("/followup/scheduler", granted.Source);
        Assert.Equal(claimId.ToString(), granted.Data.Text("claimId"));
        Assert.Equal("robot", granted.Data.Text("by"));
        Assert.True(granted.Data.Instant("expiresAt") > DateTimeOffset.UtcNow);
        (await application.Claim(by: "ana")).Refused(409, "claimedByAnother");
        (await application.RecordFollowUp(by: "robot", claimId: claimId)).Expect(201);
    }

    [Fact]
    public async Task A_refusal_says_the_same_as_over_http()
    {
        var application = await Team.Submit(instructions: new { noContact = true });
        await application.Slot(1, "withheld");
        var problem = (await application.Claim()).Refused(409, "withheld").Json;

        var rejected = await Other.Ask(
            Scheduler,
            Command(
                "claim",
                application.Id,
                new
                {
                    stage = 1,
                    claimId = Guid.NewGuid(),
                    by = "robot",
                }
            )
        );

        Assert.Equal("followup.command.rejected.v1", rejected.Type);
        Assert.Equal(problem.Text("code"), rejected.Data.Text("code"));
        Assert.Equal(problem.Text("title"), rejected.Data.Text("title"));
        Assert.Equal(problem.Text("detail"), rejected.Data.Text("detail"));
        Assert.Equal(409, rejected.Data.Number("status"));
    }

    [Fact]
    public async Task A_command_sent_twice_is_done_once_and_answered_the_same_twice()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");
        var command = Command(
            "claim",
            application.Id,
            new
            {
                stage = 1,
                claimId = Guid.NewGuid(),
                by = "robot",
            }
        );

        var first = await Other.Ask(Scheduler, command);
        var again = await Other.Ask(Scheduler, command);

        Assert.Equal(first.Type, again.Type);
        Assert.Equal(first.Data.GetRawText(), again.Data.GetRawText());
        await Wire.Hears(application.Id, "follow-up.claimed");
        await application.Release(Guid.Parse(first.Data.Text("claimId")!));
        await Wire.Hears(application.Id, "follow-up.claim-released");
        Assert.Single(Wire.About(application.Id), x => x.Type == "followup.follow-up.claimed.v1");
    }

    // A broker may deliver a message again after its answer. In between the reason of a refusal may be gone.
    [Fact]
    public async Task A_command_that_was_refused_stays_refused_when_its_reason_is_gone()
    {
        var application = await Team.SubmitDue();
        var slot = await application.Slot(1, "due");
        var claimId = Guid.NewGuid();
        (await application.Claim(claimId: claimId)).Expect(201);
        var snooze = Command("snooze", application.Id, new { stage = 1, until = slot.WindowEndsAt.AddDays(-1) });

        var refused = await Other.Ask(Scheduler, snooze);
        await application.Release(claimId);
        var again = await Other.Ask(Scheduler, snooze);

        Assert.Equal("claimedByAnother", refused.Data.Text("code"));
        Assert.Equal((refused.Type, refused.Data.GetRawText()), (again.Type, again.Data.GetRawText()));
        Assert.Null((await application.Slot(1, "due")).Json.Instant("snoozedUntil"));

        var another = Command("snooze", application.Id, new { stage = 1, until = slot.WindowEndsAt.AddDays(-1) });
        var snoozed = await Other.Ask(Scheduler, another);
        Assert.Equal("followup.follow-up.snoozed.v1", snoozed.Type);
        Assert.Equal(snoozed.Data.GetRawText(), (await Other.Ask(Scheduler, another)).Data.GetRawText());
    }

    [Fact]
    public async Task A_slot_is_released_assigned_and_overridden_once_however_often_the_message_is_sent()
    {
        var application = await Team.Submit(instructions: new { noContact = true });
        await application.Slot(1, "withheld");
        var overridden = Command("override", application.Id, new { stage = 1, because = "employerAgreed" });
        var first = await Other.Ask(Scheduler, overridden);
        Assert.Equal("followup.follow-up.overridden.v1", first.Type);
        Assert.Equal(first.Data.GetRawText(), (await Other.Ask(Scheduler, overridden)).Data.GetRawText());

        var assign = Command("assign", application.Id, new { stage = 1, to = "ben" });
        var assigned = await Other.Ask(Scheduler, assign);
        await Other.Ask(Scheduler, Command("assign", application.Id, new { stage = 1, to = "carla" }));
        Assert.Equal(assigned.Data.GetRawText(), (await Other.Ask(Scheduler, assign)).Data.GetRawText());
        Assert.Equal("carla", (await application.Slot(1, "planned")).Json.Text("assignee"));

        var claimId = Guid.NewGuid();
        (await application.Claim(claimId: claimId)).Expect(201);
        var release = Command("release", application.Id, new { stage = 1, claimId });
        var released = await Other.Ask(Scheduler, release);
        Assert.Equal("followup.follow-up.claim-released.v1", released.Type);
        Assert.Equal(released.Data.GetRawText(), (await Other.Ask(Scheduler, release)).Data.GetRawText());
    }

    [Fact]
    public async Task A_claim_is_released_over_the_bus()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");
        var claimId = Guid.NewGuid();
        (await application.Claim(claimId: claimId)).Expect(201);

        var released = await Other.Ask(Scheduler, Command("release", application.Id, new { stage = 1, claimId }));

        Assert.Equal("followup.follow-up.claim-released.v1", released.Type);
        (await application.Claim(by: "ben")).Expect(201);
    }

    [Theory]
    [InlineData("""{"stage":1,"by":"robot"}""")]
    [InlineData("""{"stage":1,"claimId":"not-a-uuid","by":"robot"}""")]
    [InlineData("""{"stage":1,"claimId":"00000000-0000-0000-0000-000000000001","by":" "}""")]
    [InlineData("""{"stage":0,"claimId":"00000000-0000-0000-0000-000000000001","by":"robot"}""")]
    [InlineData("""{"stage":1,"claimId":"00000000-0000-0000-0000-000000000001","by":"robot","chanel":"phone"}""")]
    [InlineData("""{"stage":1,"claimId":"00000000-0000-0000-0000-000000000001","by":"robot","channel":1}""")]
    [InlineData("""{"stage":1,"claimId":"00000000-0000-0000-0000-000000000001","by":"robot","for":"soon"}""")]
    [InlineData("null")]
    [InlineData("[]")]
    public async Task Bad_data_is_answered_and_claims_nothing(string data)
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");

        var rejected = await Other.Ask(Scheduler, Command("claim", application.Id, System.Text.Json.JsonDocument.Parse(data).RootElement));

        Assert.Equal("followup.command.rejected.v1", rejected.Type);
        Assert.InRange(rejected.Data.Number("status")!.Value, 400, 499);
        Assert.Matches("^[a-z][A-Za-z]+$", rejected.Data.Text("code"));
        Assert.False(string.IsNullOrWhiteSpace(rejected.Data.Text("detail")));
        await application.Slot(1, "planned");
    }

    [Fact]
    public async Task A_command_for_another_teams_application_is_refused()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");
        var foreign = await Pair.Team("foreign");

        var rejected = await Other.Ask(
            Scheduler,
            Command(
                "claim",
                application.Id,
                new
                {
                    stage = 1,
                    claimId = Guid.NewGuid(),
                    by = "robot",
                },
                team: foreign.Name
            )
        );

        Assert.Equal("followup.command.rejected.v1", rejected.Type);
        Assert.Equal("unknownApplication", rejected.Data.Text("code"));
        await application.Slot(1, "planned");
    }

    internal static object Command(string verb, Guid application, object data, string team = "default") =>
        new
        {
            specversion = "1.0",
            id = Guid.NewGuid().ToString(),
            source = "/tests",
            type = $"followup.follow-up.{verb}.v1",
            subject = application.ToString(),
            time = DateTimeOffset.UtcNow,
            team,
            datacontenttype = "application/json",
            data,
        };
}
