using System.Text.Json.Nodes;

namespace FollowUp.EndToEnd.Bus;

/// <summary>Made-up messages, as a service would publish them.</summary>
internal static class Envelopes
{
    /// <summary>The event that an application was submitted, as JSON, after an optional change.</summary>
    public static string Submitted(Guid application, Action<JsonObject>? change = null)
    {
        var message = new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = Guid.NewGuid().ToString(),
            ["source"] = "/followup/applications",
            ["type"] = "followup.application.submitted.v1",
            ["subject"] = application.ToString(),
            ["time"] = DateTimeOffset.UtcNow.ToString("O", null),
            ["team"] = "default",
            ["sequence"] = "1",
            ["sequencetype"] = "Integer",
            ["datacontenttype"] = "application/json",
            ["data"] = new JsonObject
            {
                ["application"] = application.ToString(),
                ["candidate"] = "c-made-up",
                ["employer"] = new JsonObject { ["name"] = "Acme", ["hiringProcess"] = "unknown" },
                ["posting"] = new JsonObject { ["title"] = "Clerk" },
                ["approach"] = "direct",
                ["contacts"] = new JsonArray(),
                ["submittedAt"] = DateTimeOffset.UtcNow.ToString("O", null),
            },
        };
        change?.Invoke(message);
        return message.ToJsonString();
    }
}
