using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace FollowUp.Contracts.Tool;

/// <summary>
/// Generates a JSON Schema (2020-12) for each message: the whole CloudEvent, with the record as <c>data</c>. It is derived from the
/// serializer options that read and write the messages, so the services check exactly what the schema calls required, closed or nullable. A
/// message that they send may have further properties (a reader ignores unknown ones) and never has a null; a message that they receive may
/// have neither.
/// </summary>
public static class Schemas
{
    /// <summary>The dialect of the schemas.</summary>
    public const string Dialect = "https://json-schema.org/draft/2020-12/schema";

    private const string TeamPattern = "^[a-z0-9][a-z0-9-]{0,39}$",
        NotBlank = @"\S",
        FromOne = "^[1-9][0-9]*$";

    /// <summary>The schema of a message.</summary>
    public static JsonObject Of(Message message)
    {
        var definitions = new Definitions(message.Kind);
        var data = definitions.Reference(message.Contract);
        var schema = new JsonObject
        {
            ["$schema"] = Dialect,
            ["title"] = message.Key,
            ["description"] = Docs.Of(message.Contract),
            ["type"] = "object",
            ["properties"] = Envelope(message, data),
            ["required"] = Texts(Required(message)),
            ["$defs"] = definitions.All(),
        };
        schema["examples"] = new JsonArray(Examples.Of(message));
        return schema;
    }

    /// <summary>Converts a name to camelCase, which all messages use.</summary>
    public static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    /// <summary>A JSON array of strings.</summary>
    internal static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(x => JsonValue.Create(x))];

    // A refusal may answer a message that couldn't be read, and then repeats that message's subject and team, whatever they are.
    private static string[] Required(Message message) =>
        message switch
        {
            { Kind: Kind.Event } =>
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
                "datacontenttype",
                "data",
            ],
            { Kind: Kind.Command } => ["specversion", "id", "source", "type", "subject", "team", "data"],
            { Name: Catalogue.Rejected } => ["specversion", "id", "source", "type", "time", "datacontenttype", "data"],
            _ => ["specversion", "id", "source", "type", "subject", "time", "team", "causationid", "datacontenttype", "data"],
        };

    private static JsonObject Envelope(Message message, JsonObject data)
    {
        var (isCommand, mayBeGarbled) = (message.Kind == Kind.Command, message.Name == Catalogue.Rejected);
        var properties = new JsonObject
        {
            ["specversion"] = Attribute(nameof(CloudEvent.SpecVersion), new() { ["const"] = "1.0" }),
            ["id"] = Attribute(nameof(CloudEvent.Id), new() { ["type"] = "string", ["pattern"] = NotBlank }),
            ["source"] = Attribute(
                nameof(CloudEvent.Source),
                message.Sources switch
                {
                    [] => new() { ["type"] = "string", ["pattern"] = NotBlank },
                    [var one] => new() { ["const"] = one },
                    var some => new() { ["type"] = "string", ["enum"] = Texts(some) },
                }
            ),
            ["type"] = Attribute(nameof(CloudEvent.Type), new() { ["const"] = message.Name }),
            ["subject"] = Attribute(
                nameof(CloudEvent.Subject),
                mayBeGarbled ? new() { ["type"] = "string" } : new() { ["type"] = "string", ["format"] = "uuid" }
            ),
            ["time"] = Attribute(nameof(CloudEvent.Time), new() { ["type"] = "string", ["format"] = "date-time" }),
            ["team"] = Attribute(
                nameof(CloudEvent.Team),
                mayBeGarbled ? new() { ["type"] = "string" } : new() { ["type"] = "string", ["pattern"] = TeamPattern }
            ),
        };
        if (message.Kind == Kind.Event)
        {
            properties["sequence"] = Attribute(nameof(CloudEvent.Sequence), new() { ["type"] = "string", ["pattern"] = FromOne });
            properties["sequencetype"] = Attribute(nameof(CloudEvent.SequenceType), new() { ["const"] = "Integer" });
            properties["incarnation"] = Attribute(nameof(CloudEvent.Incarnation), new() { ["type"] = "string", ["format"] = "uuid" });
            properties["lastsequence"] = Attribute(nameof(CloudEvent.LastSequence), new() { ["type"] = "string", ["pattern"] = FromOne });
            properties["principal"] = Attribute(nameof(CloudEvent.Principal), new() { ["type"] = "string" });
        }
        foreach (
            var extension in new[]
            {
                nameof(CloudEvent.CorrelationId),
                nameof(CloudEvent.CausationId),
                nameof(CloudEvent.RecordedBy),
                nameof(CloudEvent.TraceParent),
            }
        )
            properties[extension.ToLowerInvariant()] = Attribute(extension, new() { ["type"] = "string" });
        properties["datacontenttype"] = Attribute(
            nameof(CloudEvent.DataContentType),
            isCommand ? new() { ["type"] = "string" } : new() { ["const"] = "application/json" }
        );
        properties["data"] = data;
        return properties;
    }

    private static JsonObject Attribute(string property, JsonObject schema)
    {
        schema.Insert(0, "description", Docs.Of(typeof(CloudEvent), property));
        return schema;
    }

    /// <summary>The records and enums in a message, each defined once.</summary>
    private sealed class Definitions(Kind kind)
    {
        private readonly JsonSerializerOptions _options = kind == Kind.Command ? Json.Strict : Json.Whole;
        private readonly SortedDictionary<string, JsonObject?> _known = new(StringComparer.Ordinal);
        private readonly Queue<Type> _open = new();

        public JsonObject Reference(Type type)
        {
            if (_known.TryAdd(Camel(type.Name), null))
                _open.Enqueue(type);
            return new() { ["$ref"] = $"#/$defs/{Camel(type.Name)}" };
        }

        public JsonObject All()
        {
            while (_open.TryDequeue(out var type))
                _known[Camel(type.Name)] = Define(type);
            return [.. _known.Select(x => KeyValuePair.Create<string, JsonNode?>(x.Key, x.Value))];
        }

        private JsonObject Define(Type type) =>
            type.IsEnum
                ? new()
                {
                    ["description"] =
                        $"{Docs.Of(type)} {string.Join(" ", Enum.GetNames(type).Select(x => $"`{Camel(x)}`: {Docs.OfWord(type, x)}"))}",
                    ["type"] = "string",
                    ["enum"] = Texts(Enum.GetNames(type).Select(Camel)),
                }
                : (JsonObject)
                    _options.GetJsonSchemaAsNode(
                        type,
                        new()
                        {
                            TreatNullObliviousAsNonNullable = true,
                            TransformSchemaNode = (context, node) => Describe(type, context, node),
                        }
                    );

        private JsonObject Describe(Type owner, JsonSchemaExporterContext context, JsonNode node)
        {
            var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
            if (context.Path.IsEmpty)
                return Root(owner, context, (JsonObject)node);
            var mayBeNull =
                kind == Kind.Command
                && context.PropertyInfo is { } it
                && (type != context.TypeInfo.Type || (!type.IsValueType && it.IsGetNullable));
            var schema = Plain(type, node, mayBeNull);
            return context.PropertyInfo is null ? schema : Described(context.PropertyInfo, schema);
        }

        private static JsonObject Described(JsonPropertyInfo property, JsonObject schema)
        {
            schema.Insert(0, "description", Docs.Of(property.DeclaringType, ((MemberInfo)property.AttributeProvider!).Name));
            return schema;
        }

        private JsonObject Root(Type owner, JsonSchemaExporterContext context, JsonObject node)
        {
            // The exporter takes every parameter without a default as required, also where the serializer options don't.
            var required =
                kind == Kind.Command
                    ? node["required"]?.DeepClone() as JsonArray ?? []
                    : Texts(context.TypeInfo.Properties.Where(x => x.IsRequired).Select(x => x.Name));
            var root = new JsonObject
            {
                ["description"] = Docs.Of(owner),
                ["type"] = "object",
                ["properties"] = node["properties"]?.DeepClone() ?? new JsonObject(),
            };
            // The exporter skips a property that is read by a converter of ours and may be absent: an enum, and an instant that must have
            // an offset.
            foreach (
                var property in context.TypeInfo.Properties.Where(x =>
                    root["properties"]![x.Name] is JsonObject silent && !silent.ContainsKey("description")
                )
            )
            {
                var (optional, word) = (
                    Nullable.GetUnderlyingType(property.PropertyType),
                    property.PropertyType.IsEnum ? property.PropertyType : null
                );
                var type = optional ?? word ?? throw new NotSupportedException($"Nothing is known of {owner.Name}.{property.Name}.");
                root["properties"]![property.Name] = Described(
                    property,
                    Plain(type, new JsonObject(), mayBeNull: kind == Kind.Command && optional is not null)
                );
            }
            if (required.Count > 0)
                root["required"] = required;
            if (node["additionalProperties"] is { } closed)
                root["additionalProperties"] = closed.DeepClone();
            return root;
        }

        private JsonObject Plain(Type type, JsonNode node, bool mayBeNull)
        {
            if (type.Assembly == typeof(Catalogue).Assembly)
                return mayBeNull
                    ? new() { ["anyOf"] = new JsonArray(Reference(type), new JsonObject { ["type"] = "null" }) }
                    : Reference(type);
            if (type == typeof(JsonElement))
                return []; // a body, a policy or a merge patch, as HTTP has it
            var schema = new JsonObject { ["type"] = mayBeNull ? Texts([TypeOf(type), "null"]) : TypeOf(type) };
            if (FormatOf(type) is { } format)
                schema["format"] = format;
            foreach (var part in new[] { "items", "additionalProperties" })
                if (node is JsonObject && node[part] is JsonObject inner)
                    schema[part] = inner.DeepClone();
            return schema;
        }

        private static string TypeOf(Type type) =>
            type switch
            {
                _ when type == typeof(string) || FormatOf(type) is not null => "string",
                _ when type == typeof(bool) => "boolean",
                _ when type == typeof(int) || type == typeof(long) => "integer",
                _ when type == typeof(decimal) || type == typeof(double) => "number",
                _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) => "object",
                _ when type.IsArray || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)) => "array",
                _ => throw new NotSupportedException($"A message holds a {type}, which has no JSON Schema type in this tool."),
            };

        private static string? FormatOf(Type type) =>
            type == typeof(Guid) ? "uuid"
            : type == typeof(DateTimeOffset) ? "date-time"
            : type == typeof(DateOnly) ? "date"
            : null;
    }
}
