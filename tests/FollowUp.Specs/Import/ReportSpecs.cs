using FollowUp.Applications.Import;

namespace FollowUp.Specs.Import;

/// <summary>The report of an import is kept in documents that don't grow with the sheet.</summary>
public sealed class ReportSpecs
{
    [Fact]
    public void A_long_report_is_kept_in_parts_with_every_row_and_candidate()
    {
        var rows = Rows(2_500, refusedEach: 5);
        string[] candidates = [.. Enumerable.Range(0, 2_501).Select(x => $"c-{x}")];

        var (report, parts) = ImportReport.Of(Guid.NewGuid(), candidates, rows);

        Assert.Equal((3, 3), (report.Parts, parts.Length));
        Assert.Equal(rows, parts.SelectMany(x => x.Rows));
        Assert.Equal(candidates, parts.SelectMany(x => x.Candidates));
        Assert.All(parts, x => Assert.InRange(x.Rows.Count, 1, 1_000));
        Assert.Equal(3, parts.Select(x => x.Id).Distinct().Count());
        // a page shows the refused ones first
        Assert.Equal((1_000, 500), (report.Rows.Count, report.Rows.TakeWhile(x => x.Result == ImportSheet.Refused).Count()));
        Assert.Empty(report.Candidates);
    }

    [Fact]
    public void A_short_report_is_one_document()
    {
        var rows = Rows(1_000, refusedEach: 5);
        var (report, parts) = ImportReport.Of(Guid.NewGuid(), ["c-1"], rows);
        Assert.Empty(parts);
        Assert.Equal(rows, report.Rows);
        Assert.Equal(["c-1"], report.Candidates);
    }

    [Fact]
    public void Rows_that_were_left_alone_come_before_refused_ones()
    {
        var rows = Rows(10, refusedEach: 5);
        var last = rows[8].Application!.Value;
        Assert.Equal([9, 1, 6, 2], ImportReport.First(rows, x => x == last).Take(4).Select(x => x.Line));
    }

    private static ImportSheet.RowReport[] Rows(int count, int refusedEach) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(x =>
                    x % refusedEach == 0
                        ? new ImportSheet.RowReport(x + 1, ImportSheet.Refused, null, null, null, [], null)
                        : new ImportSheet.RowReport(x + 1, ImportSheet.Recorded, Guid.NewGuid(), "Acme", "Clerk", null, null)
                ),
        ];
}
