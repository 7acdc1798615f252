using FollowUp.Applications.Queries;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FollowUp.Applications.Pages.Pipeline;

/// <summary>The board: applications by stage.</summary>
internal static class BoardRoutes
{
    private const int InAColumn = 20;

    public static void Map(IEndpointRouteBuilder app) =>
        app.Page(
                "/pipeline/board",
                async (string? q, Reader reader, Board board, CancellationToken ct) =>
                    new RazorComponentResult<BoardPage>(
                        new
                        {
                            Reader = reader,
                            Q = q,
                            Columns = await board.Read(reader.Team, reader.Candidate, q, InAColumn, ct),
                        }
                    )
            )
            .ForCandidatesToo();
}
