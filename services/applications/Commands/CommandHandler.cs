using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;
using Marten;
using NodaTime;

namespace FollowUp.Applications.Commands;

/// <summary>Handles a command, whichever way it came: HTTP, the bus and the pages call this, so none takes what another refuses.</summary>
public sealed class CommandHandler(ApplicationWriter writer, SchedulerClient scheduler, IDocumentStore store, TimeProvider time)
{
    public ApplicationWriter Writer => writer;
    public SchedulerClient Scheduler => scheduler;
    public IDocumentStore Store => store;
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Checks, then records.</summary>
    /// <param name="application">The application.</param>
    /// <param name="command">One of <see cref="Contracts.Commands"/>.</param>
    /// <param name="context">Who asks, and on which conditions.</param>
    /// <param name="ct">Ends the attempt.</param>
    public Task<CommandResult> Handle(Guid application, object command, CommandContext context, CancellationToken ct) =>
        ApplicationCommands.Of(command).Handle(application, command, context, this, ct);
}

/// <summary>Who commands, and on which conditions.</summary>
/// <param name="Zone">The caller's time zone, which tells the day where no time is given; UTC unless said.</param>
/// <param name="Written">The JSON as it was sent, where a null in it differs from a property that is left out.</param>
/// <param name="IdIsDerived">Whether the application's id follows from the idempotency key: what has the id was made by this
/// request.</param>
public sealed record CommandContext(
    Caller Caller,
    IfMatch? IfMatch = null,
    IdempotencyKey? IdempotencyKey = null,
    string? Correlation = null,
    string? Causation = null,
    DateTimeZone? Zone = null,
    JsonElement? Written = null,
    bool IdIsDerived = false
)
{
    /// <summary>What its events say of the caller.</summary>
    internal EventOrigin Origin() => EventOrigin.Of(Caller.Name, Correlation, Causation, Caller.Principal);

    /// <summary>This moment on the caller's clock.</summary>
    public DateTimeOffset Here(DateTimeOffset now) =>
        Zone is null ? now : now.ToOffset(Zone.GetUtcOffset(Instant.FromDateTimeOffset(now)).ToTimeSpan());
}

/// <summary>What is answered to a command.</summary>
public sealed record CommandResult(int Status, long Version, string? Location = null, object? Body = null);

/// <summary>How a request's headers become conditions, and an answer becomes a response.</summary>
public static class HttpCommands
{
    /// <summary>What the request's headers ask.</summary>
    /// <param name="http">The request.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="command">What is asked, for the fingerprint that a repeated idempotency key must match.</param>
    /// <param name="written">The JSON as it was sent, where that matters.</param>
    public static CommandContext ContextFor(this HttpContext http, Caller caller, object? command, JsonElement? written = null) =>
        new(
            caller,
            IfMatch.Read(http.Request.Headers.IfMatch),
            IdempotencyKey.Of(http.Request, command, caller.Principal),
            http.Request.CorrelationId(),
            Written: written,
            IdIsDerived: http.GetRouteValue("id") is null
        );

    public static IResult ToResult(this CommandResult answer, HttpContext http)
    {
        http.Response.Headers.ETag = EntityTags.Of(answer.Version);
        if (answer.Location is { } location)
            http.Response.Headers.Location = location;
        return answer.Body is null
            ? TypedResults.StatusCode(answer.Status)
            : TypedResults.Json(answer.Body, Json.Lenient, statusCode: answer.Status);
    }
}
