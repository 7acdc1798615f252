using FollowUp.Applications.Queries;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Export;

/// <summary>
/// <c>GET /applications.csv</c> and <c>GET /applications.xlsx</c>: the list as a sheet that <c>POST /imports</c> takes back.
/// </summary>
public static class ExportSheet
{
    public static void Map(IEndpointRouteBuilder app)
    {
        Map(app, "csv", SheetWriter.CsvType, SheetWriter.WriteCsv);
        Map(app, "xlsx", SheetWriter.XlsxType, SheetWriter.WriteXlsx);
    }

    private static void Map(
        IEndpointRouteBuilder app,
        string extension,
        string type,
        Func<Stream, IAsyncEnumerable<object?[]>, CancellationToken, Task> write
    ) =>
        app.MapGet(
                $"/applications.{extension}",
                (
                    [AsParameters] ListApplications.Filters filters,
                    Caller caller,
                    ApplicationSheet sheet,
                    TimeProvider time,
                    CancellationToken ct
                ) =>
                {
                    var (filter, order) = (filters.Read(), filters.Order); // refused before the answer begins
                    return TypedResults.Stream(
                        stream => write(stream, sheet.Rows(caller.Team, filter, order, ct), ct),
                        type,
                        FileName(time.GetUtcNow(), extension)
                    );
                }
            )
            .RequireScope(Scopes.Read)
            .Describe(
                $"The list, with the filters of GET /applications, as a sheet ({extension.ToUpperInvariant()}) that an import takes back."
            )
            .Produces<string>(200, type.Split(';')[0]);

    internal static string FileName(DateTimeOffset now, string extension) => $"applications-{now.UtcDateTime:yyyy-MM-dd}.{extension}";
}
