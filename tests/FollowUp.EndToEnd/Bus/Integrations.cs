using System.Text.Json;
using RabbitMQ.Client;

namespace FollowUp.EndToEnd.Bus;

/// <summary>
/// Another system joins with a broker user of its own, and neither the broker nor the services let that user reach other teams. The tests
/// prove that by trying.
/// </summary>
public sealed class Integrations(SharedPair shared) : Story(shared)
{
    private const string Commands = "followup.commands",
        Scheduler = "followup.scheduler.commands";

    [Fact]
    public async Task It_hears_its_teams_events_and_no_others()
    {
        var (ours, theirs) = (await NewTeam(), await NewTeam());
        await using var crm = await Join(ours);

        var foreign = await theirs.Submit();
        await Wire.Hears(foreign.Id, "follow-up.planned");
        var own = await ours.Submit();

        var received = await Take(crm, ours, 2);
        Assert.Equal([own.Id.ToString()], received.Select(x => x.Subject).Distinct());
        Assert.Equal(["followup.application.submitted.v1", "followup.follow-up.planned.v1"], received.Select(x => x.Type).Order());
        Assert.Null(await crm.Take(Queue(ours)));
    }

    [Fact]
    public async Task It_hears_only_the_events_that_were_chosen()
    {
        var team = await NewTeam();
        await using var crm = await Join(team, new { name = "crm", events = new[] { "follow-up.planned" } });

        var application = await team.Submit();
        await Wire.Hears(application.Id, "follow-up.planned");

        Assert.Equal("followup.follow-up.planned.v1", Assert.Single(await Take(crm, team, 1)).Type);
        Assert.Null(await crm.Take(Queue(team)));
    }

    [Fact]
    public async Task It_binds_only_its_own_teams_keys()
    {
        var team = await NewTeam();
        await using var crm = await Join(team);

        foreach (
            var key in new[]
            {
                "#",
                "*.#",
                "*.application.submitted",
                "#.submitted",
                "default.#",
                "default.application.submitted",
                $"{team.Name}x.#",
                $"x{team.Name}.#",
                team.Name,
                "*",
                "",
            }
        )
            await Closes(crm, 403, x => x.QueueBindAsync(Queue(team), "followup.events", key));

        await using var channel = await crm.Open();
        await channel.QueueBindAsync(Queue(team), "followup.events", $"{team.Name}.follow-up.due", cancellationToken: Ct);
        await channel.QueueUnbindAsync(Queue(team), "followup.events", $"{team.Name}.#", cancellationToken: Ct);
        Assert.True(channel.IsOpen);
    }

    [Fact]
    public async Task It_declares_and_deletes_nothing()
    {
        var (team, name) = (await NewTeam(), $"made-up-{Guid.NewGuid():n}");
        await using var crm = await Join(team);

        await Closes(crm, 403, x => x.QueueDeclareAsync(name));
        await Closes(crm, 403, x => x.QueueDeclareAsync("", exclusive: true));
        await Closes(crm, 403, x => x.QueueDeclareAsync("\n"));
        await Closes(crm, 403, x => x.QueueDeclareAsync($"{Queue(team)}.2"));
        await Closes(crm, 403, x => x.ExchangeDeclareAsync(name, ExchangeType.Fanout));
        await Closes(crm, 403, x => x.QueueDeleteAsync(Queue(team)));
        await Closes(crm, 403, x => x.ExchangeDeleteAsync("followup.events"));
        await Closes(crm, 403, x => x.QueuePurgeAsync("followup.scheduler.inbox"));
        await Closes(crm, 403, x => x.BasicGetAsync("followup.scheduler.inbox.error", autoAck: false));
    }

    [Fact]
    public async Task It_writes_to_the_command_exchange_and_nowhere_else()
    {
        var team = await NewTeam();
        await using var crm = await Join(team);

        foreach (
            var (exchange, key) in new[]
            {
                ("followup.events", $"{team.Name}.application.submitted"),
                ("followup.events", "default.application.submitted"),
                ("", "followup.scheduler.inbox"),
                ("", Scheduler),
                ("", "followup.scheduler.keys"),
                ("", Queue(team)),
                ("amq.topic", "x"),
                ("amq.direct", "x"),
                ("amq.fanout", "x"),
                (Scheduler, "x"),
            }
        )
            await Closes(
                crm,
                403,
                x =>
                    x.BasicPublishAsync(exchange, key, mandatory: false, new BasicProperties { UserId = crm.User }, "{}"u8.ToArray())
                        .AsTask()
            );
        await Closes(crm, 403, x => x.QueueBindAsync(Scheduler, "followup.events", $"{team.Name}.#"));
        await Closes(crm, 403, x => x.QueueBindAsync("followup.scheduler.inbox", Commands, "x"));
    }

    [Fact]
    public async Task One_that_only_reads_does_not_write_and_one_that_only_commands_does_not_read()
    {
        var team = await NewTeam();
        await using var reader = await Join(team);
        await using var robot = await Join(
            team,
            new
            {
                name = "robot",
                mayRead = false,
                mayCommand = true,
            }
        );
        await using var only = await Join(team, new { name = "only-reads" });

        await Closes(
            only,
            403,
            x =>
                x.BasicPublishAsync(Commands, Scheduler, mandatory: false, new BasicProperties { UserId = only.User }, "{}"u8.ToArray())
                    .AsTask()
        );
        await Closes(robot, 403, x => x.BasicGetAsync(Queue(team), autoAck: false));
        await Closes(only, 403, x => x.BasicGetAsync(Queue(team), autoAck: false));
        await Closes(robot, 403, x => x.QueueBindAsync(Queue(team), "followup.events", $"{team.Name}.#"));
    }

    [Fact]
    public async Task Its_commands_run_in_its_team_and_name_and_are_answered_directly()
    {
        var team = await NewTeam();
        await using var crm = await Join(team);
        var application = await team.Submit();
        await application.Slot(1, "planned");

        var granted = await crm.Ask(Scheduler, Claim(application.Id, team: null, recordedby: "the owner"), exchange: Commands);

        Assert.Equal("followup.follow-up.claimed.v1", granted.Type);
        Assert.Equal(team.Name, granted.Team);
        var claimed = await Wire.Hears(application.Id, "follow-up.claimed");
        Assert.Equal((team.Name, "crm"), (claimed.Team, claimed.Json.Text("recordedby")));
        var again = await crm.Ask(Scheduler, Claim(application.Id, team.Name), exchange: Commands);
        Assert.Equal("claimedByAnother", again.Data.Text("code"));
    }

    [Fact]
    public async Task It_may_be_answered_in_its_own_queue_and_in_no_other()
    {
        var (team, victim) = (await NewTeam(), await NewTeam());
        await using var crm = await Join(team);
        await using var other = await Join(victim);
        var application = await team.Submit();
        await application.Slot(1, "planned");
        await Take(crm, team, 2);

        foreach (var queue in new[] { Queue(victim), "followup.scheduler.inbox", "followup.scheduler.keys", Scheduler })
            await crm.Send(Commands, Scheduler, Claim(application.Id, team.Name), replyTo: queue, correlationId: "1");
        await crm.Send(Commands, Scheduler, Claim(application.Id, team.Name), replyTo: Queue(team), correlationId: "2");

        var answer = await Eventually.Get(() => crm.Take(Queue(team)), x => x?.Properties.CorrelationId == "2");
        Assert.Equal("followup.follow-up.claimed.v1", answer!.Type);
        Assert.Equal(
            4,
            (await Eventually.Get(() => DeadLettersOf(team), x => x.Count == 4)).Count(x => x.Text("code") == "foreignReplyTo")
        );
        Assert.Null(await other.Take(Queue(victim)));
    }

    [Fact]
    public async Task It_may_not_ask_what_the_pair_asks_within_itself()
    {
        var team = await NewTeam();
        await using var crm = await Join(team);
        (string Question, object Data)[] all =
        [
            ("read-policy", new { }),
            ("replace-policy", new { policy = new { requireContact = true } }),
            ("list-calendars", new { }),
            ("made-calendar", new { }),
            ("dance", new { }),
        ];

        foreach (var (question, data) in all)
        {
            var answer = await crm.Ask(Scheduler, InternalRequests.Question(question, team.Name, data), exchange: Commands);
            Assert.Equal(
                ("followup.command.rejected.v1", "unknownType", 400),
                (answer.Type, answer.Data.Text("code"), answer.Data.Number("status"))
            );
        }

        Assert.All(
            await Eventually.Get(() => DeadLettersOf(team), x => x.Count == all.Length),
            x => Assert.Equal("unknownType", x.Text("code"))
        );
        Assert.Equal(1, (await team.Scheduler.Get("/policy")).Expect(200).Json.Number("version"));
    }

    [Fact]
    public async Task Each_answer_in_its_own_queue_says_which_command_it_answers()
    {
        const string Applications = "followup.applications.commands";
        var team = await NewTeam();
        await using var crm = await Join(team);
        var (application, unknown) = (await team.Submit(), Guid.NewGuid());
        await application.Slot(1, "planned");
        await Take(crm, team, 2);
        object Record(Guid id, string verb, object data) =>
            new
            {
                specversion = "1.0",
                id = Guid.NewGuid().ToString(),
                source = "/tests",
                type = $"followup.application.{verb}.v1",
                subject = id.ToString(),
                team = team.Name,
                data,
            };
        (string Queue, object Command, string Correlation, string Type, string? Code)[] all =
        [
            (Scheduler, Claim(application.Id, team.Name), "the claim", "followup.follow-up.claimed.v1", null),
            (
                Scheduler,
                Claim(unknown, team.Name),
                "ein Anspruch auf nichts, größer als 1",
                "followup.command.rejected.v1",
                "unknownApplication"
            ),
            (
                Applications,
                Record(application.Id, "send-cover-letter", new { }),
                Guid.NewGuid().ToString(),
                "followup.command.accepted.v1",
                null
            ),
            (Applications, Record(application.Id, "close", new { reason = "Rejected" }), "4", "followup.command.rejected.v1", "badValue"),
        ];

        foreach (var (queue, command, correlation, _, _) in all)
            await crm.Send(Commands, queue, command, replyTo: Queue(team), correlationId: correlation);

        var answers = new Dictionary<string, Message>();
        await Eventually.Holds(async () =>
        {
            while (await crm.Take(Queue(team)) is { } message)
            {
                if (message.Properties.CorrelationId is { } correlation) // the queue also receives events, which reply to no command
                    answers.Add(correlation, message);
            }

            return answers.Count == all.Length;
        });
        foreach (var (_, _, correlation, type, code) in all)
        {
            var answer = answers[correlation];
            Assert.Equal((type, code, team.Name), (answer.Type, answer.Data.Text("code"), answer.Team));
            Assert.Equal("application/cloudevents+json", answer.Properties.ContentType?.Split(';')[0]);
            Assert.Empty(Promise.Broken(answer, isPublished: false));
        }
    }

    [Fact]
    public async Task A_forged_user_id_closes_the_channel()
    {
        var team = await NewTeam();
        await using var crm = await Join(team);

        foreach (var forged in new[] { Pair.BrokerUser, "default.crm", "guest" })
            await Closes(
                crm,
                406,
                x =>
                    x.BasicPublishAsync(Commands, Scheduler, mandatory: false, new BasicProperties { UserId = forged }, "{}"u8.ToArray())
                        .AsTask()
            );
    }

    [Fact]
    public async Task A_command_without_a_user_id_is_refused_and_dead_lettered()
    {
        var team = await NewTeam();
        await using var crm = await Join(team);
        var application = await team.Submit();
        await application.Slot(1, "planned");

        await using var channel = await crm.Open();
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new RabbitMQ.Client.Events.AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, x) =>
        {
            answer.TrySetResult(System.Text.Encoding.UTF8.GetString(x.Body.Span));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync("amq.rabbitmq.reply-to", autoAck: true, consumer, Ct);
        var properties = new BasicProperties { ReplyTo = "amq.rabbitmq.reply-to", ContentType = "application/cloudevents+json" };
        await channel.BasicPublishAsync(
            Commands,
            Scheduler,
            mandatory: true,
            properties,
            JsonSerializer.SerializeToUtf8Bytes(Claim(application.Id, team.Name)),
            Ct
        );

        var rejected = JsonDocument.Parse(await answer.Task.WaitAsync(Eventually.Patience, Ct)).RootElement;
        Assert.Equal(("unverifiedSender", 403L), (rejected.Text("data.code"), rejected.Number("data.status")));
        Assert.Equal("unverifiedSender", Assert.Single(await Eventually.Get(() => DeadLettersOf(team), x => x.Count > 0)).Text("code"));
        await application.Slot(1, "planned");
    }

    [Fact]
    public async Task A_command_for_another_team_is_refused_and_dead_lettered_and_a_retry_makes_no_difference()
    {
        var (team, victim) = (await NewTeam(), await NewTeam());
        await using var crm = await Join(team);
        var application = await victim.Submit();
        await application.Slot(1, "planned");

        var rejected = await crm.Ask(Scheduler, Claim(application.Id, victim.Name), exchange: Commands);

        Assert.Equal(("foreignTeam", 403L), (rejected.Data.Text("code"), rejected.Data.Number("status")));
        var deadLetter = Assert.Single(await Eventually.Get(() => DeadLettersOf(team), x => x.Count > 0));
        Assert.Equal(("foreignTeam", $"{team.Name}.crm"), (deadLetter.Text("code"), deadLetter.Text("properties.userId")));
        Assert.Empty(await DeadLettersOf(victim));
        // After a requeue by FollowUp's own user, the message still counts as the integration's.
        (await team.Scheduler.Post($"/parked/{deadLetter.Text("id")}/retry")).Expect(204);
        var again = Assert.Single(
            await Eventually.Get(() => DeadLettersOf(team), x => x.Count == 1 && x[0].Text("id") != deadLetter.Text("id"))
        );
        Assert.Equal(
            ("foreignTeam", $"{team.Name}.crm", deadLetter.Text("firstSeen")),
            (again.Text("code"), again.Text("properties.userId"), again.Text("firstSeen"))
        );
        await application.Slot(1, "planned");
        Assert.DoesNotContain(Wire.About(application.Id), x => x.Type == "followup.follow-up.claimed.v1");
    }

    [Fact]
    public async Task Copies_of_a_command_reach_no_queue()
    {
        var (team, victim) = (await NewTeam(), await NewTeam());
        await using var crm = await Join(team);
        await using var other = await Join(victim);
        var id = Guid.NewGuid();
        var forged = new
        {
            specversion = "1.0",
            id = Guid.NewGuid().ToString(),
            source = "/followup/applications",
            type = "followup.application.submitted.v1",
            subject = id.ToString(),
            team = team.Name,
            sequence = "1",
            data = new
            {
                application = id,
                candidate = "c",
                employer = new { name = "Acme", hiringProcess = "unknown" },
                posting = new { title = "Clerk" },
                approach = "direct",
                contacts = Array.Empty<object>(),
                submittedAt = DateTimeOffset.UtcNow,
            },
        };
        await using var channel = await crm.Open();
        var copies = new List<object?> { Queue(victim), "followup.scheduler.inbox", $"{victim.Name}.application.submitted" };
        var properties = new BasicProperties
        {
            UserId = crm.User,
            ContentType = "application/cloudevents+json",
            Headers = new Dictionary<string, object?> { ["CC"] = copies, ["BCC"] = copies },
        };

        await channel.BasicPublishAsync(Commands, Scheduler, mandatory: true, properties, JsonSerializer.SerializeToUtf8Bytes(forged), Ct);

        // The command queue takes the message, and the service dead-letters it; neither that nor a requeue forwards it to another exchange.
        var deadLetter = Assert.Single(await Eventually.Get(() => DeadLettersOf(team), x => x.Count > 0));
        (await team.Scheduler.Post($"/parked/{deadLetter.Text("id")}/retry")).Expect(204);
        await Eventually.Get(() => DeadLettersOf(team), x => x.Count == 1 && x[0].Text("id") != deadLetter.Text("id"));
        await (await team.Submit()).Slot(1, "planned");
        (await team.Of(id).AskPlan()).Refused(404);
        Assert.Null(await other.Take(Queue(victim)));
        Assert.Empty(Wire.About(id));
    }

    [Fact]
    public async Task Events_that_are_led_into_the_command_exchange_command_nothing()
    {
        var team = await NewTeam();
        await using var crm = await Join(team);
        await using (var channel = await crm.Open())
        {
            try
            {
                await channel.ExchangeBindAsync(Commands, "followup.events", $"{team.Name}.#", cancellationToken: Ct);
            } // the integration may write to the first exchange and read from the second
            catch (RabbitMQ.Client.Exceptions.OperationInterruptedException) { }
        }

        var application = await team.Submit();
        await application.Slot(1, "planned");

        Assert.Equal(2, (await Take(crm, team, 2)).Count);
        Assert.Empty(await DeadLettersOf(team));
    }

    [Fact]
    public async Task A_revoked_one_is_thrown_out_and_its_name_is_free_again()
    {
        var team = await NewTeam();
        var made = (await Make(team, new { name = "crm", mayCommand = true })).Expect(201).Json;
        await using var crm = await Integration.Connect(Pair, made.Text("user")!, made.Text("password")!);
        Assert.True(crm.IsConnected);

        (await team.Applications.Delete("/integrations/crm")).Expect(200);

        await Eventually.Holds(() => !crm.IsConnected);
        await Assert.ThrowsAnyAsync<RabbitMQ.Client.Exceptions.BrokerUnreachableException>(() =>
            Integration.Connect(Pair, made.Text("user")!, made.Text("password")!)
        );
        Assert.NotNull(Assert.Single((await team.Applications.Get("/integrations")).Expect(200).Json.Items()).Instant("revokedAt"));
        (await team.Applications.Delete("/integrations/crm")).Expect(200);
        await using var reconnected = await Join(team);
        Assert.True(reconnected.IsConnected);
        Assert.Null(Assert.Single((await team.Applications.Get("/integrations")).Expect(200).Json.Items()).Instant("revokedAt"));
    }

    [Fact]
    public async Task A_broker_user_unknown_to_FollowUp_commands_nothing()
    {
        var team = await NewTeam();
        var application = await team.Submit();
        await application.Slot(1, "planned");
        (await Make(team, new { name = "gone", mayCommand = true })).Expect(201);
        (await team.Applications.Delete("/integrations/gone")).Expect(200);

        foreach (var user in new[] { $"stranger-{team.Name}", $"{team.Name}.unknown", $"{team.Name}.gone" })
        {
            await Pair.Stranger(
                user,
                async stranger =>
                {
                    // A revocation may take a second.
                    var rejected = await Eventually.Get(
                        () => stranger.Ask(Scheduler, Claim(application.Id, team.Name)),
                        x => x.Data.Text("code") is not null,
                        TimeSpan.FromSeconds(5)
                    );
                    Assert.Equal(("unverifiedSender", 403L), (rejected.Data.Text("code"), rejected.Data.Number("status")));
                }
            );
        }
        await application.Slot(1, "planned");
    }

    [Fact]
    public async Task A_user_that_was_not_made_for_an_integration_is_left_alone()
    {
        var team = await NewTeam();
        await Pair.Stranger(
            $"{team.Name}.crm",
            async stranger =>
            {
                (await Make(team, new { name = "crm" })).Refused(409, "brokerUserTaken");

                await using var channel = await stranger.Open();
                Assert.True(channel.IsOpen);
                await using var again = await Integration.Connect(Pair, $"{team.Name}.crm", "strange");
            }
        );
        (await Make(team, new { name = "crm" })).Expect(201);
    }

    [Fact]
    public async Task It_is_made_once_and_listed_without_its_password_and_no_other_team_sees_it()
    {
        var (team, other) = (await NewTeam(), await NewTeam());

        var made = (await Make(team, new { name = "crm", mayCommand = true })).Expect(201).Json;

        Assert.Equal(
            ($"{team.Name}.crm", Queue(team), "followup.events", Commands),
            (made.Text("user"), made.Text("queue"), made.Text("eventExchange"), made.Text("commandExchange"))
        );
        Assert.Matches("^[0-9a-f]{64}$", made.Text("password"));
        Assert.DoesNotContain(Pair.BrokerUser + ":", made.GetRawText());
        (await Make(team, new { name = "crm" })).Refused(409, "integrationExists");
        var listed = (await team.Applications.Get("/integrations")).Expect(200);
        Assert.Equal(("crm", (string?)null), (Assert.Single(listed.Json.Items()).Text("name"), listed.Json.Items()[0].Text("password")));
        Assert.DoesNotContain(made.Text("password")!, listed.Text);
        Assert.DoesNotContain(made.Text("password")!, Pair.Tail(10_000));
        Assert.Empty((await other.Applications.Get("/integrations")).Expect(200).Json.Items());
        (await other.Applications.Delete("/integrations/crm")).Refused(404, "unknownIntegration");
        (await (await team.NewKey("read", "record", "claim")).Team.Applications.Post("/integrations", new { name = "x" })).Refused(
            403,
            "forbidden"
        );
        await using var still = await Integration.Connect(Pair, made.Text("user")!, made.Text("password")!);
        Assert.True(still.IsConnected);
    }

    [Fact]
    public async Task Created_by_ten_requests_at_once_it_is_created_once_and_the_returned_password_works()
    {
        var team = await NewTeam();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Make(team, new { name = "crm" })));

        var made = Assert.Single(answers, x => x.Status == 201).Json;
        Assert.All(answers.Where(x => x.Status != 201), x => x.Refused(409, "integrationExists"));
        await using var crm = await Integration.Connect(Pair, made.Text("user")!, made.Text("password")!);
        Assert.True(crm.IsConnected);
    }

    [Theory]
    [InlineData("""{}""", "missingProperty")]
    [InlineData("""{"name":"C.R.M"}""", "badInput")]
    [InlineData("""{"name":"crm","mayRead":false}""", "badInput")]
    [InlineData("""{"name":"crm","events":[]}""", "badInput")]
    [InlineData("""{"name":"crm","events":["#"]}""", "badInput")]
    [InlineData("""{"name":"crm","events":[null]}""", "badInput", "badValue")]
    [InlineData("""{"name":"crm","mayRead":false,"mayCommand":true,"events":["follow-up.due"]}""", "badInput")]
    [InlineData("""{"name":"crm","team":"default"}""", "unknownProperty")]
    [InlineData("""{"name":null}""", "badValue")]
    public async Task Bad_input_makes_nothing(string body, params string[] codes)
    {
        var team = await NewTeam();

        (await Make(team, body)).Refused(400, codes);

        Assert.Empty((await team.Applications.Get("/integrations")).Expect(200).Json.Items());
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string Queue(Team team) => $"{team.Name}.crm.events";

    private Task<Team> NewTeam() => Pair.Team($"t{Guid.NewGuid():n}"[..12]);

    private static Task<Answer> Make(Team team, object body) => team.Applications.Post("/integrations", body);

    private async Task<Integration> Join(Team team, object? body = null)
    {
        var made = (await Make(team, body ?? new { name = "crm", mayCommand = true })).Expect(201).Json;
        var joined = await Integration.Connect(Pair, made.Text("user")!, made.Text("password")!);
        // The Scheduler receives the integration's event over the bus, in the order of creation.
        if (made.Find("mayCommand")?.GetBoolean() is true)
            await Eventually.Get(
                () => joined.Ask(Scheduler, Claim(Guid.NewGuid(), team.Name), exchange: Commands),
                x => x.Data.Text("code") == "unknownApplication"
            );
        await Forget(team);
        return joined;
    }

    private static async Task<IReadOnlyList<JsonElement>> DeadLettersOf(Team team) =>
        (await Eventually.Get(() => team.Scheduler.Get("/parked?limit=200"), x => x.Status is not 401)).Expect(200).Json.Items();

    private static async Task Forget(Team team)
    {
        foreach (var deadLetter in await DeadLettersOf(team))
            (await team.Scheduler.Delete($"/parked/{deadLetter.Text("id")}")).Expect(204);
    }

    private static async Task<IReadOnlyList<Message>> Take(Integration integration, Team team, int count)
    {
        var taken = new List<Message>();
        while (taken.Count < count)
            taken.Add((await Eventually.Get(() => integration.Take(Queue(team)), x => x is not null))!);
        return taken;
    }

    /// <summary>The broker refuses the operation, and closes the channel that tried it.</summary>
    private static async Task Closes(Integration integration, ushort code, Func<IChannel, Task> attempt)
    {
        await using var channel = await integration.Open();
        await Record.ExceptionAsync(() => attempt(channel));
        await Eventually.Holds(() => channel.CloseReason is not null, TimeSpan.FromSeconds(10));
        Assert.Equal(code, channel.CloseReason!.ReplyCode);
        Assert.True(integration.IsConnected);
    }

    private static Dictionary<string, object> Claim(Guid application, string? team, string? recordedby = null) =>
        Harness.Team.Given(
            ("specversion", "1.0"),
            ("id", Guid.NewGuid().ToString()),
            ("source", "/tests"),
            ("type", "followup.follow-up.claim.v1"),
            ("subject", application.ToString()),
            ("team", team),
            ("recordedby", recordedby),
            ("datacontenttype", "application/json"),
            (
                "data",
                new
                {
                    stage = 1,
                    claimId = Guid.NewGuid(),
                    by = "robot",
                }
            )
        );
}
