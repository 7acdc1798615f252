using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace FollowUp.Platform.Http;

/// <summary>What a route says of itself in the API description.</summary>
public static class OpenApi
{
    /// <summary>Describes a route.</summary>
    /// <param name="route">The route.</param>
    /// <param name="summary">One sentence.</param>
    /// <param name="answer">What it answers when all is well.</param>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string summary, Type? answer = null)
    {
        route.WithSummary(summary).ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        if (answer is not null)
            route.Produces(200, answer, "application/json");
        return route;
    }
}
