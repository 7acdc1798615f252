using FollowUp.Applications.Import;
using FollowUp.Contracts;

namespace FollowUp.Specs.Import;

/// <summary>Shapes of sheets that were read wrongly, each as a kind.</summary>
public sealed class OddSheetSpecs
{
    [Theory]
    [InlineData("No")]
    [InlineData("Nº")]
    [InlineData("No.")]
    [InlineData("Round")]
    public void A_column_of_numbers_is_no_status(string header)
    {
        var sheet = Sheets.Read($"{header},Company,Position,Date Applied\n1,Acme,Clerk,2026-09-01\n2,Bcme,Clerk,2026-09-02\n");
        Assert.All(Enumerable.Range(0, 2), x => Assert.Empty(sheet.Application(x).Outcomes));
        Assert.Equal([header], sheet.Ignored.Select(x => x.Header));
    }

    [Fact]
    public void A_status_of_symbols_alone_is_asked_about_and_can_be_mapped()
    {
        const string Csv =
            "Company,Position,Date Applied,Status\nAcme,Clerk,2026-09-01,🔴\nBcme,Cook,2026-09-01,👻\nCcme,Guard,2026-09-01,–\n";
        var asked = Sheets.Read(Csv);
        Assert.Equal(["🔴", "👻"], asked.StatusWords.Select(x => x.Word));
        Assert.Equal("unknownStatus", asked.Reason().Code);
        Assert.Empty(asked.Application(2).Outcomes);

        var mapped = Sheets.Read(Csv, Sheets.Options with { Words = StatusMap.Parse("🔴:rejected,👻:noResponse") });
        Assert.Equal([new Outcome.Closed(ClosingReason.Rejected, null)], mapped.Application().Outcomes);
        Assert.Equal([new Outcome.Closed(ClosingReason.NoResponse, null)], mapped.Application(1).Outcomes);
    }

    [Fact]
    public void Whether_it_was_submitted_does_not_hide_when()
    {
        var sheet = Sheets.Read(
            "Company,Position,Applied?,Date\nAcme,Clerk,Y,2026-09-01\nBcme,Cook,Yes,2026-09-02\nCcme,Guard,N,\nDcme,Nurse,TRUE,2026-09-04\n"
        );
        Assert.Equal([1, 2, 4], new[] { 0, 1, 3 }.Select(x => sheet.Application(x).SubmittedOn!.Value.Day));
        Assert.Empty(sheet.Remarks());
        Assert.Equal("notSubmitted", sheet.Reason(2).Code);
    }

    [Theory]
    [InlineData("Rejected", ClosingReason.Rejected)]
    [InlineData("Refus", ClosingReason.Rejected)]
    [InlineData("No", null)]
    [InlineData("No response yet", null)]
    [InlineData("No response", null)]
    public void A_response_may_be_a_word(string cell, ClosingReason? reason)
    {
        var sheet = Sheets.Read($"Company,Position,Date Applied,Response\nAcme,Clerk,2026-09-01,{cell}\nBcme,Cook,2026-09-01,2026-09-05\n");
        Assert.Equal(reason is null ? [] : [new Outcome.Closed(reason.Value, null)], sheet.Application().Outcomes);
        Assert.Empty(sheet.Remarks());
        Assert.Equal([new Outcome.Responded(new(2026, 9, 5), false)], sheet.Application(1).Outcomes);
    }

    [Fact]
    public void No_response_among_responses_is_none_yet_unless_a_person_says_that_it_is_the_end()
    {
        const string Csv =
            "Company,Position,Date Applied,Response\nAcme,Clerk,2026-09-01,Rejected\nBcme,Cook,2026-09-01,No response\n"
            + "Ccme,Guard,2026-09-01,Interview\n";

        var sheet = Sheets.Read(Csv);
        Assert.Equal([new Outcome.Closed(ClosingReason.Rejected, null)], sheet.Application().Outcomes);
        Assert.Empty(sheet.Application(1).Outcomes);
        Assert.Equal(["columnByCells"], sheet.Remarks(1));

        var mapped = Sheets.Read(Csv, Sheets.Options with { Words = StatusMap.Parse("No response:noResponse") });
        Assert.Equal([new Outcome.Closed(ClosingReason.NoResponse, null)], mapped.Application(1).Outcomes);
    }

    [Theory]
    [InlineData("1726704000000", "number")]
    [InlineData("12.5", "number")]
    [InlineData("last week", "text")]
    public void What_is_no_date_is_told_what_is_expected(string cell, string form)
    {
        var text = form == "number" ? cell : $"\"{cell}\"";
        var refused = Sheets.Read($$"""[{"company":"Acme","position":"Clerk","date applied":{{text}}}]""").Reason();

        Assert.Equal(("badDate", form), (refused.Code, refused.Values!["form"]));
        Assert.Contains("2024-09-19", refused.Sentence, StringComparison.Ordinal);
        Assert.Equal(form == "number", refused.Sentence.Contains("45554", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Follow up 1", "Follow up 2")]
    [InlineData("1st follow-up", "2nd follow-up")]
    [InlineData("Follow-up #1 date", "Follow-up #2 date")]
    public void Numbered_follow_ups_were_made(string first, string second)
    {
        var sheet = Sheets.Read(
            $"Company,Position,Date Applied,{first},{second}\nAcme,Clerk,2026-09-01,2026-09-08,2026-09-15\nBcme,Cook,2026-09-01,,\n"
        );
        Assert.Equal([new Outcome.FollowedUp(new(2026, 9, 8)), new Outcome.FollowedUp(new(2026, 9, 15))], sheet.Application().Outcomes);
        Assert.Empty(sheet.Application(1).Outcomes);
    }

    [Theory]
    [InlineData("Rejected 14.9.2026", "rejected")]
    [InlineData("Rejected Sep 14, 2026", "rejected")]
    [InlineData("Absage 14.09.", "rejected")]
    [InlineData("Applied 2026-09-01", "applied")]
    [InlineData("Applied -> Rejected", "rejected")]
    [InlineData("Interview scheduled for 5 Dec 2026", "interviewScheduled")]
    [InlineData("Interview w/ the owner", "interview")]
    [InlineData("Leider Absage", "rejected")]
    [InlineData("Keine Rückmeldung bisher", "applied")]
    public void A_word_is_read_before_a_date(string cell, string status) =>
        Assert.Equal(status, StatusMap.StatusOf(Sheets.With("Status", cell).Application().Outcomes.LastOrDefault())!.Value.Word());

    [Theory]
    [InlineData("Will apply")]
    [InlineData("Noch nicht abgeschickt")]
    [InlineData("False positive")]
    [InlineData("lead")]
    public void What_was_not_sent_is_no_application(string cell) => Assert.Equal("notSubmitted", Sheets.With("Status", cell).Reason().Code);

    [Theory]
    [InlineData("Waiting for offer")]
    [InlineData("Rejected 2 of 3")]
    [InlineData("Not rejected yet")]
    [InlineData("Offer withdrawn")]
    public void What_is_not_clear_is_asked_about(string cell) => Assert.Equal("unknownStatus", Sheets.With("Status", cell).Reason().Code);

    [Theory]
    [InlineData("Dana Doe, 044 668 18 00", "CH", "Dana Doe", "044 668 18 00")]
    [InlineData("Dana Doe: +41 44 668 18 00", "", "Dana Doe", "+41 44 668 18 00")]
    [InlineData("+41 44 668 18 00", "", null, "+41 44 668 18 00")]
    [InlineData("Dana Doe (HR)", "", "Dana Doe (HR)", null)]
    public void A_number_beside_a_name_is_the_contacts(string cell, string country, string? name, string? phone)
    {
        var contact = Sheets
            .Read($"Company,Position,Date Applied,Country,Contact\nAcme,Clerk,2026-09-01,{country},\"{cell}\"\n")
            .Application()
            .Contact!;
        Assert.Equal((name, phone), (contact.Name, contact.Phone));
    }

    [Fact]
    public void A_row_without_a_candidate_among_others_is_not_the_callers()
    {
        var options = Sheets.Options with { Candidate = null, Oneself = "me" };
        var sheet = Sheets.Read("Candidate,Company,Position\nc-1,Acme,Clerk\n,Bcme,Cook\n", options);
        Assert.Equal(("c-1", "required"), (sheet.Application().Candidate, sheet.Reason(1).Code));
        Assert.Equal("me", Sheets.Read("Company,Position\nAcme,Clerk\n", options).Application().Candidate);
        var chosen = Sheets.Read("Candidate,Company,Position\n,Acme,Clerk\n", options with { Candidate = "c-2" });
        Assert.Equal("c-2", chosen.Application().Candidate);
    }

    [Fact]
    public void Owners_of_applications_at_several_employers_are_several_people()
    {
        const string Csv = "Company,Position,Owner\nAcme,Clerk,Pat Doe\nBcme,Cook,Kim Roe\nCcme,Guard,Pat Doe\n";
        Assert.Equal("severalPeople", Sheets.Refusal(Csv).Code);
        // each employer has others
        Assert.Equal(2, Sheets.Read("Company,Position,Owner\nAcme,Clerk,Pat Doe\nBcme,Cook,Kim Roe\n").Rows.Length);
    }

    [Theory]
    [InlineData("|:--|-|:-:|")]
    [InlineData("|---|---|---|")]
    public void A_table_of_Markdown_has_any_rule(string rule)
    {
        var sheet = Sheets.Read($"| Company | Position | Status |\n{rule}\n| Fern \\| Co | Clerk | **Rejected** |\n");
        Assert.Equal("Fern | Co", sheet.Application().Employer);
        Assert.Single(sheet.Application().Outcomes);
    }

    [Theory]
    [InlineData("{\"company\":\"Acme\",\"title\":\"Clerk\"}\n{\"company\":\"Bcme\",\"title\":\"Cook\"}\n")]
    [InlineData("{ \"company\": \"Acme\",\n  \"title\": \"Clerk\" }\r\n\r\n{ \"company\": \"Bcme\", \"title\": \"Cook\" }")]
    public void Objects_on_lines_of_their_own_are_rows(string json) =>
        Assert.Equal(["Acme", "Bcme"], Enumerable.Range(0, 2).Select(x => Sheets.Read(json).Application(x).Employer));

    [Theory]
    [InlineData("Firma, Adresse, Ort", "Stelle als")]
    [InlineData("Firma/Ort", "Bewerbung als")]
    public void A_header_may_go_on_behind_a_comma(string employer, string title) =>
        Assert.Equal("Farn AG, Bern", Sheets.Read($"{employer};{title}\nFarn AG, Bern;Koch\n").Application().Employer);
}
