using FollowUp.Applications.Import;
using FollowUp.Contracts;

namespace FollowUp.Specs.Import;

public sealed class HeaderSpecs
{
    [Theory]
    [InlineData("Company,Position")]
    [InlineData("employer,TITLE")]
    [InlineData("Organisation,Job-Title")]
    [InlineData("  Company Name ,role")]
    [InlineData("Firma,Stelle")]
    [InlineData("Company (legal name),Job")]
    public void An_employer_and_a_title_are_found_under_many_names(string headers)
    {
        var application = Sheets.Read($"{headers}\nAcme,Clerk\n").Application();
        Assert.Equal(("Acme", "Clerk"), (application.Employer, application.Title));
    }

    [Theory]
    [InlineData("Applied on", SheetField.SubmittedOn)]
    [InlineData("Beworben am", SheetField.SubmittedOn)]
    [InlineData("DATE", SheetField.SubmittedOn)]
    [InlineData("Date Applied (DD.MM.YYYY)", SheetField.SubmittedOn)]
    [InlineData("Stage", SheetField.Status)]
    [InlineData("Found on", SheetField.Source)]
    [InlineData("Quelle", SheetField.Source)]
    [InlineData("Recruiter", SheetField.ContactName)]
    [InlineData("Ansprechpartner", SheetField.ContactName)]
    [InlineData("E-Mail", SheetField.ContactEmail)]
    [InlineData("Telefon", SheetField.ContactPhone)]
    [InlineData("job_link", SheetField.Url)]
    [InlineData("Notizen", SheetField.Notes)]
    [InlineData("Next follow up", SheetField.PromisedFollowUpOn)]
    [InlineData("Followed up on", SheetField.FollowedUpOn)]
    [InlineData("Deadline", SheetField.ClosesOn)]
    [InlineData("Interview-Date", SheetField.InterviewOn)]
    [InlineData("Candidate Ref.", SheetField.Candidate)]
    [InlineData("Hiring process", SheetField.HiringProcess)]
    public void Other_columns_are_found_too(string header, SheetField field) =>
        Assert.Equal(field, Sheets.Read($"Company,Position,{header}\n").Columns[2].Field);

    [Theory]
    [InlineData("Name,Position\nAcme,Clerk\n", SheetField.Employer)]
    [InlineData("Company,Salary\nAcme,1\n", SheetField.Title)]
    public void A_sheet_without_an_employer_or_a_title_is_refused_with_the_columns_found(string csv, SheetField missing)
    {
        var refusal = Sheets.Refusal(csv);
        Assert.Equal("missingColumn", refusal.Code);
        Assert.Equal([missing], refusal.Missing);
        Assert.Equal(csv.Split('\n')[0].Split(','), refusal.Headers);
        Assert.Contains(csv.Split(',')[0], refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_names_what_is_not_known_and_goes_before_what_is()
    {
        var sheet = Sheets.Read(
            "Wer;Was;Company\nAcme;Clerk;Parent of Acme\n",
            Sheets.Options with
            {
                Map = ColumnMap.Parse("wer:employer, Was:title"),
            }
        );
        Assert.Equal(("Acme", "Clerk"), (sheet.Application().Employer, sheet.Application().Title));
        Assert.Equal(("Company", "duplicate"), (Assert.Single(sheet.Ignored).Header, sheet.Ignored[0].Code));
    }

    [Theory]
    [InlineData("Firma")]
    [InlineData("Firma:")]
    [InlineData("Firma:boss")]
    [InlineData("Firma:3")]
    [InlineData(":employer")]
    [InlineData("A:employer,B:employer")]
    [InlineData("A:employer,a:title")]
    public void A_map_that_makes_no_sense_is_refused(string map) =>
        Assert.Equal("badMap", Assert.Throws<SheetRefusedException>(() => ColumnMap.Parse(map)).Code);

    [Fact]
    public void A_map_that_names_a_header_the_sheet_lacks_is_refused() =>
        Assert.Equal(
            "mappedHeaderMissing",
            Sheets.Refusal("Company,Position,Notes\n", Sheets.Options with { Map = ColumnMap.Parse("Notse:notes") }).Code
        );

    [Fact]
    public void Columns_that_are_not_read_are_reported_each_with_why()
    {
        var sheet = Sheets.Read(
            "Employer,Position,Salary,Company,,Notes,\nAcme,Clerk,1,Acme Holding,stray,hello,\n",
            Sheets.Options with
            {
                Map = ColumnMap.Parse("Notes:ignore"),
            }
        );
        Assert.Equal([(3, "unknown"), (4, "duplicate"), (5, "noHeader"), (6, "asked")], sheet.Ignored.Select(x => (x.Position, x.Code)));
        Assert.Equal("Acme", sheet.Application().Employer);
    }

    [Fact]
    public void The_more_exact_of_two_headers_is_meant_wherever_it_stands() =>
        Assert.Equal(
            new DateOnly(2026, 9, 2),
            Sheets.Read("Date,Company,Position,Date Applied\n2026-09-01,Acme,Clerk,2026-09-02\n").Application().SubmittedOn
        );

    [Fact]
    public void Notes_and_comments_are_both_kept() =>
        Assert.Equal("one\ntwo", Sheets.Read("Company,Position,Notes,Comments\nAcme,Clerk,one,two\n").Application().Notes);

    [Fact]
    public void Title_lines_above_the_headers_are_skipped()
    {
        var sheet = Sheets.Read("My job search\n\nas of, September\nCompany,Position\nAcme,Clerk\n");
        Assert.Equal((4, 5), (sheet.HeaderLine, Assert.Single(sheet.Rows).Line));
    }

    [Theory]
    [InlineData("Recruiter", ContactRole.Recruiter)]
    [InlineData("Hiring Manager", ContactRole.HiringManager)]
    [InlineData("Referred by", ContactRole.Referrer)]
    [InlineData("Contact", ContactRole.Other)]
    public void A_header_that_says_what_the_contact_does_is_believed(string header, ContactRole role) =>
        Assert.Equal(new SheetContact("R. Roe", role, null, null), Sheets.With(header, "R. Roe").Application().Contact);
}
