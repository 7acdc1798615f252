using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using FollowUp.Applications.Queries;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;

namespace FollowUp.Applications.Pages.Pipeline.Forms;

/// <summary>
/// Makes a merge patch of an amendment form. The form sends all its fields: an emptied field becomes null, which removes the value.
/// </summary>
internal static class AmendmentPatch
{
    private static readonly JsonSerializerOptions WithNulls = new(Json.Lenient) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    /// <summary>The merge patch: parts that the form doesn't show are omitted, and parts that it shows are complete.</summary>
    public static JsonElement Of(AmendApplication command)
    {
        var patch = JsonSerializer.SerializeToNode(command, WithNulls)!.AsObject();
        foreach (var part in patch.Where(x => x.Value is null).ToArray())
            patch.Remove(part.Key);
        return patch.Deserialize<JsonElement>();
    }

    /// <summary>
    /// The merge patch without what it says of values that stay as they are: what is recorded late was known earlier, and nothing is said
    /// of what else was known then.
    /// </summary>
    public static JsonElement Of(AmendApplication command, GetApplication.Detail known)
    {
        var patch = JsonObject.Create(Of(command))!;
        var posting = known.Posting with { Instructions = known.Posting.Instructions ?? new() };
        Prune(
            patch,
            JsonSerializer
                .SerializeToNode(
                    new
                    {
                        known.Employer,
                        Posting = posting,
                        known.Approach,
                    },
                    WithNulls
                )!
                .AsObject()
        );
        return patch.Deserialize<JsonElement>();
    }

    private static void Prune(JsonObject patch, JsonObject known)
    {
        foreach (var (name, value) in patch.ToArray())
            if (!known.TryGetPropertyValue(name, out var before))
                continue;
            else if ((value, before) is (JsonObject some, JsonObject all))
                Prune(some, all);
            else if (JsonNode.DeepEquals(value, before))
                patch.Remove(name);
    }

    public static string Required(Form form, string name) =>
        form.Text(name) ?? throw RefusedException.BadInput(name, "It must not be blank.");
}
