using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FollowUp.Contracts;
using FollowUp.Platform.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;

namespace FollowUp.Platform.Http;

/// <summary>A command that an HTTP request carries.</summary>
/// <typeparam name="TCommand">The contract's record.</typeparam>
/// <param name="Application">The application's id.</param>
/// <param name="Command">The command.</param>
/// <param name="Caller">Who sends it.</param>
/// <param name="Http">The request.</param>
/// <param name="Written">The JSON as it was sent, where a null in it differs from a property that is left out.</param>
public sealed record CommandRequest<TCommand>(
    Guid Application,
    TCommand Command,
    Caller Caller,
    HttpContext Http,
    JsonElement? Written = null
);

/// <summary>Handles a command that was read from a request.</summary>
public delegate Task<IResult> CommandEndpoint<TCommand>(CommandRequest<TCommand> request, CancellationToken ct);

/// <summary>Where and how HTTP takes a command: which parts of its record stand in the path, and which in the body.</summary>
/// <typeparam name="TCommand">The contract's record.</typeparam>
/// <param name="method">The HTTP method.</param>
/// <param name="pattern">The route, with <c>{id}</c> for the application.</param>
public abstract class CommandRoute<TCommand>(string method, string pattern)
{
    /// <summary>The HTTP method.</summary>
    public string Method { get; } = method;

    /// <summary>The route, with <c>{id}</c> for the application.</summary>
    public string Pattern { get; } = pattern;

    /// <summary>What OpenAPI says of it, where that is not what the command's other routes say.</summary>
    public string? Summary { get; init; }

    /// <summary>The parameters that the query may have.</summary>
    public virtual IReadOnlyList<string> QueryNames => [];

    /// <summary>Maps the route.</summary>
    /// <param name="app">Where.</param>
    /// <param name="endpoint">Handles what was read.</param>
    public abstract RouteHandlerBuilder Map(IEndpointRouteBuilder app, CommandEndpoint<TCommand> endpoint);
}

/// <summary>The usual routes of commands.</summary>
public static class CommandRoute
{
    /// <summary>The body is the record.</summary>
    public static CommandRoute<TCommand> Body<TCommand>(string method, string pattern)
        where TCommand : class => new BodyRoute<TCommand>(method, pattern);

    /// <summary>The body is the record without one property, which is the number <c>{n}</c> of the path.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="pattern">The route, with <c>{id}</c> and <c>{n}</c>.</param>
    /// <param name="property">The property's name in JSON.</param>
    /// <param name="with">Sets the property.</param>
    public static CommandRoute<TCommand> BodyWithNumber<TCommand>(
        string method,
        string pattern,
        string property,
        Func<TCommand, int, TCommand> with
    )
        where TCommand : class => new BodyWithNumberRoute<TCommand>(method, pattern, property, with);

    /// <summary>The body is the record without one property, which is the id <c>{contactId}</c> of the path.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="pattern">The route, with <c>{id}</c> and <c>{contactId}</c>.</param>
    /// <param name="property">The property's name in JSON.</param>
    /// <param name="with">Sets the property.</param>
    public static CommandRoute<TCommand> BodyWithId<TCommand>(
        string method,
        string pattern,
        string property,
        Func<TCommand, Guid, TCommand> with
    )
        where TCommand : class => new BodyWithIdRoute<TCommand>(method, pattern, property, with);

    /// <summary>The path says everything but <c>at</c>, when it happened, and <c>again</c>: they are in the query or the body.</summary>
    public static CommandRoute<TCommand> Path<TCommand>(string method, string pattern, Func<DateTimeOffset?, bool, TCommand> command)
        where TCommand : class => new PathRoute<TCommand>(method, pattern, command);

    /// <summary>The path says everything: the application and the number <c>{n}</c>.</summary>
    public static CommandRoute<TCommand> Path<TCommand>(string method, string pattern, Func<int, TCommand> command, string? summary = null)
        where TCommand : class => new NumberRoute<TCommand>(method, pattern, command) { Summary = summary };

    /// <summary>The path has the number <c>{n}</c>; when it happened is <c>at</c>, in the query or the body.</summary>
    public static CommandRoute<TCommand> Path<TCommand>(string method, string pattern, Func<int, DateTimeOffset?, TCommand> command)
        where TCommand : class => new DatedNumberRoute<TCommand>(method, pattern, command);

    /// <summary>The path says everything: the application, the number <c>{n}</c> and the claim <c>{claimId}</c>.</summary>
    public static CommandRoute<TCommand> Path<TCommand>(string method, string pattern, Func<int, Guid, TCommand> command)
        where TCommand : class => new ClaimRoute<TCommand>(method, pattern, command);

    private static BadHttpRequestException NoBody() => new("A request body is expected.");

    private sealed class BodyRoute<TCommand>(string method, string pattern) : CommandRoute<TCommand>(method, pattern)
        where TCommand : class
    {
        public override RouteHandlerBuilder Map(IEndpointRouteBuilder app, CommandEndpoint<TCommand> endpoint) =>
            app.MapMethods(
                Pattern,
                [Method],
                (Guid id, TCommand command, Caller caller, HttpContext http, CancellationToken ct) =>
                    command is null ? throw NoBody() : endpoint(new(id, command, caller, http), ct)
            );
    }

    private sealed class BodyWithNumberRoute<TCommand>(string method, string pattern, string property, Func<TCommand, int, TCommand> with)
        : CommandRoute<TCommand>(method, pattern)
        where TCommand : class
    {
        private readonly BodyWithoutProperty<TCommand> _body = new(property);

        public override RouteHandlerBuilder Map(IEndpointRouteBuilder app, CommandEndpoint<TCommand> endpoint) =>
            app.MapMethods(
                    Pattern,
                    [Method],
                    (Guid id, int n, JsonElement body, Caller caller, HttpContext http, CancellationToken ct) =>
                        endpoint(new(id, with(_body.Read(body), n), caller, http), ct)
                )
                .Accepts<TCommand>("application/json")
                .WithMetadata(new PropertyInPath(typeof(TCommand), property));
    }

    private sealed class BodyWithIdRoute<TCommand>(string method, string pattern, string property, Func<TCommand, Guid, TCommand> with)
        : CommandRoute<TCommand>(method, pattern)
        where TCommand : class
    {
        private readonly BodyWithoutProperty<TCommand> _body = new(property);

        public override RouteHandlerBuilder Map(IEndpointRouteBuilder app, CommandEndpoint<TCommand> endpoint) =>
            app.MapMethods(
                    Pattern,
                    [Method],
                    (Guid id, Guid contactId, JsonElement body, Caller caller, HttpContext http, CancellationToken ct) =>
                        endpoint(new(id, with(_body.Read(body), contactId), caller, http), ct)
                )
                .Accepts<TCommand>("application/json")
                .WithMetadata(new PropertyInPath(typeof(TCommand), property));
    }

    /// <summary>Reads a body that lacks the property which the path has.</summary>
    private sealed class BodyWithoutProperty<TCommand>(string property)
        where TCommand : class
    {
        private readonly JsonSerializerOptions _options = WithoutPath(property);

        public TCommand Read(JsonElement body) =>
            body.ValueKind switch
            {
                JsonValueKind.Undefined or JsonValueKind.Null => throw NoBody(),
                // as the serializer says it of a property that the record doesn't have
                JsonValueKind.Object when body.TryGetProperty(property, out _) => throw new JsonException(
                    $"The JSON property '{property}' could not be mapped to any .NET member contained in type '{typeof(TCommand)}'."
                ),
                _ => body.Deserialize<TCommand>(_options)!,
            };

        private static JsonSerializerOptions WithoutPath(string property)
        {
            var options = new JsonSerializerOptions(Json.Strict);
            options.TypeInfoResolver = options.TypeInfoResolver!.WithAddedModifier(type =>
            {
                if (type.Type == typeof(TCommand))
                    type.Properties.Single(x => x.Name == property).IsRequired = false;
            });
            options.MakeReadOnly();
            return options;
        }
    }

    private sealed class PathRoute<TCommand>(string method, string pattern, Func<DateTimeOffset?, bool, TCommand> command)
        : CommandRoute<TCommand>(method, pattern)
        where TCommand : class
    {
        public override IReadOnlyList<string> QueryNames { get; } = ["at", "again"];

        public override RouteHandlerBuilder Map(IEndpointRouteBuilder app, CommandEndpoint<TCommand> endpoint) =>
            app.MapMethods(
                Pattern,
                [Method],
                async (Guid id, string? at, bool? again, Caller caller, HttpContext http, CancellationToken ct) =>
                {
                    var body = await OptionalBody.Read<OptionalBody.Repeated>(http, ct);
                    var when = OptionalBody.Same(at, body?.At);
                    return await endpoint(new(id, command(when, again ?? body?.Again ?? false), caller, http), ct);
                }
            );
    }

    private sealed class DatedNumberRoute<TCommand>(string method, string pattern, Func<int, DateTimeOffset?, TCommand> command)
        : CommandRoute<TCommand>(method, pattern)
        where TCommand : class
    {
        public override IReadOnlyList<string> QueryNames { get; } = ["at"];

        public override RouteHandlerBuilder Map(IEndpointRouteBuilder app, CommandEndpoint<TCommand> endpoint) =>
            app.MapMethods(
                Pattern,
                [Method],
                async (Guid id, int n, string? at, Caller caller, HttpContext http, CancellationToken ct) =>
                    await endpoint(
                        new(
                            id,
                            command(n, OptionalBody.Same(at, (await OptionalBody.Read<OptionalBody.Dated>(http, ct))?.At)),
                            caller,
                            http
                        ),
                        ct
                    )
            );
    }

    private sealed class NumberRoute<TCommand>(string method, string pattern, Func<int, TCommand> command)
        : CommandRoute<TCommand>(method, pattern)
        where TCommand : class
    {
        public override RouteHandlerBuilder Map(IEndpointRouteBuilder app, CommandEndpoint<TCommand> endpoint) =>
            app.MapMethods(
                Pattern,
                [Method],
                (Guid id, int n, Caller caller, HttpContext http, CancellationToken ct) => endpoint(new(id, command(n), caller, http), ct)
            );
    }

    private sealed class ClaimRoute<TCommand>(string method, string pattern, Func<int, Guid, TCommand> command)
        : CommandRoute<TCommand>(method, pattern)
        where TCommand : class
    {
        public override RouteHandlerBuilder Map(IEndpointRouteBuilder app, CommandEndpoint<TCommand> endpoint) =>
            app.MapMethods(
                Pattern,
                [Method],
                (Guid id, int n, Guid claimId, Caller caller, HttpContext http, CancellationToken ct) =>
                    endpoint(new(id, command(n, claimId), caller, http), ct)
            );
    }
}

/// <summary>A property of the command's record that the path has: OpenAPI leaves it out of the body.</summary>
internal sealed record PropertyInPath(Type Command, string Property)
{
    public static async Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<PropertyInPath>().LastOrDefault() is not { } inPath)
            return;
        var schema = await context.GetOrCreateSchemaAsync(inPath.Command, null, ct);
        schema.Properties?.Remove(inPath.Property);
        schema.Required?.Remove(inPath.Property);
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { ["application/json"] = new() { Schema = schema } },
        };
    }
}

/// <summary>The optional body of a command whose path says nearly everything.</summary>
internal static class OptionalBody
{
    internal sealed record Dated(DateTimeOffset? At = null);

    internal sealed record Repeated(DateTimeOffset? At = null, bool? Again = null);

    /// <summary>The body; null if there is none.</summary>
    public static async Task<TBody?> Read<TBody>(HttpContext http, CancellationToken ct)
        where TBody : class
    {
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is not true || http.Request.ContentLength == 0)
            return null;
        return http.Request.HasJsonContentType()
            ? await JsonSerializer.DeserializeAsync<TBody>(http.Request.Body, Json.Strict, ct)
            : throw new RefusedException("notJson", "The request must have a content type of application/json.");
    }

    /// <summary>When it happened, by the query or the body.</summary>
    /// <exception cref="RefusedException"><c>badInput</c>: the two differ.</exception>
    public static DateTimeOffset? Same(string? inQuery, DateTimeOffset? inBody)
    {
        var said = inQuery is null ? null : Instant(inQuery);
        return inBody is null || said is null || inBody == said
            ? inBody ?? said
            : throw RefusedException.BadInput("at", "The query and the body must not differ.");
    }

    // As strictly as in a body: without an offset, the time zone would be a guess. A plus that wasn't encoded arrives as a blank.
    private static DateTimeOffset? Instant(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<DateTimeOffset>(JsonSerializer.Serialize(text.Replace(' ', '+')), Json.Strict);
        }
        catch (JsonException)
        {
            throw RefusedException.BadInput("at", MomentForms.Instant);
        }
    }
}
