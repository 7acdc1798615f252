using System.Text.Json.Nodes;

namespace FollowUp.Contracts.Tool;

/// <summary>
/// Decides whether the current contracts keep the released ones. A reader of our messages must find everything that was there before, and
/// nothing new in it; a sender of messages to us must not be refused. So the same change can be compatible in one direction and breaking in
/// the other.
/// </summary>
public static class Compatibility
{
    private static readonly HashSet<string> Annotations = new(StringComparer.Ordinal)
    {
        "$schema",
        "$defs",
        "$comment",
        "title",
        "description",
        "examples",
        "default",
    };
    private static readonly HashSet<string> Judged = new(StringComparer.Ordinal)
    {
        "$ref",
        "type",
        "const",
        "enum",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "anyOf",
    };
    private static readonly string[] Limits =
    [
        "format",
        "pattern",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "uniqueItems",
    ];

    /// <summary>The breaking changes, as sentences.</summary>
    /// <param name="released">The released contracts by message, as <see cref="Artefacts.Release"/> wrote them.</param>
    /// <param name="current">The current contracts.</param>
    public static IReadOnlyList<string> Breaks(JsonObject released, JsonObject current)
    {
        var breaks = new List<string>();
        foreach (var (name, was) in released)
        {
            if (current[name] is not { } now)
            {
                breaks.Add($"{name}: the message is gone.");
                continue;
            }
            if (Text(was, "kind") != Text(now, "kind"))
                breaks.Add($"{name}: it was a {Text(was, "kind")} and is a {Text(now, "kind")}.");
            if (Text(was, "address") != Text(now, "address"))
                breaks.Add($"{name}: it went to {Text(was, "address")} and goes to {Text(now, "address")}.");
            breaks.AddRange(
                Breaks(was!["schema"]!.AsObject(), now["schema"]!.AsObject(), isTaken: Text(was, "kind") == nameof(Kind.Command))
                    .Select(x => $"{name}: {x}")
            );
        }
        return breaks;
    }

    /// <summary>The breaking changes between two schemas of a message, as sentences.</summary>
    /// <param name="was">The released schema.</param>
    /// <param name="now">The current schema.</param>
    /// <param name="isTaken">Whether others send the message and FollowUp receives it; otherwise FollowUp sends it.</param>
    public static IReadOnlyList<string> Breaks(JsonObject was, JsonObject now, bool isTaken)
    {
        var breaks = new List<string>();
        new Comparison(was, now, isTaken, breaks).Compare("", was, now);
        return breaks;
    }

    private static string? Text(JsonNode? node, string name) => node?[name]?.GetValue<string>();

    private sealed class Comparison(JsonObject wasRoot, JsonObject nowRoot, bool isTaken, List<string> breaks)
    {
        private readonly HashSet<(string?, string?)> _seen = [];

        public void Compare(string path, JsonObject wasHere, JsonObject nowHere)
        {
            if (wasHere["$ref"] is not null && nowHere["$ref"] is not null && !_seen.Add((Text(wasHere, "$ref"), Text(nowHere, "$ref"))))
                return;
            var (was, wasNull) = Resolve(wasRoot, wasHere);
            var (now, nowNull) = Resolve(nowRoot, nowHere);
            if (isTaken ? wasNull && !nowNull : nowNull && !wasNull)
                Report(path, isTaken ? "may no longer be null" : "may now be null");
            Types(path, was, now);
            Values(path, was, now);
            foreach (var limit in Limits)
            {
                var (wide, narrow) = isTaken ? (was, now) : (now, was);
                if (narrow[limit] is { } set && !JsonNode.DeepEquals(set, wide[limit]))
                    Report(path, $"{limit} was {JsonOf(was[limit])} and is {JsonOf(now[limit])}");
            }
            Properties(path, was, now);
            if (was["items"] is JsonObject wasItems && now["items"] is JsonObject nowItems)
                Compare($"{path}[]", wasItems, nowItems);
            else if (was["items"] is not null || now["items"] is not null)
                Report(path, "has other items");
            foreach (
                var keyword in was.Concat(now)
                    .Select(x => x.Key)
                    .Distinct()
                    .Where(x => !Annotations.Contains(x) && !Judged.Contains(x) && !Limits.Contains(x))
            )
                if (!JsonNode.DeepEquals(was[keyword], now[keyword]))
                    Report(path, $"{keyword} changed, and the tool has no rule that tells whether that breaks readers or senders");
        }

        private void Types(string path, JsonObject was, JsonObject now)
        {
            var (before, after) = (TypesOf(was), TypesOf(now));
            if (!before.SetEquals(after))
                Report(path, $"was {string.Join(" or ", before.Order())} and is {string.Join(" or ", after.Order())}");
        }

        private void Values(string path, JsonObject was, JsonObject now)
        {
            var (before, after) = (ValuesOf(was), ValuesOf(now));
            if (before is null && after is null)
                return;
            if (before is null)
            {
                if (isTaken)
                    Report(path, "now takes only some values");
                return;
            }
            if (after is null)
            {
                if (!isTaken)
                    Report(path, "may now be anything");
                return;
            }
            foreach (var value in before.Except(after))
                Report(path, $"{value} is gone");
            if (was["const"] is not null && !isTaken)
                foreach (var value in after.Except(before))
                    Report(path, $"was always {before[0]} and may now be {value}");
        }

        private void Properties(string path, JsonObject was, JsonObject now)
        {
            var (before, after) = (was["properties"] as JsonObject ?? [], now["properties"] as JsonObject ?? []);
            var (hadToBe, hasToBe) = (Names(was), Names(now));
            foreach (var (name, property) in before)
            {
                if (after[name] is JsonObject still)
                    Compare($"{path}/{name}", property!.AsObject(), still);
                else
                    Report($"{path}/{name}", "is gone");
            }
            foreach (var name in isTaken ? hasToBe.Except(hadToBe) : hadToBe.Except(hasToBe).Where(after.ContainsKey))
                Report($"{path}/{name}", isTaken ? "must now be there" : "need no longer be there");
            switch (was["additionalProperties"], now["additionalProperties"])
            {
                case (JsonObject x, JsonObject y):
                    Compare($"{path}/*", x, y);
                    break;
                case (var x, var y) when JsonNode.DeepEquals(x, y):
                    break;
                case (_, JsonValue y) when isTaken && y.GetValueKind() == System.Text.Json.JsonValueKind.True:
                    break;
                case (JsonValue x, null) when isTaken && x.GetValueKind() == System.Text.Json.JsonValueKind.False:
                    break;
                case (null or JsonValue, var y):
                    Report(path, $"additionalProperties are now {JsonOf(y)}");
                    break;
                default:
                    Report(path, "has other additionalProperties");
                    break;
            }
        }

        private void Report(string path, string what) => breaks.Add($"{(path.Length == 0 ? "it" : path[1..])} {what}.");

        private static string JsonOf(JsonNode? node) => node?.ToJsonString() ?? "absent";

        private static HashSet<string> Names(JsonObject schema) =>
            [.. (schema["required"] as JsonArray ?? []).Select(x => x!.GetValue<string>())];

        private static HashSet<string> TypesOf(JsonObject schema) =>
            schema["type"] switch
            {
                JsonArray some => [.. some.Select(x => x!.GetValue<string>()).Where(x => x != "null")],
                JsonValue one => [one.GetValue<string>()],
                _ =>
                [
                    .. (schema["const"] is { } value ? (IEnumerable<JsonNode?>)[value] : schema["enum"] as JsonArray ?? []).Select(x =>
                        x!.GetValueKind().ToString().ToLowerInvariant()
                    ),
                ],
            };

        private static List<string>? ValuesOf(JsonObject schema) =>
            schema["const"] is { } one ? [one.ToJsonString()] : (schema["enum"] as JsonArray)?.Select(x => JsonOf(x)).ToList();

        // A schema with its references resolved, and whether it also allows null.
        private static (JsonObject Schema, bool MayBeNull) Resolve(JsonObject root, JsonObject schema)
        {
            if (Text(schema, "$ref") is { } reference)
                return Resolve(root, root["$defs"]![reference["#/$defs/".Length..]]!.AsObject());
            if (
                schema["anyOf"] is JsonArray { Count: 2 } either
                && either.SingleOrDefault(x => x?["type"] is JsonValue type && type.GetValue<string>() == "null") is { } none
            )
                return (Resolve(root, either.Single(x => x != none)!.AsObject()).Schema, true);
            if (schema["anyOf"] is not null)
                throw new NotSupportedException("Only anyOf something and null is understood.");
            return (schema, schema["type"] is JsonArray types && types.Any(x => x!.GetValue<string>() == "null"));
        }
    }
}
