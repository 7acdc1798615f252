using System.Globalization;
using FollowUp.Applications.Import;
using FollowUp.Platform;
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
            var fields = run.Map ?? [];
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

    /// <summary>Whether a column of the sheet names the candidates.</summary>
    public bool NamesCandidates => Headings.Any(x => x.Field is SheetField.Candidate);

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

/// <summary>The mapping of the columns, as shown by the page or sent by the form.</summary>
public sealed record SheetMapping(
    string? Candidate,
    IReadOnlyList<MappedHeader> Map,
    DateOrder? Order,
    IReadOnlyList<MappedStatus> Statuses,
    string? Sheet,
    string? Encoding,
    bool Update
)
{
    /// <summary>A hash of the mapping, to compare what the form sent with what the page showed.</summary>
    public string Fingerprint { get; } =
        DeterministicId
            .From([
                Candidate ?? "",
                Order is { } order ? Terms.Word(order) : "",
                Sheet ?? "",
                Encoding ?? "",
                Update ? "update" : "",
                .. Map.SelectMany(x => new[] { x.Header, Terms.Word(x.Field) }),
                .. Statuses.SelectMany(x => new[] { x.Word, x.Meaning is { } meaning ? Terms.Word(meaning) : "" }),
            ])
            .ToString();

    public static SheetMapping OfPreview(ImportRun run, SheetPreview preview) =>
        new(
            run.Candidate,
            [.. preview.Headings.Where(x => x.MayBeMapped).Select(x => new MappedHeader(x.Header, x.Field ?? SheetField.Ignore))],
            run.Order,
            preview.Statuses,
            preview.Sheet is { Names.Length: > 1 } book ? book.Name : null,
            run.Encoding,
            run.Update
        );

    /// <summary>The import with this mapping.</summary>
    public ImportRun ApplyTo(ImportRun run) =>
        run with
        {
            Candidate = Candidate,
            Map = Map.Count > 0 ? Map : null,
            Order = Order,
            Statuses =
            [
                .. (run.Statuses ?? []).Where(x => !Statuses.Any(y => y.Word == x.Word)),
                .. Statuses.Where(x => x.Meaning is not null),
            ],
            Sheet = Sheet,
            Encoding = Encoding,
            Update = Update,
        };

    // Of another sheet of the workbook, the columns aren't known yet.
    public static SheetMapping OfForm(Form form, string? candidate) =>
        new(
            candidate,
            [
                .. (form.Text("table") == form.Text("shownTable") ? Positions(form, "column.") : []).Select(x => new MappedHeader(
                    form.Text($"header.{x}") ?? "",
                    form.Word<SheetField>($"column.{x}") ?? SheetField.Ignore
                )),
            ],
            form.Word<DateOrder>("order"),
            [
                .. Positions(form, "status.")
                    .Select(x => new MappedStatus(form.Text($"word.{x}") ?? "", form.Word<SheetStatus>($"status.{x}")))
                    .Where(x => StatusMap.CanMap(x.Word)),
            ],
            form.Text("table"),
            form.Text("encoding"),
            form.Text("act") is "update" || form.Text("act") is not "keep" && form.Text("update") is not null
        );

    private static IEnumerable<string> Positions(Form form, string prefix) =>
        form
            .Names.Where(x => x.StartsWith(prefix, StringComparison.Ordinal))
            .Select(x => x[prefix.Length..])
            .OrderBy(x => int.TryParse(x, CultureInfo.InvariantCulture, out var position) ? position : 0);
}
