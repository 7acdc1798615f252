using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Hosting;
using FollowUp.Hosting.Keys;
using FollowUp.Scheduler.Clock;
using FollowUp.Scheduler.Policies;

namespace FollowUp.Scheduler.Governing;

/// <summary>The team's policy: read, replaced as a whole, tried out before.</summary>
internal static class PolicyRoutes
{
    /// <summary>A version, and who made it when; nobody made the first.</summary>
    public sealed record VersionItem(int Version, string? ChangedBy, DateTimeOffset? ChangedAt);

    /// <summary>How far planning anew is after the last change.</summary>
    /// <param name="Version">The policy's version.</param>
    /// <param name="Open">How many applications had something open when it was changed.</param>
    /// <param name="Remaining">How many of those an older version planned still.</param>
    public sealed record Progress(int Version, long Open, long Remaining);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/policy", async (int? version, Caller caller, PolicyOfTeam policies, HttpContext http, CancellationToken ct) =>
        {
            var policy = version is { } n
                ? await policies.Version(caller.Team, n, ct) ?? throw RefusedException.NotFound("unknownVersion", "Your team's policy had no such version.")
                : (await policies.Find(caller.Team, ct)).Policy;
            http.Response.Headers.ETag = $"\"{policy.Policy.Version}\"";
            return TypedResults.Json(policy.Policy, Json.Lenient);
        }).RequireScope(Scopes.Read).Described("The team's policy, or one of the versions it had.", typeof(Policy));

        app.MapGet("/policy/versions", async (Caller caller, PolicyOfTeam policies, CancellationToken ct) =>
            TypedResults.Json(new Page<VersionItem>([.. (await policies.History(caller.Team, ct)).Select(x => new VersionItem(x.Policy.Version, x.ChangedBy, x.ChangedAt?.ToUniversalTime()))], null), Json.Lenient))
            .RequireScope(Scopes.Read).Described("Every version of the team's policy, and who made it when.", typeof(Page<VersionItem>));

        app.MapGet("/policy/replanning", async (Caller caller, PolicyOfTeam policies, CancellationToken ct) =>
        {
            var policy = await policies.Find(caller.Team, ct);
            return TypedResults.Json(new Progress(policy.Version, policy.OpenThen, await policies.Open(caller.Team, ct, policy.Version)), Json.Lenient);
        }).RequireScope(Scopes.Read).Described("How far planning anew is after the last change of the policy.", typeof(Progress));

        app.MapPut("/policy", async (JsonElement body, Caller caller, PolicyOfTeam policies, Replanning replanning, StoreClock clock, HttpContext http, CancellationToken ct) =>
        {
            var change = new ChangePolicy(Read(body), Instead(body, http), caller.Name, await clock.Now(ct));
            var after = await policies.Change(caller.Team, caller.Name, _ => change, ct);
            replanning.Begin();
            http.Response.Headers.ETag = $"\"{after.Version}\"";
            return TypedResults.NoContent();
        }).RequireScope(Scopes.Admin).Accepts<Policy>("application/json").Described("Replace the team's policy as a whole. What is open is planned anew in the background: see /policy/replanning.");

        app.MapPut("/policy/holidays/{region}", async (string region, bool? dryRun, Caller caller, PolicyOfTeam policies, Replanning replanning, StoreClock clock, HttpRequest request, CancellationToken ct) =>
        {
            var now = await clock.Now(ct);
            var days = HolidayFeed.Read(await Feed(request, ct), DateOnly.FromDateTime(now.UtcDateTime));
            if (dryRun is not true) await Change(policies, replanning, caller, now, x => x with { Holidays = x.Holidays.ToImmutableSortedDictionary(StringComparer.Ordinal).SetItem(region, days) }, ct);
            return TypedResults.Json(new Page<Holiday>(days, null), Json.Lenient);
        }).RequireScope(Scopes.Admin).Accepts<string>("text/calendar").Described("Take the holidays of a country or region (DE, DE-BY) from an iCalendar feed, instead of those that the policy has for it. With dryRun=true it only shows them.", typeof(Page<Holiday>));

        app.MapDelete("/policy/holidays/{region}", async (string region, Caller caller, PolicyOfTeam policies, Replanning replanning, StoreClock clock, CancellationToken ct) =>
        {
            await Change(policies, replanning, caller, await clock.Now(ct), x => x with { Holidays = x.Holidays.ToImmutableSortedDictionary(StringComparer.Ordinal).Remove(region) }, ct);
            return TypedResults.NoContent();
        }).RequireScope(Scopes.Admin).Described("Forget the holidays that the policy has for a country or region.");

        app.MapPost("/policy/preview", async (JsonElement body, string? after, int? limit, Caller caller, PolicyPreview preview, CancellationToken ct) =>
            TypedResults.Json(await preview.Of(caller.Team, Read(body), after, Cursor.Limit(limit), ct), Json.Lenient))
            .RequireScope(Scopes.Read).Accepts<Policy>("application/json").Described("What would move, be withheld or be released if the policy were this one. Nothing changes.", typeof(PolicyPreview.Answer));
    }

    private static async Task Change(PolicyOfTeam policies, Replanning replanning, Caller caller, DateTimeOffset now, Func<Policy, Policy> change, CancellationToken ct)
    {
        await policies.Change(caller.Team, caller.Name, before => new(Checked(change(before)), null, caller.Name, now), ct);
        replanning.Begin();
    }

    private static async Task<string> Feed(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentType?.Split(';')[0].Trim() != "text/calendar") throw new RefusedException("wrongContentType", "Send the feed as text/calendar.", 415);
        using var reader = new StreamReader(request.Body);
        return await reader.ReadToEndAsync(ct);
    }

    private static Policy Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object) throw RefusedException.BadInput("$", "A policy must be an object, as GET /policy shows it.");
        return Checked(body.Deserialize<Policy>(Json.Strict)!);
    }

    private static Policy Checked(Policy policy)
    {
        PolicyChecks.Refuse(policy);
        return policy;
    }

    private static int? Instead(JsonElement body, HttpContext http)
    {
        if (http.Request.Headers.IfMatch.ToString() is { Length: > 0 } match)
            return int.TryParse(match.Trim().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : throw RefusedException.BadInput("If-Match", "It must be the ETag of GET /policy.");
        return body.TryGetProperty("version", out var said) && said.ValueKind == JsonValueKind.Number && said.TryGetInt32(out var instead) ? instead : null;
    }
}
