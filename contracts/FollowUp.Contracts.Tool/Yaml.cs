using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace FollowUp.Contracts.Tool;

/// <summary>Writes JSON as readable YAML, and reads it back.</summary>
public static partial class Yaml
{
    /// <summary>Writes a document.</summary>
    public static string Write(JsonNode document)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(
            text,
            new EmitterSettings(
                bestIndent: 2,
                bestWidth: int.MaxValue,
                isCanonical: false,
                maxSimpleKeyLength: 1024,
                newLine: "\n",
                indentSequences: true
            )
        );
        new YamlStream(new YamlDocument(Of(document))).Save(emitter, assignAnchors: false);
        var written = text.ToString();
        return written.EndsWith("...\n", StringComparison.Ordinal) ? written[..^"...\n".Length] : written;
    }

    /// <summary>Reads a document by the rules of YAML's JSON schema: only an unquoted value can be a number, a boolean or null.</summary>
    public static JsonNode? Read(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return Of(stream.Documents.Single().RootNode);
    }

    private static YamlNode Of(JsonNode? node) =>
        node switch
        {
            null => new YamlScalarNode("null") { Style = ScalarStyle.Plain },
            JsonObject x => new YamlMappingNode(x.Select(y => KeyValuePair.Create<YamlNode, YamlNode>(Text(y.Key), Of(y.Value)))),
            JsonArray x => new YamlSequenceNode(x.Select(Of)),
            _ when node.GetValueKind() == JsonValueKind.String => Text(node.GetValue<string>()),
            _ => new YamlScalarNode(node.ToJsonString()) { Style = ScalarStyle.Plain },
        };

    private static YamlScalarNode Text(string text) =>
        new(text)
        {
            Style =
                text.Contains('\n', StringComparison.Ordinal) ? ScalarStyle.Literal
                : Plain().IsMatch(text) && !Reserved().IsMatch(text) ? ScalarStyle.Plain
                : ScalarStyle.DoubleQuoted,
        };

    private static JsonNode? Of(YamlNode node) =>
        node switch
        {
            YamlMappingNode x => new JsonObject(x.Children.Select(y => KeyValuePair.Create(((YamlScalarNode)y.Key).Value!, Of(y.Value)))),
            YamlSequenceNode x => new JsonArray([.. x.Children.Select(Of)]),
            YamlScalarNode { Style: ScalarStyle.Plain, Value: "null" or "~" or "" or null } => null,
            YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" } => true,
            YamlScalarNode { Style: ScalarStyle.Plain, Value: "false" } => false,
            YamlScalarNode { Style: ScalarStyle.Plain, Value: var x } when long.TryParse(x, CultureInfo.InvariantCulture, out var number) =>
                number,
            YamlScalarNode { Style: ScalarStyle.Plain, Value: var x }
                when double.TryParse(x, CultureInfo.InvariantCulture, out var number) => number,
            YamlScalarNode x => x.Value,
            _ => throw new NotSupportedException($"{node.GetType().Name} is not JSON."),
        };

    // Texts that every reader of YAML 1.1 or 1.2 takes as strings; all other texts are quoted.
    [GeneratedRegex(
        @"^[A-Za-z$]([A-Za-z0-9 _./()'+;-]|,(?= )|:(?=[A-Za-z0-9/]))*(?<! )\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Plain();

    [GeneratedRegex(
        @"^(true|false|null|yes|no|on|off|y|n|[.]?inf|[.]?nan|infinity)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        1000
    )]
    private static partial Regex Reserved();
}
