using System.Text;
using System.Text.Json;
using Npgsql;

namespace FollowUp.EndToEnd.Bus;

/// <summary>A system that joins late, or lost a queue, reads history over HTTP: the same events, in order, and without a gap.</summary>
public sealed class Feed(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task History_is_the_same_events_as_on_the_exchange_byte_for_byte_and_in_order()
    {
        var team = await Pair.Team("feed");
        var applications = new List<Application>();
        for (var i = 0; i < 5; i++)
        {
            var application = await team.Submit();
            (await application.SendCoverLetter()).Expect(201);
            (await application.RecordFollowUp()).Expect(201);
            applications.Add(application);
        }

        foreach (var application in applications)
        {
            await application.SchedulerHasSeenAll();
            await Wire.Hears(application.Id, "application.follow-up-made");
            await Wire.Hears(application.Id, "follow-up.settled");
        }

        foreach (var (service, source) in new[] { (team.Applications, "/followup/applications"), (team.Scheduler, "/followup/scheduler") })
        {
            var history = await All(service, "limit=4");
            Assert.All(history, x => Assert.Equal((team.Name, source), (x.Text("team"), x.Text("source"))));
            Assert.Equal(history.Count, history.Select(x => x.Text("id")).Distinct().Count());
            foreach (var application in applications)
            {
                var published = Wire.About(application.Id).Where(x => x.Source == source).DistinctBy(x => x.Id).Select(x => x.Text);
                Assert.Equal(published, history.Where(x => x.Text("subject") == application.Id.ToString()).Select(x => x.GetRawText()));
            }
        }

        // Events about keys are stored in the same event store, but the feed doesn't publish them.
        Assert.DoesNotContain(await All(team.Applications), x => x.Text("type")!.Contains("key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_page_says_where_to_go_on_also_at_the_end()
    {
        var team = await Pair.Team("feed-pages");
        var first = await team.Submit();
        var second = await team.Submit();

        var page = (await team.Applications.Get("/events?limit=1")).Expect(200);
        Assert.Equal("application/cloudevents-batch+json", page.MediaType);
        Assert.Equal([first.Id.ToString()], page.Json.EnumerateArray().Select(x => x.Text("subject")!));
        Assert.Equal(page.Position, page.Next);
        Assert.Contains("limit=1", page.Link, StringComparison.Ordinal);

        var rest = await All(team.Applications, after: page.Position);
        Assert.Equal([second.Id.ToString()], rest.Select(x => x.Text("subject")!));
        var end = await End(team.Applications);
        var nothing = (await team.Applications.Get($"/events?after={end}")).Expect(200);
        Assert.Equal("[]", nothing.Text);
        Assert.NotNull(nothing.Position);
        var third = await team.Submit();
        Assert.Equal([third.Id.ToString()], (await All(team.Applications, after: nothing.Position)).Select(x => x.Text("subject")!));
    }

    [Fact]
    public async Task From_now_on_is_a_position_as_well()
    {
        var team = await Pair.Team("feed-latest");
        await team.Submit();

        var now = (await team.Applications.Get("/events?after=latest")).Expect(200);
        Assert.Equal("[]", now.Text);
        await using var stream = await EventStream.Open(Pair.Applications[0].Address, team.Key, "?after=latest");
        await stream.Block(); // the stream is open and starts at this position
        var later = await team.Submit();

        Assert.Equal([later.Id.ToString()], (await All(team.Applications, after: now.Position)).Select(x => x.Text("subject")!));
        Assert.Equal(later.Id.ToString(), (await stream.Next()).Subject);
    }

    [Fact]
    public async Task History_goes_over_into_live_without_a_gap_or_a_repeat_while_many_write_and_the_reader_comes_and_goes()
    {
        const int Writers = 8,
            Each = 25;
        var team = await Pair.Team("feed-live");
        for (var i = 0; i < 20; i++)
            await team.Submit();
        var writers = Enumerable
            .Range(0, Writers)
            .Select(async _ =>
            {
                for (var i = 0; i < Each; i++)
                {
                    var application = await team.Submit();
                    (await application.SendCoverLetter()).Expect(201);
                }
            })
            .ToArray();
        var all = 20 + (Writers * Each * 2);

        var seen = new List<Sent>();
        string? resume = null;
        while (seen.Count < all)
        {
            await using var stream = await EventStream.Open(Pair.Applications[0].Address, team.Key, "", resume);
            for (var i = 0; i < 60 && seen.Count < all; i++)
                seen.Add(await stream.Next());
            resume = seen[^1].Id;
        }

        await Task.WhenAll(writers);
        Assert.Equal(all, seen.Select(x => x.Json.Text("id")).Distinct().Count());
        Assert.All(seen, x => Assert.Equal(x.Event, x.Json.Text("type")));
        Assert.Equal((await All(team.Applications)).Select(x => x.GetRawText()), seen.Select(x => x.Data));
        Assert.All(
            seen.GroupBy(x => x.Subject),
            x => Assert.Equal(Enumerable.Range(1, x.Count()).Select(n => $"{n}"), x.Select(y => y.Json.Text("sequence")))
        );
    }

    [Fact]
    public async Task The_position_of_the_last_event_read_counts_before_after()
    {
        var team = await Pair.Team("feed-resume");
        var (first, second) = (await team.Submit(), await team.Submit());
        await using var stream = await EventStream.Open(Pair.Applications[0].Address, team.Key);
        Assert.Equal(first.Id.ToString(), (await stream.Next()).Subject);

        await using var again = await EventStream.Open(Pair.Applications[0].Address, team.Key, "?after=latest", stream.Position);
        Assert.Equal(second.Id.ToString(), (await again.Next()).Subject);

        // Pages and streams use the same positions.
        Assert.Equal([second.Id.ToString()], (await All(team.Applications, after: stream.Position)).Select(x => x.Text("subject")!));
    }

    [Fact]
    public async Task The_scheduler_can_be_followed_live_as_well()
    {
        var team = await Pair.Team("feed-scheduler");
        await (await team.Submit()).Slot(1, "planned"); // the Scheduler has the team's key
        await using var stream = await EventStream.Open(
            Pair.Scheduler[0].Address,
            team.Key,
            "?after=latest&type=followup.follow-up.planned.v1"
        );
        await stream.Block();
        var application = await team.SubmitDue();

        var planned = await stream.Next();
        Assert.Equal((application.Id.ToString(), "followup.follow-up.planned.v1"), (planned.Subject, planned.Event));
        Assert.Equal((await Wire.Hears(application.Id, "follow-up.planned")).Text, planned.Data);
    }

    [Fact]
    public async Task It_is_filtered_by_type_and_subject()
    {
        var team = await Pair.Team("feed-filter");
        var (one, two) = (await team.Submit(), await team.Submit());
        foreach (var application in new[] { one, two })
        {
            (await application.SendCoverLetter()).Expect(201);
            (await application.Close("rejected")).Expect(204);
        }

        const string Submitted = "followup.application.submitted.v1",
            Letter = "followup.application.cover-letter-sent.v1",
            Closed = "followup.application.closed.v1";
        Assert.Equal([Submitted, Submitted], await Types($"type={Submitted}"));
        Assert.Equal([Submitted, Submitted, Closed, Closed], await Types($"type={Submitted}&type={Closed}"));
        Assert.Equal([Submitted, Submitted, Letter, Letter], await Types($"type={Submitted},{Letter}"));
        Assert.Equal([Submitted, Letter, Closed], await Types($"subject={one.Id}"));
        Assert.Equal([Closed], await Types($"subject={two.Id}&type={Closed}&limit=1"));
        Assert.Empty(await Types($"subject={Guid.NewGuid()}"));
        Assert.Empty(await Types($"type=followup.application.reopened.v1"));

        await using var stream = await EventStream.Open(Pair.Applications[0].Address, team.Key, $"?type={Closed}");
        Assert.Equal([one.Id.ToString(), two.Id.ToString()], new[] { (await stream.Next()).Subject, (await stream.Next()).Subject });

        async Task<IEnumerable<string>> Types(string query) => (await All(team.Applications, query)).Select(x => x.Text("type")!);
    }

    [Fact]
    public async Task Another_teams_events_are_not_there()
    {
        var (ours, theirs) = (await Pair.Team("feed-ours"), await Pair.Team("feed-theirs"));
        await using var stream = await EventStream.Open(Pair.Applications[0].Address, ours.Key);
        var secret = await theirs.Submit();
        await secret.Slot(1, "planned");
        var mine = await ours.Submit();
        await mine.Slot(1, "planned");

        Assert.Equal(mine.Id.ToString(), (await stream.Next()).Subject);
        Assert.Equal([mine.Id.ToString()], (await All(ours.Applications)).Select(x => x.Text("subject")!));
        Assert.All(await All(ours.Scheduler), x => Assert.Equal(mine.Id.ToString(), x.Text("subject")));
        Assert.Empty(await All(ours.Applications, $"subject={secret.Id}"));
    }

    [Fact]
    public async Task Bad_queries_are_refused()
    {
        var team = await Pair.Team("feed-bad");
        await (await team.Submit()).Slot(1, "planned");
        var elsewhere = await End(team.Scheduler);
        var ahead = Encode(Decode(await End(team.Applications)) + "000000000");
        (string Query, string Field)[] bad =
        [
            ("after=nonsense", "after"),
            ("after=%00", "after"),
            ($"after={elsewhere}", "after"),
            ($"after={ahead}", "after"),
            ($"after={Encode("/followup/applications:-1")}", "after"),
            ($"after={Encode("/followup/applications:99999999999999999999999")}", "after"),
            ($"after={Encode("/followup/applications:01")}", "after"),
            ("after=LATEST", "after"),
            ("limit=0", "limit"),
            ("limit=1001", "limit"),
            ("limit=-5", "limit"),
            ("limit=many", "limit"),
            ("type=nonsense", "type"),
            ("type=followup.application.submitted.v1,nonsense", "type"),
            ("type=followup.follow-up.planned.v1", "type"),
            ("type=followup.command.rejected.v1", "type"),
            ("subject=nonsense", "subject"),
            ("afterwards=x", "afterwards"),
            ("types=followup.application.submitted.v1", "types"),
        ];
        foreach (var (query, field) in bad)
        {
            foreach (var accept in new[] { "application/cloudevents-batch+json", "text/event-stream" })
            {
                var answer = (await team.Applications.Get($"/events?{query}", accept)).Refused(400, "badInput");
                Assert.True(
                    answer.Json.Find("errors") is { } errors && errors.EnumerateObject().Any(x => x.Name == field),
                    $"{field} is named in {answer}"
                );
            }
        }

        // The position belongs to a store that no longer exists: the client must read from the start.
        const string Lost = "/followup/applications:0000000000000000:1";
        foreach (var accept in new[] { "application/cloudevents-batch+json", "text/event-stream" })
            Assert.NotNull(
                (await team.Applications.Get($"/events?after={Encode(Lost)}", accept))
                    .Refused(400, "anotherStore")
                    .Json.Find("errors.after")
            );

        (await team.Applications.Get("/events?limit=5", "text/event-stream")).Refused(400, "badInput");
        (await team.Applications.With(null).Get("/events")).Refused(401, "unauthenticated");
        var (_, recorder) = await team.NewKey("record");
        (await recorder.Applications.Get("/events")).Refused(403, "forbidden");
        (await team.Scheduler.Get("/events?type=followup.application.submitted.v1")).Refused(400, "badInput");
    }

    [Fact]
    public async Task A_stream_says_now_and_then_that_it_is_still_there()
    {
        var team = await Pair.Team("feed-quiet");
        await using var stream = await EventStream.Open(Pair.Applications[0].Address, team.Key, "?after=latest");
        Assert.NotNull((await stream.Block())!.Comment);

        var beat = await stream.Block(TimeSpan.FromSeconds(20));
        Assert.NotNull(beat!.Comment);
        Assert.Null(beat.Data);
        Assert.NotNull(beat.Id);
    }

    [Fact]
    public async Task A_stream_ends_when_its_key_is_revoked()
    {
        var team = await Pair.Team("feed-revoked");
        var (id, reader) = await team.NewKey("read");
        await using var stream = await EventStream.Open(Pair.Applications[0].Address, reader.Key, "?after=latest");
        await stream.Block();

        (await team.Applications.Delete($"/keys/{id}")).Expect(204);

        Assert.Null(await stream.Block());
    }

    internal static string Encode(string text) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Decode(string position) =>
        Encoding.UTF8.GetString(
            Convert.FromBase64String(position.Replace('-', '+').Replace('_', '/') + new string('=', (4 - (position.Length % 4)) % 4))
        );

    internal static async Task<string> End(Api service) => (await service.Get("/events?after=latest")).Expect(200).Position!;

    /// <summary>Reads page after page, as long as there is a next page.</summary>
    internal static async Task<List<JsonElement>> All(Api service, string query = "", string? after = null)
    {
        var all = new List<JsonElement>();
        for (var next = after; ; )
        {
            var answer = (await service.Get($"/events?{query}" + (next is null ? "" : $"&after={next}"))).Expect(200);
            Assert.Equal("application/cloudevents-batch+json", answer.MediaType);
            all.AddRange(answer.Json.EnumerateArray());
            if (answer.Next is null)
                return all;
            Assert.Equal(answer.Position, next = answer.Next);
        }
    }
}

/// <summary>
/// PostgreSQL assigns sequence numbers before the transactions commit: the feed must not skip an event that commits late.
/// </summary>
public sealed class Feed_and_late_commits(PairOfAClass own) : Story(own), IClassFixture<PairOfAClass>
{
    [Fact]
    public async Task An_event_committed_late_comes_in_its_place()
    {
        var from = await Feed.End(Team.Applications);
        await using var stream = await EventStream.Open(Pair.Applications[0].Address, Team.Key, $"?after={from}");
        var before = await Team.Submit();
        Assert.Equal(before.Id.ToString(), (await stream.Next()).Subject);

        await using var late = await Held.Append(Pair.ApplicationsDatabase);
        var behind = await Team.Submit();
        (await behind.SendCoverLetter()).Expect(201);
        var page = (await Team.Applications.Get($"/events?after={from}")).Expect(200);
        Assert.Equal([before.Id.ToString()], page.Json.EnumerateArray().Select(x => x.Text("subject")!));
        Assert.Equal("[]", (await Team.Applications.Get($"/events?after={page.Position}")).Expect(200).Text);
        Assert.Equal(page.Position, await Feed.End(Team.Applications));

        await late.Commit();
        string[] expected = [late.Id.ToString(), behind.Id.ToString(), behind.Id.ToString()];
        Assert.Equal(expected, (await Feed.All(Team.Applications, after: page.Position)).Select(x => x.Text("subject")!));
        Assert.Equal(expected, new[] { (await stream.Next()).Subject, (await stream.Next()).Subject, (await stream.Next()).Subject });
    }

    [Fact]
    public async Task A_rolled_back_transaction_delays_no_reader()
    {
        var from = await Feed.End(Team.Applications);
        await using var given_up = await Held.Append(Pair.ApplicationsDatabase);
        var behind = await Team.Submit();
        Assert.Empty(await Feed.All(Team.Applications, after: from));

        await given_up.RollBack();

        Assert.Equal([behind.Id.ToString()], (await Feed.All(Team.Applications, after: from)).Select(x => x.Text("subject")!));
    }

    [Fact]
    public async Task A_long_reading_transaction_delays_no_reader()
    {
        var from = await Feed.End(Team.Applications);
        await using var connection = new NpgsqlConnection(Pair.ApplicationsDatabase);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var dump = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead,
            TestContext.Current.CancellationToken
        );
        await using (
            var read = new NpgsqlCommand("create temporary table counted as select count(*) from followup.mt_events", connection, dump)
        ) // gives this transaction a transaction id, too
            await read.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await using (var given_up = await Held.Append(Pair.ApplicationsDatabase))
            await given_up.RollBack();

        var application = await Team.Submit();

        Assert.Equal([application.Id.ToString()], (await Feed.All(Team.Applications, after: from)).Select(x => x.Text("subject")!));
    }

    /// <summary>An event that has its sequence number but isn't committed yet.</summary>
    private sealed class Held(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid id) : IAsyncDisposable
    {
        public Guid Id => id;

        public static async Task<Held> Append(string database)
        {
            var id = Guid.NewGuid();
            var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
            await connection.OpenAsync();
            var transaction = await connection.BeginTransactionAsync();
            await using var command = new NpgsqlCommand(
                $$"""
                insert into followup.mt_streams (id, version, timestamp, tenant_id) values ('{{id}}', 1, now(), 'default');
                insert into followup.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, is_archived)
                values (nextval('followup.mt_events_sequence'), gen_random_uuid(), '{{id}}', 1, '{"at":"2026-01-05T09:00:00Z"}', 'reopened',
                  now(), 'default', false)
                """,
                connection,
                transaction
            );
            await command.ExecuteNonQueryAsync();
            return new Held(connection, transaction, id);
        }

        public Task Commit() => transaction.CommitAsync();

        public Task RollBack() => transaction.RollbackAsync();

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}

/// <summary>Two nodes of each service: a client of either node receives what the other node records.</summary>
public sealed class Feed_of_two_nodes() : StoryOfItsOwn(nodes: 2, isHandedOn: true)
{
    [Fact]
    public async Task A_recorded_event_arrives_at_both_nodes_at_once_and_a_stream_is_resumed_at_the_other()
    {
        var team = await Pair.Team("two-nodes");
        var streams = await Task.WhenAll(Pair.Applications.Select(x => EventStream.Open(x.Address, team.Key, "?after=latest")));
        foreach (var stream in streams)
            await stream.Block();
        for (var i = 0; i < 10; i++) // alternates between the nodes
        {
            var application = await team.Submit();
            foreach (var stream in streams)
                Assert.Equal(application.Id.ToString(), (await stream.Next()).Subject);
        }

        await Pair.Applications[0].Stop();
        Assert.Null(await streams[0].Block(TimeSpan.FromSeconds(10))); // the stream ends in an orderly way, without an aborted connection
        var meanwhile = await team.Submit();
        await using var resumed = await EventStream.Open(Pair.Applications[1].Address, team.Key, "", streams[0].Position);
        Assert.Equal(meanwhile.Id.ToString(), (await resumed.Next()).Subject);
        foreach (var stream in streams)
            await stream.DisposeAsync();
    }
}
