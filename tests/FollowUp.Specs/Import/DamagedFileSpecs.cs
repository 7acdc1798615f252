using CsCheck;
using FollowUp.Applications.Import;

namespace FollowUp.Specs.Import;

/// <summary>Files with stray quotation marks, lost delimiters and cut ends: every row of the file is in the report.</summary>
public sealed class DamagedFileSpecs
{
    private const string Header = "Company,Position,Date Applied,Status,Notes\n";

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void A_quotation_mark_that_never_closes_costs_its_own_row(string end)
    {
        var sheet = Sheets.Read(
            Header
                + "Acme,Clerk,2026-09-01,Applied,\nBcme,Clerk,2026-09-01,Applied,\"he said wait\nCcme,Clerk,2026-09-02,Rejected,\n"
                + "Dcme,Clerk,2026-09-03,Applied,"
                + end
        );

        Assert.Equal([2, 3, 4, 5], sheet.Rows.Select(x => x.Line));
        Assert.Equal("unclosedQuote", sheet.Reason(1).Code);
        Assert.Equal(["Acme", "Ccme", "Dcme"], new[] { 0, 2, 3 }.Select(x => sheet.Application(x).Employer));
    }

    [Fact]
    public void Two_stray_quotation_marks_do_not_swallow_the_rows_between()
    {
        var sheet = Sheets.Read(
            Header
                + "Acme,Clerk,2026-09-01,Applied,\"he said wait\nBcme,Clerk,2026-09-02,Applied,\nCcme,Clerk,2026-09-03,Applied,\"and then\n"
                + "Dcme,Clerk,2026-09-04,Applied,\n"
        );

        Assert.Equal([2, 3, 4, 5], sheet.Rows.Select(x => x.Line));
        Assert.Equal(("holdsRows", "unclosedQuote"), (sheet.Reason().Code, sheet.Reason(2).Code));
        Assert.Equal(["Bcme", "Dcme"], new[] { 1, 3 }.Select(x => sheet.Application(x).Employer));
    }

    [Fact]
    public void A_note_of_many_lines_with_commas_and_dates_is_a_note()
    {
        const string Note =
            "2 Sep: called, no answer, \"\"try again\"\"\nOwn things, ship, learn, and more.\nSalary: 1,000, or 2,000, or so";

        var sheet = Sheets.Read($"{Header}Acme,Clerk,2026-09-01,Applied,\"{Note}\"\nBcme,Clerk,2026-09-02,Applied,\n");

        Assert.Equal(Note.Replace("\"\"", "\"", StringComparison.Ordinal), sheet.Application().Notes);
        Assert.Equal([2, 5], sheet.Rows.Select(x => x.Line));
    }

    [Fact]
    public void A_cell_of_several_lines_may_stand_before_others()
    {
        var sheet = Sheets.Read(Header + "\"Acme\nLtd\",\"Clerk\n(night)\",2026-09-01,Applied,\"a\nb\"\nBcme,Clerk,2026-09-02,Applied,\n");
        Assert.Equal([2, 6], sheet.Rows.Select(x => x.Line));
        Assert.Equal(
            ("Acme Ltd", "Clerk (night)", "a\nb"),
            (sheet.Application().Employer, sheet.Application().Title, sheet.Application().Notes)
        );
    }

    [Fact]
    public void What_looks_like_no_row_behind_a_quotation_mark_is_refused_and_not_read_as_one()
    {
        var sheet = Sheets.Read(Header + "Acme,Clerk,2026-09-01,Applied,\"he said\nwell, wait\nBcme,Clerk,2026-09-02,Applied,\n");
        Assert.Equal(["unclosedQuote", "behindQuote"], new[] { 0, 1 }.Select(x => sheet.Reason(x).Code));
        Assert.Equal("Bcme", sheet.Application(2).Employer);
    }

    [Fact]
    public void A_title_with_a_stray_quotation_mark_does_not_swallow_the_headers()
    {
        var sheet = Sheets.Read($"\"My job search\n{Header}Acme,Clerk,2026-09-01,Applied,\n");
        Assert.Equal((2, "Acme"), (sheet.HeaderLine, sheet.Application().Employer));
    }

    [Theory]
    [InlineData("\"Company,Position,Date Applied,Status,Notes")]
    [InlineData("Company,Position,\"Date Applied,Status,Notes")]
    public void Headers_with_a_stray_quotation_mark_are_known(string header) =>
        Assert.Equal(
            ["Acme", "Bcme"],
            Sheets
                .Read($"{header}\nAcme,Clerk,2026-09-01,Applied,\nBcme,Clerk,2026-09-02,Rejected,\n")
                .Rows.OfType<SheetRow.Understood>()
                .Select(x => x.Application.Employer)
        );

    [Theory]
    [InlineData("\"Acme,Clerk,2026-09-01,Applied,", "Bcme,Cl\"erk,2026-09-02,Applied,")]
    [InlineData("Acme,\"Clerk,2026-09-01,Applied,", "Bcme,Clerk\",2026-09-02,Applied,note")]
    [InlineData("Acme,Clerk,2026-09-01,Applied,\"he said", "Bcme,Clerk,2026-09-02,Applied,\"")]
    public void Wherever_two_stray_quotation_marks_stand_both_rows_are_reported(string one, string other) =>
        Assert.Equal([2, 3, 4], Sheets.Read($"{Header}{one}\n{other}\nCcme,Clerk,2026-09-03,Applied,\n").Rows.Select(x => x.Line));

    [Fact]
    public void A_file_of_stray_quotation_marks_is_read_to_its_end()
    {
        var rows = Enumerable.Range(0, 1_000).Select(x => $"Acme {x},Clerk,2026-09-01,Applied,\"he said\n");
        Assert.Equal(Enumerable.Range(2, 1_000), Sheets.Read(Header + string.Concat(rows)).Rows.Select(x => x.Line));
    }

    [Fact]
    public void Every_row_of_a_damaged_file_is_reported_once_at_its_line() =>
        Gen.Select(
                Gen.Int[1, 25],
                Gen.Select(Gen.Double[0, 1], Gen.OneOf<string>("\"", "\"\"", "\"\"\"", "", ",", "x\"", "\" ")).Array[0, 8],
                Gen.OneOf<string>("", "\n", "\r\n")
            )
            .Sample(
                (count, damages, end) =>
                {
                    var rows = Enumerable
                        .Range(0, count)
                        .Select(x => $"Acme {x},Clerk {x},2026-09-{x % 19 + 1:00},Applied,note {x}")
                        .ToArray();
                    foreach (var (where, what) in damages)
                    {
                        var (i, place) = ((int)(where * count) % count, where * count * 7 % 1);
                        var at = (int)(place * rows[i].Length);
                        rows[i] = what.Length == 0 ? rows[i].Remove(at, 1) : rows[i].Insert(at, what);
                    }

                    var sheet = Sheets.Read(Header + string.Join('\n', rows) + end);

                    return sheet.Rows.Select(x => x.Line).SequenceEqual(Enumerable.Range(2, count));
                },
                iter: 20_000,
                threads: 2,
                print: x => $"{x.Item1}: {string.Join(' ', x.Item2)} {x.Item3.Length}"
            );
}
