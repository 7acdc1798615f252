using System.Text.Json;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Observability;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FollowUp.Platform.Http;

/// <summary>Turns every failure into an RFC 9457 problem with a stable <c>code</c>: never a stack trace, never an empty body.</summary>
internal sealed partial class Problems(IProblemDetailsService problems, ILogger<Problems> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken cancellationToken)
    {
        if (http.RequestAborted.IsCancellationRequested && exception is OperationCanceledException)
            return true;
        var refused = Explain(exception);
        if (refused.HttpStatus() >= 500 && exception is not RefusedException)
            LogFailed(log, exception, http.Request.Method, RouteOf(http));
        http.Items[RequestMetrics.Outcome] = refused.Code;
        http.Response.StatusCode = refused.HttpStatus();
        if (refused.RetryAfter is { } seconds)
            http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return await problems.TryWriteAsync(new() { HttpContext = http, ProblemDetails = ToProblem(refused) });
    }

    // The route rather than the path, which may be a secret. The endpoint itself was cleared before the handler is asked.
    private static string RouteOf(HttpContext http) =>
        (http.Features.Get<IExceptionHandlerFeature>()?.Endpoint as RouteEndpoint)?.RoutePattern.RawText
        ?? Telemetry.WithoutSecrets(http.Request.Path);

    public static ProblemDetails ToProblem(RefusedException refused)
    {
        var rejected = refused.ToContract();
        var problem = new ProblemDetails
        {
            Status = rejected.Status,
            Title = rejected.Title,
            Detail = rejected.Detail,
            Type = $"urn:followup:problem:{rejected.Code}",
        };
        problem.Extensions["code"] = rejected.Code;
        if (rejected.Errors is { } errors)
            problem.Extensions["errors"] = errors;
        if (rejected.Reason is { } reason)
            problem.Extensions["reason"] = reason;
        if (rejected.CanBeRecorded is { } canBeRecorded)
            problem.Extensions["canBeRecorded"] = canBeRecorded;
        if (rejected.Texts is { } texts)
            problem.Extensions["texts"] = texts;
        foreach (var (name, value) in refused.More)
            problem.Extensions[name] = value;
        return problem;
    }

    private const string NotOfTheKind = "The value is not of the kind that is expected here.";

    public static string TitleOf(int status) =>
        status switch
        {
            400 => "The request is not right.",
            401 => "Who are you?",
            403 => "You may not do this.",
            404 => "There is no such thing.",
            405 => "That can't be done here.",
            409 => "That is refused.",
            413 => "That is too much.",
            415 => "That is of another kind.",
            422 => "That can't be processed.",
            502 => "The broker did not do it.",
            429 => "Too many requests.",
            503 => "Not now; try again.",
            _ => status >= 500 ? "Something went wrong here." : "That is refused.",
        };

    /// <summary>What a caller is told of any exception.</summary>
    public static RefusedException Explain(Exception exception) =>
        exception switch
        {
            RefusedException refused => refused,
            // thrown by a transaction whose connection broke; the transaction is rolled back
            ObjectDisposedException { InnerException: { } broken } => Explain(broken),
            BadHttpRequestException { StatusCode: 413 } => new("tooLarge", "The request is larger than this route takes."),
            BadHttpRequestException { StatusCode: 415 } => new("notJson", "The request must have a content type of application/json."),
            BadHttpRequestException { InnerException: JsonException json } => Explain(json),
            BadHttpRequestException bad when bad.Message.StartsWith("Failed to bind parameter", StringComparison.Ordinal) =>
                RefusedException.BadInput(
                    JsonNamingPolicy.CamelCase.ConvertName(Between(bad.Message, "\"", "\"").Split(' ')[^1]),
                    MomentForms.Find(Between(bad.Message, "\"", "\"")) ?? NotOfTheKind
                ), // "Nullable<int> limit"
            BadHttpRequestException { StatusCode: 408 } => new("requestTimeout", "The request took too long to arrive."),
            BadHttpRequestException { StatusCode: 431 } => new(
                "headersTooLarge",
                "The request's headers are larger than this server takes."
            ),
            BadHttpRequestException bad => new("badRequest", Plain(bad.Message)),
            JsonException json => Explain(json),
            _ when TransientErrors.IsConflict(exception) => new(
                "busy",
                "Others are changing the same thing at this moment; please try again.",
                retryAfter: 1
            ),
            Npgsql.PostgresException
            {
                SqlState: Npgsql.PostgresErrorCodes.CharacterNotInRepertoire or Npgsql.PostgresErrorCodes.UntranslatableCharacter
            }
            or Marten.Exceptions.MartenCommandException
            {
                InnerException: Npgsql.PostgresException
                {
                    SqlState: Npgsql.PostgresErrorCodes.CharacterNotInRepertoire or Npgsql.PostgresErrorCodes.UntranslatableCharacter
                }
            } => new("badRequest", "A text holds a character that can't be kept, as U+0000."),
            _ when TransientErrors.IsTransient(exception) => new(
                "storeUnavailable",
                "The database can't be reached at the moment; nothing was recorded. Please try again.",
                retryAfter: 5
            ),
            _ => new(
                "internalError",
                "Something went wrong here, and it has been logged. Nothing is known to have been recorded; please try again."
            ),
        };

    private static RefusedException Explain(JsonException json)
    {
        var field = string.IsNullOrEmpty(json.Path) || json.Path == "$" ? "" : json.Path.TrimStart('$').TrimStart('.');
        (string code, Sentence sentence) = json.Message switch
        {
            var m when m.Contains("could not be mapped to any .NET member", StringComparison.Ordinal) => (
                "unknownProperty",
                (Sentence)$"There is no property '{Between(m, "property '", "'")}' here."
            ),
            var m when m.Contains("missing required properties", StringComparison.Ordinal) => (
                "missingProperty",
                (Sentence)$"These must be given: {m[(m.LastIndexOf(':') + 1)..].Trim().TrimEnd('.')}."
            ),
            var m when m.Contains("Duplicate property", StringComparison.OrdinalIgnoreCase) => (
                "duplicateProperty",
                "A property stands twice."
            ),
            var m when m.Contains("could not be converted", StringComparison.Ordinal) => (
                "badValue",
                MomentForms.Find(m) ?? MomentForms.Find(json.InnerException?.Message ?? "") ?? NotOfTheKind
            ),
            var m
                when m.Contains("doesn't allow setting null", StringComparison.Ordinal)
                    || m.Contains("doesn't allow null", StringComparison.Ordinal) => ("badValue", "It must not be null."),
            _ => (
                "malformedJson",
                json.LineNumber is { } line
                    ? (Sentence)$"The JSON can't be read (line {line + 1}, byte {json.BytePositionInLine + 1})."
                    : "The JSON can't be read."
            ),
        };
        var fields = code switch
        {
            "missingProperty" => Missing(json.Message, field),
            "unknownProperty" => [Join(field, Between(json.Message, "property '", "'"))],
            _ => new[] { field.Length == 0 ? "$" : field },
        };
        return new(
            code,
            field.Length == 0 || code is "unknownProperty" ? sentence : string.Concat(field, ": ", sentence),
            fields
                .Distinct(StringComparer.Ordinal)
                .ToDictionary(
                    x => x,
                    _ => new Sentence[] { code == "missingProperty" ? "It must be given." : sentence },
                    StringComparer.Ordinal
                )
        );
    }

    private static string[] Missing(string message, string field) =>
        [.. message[(message.LastIndexOf(':') + 1)..].Split(',').Select(x => Join(field, x.Trim(' ', '.', '\'')))];

    private static string Join(string field, string name) =>
        field.Length == 0 || field == name || field.EndsWith("." + name, StringComparison.Ordinal)
            ? (field.Length == 0 ? name : field)
            : $"{field}.{name}";

    private static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal);
        if (from < 0)
            return "?";
        from += start.Length;
        var to = text.IndexOf(end, from, StringComparison.Ordinal);
        return to < 0 ? text[from..] : text[from..to];
    }

    // The framework's own sentences name parameters and CLR types; callers get ours.
    private static string Plain(string message) =>
        message switch
        {
            var m when m.Contains("body", StringComparison.OrdinalIgnoreCase) => "A JSON body is expected here.",
            _ => "The request can't be read.",
        };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void LogFailed(ILogger log, Exception exception, string method, string path);
}

/// <summary>
/// Writes a problem for clients that accept another content type only, as an event stream. ASP.NET Core's own writer leaves their response
/// without a body.
/// </summary>
internal sealed class FallbackProblemWriter(IOptions<ProblemDetailsOptions> options) : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        context.ProblemDetails.Status ??= context.HttpContext.Response.StatusCode;
        options.Value.CustomizeProblemDetails?.Invoke(context);
        await context.HttpContext.Response.WriteAsJsonAsync(context.ProblemDetails, Contracts.Json.Lenient, "application/problem+json");
    }
}

/// <summary>Wires problems into a service.</summary>
internal static class ProblemsSetup
{
    public static void AddProblems(this IServiceCollection services)
    {
        services.AddExceptionHandler<Problems>();
        services.AddProblemDetails(options =>
            options.CustomizeProblemDetails = context =>
            {
                var problem = context.ProblemDetails;
                problem.Extensions.Remove("exception");
                if (problem.Extensions.ContainsKey("code"))
                    return;
                // What the framework itself refuses: no route, wrong method, wrong content type.
                var (code, detail) = problem.Status switch
                {
                    401 => ("unauthenticated", "Send a valid key as 'Authorization: Bearer <key>'."),
                    403 => ("forbidden", "The key lacks the scope that this needs."),
                    404 => ("notFound", "There is nothing at this address."),
                    405 => ("methodNotAllowed", "This address does not take that method."),
                    413 => ("tooLarge", "The request is larger than this route takes."),
                    415 => ("notJson", "The request must have a content type of application/json."),
                    _ => ("badRequest", "The request can't be read."),
                };
                problem.Title = Problems.TitleOf(problem.Status ?? 400);
                problem.Detail ??= detail;
                problem.Type = $"urn:followup:problem:{code}";
                problem.Extensions["code"] = code;
            }
        );
        services.AddSingleton<IProblemDetailsWriter, FallbackProblemWriter>();
    }

    public static void UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
    }
}
