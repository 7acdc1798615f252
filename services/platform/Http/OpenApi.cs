using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

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

    /// <summary>Describes a GET that answers 304 to a client that has the content: see <see cref="EntityTags.Answer"/>.</summary>
    /// <param name="route">The route.</param>
    public static RouteHandlerBuilder DescribeConditional(this RouteHandlerBuilder route) =>
        route.AddOpenApiOperationTransformer(
            (operation, _, _) =>
            {
                operation.Parameters ??= [];
                operation.Parameters.Add(
                    new OpenApiParameter
                    {
                        Name = "If-None-Match",
                        In = ParameterLocation.Header,
                        Description = "Entity tags that were answered, or *: if the content has one of them, the answer is 304.",
                        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                    }
                );
                operation.Responses ??= [];
                operation.Responses["304"] = new OpenApiResponse
                {
                    Description = "The content has one of the entity tags of If-None-Match.",
                };
                return Task.CompletedTask;
            }
        );

    /// <summary>
    /// Describes the body of a route that reads it itself. Unlike <c>Accepts</c>, it leaves to the route how other media types are refused.
    /// </summary>
    /// <param name="route">The route.</param>
    /// <param name="types">The media types that the route reads.</param>
    public static RouteHandlerBuilder DescribeBody(this RouteHandlerBuilder route, params string[] types) =>
        route.AddOpenApiOperationTransformer(
            (operation, _, _) =>
            {
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = types.ToDictionary(
                        x => x,
                        _ => new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
                        StringComparer.Ordinal
                    ),
                };
                return Task.CompletedTask;
            }
        );
}
