using FollowUp.Applications.Import;

namespace FollowUp.Specs.Import;

/// <summary>Cells that a person corrected in the preview.</summary>
public sealed class CorrectionSpecs
{
    private const string Csv = "Company,Position,Date Applied,Status\nAcme,Clerk,the other day,Applied\nGlobex,,2026-09-02,Wolkig\n";

    private static Sheet Corrected(string csv, params CorrectedCell[] cells) =>
        Sheets.Read(csv, Sheets.Options with { Corrections = cells });

    [Fact]
    public void A_refused_row_names_the_cells_that_refuse_it()
    {
        var rows = Sheets.Read(Csv).Rows.Cast<SheetRow.Refused>().ToArray();
        Assert.Equal([new RowCell(3, "Date Applied", "the other day")], rows[0].Cells);
        Assert.Equal([new(2, "Position", ""), new RowCell(4, "Status", "Wolkig")], rows[1].Cells);
    }

    [Fact]
    public void A_corrected_cell_is_read_instead_and_a_remark_says_so()
    {
        var sheet = Corrected(Csv, new(2, 3, "2026-09-01"), new(3, 2, "Cook"), new(3, 4, "Applied"));
        Assert.Equal(new DateOnly(2026, 9, 1), sheet.Application().SubmittedOn);
        Assert.Equal(
            "\"Date Applied\" was corrected before the import; in the sheet it says \"the other day\".",
            Assert.Single(sheet.Understood().Remarks).Sentence
        );
        Assert.Equal("Cook", sheet.Application(1).Title);
        Assert.Equal(["corrected", "corrected"], sheet.Remarks(1));
    }

    [Fact]
    public void A_correction_that_is_wrong_too_refuses_the_row_again()
    {
        var sheet = Corrected(Csv, new CorrectedCell(2, 3, "tomorrow"));
        Assert.Equal("badDate", sheet.Reason().Code);
        Assert.Equal("tomorrow", Assert.Single(Assert.IsType<SheetRow.Refused>(sheet.Rows[0]).Cells).Text);
    }

    [Fact]
    public void A_corrected_row_has_the_identity_of_a_row_that_says_so() =>
        Assert.Equal(
            Sheets.Read("Company,Position,Date Applied\nAcme,Clerk,2026-09-01\n").Understood().Identity,
            Corrected(Csv, new CorrectedCell(2, 3, "2026-09-01")).Understood().Identity
        );

    [Fact]
    public void A_row_is_another_application_for_the_job_if_its_cell_or_the_person_says_so()
    {
        const string TwoRows = "Company,Position,Date Applied,Again\nAcme,Clerk,2026-09-01,\nAcme,Cook,2026-09-01,yes\n";

        Assert.Equal([false, true], Again(Sheets.Read(TwoRows)));
        Assert.Equal([true, true], Again(Sheets.Read(TwoRows, Sheets.Options with { Again = new HashSet<int> { 2 } })));

        static bool[] Again(Sheet sheet) => [sheet.Application().Again, sheet.Application(1).Again];
    }

    [Fact]
    public void A_short_row_gets_the_cell_that_it_lacks() =>
        Assert.Equal("Clerk", Corrected("Company,Position\nAcme\n", new CorrectedCell(2, 2, "Clerk")).Application().Title);

    [Theory]
    [InlineData(2, 0), InlineData(2, 99), InlineData(1, 1), InlineData(77, 1)]
    public void What_is_no_cell_of_a_row_is_left_out(int line, int position) =>
        Assert.Equal("badDate", Corrected(Csv, new CorrectedCell(line, position, "x")).Reason().Code);

    [Fact]
    public void A_duplicate_can_be_told_from_the_other() =>
        Assert.Equal(
            ["Company", "Position", "Date Applied"],
            Assert
                .IsType<SheetRow.Refused>(
                    Sheets.Read("Company,Position,Date Applied\nAcme,Clerk,2026-09-01\nAcme,Clerk,2026-09-01\n").Rows[1]
                )
                .Cells.Select(x => x.Header)
        );
}
