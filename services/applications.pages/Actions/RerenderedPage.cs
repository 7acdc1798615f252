using FollowUp.Platform.Http;
using Microsoft.AspNetCore.Routing.Template;

namespace FollowUp.Applications.Pages.Actions;

/// <summary>
/// Shows the page again on which a form stands that was refused, with the refusal and what was entered: in answer to the form itself, so
/// that nothing has to be kept.
/// </summary>
internal sealed class RerenderedPage(RouteEndpoint page, RouteValueDictionary values, string path, QueryString query, ActionOutcome acted)
    : IResult
{
    /// <summary>The page at an address, if it is one that shows what was acted; null otherwise.</summary>
    public static RerenderedPage? At(string address, ActionOutcome acted, EndpointDataSource pages)
    {
        address = address.Split('#')[0];
        var (path, query) = address.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at
            ? (address[..at], new QueryString(address[at..]))
            : (address, QueryString.Empty);
        foreach (var page in pages.Endpoints.OfType<RouteEndpoint>().Where(x => x.Metadata.GetMetadata<ShowsActedMark>() is not null))
        {
            var values = new RouteValueDictionary();
            if (new TemplateMatcher(TemplateParser.Parse(page.RoutePattern.RawText!), []).TryMatch(path, values))
                return new(page, values, path, query, acted);
        }
        return null;
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Features.Set(acted);
        var request = httpContext.Request;
        (request.Method, request.Path, request.QueryString, request.RouteValues) = (HttpMethods.Get, path, query, values);
        httpContext.Response.StatusCode = acted.Refused!.HttpStatus();
        return page.RequestDelegate!(httpContext);
    }
}

internal sealed class ShowsActedMark
{
    public static ShowsActedMark Instance { get; } = new();
}

internal static class ShowsActedPages
{
    /// <summary>
    /// Lets a page be shown in answer to a form of <see cref="SlotActions"/>. It takes an <see cref="ActionOutcome"/>, and shows nobody more than
    /// the page of whoever acts may.
    /// </summary>
    public static RouteHandlerBuilder ShowsActed(this RouteHandlerBuilder route) => route.WithMetadata(ShowsActedMark.Instance);
}
