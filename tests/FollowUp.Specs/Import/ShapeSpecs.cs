using System.Text;
using FollowUp.Applications.Import;

namespace FollowUp.Specs.Import;

public sealed class ShapeSpecs
{
    [Theory]
    [InlineData(',')]
    [InlineData(';')]
    [InlineData('\t')]
    [InlineData('|')]
    public void The_delimiter_is_the_one_that_makes_sense_of_the_headers(char delimiter)
    {
        var sheet = Sheets.Read(
            string.Join(delimiter, "Company", "Position", "Notes") + "\n" + string.Join(delimiter, "Acme", "Clerk", "\"a,b;c\td|e\"") + "\n"
        );
        Assert.Equal((delimiter, "Clerk", "a,b;c\td|e"), (sheet.Delimiter, sheet.Application().Title, sheet.Application().Notes));
    }

    [Theory]
    [InlineData("sep=;\r\nCompany;Position\r\nAcme;Clerk\r\n")]
    [InlineData("sep=;\nCompany;Position\nAcme;Clerk\n")]
    [InlineData("sep=;\rCompany;Position\rAcme;Clerk\r")]
    public void A_line_that_names_the_delimiter_is_obeyed_and_counted(string csv) =>
        Assert.Equal(3, Assert.Single(Sheets.Read(csv).Rows).Line);

    public static TheoryData<string, byte[]> Encodings =>
        new()
        {
            { "utf-8", Encoding.UTF8.GetBytes("Firma,Stelle\nMüller,Bürokraft\n") },
            { "utf-8", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes("Firma,Stelle\nMüller,Bürokraft\n")] },
            { "utf-16", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("Firma\tStelle\nMüller\tBürokraft\n")] },
            {
                "utf-16",
                [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes("Firma\tStelle\nMüller\tBürokraft\n")]
            },
            { "windows-1252", Encoding.Latin1.GetBytes("Firma;Stelle\nMüller;Bürokraft\n") },
        };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Umlauts_survive_whatever_wrote_the_file(string encoding, byte[] csv)
    {
        var sheet = Sheets.Read(csv);
        Assert.Equal((encoding, "Müller", "Bürokraft"), (sheet.Encoding, sheet.Application().Employer, sheet.Application().Title));
    }

    [Fact]
    public void A_euro_sign_in_a_Windows_file_is_one() =>
        Assert.Equal("€ 20", Sheets.Read([.. "Company,Position,Notes\nAcme,Clerk,"u8, 0x80, .. " 20\n"u8]).Application().Notes);

    [Theory]
    [InlineData(new byte[] { 0x50, 0x4B, 0x03, 0x04, 0x14 }, "badWorkbook")]
    [InlineData(new byte[] { 0xD0, 0xCF, 0x11, 0xE0, 0xA1 }, "notCsv")]
    [InlineData(new byte[] { }, "empty")]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 0x0D, 0x0A }, "empty")]
    public void A_broken_workbook_an_old_one_or_nothing_is_refused(byte[] file, string code) =>
        Assert.Equal(code, Assert.Throws<SheetRefusedException>(() => Sheets.Read(file)).Code);

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void A_line_number_is_where_the_row_starts_even_after_cells_of_several_lines(string newLine)
    {
        var sheet = Sheets.Read(
            "Company,Position,Notes\nAcme,Clerk,\"one\ntwo\nthree\"\n\nBcme,Clerk,\nCcme,Clerk,".Replace(
                "\n",
                newLine,
                StringComparison.Ordinal
            )
        );
        Assert.Equal([2, 6, 7], sheet.Rows.Select(x => x.Line));
        Assert.Equal(1, sheet.BlankRows);
        Assert.Equal("one\ntwo\nthree", sheet.Application().Notes);
    }

    [Fact]
    public void A_short_row_lacks_only_what_it_lacks()
    {
        var application = Sheets.Read("Company,Position,Notes\nAcme,Clerk\n").Application();
        Assert.Equal(("Clerk", null), (application.Title, application.Notes));
    }

    [Fact]
    public void A_row_with_more_cells_than_headers_is_refused_because_they_may_have_moved() =>
        Assert.Equal("tooManyCells", Sheets.Read("Company,Position,Notes\nAcme, Inc.,Clerk,hello\n").Reason().Code);

    [Fact]
    public void Empty_cells_beyond_the_headers_do_no_harm() =>
        Assert.Equal("Clerk", Sheets.Read("Company,Position\nAcme,Clerk,,\n").Application().Title);

    [Fact]
    public void Empty_rows_are_counted()
    {
        var sheet = Sheets.Read("Company,Position\n,,\n\nAcme,Clerk\n , \n");
        Assert.Equal((1, 3), (sheet.Rows.Length, sheet.BlankRows));
    }

    [Fact]
    public void A_quotation_mark_that_never_closes_is_named()
    {
        var sheet = Sheets.Read("Company,Position\nAcme,Clerk\n\"Bcme,Clerk\nCcme,Clerk\nDcme,Clerk");
        Assert.Equal("Acme", sheet.Application().Employer);
        Assert.Equal((3, "unclosedQuote"), (sheet.Rows[1].Line, sheet.Reason(1).Code));
    }

    [Fact]
    public void A_quotation_mark_inside_a_word_is_text() =>
        Assert.Equal("5\" pipe fitter", Sheets.Read("Company,Position\nAcme,5\" pipe fitter\n").Application().Title);

    [Fact]
    public void Headers_that_come_again_are_no_application() =>
        Assert.Equal("headerAgain", Sheets.Read("Company,Position\nAcme,Clerk\nCompany,Position\n").Reason(1).Code);

    [Theory]
    [InlineData("+49 30 shop")]
    [InlineData("-Acme-")]
    [InlineData("@cme")]
    [InlineData("=Acme=")]
    public void A_cell_that_looks_like_a_formula_is_text(string cell) =>
        Assert.Equal(cell, Sheets.Read($"Company,Position\n\"{cell}\",Clerk\n").Application().Employer);

    [Fact]
    public void Invisible_characters_do_not_get_in()
    {
        var application = Sheets.Read("Company,Position,Notes\n\u00A0Acme\u0000\u200B  Ltd ,Clerk\u0007,one\u0000\ttwo\n").Application();
        Assert.Equal(("Acme Ltd", "Clerk", "one \ttwo"), (application.Employer, application.Title, application.Notes));
    }

    [Fact]
    public void A_thousand_columns_are_the_most()
    {
        Assert.Equal("tooManyColumns", Sheets.Refusal("Company,Position" + new string(',', 999) + "\nAcme,Clerk\n").Code);
        Assert.Equal("Clerk", Sheets.Read("Company,Position" + new string(',', 998) + "\nAcme,Clerk\n").Application().Title);
    }

    [Fact]
    public async Task A_header_of_a_million_columns_is_refused_at_once()
    {
        var csv = string.Join(',', Enumerable.Repeat("Notes", 1_700_000)) + "\n";
        // A comparison of every column with every other, as an earlier version did it, takes days.
        var refusal = await Task.Run(() => Sheets.Refusal(csv), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Equal(("tooManyColumns", 0), (refusal.Code, refusal.Headers.Length));
    }

    [Fact]
    public void A_cell_with_many_delimiters_of_another_kind_does_not_hide_the_headers()
    {
        var sheet = Sheets.Read($"Company,Position,Notes\nAcme,Clerk,{new string(';', 1_500)}\n");
        Assert.Equal((',', "Clerk"), (sheet.Delimiter, sheet.Application().Title));
    }

    [Theory]
    [InlineData("Notes")]
    [InlineData("Status")]
    public void Of_what_may_stand_in_several_columns_twenty_are_the_most(string header)
    {
        string Headers(int columns) => $"Company,Position,{string.Join(',', Enumerable.Repeat(header, columns))}\nAcme,Clerk\n";
        Assert.Equal("Clerk", Sheets.Read(Headers(20)).Application().Title);
        var refusal = Sheets.Refusal(Headers(21));
        Assert.Equal("tooManyAlike", refusal.Code);
        Assert.Contains("More than 20 columns", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(
            "Clerk",
            Sheets.Read(Headers(21), Sheets.Options with { Map = ColumnMap.Parse($"{header}:ignore") }).Application().Title
        );
    }

    [Fact]
    public void Of_a_row_that_is_wrong_in_every_cell_ten_errors_are_reported_and_that_there_are_more()
    {
        var row = Assert.IsType<SheetRow.Refused>(
            Assert.Single(
                Sheets
                    .Read(
                        $"Company,Position{string.Concat(Enumerable.Repeat(",Status", 20))}\n"
                            + $"Acme,Clerk{string.Concat(Enumerable.Range(0, 20).Select(x => $",no idea {x}"))}\n"
                    )
                    .Rows
            )
        );
        Assert.Equal((11, "more", "unknownStatus"), (row.Reasons.Length, row.Reasons[^1].Code, row.Reasons[^2].Code));
        Assert.Single(row.Reasons, x => x.Sentence.Contains("The known ones are", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(100_000, false)]
    [InlineData(100_001, true)]
    public void A_hundred_thousand_rows_are_the_most(int rows, bool refused)
    {
        var csv = "Company,Position\n" + string.Concat(Enumerable.Range(0, rows).Select(x => $"Acme {x},Clerk\n\n"));
        if (refused)
            Assert.Equal("tooManyRows", Sheets.Refusal(csv).Code);
        else
            Assert.Equal(rows, Sheets.Read(csv).Rows.Length);
    }
}
