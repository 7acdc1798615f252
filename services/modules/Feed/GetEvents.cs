using System.ComponentModel;
using System.Globalization;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace FollowUp.Modules.Feed;

/// <summary>The feed: a service's public events in order, page by page or as a live stream.</summary>
internal static class GetEvents
{
    public const string PositionHeader = "Position";
    private const int DefaultLimit = 200,
        MostLimit = 1000;
    private static readonly string[] Parameters = ["after", "limit", "type", "subject"];

    public static void MapEvents(this IEndpointRouteBuilder app) =>
        app.MapGet(
                "/events",
                async (
                    [Description(
                        "The Position of an earlier page, or the id of an event of the stream. Without it the feed starts with the first "
                            + "event; with 'latest' it starts now."
                    )]
                        string? after,
                    [Description("The largest number of events on a page: 1 to 1000, 200 by default. Not for the stream.")] int? limit,
                    [Description("Only events of these types, as followup.application.submitted.v1. Repeat the parameter, or use commas.")]
                    [FromQuery]
                        string[]? type,
                    [Description("Only events of this application.")] string? subject,
                    Caller caller,
                    HttpContext http,
                    EventFeed feed,
                    LiveFeed live,
                    CancellationToken ct
                ) =>
                {
                    if (
                        http.Request.Query.Keys.FirstOrDefault(x => !Parameters.Contains(x, StringComparer.OrdinalIgnoreCase)) is
                        { } unknown
                    )
                        throw RefusedException.BadInput(
                            unknown,
                            $"There is no such parameter here. The parameters are {string.Join(", ", Parameters)}."
                        );
                    var filter = new FeedFilter(Types(type, feed.Source), Subject(subject));
                    var streams = http
                        .Request.GetTypedHeaders()
                        .Accept.Any(x => x.MediaType.Equals(LiveFeed.MediaType, StringComparison.OrdinalIgnoreCase));
                    if (streams && limit is not null)
                        throw RefusedException.BadInput("limit", "A stream has no limit; it ends when you close it.");
                    var take = limit is null or (>= 1 and <= MostLimit)
                        ? limit ?? DefaultLimit
                        : throw RefusedException.BadInput("limit", $"It must lie between 1 and {MostLimit}.");
                    var last = http.Request.Headers["Last-Event-ID"].ToString();
                    var (text, field) = streams && last.Length > 0 ? (last, "Last-Event-ID") : (after, "after");
                    var position = await Start(text, field, feed, ct);
                    if (streams)
                    {
                        await live.Follow(http, caller, position, filter);
                        return (IResult)TypedResults.Empty;
                    }
                    var page = await feed.Page(caller.Team, position, filter, take, ct);
                    var next = Position.Write(await feed.Origin(ct), page.Position);
                    http.Response.Headers[PositionHeader] = next;
                    http.Response.Headers.CacheControl = "no-store";
                    if (page.HasMore)
                        http.Response.Headers.Link =
                            $"<{http.Request.PathBase}{http.Request.Path}{Query(next, limit, filter)}>; rel=\"next\"";
                    return TypedResults.Json(page.Events.Select(x => x.Event), Json.Lenient, CloudEvent.BatchMediaType);
                }
            )
            .RequireScope(Scopes.Read)
            .Describe("The feed: the public events of this service, the same as on the bus, in order.")
            .WithDescription(
                $"""
                Responds with a batch of CloudEvents (`{CloudEvent.BatchMediaType}`) in the order of the store; each is exactly the event on
                the bus. The header `{PositionHeader}` of every response, also of one without events, is the parameter `after` of the next
                request. While more events can be read at once, `Link` with `rel="next"` names the next page. A page may be empty and still
                have a next page, where many events don't match the filter. A page never skips an event whose transaction has yet to commit.
                A position is valid for the store that issued it. If that store was lost and rebuilt, the position is refused with 400
                `anotherStore`: then read from the start, and skip the events whose `id` you have seen.

                With `Accept: {LiveFeed.MediaType}` the response is a stream of server-sent events, which continues from history to live
                events without a gap or a repeat, and stays open: `id` is the position, `event` the type, `data` the CloudEvent.
                `Last-Event-ID` resumes the stream and takes precedence over `after`. The stream has a comment at least every 15 seconds.
                """
            )
            .Produces<CloudEvent[]>(200, CloudEvent.BatchMediaType, LiveFeed.MediaType);

    private static async Task<long> Start(string? text, string field, EventFeed feed, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(text))
            return 0;
        var position = text == Position.Latest ? (long?)null : Position.Read(text, await feed.Origin(ct), field);
        var (mark, last) = await feed.End(ct);
        return position switch
        {
            null => mark,
            var x when x > last => throw Position.Ahead(field),
            var x => x.Value,
        };
    }

    private static HashSet<string> Types(string[]? asked, string source)
    {
        var published = source == Catalogue.Applications ? Catalogue.ApplicationEvents.Values : Catalogue.SchedulerEvents.Values;
        var types = (asked ?? [])
            .SelectMany(x => x.Split(',', StringSplitOptions.TrimEntries))
            .Where(x => x.Length > 0)
            .ToHashSet(StringComparer.Ordinal);
        if (types.FirstOrDefault(x => !published.Contains(x)) is { } unknown)
            throw RefusedException.BadInput(
                "type",
                Catalogue.Find(unknown) is null || unknown == Catalogue.Rejected
                    ? $"There is no event type '{(unknown.Length > 100 ? unknown[..100] + "…" : unknown)}'. "
                        + $"It must be one of {string.Join(", ", published.Order(StringComparer.Ordinal))}."
                    : $"{unknown} isn't an event of this service."
            );
        return types;
    }

    private static Guid? Subject(string? text) =>
        string.IsNullOrEmpty(text) ? null
        : Guid.TryParse(text, out var id) ? id
        : throw RefusedException.BadInput("subject", "It must be an application's id, a UUID.");

    private static string Query(string after, int? limit, FeedFilter filter)
    {
        var query = new QueryBuilder { { "after", after } };
        if (limit is { } most)
            query.Add("limit", most.ToString(CultureInfo.InvariantCulture));
        query.Add("type", filter.Types);
        if (filter.Subject is { } subject)
            query.Add("subject", subject.ToString());
        return query.ToString();
    }
}
