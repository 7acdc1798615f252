using FollowUp.Applications.Queries;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FollowUp.Applications.Pages.Pipeline;

/// <summary>The list of applications: filter, search, order and page are in the address.</summary>
internal static class ListRoutes
{
    private const int OnAPage = 50;

    public static void Map(IEndpointRouteBuilder app) =>
        app.Page(
                "/pipeline",
                async ([AsParameters] ListQuery query, Reader reader, ApplicationList list, CancellationToken ct) =>
                {
                    var page = await list.Read(
                        reader.Team,
                        query.Filter(reader),
                        query.Order,
                        OnAPage,
                        query.After,
                        query.Before,
                        counted: true,
                        ct: ct
                    );
                    return new RazorComponentResult<ListPage>(
                        new
                        {
                            Reader = reader,
                            Query = query,
                            Page = page,
                        }
                    );
                }
            )
            .ForCandidatesToo();
}
