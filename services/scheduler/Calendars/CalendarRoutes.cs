using System.Security.Cryptography;
using System.Text;
using FollowUp.Contracts;
using FollowUp.Hosting;
using FollowUp.Hosting.Keys;

namespace FollowUp.Scheduler.Calendars;

/// <summary>The agenda in people's own calendars.</summary>
internal static class CalendarRoutes
{
    /// <summary>The body of a new calendar.</summary>
    /// <param name="Candidate">Whose follow-ups it shows; the whole team's where nobody is named.</param>
    public sealed record CalendarBody(string Name, string? Candidate = null);

    /// <summary>A calendar, without its secret.</summary>
    public sealed record Item(Guid Id, string Name, string? Candidate, DateTimeOffset MadeAt, string MadeBy, DateTimeOffset? RevokedAt);

    /// <summary>A calendar that was made.</summary>
    /// <param name="Path">Where a calendar program subscribes, below this service's own address. Shown only now: whoever has it sees the calendar.</param>
    public sealed record Made(Guid Id, string Name, string? Candidate, string Path);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/calendars", async (CalendarBody body, Caller caller, CalendarFeeds feeds, CancellationToken ct) =>
        {
            new Checks().Text(body.Name, "name", 100).OptionalText(body.Candidate, "candidate", 100).Refuse();
            var (feed, token) = await feeds.Make(caller.Team, caller.Name, body.Name.Trim(), body.Candidate, ct);
            return TypedResults.Json(new Made(feed.Id, feed.Name, feed.Candidate, $"/calendars/{token}.ics"), Json.Lenient, statusCode: 201);
        }).RequireScope(Scopes.Claim).Described("Make a calendar to subscribe to, of one candidate's follow-ups or the team's. Its address is shown only now.", typeof(Made));

        app.MapGet("/calendars", async (Caller caller, CalendarFeeds feeds, CancellationToken ct) =>
            TypedResults.Json(new Page<Item>([.. (await feeds.All(caller.Team, ct)).Select(x => new Item(x.Id, x.Name, x.Candidate, x.MadeAt, x.MadeBy, x.RevokedAt))], null), Json.Lenient))
            .RequireScope(Scopes.Read).Described("The team's calendars, without their addresses.", typeof(Page<Item>));

        app.MapDelete("/calendars/{id:guid}", async (Guid id, Caller caller, CalendarFeeds feeds, CancellationToken ct) =>
        {
            await feeds.Revoke(caller.Team, id, ct);
            return TypedResults.NoContent();
        }).RequireScope(Scopes.Claim).Described("Revoke a calendar: its address shows nothing any more.");

        app.MapGet("/calendars/{token}.ics", async (string token, CalendarFeeds feeds, HttpContext http, CancellationToken ct) =>
        {
            var feed = await feeds.Find(token, ct) ?? throw RefusedException.NotFound("unknownCalendar", "There is no such calendar, or it was revoked.");
            var text = AgendaCalendar.Of(feed.Name, await feeds.Slots(feed, ct));
            var etag = $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32]}\"";
            (http.Response.Headers.ETag, http.Response.Headers.CacheControl) = (etag, "private, max-age=60");
            return http.Request.Headers.IfNoneMatch.Contains(etag) ? Results.StatusCode(304) : Results.Text(text, "text/calendar", Encoding.UTF8);
        }).AllowAnonymous().Described("The agenda as an iCalendar (RFC 5545). The address is the secret.");
    }
}
