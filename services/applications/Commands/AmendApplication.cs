using System.Text.Json;
using FollowUp.Applications.Candidates;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Commands;

/// <summary>Something was learned since: a JSON merge patch over employer, posting and approach.</summary>
public sealed record AmendApplication(JsonElement Patch, DateTimeOffset? At = null) : ICommand
{
    public void Check(InputChecks checks, DateTimeOffset now)
    {
        if (Patch.ValueKind != JsonValueKind.Object)
            throw RefusedException.BadInput(
                "$",
                "A merge patch must be an object, as { \"employer\": { \"hiringProcess\": \"outsourced\" } }."
            );
        if (!IsText(Patch))
            throw new RefusedException("malformedJson", "The JSON must be UTF-8.", 400);
    }

    public Task<CommandResult> Handle(Guid application, CommandContext conditions, CommandHandler with, CancellationToken ct)
    {
        var amend = this with { At = with.Now };
        return with.Recorder.Record(application, conditions, x => x.Decide(amend), (_, _, version) => new(204, version), ct: ct);
    }

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPatch(
                "/applications/{id}",
                (Guid id, JsonElement patch, Caller caller, HttpContext http, CommandHandler commanding, CancellationToken ct) =>
                    commanding.OverHttp(id, new AmendApplication(patch), caller, http, ct)
            )
            .RequireScope(Scopes.Record)
            .Accepts<JsonElement>("application/merge-patch+json", "application/json")
            .Describe("Something was learned since (JSON merge patch over employer, posting and approach).");

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
