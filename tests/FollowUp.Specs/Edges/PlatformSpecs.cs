using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Http;
using FollowUp.Platform.Observability;
using FollowUp.Platform.Security;
using FollowUp.Specs.Domain;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Instrumentation.AspNetCore;

namespace FollowUp.Specs.Edges;

public sealed class PlatformSpecs
{
    private static readonly DateTimeOffset Now = Slots.DueAt;

    private static RefusedException Refusal(Action act) => Assert.Throws<RefusedException>(act);

    // Checks

    [Fact]
    public void All_errors_are_reported_at_once_by_field()
    {
        var refusal = Refusal(() =>
            new InputChecks()
                .Text(" ", "name", 5)
                .That(false, "title", "No.")
                .That(false, "title", "Never.")
                .That(true, "url", "Fine.")
                .Refuse()
        );
        Assert.Equal(("badInput", 400, "name: It must not be blank. And 1 more."), (refusal.Code, refusal.HttpStatus(), refusal.Message));
        Assert.Equal(["name", "title"], refusal.Errors!.Keys.Order());
        Assert.Equal(["No.", "Never."], refusal.Errors["title"].Select(x => x.ToString()));
    }

    [Fact]
    public void A_sentence_keeps_its_values_apart()
    {
        var (day, most) = (new DateOnly(2026, 11, 30), 1.5);
        Sentence sentence = $"The letter went out on {day:yyyy-MM-dd}, at most {most} days ago.";
        Assert.Equal("The letter went out on {0}, at most {1} days ago.", sentence.Text);
        Assert.Equal(["2026-11-30", "1.5"], sentence.Values);
        Assert.Equal("The letter went out on 2026-11-30, at most 1.5 days ago.", sentence.ToString());

        var rejected = new RefusedException("closed", sentence).ToContract();
        Assert.Equal((409, "closed", sentence.ToString()), (rejected.Status, rejected.Code, rejected.Detail));
        Assert.Equal(sentence.Values, RefusedException.Of(rejected).Detail.Values);

        Sentence plain = "Not {this}.";
        Assert.Equal(("Not {this}.", "Not {this}."), (plain.Text, plain.ToString()));
        Assert.Null(new RefusedException("closed", plain).ToContract().Texts);
    }

    [Fact]
    public void A_check_that_holds_formats_nothing()
    {
        var formatted = 0;
        new InputChecks().That(true, "x", $"{++formatted}").Refuse();
        Assert.Equal(0, formatted);
        Assert.Equal("x: 1", Refusal(() => new InputChecks().That(false, "x", $"{++formatted}").Refuse()).Message);
    }

    [Theory]
    [
        InlineData("abc", true),
        InlineData("abcde", true),
        InlineData("abcdef", false),
        InlineData("", false),
        InlineData(" \t", false),
        InlineData(null, false),
        InlineData("a\u0000b", false),
        InlineData("a\nb", true),
        InlineData("a\u0007", false)
    ]
    public void A_text_is_there_and_short_and_plain(string? text, bool isGood) =>
        Assert.Equal(isGood, Record.Exception(() => new InputChecks().Text(text, "x", 5).Refuse()) is null);

    [Fact]
    public void An_optional_text_may_be_missing_but_not_blank()
    {
        new InputChecks().OptionalText(null, "x", 5).Refuse();
        Refusal(() => new InputChecks().OptionalText("", "x", 5).Refuse());
    }

    [Theory, InlineData(-1, true), InlineData(0, true), InlineData(60, true), InlineData(61, false)]
    public void A_minute_of_the_future_is_forgiven(int seconds, bool isGood) =>
        Assert.Equal(isGood, Record.Exception(() => new InputChecks().NotInTheFuture(Now.AddSeconds(seconds), "at", Now).Refuse()) is null);

    [Fact]
    public void The_far_past_is_a_typing_error()
    {
        new InputChecks().NotInTheFuture(null, "at", Now).NotInTheFuture(Slots.At("1990-01-01T00:00:00Z"), "at", Now).Refuse();
        Refusal(() => new InputChecks().NotInTheFuture(default(DateTimeOffset), "at", Now).Refuse());
    }

    // Cursors

    [Fact]
    public void A_cursor_is_read_as_it_was_given_out()
    {
        var cursor = new Cursor(Now.AddTicks(1), "a|b|ü");
        Assert.Equal(cursor, Cursor.Read(cursor.ToString()));
        Assert.Matches("^[A-Za-z0-9_-]+$", cursor.ToString());
        Assert.Equal((null, null), (Cursor.Read(null), Cursor.Read("")));
    }

    [Theory, InlineData("x"), InlineData("!!!"), InlineData("MjAyNg"), InlineData("fA"), InlineData("ü"), InlineData("MjAyNnxh")]
    public void A_made_up_cursor_is_refused(string text) =>
        Assert.Equal("after", Assert.Single(Refusal(() => Cursor.Read(text)).Errors!).Key);

    [Fact]
    public void A_page_has_1_to_200_items_and_50_by_default()
    {
        Assert.Equal((50, 1, 200), (Cursor.Limit(null), Cursor.Limit(1), Cursor.Limit(200)));
        foreach (var limit in new[] { 0, -1, 201 })
            Assert.Equal("badInput", Refusal(() => Cursor.Limit(limit)).Code);
    }

    [Fact]
    public void A_word_in_a_query_is_exact()
    {
        Assert.Equal((Channel.DirectMessage, null), (QueryEnums.Parse<Channel>("directMessage", "c"), QueryEnums.Parse<Channel>("", "c")));
        foreach (var word in new[] { "DirectMessage", "1", "phone,email" })
            Refusal(() => QueryEnums.Parse<Channel>(word, "c"));
    }

    // Keys and ids

    [Fact]
    public void Keys_are_long_different_and_kept_only_as_hashes()
    {
        var keys = Enumerable.Range(0, 500).Select(_ => ApiKeyFormat.New()).ToList();
        foreach (var (key, id, hash) in keys)
        {
            Assert.Matches(@"^fu_[0-9a-f]{20}_[A-Za-z0-9_-]{43}\z", key);
            Assert.True(ApiKeyFormat.TryRead(key, out var read, out var secret) && read == id && ApiKeyFormat.Matches(secret, hash));
            Assert.DoesNotContain(secret, hash, StringComparison.Ordinal);
        }
        Assert.Equal(
            (500, 500, 500),
            (
                keys.Select(x => x.Key).Distinct().Count(),
                keys.Select(x => x.Id).Distinct().Count(),
                keys.Select(x => x.Hash).Distinct().Count()
            )
        );
        // Every character of the secrets varies: 32 bytes from the system's random number generator, none of them constant.
        Assert.All(Enumerable.Range(24, 42), i => Assert.True(keys.Select(x => x.Key[i]).Distinct().Count() > 20));
    }

    [Fact]
    public void Another_secret_does_not_match_and_neither_does_a_shorter_hash()
    {
        var (key, _, hash) = ApiKeyFormat.New();
        var secret = key[24..];
        Assert.False(ApiKeyFormat.Matches(secret[..^1] + (secret[^1] == 'A' ? 'B' : 'A'), hash));
        Assert.False(ApiKeyFormat.Matches(secret, hash[..^1]));
        Assert.False(ApiKeyFormat.Matches("", hash));
        Assert.False(ApiKeyFormat.Matches(secret, ""));
    }

    [Fact]
    public void An_invalid_key_is_not_parsed()
    {
        var key = ApiKeyFormat.New().Key;
        foreach (
            var text in new[]
            {
                null,
                "",
                "fu_",
                key[1..],
                key[..^1],
                key + "A",
                key + "\n",
                " " + key,
                key.ToUpperInvariant(),
                key.Replace("fu_", "fu-", StringComparison.Ordinal),
            }
        )
            Assert.False(ApiKeyFormat.TryRead(text, out _, out _));
    }

    [Theory]
    [
        InlineData("default", true),
        InlineData("t-1", true),
        InlineData("1", true),
        InlineData("a234567890123456789012345678901234567890", true),
        InlineData("a2345678901234567890123456789012345678901", false)
    ]
    [
        InlineData("", false),
        InlineData("-a", false),
        InlineData("A", false),
        InlineData("a.b", false),
        InlineData("a*", false),
        InlineData("a#", false),
        InlineData("a\n", false),
        InlineData("ä", false),
        InlineData(null, false)
    ]
    public void A_team_is_one_plain_word(string? name, bool isGood) => Assert.Equal(isGood, TeamName.IsValid(name));

    [Fact]
    public void An_id_follows_from_what_it_names()
    {
        Assert.Equal(DeterministicId.From("a", "bc"), DeterministicId.From("a", "bc"));
        Assert.Equal(
            4,
            new[]
            {
                DeterministicId.From("a", "bc"),
                DeterministicId.From("ab", "c"),
                DeterministicId.From("abc"),
                DeterministicId.From("bc", "a"),
            }
                .Distinct()
                .Count()
        );
        Assert.All(
            Enumerable.Range(0, 200).Select(i => DeterministicId.From($"{i}")),
            x => Assert.Equal((8, true), (x.Version, x.Variant is >= 8 and <= 11))
        );
        // SHA-256("a"), with the version and variant bits of a UUID
        Assert.Equal(Guid.Parse("ca978112-ca1b-8dca-bac2-31b39a23dc4d"), DeterministicId.From("a"));
    }

    // Errors for invalid JSON

    private static RefusedException Refusal<T>(string json) =>
        Problems.Explain(Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<T>(json, Json.Strict)));

    [Theory]
    [
        InlineData("""{ "reason": "rejected", "reson": 1 }""", "unknownProperty", "reson"),
        InlineData("{}", "missingProperty", "reason"),
        InlineData("""{ "reason": "bored" }""", "badValue", "reason")
    ]
    [
        InlineData("""{ "reason": 0 }""", "badValue", "reason"),
        InlineData("""{ "reason": null }""", "badValue", "reason"),
        InlineData("""{ "reason": "rejected", "at": "soon" }""", "badValue", "at")
    ]
    [
        InlineData("""{ "reason": "rejected", "reason": "withdrawn" }""", "duplicateProperty", "reason"),
        InlineData("""{ "reason": """, "malformedJson", "reason"),
        InlineData("", "malformedJson", "$"),
        InlineData("[", "badValue", "$")
    ]
    [InlineData("""{ "Reason": "rejected" }""", "unknownProperty", "Reason")]
    public void A_closing_that_is_not_right_says_what_and_where(string json, string code, string field)
    {
        var refusal = Refusal<CloseApplication>(json);
        Assert.Equal((400, code, field), (refusal.HttpStatus(), refusal.Code, Assert.Single(refusal.Errors!).Key));
        Assert.DoesNotContain("System.", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("FollowUp.", refusal.Message, StringComparison.Ordinal);
    }

    [
        Theory,
        InlineData("Rejected"),
        InlineData("REJECTED"),
        InlineData("OfferAccepted"),
        InlineData("offeraccepted"),
        InlineData(" rejected"),
        InlineData("rejected,withdrawn"),
        InlineData("0"),
        InlineData("")
    ]
    public void A_word_in_a_body_is_exact(string word) =>
        Assert.Equal(
            ("badValue", "reason"),
            Refusal<CloseApplication>($$"""{ "reason": "{{word}}" }""") is var x ? (x.Code, x.Errors!.Keys.Single()) : default
        );

    [Fact]
    public void Every_word_is_read_as_it_is_written()
    {
        foreach (var reason in Enum.GetValues<ClosingReason>())
        {
            var json = JsonSerializer.Serialize(new CloseApplication(reason), Json.Strict);
            Assert.Contains($"\"{JsonNamingPolicy.CamelCase.ConvertName(reason.ToString())}\"", json, StringComparison.Ordinal);
            Assert.Equal(reason, JsonSerializer.Deserialize<CloseApplication>(json, Json.Strict)!.Reason);
        }
    }

    [Fact]
    public async Task A_result_is_cached_for_half_a_second_and_a_failure_is_not()
    {
        var (time, asked, answer) = (new Microsoft.Extensions.Time.Testing.FakeTimeProvider(), 0, (string?)"first");
        var recently = new ShortLivedCache<string>(
            (id, _) => id == "broken" ? throw new TimeoutException() : Task.FromResult(++asked > 0 ? answer : null),
            time
        );
        var ct = TestContext.Current.CancellationToken;

        Assert.Equal("first", await recently.Find("a", ct));
        answer = null;
        time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.Equal(("first", 1), (await recently.Find("a", ct), asked));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((null, 2), (await recently.Find("a", ct), asked));
        Assert.Equal((null, 2), (await recently.Find("a", ct), asked)); // a missing value is cached as well
        Assert.Equal((null, 3), (await recently.Find("b", ct), asked));
        for (var i = 0; i < 2; i++)
            await Assert.ThrowsAsync<TimeoutException>(async () => await recently.Find("broken", ct));
    }

    [Fact]
    public void Everything_that_is_missing_is_named()
    {
        Assert.Equal(["candidate", "employer", "posting"], Refusal<SubmitApplication>("{}").Errors!.Keys.Order());
        Assert.Equal(
            ["employer.name"],
            Refusal<SubmitApplication>("""{ "candidate": "c", "employer": {}, "posting": { "title": "t" } }""").Errors!.Keys
        );
        Assert.Equal(["by", "channel"], Refusal<RecordFollowUp>("{}").Errors!.Keys.Order());
        Assert.Equal(["by", "channel", "claimId", "madeAt", "stage"], Refusal<SettleFollowUp>("{}").Errors!.Keys.Order());
    }

    [Fact]
    public void Null_for_what_must_be_given_is_refused() =>
        Assert.Equal(
            ("badValue", "employer"),
            Refusal<SubmitApplication>("""{ "candidate": "c", "employer": null, "posting": { "title": "t" } }""") is var x
                ? (x.Code, x.Errors!.Keys.Single())
                : default
        );

    [Fact]
    public void A_nested_error_has_the_whole_path() =>
        Assert.Equal(
            "posting.instructions.noPhone",
            Assert
                .Single(
                    Refusal<SubmitApplication>(
                        """
                        { "candidate": "c", "employer": { "name": "n" },
                          "posting": { "title": "t", "instructions": { "noPhone": true } } }
                        """
                    ).Errors!
                )
                .Key
        );

    [Fact]
    public void The_smallest_submission_of_the_documentation_is_read() =>
        Assert.Equal(
            ("c-1042", "Acme", "Clerk", 0),
            JsonSerializer.Deserialize<SubmitApplication>(
                """{ "candidate": "c-1042", "employer": { "name": "Acme" }, "posting": { "title": "Clerk" } }""",
                Json.Strict
            )
                is { } x
                ? (x.Candidate, x.Employer.Name, x.Posting.Title, x.Contacts?.Count ?? 0)
                : default
        );

    [Fact]
    public void An_internal_error_reveals_no_internals()
    {
        var refusal = Problems.Explain(new InvalidOperationException("secret"));
        Assert.Equal((500, "internalError"), (refusal.HttpStatus(), refusal.Code));
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(
            (503, "busy"),
            Problems.Explain(new JasperFx.ConcurrencyException(typeof(string), "x")) is var busy ? (busy.HttpStatus(), busy.Code) : default
        );
        Assert.Equal("storeUnavailable", Problems.Explain(new TimeoutException()).Code);
    }

    // Transient and permanent errors

    private static Npgsql.PostgresException Postgres(string state) => new("Oh.", "ERROR", "ERROR", state);

    private static Marten.Exceptions.MartenCommandException InMarten(Exception exception) => new(null!, exception);

    [
        Theory,
        InlineData("57P03", 503, "storeUnavailable"),
        InlineData("53300", 503, "storeUnavailable"),
        InlineData("40001", 503, "storeUnavailable"),
        InlineData("22021", 400, "badRequest"),
        InlineData("22P05", 400, "badRequest"),
        InlineData("42P01", 500, "internalError")
    ]
    public void The_database_is_unavailable_only_where_that_passes(string state, int status, string code)
    {
        foreach (var exception in new Exception[] { Postgres(state), InMarten(Postgres(state)) })
            Assert.Equal((status, code), Problems.Explain(exception) is var x ? (x.HttpStatus(), x.Code) : default);
        Assert.Equal("storeUnavailable", Problems.Explain(new Npgsql.NpgsqlException("Away.")).Code);
    }

    [Fact]
    public void A_server_that_is_busy_passes_and_a_refusal_does_not()
    {
        Assert.True(TransientErrors.IsTransient(new RefusedException("busy", "Too much.", retryAfter: 1)));
        Assert.All(
            new[] { "badInput", "unknownStage", "closed", "idempotencyKeyReused", "internalError" },
            code => Assert.False(TransientErrors.IsTransient(new RefusedException(code, "No.")))
        );
    }

    [Theory, InlineData("order 7", "order 7"), InlineData("", null), InlineData("a\tb", null), InlineData("a\u0001", null)]
    public void A_correlation_id_that_could_not_be_forwarded_is_ignored(string header, string? correlation)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers["X-Correlation-Id"] = header;
        Assert.Equal(correlation, http.Request.CorrelationId());
        http.Request.Headers["X-Correlation-Id"] = new string('x', 101);
        Assert.Null(http.Request.CorrelationId());
    }

    // A calendar's address contains its secret

    [
        Theory,
        InlineData("/calendars/s3cret.ics"),
        InlineData("/Calendars/s3cret.ics"),
        InlineData("/calendars/s3cret.ics/"),
        InlineData("/calendars/s3cret")
    ]
    public void The_address_of_a_calendar_is_in_no_trace(string path)
    {
        var options = new AspNetCoreTraceInstrumentationOptions();
        Telemetry.KeepSecrets(options);
        var http = new DefaultHttpContext();
        string? Traced(string asked)
        {
            http.Request.Path = asked;
            using var activity = new System.Diagnostics.Activity("GET");
            activity.SetTag("url.path", asked);
            options.EnrichWithHttpRequest!(activity, http.Request);
            return activity.GetTagItem("url.path") as string;
        }

        Assert.Equal("/calendars/{token}.ics", Traced(path));
        Assert.All(["/calendars", $"/calendars/{Slots.Subject}", "/applications/1", ""], x => Assert.Equal(x, Traced(x)));
    }

    [Fact]
    public async Task A_failure_is_logged_by_its_route()
    {
        var log = new Lines();
        var http = new DefaultHttpContext { RequestServices = new ServiceCollection().BuildServiceProvider() };
        (http.Request.Method, http.Request.Path) = ("GET", "/calendars/s3cret.ics");
        async Task<string> Logged(Endpoint? endpoint)
        {
            http.Features.Set<IExceptionHandlerFeature>(
                new ExceptionHandlerFeature
                {
                    Error = new InvalidOperationException(),
                    Endpoint = endpoint,
                    Path = http.Request.Path,
                }
            );
            await new Problems(new NoProblem(), log).TryHandleAsync(
                http,
                new InvalidOperationException("Oh."),
                TestContext.Current.CancellationToken
            );
            return log.Messages[^1];
        }

        Assert.Equal(
            "GET /calendars/{token}.ics failed",
            await Logged(new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse("/calendars/{token}.ics"), 0, null, null))
        );
        Assert.Equal("GET /calendars/{token}.ics failed", await Logged(null));
        http.Request.Path = "/nowhere";
        Assert.Equal("GET /nowhere failed", await Logged(null));
    }

    private sealed class Lines : ILogger<Problems>
    {
        public List<string> Messages { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Messages.Add(formatter(state, exception));
    }

    private sealed class NoProblem : IProblemDetailsService
    {
        public ValueTask WriteAsync(ProblemDetailsContext context) => ValueTask.CompletedTask;
    }
}
