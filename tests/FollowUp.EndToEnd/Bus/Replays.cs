using System.Text.Json;
using RabbitMQ.Client;

namespace FollowUp.EndToEnd.Bus;

/// <summary>A replay sends history once more to one queue: the same events, marked as a replay, and no other queue receives them.</summary>
public sealed class Replays(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task A_teams_history_goes_to_one_queue_alone()
    {
        var (team, others) = (await Pair.Team("replay"), await Pair.Team("replay-others"));
        await others.Submit();
        var (one, two) = (await team.Submit(), await team.Submit());
        foreach (var application in new[] { one, two })
        {
            (await application.SendCoverLetter()).Expect(201);
            (await application.Close("rejected")).Expect(204);
            await Wire.Hears(application.Id, "application.closed");
        }

        await using var queue = await OwnQueue.Declare(Pair, $"{team.Name}.reporting");
        var published = Published(one.Id);

        var started = (await team.Applications.Post("/replays", new { queue = $"{team.Name}.reporting" })).Expect(202);
        var messages = await queue.Take(6);
        var done = await Ends(team.Applications, started, "done");

        Assert.All(messages, x => Assert.Equal(started.Named, x.Json.Text("replay")));
        foreach (var application in new[] { one, two })
        {
            var live = Wire.About(application.Id).Where(x => x.Source == "/followup/applications").DistinctBy(x => x.Id).ToList();
            var again = messages.Where(x => x.Subject == application.Id.ToString()).ToList();
            Assert.Equal(
                live.Select(x => x.Text),
                again.Select(x => x.Text.Replace($",\"replay\":\"{started.Named}\"", "", StringComparison.Ordinal))
            );
            Assert.DoesNotContain(Wire.About(application.Id), x => x.Json.Text("replay") is not null);
        }

        // The event with the team's key was read as well, hence 6.
        Assert.Equal((6L, done.Number("total")), (done.Number("sent"), done.Number("read")));
        Assert.Equal(published, Published(one.Id));
        Assert.Null(await queue.TryTake());
        Assert.Equal([started.Named], (await team.Applications.Get("/replays")).Expect(200).Json.Items().Select(x => x.Text("id")!));
        (await others.Applications.Get($"/replays/{started.Named}")).Refused(404, "unknownReplay");
        (await others.Applications.Delete($"/replays/{started.Named}")).Refused(404, "unknownReplay");
        Assert.Empty((await others.Applications.Get("/replays")).Expect(200).Json.Items());
        (await team.Applications.Delete($"/replays/{started.Named}")).Refused(409, "replayEnded");
    }

    // Only the events of Applications: the Scheduler may still be publishing its own in response.
    private int Published(Guid application) => Wire.About(application).Count(x => x.Source == "/followup/applications");

    [Fact]
    public async Task The_scheduler_replays_its_own_of_one_application_or_since_a_time()
    {
        var team = await Pair.Team("replay-scheduler");
        var before = await team.Submit();
        await before.Slot(1, "planned");
        var since = (await Wire.Hears(before.Id, "follow-up.planned")).Json.Instant("time")!.Value.AddTicks(10);
        var application = await team.Submit();
        (await application.RecordFollowUp()).Expect(201);
        await application.SchedulerHasSeenAll();
        await using var queue = await OwnQueue.Declare(Pair, $"{team.Name}.audit");
        var own = (await Feed.All(team.Scheduler, $"subject={application.Id}")).Select(x => x.Text("id")).ToList();

        (
            await team.Scheduler.Post(
                "/replays",
                new
                {
                    queue = $"{team.Name}.audit",
                    subject = application.Id,
                    perSecond = 5000,
                }
            )
        ).Expect(202);
        Assert.Equal(own, (await queue.Take(own.Count)).Select(x => x.Id));

        await Ends(
            team.Scheduler,
            (await team.Scheduler.Post("/replays", new { queue = $"{team.Name}.audit", since })).Expect(202),
            "done"
        );
        Assert.Equal(own, (await queue.Take(own.Count)).Select(x => x.Id));
        Assert.Null(await queue.TryTake());
    }

    [Fact]
    public async Task It_keeps_to_its_speed_can_be_cancelled_and_goes_on_from_where_it_was()
    {
        var team = await Pair.Team("replay-slow");
        for (var i = 0; i < 20; i++)
            await team.Submit();
        await using var queue = await OwnQueue.Declare(Pair, $"{team.Name}.reporting");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var started = (await team.Applications.Post("/replays", new { queue = $"{team.Name}.reporting", perSecond = 2 })).Expect(202);
        var first = await queue.Take(8);
        Assert.True(watch.Elapsed >= TimeSpan.FromSeconds(2.5), $"eight at two a second took {watch.Elapsed}");

        (await team.Applications.Delete($"/replays/{started.Named}")).Expect(204);
        (await team.Applications.Delete($"/replays/{started.Named}")).Expect(204);
        var cancelled = await Ends(team.Applications, started, "cancelled");
        (await team.Applications.Post($"/replays/{started.Named}/resume")).Expect(202);
        var rest = new List<Message>();
        await Ends(team.Applications, started, "done");
        while (await queue.TryTake() is { } message)
            rest.Add(message);

        Assert.Equal(20, first.Concat(rest).Select(x => x.Id).Distinct().Count());
        Assert.True(first.Count + rest.Count <= 22, $"{rest.Count} came after it was resumed, which was at {cancelled}");
        (await team.Applications.Post($"/replays/{started.Named}/resume")).Refused(409, "replayEnded");
    }

    [Fact]
    public async Task A_missing_queue_is_reported_and_the_replay_resumes_when_the_queue_is_back()
    {
        var team = await Pair.Team("replay-lost");
        for (var i = 0; i < 12; i++)
            await team.Submit();
        Answer started;
        await using (var queue = await OwnQueue.Declare(Pair, $"{team.Name}.reporting"))
        {
            started = (await team.Applications.Post("/replays", new { queue = $"{team.Name}.reporting", perSecond = 3 })).Expect(202);
            await queue.Take(1);
            await queue.Delete();
        }

        var failed = await Ends(team.Applications, started, "failed");
        Assert.Contains($"{team.Name}.reporting", failed.Text("reason"), StringComparison.Ordinal);
        (await team.Applications.Post($"/replays/{started.Named}/resume")).Refused(400, "badInput");

        await using var again = await OwnQueue.Declare(Pair, $"{team.Name}.reporting");
        (await team.Applications.Post($"/replays/{started.Named}/resume")).Expect(202);
        await Ends(team.Applications, started, "done");
        Assert.NotNull(await again.TryTake());
    }

    [Fact]
    public async Task Bad_requests_are_refused_and_start_no_replay()
    {
        var team = await Pair.Team("replay-bad");
        await using var queue = await OwnQueue.Declare(Pair, $"{team.Name}.reporting");
        (object Body, string Field)[] bad =
        [
            (new { queue = $"{team.Name}.nobodys" }, "queue"),
            (new { queue = "default.reporting" }, "queue"),
            (new { queue = "followup.scheduler.inbox" }, "queue"),
            (new { queue = "amq.gen-1" }, "queue"),
            (new { queue = "" }, "queue"),
            (new { queue = $"{team.Name}." }, "queue"),
            (new { queue = $"{team.Name}.reporting", perSecond = 0 }, "perSecond"),
            (new { queue = $"{team.Name}.reporting", perSecond = 5001 }, "perSecond"),
            (new { queue = $"{team.Name}.reporting", since = DateTimeOffset.UtcNow.AddHours(1) }, "since"),
            (new { queue = $"{team.Name}.reporting", subject = "nonsense" }, "subject"),
            (new { queue = $"{team.Name}.reporting", que = 1 }, "que"),
            (new { perSecond = 1 }, "queue"),
        ];
        foreach (var (body, field) in bad)
        {
            var answer = (await team.Applications.Post("/replays", body)).Refused(400);
            Assert.True(
                answer.Json.Find("errors") is { } errors && errors.EnumerateObject().Any(x => x.Name == field),
                $"{field} is named in {answer}"
            );
        }

        var (_, recorder) = await team.NewKey("record", "read", "claim");
        (await recorder.Applications.Post("/replays", new { queue = $"{team.Name}.reporting" })).Refused(403, "forbidden");
        (await team.Applications.Get($"/replays/{Guid.NewGuid()}")).Refused(404, "unknownReplay");
        (await team.Applications.Get("/replays/nonsense")).Refused(404, "unknownReplay");
        Assert.Empty((await team.Applications.Get("/replays")).Expect(200).Json.Items());
        Assert.Null(await queue.TryTake());
    }

    private static async Task<JsonElement> Ends(Api service, Answer started, string state) =>
        (
            await Eventually.Get(
                () => service.Get(started.Location!),
                x => x.Json.Text("state") == state,
                null,
                $"{started.Location} is {state}"
            )
        ).Json;
}

/// <summary>A queue of another system.</summary>
internal sealed class OwnQueue : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly string _name;

    private OwnQueue(IConnection connection, IChannel channel, string name) => (_connection, _channel, _name) = (connection, channel, name);

    public static async Task<OwnQueue> Declare(Pair pair, string name)
    {
        var connection = await Wire.Connect(pair.Bus);
        var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false);
        return new OwnQueue(connection, channel, name);
    }

    public Task Delete() => _channel.QueueDeleteAsync(_name);

    public async Task<Message?> TryTake() =>
        await _channel.BasicGetAsync(_name, autoAck: true) is { } got
            ? new Message(
                got.Exchange,
                got.RoutingKey,
                got.Body.ToArray(),
                new BasicProperties(got.BasicProperties),
                System.Diagnostics.Stopwatch.GetTimestamp()
            )
            : null;

    public async Task<IReadOnlyList<Message>> Take(int count)
    {
        var taken = new List<Message>();
        await Eventually.Holds(
            async () =>
            {
                while (taken.Count < count && await TryTake() is { } message)
                    taken.Add(message);
                return taken.Count == count;
            },
            null,
            $"{count} messages in {_name}"
        );
        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.CloseAsync(TimeSpan.FromSeconds(5));
        await _connection.DisposeAsync();
    }
}
