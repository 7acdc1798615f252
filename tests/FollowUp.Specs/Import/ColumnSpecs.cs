using FollowUp.Applications.Import;
using FollowUp.Contracts;

namespace FollowUp.Specs.Import;

/// <summary>Columns that are judged by their cells as well as by their headers.</summary>
public sealed class ColumnSpecs
{
    [Fact]
    public void Words_for_a_status_under_an_unknown_header_are_the_status_and_remarked()
    {
        var sheet = Sheets.Read(
            "Company,Position,Date Applied,List\nAcme,Clerk,2026-09-01,Interview\nBcme,Clerk,2026-09-01,Rejected\nCcme,Clerk,,Wishlist\n"
        );
        Assert.Equal(new MatchedColumn(4, "List", SheetField.Status, ByCells: true), sheet.Columns[3] with { Status = null });
        Assert.Equal([new Outcome.Closed(ClosingReason.Rejected, null)], sheet.Application(1).Outcomes);
        Assert.Contains("columnByCells", sheet.Remarks(1));
        Assert.Equal("notSubmitted", sheet.Reason(2).Code);
    }

    [Theory]
    [InlineData("Başvuru")]
    [InlineData("Zeitstempel")]
    [InlineData("")]
    public void The_only_dates_under_an_unknown_header_are_when_it_was_submitted(string header)
    {
        var sheet = Sheets.Read($"Company,Position,{header}\nAcme,Clerk,2026-09-01\nBcme,Clerk,2026-09-02\n");
        Assert.Equal(new DateOnly(2026, 9, 2), sheet.Application(1).SubmittedOn);
        Assert.Equal(["columnByCells"], sheet.Remarks(1));
    }

    [Theory]
    [InlineData("Date Saved", "2026-09-01")]
    [InlineData("Created At", "2026-09-01T10:00:00Z")]
    [InlineData("Eins,Zwei", "2026-09-01,2026-09-02")]
    public void Dates_that_may_be_something_else_are_asked_about(string headers, string cells)
    {
        var csv = $"Company,Position,{headers}\nAcme,Clerk,{cells}\n";
        var reason = Sheets.Read(csv).Reason();
        var first = headers.Split(',')[0];
        Assert.Equal((first, "unclearDate"), (reason.Column, reason.Code));

        var mapped = Sheets.Read(csv, Sheets.Options with { Map = ColumnMap.Parse($"{first}:submittedOn") });
        Assert.Equal(new DateOnly(2026, 9, 1), mapped.Application().SubmittedOn);
        var map = string.Join(',', headers.Split(',').Select(x => $"{x}:ignore"));
        Assert.Equal(["noDate"], Sheets.Read(csv, Sheets.Options with { Map = ColumnMap.Parse(map) }).Remarks());
    }

    [Fact]
    public void An_empty_column_for_the_submission_does_not_hide_that_other_dates_went_unread() =>
        Assert.Equal("unclearDate", Sheets.Read("Company,Position,Date Applied,Date Saved\nAcme,Clerk,,2026-09-01\n").Reason().Code);

    [Fact]
    public void The_date_of_a_status_is_when_it_was_reached_and_the_latest_day_of_the_submission()
    {
        var sheet = Sheets.Read("Company,Position,Status,Status Date\nAcme,Clerk,Applied,2026-09-01\nBcme,Clerk,Rejected,2026-09-03\n");
        Assert.Equal((new DateOnly(2026, 9, 1), 0), (sheet.Application().SubmittedOn, sheet.Remarks().Count()));
        Assert.Equal([new Outcome.Closed(ClosingReason.Rejected, new(2026, 9, 3))], sheet.Application(1).Outcomes);
        Assert.Equal(["submittedByThen"], sheet.Remarks(1));
    }

    [Fact]
    public void A_contact_that_is_the_same_with_most_employers_is_the_applicant()
    {
        var sheet = Sheets.Read(
            "Company,Position,Date Applied,Contact Email,Contact Phone Number\n"
                + string.Concat("ABCD".Select(x => $"{x}cme,Clerk,2026-09-01,jo@example.org,+15550100\n"))
        );
        Assert.Equal(["applicant", "applicant"], sheet.Ignored.Select(x => x.Code));
        Assert.Null(sheet.Application().Contact);
    }

    [Fact]
    public void The_address_in_an_export_of_LinkedIn_is_the_applicants() =>
        Assert.Null(
            Sheets
                .Read(
                    "Application Date,Contact Email,Contact Phone Number,Company Name,Job Title,Question And Answers\n"
                        + "\"9/1/26, 9:42 AM\",jo@example.org,+15550100,Acme,Clerk,\n"
                )
                .Application()
                .Contact
        );

    [Fact]
    public void Salaries_are_no_days_although_a_spreadsheet_numbers_days_so() =>
        Assert.Equal(["noDate"], Sheets.Read("Company,Position,Salary\nAcme,Clerk,46000\nBcme,Cook,52500\n").Remarks());

    [Fact]
    public void A_spreadsheets_numbers_of_days_under_an_unknown_header_are_days() =>
        Assert.Equal(
            new DateOnly(2026, 9, 1),
            Sheets.Read("Company,Position,Tarih\nAcme,Clerk,46266\nBcme,Cook,46267\n").Application().SubmittedOn
        );

    [Fact]
    public void That_a_letter_was_sent_is_no_status() =>
        Assert.Equal(3, Sheets.Read("Company,Position,Date Applied,Letter\nAcme,Clerk,2026-09-01,Sent\n").Columns.Length);

    [Fact]
    public void Where_the_work_is_done_is_no_status() =>
        Assert.Empty(
            Sheets
                .Read("Company,Position,Date Applied,Mode\nAcme,Clerk,2026-09-01,Onsite\nBcme,Cook,2026-09-01,On-site\n")
                .Application()
                .Outcomes
        );

    [Fact]
    public void The_recruiter_of_an_agency_may_be_the_same_with_most_employers() =>
        Assert.Equal(
            "Lena Brandt",
            Sheets
                .Read(
                    "Company,Position,Date Applied,Recruiter\n"
                        + string.Concat("ABCD".Select(x => $"{x}cme,Clerk,2026-09-01,Lena Brandt\n"))
                )
                .Application()
                .Contact?.Name
        );

    [Theory]
    [InlineData("Student Name", "Pat Doe", "Kim Roe")]
    [InlineData("Teilnehmer:in", "Pat Doe", "Kim Roe")]
    [InlineData("Timestamp,Email Address", "2026-09-02,pat@example.org", "2026-09-02,kim@example.org")]
    public void A_sheet_of_several_people_is_never_recorded_for_one(string headers, string one, string other)
    {
        var csv = $"Company,Position,Date Applied,{headers}\nAcme,Clerk,2026-09-01,{one}\nAcme,Clerk,2026-09-01,{other}\n";
        Assert.Equal("severalPeople", Sheets.Refusal(csv).Code);
        Assert.Equal("severalPeople", Sheets.Refusal(csv, Sheets.Options with { Candidate = null }).Code);

        var ignored = Sheets.Options with { Map = ColumnMap.Parse($"{headers.Split(',')[^1]}:ignore") };
        Assert.Equal("Acme", Sheets.Read(csv, ignored).Application().Employer);
        Assert.Equal(
            "c-7",
            Sheets
                .Read(
                    csv.Replace("Position", "Position,Candidate", StringComparison.Ordinal)
                        .Replace("Clerk", "Clerk,c-7", StringComparison.Ordinal)
                )
                .Application()
                .Candidate
        );
    }

    [Fact]
    public void A_column_that_names_one_person_is_left_out() =>
        Assert.Equal(
            2,
            Sheets
                .Read("Company,Position,Student Name\nAcme,Clerk,Pat Doe\nBcme,Clerk,Pat Doe\n")
                .Rows.OfType<SheetRow.Understood>()
                .Count()
        );

    [Fact]
    public void A_phone_that_is_yes_or_a_date_is_a_phone_screen()
    {
        var sheet = Sheets.Read(
            "Company,Position,Date Applied,Phone\nAcme,Clerk,2026-09-01,yes\nBcme,Clerk,2026-09-01,9/5/2026 & 9/14/2026\n"
        );
        Assert.Equal([new Outcome.Interview(1, new(2026, 9, 14), null, false, InterviewKind.PhoneScreen)], sheet.Application(1).Outcomes);
        Assert.Equal([new Outcome.Interview(1, null, null, false, InterviewKind.PhoneScreen)], sheet.Application().Outcomes);
    }

    [Theory]
    [InlineData("🏢 Company", "💼 Position / Role", "\"Date\nApplied\"", "Status *", "Contact Name / Email")]
    [InlineData("Company / Şirket", "Position", "Date of applying", "Application status (updated weekly)", "Point of contact (name)")]
    public void A_header_is_known_with_what_decorates_it(params string[] headers)
    {
        var application = Sheets
            .Read($"{string.Join(',', headers)}\nAcme,Clerk,2026-09-01,Rejected,Ana Roe <ana@example.org>\n")
            .Application();
        Assert.Equal(("Acme", "Clerk", new DateOnly(2026, 9, 1)), (application.Employer, application.Title, application.SubmittedOn));
        Assert.Equal(("Ana Roe", 1), (application.Contact?.Name, application.Outcomes.Length));
    }
}
