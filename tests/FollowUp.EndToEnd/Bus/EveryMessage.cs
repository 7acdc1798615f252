using System.Globalization;
using System.Text.RegularExpressions;
using RabbitMQ.Client;

namespace FollowUp.EndToEnd.Bus;

/// <summary>
/// Checks what other systems see: every message that the whole run published on the shared pair. The class runs after the tests that fill
/// the bus, and publishes enough itself to be meaningful when it runs alone.
/// </summary>
[Collection(Alone.Name)]
public sealed partial class Every_message(SharedPair shared) : Story(shared), IAsyncLifetime
{
    private static readonly string[] Attributes =
    [
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "team",
        "sequence",
        "sequencetype",
        "incarnation",
        "correlationid",
        "causationid",
        "recordedby",
        "principal",
        "lastsequence",
        "traceparent",
        "datacontenttype",
        "data",
    ];

    public async ValueTask InitializeAsync()
    {
        var application = await Team.Submit(
            "ownerRun",
            contacts:
            [
                new
                {
                    name = Personal.Name,
                    role = "owner",
                    phone = Personal.Phone,
                    email = Personal.Email,
                },
            ]
        );
        (await application.SendCoverLetter(Days.Next(DayOfWeek.Monday))).Expect(201);
        (await application.RecordContact("hiringManager", profile: Personal.Profile)).Expect(201);
        (await application.RecordResponse(Days.Next(DayOfWeek.Monday, 5))).Expect(201);
        (await application.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(2))).Expect(201);
        (await application.RescheduleInterview(1, DateTimeOffset.UtcNow.AddDays(4))).Expect(200, 204);
        (await application.CancelInterview(1)).Expect(200, 204);
        var step = (await application.RecordStep("offer", Days.Today, Days.Today.AddDays(30))).Expect(201).Json.Number("version");
        (await application.Retract(step!.Value)).Expect(201);
        (await application.RecordStep("other", Days.Today.AddDays(9), name: "Trial day")).Expect(201);
        (await application.RecordFollowUp(note: Personal.Note)).Expect(201);
        (await application.Amend(new { posting = new { title = "Porter" } })).Expect(204);
        (await application.Close("rejected")).Expect(204);
        (await application.Reopen()).Expect(204);
        await application.SchedulerHasSeenAll();
        await Wire.Hears(application.Id, "application.reopened");
        await Wire.Hears(application.Id, "follow-up.settled");
    }

    [Fact]
    public void Is_one_cloud_event_in_structured_json() =>
        All(message =>
        {
            Assert.Equal("application/cloudevents+json", message.Properties.ContentType?.Split(';')[0]);
            var json = message.Json;
            Assert.Equal("1.0", json.Text("specversion"));
            Assert.False(string.IsNullOrWhiteSpace(message.Id));
            Assert.Contains(message.Source, new[] { "/followup/applications", "/followup/scheduler" });
            Assert.Matches(@"^followup\.[a-z-]+\.[a-z-]+\.v1$", message.Type);
            Assert.True(Guid.TryParse(message.Subject, out _), "the subject is a UUID");
            Assert.True(
                DateTimeOffset.TryParse(json.Text("time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                    && time.Offset == TimeSpan.Zero
            );
            Assert.Equal(System.Text.Json.JsonValueKind.Object, message.Data.ValueKind);
            Assert.Equal("application/json", json.Text("datacontenttype") ?? "application/json");
            Assert.DoesNotContain('\n', message.Text);
            Assert.All(json.EnumerateObject(), x => Assert.Contains(x.Name, Attributes));
            // https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/sequence.md: the sequence is a string on the wire.
            Assert.Equal(System.Text.Json.JsonValueKind.String, json.GetProperty("sequence").ValueKind);
        });

    [Fact]
    public void Is_of_the_catalogue_and_reads_as_its_contract() =>
        All(message =>
        {
            var events =
                message.Source == Contracts.Catalogue.Applications
                    ? Contracts.Catalogue.ApplicationEvents
                    : Contracts.Catalogue.SchedulerEvents;
            Assert.Contains(message.Type, events.Values);
            Assert.NotNull(
                Contracts.Catalogue.Open(
                    System.Text.Json.JsonSerializer.Deserialize<Contracts.CloudEvent>(message.Body, Contracts.Json.Lenient)!
                )
            );
            if (message.Data.Find("application") is { } application)
                Assert.Equal(message.Subject, application.GetString());
        });

    [Fact]
    public void Is_valid_by_its_checked_in_schema() => All(message => Assert.Empty(Promise.Broken(message, isPublished: true)));

    [Fact]
    public void Is_held_to_a_schema_that_notices()
    {
        var message = Wire.All.First(x => x.Type == "followup.application.submitted.v1");
        Assert.Empty(Promise.Broken(message, isPublished: true));
        foreach (
            var spoilt in new[]
            {
                message.Text.Replace("\"candidate\"", "\"kandidat\"", StringComparison.Ordinal),
                message.Text.Replace("submitted.v1", "submitted.v9", StringComparison.Ordinal),
                message.Text[1..],
                "",
            }
        )
            Assert.NotEmpty(Promise.Broken(message with { Body = System.Text.Encoding.UTF8.GetBytes(spoilt) }, isPublished: true));
        Assert.NotEmpty(Promise.Broken(message, isPublished: false));
    }

    [Fact]
    public void Is_routed_by_team_and_topic() =>
        All(message =>
        {
            Assert.Equal("followup.events", message.Exchange);
            Assert.Equal($"{message.Team}.{message.Type["followup.".Length..^".v1".Length]}", message.RoutingKey);
        });

    [Fact]
    public void Shows_nothing_of_dotnet() =>
        All(message =>
        {
            var envelope = string.Join(
                '\n',
                message
                    .Headers.Select(x => $"{x.Key}: {x.Value}")
                    .Append(message.Text)
                    .Append(message.Properties.Type)
                    .Append(message.Properties.AppId)
            );
            // The only trace of .NET: RabbitMQ's own client puts the sequence number of an unconfirmed publish into this header, and has no
            // option to turn that off.
            envelope = envelope.Replace("x-dotnet-pub-seq-no", "", StringComparison.Ordinal);
            Assert.DoesNotContain("dotnet", envelope, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("MT-", envelope, StringComparison.Ordinal);
            Assert.DoesNotContain("MassTransit", envelope, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("urn:message", envelope, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Environment.MachineName + "\"", envelope, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotMatch(ClrName(), envelope);
        });

    [Fact]
    public void Is_kept_by_the_broker_when_it_restarts() =>
        All(message => Assert.Equal(DeliveryModes.Persistent, message.Properties.DeliveryMode));

    [Fact]
    public void Carries_nothing_personal() =>
        All(message =>
        {
            foreach (var trace in Personal.Traces)
                Assert.DoesNotContain(trace, message.Text + string.Join(' ', message.Headers.Values), StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotMatch(EmailAddress(), message.Text);
        });

    [Fact]
    public void Comes_in_sequence_per_application_and_source_with_no_gap() => InSequence(Wire.All);

    [Fact]
    public void Has_an_id_of_its_own()
    {
        foreach (var same in Wire.All.GroupBy(x => x.Id).Where(x => x.Count() > 1))
            Assert.Single(same.Select(x => x.Text).Distinct());
    }

    [Fact]
    public void Of_every_kind_that_a_normal_day_brings_came_by()
    {
        var seen = Wire.All.Select(x => x.Type).ToHashSet();
        string[] daily =
        [
            "application.submitted",
            "application.cover-letter-sent",
            "application.contact-recorded",
            "application.employer-responded",
            "application.interview-scheduled",
            "application.interview-rescheduled",
            "application.interview-cancelled",
            "application.follow-up-made",
            "application.amended",
            "application.closed",
            "application.reopened",
            "follow-up.planned",
            "follow-up.settled",
            "follow-up.waived",
        ];
        Assert.DoesNotContain(daily, x => !seen.Contains($"followup.{x}.v1"));
    }

    /// <summary>The first deliveries of the events are in order and without a gap; a redelivery is the same message.</summary>
    internal static void InSequence(IEnumerable<Message> messages)
    {
        var wrong = new List<string>();
        var all = messages.ToList();
        // of an imported application, the decisions that were imported aren't published
        var imported = all.Where(x => x.Json.Text("replaydecided") is not null)
            .GroupBy(x => (x.Team, x.Subject))
            .ToDictionary(x => x.Key, x => x.Max(y => long.Parse(y.Json.Text("replaydecided")!, CultureInfo.InvariantCulture)));
        foreach (var stream in all.GroupBy(x => (x.Team, x.Source, x.Subject)))
        {
            var (team, source, subject) = stream.Key;
            // of what the incarnations before have
            var end = source == "/followup/scheduler" ? imported.GetValueOrDefault((team, subject)) : 0;
            foreach (var life in stream.GroupBy(x => x.Incarnation).OrderBy(x => x.Key, StringComparer.Ordinal))
            {
                var first = life.DistinctBy(x => x.Sequence).Select(x => x.Sequence).ToList();
                if (first[0] > end + 1 || !first.SequenceEqual(Enumerable.Range(0, first.Count).Select(x => first[0] + x)))
                    wrong.Add($"{stream.Key} {life.Key}: {string.Join(", ", life.Select(x => $"{x.Sequence} {x.Type}"))}");
                end = first[^1];
            }
            wrong.AddRange(
                stream
                    .GroupBy(x => (x.Incarnation, x.Sequence))
                    .Where(x => x.Select(y => y.Id).Distinct().Count() > 1)
                    .Select(x => $"{stream.Key}: {x.Key} means two things")
            );
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} streams are out of sequence:\n" + string.Join('\n', wrong.Take(20)));
    }

    private void All(Action<Message> holds)
    {
        var all = Wire.All.ToList();
        Assert.NotEmpty(all);
        var wrong = new List<string>();
        foreach (var message in all)
        {
            try
            {
                holds(message);
            }
            catch (Exception e)
            {
                wrong.Add($"{e.Message}\n{message}");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {all.Count} messages, among them:\n" + string.Join("\n\n", wrong.Take(5)));
    }

    [GeneratedRegex(
        @"FollowUp\.(Applications|Scheduler|Contracts|Hosting)|System\.|Version=\d|, Culture=|\$type",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex ClrName();

    [GeneratedRegex(@"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EmailAddress();
}
