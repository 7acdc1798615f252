using Microsoft.AspNetCore.Http.HttpResults;

namespace FollowUp.Applications.Pages.Today;

/// <summary>What is due, and what comes next.</summary>
internal static class TodayRoutes
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.Page("/", (Reader reader) => new RazorComponentResult<TodayPage>(new { Reader = reader })).ForCandidatesToo();
}
