using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using CsvHelper;
using MiniExcelLibs;
using MiniExcelLibs.Attributes;
using MiniExcelLibs.OpenXml;

namespace FollowUp.Applications.Export;

/// <summary>Writes a sheet row by row, as it comes from the database.</summary>
public static class SheetWriter
{
    public const string CsvType = "text/csv; charset=utf-8",
        XlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public static async Task WriteCsv(Stream stream, IAsyncEnumerable<object?[]> rows, CancellationToken ct)
    {
        // Without the byte order mark, Excel assumes another encoding.
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await using var csv = new CsvWriter(writer, CultureInfo.InvariantCulture, leaveOpen: true);
        await Write([.. ApplicationSheet.Headers]);
        await foreach (var row in rows.WithCancellation(ct))
            await Write(row);

        Task Write(object?[] cells)
        {
            foreach (var cell in cells)
                csv.WriteField(Text(cell));
            return csv.NextRecordAsync();
        }
    }

    // MiniExcel's asynchronous writer (1.46) puts the drawing among the rows, which Excel calls damaged; so its synchronous one is used, on
    // a thread of its own, through a pipe that takes what a response doesn't: synchronous writes.
    public static async Task WriteXlsx(Stream stream, IAsyncEnumerable<object?[]> rows, CancellationToken ct)
    {
        await using var pipe = PipeWriter.Create(stream, new(leaveOpen: true)).AsStream();
        await Task.Run(() => pipe.SaveAs(Named(rows.ToBlockingEnumerable(ct)), sheetName: "Applications", configuration: Workbook), ct);
    }

    private static readonly OpenXmlConfiguration Workbook = new()
    {
        DynamicColumns =
        [
            .. ApplicationSheet.Days.Select(x => new DynamicExcelColumn(x) { Format = "yyyy-mm-dd", Width = 12 }),
            .. ApplicationSheet.Times.Select(x => new DynamicExcelColumn(x) { Format = "yyyy-mm-dd hh:mm", Width = 17 }),
        ],
    };

    // A sheet without rows has its headers all the same.
    private static IEnumerable<IDictionary<string, object?>> Named(IEnumerable<object?[]> rows) =>
        rows.DefaultIfEmpty(new object?[ApplicationSheet.Headers.Length])
            .Select(row =>
                ApplicationSheet
                    .Headers.Zip(row, (header, cell) => KeyValuePair.Create(header, cell is DateOnly day ? day.ToDateTime(default) : cell))
                    .ToDictionary(StringComparer.Ordinal)
            );

    private static string? Text(object? cell) =>
        cell switch
        {
            DateOnly day => day.ToString("O", CultureInfo.InvariantCulture),
            DateTime at => at.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
            _ => (string?)cell,
        };
}
