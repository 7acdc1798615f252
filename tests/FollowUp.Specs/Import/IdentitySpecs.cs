using CsCheck;
using FollowUp.Applications.Import;

namespace FollowUp.Specs.Import;

public sealed class IdentitySpecs
{
    private static readonly Guid Acme = RowIdentity.Of("team-1", "c-1", "Acme", "Clerk", new(2026, 9, 1));

    [Fact]
    public void The_identity_never_changes_between_versions_of_this_program() =>
        Assert.Equal(new Guid("c16cc3fb-2cf9-8ca3-8506-bc6874416d5a"), Acme);

    [Fact]
    public void The_identity_is_a_uuid_of_version_8() => Assert.Equal((8, true), (Acme.Version, Acme.Variant is >= 8 and <= 11));

    [Theory]
    [InlineData("team-1", "c-1", "ACME ", "clerk", "2026-09-01", true)]
    [InlineData("team-1", "c-1", "A.c.m.e", "Clerk!", "2026-09-01", true)]
    [InlineData("team-2", "c-1", "Acme", "Clerk", "2026-09-01", false)]
    [InlineData("team-1", "c-2", "Acme", "Clerk", "2026-09-01", false)]
    [InlineData("team-1", "c-1", "Bcme", "Clerk", "2026-09-01", false)]
    [InlineData("team-1", "c-1", "Acme", "Clerks", "2026-09-01", false)]
    [InlineData("team-1", "c-1", "Acme", "Clerk", "2026-09-02", false)]
    [InlineData("team-1", "c-1", "Acme", "Clerk", null, false)]
    [InlineData("team-1c", "-1", "Acme", "Clerk", "2026-09-01", false)]
    [InlineData("team-1", "c-1", "AcmeC", "lerk", "2026-09-01", false)]
    public void The_identity_is_made_of_who_where_what_and_when(
        string team,
        string candidate,
        string employer,
        string title,
        string? on,
        bool same
    ) =>
        Assert.Equal(
            same,
            RowIdentity.Of(team, candidate, employer, title, on is null ? null : DateOnly.ParseExact(on, "O", null)) == Acme
        );

    [Fact]
    public void Umlauts_may_be_spelled_either_way_but_C_is_not_C_sharp()
    {
        Assert.Equal(Of("Müller", "Clerk"), Of("MUELLER", "Clerk"));
        Assert.Equal(Of("Mu\u0308ller", "Clerk"), Of("Müller", "Clerk"));
        Assert.Equal(3, new[] { Of("Acme", "C"), Of("Acme", "C#"), Of("Acme", "C++") }.Distinct().Count());

        static Guid Of(string employer, string title) => RowIdentity.Of("t", "c", employer, title, null);
    }

    [Fact]
    public void A_sheet_brought_up_to_date_and_sorted_tells_of_the_same_applications()
    {
        var before = Sheets.Read("Company,Position,Applied,Status,Notes\nAcme,Clerk,2026-09-01,Applied,\nBcme,Clerk,2026-09-02,Applied,\n");
        var after = Sheets.Read(
            "Applied;Company;Status;Position;Notes\n2.9.2026;BCME;Rejected;Clerk;sad\n1 Sep 2026;Acme ;Interview;clerk;\n"
        );
        Assert.Equal(
            [before.Understood(0).Identity, before.Understood(1).Identity],
            [after.Understood(1).Identity, after.Understood(0).Identity]
        );
    }

    [Fact]
    public void The_same_application_twice_in_one_sheet_is_recorded_once()
    {
        var sheet = Sheets.Read(
            "Company,Position,Applied,Status\nAcme,Clerk,2026-09-01,Applied\nBcme,Clerk,2026-09-01,Applied\nacme,CLERK,9/1/2026,Rejected\n"
        );
        Assert.Equal("duplicate", sheet.Reason(2).Code);
        Assert.Contains("line 2", sheet.Reason(2).Sentence, StringComparison.Ordinal);
        Assert.Equal(2, sheet.Rows.OfType<SheetRow.Understood>().Count());
    }

    [Theory]
    [InlineData("Link", "https://example.org/1", "https://example.org/2")]
    [InlineData("Requisition ID", "R-1", "R-2")]
    public void Two_postings_of_one_title_on_one_day_differ_by_their_address_or_number(string header, string one, string other)
    {
        var sheet = Sheets.Read(
            $"Company,Position,Applied,{header}\n"
                + string.Concat(new[] { one, other, other, "" }.Select(x => $"Acme,Clerk,2026-09-01,{x}\n"))
        );
        Assert.Equal(sheet.Understood().Identity, sheet.Understood(1).Identity);
        Assert.NotEqual(sheet.Understood().IdentityOfPosting, sheet.Understood(1).IdentityOfPosting);
        Assert.Equal(
            [("duplicate", "3"), ("duplicate", "2")],
            new[] { 2, 3 }.Select(x => sheet.Reason(x)).Select(x => (x.Code, x.Values!["line"]))
        );
    }

    [Fact]
    public void A_row_that_was_refused_does_not_stand_in_the_way_of_a_better_one()
    {
        var sheet = Sheets.Read("Company,Position,Applied,Status\nAcme,Clerk,2026-09-01,Purple\nAcme,Clerk,2026-09-01,Applied\n");
        Assert.Equal("Acme", sheet.Application(1).Employer);
    }
}

public sealed class AnySheetSpecs
{
    private static readonly string[] Headers =
    [
        "Company",
        "Position",
        "Date Applied",
        "Status",
        "Source",
        "Contact",
        "Link",
        "Follow-up date",
        "Interview date",
        "Response date",
        "Notes",
    ];

    private static readonly Gen<string> Cell = Gen.Frequency(
        (
            4,
            Gen.OneOf<string>(
                "",
                " ",
                "Acme",
                "Clerk",
                "2026-09-01",
                "9/19/24",
                "19/9/24",
                "3/4/24",
                "31.12.2026",
                "2026-13-01 10:00",
                "9999-12-31T23:59Z",
                "2100-12-31T23:59-14:00",
                "Applied",
                "Interview",
                "Rejected",
                "Purple",
                "=1+1",
                "https://example.org",
                "http://",
                "a\nb",
                "a\r\nb",
                "say \"hi\"",
                "\"",
                "sep=;",
                "\uFEFF",
                "\0",
                "\uFFFF",
                "-",
                "Company",
                "Position"
            )
        ),
        (1, Gen.Char.Array[0, 30].Select(x => new string([.. x.Where(c => !char.IsSurrogate(c))]))),
        (1, Gen.Char["0123456789/.-: TZ+apm"].Array[0, 20].Select(x => new string(x)))
    );

    [Fact]
    public void Any_cells_are_read_without_failing_and_every_row_is_accounted_for_once() =>
        Cell.Array[0, 14]
            .Array[0, 12]
            .Sample(
                rows =>
                {
                    var csv = string.Join(',', Headers) + "\n";
                    var starts = new List<int>();
                    var blank = 0;
                    foreach (var row in rows)
                    {
                        if (row.All(string.IsNullOrWhiteSpace))
                            blank++;
                        else
                            starts.Add(Lines(csv) + 1);
                        csv += string.Join(',', row.Select(Sheets.Quoted)) + "\n";
                    }

                    var sheet = Sheets.Read(csv);
                    return sheet.BlankRows == blank
                        && sheet.Rows.Select(x => x.Line).SequenceEqual(starts)
                        && sheet
                            .Rows.OfType<SheetRow.Refused>()
                            .All(x => x.Reasons.Length > 0 && x.Reasons.All(r => r.Sentence.Length > 0));
                },
                iter: 1_000,
                threads: 2
            );

    [Fact]
    public void Any_bytes_are_either_read_or_refused_as_a_whole() =>
        Gen
            .Byte.Array[0, 60]
            .Sample(
                bytes =>
                {
                    try
                    {
                        Assert.NotNull(Sheets.Read([.. "Company,Position,Applied\n"u8, .. bytes]));
                        _ = Sheets.Read(bytes);
                        return true;
                    }
                    catch (SheetRefusedException x)
                    {
                        return x.Code.Length > 0;
                    }
                },
                iter: 1_000,
                threads: 2
            );

    [Theory, InlineData("\""), InlineData("\"\""), InlineData("sep=;\n\"")]
    public void A_sheet_of_nothing_but_marks_is_empty(string csv) =>
        Assert.Equal("empty", Assert.Throws<SheetRefusedException>(() => Sheets.Read(System.Text.Encoding.UTF8.GetBytes(csv))).Code);

    // Counts lines as a text editor does, where a lone carriage return starts a line too.
    private static int Lines(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Count(x => x is '\n' or '\r');
}
