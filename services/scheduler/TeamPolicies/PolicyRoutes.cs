using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;
using FollowUp.Scheduler.Planning;

namespace FollowUp.Scheduler.TeamPolicies;

/// <summary>The routes of the team's policy: read it, replace it as a whole, preview a change.</summary>
internal static class PolicyRoutes
{
    /// <summary>The progress of replanning after the last change.</summary>
    /// <param name="Version">The policy's version.</param>
    /// <param name="Open">How many applications were open to replanning when the policy was changed.</param>
    /// <param name="Remaining">How many of those still have a plan by an older version.</param>
    public sealed record Progress(int Version, long Open, long Remaining);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(
                "/policy",
                async (int? version, Caller caller, TeamPolicyService policies, HttpContext http, CancellationToken ct) =>
                {
                    var policy = await policies.Read(caller.Team, version, ct);
                    return EntityTags.Answer(http, EntityTags.Of(policy.Policy.Version), TypedResults.Json(policy.Policy, Json.Lenient));
                }
            )
            .RequireScope(Scopes.Read)
            .Describe("The team's policy, or one of the versions it had.", typeof(Policy))
            .DescribeConditional();

        app.MapGet(
                "/policy/versions",
                async (Caller caller, TeamPolicyService policies, CancellationToken ct) =>
                    TypedResults.Json(new Page<PolicyVersion>(await policies.Versions(caller.Team, ct), null), Json.Lenient)
            )
            .RequireScope(Scopes.Read)
            .Describe("Every version of the team's policy, and who made it when.", typeof(Page<PolicyVersion>));

        app.MapGet(
                "/policy/replanning",
                async (Caller caller, TeamPolicyService policies, CancellationToken ct) =>
                {
                    var (version, open, remaining) = await policies.Progress(caller.Team, ct);
                    return TypedResults.Json(new Progress(version, open, remaining), Json.Lenient);
                }
            )
            .RequireScope(Scopes.Read)
            .Describe("The progress of replanning after the last change of the policy.", typeof(Progress));

        app.MapPut(
                "/policy",
                async (JsonElement body, Caller caller, TeamPolicyService policies, HttpContext http, CancellationToken ct) =>
                {
                    var after = await policies.Replace(caller.Team, caller.Name, body, IfMatch.Read(http.Request.Headers.IfMatch), ct);
                    http.Response.Headers.ETag = EntityTags.Of(after.Version);
                    return TypedResults.NoContent();
                }
            )
            .RequireScope(Scopes.Admin)
            .Accepts<Policy>("application/json")
            .Describe("Replace the team's policy as a whole. Open slots are replanned in the background: see /policy/replanning.")
            .WithDescription($"At most {PolicyChecks.MostBytes} bytes of JSON, as `GET /policy` writes it.");

        app.MapPut(
                "/policy/holidays/{region}",
                async (string region, bool? dryRun, Caller caller, TeamPolicyService policies, HttpRequest request, CancellationToken ct) =>
                    TypedResults.Json(
                        TakenHolidays.Of(
                            await policies.TakeHolidays(caller.Team, caller.Name, region, await Feed(request, ct), dryRun is true, ct)
                        ),
                        Json.Lenient
                    )
            )
            .RequireScope(Scopes.Admin)
            .Accepts<string>("text/calendar")
            .Describe(
                "Take the holidays of a country or region (DE, DE-BY) from an iCalendar feed, instead of those that the policy has for it. "
                    + "With dryRun=true it only shows them.",
                typeof(TakenHolidays)
            )
            .WithDescription(
                "Events that can't be read are left out, and named. The policy with them must not have more than "
                    + $"{PolicyChecks.MostBytes} bytes of JSON, as `GET /policy` writes it: "
                    + "enough for some 10,000 holidays, or 4,000 with names."
            );

        app.MapDelete(
                "/policy/holidays/{region}",
                async (string region, Caller caller, TeamPolicyService policies, CancellationToken ct) =>
                {
                    await policies.ForgetHolidays(caller.Team, caller.Name, region, ct);
                    return TypedResults.NoContent();
                }
            )
            .RequireScope(Scopes.Admin)
            .Describe("Forget the holidays that the policy has for a country or region.");

        app.MapPost(
                "/policy/preview",
                async (JsonElement body, string? after, int? limit, Caller caller, PolicyPreview preview, CancellationToken ct) =>
                    TypedResults.Json(
                        await preview.Of(caller.Team, TeamPolicyService.Read(body), after, Cursor.Limit(limit), ct),
                        Json.Lenient
                    )
            )
            .RequireScope(Scopes.Read)
            .Accepts<Policy>("application/json")
            .Describe("What would move, be withheld or be released if the policy were this one. Nothing changes.", typeof(PreviewAnswer));
    }

    private static async Task<string> Feed(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentType?.Split(';')[0].Trim() != "text/calendar")
            throw new RefusedException("wrongContentType", "Send the feed as text/calendar.");
        using var reader = new StreamReader(request.Body);
        return await reader.ReadToEndAsync(ct);
    }
}

/// <summary>The holidays that were taken from a feed.</summary>
/// <param name="Items">The holidays.</param>
/// <param name="LeftOut">The names of events that can't be read, and were left out.</param>
internal sealed record TakenHolidays(IReadOnlyList<Holiday> Items, IReadOnlyList<string> LeftOut)
{
    public static TakenHolidays Of(FeedHolidays read) => new(read.Days, read.LeftOut);
}
