using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Xml;
using MiniExcelLibs;
using MiniExcelLibs.OpenXml;

namespace FollowUp.Applications.Import;

/// <summary>
/// The sheets of a workbook, XLSX or ODS: formulas by their values, dates as <c>2024-09-19</c>. What it may unpack to is bounded before
/// anything of it is read.
/// </summary>
internal static class Workbook
{
    private const long MostUnpacked = 100 * 1024 * 1024;
    private const int MostCells = 4_000_000; // blank ones included, which a file of a few bytes can have
    private const int MostEntries = 10_000;

    // A cell far beyond the limit of columns, so that a workbook with more of them is refused, as text is.
    private const int MostRepeated = 1_100;

    // The difference between the days from which Excel counts, by default and as it did on a Mac.
    private static readonly TimeSpan From1904 = TimeSpan.FromDays(1_462);

    private static readonly OpenXmlConfiguration InMemory = new() { EnableSharedStringCache = false };
    private static readonly XmlReaderSettings Untrusted = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    /// <exception cref="SheetRefusedException">The file is no workbook, is damaged, or unpacks to more than is read.</exception>
    public static SheetFile Read(MemoryStream file)
    {
        file.Position = 0;
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            Bound(archive);
            if (archive.GetEntry("xl/workbook.xml") is { } book)
                return new("xlsx", true, Xlsx(file, BookOf(book)));
            if (archive.GetEntry("content.xml") is { } content)
                return new("ods", true, Ods(content));
        }
        catch (Exception exception) when (exception is not SheetRefusedException and not OutOfMemoryException)
        {
            throw new SheetRefusedException(
                "badWorkbook",
                "The workbook is damaged, or has a password. Open it, save it again, and send that."
            );
        }
        throw new SheetRefusedException(
            "notCsv",
            "This is neither a workbook (XLSX, ODS) nor text. Save the sheet as one of them and send that."
        );
    }

    // Counts what comes out, because what the archive says of itself may be a lie.
    private static void Bound(ZipArchive archive)
    {
        var (left, buffer) = (MostUnpacked, new byte[81_920]);
        if (archive.Entries.Count > MostEntries)
            throw TooLarge();
        foreach (var entry in archive.Entries)
        {
            using var content = entry.Open();
            for (int read; (read = content.Read(buffer)) > 0; )
                if ((left -= read) < 0)
                    throw TooLarge();
        }
    }

    private static SheetRefusedException TooLarge() =>
        new(
            "workbookTooLarge",
            "The workbook unpacks to more than is read. Send the one sheet with the applications, or send it in parts."
        );

    /// <param name="Later">What is added to the days of the workbook.</param>
    /// <param name="Hidden">The names of the hidden sheets.</param>
    private sealed record Book(TimeSpan Later, HashSet<string> Hidden);

    private static Book BookOf(ZipArchiveEntry entry)
    {
        var book = new Book(TimeSpan.Zero, new(StringComparer.Ordinal));
        using var content = entry.Open();
        using var xml = XmlReader.Create(content, Untrusted);
        while (xml.Read())
            if (xml.LocalName == "workbookPr" && xml.GetAttribute("date1904") is "1" or "true")
                book = book with { Later = From1904 };
            else if (xml.LocalName == "sheet" && xml.GetAttribute("state") is "hidden" or "veryHidden")
                book.Hidden.Add(xml.GetAttribute("name") ?? "");
        return book;
    }

    private static ImmutableArray<SheetTable> Xlsx(Stream file, Book book)
    {
        var (tables, cells) = (ImmutableArray.CreateBuilder<SheetTable>(), 0);
        foreach (var name in file.GetSheetNames(InMemory))
        {
            var (rows, line) = (new List<SheetRecord>(), 0);
            foreach (IDictionary<string, object?> row in file.Query(useHeaderRow: false, name, ExcelType.XLSX, configuration: InMemory))
            {
                if ((cells += row.Count) > MostCells)
                    throw TooLarge();
                line++;
                Add(rows, line, [.. row.Values.Select(x => Text(x is DateTime at ? at + book.Later : x))]);
            }
            tables.Add(new CellTable(name, rows) { IsHidden = book.Hidden.Contains(name) });
        }
        return tables.ToImmutable();
    }

    // A row without the blank cells behind its last one; a row of blank cells alone is none.
    private static void Add(List<SheetRecord> rows, int line, List<string> cells)
    {
        if (cells.FindLastIndex(x => x.Length > 0) is >= 0 and var last)
            rows.Add(new(line, [.. cells.Take(last + 1)]));
    }

    private static string Text(object? value) =>
        value switch
        {
            null => "",
            string text => text,
            DateTime at => at.ToString(at.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
            bool yes => yes ? "TRUE" : "FALSE",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };

    private static ImmutableArray<SheetTable> Ods(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        using var xml = XmlReader.Create(content, Untrusted);
        var (tables, cells) = (ImmutableArray.CreateBuilder<SheetTable>(), 0);
        List<SheetRecord>? rows = null;
        List<string>? record = null;
        var (line, repeated) = (0, 1);
        while (xml.Read())
        {
            switch (xml.NodeType, xml.Name)
            {
                case (XmlNodeType.Element, "table:table"):
                    (rows, line) = ([], 0);
                    tables.Add(new CellTable(xml.GetAttribute("table:name"), rows));
                    break;
                case (XmlNodeType.Element, "table:table-row"):
                    (record, repeated) = ([], Repeated("table:number-rows-repeated"));
                    if (xml.IsEmptyElement)
                        line += repeated;
                    break;
                case (XmlNodeType.EndElement, "table:table-row"):
                    for (var i = 0; i < repeated && record!.Exists(x => x.Length > 0); i++)
                    {
                        if ((cells += record.Count) > MostCells)
                            throw TooLarge();
                        Add(rows!, line + i + 1, record);
                    }
                    line += repeated;
                    break;
                case (XmlNodeType.Element, "table:table-cell" or "table:covered-table-cell") when record is not null:
                    var times = Repeated("table:number-columns-repeated");
                    var text = OdsText(xml);
                    // the blank cells behind the last of a row come as one that is repeated
                    record.AddRange(Enumerable.Repeat(text, Math.Min(times, Math.Max(0, MostRepeated - record.Count))));
                    break;
            }
        }
        return tables.ToImmutable();

        int Repeated(string attribute) =>
            int.TryParse(xml.GetAttribute(attribute), CultureInfo.InvariantCulture, out var x) ? Math.Max(1, x) : 1;
    }

    // The value where the cell has one, else its paragraphs. The reader ends on the cell's end.
    private static string OdsText(XmlReader xml)
    {
        var value = xml.GetAttribute("office:value-type") switch
        {
            "date" => xml.GetAttribute("office:date-value")?.Replace("T00:00:00", "", StringComparison.Ordinal),
            "boolean" => xml.GetAttribute("office:boolean-value")?.ToUpperInvariant(),
            "float" => xml.GetAttribute("office:value"),
            _ => null,
        };
        if (xml.IsEmptyElement)
            return value ?? "";
        var (depth, paragraphs) = (xml.Depth, new List<string>());
        while (xml.Read() && xml.Depth > depth)
        {
            switch (xml.NodeType, xml.Name)
            {
                case (XmlNodeType.Element, "office:annotation") when !xml.IsEmptyElement: // a comment on the cell
                    while (xml.Read() && (xml.NodeType, xml.Name) != (XmlNodeType.EndElement, "office:annotation")) { }
                    break;
                case (XmlNodeType.Element, "text:p" or "text:line-break"):
                    paragraphs.Add("");
                    break;
                case (XmlNodeType.Element, "text:s" or "text:tab") when paragraphs.Count > 0:
                    paragraphs[^1] += " ";
                    break;
                case (XmlNodeType.Text or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace, _) when paragraphs.Count > 0:
                    paragraphs[^1] += xml.Value;
                    break;
            }
        }
        return value ?? string.Join('\n', paragraphs);
    }
}
