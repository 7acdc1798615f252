using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using FollowUp.Applications.Candidates;
using FollowUp.Platform.Http;

namespace FollowUp.Applications.Import;

/// <summary>The file as text, and split into records. It knows nothing of applications.</summary>
/// <param name="LinesBefore">The number of lines that were removed from the top (<c>sep=;</c>).</param>
/// <param name="Separator">The separator of cells that the file itself names.</param>
internal sealed record SheetText(string Encoding, string Content, int LinesBefore, char? Separator)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static SheetText Decode(Stream csv)
    {
        using var copy = new MemoryStream();
        csv.CopyTo(copy);
        var bytes = copy.GetBuffer().AsSpan(0, (int)copy.Length);
        var (encoding, content) = bytes switch
        {
            [0x50, 0x4B, 0x03, 0x04, ..] or [0xD0, 0xCF, 0x11, 0xE0, ..] => throw new SheetRefusedException(
                "notCsv",
                "This is a workbook, not text. Save the sheet as CSV (\"CSV UTF-8\" in Excel) and send that."
            ),
            [0xEF, 0xBB, 0xBF, .. var rest] => Utf8OrWindows(rest),
            [0xFF, 0xFE, .. var rest] => ("utf-16", System.Text.Encoding.Unicode.GetString(rest)),
            [0xFE, 0xFF, .. var rest] => ("utf-16", System.Text.Encoding.BigEndianUnicode.GetString(rest)),
            _ => Utf8OrWindows(bytes),
        };

        // Excel writes and reads a first line that names the separator.
        if (content.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && content.Length > 5 && content[5] is '\r' or '\n')
            return new(encoding, content[(content[5..].StartsWith("\r\n", StringComparison.Ordinal) ? 7 : 6)..], 1, content[4]);
        return new(encoding, content, 0, null);
    }

    public IEnumerable<SheetRecord> Records(char delimiter)
    {
        var format = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = delimiter.ToString(),
            HasHeaderRecord = false,
            IgnoreBlankLines = false, // blank lines are counted
            BadDataFound = null, // a stray quotation mark is ordinary text
        };
        using var parser = new CsvParser(new StringReader(Content), format);
        var read = 0;
        while (parser.Read())
        {
            var line = LinesBefore + read + 1;
            var ends = parser.RawRow;
            var raw = parser.RawRecord;
            read = ends;
            // Only the last record can reach the end of the file with an open quotation mark.
            var unclosed = LinesBefore + ends > line && !raw.EndsWith('\n') && !raw.EndsWith('\r') && raw.Count(x => x == '"') % 2 == 1;
            yield return new(line, parser.Record ?? [], unclosed);
        }
    }

    private static (string, string) Utf8OrWindows(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return ("utf-8", Utf8.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            // The encoding in which Excel saves plain "CSV" on a western European or American machine.
            return ("windows-1252", CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetString(bytes));
        }
    }
}

internal sealed record SheetRecord(int Line, string[] Cells, bool Unclosed)
{
    public bool IsBlank => Cells.All(string.IsNullOrWhiteSpace);

    public string Cell(int position) => position <= Cells.Length ? Cells[position - 1] : "";
}

/// <summary>
/// The header line and the separator of cells. Both are found by trying: the right separator is the one with which the most headers are
/// known.
/// </summary>
internal sealed record SheetLayout(char Delimiter, SheetRecord Header, SheetColumns Columns)
{
    private const int LinesToSearch = 20;
    private const int MaxColumns = 1_000;

    public static SheetLayout Find(SheetText text, ColumnMap? map)
    {
        char[] delimiters = text.Separator is { } said ? [said] : [',', ';', '\t', '|'];
        // A line with too many columns is cut just beyond the limit: a header of a million columns is neither compared nor stored.
        var tried = (
            from delimiter in delimiters
            from record in text.Records(delimiter)
                .Take(LinesToSearch)
                .Select(x => x.Cells.Length > MaxColumns ? x with { Cells = x.Cells[..(MaxColumns + 1)] } : x)
            where !record.IsBlank
            select new SheetLayout(delimiter, record, SheetColumns.Match(record.Cells, map))
        ).ToList();

        if (tried.Count == 0)
            throw new SheetRefusedException("empty", "The sheet is empty.");

        // MaxBy returns the first of several equal ones: the topmost line, and the comma before the other separators.
        var found =
            tried.Where(x => x.Columns.Missing.IsEmpty).MaxBy(x => x.Columns.Matched.Length)
            ?? tried.MaxBy(x => (x.Columns.Matched.Length, -x.Header.Line, x.Header.Cells.Length))!;
        if (found.Header.Cells.Length > MaxColumns)
            throw new SheetRefusedException("tooManyColumns", $"The sheet has more than {MaxColumns:N0} columns, which is the most.");
        if (!found.Columns.Missing.IsEmpty)
            throw MissingColumn(found);
        if (found.Columns.IsRepetitive)
            throw new SheetRefusedException("tooManyAlike", SheetColumns.TooManyAlike);
        if (map?.NotAmong(found.Header.Cells) is { Count: > 0 } missing)
            throw new SheetRefusedException(
                "mappedHeaderMissing",
                $"The map names {string.Join(", ", missing.Select(x => $"\"{x}\""))}, but the headers are: {Seen(found.Header)}."
            )
            {
                Headers = [.. found.Header.Cells],
            };
        return found;
    }

    public (List<SheetRecord> Records, int Blank) Records(SheetText text)
    {
        var records = new List<SheetRecord>();
        var blank = 0;
        foreach (var record in text.Records(Delimiter).Where(x => x.Line > Header.Line))
        {
            if (record.IsBlank)
                blank++;
            else if (records.Count < Sheet.MaxRows)
                records.Add(record);
            else
                throw new SheetRefusedException("tooManyRows", $"The sheet has more than {Sheet.MaxRows:N0} rows. Send it in parts.");
        }

        return (records, blank);
    }

    private static SheetRefusedException MissingColumn(SheetLayout best) =>
        new(
            "missingColumn",
            $"The sheet has no column for {string.Join(" and none for ", best.Columns.Missing.Select(SheetColumns.Describe))}. "
                + $"The headers seen are: {Seen(best.Header)}. If one of them is meant, name it, as in map=Firma:employer,Stelle:title."
        )
        {
            Missing = best.Columns.Missing,
            Headers = [.. best.Header.Cells],
        };

    private static string Seen(SheetRecord header) =>
        string.Join(", ", header.Cells.Where(x => !string.IsNullOrWhiteSpace(x)).Take(100).Select(x => SheetWords.OneLine(x).Shorten(60)));
}
