using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace FollowUp.Platform.Http;

/// <summary>The description of a route in the OpenAPI document.</summary>
public static class OpenApi
{
    /// <summary>Describes a route.</summary>
    /// <param name="route">The route.</param>
    /// <param name="summary">One sentence.</param>
    /// <param name="answer">The type of the response body with status 200.</param>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string summary, Type? answer = null)
    {
        route.WithSummary(summary).ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        if (answer is not null)
            route.Produces(200, answer, "application/json");
        return route;
    }
}
