using System.Globalization;
using FollowUp.Applications.Import;
using FollowUp.Platform;
using Microsoft.Extensions.Localization;

namespace FollowUp.Applications.Pages.Import;

/// <summary>A heading of the sheet, and what it is taken for.</summary>
/// <param name="Field">Null: its cells aren't read.</param>
/// <param name="Example">What stands in one of its cells.</param>
/// <param name="Why">Why its cells aren't read.</param>
/// <param name="MayBeMapped">Whether it can be taken for something else.</param>
public sealed record Heading(int Position, string Header, SheetField? Field, string Example, string? Why, bool MayBeMapped);

/// <summary>A sheet as it was looked at.</summary>
/// <param name="Sheet">Null where it can't be read as a whole.</param>
/// <param name="Unreadable">Why it can't, as a sentence.</param>
public sealed record SheetPreview(
    IReadOnlyList<Heading> Headings,
    Sheet? Sheet,
    IReadOnlyList<ImportSheet.RowReport> Rows,
    string? Unreadable
)
{
    private const int MostMapped = 60; // more columns than that are recognised or not, but nobody goes through them

    public static async Task<SheetPreview> At(ImportRun run, Imports imports, IStringLocalizer<Words> t, CancellationToken ct)
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
            var fields = run.Map ?? [];
            return new(
                Mapped(
                    unreadable.Headers.Select(
                        (x, i) =>
                            (
                                i + 1,
                                SheetWords.OneLine(x),
                                fields.FirstOrDefault(y => ColumnMap.AreTheSame(y.Header, x))?.Field,
                                "",
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

    /// <summary>Whether the sheet says itself whose applications these are.</summary>
    public bool NamesCandidates => Headings.Any(x => x.Field is SheetField.Candidate);

    private static List<Heading> Mapped(IEnumerable<(int Position, string Header, SheetField? Field, string Example, string? Why)> found)
    {
        var headings = new List<Heading>();
        foreach (var (position, header, field, example, why) in found)
        {
            var mayBeMapped =
                headings.Count < MostMapped && ColumnMap.CanName(header) && !headings.Any(x => ColumnMap.AreTheSame(x.Header, header));
            headings.Add(new(position, header, field is SheetField.Ignore ? null : field, example, why, mayBeMapped));
        }
        return headings;
    }
}

/// <summary>What the columns were taken for when somebody pressed a button.</summary>
public sealed record Taken(string? Candidate, IReadOnlyList<MappedHeader> Map, DateOrder? Order)
{
    /// <summary>Tells whether it is what the page showed.</summary>
    public string Fingerprint { get; } =
        DeterministicId
            .From([
                Candidate ?? "",
                Order is { } order ? Terms.Word(order) : "",
                .. Map.SelectMany(x => new[] { x.Header, Terms.Word(x.Field) }),
            ])
            .ToString();

    public static Taken Shown(ImportRun run, SheetPreview looked) =>
        new(
            run.Candidate,
            [.. looked.Headings.Where(x => x.MayBeMapped).Select(x => new MappedHeader(x.Header, x.Field ?? SheetField.Ignore))],
            run.Order
        );

    public static Taken Sent(Form form, string? candidate) =>
        new(
            candidate,
            [
                .. form
                    .Names.Where(x => x.StartsWith("column.", StringComparison.Ordinal))
                    .Select(x => x["column.".Length..])
                    .OrderBy(x => int.TryParse(x, CultureInfo.InvariantCulture, out var position) ? position : 0)
                    .Select(x => new MappedHeader(
                        form.Text($"header.{x}") ?? "",
                        form.Word<SheetField>($"column.{x}") ?? SheetField.Ignore
                    )),
            ],
            form.Word<DateOrder>("order")
        );
}
