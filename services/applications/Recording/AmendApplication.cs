using System.Text.Json;
using FollowUp.Hosting;
using FollowUp.Hosting.Keys;

namespace FollowUp.Applications.Recording;

/// <summary>Something was learned since: a JSON merge patch over employer, posting and approach.</summary>
public sealed record AmendApplication(JsonElement Patch, DateTimeOffset At)
{
    internal static void Map(IEndpointRouteBuilder app) => app.MapPatch("/applications/{id}",
        async (Guid id, JsonElement patch, Caller caller, HttpContext http, Recorder recorder, TimeProvider time, CancellationToken ct) =>
        {
            if (patch.ValueKind != JsonValueKind.Object) throw RefusedException.BadInput("$", "A merge patch must be an object, as { \"employer\": { \"hiringProcess\": \"outsourced\" } }.");
            if (!IsText(patch)) throw new RefusedException("malformedJson", "The JSON must be UTF-8.", 400);
            var amend = new AmendApplication(patch, time.GetUtcNow());
            return (await recorder.Record(id, http.ConditionsFor(caller, patch), application => application.Decide(amend), (_, _, version) => new(204, version), ct: ct)).ToResult(http);
        }).RequireScope(Scopes.Record).Accepts<JsonElement>("application/merge-patch+json", "application/json").Described("Something was learned since (JSON merge patch over employer, posting and approach).");

    // Texts inside a JsonElement are decoded when they are read, not when it is parsed.
    private static bool IsText(JsonElement element)
    {
        try
        {
            return element.GetRawText() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
