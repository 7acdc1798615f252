using System.Text.Json;
using System.Text.Json.Nodes;
using FollowUp.Contracts;
using FollowUp.Contracts.Tool;

namespace FollowUp.Specs.Contract;

/// <summary>
/// A schema accepts what the serializer accepts and refuses what the serializer refuses: tried with every example, altered in every way.
/// </summary>
public sealed class SchemaSpecs
{
    private static readonly Dictionary<string, (Message Message, Validation Schema)> All = Messages.All.ToDictionary(
        x => x.Key,
        x => (x, Validation.By(Schemas.Of(x)))
    );

    public static TheoryData<string> Keys => [.. All.Keys];

    [Theory, MemberData(nameof(Keys))]
    public void An_example_is_valid_and_the_same_every_time(string key)
    {
        var (message, schema) = All[key];
        Assert.Empty(schema.Check(Examples.Of(message).ToJsonString()));
        Assert.Equal(Examples.Of(message).ToJsonString(), Examples.Of(message).ToJsonString());
        Assert.Equal(message.Name, Examples.Of(message)["type"]!.GetValue<string>());
        Assert.False(
            Messages
                .All.Where(x => x.Key != key && x.Name != message.Name)
                .Any(x => All[x.Key].Schema.Check(Examples.Of(message).ToJsonString()).Count == 0),
            "another message's schema takes it"
        );
    }

    [Theory, MemberData(nameof(Keys))]
    public void The_required_properties_are_those_that_the_reader_requires(string key)
    {
        var (message, schema) = All[key];
        var example = Examples.Of(message);
        foreach (var path in Paths(example["data"]!.AsObject(), []))
            Agree(message, schema, Without(example, path), $"without {string.Join('.', path)}");
    }

    [Theory, MemberData(nameof(Keys))]
    public void Data_of_another_kind_is_refused_by_both(string key)
    {
        var (message, schema) = All[key];
        var example = Examples.Of(message);
        foreach (var path in Paths(example["data"]!.AsObject(), []))
        {
            foreach (var wrong in new JsonNode?[] { 17.5, "~ no such word ~", true, new JsonObject(), new JsonArray(new JsonArray()) })
            {
                if (wrong is JsonObject && message.Name == Catalogue.Rejected)
                    continue; // errors may be empty in a rejection
                if (
                    At(example, path)!.GetValueKind() == wrong!.GetValueKind()
                    && wrong.GetValueKind() is JsonValueKind.String or JsonValueKind.True
                    && IsFree(At(example, path)!)
                )
                    continue;
                if (
                    At(example, path)!.GetValueKind() is JsonValueKind.True or JsonValueKind.False
                    && wrong.GetValueKind() is JsonValueKind.True
                )
                    continue;
                Agree(message, schema, With(example, path, wrong.DeepClone()), $"{string.Join('.', path)} = {wrong.ToJsonString()}");
            }
        }
    }

    [Theory, MemberData(nameof(Keys))]
    public void Null_is_taken_where_it_can_be_meant_and_never_sent(string key)
    {
        var (message, schema) = All[key];
        var example = Examples.Of(message);
        foreach (var path in Paths(example["data"]!.AsObject(), []))
        {
            var spoilt = With(example, path, null);
            if (message.Kind == Kind.Command)
                Agree(message, schema, spoilt, $"{string.Join('.', path)} = null");
            else if (path is not (["result", ..] or ["policy", ..] or ["patch", ..]))
                // the result of a command is whatever HTTP returns, so is a policy, and in a merge patch null removes
                Assert.True(schema.Check(spoilt).Count > 0, $"{string.Join('.', path)} = null");
        }
    }

    [Theory, MemberData(nameof(Keys))]
    public void An_unknown_property_is_refused_in_a_command_and_allowed_elsewhere(string key)
    {
        var (message, schema) = All[key];
        var spoilt = With(Examples.Of(message), ["mood"], "hopeful");
        Agree(message, schema, spoilt, "mood");
        Assert.Equal(message.Kind == Kind.Command, schema.Check(spoilt).Count > 0);
        var extended = Examples.Of(message);
        extended["comacmeextension"] = "1";
        Assert.Empty(schema.Check(extended.ToJsonString()));
    }

    [Theory, MemberData(nameof(Keys))]
    public void An_envelope_without_what_it_must_have_or_with_something_else_is_refused(string key)
    {
        var (message, schema) = All[key];
        foreach (var name in Schemas.Of(message)["required"]!.AsArray().Select(x => x!.GetValue<string>()))
        {
            Refused(x => x.Remove(name), $"no {name}");
            Refused(x => x[name] = 17, $"{name} = 17");
        }
        Refused(x => x["specversion"] = "0.3", "another specversion");
        Refused(x => x["type"] = "followup.something.else.v1", "another type");
        Refused(x => x["id"] = " ", "a blank id");
        Refused(x => x["time"] = "2026-11-20T10:00:00", "a time without an offset");
        Refused(x => x["time"] = "2026", "a year for a time");
        Refused(x => x["source"] = message.Kind == Kind.Command ? "" : "/somebody/else", "another source");
        if (message.Name == Catalogue.Rejected)
            return; // a rejection repeats values that the service couldn't read
        Refused(x => x["subject"] = "forty-two", "a subject that is no UUID");
        Refused(x => x["team"] = "No Such Team!", "a team that can't be");
        if (message.Kind != Kind.Event)
            return;
        foreach (var sequence in new[] { "0", "-1", "one", "01", "" })
            Refused(x => x["sequence"] = sequence, $"sequence {sequence}");
        Refused(x => x["sequence"] = 1, "a sequence that is a number");

        void Refused(Action<JsonObject> spoil, string what)
        {
            var example = Examples.Of(message);
            spoil(example);
            Assert.True(schema.Check(example.ToJsonString()).Count > 0, $"{key} is valid with {what}");
        }
    }

    [Theory]
    [
        InlineData("""{ "type": "string", "contentEncoding": "base64" }"""),
        InlineData("""{ "unevaluatedProperties": false }"""),
        InlineData("""{ "properties": { "a": { "prefixItems": [] } } }""")
    ]
    public void A_keyword_that_the_validator_would_pass_over_is_not_used(string schema) =>
        Assert.Throws<NotSupportedException>(() => Validation.By(JsonNode.Parse(schema)!));

    private static void Agree(Message message, Validation schema, string json, string what)
    {
        var data = JsonDocument.Parse(json).RootElement.GetProperty("data");
        var refused = Record.Exception(() => data.Deserialize(message.Contract, message.Kind == Kind.Command ? Json.Strict : Json.Whole));
        Assert.True(refused is null or JsonException, refused?.ToString());
        var errors = schema.Check(json);
        Assert.True(
            (refused is null) == (errors.Count == 0),
            $"{message.Key} {what}: the serializer says {refused?.Message ?? "yes"}, "
                + $"the schema {(errors.Count == 0 ? "yes" : string.Join(", ", errors))}"
        );
    }

    // Free texts: no UUID, no instant, no date, no enumerated value.
    private static bool IsFree(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.String
        && value.GetValue<string>() is var text
        && !Guid.TryParse(text, out _)
        && !DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _)
        && !typeof(Catalogue)
            .Assembly.GetExportedTypes()
            .Where(x => x.IsEnum)
            .SelectMany(Enum.GetNames)
            .Contains(text, StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<string[]> Paths(JsonObject data, string[] to)
    {
        foreach (var (name, value) in data)
        {
            string[] path = [.. to, name];
            yield return path;
            if (value is JsonObject inner)
                foreach (var deeper in Paths(inner, path))
                    yield return deeper;
            if (value is JsonArray { Count: > 0 } some && some[0] is JsonObject first)
                foreach (var deeper in Paths(first, [.. path, "0"]))
                    yield return deeper;
        }
    }

    private static JsonNode? At(JsonObject example, string[] path) =>
        path.Aggregate(example["data"], (node, name) => node is JsonArray array ? array[0] : node![name]);

    private static string Without(JsonObject example, string[] path)
    {
        var spoilt = example.DeepClone().AsObject();
        At(spoilt, path[..^1])!.AsObject().Remove(path[^1]);
        return spoilt.ToJsonString();
    }

    private static string With(JsonObject example, string[] path, JsonNode? value)
    {
        var spoilt = example.DeepClone().AsObject();
        At(spoilt, path[..^1])!.AsObject()[path[^1]] = value;
        return spoilt.ToJsonString();
    }
}
