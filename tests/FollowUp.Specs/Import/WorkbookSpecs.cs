using System.IO.Compression;
using System.Text;
using FollowUp.Applications.Import;

namespace FollowUp.Specs.Import;

/// <summary>Workbooks, tables of Markdown and JSON, and encodings that the file doesn't tell.</summary>
public sealed class WorkbookSpecs
{
    private static readonly string[] Headers = ["Company", "Position", "Date Applied", "Status", "Notes"];

    [Fact]
    public void A_sheet_of_Excel_has_dates_and_the_values_of_formulas()
    {
        var sheet = Sheets.Read(
            Xlsx(
                (
                    "Jobs",
                    [
                        Row(Headers),
                        "",
                        $"{Text("Acme")}{Text("Clerk")}<c s=\"1\"><v>46266</v></c><c t=\"str\"><f>A1</f><v>Rejected</v></c>{Text("a\nb")}",
                        $"{Text("Bcme")}<c t=\"e\"><v>#N/A</v></c>",
                    ]
                )
            )
        );
        Assert.Equal(("xlsx", "Jobs"), (sheet.Encoding, sheet.Name));
        Assert.Equal([3, 4], sheet.Rows.Select(x => x.Line));
        Assert.Equal(
            ("Acme", new DateOnly(2026, 9, 1), "a\nb", 1),
            (
                sheet.Application().Employer,
                sheet.Application().SubmittedOn!.Value,
                sheet.Application().Notes,
                sheet.Application().Outcomes.Length
            )
        );
        Assert.Empty(sheet.Remarks());
        Assert.Equal("required", sheet.Reason(1).Code);
    }

    [Fact]
    public void Days_that_are_counted_from_1904_are_the_days_that_are_meant() =>
        Assert.Equal(
            new DateOnly(2026, 9, 1),
            Sheets
                .Read(
                    Xlsx(
                        "<workbookPr date1904=\"1\"/>",
                        ("Jobs", [Row(Headers), $"{Text("Acme")}{Text("Clerk")}<c s=\"1\"><v>44804</v></c>"])
                    )
                )
                .Application()
                .SubmittedOn
        );

    [Fact]
    public void Of_the_sheets_of_a_workbook_the_one_with_the_known_headers_is_read_or_the_chosen_one()
    {
        var book = Xlsx(
            ("Cover", [Row("My job search")]),
            ("2025", [Row("Company", "Position"), Row("Acme", "Cook")]),
            ("2026", [Row(Headers), Row("Acme", "Clerk")])
        );
        Assert.Equal(["Cover", "2025", "2026"], Sheets.Read(book).Names);
        Assert.Equal("Clerk", Sheets.Read(book).Application().Title);
        Assert.Equal("Cook", Sheets.Read(book, Sheets.Options with { Sheet = "2025" }).Application().Title);
        Assert.Equal(
            "unknownSheet",
            Assert.Throws<SheetRefusedException>(() => Sheets.Read(book, Sheets.Options with { Sheet = "2027" })).Code
        );
    }

    [Fact]
    public void A_hidden_sheet_is_read_only_if_it_is_chosen()
    {
        var book = Xlsx(
            ("Old\" state=\"hidden", [Row([.. Headers, "Contact"]), Row("Acme", "Cook")]),
            ("Jobs", [Row(Headers), Row("Acme", "Clerk")])
        );
        Assert.Equal("Clerk", Sheets.Read(book).Application().Title);
        Assert.Equal("Cook", Sheets.Read(book, Sheets.Options with { Sheet = "Old" }).Application().Title);
    }

    [Fact]
    public void A_sheet_of_LibreOffice_is_read_with_its_repeated_and_covered_cells()
    {
        static string Cell(string text) => $"<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>";
        var sheet = Sheets.Read(
            Ods(
                $"<table:table-row>{string.Concat(Headers.Select(Cell))}<table:table-cell table:number-columns-repeated=\"16379\"/>"
                    + "</table:table-row>",
                "<table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-repeated=\"16384\"/>"
                    + "</table:table-row>",
                $"<table:table-row>{Cell("Acme")}{Cell("<text:span>Cl</text:span>erk")}<table:table-cell office:value-type=\"date\" "
                    + "office:date-value=\"2026-09-01\"><office:annotation><text:p>a comment</text:p></office:annotation><text:p>"
                    + "01.09.26</text:p></table:table-cell>"
                    + "<table:table-cell/><table:table-cell office:value-type=\"string\"><text:p>a<text:s/>b</text:p><text:p>"
                    + "c</text:p></table:table-cell></table:table-row>",
                "<table:table-row table:number-rows-repeated=\"1048572\"><table:table-cell table:number-columns-repeated=\"16384\"/>"
                    + "</table:table-row>"
            )
        );
        Assert.Equal(("ods", 4), (sheet.Encoding, Assert.Single(sheet.Rows).Line));
        Assert.Equal(
            ("Clerk", new DateOnly(2026, 9, 1), "a b\nc"),
            (sheet.Application().Title, sheet.Application().SubmittedOn!.Value, sheet.Application().Notes)
        );
    }

    [Fact]
    public async Task A_workbook_that_unpacks_to_gigabytes_is_refused_at_once()
    {
        var bomb = Zip(("xl/workbook.xml", into => Fill(into, 1_000)));
        Assert.True(bomb.Length < ImportSheet.MostBytes);
        Assert.Equal("workbookTooLarge", (await Refusal(bomb)).Code);
    }

    [Fact]
    public async Task A_workbook_of_endless_repeated_cells_is_refused_at_once()
    {
        var rows = string.Concat(
            Enumerable.Repeat(
                "<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell table:number-columns-repeated=\"16384\" "
                    + "office:value-type=\"string\"><text:p>x</text:p></table:table-cell></table:table-row>",
                100
            )
        );
        Assert.Equal("workbookTooLarge", (await Refusal(Ods(rows))).Code);
    }

    [Fact]
    public void A_zip_that_is_no_workbook_is_refused() =>
        Assert.Equal("notCsv", Assert.Throws<SheetRefusedException>(() => Sheets.Read(Zip(("a.txt", x => x.Write("hi"u8))))).Code);

    [Fact]
    public void Tables_of_Markdown_with_the_same_headers_are_one()
    {
        var sheet = Sheets.Read(
            "# Jobs\n\nSome text | with a bar\n\n## August\n\n| **Company** | Position | Date Applied | Status |\n|---|:--|--:|---|\n"
                + "| [Acme](https://example.org) | Clerk | 2026-09-01 | Rejected |\n\n## September\n\n| Company | Position | Date "
                + "Applied | Status |\n"
                + "| --- | --- | --- | --- |\n| Bcme \\| Co | Cook<br>two | 2026-09-02 | Applied |\n"
        );
        Assert.Equal([9, 15], sheet.Rows.Select(x => x.Line));
        Assert.Equal(
            ("Acme", "Bcme | Co", "Cook two"),
            (sheet.Application().Employer, sheet.Application(1).Employer, sheet.Application(1).Title)
        );
    }

    [Fact]
    public void An_array_of_JSON_is_a_table()
    {
        var sheet = Sheets.Read(
            """
            { "format": "x", "tags": ["a"], "settings": [ { "key": 1 } ],
              "applications": [
                { "company": { "name": "Acme" }, "role": "Clerk", "appliedAt": "2026-09-01T08:00:00Z", "notes": null },
                { "company": { "name": "Bcme" }, "role": "Cook", "appliedAt": "2026-09-02T08:00:00Z",
                  "url": "https://example.org" } ] }
            """
        );
        Assert.Equal(["settings", "applications"], sheet.Names);
        Assert.Equal("applications", sheet.Name);
        Assert.Equal([1, 2], sheet.Rows.Select(x => x.Line));
        Assert.Equal(
            ("Acme", new DateOnly(2026, 9, 1), "https://example.org"),
            (sheet.Application().Employer, sheet.Application().SubmittedOn, sheet.Application(1).Url)
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void UTF_16_is_known_without_its_mark(bool bigEndian)
    {
        var encoding = new UnicodeEncoding(bigEndian, byteOrderMark: false);
        var sheet = Sheets.Read(encoding.GetBytes("Company\tPosition\nCafé Zoë\tBarista\n"));
        Assert.Equal(("utf-16", true, "Café Zoë"), (sheet.Encoding, sheet.EncodingIsSure, sheet.Application().Employer));
    }

    [Fact]
    public void An_encoding_that_the_file_does_not_tell_is_said_and_can_be_chosen()
    {
        byte[] file = [.. "Company,Position\nBie"u8, 0x9C, .. ",Clerk\n"u8];
        Assert.Equal(
            ("windows-1252", false, "Bieœ"),
            (Sheets.Read(file).Encoding, Sheets.Read(file).EncodingIsSure, Sheets.Read(file).Application().Employer)
        );
        var chosen = Sheets.Read(file, Sheets.Options with { Encoding = "windows-1250" });
        Assert.Equal(("windows-1250", true, "Bieś"), (chosen.Encoding, chosen.EncodingIsSure, chosen.Application().Employer));
        Assert.Equal(
            "unknownEncoding",
            Assert.Throws<SheetRefusedException>(() => Sheets.Read(file, Sheets.Options with { Encoding = "rot13" })).Code
        );
    }

    [Fact]
    public void Every_encoding_that_can_be_chosen_is_known() =>
        Assert.All(SheetFile.Encodings, x => Assert.NotEmpty(SheetFile.Read(new MemoryStream("Company,Position\n"u8.ToArray()), x).Tables));

    private static async Task<SheetRefusedException> Refusal(byte[] file) =>
        await Task.Run(() => Assert.Throws<SheetRefusedException>(() => Sheets.Read(file)), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

    private static string Row(params string[] cells) => string.Concat(cells.Select(Text));

    private static string Text(string cell) => $"<c t=\"inlineStr\"><is><t>{cell}</t></is></c>";

    private static byte[] Xlsx(params (string Name, string[] Rows)[] sheets) => Xlsx("", sheets);

    private static byte[] Xlsx(string properties, params (string Name, string[] Rows)[] sheets)
    {
        const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            Relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            Package = "http://schemas.openxmlformats.org/package/2006";
        var parts = new List<(string, Action<Stream>)>
        {
            (
                "[Content_Types].xml",
                Xml($"<Types xmlns=\"{Package}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>")
            ),
            (
                "_rels/.rels",
                Xml(
                    $"<Relationships xmlns=\"{Package}/relationships\"><Relationship Id=\"b\" Type=\"{Relation}/officeDocument\" "
                        + "Target=\"xl/workbook.xml\"/></Relationships>"
                )
            ),
            (
                "xl/workbook.xml",
                Xml(
                    $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Relation}\">{properties}<sheets>"
                        + string.Concat(sheets.Select((x, i) => $"<sheet name=\"{x.Name}\" sheetId=\"{i + 1}\" r:id=\"s{i}\"/>"))
                        + "</sheets></workbook>"
                )
            ),
            (
                "xl/_rels/workbook.xml.rels",
                Xml(
                    $"<Relationships xmlns=\"{Package}/relationships\">"
                        + string.Concat(
                            sheets.Select(
                                (_, i) => $"<Relationship Id=\"s{i}\" Type=\"{Relation}/worksheet\" Target=\"worksheets/sheet{i}.xml\"/>"
                            )
                        )
                        + $"<Relationship Id=\"y\" Type=\"{Relation}/styles\" Target=\"styles.xml\"/></Relationships>"
                )
            ),
            (
                "xl/styles.xml",
                Xml($"<styleSheet xmlns=\"{Main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>")
            ),
        };
        parts.AddRange(
            sheets.Select(
                (x, i) =>
                    (
                        $"xl/worksheets/sheet{i}.xml",
                        Xml(
                            $"<worksheet xmlns=\"{Main}\"><sheetData>"
                                + string.Concat(x.Rows.Select((cells, n) => $"<row r=\"{n + 1}\">{Referred(cells, n + 1)}</row>"))
                                + "</sheetData></worksheet>"
                        )
                    )
            )
        );
        return Zip([.. parts]);
    }

    private static string Referred(string cells, int row)
    {
        var column = 'A';
        return System.Text.RegularExpressions.Regex.Replace(
            cells,
            "<c ",
            _ => $"<c r=\"{column++}{row}\" ",
            default,
            TimeSpan.FromSeconds(1)
        );
    }

    private static byte[] Ods(params string[] rows) =>
        Zip(
            (
                "content.xml",
                Xml(
                    "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" "
                        + "xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" "
                        + "xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\">"
                        + $"<office:body><office:spreadsheet><table:table table:name=\"Jobs\">{string.Concat(rows)}</table:table>"
                        + "</office:spreadsheet></office:body></office:document-content>"
                )
            )
        );

    private static Action<Stream> Xml(string text) => into => into.Write(Encoding.UTF8.GetBytes(text));

    private static void Fill(Stream into, int megabytes)
    {
        var block = new byte[1024 * 1024];
        for (var i = 0; i < megabytes; i++)
            into.Write(block);
    }

    private static byte[] Zip(params (string Name, Action<Stream> Write)[] parts)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, write) in parts)
            {
                using var part = archive.CreateEntry(name).Open();
                write(part);
            }
        return file.ToArray();
    }
}
