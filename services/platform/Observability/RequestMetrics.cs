using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FollowUp.Platform.Observability;

/// <summary>Counts commands by route and outcome: <c>done</c>, or the code of the refusal.</summary>
internal static class RequestMetrics
{
    public const string Outcome = "followup.outcome";

    public static void UseRequestMetrics(this IApplicationBuilder app) =>
        app.Use(
            async (http, next) =>
            {
                await next(http);
                if (HttpMethods.IsGet(http.Request.Method) || http.GetEndpoint() is not RouteEndpoint route)
                    return;
                var outcome = http.Items[Outcome] as string ?? (http.Response.StatusCode < 400 ? "done" : "refused");
                Telemetry.Commands.Add(1, new("command", $"{http.Request.Method} {route.RoutePattern.RawText}"), new("outcome", outcome));
            }
        );
}
