using System.Text.Json.Nodes;
using FollowUp.Contracts.Tool;

namespace FollowUp.Specs.Contract;

/// <summary>Which contract changes break readers, and which break senders.</summary>
public sealed class CompatibilitySpecs
{
    private const string Schema = """
        {
          "type": "object",
          "properties": {
            "type": { "const": "followup.a.b.v1" },
            "name": { "type": "string" },
            "day": { "type": "string", "format": "date" },
            "count": { "type": "integer" },
            "nickname": { "type": ["string", "null"] },
            "channel": { "$ref": "#/$defs/channel" },
            "parts": { "type": "array", "items": { "$ref": "#/$defs/part" } },
            "errors": { "type": "object", "additionalProperties": { "type": "string" } },
            "maybe": { "anyOf": [ { "$ref": "#/$defs/part" }, { "type": "null" } ] }
          },
          "required": ["type", "name"],
          "additionalProperties": false,
          "$defs": {
            "channel": { "type": "string", "enum": ["phone", "email"] },
            "part": {
              "type": "object",
              "properties": { "id": { "type": "string", "pattern": "^a" }, "next": { "$ref": "#/$defs/part" } },
              "required": ["id"]
            }
          }
        }
        """;

    // The change, whether it breaks the readers of our messages, whether it breaks the senders of messages to us.
    private static readonly Dictionary<string, (Action<JsonObject> Change, bool BreaksReaders, bool BreaksSenders)> Changes = new()
    {
        ["nothing"] = (_ => { }, false, false),
        ["other words about it"] = (x => x["properties"]!["name"]!["description"] = "A better description.", false, false),
        ["a title, examples, a default"] = (
            x => (x["title"], x["examples"], x["properties"]!["name"]!["default"]) = ("t", new JsonArray(1), "d"),
            false,
            false
        ),
        ["an optional property more"] = (x => x["properties"]!["mood"] = Type("string"), false, false),
        ["a required property more"] = (
            x =>
            {
                x["properties"]!["mood"] = Type("string");
                Require(x, "mood");
            },
            false,
            true
        ),
        ["a property is gone"] = (x => x["properties"]!.AsObject().Remove("count"), true, true),
        ["a property has another name"] = (
            x =>
            {
                x["properties"]!.AsObject().Remove("count");
                x["properties"]!["number"] = Type("integer");
            },
            true,
            true
        ),
        ["an optional property is required"] = (x => Require(x, "count"), false, true),
        ["a required property is optional"] = (x => x["required"] = new JsonArray("type"), true, false),
        ["another type"] = (x => x["properties"]!["count"] = Type("string"), true, true),
        ["one more type"] = (x => x["properties"]!["count"]!["type"] = new JsonArray("integer", "string"), true, true),
        ["an integer is any number"] = (x => x["properties"]!["count"] = Type("number"), true, true),
        ["null is welcome"] = (x => x["properties"]!["name"]!["type"] = new JsonArray("string", "null"), true, false),
        ["null is no longer welcome"] = (x => x["properties"]!["nickname"] = Type("string"), false, true),
        ["null is no longer welcome for a record"] = (x => x["properties"]!["maybe"] = Reference("part"), false, true),
        ["null is welcome for a record"] = (
            x => x["properties"]!["channel"] = new JsonObject { ["anyOf"] = new JsonArray(Reference("channel"), Type("null")) },
            true,
            false
        ),
        ["a word more"] = (x => x["$defs"]!["channel"]!["enum"]!.AsArray().Add("letter"), false, false),
        ["a word is gone"] = (x => x["$defs"]!["channel"]!["enum"] = new JsonArray("email"), true, true),
        ["a word has another case"] = (x => x["$defs"]!["channel"]!["enum"] = new JsonArray("Phone", "email"), true, true),
        ["words become any text"] = (x => x["$defs"]!["channel"]!.AsObject().Remove("enum"), true, false),
        ["any text becomes words"] = (x => x["properties"]!["name"]!["enum"] = new JsonArray("a", "b"), false, true),
        ["the constant is another"] = (x => x["properties"]!["type"]!["const"] = "followup.a.c.v1", true, true),
        ["the constant is one of some"] = (
            x => x["properties"]!["type"] = new JsonObject { ["enum"] = new JsonArray("followup.a.b.v1", "followup.a.c.v1") },
            true,
            false
        ),
        ["a format is narrower"] = (x => x["properties"]!["name"]!["format"] = "uuid", false, true),
        ["a format is gone"] = (x => x["properties"]!["day"]!.AsObject().Remove("format"), true, false),
        ["a format is another"] = (x => x["properties"]!["day"]!["format"] = "date-time", true, true),
        ["a pattern is another"] = (x => x["$defs"]!["part"]!["properties"]!["id"]!["pattern"] = "^b", true, true),
        ["a text must be short"] = (x => x["properties"]!["name"]!["maxLength"] = 5, false, true),
        ["items are of another type"] = (x => x["properties"]!["parts"]!["items"] = Type("string"), true, true),
        ["items are unspecified"] = (x => x["properties"]!["parts"]!.AsObject().Remove("items"), true, true),
        ["deep inside a property is gone"] = (x => x["$defs"]!["part"]!["properties"]!.AsObject().Remove("next"), true, true),
        ["deep inside a property is required"] = (x => Require(x["$defs"]!["part"]!, "next"), false, true),
        ["the values of a map are of another type"] = (
            x => x["properties"]!["errors"]!["additionalProperties"] = Type("integer"),
            true,
            true
        ),
        ["a map takes anything"] = (x => x["properties"]!["errors"]!.AsObject().Remove("additionalProperties"), true, true),
        ["what was closed is open"] = (x => x.Remove("additionalProperties"), true, false),
        ["what was open is closed"] = (x => x["$defs"]!["part"]!["additionalProperties"] = false, true, true),
        ["a definition has another name"] = (
            x =>
            {
                x["$defs"]!["way"] = x["$defs"]!["channel"]!.DeepClone();
                x["$defs"]!.AsObject().Remove("channel");
                x["properties"]!["channel"] = Reference("way");
            },
            false,
            false
        ),
        ["an unknown keyword"] = (x => x["properties"]!["name"]!["contentEncoding"] = "base64", true, true),
    };

    public static TheoryData<string> Names => [.. Changes.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Of_what_we_send(string change) => Judge(change, isTaken: false, Changes[change].BreaksReaders);

    [Theory, MemberData(nameof(Names))]
    public void Of_what_we_take(string change) => Judge(change, isTaken: true, Changes[change].BreaksSenders);

    [Fact]
    public void A_message_may_come_but_not_go_nor_move_nor_change_sides()
    {
        Assert.Empty(Compatibility.Breaks(Release(), Release(x => x["followup.c.d.v1"] = x["followup.a.b.v1"]!.DeepClone())));
        Assert.Single(
            Compatibility.Breaks(Release(), Release(x => x.Remove("followup.a.b.v1"))),
            x => x.Contains("gone", StringComparison.Ordinal)
        );
        Assert.Single(
            Compatibility.Breaks(Release(), Release(x => x["followup.a.b.v1"]!["address"] = "followup.events {team}.b.a")),
            x => x.Contains("goes to", StringComparison.Ordinal)
        );
        Assert.Single(
            Compatibility.Breaks(Release(), Release(x => x["followup.a.b.v1"]!["kind"] = "Command")),
            x => x.Contains("is a Command", StringComparison.Ordinal)
        );
        Assert.NotEmpty(
            Compatibility.Breaks(Release(), Release(x => x["followup.a.b.v1"]!["schema"]!["properties"]!.AsObject().Remove("name")))
        );
    }

    [Fact]
    public void A_release_that_breaks_the_last_is_not_made()
    {
        var folder = Directory.CreateTempSubdirectory("followup-release-").FullName;
        try
        {
            Assert.Empty(Artefacts.Release(folder));
            var file = Path.Combine(folder, Artefacts.Released);
            Assert.Empty(Artefacts.Release(folder));
            var more = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
            more["followup.once.released.v1"] = more.First().Value!.DeepClone();
            File.WriteAllText(file, more.ToJsonString());
            Assert.Single(Artefacts.Release(folder), x => x.StartsWith("followup.once.released.v1", StringComparison.Ordinal));
            Assert.Equal(more.ToJsonString(), File.ReadAllText(file));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Judge(string change, bool isTaken, bool breaks)
    {
        var (was, now) = (JsonNode.Parse(Schema)!.AsObject(), JsonNode.Parse(Schema)!.AsObject());
        Changes[change].Change(now);
        var found = Compatibility.Breaks(was, now, isTaken);
        Assert.True(breaks == found.Count > 0, $"{change}: {(breaks ? "nothing was found" : string.Join(' ', found))}");
    }

    private static JsonObject Release(Action<JsonObject>? change = null)
    {
        var release = new JsonObject
        {
            ["followup.a.b.v1"] = new JsonObject
            {
                ["kind"] = "Event",
                ["address"] = "followup.events {team}.a.b",
                ["schema"] = JsonNode.Parse(Schema),
            },
        };
        change?.Invoke(release);
        return release;
    }

    private static JsonObject Type(string type) => new() { ["type"] = type };

    private static JsonObject Reference(string definition) => new() { ["$ref"] = $"#/$defs/{definition}" };

    private static void Require(JsonNode schema, string name) => schema["required"]!.AsArray().Add(name);
}
