using FollowUp.Platform.Http;
using Microsoft.AspNetCore.Routing.Template;

namespace FollowUp.Applications.Pages.Actions;

/// <summary>
/// Renders the page that contains a refused form again, with the refusal and the entered values, as the response to the form's POST. So the
/// server stores nothing between two requests.
/// </summary>
internal sealed class RerenderedPage(RouteEndpoint page, RouteValueDictionary values, string path, QueryString query, ActionOutcome outcome)
    : IResult
{
    /// <summary>The page at an address; null if that page doesn't show an <see cref="ActionOutcome"/>.</summary>
    public static RerenderedPage? At(string address, ActionOutcome outcome, EndpointDataSource pages)
    {
        address = address.Split('#')[0];
        var (path, query) = address.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at
            ? (address[..at], new QueryString(address[at..]))
            : (address, QueryString.Empty);
        foreach (
            var page in pages.Endpoints.OfType<RouteEndpoint>().Where(x => x.Metadata.GetMetadata<ActionOutcomeMetadata>() is not null)
        )
        {
            var values = new RouteValueDictionary();
            if (new TemplateMatcher(TemplateParser.Parse(page.RoutePattern.RawText!), []).TryMatch(path, values))
                return new(page, values, path, query, outcome);
        }
        return null;
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Features.Set(outcome);
        var request = httpContext.Request;
        (request.Method, request.Path, request.QueryString, request.RouteValues) = (HttpMethods.Get, path, query, values);
        httpContext.Response.StatusCode = outcome.Refused!.HttpStatus();
        return page.RequestDelegate!(httpContext);
    }
}

internal sealed class ActionOutcomeMetadata
{
    public static ActionOutcomeMetadata Instance { get; } = new();
}

internal static class ActionOutcomePages
{
    /// <summary>
    /// Marks a page that may be rendered in response to a form of <see cref="SlotActions"/>. Its handler takes an
    /// <see cref="ActionOutcome"/>, and the page shows only what the reader who sent the form may see.
    /// </summary>
    public static RouteHandlerBuilder ShowsActionOutcome(this RouteHandlerBuilder route) =>
        route.WithMetadata(ActionOutcomeMetadata.Instance);
}
