using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FollowUp.Contracts;
using FollowUp.Platform.Messaging;
using FollowUp.Specs.Domain;
using FollowUp.Specs.Guards;

namespace FollowUp.Specs.Edges;

public sealed class EnvelopeParserSpecs
{
    private static JsonObject Good() =>
        JsonSerializer
            .SerializeToNode(
                new CloudEvent
                {
                    Id = "1",
                    Source = Catalogue.Applications,
                    Type = "followup.application.reopened.v1",
                    Subject = Slots.Subject.ToString(),
                    Team = "t1",
                    Sequence = 3,
                    SequenceType = "Integer",
                    Data = JsonSerializer.SerializeToElement(new ApplicationReopened(Slots.Subject, Slots.DueAt), Json.Lenient),
                },
                Json.Lenient
            )!
            .AsObject();

    private static CloudEvent Read(string json, string? contentType = CloudEvent.MediaType) =>
        EnvelopeParser.Envelope(Encoding.UTF8.GetBytes(json), contentType);

    private static IncomingEvent? Event(Action<JsonObject> change, string? routingKey = "t1.application.reopened")
    {
        var message = Good();
        change(message);
        return EnvelopeParser.Event(Read(message.ToJsonString()), Catalogue.Applications, routingKey);
    }

    [Fact]
    public void A_good_event_is_read()
    {
        var received = Event(_ => { })!;
        Assert.Equal(("t1", Slots.Subject, 3L), (received.Team, received.Application, received.Sequence));
        Assert.Equal(new ApplicationReopened(Slots.Subject, Slots.DueAt), received.Contract);
        Assert.Equal("\"3\"", Good()["sequence"]!.ToJsonString());
    }

    [Theory]
    [
        InlineData("", "emptyMessage"),
        InlineData("null", "malformedJson"),
        InlineData("{", "malformedJson"),
        InlineData("[]", "malformedJson"),
        InlineData("\"x\"", "malformedJson"),
        InlineData("\u0000", "malformedJson")
    ]
    [
        InlineData("{}", "missingAttribute"),
        InlineData("""{ "id": "1", "source": "s" }""", "missingAttribute"),
        InlineData("""{ "id": " ", "source": "s", "type": "t" }""", "missingAttribute")
    ]
    [
        InlineData("""{ "id": "1", "source": "", "type": "t" }""", "missingAttribute"),
        InlineData("""{ "id": "1", "source": "s", "type": "" }""", "missingAttribute")
    ]
    [
        InlineData("""{ "id": null, "source": "s", "type": "t" }""", "malformedJson"),
        InlineData("""{ "id": 1, "source": "s", "type": "t" }""", "malformedJson")
    ]
    [
        InlineData("""{ "specversion": "0.3", "id": "1", "source": "s", "type": "t" }""", "wrongSpecVersion"),
        InlineData("""{ "id": "1", "id": "2", "source": "s", "type": "t" }""", "malformedJson")
    ]
    [
        InlineData("""{ "id": "1", "source": "s", "type": "t", "time": "yesterday" }""", "malformedJson"),
        InlineData("""{ "id": "1", "source": "s", "type": "t", "sequence": "many" }""", "malformedJson")
    ]
    public void An_invalid_envelope_has_a_reason(string body, string code) =>
        Assert.Equal(code, Assert.Throws<UnreadableException>(() => Read(body)).Code);

    [Theory, InlineData("id"), InlineData("source"), InlineData("type")]
    public void Stored_attributes_of_an_envelope_are_short_and_printable(string attribute)
    {
        string With(string value)
        {
            var message = Good();
            message[attribute] = value;
            return message.ToJsonString();
        }

        Assert.NotNull(Read(With(new string('ä', 255))));
        foreach (var bad in new[] { new string('x', 256), "a\u0000b", "a\n", "\u0085a" })
            Assert.Equal(
                "badAttribute",
                Assert.Throws<UnreadableException>(() => Read(With(bad))) is { Message.Length: < 100 } x ? x.Code : null
            );
    }

    [Fact]
    public void A_message_may_be_a_megabyte_and_no_more()
    {
        var pad = new string(' ', 1024 * 1024 - Good().ToJsonString().Length);
        Assert.Null(Record.Exception(() => EnvelopeParser.Envelope(Encoding.ASCII.GetBytes(Good().ToJsonString() + pad[..^1]), null)));
        Assert.Equal("tooLarge", Assert.Throws<UnreadableException>(() => Read(Good().ToJsonString() + pad + " ")).Code);
    }

    [Theory]
    [
        InlineData(null, true),
        InlineData("application/cloudevents+json", true),
        InlineData("application/cloudevents+json; charset=utf-8", true)
    ]
    [
        InlineData("application/json", false),
        InlineData("text/plain", false),
        InlineData("", false),
        InlineData("application/cloudevents-batch+json", false)
    ]
    public void The_content_type_is_that_of_a_structured_event(string? type, bool isGood)
    {
        if (isGood)
            Assert.Equal("1", Read(Good().ToJsonString(), type).Id);
        else
            Assert.Equal("wrongContentType", Assert.Throws<UnreadableException>(() => Read(Good().ToJsonString(), type)).Code);
    }

    [Fact]
    public void Events_of_other_sources_or_subjects_are_ignored()
    {
        Assert.Null(Event(x => x["source"] = Catalogue.Scheduler));
        Assert.Null(Event(x => x["type"] = "followup.candidate.praised.v1"));
        Assert.Null(Event(x => x["type"] = "org.example.praised.v1"));
    }

    [Fact]
    public void A_type_newer_than_this_reader_is_taken_in_for_its_number_alone()
    {
        var received = Event(x => x["type"] = "followup.application.praised.v1");
        Assert.Equal(3, received!.Sequence);
        Assert.Same(Nothing, Nothing.Apply(received.Contract));
    }

    private static readonly Scheduler.Planning.KnownApplication Nothing = Scheduler.Planning.KnownApplication.Empty;

    public static TheoryData<string, string, string?> Bad =>
        new()
        {
            { "team", "missingAttribute", null },
            { "team", "missingAttribute", "\"T1\"" },
            { "team", "missingAttribute", "\"t1\\n\"" },
            { "team", "missingAttribute", "\"t.1\"" },
            { "team", "foreignTeam", "\"t2\"" },
            { "subject", "missingAttribute", null },
            { "subject", "missingAttribute", "\"acme\"" },
            { "sequence", "missingAttribute", null },
            { "sequence", "missingAttribute", "\"0\"" },
            { "sequence", "missingAttribute", "\"-1\"" },
            { "data", "badData", null },
            { "data", "badData", "null" },
            { "data", "badData", "[]" },
            { "data", "badData", "\"x\"" },
            { "data", "badData", """{ "reopenedAt": "soon" }""" },
            { "data", "badData", """{ "application": 7 }""" },
        };

    [Theory, MemberData(nameof(Bad))]
    public void An_invalid_event_has_a_reason(string attribute, string code, string? value) =>
        Assert.Equal(
            code,
            Assert
                .Throws<UnreadableException>(() =>
                    Event(x =>
                    {
                        if (value is null)
                            x.Remove(attribute);
                        else
                            x[attribute] = JsonNode.Parse(value);
                    })
                )
                .Code
        );

    [Theory, InlineData(null), InlineData("t1.application.reopened"), InlineData("followup.scheduler.inbox")]
    public void A_routing_key_that_is_a_queue_or_missing_says_nothing_of_the_team(string? key) => Assert.NotNull(Event(_ => { }, key));

    [Fact]
    public void Unknown_properties_of_an_event_are_ignored() =>
        Assert.NotNull(
            Event(x =>
            {
                x["mood"] = "good";
                x["data"]!["weather"] = "fine";
            })
        );

    [Fact]
    public void Every_message_of_the_catalogue_passes()
    {
        foreach (
            var contract in Samples.Contracts.Where(x => Catalogue.ApplicationEvents.ContainsKey(x.GetType()) && x is not CandidateErased)
        )
            Assert.Equal(
                Samples.Text(contract),
                Samples.Text(
                    Event(x =>
                    {
                        x["type"] = Catalogue.NameOf(contract.GetType());
                        x["data"] = JsonNode.Parse(Samples.Text(contract));
                    })!.Contract
                )
            );
    }
}
