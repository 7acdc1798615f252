using FollowUp.Applications.Export;
using FollowUp.Applications.Queries;
using FollowUp.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FollowUp.Applications.Pages.Pipeline;

/// <summary>The list of applications: filter, search, order and page are in the address.</summary>
internal static class ListRoutes
{
    private const int OnAPage = 50;

    public static void Map(IEndpointRouteBuilder app)
    {
        MapSheet(app, "csv", SheetWriter.CsvType, SheetWriter.WriteCsv);
        MapSheet(app, "xlsx", SheetWriter.XlsxType, SheetWriter.WriteXlsx);
        app.Page(
            "/pipeline/export",
            async (Reader reader, TeamExport export, TimeProvider time, CancellationToken ct) =>
                TypedResults.Stream(await export.Write(reader.Caller, ct), TeamExport.Type, TeamExport.FileName(time.GetUtcNow())),
            Scopes.Admin
        );
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

    private static void MapSheet(
        IEndpointRouteBuilder app,
        string extension,
        string type,
        Func<Stream, IAsyncEnumerable<object?[]>, CancellationToken, Task> write
    ) =>
        app.Page(
                $"/pipeline.{extension}",
                ([AsParameters] ListQuery query, Reader reader, ApplicationSheet sheet, TimeProvider time, CancellationToken ct) =>
                {
                    var filter = query.Filter(reader);
                    return TypedResults.Stream(
                        stream => write(stream, sheet.Rows(reader.Team, filter, query.Order, ct), ct),
                        type,
                        ExportSheet.FileName(time.GetUtcNow(), extension)
                    );
                }
            )
            .ForCandidatesToo();
}
