using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FollowUp.Applications.Pages;

/// <summary>Writes an error as an HTML page for browsers. API clients get the same problem details as JSON.</summary>
internal sealed class HtmlProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => PagesSetup.IsForABrowser(context.HttpContext);

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var http = context.HttpContext;
        var status = context.ProblemDetails.Status ?? http.Response.StatusCode;
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Languages.Of(http);
        await new RazorComponentResult<ProblemPage>(
            new
            {
                Reader = Reader.Of(http),
                Status = status,
                Sentence = status switch
                {
                    404 when !context.ProblemDetails.Extensions.ContainsKey("code") => "There is nothing at this address.",
                    _ => context.ProblemDetails.Detail ?? "The request can't be read.",
                },
            }
        )
        {
            StatusCode = status,
        }.ExecuteAsync(http);
    }
}
