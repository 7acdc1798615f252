using System.Text.Json;
using System.Text.Json.Serialization;
using FollowUp.Applications.Commands;
using FollowUp.Contracts;
using FollowUp.Platform;

namespace FollowUp.Applications.Pages.Pipeline.Steps;

/// <summary>What a form shows whole is sent whole: what was emptied is taken away, and a merge patch says that by a null.</summary>
internal static class Amending
{
    private static readonly JsonSerializerOptions WithNulls = new(Json.Lenient) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    public static AmendApplication With<T>(T changes) => new(JsonSerializer.SerializeToElement(changes, WithNulls));

    public static string Given(Form form, string name) => form.Text(name) ?? throw RefusedException.BadInput(name, "It must not be blank.");
}
