using System.Globalization;
using System.Text.Json.Nodes;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;
using NJsonSchema.Validation.FormatValidators;

namespace FollowUp.Contracts.Tool;

/// <summary>
/// Validates JSON by a schema. The library supports draft 4, so newer keywords are translated to equivalent ones (<c>const</c> to an
/// <c>enum</c> of one value, <c>if</c> to an <c>anyOf</c>). A keyword that can't be translated is refused, not ignored.
/// </summary>
public sealed class Validation
{
    private static readonly JsonSchemaValidatorSettings Settings = new()
    {
        FormatValidators =
        [
            new DateFormatValidator(),
            new UuidFormatValidator(),
            new UriFormatValidator(),
            new EmailFormatValidator(),
            new InstantFormat(),
        ],
    };

    private static readonly HashSet<string> Annotations = new(StringComparer.Ordinal)
    {
        "$schema",
        "$id",
        "$comment",
        "title",
        "description",
        "default",
        "examples",
    };
    private static readonly HashSet<string> Same = new(StringComparer.Ordinal)
    {
        "$ref",
        "type",
        "enum",
        "required",
        "pattern",
        "format",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "uniqueItems",
    };

    private readonly JsonSchema _schema;

    private Validation(JsonSchema schema) => _schema = schema;

    /// <summary>Reads a schema.</summary>
    /// <param name="schema">A schema in any dialect from draft 4 on.</param>
    /// <param name="ignoring">Keywords that may be ignored.</param>
    /// <exception cref="NotSupportedException">The schema has a keyword that would be ignored.</exception>
    public static Validation By(JsonNode schema, params string[] ignoring) =>
        // runs synchronously, because there are no references to fetch
        new(JsonSchema.FromJsonAsync(Draft4(schema, ignoring).ToJsonString()).GetAwaiter().GetResult());

    /// <summary>The errors of a document; empty if it is valid.</summary>
    /// <param name="json">The document.</param>
    public IReadOnlyList<string> Check(string json)
    {
        try
        {
            return [.. _schema.Validate(json, Settings).SelectMany(Describe)];
        }
        catch (Newtonsoft.Json.JsonException exception)
        {
            return [$"It is not JSON: {exception.Message}"];
        }
    }

    private static IEnumerable<string> Describe(ValidationError error) =>
        error switch
        {
            ChildSchemaValidationError { Errors: var inner } =>
            [
                $"{error.Path}: {error.Kind}",
                .. inner.SelectMany(x => x.Value).SelectMany(Describe).Select(x => $"  {x}"),
            ],
            _ => [$"{error.Path}: {error.Kind}"],
        };

    private static JsonObject Draft4(JsonNode? node, string[] ignoring)
    {
        if (node is JsonValue value)
            return value.GetValue<bool>() ? [] : new() { ["not"] = new JsonObject() };
        var (result, all) = (new JsonObject(), new JsonArray());
        var schema = node!.AsObject();
        foreach (var (keyword, content) in schema)
        {
            switch (keyword)
            {
                case "const":
                    all.Add(new JsonObject { ["enum"] = new JsonArray(content!.DeepClone()) });
                    break;
                case "$defs" or "definitions":
                    result["definitions"] = Each(content, ignoring);
                    break;
                case "properties" or "patternProperties":
                    result[keyword] = Each(content, ignoring);
                    break;
                case "additionalProperties" or "items" when content is JsonValue boolean && boolean.GetValue<bool>():
                    break;
                case "additionalProperties" when content is JsonValue:
                    result[keyword] = content.DeepClone();
                    break;
                case "items" when content is JsonArray some:
                    result[keyword] = new JsonArray([.. some.Select(x => Draft4(x, ignoring))]);
                    break;
                case "items" or "additionalProperties" or "not":
                    result[keyword] = Draft4(content, ignoring);
                    break;
                case "anyOf" or "oneOf":
                    result[keyword] = new JsonArray([.. content!.AsArray().Select(x => Draft4(x, ignoring))]);
                    break;
                case "allOf":
                    foreach (var x in content!.AsArray())
                        all.Add(Draft4(x, ignoring));
                    break;
                case "if":
                    if (schema["then"] is { } then)
                        all.Add(
                            new JsonObject
                            {
                                ["anyOf"] = new JsonArray(new JsonObject { ["not"] = Draft4(content, ignoring) }, Draft4(then, ignoring)),
                            }
                        );
                    if (schema["else"] is { } otherwise)
                        all.Add(new JsonObject { ["anyOf"] = new JsonArray(Draft4(content, ignoring), Draft4(otherwise, ignoring)) });
                    break;
                case "then" or "else":
                    break;
                default:
                    if (Same.Contains(keyword))
                        result[keyword] =
                            content is JsonValue text && keyword == "$ref"
                                ? text.GetValue<string>().Replace("#/$defs/", "#/definitions/", StringComparison.Ordinal)
                                : content!.DeepClone();
                    else if (!Annotations.Contains(keyword) && !ignoring.Contains(keyword))
                        throw new NotSupportedException($"The keyword {keyword} would be passed over.");
                    break;
            }
        }
        if (all.Count > 0)
            result["allOf"] = all;
        return result;
    }

    private static JsonObject Each(JsonNode? schemas, string[] ignoring) =>
        [.. schemas!.AsObject().Select(x => KeyValuePair.Create<string, JsonNode?>(x.Key, Draft4(x.Value, ignoring)))];

    // RFC 3339: the library's own check accepts a year alone as an instant, and an instant without an offset.
    private sealed class InstantFormat : IFormatValidator
    {
        private static readonly string[] Shapes = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

        public ValidationErrorKind ValidationErrorKind => ValidationErrorKind.DateTimeExpected;
        public string Format => "date-time";

        public bool IsValid(string value, JTokenType tokenType) =>
            DateTimeOffset.TryParseExact(value, Shapes, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);
    }
}
