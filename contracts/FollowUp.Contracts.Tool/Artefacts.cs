using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FollowUp.Contracts.Tool;

/// <summary>The files under <c>contracts/</c> that are written from the records.</summary>
public static class Artefacts
{
    /// <summary>What was released, by message. It only grows, and only by <c>./followup contracts --release</c>.</summary>
    public const string Released = "released.json";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>What is to be checked in: content by path below <c>contracts/</c>.</summary>
    public static IReadOnlyDictionary<string, string> Generate()
    {
        var files = Messages.All.ToDictionary(x => $"schemas/{x.Key}.json", x => Text(Schemas.Of(x)), StringComparer.Ordinal);
        files["asyncapi.yaml"] = Yaml.Write(AsyncApi.Document());
        return files;
    }

    /// <summary>What there is now, as a release keeps it: all that others rely on, and nothing that may be put in better words.</summary>
    public static JsonObject Current()
    {
        var current = new JsonObject();
        foreach (var message in Messages.All.OrderBy(x => x.Key, StringComparer.Ordinal))
            current[message.Key] = new JsonObject
            {
                ["kind"] = message.Kind.ToString(),
                ["address"] = message.Address,
                ["schema"] = Bare(Schemas.Of(message)),
            };
        return current;
    }

    /// <summary>Writes the files, and removes schemas of messages that are no more.</summary>
    /// <param name="folder"><c>contracts/</c>.</param>
    public static void Write(string folder)
    {
        var files = Generate();
        Directory.CreateDirectory(Path.Combine(folder, "schemas"));
        foreach (var (path, content) in files)
            File.WriteAllText(Path.Combine(folder, path), content);
        foreach (
            var stale in Directory
                .EnumerateFiles(Path.Combine(folder, "schemas"))
                .Where(x => !files.ContainsKey($"schemas/{Path.GetFileName(x)}"))
        )
            File.Delete(stale);
    }

    /// <summary>Makes what there is now the release that later changes are judged by.</summary>
    /// <param name="folder"><c>contracts/</c>.</param>
    /// <returns>What breaks the last release, in which case nothing was written.</returns>
    public static IReadOnlyList<string> Release(string folder)
    {
        var current = Current();
        var breaks = Compatibility.Breaks(LastRelease(folder), current);
        if (breaks.Count == 0)
            File.WriteAllText(Path.Combine(folder, Released), Text(current));
        return breaks;
    }

    /// <summary>What was released.</summary>
    /// <param name="folder"><c>contracts/</c>.</param>
    public static JsonObject LastRelease(string folder) =>
        File.Exists(Path.Combine(folder, Released)) ? JsonNode.Parse(File.ReadAllText(Path.Combine(folder, Released)))!.AsObject() : [];

    private static string Text(JsonObject json) => json.ToJsonString(Indented) + "\n";

    private static JsonObject Bare(JsonObject schema)
    {
        var bare = new JsonObject();
        foreach (var (keyword, said) in schema)
        {
            if (keyword is "$schema" or "title" or "description" or "examples" or "default")
                continue;
            bare[keyword] =
                keyword is "properties" or "$defs"
                    ? new JsonObject(said!.AsObject().Select(x => KeyValuePair.Create<string, JsonNode?>(x.Key, Bare(x.Value!.AsObject()))))
                : said is JsonObject inner ? Bare(inner)
                : said!.DeepClone();
        }
        return bare;
    }
}
