using System.Text;
using System.Text.Json.Nodes;

namespace FollowUp.EndToEnd.Bus;

/// <summary>
/// A service dead-letters a message that it can't handle, with a reason, and the message never delays the messages behind it. The class has
/// a pair of its own, because its exchange carries messages that no service would publish. Each test leaves the error queues empty.
/// </summary>
public sealed class Bad_messages(PairOfAClass own) : BusStory(own), IClassFixture<PairOfAClass>
{
    private const string Events = "followup.events";
    private const string SchedulerInbox = "followup.scheduler.inbox";
    private const string ApplicationsInbox = "followup.applications.inbox";
    private const string Commands = "followup.scheduler.commands";

    public override async ValueTask DisposeAsync()
    {
        foreach (var queue in Other is null ? [] : new[] { SchedulerInbox, ApplicationsInbox, Commands })
        {
            while (await Other!.Take(queue + ".error") is not null) { }
        }

        await base.DisposeAsync();
    }

    [Fact]
    public async Task In_the_schedulers_inbox_are_dead_lettered_and_the_flow_goes_on()
    {
        foreach (var (what, body, contentType) in Garbage(Submitted))
        {
            await Other.Send(Events, "default.application.submitted", body, contentType);
            await IsDeadLettered(SchedulerInbox, what, body);
            await TheFlowGoesOn(what);
        }
    }

    [Fact]
    public async Task In_applications_inbox_are_dead_lettered_and_the_flow_goes_on()
    {
        foreach (var (what, body, contentType) in Garbage(Planned))
        {
            await Other.Send(Events, "default.follow-up.planned", body, contentType);
            await IsDeadLettered(ApplicationsInbox, what, body);
            await TheFlowGoesOn(what);
        }
    }

    [Fact]
    public async Task In_the_command_queue_are_answered_and_dead_lettered_and_the_flow_goes_on()
    {
        foreach (var (what, body, contentType) in Garbage(Claim).Where(x => !x.What.Contains("sequence", StringComparison.Ordinal)))
        {
            var answer = await Other.Ask(Commands, body, contentType);
            Assert.True(answer.Type == "followup.command.rejected.v1", what);
            Assert.InRange(answer.Data.Number("status")!.Value, 400, 499);
            Assert.False(string.IsNullOrWhiteSpace(answer.Data.Text("code")), what);
            Assert.False(string.IsNullOrWhiteSpace(answer.Data.Text("detail")), what);
            await IsDeadLettered(Commands, what, body);
            await TheFlowGoesOn(what);
        }
    }

    [Fact]
    public async Task A_command_of_an_unknown_type_is_answered_and_dead_lettered()
    {
        var body = Changed(Claim, x => x["type"] = "followup.follow-up.dance.v1");

        var answer = await Other.Ask(Commands, body);

        Assert.Equal("followup.command.rejected.v1", answer.Type);
        await IsDeadLettered(Commands, "unknown command", body);
        await TheFlowGoesOn("unknown command");
    }

    [Fact]
    public async Task An_event_of_a_type_that_a_reader_does_not_know_is_ignored()
    {
        // Additive change: a newer version of the other service may publish more than this version understands.
        await Other.Send(Events, "default.application.praised", Changed(Submitted, x => x["type"] = "followup.application.praised.v1"));
        await Other.Send(Events, "default.application.submitted", Changed(Submitted, x => x["type"] = "followup.application.submitted.v2"));
        await Other.Send(Events, "default.follow-up.imagined", Changed(Planned, x => x["type"] = "followup.follow-up.imagined.v1"));

        await TheFlowGoesOn("unknown types");

        Assert.Null(await Other.Take(SchedulerInbox + ".error"));
        Assert.Null(await Other.Take(ApplicationsInbox + ".error"));
    }

    [Fact]
    public async Task An_event_with_more_than_its_contract_is_still_read()
    {
        var id = Guid.NewGuid();
        var message = Changed(
            Submitted,
            x =>
            {
                x["subject"] = id.ToString();
                x["data"]!["application"] = id.ToString();
                x["data"]!["mood"] = "hopeful";
                x["data"]!["employer"]!["motto"] = "Onwards";
                x["newattribute"] = "1";
            }
        );

        await Other.Send(Events, "default.application.submitted", message);

        await Team.Of(id).Slot(1, "planned");
    }

    [Fact]
    public async Task A_message_that_comes_again_has_no_effect()
    {
        var application = await Team.Submit();
        (await application.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(3))).Expect(201);
        (await application.RecordFollowUp(stage: 2)).Expect(201);
        (await application.RecordResponse()).Expect(201);
        await application.Shows(2, "made");
        await application.SchedulerHasSeenAll();
        await Wire.Hears(application.Id, "follow-up.settled");
        await TheFlowGoesOn("before");
        // Applications shows a follow-up that was made at once; the Scheduler's event about it, with the planned date, arrives later.
        await Eventually.Get(
            async () => (await Team.Applications.Get(application.Path)).Expect(200).Text,
            x => !x.Contains("\"channels\":[],\"reasons\":[]", StringComparison.Ordinal),
            null,
            "the Scheduler's event is applied"
        );
        var plan = (await application.AskPlan()).Expect(200).Text;
        var detail = (await Team.Applications.Get(application.Path)).Expect(200).Text;
        var published = Wire.About(application.Id);

        foreach (var message in published.Reverse().Concat(published).ToList())
            await Other.Send(message.Exchange, message.RoutingKey, (ReadOnlyMemory<byte>)message.Body);
        await Eventually.Holds(() => Wire.About(application.Id).Count >= 3 * published.Count);
        await TheFlowGoesOn("repetitions");

        Assert.Equal(plan, (await application.AskPlan()).Expect(200).Text);
        Assert.Equal(detail, (await Team.Applications.Get(application.Path)).Expect(200).Text);
        Assert.Equal(published.Select(x => x.Id).Order(), Wire.About(application.Id).Select(x => x.Id).Distinct().Order());
        Assert.Null(await Other.Take(SchedulerInbox + ".error"));
        Assert.Null(await Other.Take(ApplicationsInbox + ".error"));
    }

    [Fact]
    public async Task A_message_from_the_future_waits_for_its_predecessor()
    {
        var id = Guid.NewGuid();
        var submitted = Changed(
            Submitted,
            x =>
            {
                x["subject"] = id.ToString();
                x["data"]!["application"] = id.ToString();
            }
        );
        var responded = Changed(
            Submitted,
            x =>
            {
                x["subject"] = id.ToString();
                x["type"] = "followup.application.employer-responded.v1";
                x["sequence"] = "2";
                x["data"] = new JsonObject
                {
                    ["application"] = id.ToString(),
                    ["stage"] = 1,
                    ["respondedAt"] = DateTimeOffset.UtcNow.ToString("O", null),
                };
            }
        );

        await Other.Send(Events, "default.application.employer-responded", responded);
        await TheFlowGoesOn("a message from the future");
        (await Team.Of(id).AskPlan()).Refused(404);
        await Other.Send(Events, "default.application.submitted", submitted);

        await Team.Of(id).Slot(1, "waived");
        var plan = (await Team.Of(id).AskPlan()).Expect(200).Json;
        Assert.Equal(2, plan.Number("asOf"));
    }

    [Fact]
    public async Task A_message_whose_predecessor_never_comes_delays_no_other()
    {
        await Other.Send(Events, "default.application.submitted", Changed(Submitted, x => x["sequence"] = "7"));

        for (var i = 0; i < 5; i++)
            await TheFlowGoesOn("a gap");
    }

    private static string Submitted(Guid application) => Envelopes.Submitted(application);

    private static string Planned(Guid application) =>
        Changed(
            x => Submitted(x),
            x =>
            {
                x["source"] = "/followup/scheduler";
                x["type"] = "followup.follow-up.planned.v1";
                x["data"] = new JsonObject
                {
                    ["application"] = x["subject"]!.GetValue<string>(),
                    ["stage"] = 1,
                    ["candidate"] = "c-made-up",
                    ["dueAt"] = DateTimeOffset.UtcNow.AddDays(7).ToString("O", null),
                    ["windowEndsAt"] = DateTimeOffset.UtcNow.AddDays(17).ToString("O", null),
                    ["channels"] = new JsonArray("email"),
                    ["situation"] = "unknown",
                    ["anchor"] = new JsonObject { ["kind"] = "submission", ["on"] = "2026-11-20" },
                    ["policyVersion"] = 1,
                    ["reasons"] = new JsonArray(),
                };
            },
            application
        );

    private static string Claim(Guid application) =>
        Changed(
            x => Submitted(x),
            x =>
            {
                x["source"] = "/tests";
                x["type"] = "followup.follow-up.claim.v1";
                x.Remove("sequence");
                x.Remove("sequencetype");
                x["data"] = new JsonObject
                {
                    ["stage"] = 1,
                    ["claimId"] = Guid.NewGuid().ToString(),
                    ["by"] = "robot",
                };
            },
            application
        );

    private static string Changed(Func<Guid, string> good, Action<JsonObject> change, Guid? application = null)
    {
        var message = JsonNode.Parse(good(application ?? Guid.NewGuid()))!.AsObject();
        change(message);
        return message.ToJsonString();
    }

    private static IEnumerable<(string What, string Body, string? ContentType)> Garbage(Func<Guid, string> good)
    {
        const string Cloud = "application/cloudevents+json";
        yield return ("an empty body", "", Cloud);
        yield return ("malformed JSON", "{\"specversion\":\"1.0\",", Cloud);
        yield return ("not an object", "[1,2,3]", Cloud);
        yield return ("null", "null", Cloud);
        yield return ("an empty object", "{}", Cloud);
        yield return ("another content type", good(Guid.NewGuid()), "text/plain");
        foreach (var attribute in new[] { "id", "source", "type", "subject", "team", "data" })
            yield return ($"no {attribute}", Changed(good, x => x.Remove(attribute)), Cloud);
        yield return ("a team that can't be", Changed(good, x => x["team"] = "No Such Team!"), Cloud);
        yield return ("a subject that is no UUID", Changed(good, x => x["subject"] = "forty-two"), Cloud);
        yield return ("sequence 0", Changed(good, x => x["sequence"] = "0"), Cloud);
        yield return ("sequence -1", Changed(good, x => x["sequence"] = "-1"), Cloud);
        yield return ("no sequence", Changed(good, x => x.Remove("sequence")), Cloud);
        yield return ("a sequence of letters", Changed(good, x => x["sequence"] = "one"), Cloud);
        yield return (
            "data of another shape",
            Changed(
                good,
                x =>
                    x["data"] = new JsonObject
                    {
                        ["application"] = 17,
                        ["stage"] = "first",
                        ["claimId"] = 1,
                    }
            ),
            Cloud
        );
        yield return ("data without what is required", Changed(good, x => x["data"] = new JsonObject()), Cloud);
        yield return ("another version of CloudEvents", Changed(good, x => x["specversion"] = "9.9"), Cloud);
    }

    private async Task IsDeadLettered(string queue, string what, string body)
    {
        var deadLetter = await Eventually.Get(
            () => Other.Take(queue + ".error"),
            x => x is not null,
            null,
            $"{what} is dead-lettered in {queue}.error"
        );
        Assert.Equal(body, Encoding.UTF8.GetString(deadLetter!.Body));
        Assert.Contains(
            deadLetter.Headers,
            x => x.Key.Contains("reason", StringComparison.OrdinalIgnoreCase) && !string.IsNullOrWhiteSpace(x.Value)
        );
    }

    private async Task TheFlowGoesOn(string after)
    {
        var application = await Team.Submit();
        try
        {
            await application.Shows(1, "planned");
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"After {after} the flow does not go on.", e);
        }
    }
}
