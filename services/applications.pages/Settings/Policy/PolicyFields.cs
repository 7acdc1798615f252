using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FollowUp.Contracts;
using FollowUp.Platform;

namespace FollowUp.Applications.Pages.Settings.Policy;

/// <summary>
/// A policy as the fields of a form. A field's name is its path in the policy's JSON. The Scheduler's checks use the same paths, so that an
/// error stands beside its field. Parts without a field, such as lists of holidays, keep the value of the policy that the form was made
/// from.
/// </summary>
internal static class PolicyFields
{
    private const int MaxRanges = 110; // more than a policy may have, so that the Scheduler refuses them

    public static ImmutableArray<string> RangeLists { get; } = ["daysOff", "quietDates"];
    private static readonly ImmutableArray<string> Numbers = ["silenceWait", "claimMinutes", "mostSnoozes", "contactSpacing.days"];
    private static readonly ImmutableArray<string> Caps = ["mostPerEmployerAWeek", "mostPerCandidateAWeek"];
    private static readonly ImmutableArray<string> Flags =
    [
        "requireContact",
        "noneBeforeInterview",
        "contactSpacing.refuse",
        "builtInHolidays",
    ];
    private static readonly ImmutableArray<string> Times = ["hours.from", "hours.to"];

    public static ImmutableArray<string> Channels { get; } =
    [.. Enum.GetValues<Channel>().Select(x => JsonNamingPolicy.CamelCase.ConvertName(x.ToString()))];

    /// <summary>The fields of a policy.</summary>
    public static IReadOnlyDictionary<string, string> Of(JsonObject policy)
    {
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in PolicySentences.Situations)
        {
            Put($"{row}.wait", $"{row}.window");
            Flag($"{row}.withhold");
            foreach (var (channel, i) in (policy[row]?["channels"] as JsonArray ?? []).Select((x, i) => (x, i)))
                fields[$"{row}.channels[{i}]"] = channel!.GetValue<string>();
        }

        Put([.. Numbers, .. Caps, .. Times, "defaultTimeZone"]);
        foreach (var flag in Flags)
            Flag(flag);
        foreach (var day in policy["workingDays"] as JsonArray ?? [])
            fields[$"workingDays.{day!.GetValue<string>()}"] = "true";
        foreach (var list in RangeLists)
        {
            foreach (var (range, i) in (policy[list] as JsonArray ?? []).Select((x, i) => (x, i)))
            {
                foreach (var part in (string[])["from", "to", "name"])
                    if (range?[part] is { } value)
                        fields[$"{list}[{i}].{part}"] = value.GetValue<string>();
            }
        }

        return fields;

        void Put(params IEnumerable<string> paths)
        {
            foreach (var path in paths)
                if (At(policy, path) is { } value)
                    fields[path] = value.ToString();
        }

        void Flag(string path)
        {
            if (At(policy, path)?.GetValue<bool>() is true)
                fields[path] = "true";
        }
    }

    /// <summary>The fields of a posted form, without blank fields and removed rows.</summary>
    public static IReadOnlyDictionary<string, string> Of(Form form)
    {
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in PolicySentences.Situations)
        {
            Take($"{row}.wait", $"{row}.window", $"{row}.withhold");
            foreach (
                var (channel, i) in Enumerable
                    .Range(0, Channels.Length)
                    .Select(i => form.Text($"{row}.channels[{i}]"))
                    .OfType<string>()
                    .Select((x, i) => (x, i))
            )
                fields[$"{row}.channels[{i}]"] = channel;
        }

        Take([.. Numbers, .. Caps, .. Times, .. Flags, "defaultTimeZone", .. PolicySentences.Week.Select(DayField)]);
        foreach (var list in RangeLists)
        {
            var count = 0;
            for (var i = 0; i < MaxRanges; i++)
            {
                string[] parts = [.. ((string[])["from", "to", "name"]).Where(x => form.Text($"{list}[{i}].{x}") is not null)];
                if (parts.Length == 0 || form.Flag($"{list}[{i}].remove"))
                    continue;
                foreach (var part in parts)
                    fields[$"{list}[{count}].{part}"] = form.Text($"{list}[{i}].{part}")!;
                count++;
            }
        }

        return fields;

        void Take(params IEnumerable<string> names)
        {
            foreach (var name in names)
                if (form.Text(name) is { } text)
                    fields[name] = text;
        }
    }

    /// <summary>The policy of the fields.</summary>
    /// <param name="fields">The fields of the form.</param>
    /// <param name="from">The policy that the form was made from, for parts without a field.</param>
    /// <param name="checks">Collects the values of the wrong type; their parts of the policy stay unchanged.</param>
    public static JsonObject ToPolicy(IReadOnlyDictionary<string, string> fields, JsonObject? from, InputChecks checks)
    {
        var policy = (JsonObject?)from?.DeepClone() ?? [];
        foreach (var row in PolicySentences.Situations)
        {
            Number($"{row}.wait");
            Number($"{row}.window");
            Put($"{row}.withhold", fields.ContainsKey($"{row}.withhold"));
            string[] channels =
            [
                .. Enumerable.Range(0, Channels.Length).Select(i => fields.GetValueOrDefault($"{row}.channels[{i}]")).OfType<string>(),
            ];
            if (channels.All(Channels.Contains))
                Put($"{row}.channels", Array(channels.Select(x => (JsonNode)JsonValue.Create(x))));
            else
                checks.That(false, $"{row}.channels", "It must be one of those offered.");
        }

        foreach (var path in Numbers)
            Number(path);
        foreach (var path in Caps)
        {
            if (fields.ContainsKey(path))
                Number(path);
            else
                policy.Remove(path);
        }

        foreach (var path in Flags)
            Put(path, fields.ContainsKey(path));
        foreach (var path in Times)
        {
            if (
                TimeOnly.TryParseExact(
                    fields.GetValueOrDefault(path),
                    ["HH:mm", "HH:mm:ss"],
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.None,
                    out _
                )
            )
                Put(path, fields[path]);
            else
                checks.That(false, path, MomentForms.TimeOfDay);
        }

        Put("defaultTimeZone", fields.GetValueOrDefault("defaultTimeZone") ?? "");
        Put(
            "workingDays",
            Array(Enum.GetValues<DayOfWeek>().Where(x => fields.ContainsKey(DayField(x))).Select(x => (JsonNode)JsonValue.Create(Word(x))))
        );
        foreach (var list in RangeLists)
            Put(list, Array(Ranges(list)));
        return policy;

        void Put(string path, JsonNode value)
        {
            if (path.Split('.') is not [var outer, var inner])
                policy[path] = value;
            else if (policy[outer] is JsonObject there)
                there[inner] = value;
            else
                policy[outer] = new JsonObject { [inner] = value };
        }

        void Number(string path)
        {
            if (int.TryParse(fields.GetValueOrDefault(path), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                Put(path, number);
            else
                checks.That(false, path, "It must be a whole number.");
        }

        IEnumerable<JsonNode> Ranges(string list)
        {
            for (var i = 0; Has(i); i++)
            {
                var range = new JsonObject();
                foreach (var part in (string[])["from", "to"])
                {
                    var text = fields.GetValueOrDefault($"{list}[{i}].{part}");
                    if (text is null && part == "to")
                        continue;
                    if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
                        range[part] = text;
                    else
                        checks.That(false, $"{list}[{i}].{part}", MomentForms.Date);
                }

                if (fields.GetValueOrDefault($"{list}[{i}].name") is { } name)
                    range["name"] = name;
                yield return range;
            }

            bool Has(int i) => ((string[])["from", "to", "name"]).Any(x => fields.ContainsKey($"{list}[{i}].{x}"));
        }
    }

    /// <summary>The number of rows in a list of date ranges.</summary>
    public static int RangesOf(IReadOnlyDictionary<string, string> fields, string list)
    {
        var count = 0;
        while (((string[])["from", "to", "name"]).Any(x => fields.ContainsKey($"{list}[{count}].{x}")))
            count++;
        return count;
    }

    /// <summary>A hash of the fields, to check that the saved policy is the one that was previewed.</summary>
    public static string Hash(IReadOnlyDictionary<string, string> fields) =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    string.Join('\n', fields.OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => $"{x.Key}={x.Value}"))
                )
            )
        )[..16];

    /// <summary>Whether two policies are equal, apart from their versions.</summary>
    public static bool IsSame(JsonObject a, JsonObject b)
    {
        var (left, right) = ((JsonObject)a.DeepClone(), (JsonObject)b.DeepClone());
        left.Remove("version");
        right.Remove("version");
        return JsonNode.DeepEquals(left, right);
    }

    /// <summary>The field of a day of the week.</summary>
    public static string DayField(DayOfWeek day) => $"workingDays.{Word(day)}";

    private static string Word(DayOfWeek day) => JsonNamingPolicy.CamelCase.ConvertName(day.ToString());

    private static JsonArray Array(IEnumerable<JsonNode> items) => [.. items];

    private static JsonNode? At(JsonObject policy, string path) =>
        path.Split('.') is [var outer, var inner] ? (policy[outer] as JsonObject)?[inner] : policy[path];
}
