using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FollowUp.Contracts.Tool;

/// <summary>The files under <c>contracts/</c> that are generated from the records.</summary>
public static class Artefacts
{
    /// <summary>The released contracts, by message. The file only grows, and only by <c>./followup contracts --release</c>.</summary>
    public const string Released = "released.json";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The generated files to commit: their content by path below <c>contracts/</c>.</summary>
    public static IReadOnlyDictionary<string, string> Generate()
    {
        var files = Messages.All.ToDictionary(x => $"schemas/{x.Key}.json", x => Text(Schemas.Of(x)), StringComparer.Ordinal);
        files["asyncapi.yaml"] = Yaml.Write(AsyncApi.Document());
        return files;
    }

    /// <summary>
    /// The current contracts in the form of a release: everything that others rely on, without descriptions, whose wording may change.
    /// </summary>
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

    /// <summary>Writes the files, and deletes the schemas of messages that no longer exist.</summary>
    /// <param name="folder">The folder <c>contracts/</c>.</param>
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

    /// <summary>Records the current contracts as the release that later changes must not break.</summary>
    /// <param name="folder">The folder <c>contracts/</c>.</param>
    /// <returns>The changes that break the last release; if there are any, no file is written.</returns>
    public static IReadOnlyList<string> Release(string folder)
    {
        var current = Current();
        var breaks = Compatibility.Breaks(LastRelease(folder), current);
        if (breaks.Count == 0)
            File.WriteAllText(Path.Combine(folder, Released), Text(current));
        return breaks;
    }

    /// <summary>Reads the last release.</summary>
    /// <param name="folder">The folder <c>contracts/</c>.</param>
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
