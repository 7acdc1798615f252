using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using FollowUp.Applications.Import;
using Microsoft.Extensions.Localization;

namespace FollowUp.Applications.Pages.Import;

/// <summary>The import's report as CSV: a line for each row of the sheet.</summary>
internal static class ReportCsv
{
    public static async Task Write(Stream into, IAsyncEnumerable<ImportReportPart> parts, IStringLocalizer<Words> t)
    {
        await using var writer = new StreamWriter(into, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await using var csv = new CsvWriter(
            writer,
            // no cell of the sheet may become a formula
            new CsvConfiguration(CultureInfo.InvariantCulture) { InjectionOptions = InjectionOptions.Escape }
        );
        await Row(csv, t["Line"], t["Result"], t["Application"], t["Employer’s name"], t["Title of the posting"], t["Reasons and remarks"]);
        await foreach (var part in parts)
            foreach (var row in part.Rows)
            {
                var findings = (row.Changes ?? [])
                    .Concat(row.Reasons ?? [])
                    .Concat(row.Remarks ?? [])
                    .Select(x => SheetSentences.Named(x, t));
                if (row.Application is { } id && part.LeftAlone?.TryGetValue(id, out var why) is true)
                    findings = findings.Append(SheetSentences.Of(why, t));
                await Row(
                    csv,
                    row.Line.ToString(CultureInfo.InvariantCulture),
                    SheetSentences.Result(row.Result, isDone: true, t),
                    row.Application?.ToString(),
                    row.Employer,
                    row.Title,
                    string.Join(' ', findings)
                );
            }
    }

    private static Task Row(CsvWriter csv, params ReadOnlySpan<string?> cells)
    {
        foreach (var cell in cells)
            csv.WriteField(cell);
        return csv.NextRecordAsync();
    }
}
