namespace FollowUp.Applications.Import;

/// <summary>
/// The table, the header line and the delimiter of cells. All are found by trying: the right ones are those with which the most headers are
/// known.
/// </summary>
internal sealed record SheetLayout(SheetTable Table, char Delimiter, SheetRecord Header, SheetColumns Columns)
{
    private const int LinesToSearch = 20;
    private const int MaxColumns = 1_000;
    private const int RowsForExamples = 100;

    public static SheetLayout Find(SheetFile file, SheetOptions options)
    {
        var tables = file.Tables.Where(x => options.Sheet is { } name ? x.Name == name : !x.IsHidden).ToArray();
        if (tables.Length == 0 && options.Sheet is null)
            tables = [.. file.Tables];
        if (tables.Length == 0 && options.Sheet is not null)
            throw new SheetRefusedException(
                "unknownSheet",
                $"The file has no sheet \"{options.Sheet}\". Its sheets are: "
                    + $"{string.Join(", ", file.Tables.Select(x => x.Name).OfType<string>())}."
            );
        // A line with too many columns is cut just beyond the limit: a header of a million columns is neither compared nor stored.
        var tried = (
            from table in tables
            from delimiter in table.Delimiters
            from record in table
                .Records(delimiter, new(cells => cells.Length <= MaxColumns && SheetColumns.Match(cells, options).Missing.IsEmpty))
                .Take(LinesToSearch)
                .Select(x => x.Cells.Length > MaxColumns ? x with { Cells = x.Cells[..(MaxColumns + 1)] } : x)
            where !record.IsBlank
            let columns = SheetColumns.Match(record.Cells, options)
            where record.Damage is Damage.None || columns.Missing.IsEmpty // a stray quotation mark may stand among the headers
            select new SheetLayout(table, delimiter, record, columns)
        ).ToList();

        if (tried.Count == 0)
            throw new SheetRefusedException("empty", "The sheet is empty.");

        // MaxBy returns the first of several equal ones: the topmost line, and the comma before the other delimiters.
        var found =
            tried.Where(x => x.Columns.Missing.IsEmpty).MaxBy(x => x.Columns.Matched.Length)
            ?? tried.MaxBy(x => (x.Columns.Matched.Length, -x.Header.Line, x.Header.Cells.Length))!;
        if (found.Header.Cells.Length > MaxColumns)
            throw new SheetRefusedException("tooManyColumns", $"The sheet has more than {MaxColumns:N0} columns, which is the most.");
        if (!found.Columns.Missing.IsEmpty)
            throw MissingColumn(found);
        if (found.Columns.IsRepetitive)
            throw new SheetRefusedException("tooManyAlike", SheetColumns.TooManyAlike);
        if (options.Map?.NotAmong(found.Header.Cells) is { Count: > 0 } missing)
            throw new SheetRefusedException(
                "mappedHeaderMissing",
                $"The map names {string.Join(", ", missing.Select(x => $"\"{x}\""))}, but the headers are: {Seen(found.Header)}."
            )
            {
                Headers = [.. found.Header.Cells],
            };
        return found;
    }

    public (List<SheetRecord> Records, int Blank) Records()
    {
        var records = new List<SheetRecord>();
        var blank = 0;
        var shape = new RowShape(cells => Columns.LooksLikeRow(cells, Header.Cells.Length))
        {
            Width = Header.Cells.Length,
            OfOneLine = [.. Columns.Matched.Where(x => SheetColumns.IsOfOneLine(x.Field)).Select(x => x.Position)],
        };
        foreach (var record in Table.Records(Delimiter, shape).Where(x => x.Line > Header.Line))
        {
            if (record.IsBlank)
                blank++;
            else if (records.Count < Sheet.MaxRows)
                records.Add(record.Undefused());
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
            Columns = best.Columns.Matched,
            Examples = Sheet.ExamplesOf(
                best.Header,
                [.. best.Table.Records(best.Delimiter, new(_ => false)).Where(x => x.Line > best.Header.Line).Take(RowsForExamples)]
            ),
        };

    private static string Seen(SheetRecord header) =>
        string.Join(", ", header.Cells.Where(x => !string.IsNullOrWhiteSpace(x)).Take(100).Select(x => SheetWords.OneLine(x).Shorten(60)));
}
