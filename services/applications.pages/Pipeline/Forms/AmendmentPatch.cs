using System.Text.Json;
using System.Text.Json.Serialization;
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

    public static string Required(Form form, string name) =>
        form.Text(name) ?? throw RefusedException.BadInput(name, "It must not be blank.");
}
