using System.Text.Json;
using System.Text.Json.Nodes;
using FollowUp.Applications.Publishing;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.Http;

namespace FollowUp.Applications.Commands;

/// <summary>Something was learned since: a JSON merge patch over employer, posting and approach.</summary>
internal static class AmendApplicationHandler
{
    public static CommandDefinition<AmendApplication> Definition { get; } =
        new()
        {
            Routes = [new MergePatchRoute()],
            Summary = "Something was learned since (JSON merge patch over employer, posting and approach).",
            Checks = (_, _, _) => { }, // what is checked is the application as the patch leaves it
            Action = Handle,
        };

    private static Task<CommandResult> Handle(
        Guid id,
        AmendApplication command,
        CommandContext context,
        CommandHandler handler,
        CancellationToken ct
    )
    {
        var patch = context.Written ?? JsonSerializer.SerializeToElement(command, Json.Lenient);
        return handler.Writer.Append(id, context, state => Decide(state, patch, handler.Now), ct);
    }

    /// <summary>Patches what the application says now, and decides on the outcome.</summary>
    internal static object[] Decide(JobApplication application, JsonElement patch, DateTimeOffset now)
    {
        application.MustBeOpen();
        var before = new Amendable(ContractMapper.Of(application.Employer), ContractMapper.Of(application.Posting), application.Approach);
        var patched = MergePatch(JsonSerializer.SerializeToNode(before, Json.Strict), JsonNode.Parse(patch.GetRawText()));
        var after = patched!.Deserialize<Amendable>(Json.Strict)!;
        var checks = new InputChecks();
        after.Employer.Check(checks, "employer");
        after.Posting.Check(checks, "posting");
        checks.Refuse();
        return application.Amend(Company.Of(after.Employer), Advertisement.Of(after.Posting), after.Approach, now);
    }

    // RFC 7396, which System.Text.Json has not.
    private static JsonNode? MergePatch(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
            return patch?.DeepClone();
        var result = target is JsonObject before ? (JsonObject)before.DeepClone() : [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
                result.Remove(name);
            else
                result[name] = MergePatch(result[name], value);
        }
        return result;
    }

    /// <summary>What of an application may be amended.</summary>
    private sealed record Amendable(Employer Employer, Posting Posting, Approach Approach = Approach.Direct);

    /// <summary>A merge patch must go on as it was written: a null in it takes something away.</summary>
    private sealed class MergePatchRoute() : CommandRoute<AmendApplication>("PATCH", "/applications/{id}")
    {
        public override RouteHandlerBuilder Map(IEndpointRouteBuilder app, CommandEndpoint<AmendApplication> endpoint) =>
            app.MapPatch(
                    Pattern,
                    (Guid id, JsonElement patch, Platform.Security.Caller caller, HttpContext http, CancellationToken ct) =>
                        endpoint(new(id, Read(patch), caller, http, patch), ct)
                )
                .Accepts<AmendApplication>("application/merge-patch+json", "application/json");

        private static AmendApplication Read(JsonElement patch)
        {
            if (patch.ValueKind != JsonValueKind.Object)
                throw RefusedException.BadInput(
                    "$",
                    "A merge patch must be an object, as { \"employer\": { \"hiringProcess\": \"outsourced\" } }."
                );
            if (!IsText(patch))
                throw new RefusedException("malformedJson", "The JSON must be UTF-8.");
            return patch.Deserialize<AmendApplication>(Json.Strict)!;
        }

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
}
