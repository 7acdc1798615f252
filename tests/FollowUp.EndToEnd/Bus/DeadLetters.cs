using System.Text.Json;

namespace FollowUp.EndToEnd.Bus;

/// <summary>
/// A message that could not be handled is listed with its reason, can be requeued or deleted, and never blocks other messages. The class
/// has a pair of its own, because it fills the queues with unreadable messages, which each test clears away.
/// </summary>
public sealed class Dead_letters(PairOfAClass own) : BusStory(own), IClassFixture<PairOfAClass>
{
    private const string Events = "followup.events",
        Inbox = "followup.scheduler.inbox";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Eventually.Get(() => Team.Scheduler.Get("/parked"), x => x.Status == 200); // the Scheduler has the team's key
    }

    public override async ValueTask DisposeAsync()
    {
        if (Other is not null)
            await TakeAll();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_malformed_message_is_listed_retried_and_deleted()
    {
        var malformed = $"{{\"specversion\":\"{Guid.NewGuid()}";
        await Other.Send(Events, "default.application.submitted", malformed, replyTo: "somewhere", correlationId: "17");
        var deadLetter = await IsDeadLettered(x => x.Text("text") == malformed);
        Assert.Equal(("malformedJson", Inbox), (deadLetter.Text("code"), deadLetter.Text("queue")));
        Assert.False(string.IsNullOrWhiteSpace(deadLetter.Text("reason")));
        Assert.Equal(
            (Events, "default.application.submitted", "17", "somewhere", "application/cloudevents+json", Pair.BrokerUser),
            (
                deadLetter.Text("properties.exchange"),
                deadLetter.Text("properties.routingKey"),
                deadLetter.Text("properties.correlationId"),
                deadLetter.Text("properties.replyTo"),
                deadLetter.Text("properties.contentType"),
                deadLetter.Text("properties.userId")
            )
        );
        Assert.Equal(deadLetter.Instant("parkedAt"), deadLetter.Instant("firstSeen"));

        (await Team.Scheduler.Post($"/parked/{deadLetter.Text("id")}/retry")).Expect(204);

        var again = await IsDeadLettered(x => x.Text("text") == malformed && x.Text("id") != deadLetter.Text("id"));
        Assert.Equal(deadLetter.Instant("firstSeen"), again.Instant("firstSeen"));
        Assert.True(again.Instant("parkedAt") > deadLetter.Instant("parkedAt"));
        Assert.Equal(deadLetter.Find("properties")!.Value.GetRawText(), again.Find("properties")!.Value.GetRawText());
        (await Team.Scheduler.Post($"/parked/{deadLetter.Text("id")}/retry")).Refused(404, "unknownMessage");
        (await Team.Scheduler.Delete($"/parked/{again.Text("id")}")).Expect(204);
        (await Team.Scheduler.Delete($"/parked/{again.Text("id")}")).Refused(404, "unknownMessage");
        Assert.DoesNotContain(await DeadLettersOf(Team), x => x.Text("text") == malformed);
        Assert.DoesNotContain(malformed, (await TakeAll()).Select(x => x.Text));
        await (await Team.Submit()).Slot(1, "planned");
    }

    [Fact]
    public async Task A_large_message_is_listed_in_part_and_kept_whole()
    {
        var body = new string('ä', 5 * 1024 * 1024 / 2);
        await Other.Send(Events, "default.application.submitted", body);

        var deadLetter = await IsDeadLettered(x => x.Number("bytes") == 5 * 1024 * 1024);

        Assert.Equal(("tooLarge", true), (deadLetter.Text("code"), deadLetter.Find("isCut")!.Value.GetBoolean()));
        Assert.Equal(64 * 1024 / 2, deadLetter.Text("text")!.Length);
        Assert.Single(await TakeAll(), x => x.Text == body);
        await (await Team.Submit()).Slot(1, "planned");
    }

    [Fact]
    public async Task A_binary_message_is_listed_as_base64()
    {
        await Other.Send(Events, "default.application.submitted", new byte[] { 0xff, 0x00, 0xfe });

        var deadLetter = await IsDeadLettered(x => x.Text("base64") is not null);

        Assert.Equal((Convert.ToBase64String([0xff, 0x00, 0xfe]), (string?)null), (deadLetter.Text("base64"), deadLetter.Text("text")));
    }

    [Fact]
    public async Task A_message_whose_handler_fails_is_listed_and_delays_no_other()
    {
        var id = Guid.NewGuid();
        // The database can't store this value.
        await Other.Send(Events, "default.application.submitted", Envelopes.Submitted(id, x => x["data"]!["candidate"] = "c-\u0000"));

        var deadLetter = await IsDeadLettered(id);

        Assert.Equal(("handlerFailed", "default"), (deadLetter.Text("code"), deadLetter.Text("team")));
        await (await Team.Submit()).Slot(1, "planned");
    }

    [Fact]
    public async Task A_message_dead_lettered_by_the_broker_is_listed_and_handled_after_a_retry()
    {
        var id = Guid.NewGuid();
        await Other.Send("", Inbox + ".error", Envelopes.Submitted(id));
        var deadLetter = await IsDeadLettered(id);

        (await Team.Scheduler.Post($"/parked/{deadLetter.Text("id")}/retry")).Expect(204);

        await Team.Of(id).Slot(1, "planned");
        Assert.DoesNotContain(await DeadLettersOf(Team), x => IsOf(id, x));
    }

    [Fact]
    public async Task Listing_changes_nothing_however_often()
    {
        for (var i = 0; i < 5; i++)
            // one at a time, in this order; messages that are dead-lettered together arrive in any order
            await Other.Send("", Inbox + ".error", $"rubbish {i}");
        await Eventually.Get(() => DeadLettersOf(Team), x => x.Count == 5);

        for (var i = 0; i < 30; i++)
            Assert.Equal(
                ["rubbish 0", "rubbish 1", "rubbish 2", "rubbish 3", "rubbish 4"],
                (await DeadLettersOf(Team)).Select(x => x.Text("text")).Order()
            );
        await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ => Assert.Equal(5, (await DeadLettersOf(Team)).Count)));

        var page = (await Team.Scheduler.Get("/parked?limit=2")).Expect(200).Json;
        var rest = (await Team.Scheduler.Get($"/parked?after={page.Text("next")}")).Expect(200).Json;
        Assert.Equal((2, 3), (page.Items().Count, rest.Items().Count));
        Assert.Null(rest.Text("next"));
        Assert.Equal(5, page.Items().Concat(rest.Items()).Select(x => x.Text("id")).Distinct().Count());
        Assert.Equal(["rubbish 0", "rubbish 1", "rubbish 2", "rubbish 3", "rubbish 4"], (await TakeAll()).Select(x => x.Text));
    }

    [Fact]
    public async Task Another_team_sees_its_own_messages_and_the_operator_sees_those_without_a_team()
    {
        var other = await Pair.Team("other");
        await Eventually.Get(() => other.Scheduler.Get("/parked"), x => x.Status == 200);
        await Other.Send(Events, "default.application.submitted", Envelopes.Submitted(Guid.NewGuid(), x => x["sequence"] = "0"));
        await Other.Send(
            Events,
            $"{other.Name}.application.submitted",
            Envelopes.Submitted(Guid.NewGuid(), x => (x["team"], x["sequence"]) = (other.Name, "0"))
        );
        await Other.Send(Events, $"{other.Name}.application.submitted", "without a team");
        await Eventually.Get(() => DeadLettersOf(Team), x => x.Count == 2);

        var theirs = Assert.Single(await Eventually.Get(() => DeadLettersOf(other), x => x.Count > 0));
        var ours = await DeadLettersOf(Team);

        Assert.Equal(other.Name, theirs.Text("team"));
        Assert.Equal(["default", null], ours.Select(x => x.Text("team")).OrderDescending());
        (await Team.Scheduler.Delete($"/parked/{theirs.Text("id")}")).Refused(404, "unknownMessage");
        (await other.Scheduler.Post($"/parked/{ours[0].Text("id")}/retry")).Refused(404, "unknownMessage");
        (await (await other.NewKey("read", "record", "claim")).Team.Applications.Get("/parked")).Refused(403, "forbidden");
        (await other.Scheduler.Get("/parked?limit=201")).Refused(400, "badInput");
        (await other.Scheduler.Get("/parked?after=x")).Refused(400, "badInput");
        Assert.Empty((await Team.Applications.Get("/parked")).Expect(200).Json.Items());
        (await Team.Applications.Delete($"/parked/{ours[0].Text("id")}")).Refused(404, "unknownMessage");
    }

    private static async Task<IReadOnlyList<JsonElement>> DeadLettersOf(Team team) =>
        (await team.Scheduler.Get("/parked")).Expect(200).Json.Items();

    private Task<JsonElement> IsDeadLettered(Guid application) => IsDeadLettered(x => IsOf(application, x));

    private async Task<JsonElement> IsDeadLettered(Func<JsonElement, bool> isIt) =>
        Assert.Single(await Eventually.Get(() => DeadLettersOf(Team), x => x.Any(isIt)), x => isIt(x));

    private static bool IsOf(Guid application, JsonElement deadLetter) =>
        deadLetter.Text("text")?.Contains(application.ToString(), StringComparison.Ordinal) is true;

    private async Task<IReadOnlyList<Message>> TakeAll()
    {
        var all = new List<Message>();
        while (await Other.Take(Inbox + ".error") is { } message)
            all.Add(message);
        return all;
    }
}
