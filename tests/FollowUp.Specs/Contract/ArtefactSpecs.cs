using System.Text.Json.Nodes;
using FollowUp.Contracts.Tool;

namespace FollowUp.Specs.Contract;

/// <summary>The artefacts for systems in other languages agree with the C# records, and are valid themselves.</summary>
public sealed class ArtefactSpecs
{
    private static readonly string Folder = Repository.Contracts;

    // Keywords of the AsyncAPI schema that the validator ignores: none of them applies to anything in our document.
    private static readonly string[] NotJudged = ["propertyNames", "additionalItems", "exclusiveMinimum", "example"];

    [Fact]
    public void The_artefacts_agree_with_the_records()
    {
        var generated = Artefacts.Generate();
        var found = Directory
            .EnumerateFiles(Path.Combine(Folder, "schemas"))
            .Select(x => $"schemas/{Path.GetFileName(x)}")
            .Append("asyncapi.yaml")
            .ToHashSet();
        var differ = generated
            .Where(x => !found.Contains(x.Key) || File.ReadAllText(Path.Combine(Folder, x.Key)) != x.Value)
            .Select(x => x.Key)
            .Concat(found.Except(generated.Keys))
            .ToList();
        Assert.True(differ.Count == 0, $"Run './followup contracts' and commit what it writes. These differ: {string.Join(", ", differ)}");
    }

    [Fact]
    public void Nothing_that_was_released_is_broken()
    {
        var released = Artefacts.LastRelease(Folder);
        Assert.NotEmpty(released);
        var breaks = Compatibility.Breaks(released, Artefacts.Current());
        Assert.True(breaks.Count == 0, "A breaking change is a new type (v2), published beside the old one:\n" + string.Join('\n', breaks));
    }

    [Fact]
    public void Every_message_of_the_catalogue_is_there_once()
    {
        Assert.Equal(Messages.All.Count, Messages.All.Select(x => x.Key).Distinct().Count());
        Assert.Equal(Messages.All.Count, Messages.All.Select(x => x.Title).Distinct().Count());
        var catalogued = FollowUp
            .Contracts.Catalogue.ApplicationEvents.Concat(FollowUp.Contracts.Catalogue.SchedulerEvents)
            .Concat(FollowUp.Contracts.Addresses.Commands.Values.SelectMany(x => x))
            .Select(x => x.Value);
        Assert.Equal(
            catalogued.Concat(FollowUp.Contracts.Catalogue.Answers.Values).Order(),
            Messages.All.Where(x => x.Key == x.Name).Select(x => x.Name).Order()
        );
        Assert.All(
            Messages.All.Where(x => x.Kind == Kind.Command),
            x => Assert.Contains(Messages.All, y => y.Kind == Kind.Answer && y.Contract == FollowUp.Contracts.Addresses.Answers[x.Contract])
        );
    }

    [Fact]
    public void The_services_declare_the_queues_that_the_contracts_name() =>
        Assert.Subset(FollowUp.Platform.Messaging.Topology.Queues.ToHashSet(), FollowUp.Contracts.Addresses.Commands.Keys.ToHashSet());

    [Fact]
    public void The_AsyncAPI_document_is_valid_by_the_official_schema()
    {
        var official = Validation.By(
            JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests/FollowUp.Specs/Contract/asyncapi-3.0.0.schema.json")))!,
            NotJudged
        );
        Assert.Empty(official.Check(AsyncApi.Document().ToJsonString()));

        Assert.NotEmpty(official.Check(Changed(x => x["asyncapi"] = "2.6.0")));
        Assert.NotEmpty(official.Check(Changed(x => x.Remove("info"))));
        Assert.NotEmpty(official.Check(Changed(x => x["operations"]!["claimFollowUp"]!["action"] = "publish")));
        Assert.NotEmpty(official.Check(Changed(x => x["channels"]!["events"]!["bindings"]!["amqp"]!["is"] = "topic")));
        Assert.NotEmpty(official.Check(Changed(x => x["channels"]!["events"]!["colour"] = "red")));

        static string Changed(Action<JsonObject> change)
        {
            var document = AsyncApi.Document();
            change(document);
            return document.ToJsonString();
        }
    }

    [Fact]
    public void Every_reference_of_the_AsyncAPI_document_leads_somewhere()
    {
        var document = AsyncApi.Document();
        var references = References(document).ToList();
        Assert.True(references.Count > 100);
        foreach (var reference in references)
        {
            if (reference.StartsWith("./", StringComparison.Ordinal))
                Assert.True(File.Exists(Path.Combine(Folder, reference)), reference);
            else
                Assert.NotNull(reference[2..].Split('/').Aggregate((JsonNode?)document, (node, name) => node?[name]));
        }
    }

    [Fact]
    public void The_YAML_reads_as_what_was_written()
    {
        var text = File.ReadAllText(Path.Combine(Folder, "asyncapi.yaml"));
        Assert.True(JsonNode.DeepEquals(AsyncApi.Document(), Yaml.Read(text)));
        Assert.StartsWith("asyncapi: \"3.0.0\"\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [
        InlineData("yes"),
        InlineData("No"),
        InlineData("null"),
        InlineData("~"),
        InlineData("1.0"),
        InlineData("0x1F"),
        InlineData("2026-11-20"),
        InlineData("12:30:45"),
        InlineData("- a"),
        InlineData("a: b"),
        InlineData("a #b")
    ]
    [
        InlineData(""),
        InlineData(" a"),
        InlineData("a "),
        InlineData("{a}"),
        InlineData("&a"),
        InlineData("*.b"),
        InlineData("\"a\" 'b'"),
        InlineData("a\nb"),
        InlineData("résumé …"),
        InlineData("true"),
        InlineData("1e3"),
        InlineData("a,b"),
        InlineData("a:")
    ]
    public void A_text_stays_a_text_in_YAML(string text)
    {
        var document = new JsonObject { ["a"] = text, ["b"] = new JsonArray(text, 1, true, null, 1.5) };
        Assert.True(JsonNode.DeepEquals(document, Yaml.Read(Yaml.Write(document))), Yaml.Write(document));
    }

    [Fact]
    public void Every_part_is_described()
    {
        foreach (var schema in Messages.All.Select(Schemas.Of))
        {
            Assert.False(string.IsNullOrWhiteSpace(schema["description"]!.GetValue<string>()));
            foreach (var (name, definition) in schema["$defs"]!.AsObject())
            {
                Assert.True(definition!["description"] is not null, name);
                foreach (var (property, member) in definition["properties"] as JsonObject ?? [])
                    Assert.True(member!["description"]?.GetValue<string>() is { Length: > 2 }, $"{name}.{property}");
            }
        }
        Assert.DoesNotContain(
            "<",
            AsyncApi.Document().ToJsonString().Replace("\\u003C", "<", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
    }

    private static IEnumerable<string> References(JsonNode? node) =>
        node switch
        {
            JsonObject x => x.SelectMany(y => y.Key == "$ref" ? [y.Value!.GetValue<string>()] : References(y.Value)),
            JsonArray x => x.SelectMany(References),
            _ => [],
        };
}
