namespace FollowUp.EndToEnd.Bus;

/// <summary>
/// Everything that HTTP can record, a command over the bus can record: the same data, the same refusals, the same events.
/// </summary>
public sealed class Commands_of_Applications(SharedPair shared) : BusStory(shared)
{
    private const string Applications = "followup.applications.commands";

    [Fact]
    public async Task A_whole_application_is_recorded_over_the_bus()
    {
        var id = Guid.NewGuid();

        var submitted = await Accepted(
            "submit",
            id,
            new
            {
                candidate = $"c-{id:n}",
                employer = new { name = "Acme", hiringProcess = "ownerRun" },
                posting = new { title = "Clerk" },
            },
            201
        );
        Assert.Equal($"/applications/{id}", submitted.Data.Text("location"));
        Assert.Equal(1, submitted.Data.Number("version"));
        Assert.Equal(id.ToString(), submitted.Data.GetProperty("result").Text("id"));
        await Accepted("send-cover-letter", id, new { }, 201);
        var contact = await Accepted(
            "record-contact",
            id,
            new
            {
                name = "R. Roe",
                role = "owner",
                phone = "+1 555 0100",
            },
            201
        );
        await Accepted("amend", id, new { employer = new { country = "DE" } }, 204);
        await Accepted("record-response", id, new { }, 201);
        var startsAt = DateTimeOffset.UtcNow.AddDays(2);
        await Accepted("schedule-interview", id, new { startsAt, with = contact.Data.GetProperty("result").Text("id") }, 201);
        await Accepted("reschedule-interview", id, new { interview = 1, startsAt = startsAt.AddDays(1) }, 204);
        await Accepted("cancel-interview", id, new { interview = 1 }, 204);
        await Accepted("close", id, new { reason = "withdrawn" }, 204);
        await Accepted("reopen", id, new { }, 204);

        foreach (
            var type in new[]
            {
                "submitted",
                "cover-letter-sent",
                "contact-recorded",
                "amended",
                "employer-responded",
                "interview-scheduled",
                "interview-rescheduled",
                "interview-cancelled",
                "closed",
                "reopened",
            }
        )
            await Wire.Hears(id, $"application.{type}");
        Assert.Equal(10, Wire.About(id).Count(x => x.Source == "/followup/applications"));
    }

    [Fact]
    public async Task A_follow_up_is_recorded_over_the_bus_and_only_once()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");

        var made = await Accepted("record-follow-up", application.Id, new { channel = "email", by = "robot" }, 201);
        var second = await Ask("record-follow-up", application.Id, new { channel = "email", by = "another robot" });

        Assert.Equal("robot", made.Data.GetProperty("result").Text("by"));
        Assert.Equal("followup.command.rejected.v1", second.Type);
        Assert.Equal(409, second.Data.Number("status"));
        await Wire.Hears(application.Id, "application.follow-up-made");
        Assert.Single(Wire.About(application.Id), x => x.Type == "followup.application.follow-up-made.v1");
    }

    [Fact]
    public async Task A_note_is_kept_once_where_the_answer_was_lost_and_the_schedulers_word_was_recorded_before()
    {
        var (application, claimId) = (await Team.Submit(), Guid.NewGuid());
        await application.Slot(1, "planned");
        var settled = await Other.Ask(
            "followup.scheduler.commands",
            Commands_over_the_bus.Command(
                "settle",
                application.Id,
                new
                {
                    stage = 1,
                    claimId,
                    by = "ana",
                    channel = "email",
                    madeAt = DateTimeOffset.UtcNow,
                }
            )
        );
        Assert.Equal("followup.follow-up.settled.v1", settled.Type);
        await Wire.Hears(application.Id, "application.follow-up-made");

        foreach (var note in new[] { Personal.Note, "A repeated note is not stored again." })
            (await application.RecordFollowUp(claimId: claimId, note: note)).Expect(201);

        await using var source = Npgsql.NpgsqlDataSource.Create(Pair.ApplicationsDatabase);
        await using var notes = source.CreateCommand(
            "select string_agg(data ->> 'text', '|') from followup.mt_doc_note where data ->> 'application' = @application"
        );
        notes.Parameters.AddWithValue("application", application.Id.ToString());
        Assert.Equal(Personal.Note, await notes.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_follow_up_that_the_schedulers_word_records_names_its_cause_and_belongs_to_the_same_request()
    {
        var (application, request) = (await Team.Submit(), Guid.NewGuid().ToString());
        await application.Slot(1, "planned");
        await Other.Send(
            "",
            "followup.scheduler.commands",
            new
            {
                specversion = "1.0",
                id = Guid.NewGuid(),
                source = "/tests",
                type = "followup.follow-up.settle.v1",
                subject = application.Id,
                team = Team.Name,
                correlationid = request,
                data = new
                {
                    stage = 1,
                    claimId = Guid.NewGuid(),
                    by = "ana",
                    channel = "email",
                    madeAt = DateTimeOffset.UtcNow,
                },
            }
        );

        var settled = await Wire.Hears(application.Id, "follow-up.settled");
        var made = await Wire.Hears(application.Id, "application.follow-up-made");
        Assert.Equal((request, settled.Id), (made.Json.Text("correlationid"), made.Json.Text("causationid")));
    }

    [Fact]
    public async Task The_same_message_at_once_many_times_is_done_once()
    {
        var application = await Team.Submit();
        var command = Command("record-response", application.Id, new { });

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Other.Ask(Applications, command)));

        Assert.All(answers, x => Assert.Equal("followup.command.accepted.v1", x.Type));
        Assert.Single(answers.Select(x => x.Data.GetRawText()).Distinct());
        await Wire.Hears(application.Id, "application.employer-responded");
        Assert.Single(Wire.About(application.Id), x => x.Type == "followup.application.employer-responded.v1");
    }

    [Fact]
    public async Task Another_message_with_the_same_id_is_refused()
    {
        var (application, id) = (await Team.Submit(), Guid.NewGuid().ToString());
        await Other.Ask(Applications, Command("record-response", application.Id, new { }, id));

        var reused = await Other.Ask(Applications, Command("close", application.Id, new { reason = "withdrawn" }, id));

        Assert.Equal("idempotencyKeyReused", reused.Data.Text("code"));
    }

    [Theory]
    [InlineData("submit", """{"candidate":"c-1","employer":{"name":"Acme"}}""", "/applications/{id}", "PUT")]
    [InlineData(
        "submit",
        """{"candidate":"a@example.org","employer":{"name":"Acme"},"posting":{"title":""}}""",
        "/applications/{id}",
        "PUT"
    )]
    [InlineData(
        "submit",
        """{"candidate":"c-1","employer":{"name":"Acme","hiringProces":"ownerRun"},"posting":{"title":"Clerk"}}""",
        "/applications/{id}",
        "PUT"
    )]
    [InlineData("record-response", """{"at":"2999-01-01T00:00:00Z"}""", "/applications/{id}/responses", "POST")]
    [InlineData("record-response", """{"at":"2026-01-01T00:00:00"}""", "/applications/{id}/responses", "POST")]
    [InlineData("close", """{}""", "/applications/{id}/closure", "POST")]
    [InlineData("close", """{"reason":"bored"}""", "/applications/{id}/closure", "POST")]
    [InlineData("amend", """{"employer":{"name":null}}""", "/applications/{id}", "PATCH")]
    [InlineData("record-contact", """{"role":"owner"}""", "/applications/{id}/contacts", "POST")]
    [InlineData("record-follow-up", """{"channel":"email","by":" "}""", "/applications/{id}/follow-ups", "POST")]
    public async Task A_refusal_says_the_same_as_over_http(string verb, string data, string route, string method)
    {
        var application = await Team.Submit();
        var problem = (
            await Team.Applications.Send(
                new HttpMethod(method),
                route.Replace("{id}", application.Id.ToString(), StringComparison.Ordinal),
                data
            )
        ).Json;

        var rejected = await Ask(verb, application.Id, System.Text.Json.JsonDocument.Parse(data).RootElement);

        Assert.Equal("followup.command.rejected.v1", rejected.Type);
        Assert.Equal(problem.Number("status"), rejected.Data.Number("status"));
        Assert.Equal(problem.Text("code"), rejected.Data.Text("code"));
        Assert.Equal(problem.Text("title"), rejected.Data.Text("title"));
        Assert.Equal(problem.Text("detail"), rejected.Data.Text("detail"));
        Assert.Equal(
            problem.TryGetProperty("errors", out var expected) ? expected.GetRawText() : null,
            rejected.Data.TryGetProperty("errors", out var actual) ? actual.GetRawText() : null
        );
        await Wire.Hears(application.Id, "application.submitted");
        Assert.Single(Wire.About(application.Id), x => x.Source == "/followup/applications");
    }

    private async Task<Message> Accepted(string verb, Guid application, object data, int status)
    {
        var answer = await Ask(verb, application, data);
        Assert.True(answer.Type == "followup.command.accepted.v1", answer.Text);
        Assert.Equal(status, answer.Data.Number("status"));
        return answer;
    }

    private Task<Message> Ask(string verb, Guid application, object data) => Other.Ask(Applications, Command(verb, application, data));

    internal static object Command(string verb, Guid application, object data, string? id = null, string team = "default") =>
        new
        {
            specversion = "1.0",
            id = id ?? Guid.NewGuid().ToString(),
            source = "/tests",
            type = $"followup.application.{verb}.v1",
            subject = application.ToString(),
            time = DateTimeOffset.UtcNow,
            team,
            datacontenttype = "application/json",
            data,
        };
}

/// <summary>The service stores the results of commands where they survive a restart.</summary>
public sealed class Answers_after_a_restart() : StoryOfItsOwn(isHandedOn: true)
{
    private const string Queue = "followup.applications.commands";

    [Fact]
    public async Task The_same_message_is_done_once_and_answered_the_same_also_after_a_restart()
    {
        await using var integration = await Integration.Connect(Pair);
        var application = await Team.Submit();
        var good = Commands_of_Applications.Command("record-response", application.Id, new { });
        var bad = Commands_of_Applications.Command("cancel-interview", application.Id, new { interview = 7 });

        var (done, refused) = (await integration.Ask(Queue, good), await integration.Ask(Queue, bad));
        await Pair.Applications[0].Stop();
        await Pair.Applications[0].StartAndWait();
        var (doneAgain, refusedAgain) = (await integration.Ask(Queue, good), await integration.Ask(Queue, bad));

        Assert.Equal("followup.command.accepted.v1", done.Type);
        Assert.Equal("followup.command.rejected.v1", refused.Type);
        Assert.Equal((done.Type, done.Data.GetRawText()), (doneAgain.Type, doneAgain.Data.GetRawText()));
        Assert.Equal((refused.Type, refused.Data.GetRawText()), (refusedAgain.Type, refusedAgain.Data.GetRawText()));
        Assert.Equal(2, done.Data.Number("version"));
        (await Team.Applications.Get($"/applications/{application.Id}")).Expect(200);
        await Wire.Hears(application.Id, "application.employer-responded");
        Assert.Single(Wire.About(application.Id), x => x.Type == "followup.application.employer-responded.v1");
    }

    [Fact]
    public async Task A_command_without_a_reply_address_is_handled_when_the_other_service_is_back()
    {
        await using var integration = await Integration.Connect(Pair);
        var application = await Team.Submit();
        await application.Slot(1, "planned");
        await Pair.Scheduler[0].Stop();

        await integration.Send(
            "",
            Queue,
            Commands_of_Applications.Command("record-follow-up", application.Id, new { channel = "email", by = "robot" })
        );
        await integration.Send("", Queue, Commands_of_Applications.Command("record-contact", application.Id, new { name = "R. Roe" }));
        await Wire.Hears(application.Id, "application.contact-recorded"); // the command delays no other message
        await Pair.Scheduler[0].StartAndWait();

        var made = await Wire.Hears(application.Id, "application.follow-up-made", deadline: TimeSpan.FromSeconds(60));
        Assert.Equal("robot", made.Data.Text("by"));
    }
}
