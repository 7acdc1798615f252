using System.Text.Json;
using System.Text.Json.Serialization;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;

namespace FollowUp.Applications.Pages.Pipeline.Steps;

/// <summary>What a form shows whole is sent whole: what was emptied is taken away, and a merge patch says that by a null.</summary>
internal static class Amending
{
    private static readonly JsonSerializerOptions WithNulls = new(Json.Lenient) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    /// <summary>The merge patch of a form: a part that the form doesn't show is left out, and the parts that it shows are whole.</summary>
    public static JsonElement Patch(AmendApplication command)
    {
        var patch = JsonSerializer.SerializeToNode(command, WithNulls)!.AsObject();
        foreach (var part in patch.Where(x => x.Value is null).ToArray())
            patch.Remove(part.Key);
        return patch.Deserialize<JsonElement>();
    }

    public static string Given(Form form, string name) => form.Text(name) ?? throw RefusedException.BadInput(name, "It must not be blank.");
}
