using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace FollowUp.Applications.Import;

/// <summary>
/// An uploaded file as tables of cells: text has one, a workbook one for each of its sheets. It knows nothing of applications.
/// </summary>
/// <param name="Encoding">The encoding of the text; for a workbook its format.</param>
/// <param name="IsSure">Whether the file tells its encoding. If it doesn't, the most likely one was taken.</param>
internal sealed record SheetFile(string Encoding, bool IsSure, ImmutableArray<SheetTable> Tables)
{
    private const int BytesThatTell = 4_096;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The encodings that a caller can choose.</summary>
    public static ImmutableArray<string> Encodings { get; } =
    [
        "utf-8",
        "utf-16",
        "utf-16be",
        "windows-1250",
        "windows-1251",
        "windows-1252",
        "windows-1253",
        "windows-1254",
        "windows-1257",
        "iso-8859-1",
        "iso-8859-2",
        "iso-8859-15",
        "macintosh",
    ];

    /// <param name="content">The file.</param>
    /// <param name="encoding">One of <see cref="Encodings"/>; null to detect it.</param>
    /// <exception cref="SheetRefusedException">The file can't be read.</exception>
    public static SheetFile Read(Stream content, string? encoding)
    {
        using var copy = new MemoryStream();
        content.CopyTo(copy);
        var bytes = copy.GetBuffer().AsMemory(0, (int)copy.Length);
        if (bytes.Span.StartsWith<byte>([0x50, 0x4B, 0x03, 0x04]))
            return Workbook.Read(copy);
        if (bytes.Span.StartsWith<byte>([0xD0, 0xCF, 0x11, 0xE0]))
            throw new SheetRefusedException(
                "notCsv",
                "This is a workbook of an old format, or it has a password. Save the sheet as XLSX or CSV, without a password, and "
                    + "send that."
            );
        var (name, isSure, text) = encoding is null ? Decode(bytes.Span) : (encoding, true, Chosen(bytes.Span, encoding));
        return new(name, isSure, TablesOf(text));
    }

    private static ImmutableArray<SheetTable> TablesOf(string text) =>
        JsonTables.Find(text) is { IsEmpty: false } json ? json
        : MarkdownTables.Find(text) is { IsEmpty: false } markdown ? markdown
        : [TextTable.Of(text)];

    private static (string, bool, string) Decode(ReadOnlySpan<byte> bytes)
    {
        switch (bytes)
        {
            case [0xEF, 0xBB, 0xBF, .. var rest]:
                return Utf8OrWindows(rest);
            case [0xFF, 0xFE, .. var rest]:
                return ("utf-16", true, Named("utf-16").GetString(rest));
            case [0xFE, 0xFF, .. var rest]:
                return ("utf-16", true, Named("utf-16be").GetString(rest));
        }
        // UTF-16 without a mark: of letters, digits and separators every second byte is zero.
        var sample = bytes[..Math.Min(bytes.Length, BytesThatTell)];
        var (even, odd) = (0, 0);
        for (var i = 0; i < sample.Length; i++)
            (even, odd) =
                sample[i] != 0 ? (even, odd)
                : i % 2 == 0 ? (even + 1, odd)
                : (even, odd + 1);
        if (
            bytes.Length % 2 == 0
            && sample.Length >= 4
            && Math.Max(even, odd) * 5 >= sample.Length
            && Math.Min(even, odd) * 20 <= sample.Length
        )
            return ("utf-16", true, Named(even > odd ? "utf-16be" : "utf-16").GetString(bytes));
        return Utf8OrWindows(bytes);
    }

    private static (string, bool, string) Utf8OrWindows(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return ("utf-8", true, Utf8.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            // The encoding in which Excel saves plain "CSV" on a western European or American machine.
            return ("windows-1252", false, Named("windows-1252").GetString(bytes));
        }
    }

    private static string Chosen(ReadOnlySpan<byte> bytes, string name)
    {
        if (!Encodings.Contains(name))
            throw new SheetRefusedException(
                "unknownEncoding",
                $"\"{name}\" isn't an encoding that can be chosen. They are: {string.Join(", ", Encodings)}."
            );
        var text = Named(name).GetString(bytes);
        return text.StartsWith('\uFEFF') ? text[1..] : text;
    }

    private static Encoding Named(string name) =>
        CodePagesEncodingProvider.Instance.GetEncoding(name) ?? System.Text.Encoding.GetEncoding(name);
}

/// <summary>A table of a file: records of cells.</summary>
/// <param name="Name">The name of a workbook's sheet; null for text.</param>
internal abstract record SheetTable(string? Name)
{
    /// <summary>Whether it is a hidden sheet of a workbook, which is read only if it is chosen.</summary>
    public bool IsHidden { get; init; }

    /// <summary>The delimiters of cells that the table may have; <c>\0</c> if its cells are given.</summary>
    public abstract IReadOnlyList<char> Delimiters { get; }

    /// <param name="delimiter">One of <see cref="Delimiters"/>.</param>
    /// <param name="shape">What the rows look like, as far as that is known.</param>
    public abstract IEnumerable<SheetRecord> Records(char delimiter, RowShape shape);
}

/// <summary>What the rows of a table look like.</summary>
/// <param name="IsRow">Whether the cells of a line, which stands inside a quoted cell, look like a row.</param>
internal sealed record RowShape(Func<string[], bool> IsRow)
{
    /// <summary>The number of headers; 0 if it isn't known yet.</summary>
    public int Width { get; init; }

    /// <summary>The positions of the columns whose cells have one line.</summary>
    public IReadOnlyCollection<int> OfOneLine { get; init; } = [];
}

/// <summary>A table whose cells are given: of a workbook, of Markdown, or of JSON.</summary>
internal sealed record CellTable(string? Name, IReadOnlyList<SheetRecord> Rows) : SheetTable(Name)
{
    public override IReadOnlyList<char> Delimiters { get; } = ['\0'];

    public override IEnumerable<SheetRecord> Records(char delimiter, RowShape shape) => Rows;
}

/// <summary>What a stray quotation mark did to a record.</summary>
internal enum Damage
{
    None,

    /// <summary>It opens in the record, and never closes.</summary>
    Unclosed,

    /// <summary>It closes in a later row, so that a cell holds the rows between.</summary>
    HoldsRows,

    /// <summary>It stands behind such a mark, and looks like no row.</summary>
    Behind,
}

/// <param name="Line">The line of the file, or the row of the workbook, on which the record starts.</param>
internal sealed record SheetRecord(int Line, string[] Cells, Damage Damage = Damage.None)
{
    public bool IsBlank => Damage is Damage.None && Cells.All(string.IsNullOrWhiteSpace);

    public string Cell(int position) => position <= Cells.Length ? Cells[position - 1] : "";

    /// <summary>Without the apostrophes that kept cells from becoming formulas.</summary>
    public SheetRecord Undefused() => this with { Cells = Array.ConvertAll(Cells, CellText.Undefused) };
}

/// <summary>The tables of a Markdown text. Tables with the same headers are one, as those of a list that is divided by months.</summary>
internal static partial class MarkdownTables
{
    private const int LongestRule = 10_000;

    public static ImmutableArray<SheetTable> Find(string text)
    {
        if (!text.Contains('-', StringComparison.Ordinal) || !text.Contains('|', StringComparison.Ordinal))
            return [];
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var tables = new List<(string Name, List<SheetRecord> Rows)>();
        var heading = "";
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith('#'))
                heading = SheetWords.OneLine(lines[i].TrimStart('#'));
            if (i == 0 || lines[i].Length > LongestRule || !Rule().IsMatch(lines[i]) || !lines[i].Contains('|', StringComparison.Ordinal))
                continue;
            var header = new SheetRecord(i, Cells(lines[i - 1]));
            var table = tables.Find(x =>
                x.Rows[0].Cells.Select(x => SheetWords.Fold(x)).SequenceEqual(header.Cells.Select(x => SheetWords.Fold(x)))
            );
            if (table.Rows is null)
                tables.Add(table = (heading.Length > 0 ? heading : $"Table {tables.Count + 1}", [header]));
            // A table ends with the first line that has no cells.
            while (++i < lines.Length && lines[i].Contains('|', StringComparison.Ordinal))
                table.Rows.Add(new(i + 1, Cells(lines[i])));
        }
        return [.. tables.Select(x => new CellTable(x.Name, x.Rows))];
    }

    private static string[] Cells(string line)
    {
        var inside = line.Trim();
        inside = inside.StartsWith('|') ? inside[1..] : inside;
        inside = inside.EndsWith('|') && !inside.EndsWith("\\|", StringComparison.Ordinal) ? inside[..^1] : inside;
        return
        [
            .. Delimiter()
                .Split(inside)
                .Select(x => x.Trim().Trim('*', '`').Replace("\\|", "|", StringComparison.Ordinal))
                .Select(x => Break().Replace(x, "\n")),
        ];
    }

    [GeneratedRegex(@"^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rule();

    [GeneratedRegex(@"(?<!\\)\|", RegexOptions.None, 1000)]
    private static partial Regex Delimiter();

    [GeneratedRegex(@"<br\s*/?>", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Break();
}
