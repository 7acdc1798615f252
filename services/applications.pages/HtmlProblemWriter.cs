using System.Globalization;
using FollowUp.Contracts;
using FollowUp.Platform;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

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
                Sentence = SentenceOf(context.ProblemDetails, status),
            }
        )
        {
            StatusCode = status,
        }.ExecuteAsync(http);
    }

    private static Sentence SentenceOf(ProblemDetails problem, int status) =>
        status == 404 && !problem.Extensions.ContainsKey("code")
            ? "There is nothing at this address."
            : Sentence.Find(
                problem.Detail ?? "The request can't be read.",
                problem.Extensions.TryGetValue("texts", out var texts) ? texts as IReadOnlyList<RefusalText> : null
            );
}
