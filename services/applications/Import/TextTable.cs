using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace FollowUp.Applications.Import;

// See docs/decisions/0036-no-row-vanishes.md
/// <summary>Delimited text. A stray quotation mark costs the row in which it stands, and never the rows behind it.</summary>
/// <param name="LinesBefore">The number of lines that were removed from the top (<c>sep=;</c>).</param>
/// <param name="Separator">The separator of cells that the file itself names.</param>
internal sealed record TextTable(string Content, int LinesBefore, char? Separator) : SheetTable((string?)null)
{
    // The parser's input is followed by a line of its own: a quotation mark that is still open at the end of the file swallows that line.
    private const string End = "\uE000";

    private const int MostRestarts = 100; // each reads the rest of the file again; behind them, every line is a record by itself

    /// <summary>Reads a first line that names the separator, as Excel writes it.</summary>
    public static TextTable Of(string text) =>
        text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && text.Length > 5 && text[5] is '\r' or '\n'
            ? new(text[(text[5..].StartsWith("\r\n", StringComparison.Ordinal) ? 7 : 6)..], 1, text[4])
            : new(text, 0, null);

    public override IReadOnlyList<char> Delimiters => Separator is { } said ? [said] : [',', ';', '\t', '|'];

    public override IEnumerable<SheetRecord> Records(char delimiter, RowShape shape)
    {
        var (at, line) = (0, LinesBefore + 1);
        for (var restarts = 0; at < Content.Length; restarts++)
        {
            var rest = Content[at..];
            if (restarts == MostRestarts)
            {
                foreach (var (start, length) in LinesOf(rest))
                    yield return Single(rest.Substring(start, length), line++, delimiter);
                yield break;
            }
            var again = false;
            var (consumed, read) = (0, 0);
            var text = Input(rest);
            using var parser = Parser(text, delimiter);
            while (!again && parser.Read())
            {
                var (start, from) = (consumed, line + read);
                if (start >= rest.Length)
                    yield break;
                (consumed, read) = (consumed + parser.RawRecord.Length, parser.RawRow);
                // More of the input than the file has: the line at the end was swallowed.
                var isUnclosed = consumed > text.Length;
                var cells = CellsOf(parser);
                if (!isUnclosed && (read <= from - line + 1 || !HoldsRows(parser.RawRecord, cells)))
                {
                    yield return new(from, cells);
                    continue;
                }

                // The line with the mark, then each line behind it, until one looks like a row: from there the file is read again.
                var raw = rest[start..Math.Min(consumed, rest.Length)];
                var lines = LinesOf(raw).ToArray();
                var row = Array.FindIndex(lines, 1, x => LooksLikeRow(raw.Substring(x.Start, x.Length)));
                for (var i = 0; i < (row < 0 ? lines.Length : row); i++)
                {
                    var single = raw.Substring(lines[i].Start, lines[i].Length);
                    if (i == 0)
                        yield return new(from, single.Split(delimiter), isUnclosed ? Damage.Unclosed : Damage.HoldsRows);
                    else if (single.Contains(delimiter, StringComparison.Ordinal))
                        yield return new(
                            from + i,
                            single.Split(delimiter),
                            single.All(x => x == delimiter || char.IsWhiteSpace(x)) ? Damage.None : Damage.Behind
                        );
                }
                if (row < 0 && isUnclosed)
                    yield break;
                if (row >= 0)
                    (at, line, again) = (at + start + lines[row].Start, from + row, true);
            }
            if (!again)
                yield break;
        }

        // A record of several lines holds rows if a quoted cell doesn't end where it seems to, or lines of a cell look like rows. If the
        // second stray mark happens to stand at the end of a cell, the record is too wide (unless a program quoted every cell), or a cell
        // with a delimiter has several lines where one is written.
        bool HoldsRows(string raw, string[] cells)
        {
            var (isWellFormed, hasBareCell) = Quoting(raw, delimiter);
            var isTooWide = shape.Width > 0 && cells.Length > shape.Width && hasBareCell;
            return (!isWellFormed || isTooWide) && LinesOf(raw).Skip(1).Any(x => raw.AsSpan(x.Start, x.Length).Contains(delimiter))
                || shape.OfOneLine.Any(x => x <= cells.Length && IsOfLines(cells[x - 1]) && HasTightDelimiter(cells[x - 1]))
                || Array.Exists(cells, cell => LinesOf(cell).Skip(1).Any(x => LooksLikeRow(cell.Substring(x.Start, x.Length))));
        }

        bool IsOfLines(string cell) => cell.AsSpan().ContainsAny('\r', '\n') && cell.Contains(delimiter, StringComparison.Ordinal);

        // In a sentence, a space stands behind a comma.
        bool HasTightDelimiter(string cell) =>
            cell.Index().Any(x => x.Item == delimiter && (x.Index + 1 == cell.Length || !char.IsWhiteSpace(cell[x.Index + 1])));

        bool LooksLikeRow(string text) =>
            text.Contains(delimiter, StringComparison.Ordinal)
            && (
                shape.IsRow(text.TrimEnd('\r', '\n').Split(delimiter))
                || text.Contains('"', StringComparison.Ordinal) && shape.IsRow(Single(text, 0, delimiter).Cells)
            );
    }

    // Whether every quoted cell of a record ends at a delimiter, or at the end of a line; and whether a cell isn't quoted.
    private static (bool IsWellFormed, bool HasBareCell) Quoting(string raw, char delimiter)
    {
        var (isQuoted, isStart, hasBareCell) = (false, true, false);
        for (var i = 0; i < raw.Length; i++)
        {
            hasBareCell |= isStart && !isQuoted && raw[i] != delimiter && raw[i] is not ('"' or '\r' or '\n');
            if (isQuoted && raw[i] == '"' && i + 1 < raw.Length && raw[i + 1] == '"')
                i++;
            else if (isQuoted && raw[i] == '"' && i + 1 < raw.Length && raw[i + 1] != delimiter && raw[i + 1] is not ('\r' or '\n'))
                return (false, hasBareCell);
            else if (raw[i] == '"' && (isQuoted || isStart))
                isQuoted = !isQuoted;
            isStart = !isQuoted && raw[i] == delimiter;
        }
        return (true, hasBareCell);
    }

    private static SheetRecord Single(string text, int line, char delimiter)
    {
        var input = Input(text);
        using var parser = Parser(input, delimiter);
        parser.Read();
        return new(line, CellsOf(parser), parser.RawRecord.Length > input.Length ? Damage.Unclosed : Damage.None);
    }

    private static string[] CellsOf(CsvParser parser) =>
        parser.Record is { } cells ? [.. cells.Select(x => x.Replace($"\n{End}", "", StringComparison.Ordinal))] : [];

    private static string Input(string text) => text is [.., '\n' or '\r'] ? text : $"{text}\n";

    private static CsvParser Parser(string input, char delimiter) =>
        new(
            new StringReader(input + End),
            new CsvConfiguration(CultureInfo.InvariantCulture)
            {
                Delimiter = delimiter.ToString(),
                HasHeaderRecord = false,
                IgnoreBlankLines = false, // blank lines are counted
                BadDataFound = null, // a stray quotation mark is ordinary text
            }
        );

    private static IEnumerable<(int Start, int Length)> LinesOf(string text)
    {
        for (var start = 0; start < text.Length; )
        {
            var end = text.AsSpan(start).IndexOfAny('\r', '\n');
            end =
                end < 0 ? text.Length
                : text[start + end] == '\r' && start + end + 1 < text.Length && text[start + end + 1] == '\n' ? start + end + 2
                : start + end + 1;
            yield return (start, end - start);
            start = end;
        }
    }
}
