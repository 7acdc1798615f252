using FollowUp.Applications.Import;
using FollowUp.Contracts;

namespace FollowUp.Specs.Import;

/// <summary>Cells that can't be what their header says, and cells that say it in another way.</summary>
public sealed class CellSpecs
{
    public static TheoryData<string> Nothings =>
        [.. "null|N/A|n/a|TBD|unknown|-|—|?|None|#N/A|#REF!|#VALUE!|#DIV/0!|########|undefined|NaN|k.A.|unbekannt|inconnu".Split('|')];

    [Theory]
    [MemberData(nameof(Nothings))]
    public void What_says_nothing_is_an_empty_cell_in_every_field(string nothing)
    {
        Assert.Equal("required", Sheets.Read($"Company,Position\n{nothing},Clerk\n").Reason().Code);
        Assert.Equal("required", Sheets.Read($"Company,Position\nAcme,{nothing}\n").Reason().Code);
        foreach (
            var header in new[]
            {
                "Status",
                "Source",
                "Contact",
                "Email",
                "Phone",
                "Link",
                "Interview date",
                "Followed up on",
                "Deadline",
                "Country",
                "Notes",
            }
        )
        {
            var sheet = Sheets.With(header, nothing);
            Assert.Empty(sheet.Remarks());
            Assert.Equal((0, null, null), (sheet.Application().Outcomes.Length, sheet.Application().Contact, sheet.Application().Notes));
        }
    }

    [Theory]
    [InlineData("Value", "Clerk")]
    [InlineData("Name", "Clerk")]
    [InlineData("Total", "Clerk")]
    [InlineData("3M", "Clerk")]
    public void An_employer_may_have_a_name_like_a_word_of_a_sheet(string employer, string title) =>
        Assert.Equal(employer, Sheets.Read($"Company,Position\n{employer},{title}\n").Application().Employer);

    [Theory]
    [InlineData("Ana Roe <ana@example.org>")]
    [InlineData("Ana Roe, ana@example.org")]
    [InlineData("ana@example.org (Ana Roe)")]
    [InlineData("Ana Roe | mailto:ana@example.org")]
    public void A_name_beside_an_address_is_the_contacts(string cell)
    {
        foreach (var header in new[] { "Contact", "Contact email" })
        {
            var contact = Sheets.With(header, cell).Application().Contact!;
            Assert.Equal(("Ana Roe", "ana@example.org"), (contact.Name, contact.Email));
        }
    }

    [Theory]
    [InlineData("TOTAL,3", "footer")]
    [InlineData("Summe,12", "footer")]
    [InlineData("Acme,3", "notATitle")]
    [InlineData("Acme,2026-09-01", "notATitle")]
    [InlineData("'=SUM(A1),Clerk", "formula")]
    [InlineData("=1+1,Clerk", "formula")]
    public void What_cannot_be_an_application_is_refused(string row, string code) =>
        Assert.Equal(code, Sheets.Read($"Company,Position\n{row}\n").Reason().Code);

    [Theory]
    [InlineData("=HYPERLINK(\"https://example.org/a\",\"Acme\")")]
    [InlineData("[Acme](https://example.org/a)")]
    [InlineData("Acme (https://www.notion.so/Acme-0123?pvs=21)")]
    public void A_link_around_a_name_is_taken_off(string cell) =>
        Assert.Equal("Acme", Sheets.Read($"Company,Position\n{Sheets.Quoted(cell)},Clerk\n").Application().Employer);

    [Theory]
    [InlineData("=HYPERLINK(\"https://example.org/a\";\"Job\")")]
    [InlineData("[Job](https://example.org/a)")]
    [InlineData("<https://example.org/a>")]
    public void Of_a_link_in_a_column_of_links_the_address_is_taken(string cell) =>
        Assert.Equal("https://example.org/a", Sheets.With("Link", cell).Application().Url);

    [Theory]
    [InlineData("Contact Email", "Ana Roe <ana@example.org>", "Ana Roe", "ana@example.org")]
    [InlineData("Contact Email", "mailto:ana@example.org", null, "ana@example.org")]
    [InlineData("Contact Email", "mailto:ana@example.org?subject=Hello", null, "ana@example.org")]
    [InlineData("Contact Email", "[ana@example.org](mailto:ana@example.org)", null, "ana@example.org")]
    [InlineData("Contact", "Ana Roe <ana@example.org>", "Ana Roe", "ana@example.org")]
    [InlineData("Contact", "ana@example.org", null, "ana@example.org")]
    public void An_address_is_found_in_what_is_around_it(string header, string cell, string? name, string address)
    {
        var sheet = Sheets.With(header, cell);
        Assert.Equal(new SheetContact(name, ContactRole.Other, address, null), sheet.Application().Contact);
        Assert.Empty(sheet.Remarks());
    }

    [Fact]
    public void Of_several_addresses_the_first_is_taken_and_all_are_kept()
    {
        var sheet = Sheets.With("Contact email", "ana@example.org; ben@example.org");
        Assert.Equal("ana@example.org", sheet.Application().Contact?.Email);
        Assert.Equal(
            ("severalAddresses", "Contact email: ana@example.org; ben@example.org"),
            (Assert.Single(sheet.Remarks()), sheet.Application().Notes)
        );
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("TRUE")]
    [InlineData("2")]
    [InlineData("11/5/2026")]
    [InlineData("https://example.org/ana")]
    public void What_is_no_name_is_a_note(string cell)
    {
        var sheet = Sheets.With("Recruiter", cell);
        Assert.Null(sheet.Application().Contact);
        Assert.Equal(("notAName", $"Recruiter: {cell}"), (Assert.Single(sheet.Remarks()), sheet.Application().Notes));
    }

    [Fact]
    public void A_source_that_is_a_link_is_the_address_of_the_posting()
    {
        var sheet = Sheets.With("Source", "https://www.linkedin.com/jobs/view/1?trackingId=" + new string('x', 300));
        Assert.Equal((Approach.JobBoard, null), (sheet.Application().Approach, sheet.Application().Source));
        Assert.StartsWith("https://www.linkedin.com/jobs/view/1", sheet.Application().Url, StringComparison.Ordinal);
        Assert.Empty(sheet.Remarks());
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("Ja")]
    [InlineData("TRUE")]
    [InlineData("✓")]
    [InlineData("✅ done")]
    [InlineData("[x]")]
    [InlineData("checked")]
    [InlineData("Oui")]
    [InlineData("2")]
    public void Yes_is_alike_in_every_column_that_stands_for_something_that_happened(string yes)
    {
        Assert.Equal([new Outcome.FollowedUp(null)], Sheets.With("Followed up", yes).Application().Outcomes);
        Assert.Equal([new Outcome.Responded(null, false)], Sheets.With("Heard back", yes).Application().Outcomes);
        Assert.Equal([new Outcome.Interview(yes == "2" ? 2 : 1, null, null, false)], Sheets.With("Interview", yes).Application().Outcomes);
        Assert.Equal(
            [new Outcome.Interview(1, null, null, false, InterviewKind.PhoneScreen)],
            Sheets.With("Phone screen", yes).Application().Outcomes
        );
        Assert.Equal([new Outcome.Step(StepKind.Assessment, null, null)], Sheets.With("Assessment", yes).Application().Outcomes);
        Assert.Equal([new Outcome.Responded(null, true)], Sheets.With("Offer", yes).Application().Outcomes);
        Assert.Equal([new Outcome.Closed(ClosingReason.Rejected, null)], Sheets.With("Rejected", yes).Application().Outcomes);
        Assert.Null(Sheets.Read($"Company,Position,Applied\nAcme,Clerk,{yes}\n").Application().SubmittedOn);
    }

    [Theory]
    [InlineData("no")]
    [InlineData("Nein")]
    [InlineData("FALSE")]
    [InlineData("✗")]
    [InlineData("[ ]")]
    [InlineData("0")]
    public void No_is_alike_too(string no)
    {
        foreach (var header in new[] { "Followed up", "Heard back", "Interview", "Phone screen", "Assessment", "Offer", "Rejected" })
            Assert.Equal((header, 0), (header, Sheets.With(header, no).Application().Outcomes.Length));
        Assert.Equal("notSubmitted", Sheets.Read($"Company,Position,Applied\nAcme,Clerk,{no}\n").Reason().Code);
    }

    [Fact]
    public void A_column_about_one_status_tells_when_it_was_reached()
    {
        var application = Sheets
            .Read(
                "Company;Position;Beworben am;Phone screen;Case study;Offer date;Absage am\n"
                    + "Acme;Clerk;1.8.2026;8.8.2026;12.8.2026;;20.8.2026\n"
            )
            .Application();
        Assert.Equal(
            [
                new Outcome.Interview(1, new(2026, 8, 8), null, false, InterviewKind.PhoneScreen),
                new Outcome.Step(StepKind.Assessment, null, new(2026, 8, 12)),
                new Outcome.Closed(ClosingReason.Rejected, new(2026, 8, 20)),
            ],
            application.Outcomes
        );
    }

    [Fact]
    public void Only_the_employer_the_title_and_how_it_stands_refuse_a_row()
    {
        string[] fields =
        [
            "Source",
            "Applied via",
            "Hiring process",
            "Country",
            "Region",
            "Contact",
            "Contact role",
            "Email",
            "Phone",
            "Link",
            "Follow-up date",
            "Deadline",
            "Interview date",
            "Response date",
            "Again",
        ];
        var sheet = Sheets.Read(
            $"Company,Position,Date Applied,{string.Join(',', fields)}\nAcme,Clerk,2026-09-01,"
                + $"{string.Join(',', fields.Select(_ => "@=\u0007 1/2"))}\n"
        );
        Assert.True(sheet.Understood().Remarks.Length > 8);
        Assert.All(
            fields.Where(x => x is not "Source" and not "Applied via"),
            x => Assert.Contains($"{x}: @=", sheet.Application().Notes, StringComparison.Ordinal)
        );
    }
}
