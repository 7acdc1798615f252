using System.Text.Json;
using System.Text.Json.Nodes;
using FollowUp.Contracts.Tool;

namespace FollowUp.Harness;

/// <summary>The checked-in schemas: the published contract of every message.</summary>
public static class Promise
{
    private static readonly Dictionary<string, Validation> Schemas = Directory
        .EnumerateFiles(Path.Combine(Repository.Contracts, "schemas"), "*.json")
        .ToDictionary(
            x => Path.GetFileNameWithoutExtension(x),
            x => Validation.By(JsonNode.Parse(File.ReadAllText(x))!),
            StringComparer.Ordinal
        );

    /// <summary>The differences between a message and its schema; empty when the message is valid.</summary>
    /// <param name="isPublished">Whether the message came over the exchange; otherwise it is the reply to a command.</param>
    public static IReadOnlyList<string> Broken(Message message, bool isPublished)
    {
        string type;
        try
        {
            type = message.Type;
        }
        catch (JsonException e)
        {
            return [$"It is not JSON: {e.Message}"];
        }
        return Schemas.TryGetValue(Messages.KeyOf(type, isPublished), out var schema)
            ? schema.Check(message.Text)
            : [$"There is no schema of a {Messages.KeyOf(type, isPublished)}."];
    }
}
