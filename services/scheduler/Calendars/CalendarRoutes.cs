using System.Text;
using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;

namespace FollowUp.Scheduler.Calendars;

/// <summary>The routes of the calendars that show the agenda in people's own calendar programs.</summary>
internal static class CalendarRoutes
{
    /// <summary>The body of a new calendar.</summary>
    /// <param name="Candidate">The candidate whose follow-ups the calendar shows; null for the whole team's.</param>
    /// <param name="Interviews">Whether it shows interviews too.</param>
    /// <param name="Names">Whether it shows candidates' names instead of their references.</param>
    public sealed record CalendarBody(string Name, string? Candidate = null, bool Interviews = false, bool Names = true);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost(
                "/calendars",
                async (CalendarBody body, Caller caller, CalendarService calendars, CancellationToken ct) =>
                    TypedResults.Json(
                        await calendars.Make(
                            caller.Team,
                            caller.Name,
                            new(body.Name, body.Candidate, Interviews: body.Interviews, Names: body.Names),
                            ct
                        ),
                        Json.Lenient,
                        statusCode: 201
                    )
            )
            .RequireScope(Scopes.Claim)
            .Describe(
                "Make a calendar to subscribe to, of one candidate's follow-ups or the team's. Its address is shown only now.",
                typeof(MadeCalendar)
            );

        app.MapGet(
                "/calendars",
                async (Caller caller, CalendarService calendars, CancellationToken ct) =>
                    TypedResults.Json(new Page<CalendarItem>(await calendars.All(caller.Team, ct), null), Json.Lenient)
            )
            .RequireScope(Scopes.Read)
            .Describe("The team's calendars, without their addresses.", typeof(Page<CalendarItem>));

        app.MapDelete(
                "/calendars/{id:guid}",
                async (Guid id, Caller caller, CalendarService calendars, CancellationToken ct) =>
                {
                    await calendars.Revoke(caller.Team, id, ct);
                    return TypedResults.NoContent();
                }
            )
            .RequireScope(Scopes.Claim)
            .Describe("Revoke a calendar: its address shows nothing any more.");

        app.MapGet(
                "/calendars/{token}.ics",
                async (string token, CalendarFeeds feeds, CalendarNames names, HttpContext http, CancellationToken ct) =>
                {
                    var feed =
                        await feeds.Find(token, ct)
                        ?? throw new RefusedException("unknownCalendar", "There is no such calendar, or it was revoked.");
                    var (slots, interviews) = (await feeds.Slots(feed, ct), await feeds.Interviews(feed, ct));
                    var known = await names.Of(feed, slots.Concat(interviews).Select(x => x.Slot.Candidate), ct);
                    var text = Encoding.UTF8.GetBytes(AgendaCalendar.Of(feed.Name, slots, interviews, known));
                    http.Response.Headers.CacheControl = "private, max-age=60";
                    return EntityTags.Answer(http, EntityTags.Of(text), TypedResults.Text(text, "text/calendar; charset=utf-8"));
                }
            )
            .AllowAnonymous()
            .Describe("The agenda as an iCalendar (RFC 5545). The address is the secret.")
            .DescribeConditional();
    }
}
