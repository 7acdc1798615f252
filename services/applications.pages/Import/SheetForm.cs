using System.Globalization;
using System.Text.Json;
using FollowUp.Applications.Import;
using FollowUp.Contracts;
using FollowUp.Platform;

namespace FollowUp.Applications.Pages.Import;

/// <summary>The choices for a sheet, as the page showed them and as its form sends them.</summary>
internal static class SheetForm
{
    private const int MostCorrections = 2_000; // of cells and of rows: then the sheet itself is to be corrected

    /// <summary>A hash of the choices, to compare what the form sent with what the page showed.</summary>
    public static string Fingerprint(SheetChoices choices) =>
        DeterministicId.From([JsonSerializer.Serialize(choices, Json.Lenient)]).ToString();

    /// <summary>The choices that the page shows.</summary>
    public static SheetChoices Shown(ImportRun run, SheetPreview preview) =>
        run.Choices with
        {
            NewCandidates = run.Choices.NewCandidates && preview.HasNames,
            Map = [.. preview.Headings.Where(x => x.MayBeMapped).Select(x => new MappedHeader(x.Header, x.Field ?? SheetField.Ignore))],
            Statuses = [.. preview.Statuses],
            Sheet = preview.Sheet is { Names.Length: > 1 } book ? book.Name : null,
        };

    /// <summary>The choices that the form sends, without the cells that it corrects.</summary>
    public static SheetChoices Sent(Form form, string? candidate, ImportRun run)
    {
        // Of another sheet of the workbook, the columns aren't known yet, and its lines are others.
        var isSameTable = form.Text("table") == form.Text("shownTable");
        return new()
        {
            Candidate = candidate,
            NewCandidates = form.Flag("newCandidates"),
            Map =
            [
                .. (isSameTable ? Positions(form, "column.") : []).Select(x => new MappedHeader(
                    form.Text($"header.{x}") ?? "",
                    form.Word<SheetField>($"column.{x}") ?? SheetField.Ignore
                )),
            ],
            Order = form.Word<DateOrder>("order"),
            Statuses =
            [
                .. Positions(form, "status.")
                    .Select(x => new MappedStatus(form.Text($"word.{x}") ?? "", form.Word<SheetStatus>($"status.{x}")))
                    .Where(x => StatusMap.CanMap(x.Word)),
            ],
            Sheet = form.Text("table"),
            Encoding = form.Text("encoding"),
            Update = form.Text("act") is "update" || form.Text("act") is not "keep" && form.Text("update") is not null,
            Corrections = isSameTable ? run.Choices.Corrections : null,
            Again = isSameTable ? run.Choices.Again : null,
        };
    }

    /// <summary>Whether two choices say the same of single rows.</summary>
    public static bool AreTheSameOfRows(SheetChoices one, SheetChoices other) =>
        (one.Corrections ?? []).SequenceEqual(other.Corrections ?? []) && (one.Again ?? []).SequenceEqual(other.Again ?? []);

    /// <summary>
    /// The choices of the import, after those that the form sends, the cells that it corrects, and what it says of single rows.
    /// </summary>
    /// <exception cref="RefusedException">A cell can't be corrected so.</exception>
    public static SheetChoices Chosen(Form form, SheetChoices sent, ImportRun run)
    {
        CorrectedCell[] corrected = [.. Corrected(form)];
        var places = corrected.Select(x => (x.Line, x.Position)).ToHashSet();
        CorrectedCell[] before = [.. (sent.Corrections ?? []).Where(x => !places.Contains((x.Line, x.Position)))];
        // Only the rows that the form offered; another page of a long sheet has others.
        int[] again = [.. (sent.Again ?? []).Except(Lines(form, "offered")).Union(Lines(form, "again")).Order()];
        if (before.Length + corrected.Length + again.Length > MostCorrections)
            throw RefusedException.BadInput("cells", "Those are too many cells. Correct them in the sheet itself, and send that.");
        return sent with
        {
            Map = sent.Map is { Count: > 0 } ? sent.Map : null,
            Statuses =
            [
                .. (run.Choices.Statuses ?? []).Where(x => !sent.Statuses!.Any(y => y.Word == x.Word)),
                .. sent.Statuses!.Where(x => x.Meaning is not null),
            ],
            Corrections = before.Length + corrected.Length > 0 ? [.. before, .. corrected] : null,
            Again = again.Length > 0 ? again : null,
        };
    }

    // The cells whose text differs from the one that the page showed.
    private static IEnumerable<CorrectedCell> Corrected(Form form)
    {
        foreach (var name in form.Names.Where(x => x.StartsWith("cell.", StringComparison.Ordinal)))
        {
            var (text, was) = (form.Text(name) ?? "", form.Text($"was.{name}") ?? "");
            if (text == was || name.Split('.') is not [_, var line, var position])
                continue;
            if (text.Length > CorrectedCell.LongestText)
                throw RefusedException.BadInput(name, $"It must not be longer than {CorrectedCell.LongestText} characters.");
            if (NumberIn(line) is { } row && NumberIn(position) is { } column)
                yield return new(row, column, text);
        }
    }

    private static IEnumerable<int> Lines(Form form, string name) => form.Texts(name).Select(NumberIn).OfType<int>();

    private static int? NumberIn(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static IEnumerable<string> Positions(Form form, string prefix) =>
        form
            .Names.Where(x => x.StartsWith(prefix, StringComparison.Ordinal))
            .Select(x => x[prefix.Length..])
            .OrderBy(x => int.TryParse(x, CultureInfo.InvariantCulture, out var position) ? position : 0);
}
