using System.Text.Json;
using System.Text.Json.Nodes;

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
    public async Task What_is_malformed_is_listed_retried_and_deleted()
    {
        var malformed = $"{{\"specversion\":\"{Guid.NewGuid()}";
        await Other.Send(Events, "default.application.submitted", malformed, replyTo: "somewhere", correlationId: "17");
        var parked = await IsParked(x => x.Text("text") == malformed);
        Assert.Equal(("malformedJson", Inbox), (parked.Text("code"), parked.Text("queue")));
        Assert.False(string.IsNullOrWhiteSpace(parked.Text("reason")));
        Assert.Equal(
            (Events, "default.application.submitted", "17", "somewhere", "application/cloudevents+json", Pair.BrokerUser),
            (
                parked.Text("properties.exchange"),
                parked.Text("properties.routingKey"),
                parked.Text("properties.correlationId"),
                parked.Text("properties.replyTo"),
                parked.Text("properties.contentType"),
                parked.Text("properties.userId")
            )
        );
        Assert.Equal(parked.Instant("parkedAt"), parked.Instant("firstSeen"));

        (await Team.Scheduler.Post($"/parked/{parked.Text("id")}/retry")).Expect(204);

        var again = await IsParked(x => x.Text("text") == malformed && x.Text("id") != parked.Text("id"));
        Assert.Equal(parked.Instant("firstSeen"), again.Instant("firstSeen"));
        Assert.True(again.Instant("parkedAt") > parked.Instant("parkedAt"));
        Assert.Equal(parked.Find("properties")!.Value.GetRawText(), again.Find("properties")!.Value.GetRawText());
        (await Team.Scheduler.Post($"/parked/{parked.Text("id")}/retry")).Refused(404, "unknownMessage");
        (await Team.Scheduler.Delete($"/parked/{again.Text("id")}")).Expect(204);
        (await Team.Scheduler.Delete($"/parked/{again.Text("id")}")).Refused(404, "unknownMessage");
        Assert.DoesNotContain(await Parked(Team), x => x.Text("text") == malformed);
        Assert.DoesNotContain(malformed, (await TakeAll()).Select(x => x.Text));
        await (await Team.Submit()).Slot(1, "planned");
    }

    [Fact]
    public async Task What_is_too_large_is_shown_in_part_and_kept_whole()
    {
        var body = new string('ä', 5 * 1024 * 1024 / 2);
        await Other.Send(Events, "default.application.submitted", body);

        var parked = await IsParked(x => x.Number("bytes") == 5 * 1024 * 1024);

        Assert.Equal(("tooLarge", true), (parked.Text("code"), parked.Find("isCut")!.Value.GetBoolean()));
        Assert.Equal(64 * 1024 / 2, parked.Text("text")!.Length);
        Assert.Single(await TakeAll(), x => x.Text == body);
        await (await Team.Submit()).Slot(1, "planned");
    }

    [Fact]
    public async Task What_is_no_text_is_shown_as_base64()
    {
        await Other.Send(Events, "default.application.submitted", new byte[] { 0xff, 0x00, 0xfe });

        var parked = await IsParked(x => x.Text("base64") is not null);

        Assert.Equal((Convert.ToBase64String([0xff, 0x00, 0xfe]), (string?)null), (parked.Text("base64"), parked.Text("text")));
    }

    [Fact]
    public async Task What_a_reader_stumbles_over_is_listed_and_holds_up_nobody()
    {
        var id = Guid.NewGuid();
        // The database can't store this value.
        await Other.Send(Events, "default.application.submitted", Submitted(id, x => x["data"]!["candidate"] = "c-\u0000"));

        var parked = await IsParked(id);

        Assert.Equal(("handlerFailed", "default"), (parked.Text("code"), parked.Text("team")));
        await (await Team.Submit()).Slot(1, "planned");
    }

    [Fact]
    public async Task What_the_broker_itself_put_there_is_listed_and_done_when_it_is_put_back()
    {
        var id = Guid.NewGuid();
        await Other.Send("", Inbox + ".error", Submitted(id));
        var parked = await IsParked(id);

        (await Team.Scheduler.Post($"/parked/{parked.Text("id")}/retry")).Expect(204);

        await Team.Of(id).Slot(1, "planned");
        Assert.DoesNotContain(await Parked(Team), x => IsOf(id, x));
    }

    [Fact]
    public async Task Looking_changes_nothing_however_often_it_is_done()
    {
        for (var i = 0; i < 5; i++)
            // one at a time, in this order; messages that are dead-lettered together arrive in any order
            await Other.Send("", Inbox + ".error", $"rubbish {i}");
        await Eventually.Get(() => Parked(Team), x => x.Count == 5);

        for (var i = 0; i < 30; i++)
            Assert.Equal(
                ["rubbish 0", "rubbish 1", "rubbish 2", "rubbish 3", "rubbish 4"],
                (await Parked(Team)).Select(x => x.Text("text")).Order()
            );
        await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ => Assert.Equal(5, (await Parked(Team)).Count)));

        var page = (await Team.Scheduler.Get("/parked?limit=2")).Expect(200).Json;
        var rest = (await Team.Scheduler.Get($"/parked?after={page.Text("next")}")).Expect(200).Json;
        Assert.Equal((2, 3), (page.Items().Count, rest.Items().Count));
        Assert.Null(rest.Text("next"));
        Assert.Equal(5, page.Items().Concat(rest.Items()).Select(x => x.Text("id")).Distinct().Count());
        Assert.Equal(["rubbish 0", "rubbish 1", "rubbish 2", "rubbish 3", "rubbish 4"], (await TakeAll()).Select(x => x.Text));
    }

    [Fact]
    public async Task Another_team_sees_its_own_and_what_is_nobodys_is_for_whoever_runs_the_pair()
    {
        var other = await Pair.Team("other");
        await Eventually.Get(() => other.Scheduler.Get("/parked"), x => x.Status == 200);
        await Other.Send(Events, "default.application.submitted", Submitted(Guid.NewGuid(), x => x["sequence"] = "0"));
        await Other.Send(
            Events,
            $"{other.Name}.application.submitted",
            Submitted(Guid.NewGuid(), x => (x["team"], x["sequence"]) = (other.Name, "0"))
        );
        await Other.Send(Events, $"{other.Name}.application.submitted", "nobody's");
        await Eventually.Get(() => Parked(Team), x => x.Count == 2);

        var theirs = Assert.Single(await Eventually.Get(() => Parked(other), x => x.Count > 0));
        var ours = await Parked(Team);

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

    private static async Task<IReadOnlyList<JsonElement>> Parked(Team team) =>
        (await team.Scheduler.Get("/parked")).Expect(200).Json.Items();

    private Task<JsonElement> IsParked(Guid application) => IsParked(x => IsOf(application, x));

    private async Task<JsonElement> IsParked(Func<JsonElement, bool> isIt) =>
        Assert.Single(await Eventually.Get(() => Parked(Team), x => x.Any(isIt)), x => isIt(x));

    private static bool IsOf(Guid application, JsonElement parked) =>
        parked.Text("text")?.Contains(application.ToString(), StringComparison.Ordinal) is true;

    private async Task<IReadOnlyList<Message>> TakeAll()
    {
        var all = new List<Message>();
        while (await Other.Take(Inbox + ".error") is { } message)
            all.Add(message);
        return all;
    }

    private static string Submitted(Guid application, Action<JsonObject>? change = null)
    {
        var message = new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = Guid.NewGuid().ToString(),
            ["source"] = "/followup/applications",
            ["type"] = "followup.application.submitted.v1",
            ["subject"] = application.ToString(),
            ["time"] = DateTimeOffset.UtcNow.ToString("O", null),
            ["team"] = "default",
            ["sequence"] = "1",
            ["sequencetype"] = "Integer",
            ["data"] = new JsonObject
            {
                ["application"] = application.ToString(),
                ["candidate"] = "c-made-up",
                ["employer"] = new JsonObject { ["name"] = "Acme", ["hiringProcess"] = "unknown" },
                ["posting"] = new JsonObject { ["title"] = "Clerk" },
                ["approach"] = "direct",
                ["contacts"] = new JsonArray(),
                ["submittedAt"] = DateTimeOffset.UtcNow.ToString("O", null),
            },
        };
        change?.Invoke(message);
        return message.ToJsonString();
    }
}
