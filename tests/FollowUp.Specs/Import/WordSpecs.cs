using FollowUp.Applications.Import;
using FollowUp.Contracts;

namespace FollowUp.Specs.Import;

public sealed class WordSpecs
{
    [Theory]
    [InlineData("")]
    [InlineData("Applied")]
    [InlineData("SUBMITTED")]
    [InlineData("sent")]
    [InlineData("Waiting")]
    [InlineData("No answer yet")]
    [InlineData("Beworben")]
    public void Some_statuses_say_nothing_more_than_that_it_was_submitted(string status) =>
        Assert.Empty(Sheets.With("Status", status).Application().Outcomes);

    [Theory]
    [InlineData("Accepted", ClosingReason.OfferAccepted)]
    [InlineData("Hired", ClosingReason.OfferAccepted)]
    [InlineData("Declined offer", ClosingReason.OfferDeclined)]
    [InlineData("Rejected", ClosingReason.Rejected)]
    [InlineData("Declined by employer", ClosingReason.Rejected)]
    [InlineData("Not selected", ClosingReason.Rejected)]
    [InlineData("No", ClosingReason.Rejected)]
    [InlineData("Absage", ClosingReason.Rejected)]
    [InlineData("Withdrawn", ClosingReason.Withdrawn)]
    [InlineData("zurückgezogen", ClosingReason.Withdrawn)]
    [InlineData("Zurueckgezogen", ClosingReason.Withdrawn)]
    [InlineData("Ghosted", ClosingReason.NoResponse)]
    [InlineData("No response", ClosingReason.NoResponse)]
    [InlineData("Keine Antwort", ClosingReason.NoResponse)]
    [InlineData("Position filled", ClosingReason.PositionFilled)]
    [InlineData("Cancelled", ClosingReason.PositionFilled)]
    [InlineData("Closed", ClosingReason.PositionFilled)]
    public void Some_statuses_close(string status, ClosingReason reason) =>
        Assert.Equal([new Outcome.Closed(reason, null)], Sheets.With("Status", status).Application().Outcomes);

    [Theory]
    [InlineData("Interview", 1, false)]
    [InlineData("interviewing", 1, false)]
    [InlineData("Phone-Screen", 1, false, InterviewKind.PhoneScreen)]
    [InlineData("Zoom call", 1, false, InterviewKind.Video)]
    [InlineData("On-site", 1, false, InterviewKind.OnSite)]
    [InlineData("Panel", 1, false, InterviewKind.Panel)]
    [InlineData("2nd interview", 2, false)]
    [InlineData("Vorstellungsgespräch", 1, false)]
    [InlineData("Interview scheduled", 1, true)]
    public void Some_statuses_tell_of_an_interview(string status, int round, bool ahead, InterviewKind? kind = null)
    {
        Assert.Equal([new Outcome.Interview(round, null, null, ahead, kind)], Sheets.With("Status", status).Application().Outcomes);
        Assert.Equal(ahead ? [] : ["noInterviewDate"], Sheets.With("Status", status).Remarks());
    }

    [Theory]
    [InlineData("2026-09-19", false)]
    [InlineData("2026-09-20", true)]
    [InlineData("2026-09-21", true)]
    public void An_interview_with_a_date_is_one_whatever_the_status(string date, bool ahead) =>
        Assert.Equal(
            [new Outcome.Interview(1, DateOnly.ParseExact(date, "O", null), new(14, 30), ahead)],
            Sheets.With("Interview date", $"{date} 2:30 pm").Application().Outcomes
        );

    [Theory]
    [InlineData("Offer")]
    [InlineData("Zusage")]
    public void An_offer_is_an_answer_and_leaves_it_open(string status) =>
        Assert.Equal([new Outcome.Responded(null, Offer: true)], Sheets.With("Status", status).Application().Outcomes);

    [Theory]
    [InlineData("Assessment", StepKind.Assessment, null)]
    [InlineData("Take-home test", StepKind.Assessment, null)]
    [InlineData("Testaufgabe", StepKind.Assessment, null)]
    [InlineData("Background check", StepKind.ReferenceCheck, null)]
    [InlineData("Trial day", StepKind.Other, "Trial day")]
    [InlineData("Probetag", StepKind.Other, "Probetag")]
    public void Some_statuses_tell_of_another_step(string status, StepKind kind, string? name)
    {
        Assert.Equal([new Outcome.Step(kind, name, null)], Sheets.With("Status", status).Application().Outcomes);
        Assert.Equal(["noStepDate"], Sheets.With("Status", status).Remarks());
    }

    [Theory]
    [InlineData("Region", "DE-BY", "DE-BY")]
    [InlineData("Bundesland", "de-by", "DE-BY")]
    [InlineData("Region code", "US-CA", "US-CA")]
    public void A_region_is_a_code(string header, string cell, string code) =>
        Assert.Equal(code, Sheets.With(header, cell).Application().Region);

    [Theory]
    [InlineData("Bavaria")]
    [InlineData("DE")]
    [InlineData("DE-BAYR")]
    public void A_region_by_another_name_is_kept_in_the_notes(string cell)
    {
        var sheet = Sheets.With("Region", cell);
        Assert.Null(sheet.Application().Region);
        Assert.Equal($"Region: {cell}", sheet.Application().Notes);
        Assert.Equal(["unknownRegion"], sheet.Remarks());
    }

    [Theory]
    [InlineData("Wishlist")]
    [InlineData("To apply")]
    [InlineData("Saved")]
    [InlineData("Draft")]
    [InlineData("Not applied")]
    public void A_row_that_was_not_submitted_is_no_application(string status)
    {
        var reason = Sheets.With("Status", status).Reason();
        Assert.Equal(("Status", "notSubmitted"), (reason.Column, reason.Code));
    }

    [Theory]
    [InlineData("Declined")]
    [InlineData("Purple")]
    [InlineData("Interview or offer")]
    [InlineData("Interview/Offer")]
    [InlineData("Offer - declined by me")]
    [InlineData("Interview (cancelled by them)")]
    [InlineData("On hold")]
    [InlineData("Archived")]
    public void A_status_that_is_not_known_is_not_guessed(string status)
    {
        var reason = Sheets.With("Status", status).Reason();
        Assert.Equal("unknownStatus", reason.Code);
        Assert.All(
            ["Applied", "Interview", "Offer", "Rejected", "Ghosted", "Wishlist"],
            x => Assert.Contains(x, reason.Sentence, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Facts_come_in_the_order_in_which_they_happened()
    {
        var application = Sheets
            .Read(
                "Company,Position,Applied,Stage,Outcome,Interview date,Followed up on,Response date\n"
                    + "Acme,Clerk,2026-08-01,2nd interview,Rejected,2026-09-01,2026-08-10,2026-09-10\n"
            )
            .Application();
        Assert.Equal(
            [
                new Outcome.FollowedUp(new(2026, 8, 10)),
                new Outcome.Interview(2, new(2026, 9, 1), null, false),
                new Outcome.Closed(ClosingReason.Rejected, new(2026, 9, 10)),
            ],
            application.Outcomes
        );
    }

    [Fact]
    public void An_answer_before_the_interview_is_not_the_one_that_closed_it()
    {
        var application = Sheets
            .Read(
                "Company,Position,Applied,Status,Interview date,Followed up on,Response date\n"
                    + "Acme,Clerk,2026-08-01,Rejected,2026-09-01,yes,2026-08-10\n"
            )
            .Application();
        Assert.Equal(
            [
                new Outcome.FollowedUp(null),
                new Outcome.Responded(new(2026, 8, 10), false),
                new Outcome.Interview(1, new(2026, 9, 1), null, false),
                new Outcome.Closed(ClosingReason.Rejected, null),
            ],
            application.Outcomes
        );
    }

    [Theory]
    [InlineData("Rejected", "Withdrawn", "contradiction")]
    [InlineData("Closed", "Purple", "unknownStatus")]
    public void Two_columns_that_cannot_both_be_true_are_refused(string status, string outcome, string code) =>
        Assert.Equal(code, Sheets.Read($"Company,Position,Status,Outcome\nAcme,Clerk,{status},{outcome}\n").Reason().Code);

    [Theory]
    [InlineData("Closed", "Rejected")]
    [InlineData("Rejected", "Closed")]
    [InlineData("Interview", "Rejected")]
    public void The_more_exact_status_says_how_it_ended(string status, string outcome) =>
        Assert.Equal(
            new Outcome.Closed(ClosingReason.Rejected, null),
            Sheets.Read($"Company,Position,Status,Outcome\nAcme,Clerk,{status},{outcome}\n").Application().Outcomes[^1]
        );

    [Theory]
    [InlineData("LinkedIn", Approach.JobBoard)]
    [InlineData("indeed.com", Approach.JobBoard)]
    [InlineData("StepStone", Approach.JobBoard)]
    [InlineData("job board", Approach.JobBoard)]
    [InlineData("jobBoard", Approach.JobBoard)]
    [InlineData("Agentur für Arbeit", Approach.JobBoard)]
    [InlineData("Referral", Approach.Referral)]
    [InlineData("A friend", Approach.Referral)]
    [InlineData("Referred by R. Roe (LinkedIn)", Approach.Referral)]
    [InlineData("Agency", Approach.Agency)]
    [InlineData("Recruiter on LinkedIn", Approach.Agency)]
    [InlineData("Headhunter", Approach.Agency)]
    [InlineData("Mass mailing", Approach.MassMailing)]
    [InlineData("massMailing", Approach.MassMailing)]
    [InlineData("Company website", Approach.Direct)]
    [InlineData("Direct", Approach.Direct)]
    [InlineData("E-mail", Approach.Direct)]
    [InlineData("Walk-in", Approach.Direct)]
    public void A_source_says_how_the_resume_got_there(string source, Approach approach)
    {
        var sheet = Sheets.With("Source", source);
        Assert.Equal((approach, source), (sheet.Application().Approach, sheet.Application().Source));
        Assert.Empty(sheet.Remarks());
    }

    [Fact]
    public void A_source_that_is_not_known_is_direct_and_remarked()
    {
        var sheet = Sheets.With("Source", "Carrier pigeon");
        Assert.Equal(Approach.Direct, sheet.Application().Approach);
        Assert.Equal(["unknownSource"], sheet.Remarks());
    }

    [Fact]
    public void An_approach_goes_before_a_source() =>
        Assert.Equal(
            (Approach.MassMailing, "LinkedIn"),
            Sheets.Read("Company,Position,Source,Approach\nAcme,Clerk,LinkedIn,mass mailing\n").Application() is var x
                ? (x.Approach, x.Source)
                : default
        );

    [Fact]
    public void A_referring_person_makes_a_referral() =>
        Assert.Equal(Approach.Referral, Sheets.With("Referred by", "R. Roe").Application().Approach);

    [Theory]
    [InlineData("ownerRun", HiringProcess.OwnerRun)]
    [InlineData("small business", HiringProcess.OwnerRun)]
    [InlineData("Personnel office", HiringProcess.PersonnelOffice)]
    [InlineData("corporateHr", HiringProcess.CorporateHr)]
    [InlineData("Konzern", HiringProcess.CorporateHr)]
    [InlineData("Management team", HiringProcess.ManagementTeam)]
    [InlineData("agency recruits", HiringProcess.Outsourced)]
    [InlineData("PEO", HiringProcess.Outsourced)]
    public void A_hiring_process_has_the_words_of_the_contract_and_plain_ones(string cell, HiringProcess process) =>
        Assert.Equal(process, Sheets.With("Hiring process", cell).Application().HiringProcess);

    [Theory]
    [InlineData("Hiring process", "by oracle", "unknownHiringProcess")]
    [InlineData("Contact role", "recruiter", "nobodyThere")]
    [InlineData("Email", "ask at the desk", "badEmail")]
    [InlineData("Phone", "none that I know", "badPhone")]
    [InlineData("Link", "www.example.org/jobs/1", "badUrl")]
    [InlineData("Link", "javascript:alert(1)", "badUrl")]
    [InlineData("Link", "/jobs/1", "badUrl")]
    [InlineData("Link", "file:///etc/hosts", "badUrl")]
    public void An_unusable_cell_is_reported_and_kept_in_the_notes(string header, string cell, string code)
    {
        var sheet = Sheets.With(header, cell);
        Assert.Equal([code], sheet.Remarks());
        Assert.Equal($"{header}: {cell}", sheet.Application().Notes);
        Assert.Equal((null, null, null), (sheet.Application().Url, sheet.Application().HiringProcess, sheet.Application().Contact));
    }

    [Fact]
    public void A_contact_has_a_role_and_ways_to_reach_them() =>
        Assert.Equal(
            new SheetContact("R. Roe", ContactRole.Owner, "roe@example.org", "+1 555-0100"),
            Sheets
                .Read("Company,Position,Contact,Contact role,E-mail,Phone\nAcme,Clerk,R. Roe,owner,roe@example.org,+1 555-0100\n")
                .Application()
                .Contact
        );

    [Fact]
    public void A_role_that_is_not_known_leaves_the_contact()
    {
        var sheet = Sheets.Read("Company,Position,Contact,Contact role\nAcme,Clerk,R. Roe,wizard\n");
        Assert.Equal(["noDate", "unknownRole"], sheet.Remarks().Order());
        Assert.Equal(
            (new SheetContact("R. Roe", ContactRole.Other, null, null), "Contact role: wizard"),
            (sheet.Application().Contact, sheet.Application().Notes)
        );
    }

    [Fact]
    public void A_contact_that_is_an_address_is_one() =>
        Assert.Equal(
            new SheetContact(null, ContactRole.Other, "roe@example.org", null),
            Sheets.With("Contact", "roe@example.org").Application().Contact
        );

    [Theory]
    [InlineData("Company", 200)]
    [InlineData("Position", 200)]
    public void Texts_have_a_length(string header, int limit)
    {
        Assert.Empty(Read(new('x', limit)).Rows.OfType<SheetRow.Refused>());
        var reason = Read(new('x', limit + 1)).Reason();
        Assert.Equal((header, "tooLong"), (reason.Column, reason.Code));

        Sheet Read(string cell)
        {
            string[] headers = ["Company", "Position", "Contact"];
            return Sheets.Read($"{string.Join(',', headers)}\n{string.Join(',', headers.Select(x => x == header ? cell : "short"))}\n");
        }
    }

    [Theory]
    [InlineData("Contact")]
    [InlineData("Source")]
    [InlineData("Applied via")]
    public void A_long_text_is_kept_in_the_notes(string header)
    {
        Assert.Null(Sheets.With(header, new('x', 200)).Application().Notes);
        var sheet = Sheets.With(header, new('x', 201));
        Assert.Equal(("tooLong", $"{header}: {new string('x', 201)}"), (Assert.Single(sheet.Remarks()), sheet.Application().Notes));
    }

    [Fact]
    public void A_long_note_is_kept_whole_and_one_longer_than_that_to_its_20000th_character()
    {
        Assert.Equal(20_000, Sheets.With("Notes", new('x', 20_000)).Application().Notes!.Length);
        var longer = Sheets.With("Notes", new('x', 20_001));
        Assert.Equal((20_000, "noteShortened"), (longer.Application().Notes!.Length, Assert.Single(longer.Remarks())));
    }

    [Theory]
    [InlineData(2_000, true)]
    [InlineData(2_001, false)]
    public void A_link_has_a_length_too(int length, bool kept) =>
        Assert.Equal(kept, Sheets.With("Link", "https://example.org/".PadRight(length, 'x')).Application().Url is not null);

    [Theory]
    [InlineData("Company,Position\n,Clerk\n", "Company", "required")]
    [InlineData("Company,Position\nAcme,?\n", "Position", "required")]
    [InlineData("Company,Position,Candidate\nAcme,Clerk,roe@example.org\n", "Candidate", "notAReference")]
    [InlineData("Company,Position,Candidate\nAcme,Clerk,Richard Roe\n", "Candidate", "notAReference")]
    public void A_row_without_what_it_needs_is_refused(string csv, string column, string code)
    {
        var reason = Sheets.Read(csv).Reason();
        Assert.Equal((column, code), (reason.Column, reason.Code));
    }

    [Fact]
    public void All_errors_of_a_row_are_reported_at_once() =>
        Assert.Equal(
            ["required", "unknownStatus", "badDate"],
            Assert
                .IsType<SheetRow.Refused>(Sheets.Read("Company,Position,Applied,Status\n,Clerk,soon,Purple\n").Rows[0])
                .Reasons.Select(x => x.Code)
        );

    [Fact]
    public void A_row_without_a_candidate_is_refused() =>
        Assert.Equal("required", Sheets.Read("Company,Position\nAcme,Clerk\n", Sheets.Options with { Candidate = null }).Reason().Code);
}
