using FollowUp.Applications.Import;
using FollowUp.InternalContracts;
using Microsoft.Extensions.Localization;

namespace FollowUp.Applications.Pages.Import;

/// <summary>A header of the sheet, and the field that its column is mapped to.</summary>
/// <param name="Field">Null if the column is ignored.</param>
/// <param name="Example">The text of one cell of the column.</param>
/// <param name="Why">Why the column is ignored.</param>
/// <param name="MayBeMapped">Whether the column can be mapped to another field.</param>
public sealed record Heading(int Position, string Header, SheetField? Field, string Example, string? Why, bool MayBeMapped);

/// <summary>The preview of a sheet.</summary>
/// <param name="Sheet">Null if the sheet as a whole is unreadable.</param>
/// <param name="Unreadable">Why the sheet is unreadable, as a sentence.</param>
public sealed record SheetPreview(
    IReadOnlyList<Heading> Headings,
    Sheet? Sheet,
    IReadOnlyList<ImportSheet.RowReport> Rows,
    string? Unreadable
)
{
    private const int MaxMapped = 60; // further columns are recognised or ignored, without a choice on the page

    /// <summary>The names of the candidates of the rows that are shown, by reference.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    /// <summary>The follow-ups of the rows that are shown, by line; null if the Scheduler doesn't answer.</summary>
    public IReadOnlyDictionary<int, PreviewedPlan>? Plans { get; init; }

    public static async Task<SheetPreview> Read(ImportRun run, Imports imports, IStringLocalizer<Words> t, CancellationToken ct)
    {
        try
        {
            var (sheet, rows) = await imports.Look(run, ct);
            var headings = sheet
                .Columns.Select(x => (x.Position, x.Header, Field: (SheetField?)x.Field, Why: (string?)null))
                .Concat(sheet.Ignored.Select(x => (x.Position, x.Header, Field: (SheetField?)null, Why: (string?)SheetSentences.Of(x, t))))
                .OrderBy(x => x.Position)
                .Select(x =>
                    (
                        x.Position,
                        x.Header,
                        x.Field,
                        Example: x.Position <= sheet.Examples.Length ? sheet.Examples[x.Position - 1] : "",
                        x.Why
                    )
                );
            return new(Mapped(headings), sheet, rows, null);
        }
        catch (SheetRefusedException unreadable)
        {
            var fields = run.Choices.Map ?? [];
            return new(
                Mapped(
                    unreadable.Headers.Select(
                        (x, i) =>
                            (
                                i + 1,
                                SheetWords.OneLine(x),
                                fields.FirstOrDefault(y => ColumnMap.AreTheSame(y.Header, x))?.Field
                                    ?? unreadable.Columns.FirstOrDefault(y => y.Position == i + 1)?.Field,
                                unreadable.Examples.ElementAtOrDefault(i) ?? "",
                                (string?)null
                            )
                    )
                ),
                null,
                [],
                SheetSentences.Of(unreadable, t)
            );
        }
    }

    /// <summary>The words for a status about which is asked.</summary>
    public IReadOnlyList<MappedStatus> Statuses => Sheet?.StatusWords ?? [];

    /// <summary>Whether a column of the sheet tells whose each row is.</summary>
    public bool NamesCandidates => Headings.Any(x => x.Field is SheetField.Candidate or SheetField.CandidateName);

    /// <summary>Whether a column of the sheet has the candidates' names.</summary>
    public bool HasNames => Headings.Any(x => x.Field is SheetField.CandidateName);

    /// <summary>The rows that the page shows: refused ones first.</summary>
    public IReadOnlyList<ImportSheet.RowReport> Shown => RowTable.ShownOf(Rows);

    private static List<Heading> Mapped(IEnumerable<(int Position, string Header, SheetField? Field, string Example, string? Why)> found)
    {
        var headings = new List<Heading>();
        foreach (var (position, header, field, example, why) in found)
        {
            var mayBeMapped =
                headings.Count < MaxMapped && ColumnMap.CanName(header) && !headings.Any(x => ColumnMap.AreTheSame(x.Header, header));
            headings.Add(new(position, header, field is SheetField.Ignore ? null : field, example, why, mayBeMapped));
        }
        return headings;
    }
}
