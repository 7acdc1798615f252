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
    public static byte[] Write(ImportReport report, IStringLocalizer<Words> t)
    {
        using var into = new MemoryStream();
        using (var writer = new StreamWriter(into, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)))
        using (
            var csv = new CsvWriter(
                writer,
                new CsvConfiguration(CultureInfo.InvariantCulture) { InjectionOptions = InjectionOptions.Escape }
            )
        ) // no cell of the sheet may become a formula
        {
            Row(csv, t["Line"], t["Result"], t["Application"], t["Employer’s name"], t["Title of the posting"], t["Reasons and remarks"]);
            foreach (var row in report.Rows)
            {
                var findings = (row.Changes ?? [])
                    .Concat(row.Reasons ?? [])
                    .Concat(row.Remarks ?? [])
                    .Select(x => SheetSentences.Named(x, t));
                if (row.Application is { } id && report.LeftAlone?.TryGetValue(id, out var why) is true)
                    findings = findings.Append(SheetSentences.Of(why, t));
                Row(
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
        return into.ToArray();
    }

    private static void Row(CsvWriter csv, params ReadOnlySpan<string?> cells)
    {
        foreach (var cell in cells)
            csv.WriteField(cell);
        csv.NextRecord();
    }
}
