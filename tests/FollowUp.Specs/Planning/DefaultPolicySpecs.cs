using FollowUp.Contracts;
using FollowUp.Scheduler.Planning;
using static FollowUp.Contracts.Channel;
using static FollowUp.Specs.Planning.Story;

namespace FollowUp.Specs.Planning;

public sealed class DefaultPolicySpecs
{
    // Monday 2 March 2026 and no holidays: 5 business days are a calendar week.
    public static TheoryData<HiringProcess, string, string, string, Channel[]> Processes =>
        new()
        {
            { HiringProcess.OwnerRun, "ownerRun", "2026-03-06", "2026-03-21", [Phone, Email] },
            { HiringProcess.PersonnelOffice, "personnelOffice", "2026-03-11", "2026-03-26", [Email, Phone] },
            { HiringProcess.CorporateHr, "corporateHr", "2026-03-23", "2026-04-14", [Email] },
            { HiringProcess.ManagementTeam, "managementTeam", "2026-03-11", "2026-03-26", [Email, Phone] },
            { HiringProcess.Unknown, "unknown", "2026-03-11", "2026-03-26", [Email, Phone] },
        };

    [Theory, MemberData(nameof(Processes))]
    public void A_direct_application_follows_the_row_of_its_hiring_process(
        HiringProcess process,
        string code,
        string due,
        string windowEnds,
        Channel[] channels
    )
    {
        var slot = Submitted(process).Planned();
        Assert.Equal(code, slot.Situation);
        Assert.Equal(At($"{due}T09:00:00Z"), slot.DueAt);
        Assert.Equal(At($"{windowEnds}T00:00:00Z"), slot.WindowEndsAt);
        Assert.Equal(channels, slot.Channels);
        Assert.Equal(new Anchor(AnchorKind.Submission, Date("2026-03-02")), slot.Anchor);
    }

    public static TheoryData<HiringProcess, ContactRole, Channel[]> ProcessesWithContact =>
        new()
        {
            { HiringProcess.OwnerRun, ContactRole.Owner, [Phone, InPerson, Email] },
            { HiringProcess.PersonnelOffice, ContactRole.Recruiter, [Email, Phone] },
            { HiringProcess.CorporateHr, ContactRole.Other, [DirectMessage, Email] },
            { HiringProcess.ManagementTeam, ContactRole.HiringManager, [Email, DirectMessage, Phone] },
            { HiringProcess.ManagementTeam, ContactRole.Recruiter, [Email, Phone] },
            { HiringProcess.Outsourced, ContactRole.Recruiter, [Email, Phone] },
            { HiringProcess.Unknown, ContactRole.Other, [Email, Phone] },
        };

    [Theory, MemberData(nameof(ProcessesWithContact))]
    public void A_contact_opens_the_channels_that_need_a_person(HiringProcess process, ContactRole role, Channel[] channels)
    {
        var slot = Submitted(process).Knows(Contact(role, DirectMessage, Email, Phone)).Planned();
        Assert.Equal(channels, slot.Channels);
        Assert.Equal(role, slot.Contact?.Role);
    }

    [Fact]
    public void A_channel_that_lacks_its_person_is_dropped_and_the_plan_says_so()
    {
        var slot = Submitted(HiringProcess.ManagementTeam).Planned();
        Assert.Equal(
            "A direct message needs the hiring manager, and none is recorded yet, so it isn't offered.",
            slot.Sentence("contactMissing")
        );
        Assert.Null(slot.Contact);
    }

    [Fact]
    public void Outsourced_waits_5_days_and_goes_to_the_recruiter()
    {
        var slot = Submitted(HiringProcess.Outsourced).Knows(Contact(ContactRole.Recruiter)).Planned();
        Assert.Equal("outsourced", slot.Situation);
        Assert.Equal(At("2026-03-09T09:00:00Z"), slot.DueAt);
        Assert.Equal(At("2026-03-24T00:00:00Z"), slot.WindowEndsAt);
    }

    [Fact]
    public void A_promise_in_the_cover_letter_is_due_on_its_date_by_phone_or_email()
    {
        var slot = Submitted(HiringProcess.CorporateHr, closesOn: "2026-03-31").Promised("2026-03-12").Planned();
        Assert.Equal("promisedInCoverLetter", slot.Situation);
        Assert.Equal(At("2026-03-12T09:00:00Z"), slot.DueAt);
        Assert.Equal(At("2026-03-20T00:00:00Z"), slot.WindowEndsAt);
        Assert.Equal([Phone, Email], slot.Channels);
    }

    [Fact]
    public void A_closing_date_is_waited_for_and_the_hiring_process_says_how()
    {
        var slot = Submitted(HiringProcess.OwnerRun, Approach.JobBoard, closesOn: "2026-03-13").Knows(Contact(ContactRole.Owner)).Planned();
        Assert.Equal("closingDate", slot.Situation);
        Assert.Equal(new Anchor(AnchorKind.ClosingDate, Date("2026-03-13"), Basis.Declared), slot.Anchor);
        Assert.Equal(At("2026-03-20T09:00:00Z"), slot.DueAt);
        Assert.Equal(At("2026-04-04T00:00:00Z"), slot.WindowEndsAt);
        Assert.Equal([Phone, InPerson, Email], slot.Channels);
    }

    [Fact]
    public void A_closing_date_before_the_submission_is_ignored_and_the_plan_says_so()
    {
        var slot = Submitted(closesOn: "2026-03-01").Planned();
        Assert.Equal("unknown", slot.Situation);
        Assert.Equal(
            "The closing date, Sunday 1 March 2026, lies before the submission on Monday 2 March 2026, so it doesn't count.",
            slot.Sentence("closingDateIgnored")
        );
    }

    [Fact]
    public void A_closing_date_is_compared_with_the_day_of_submission_where_the_employer_is()
    {
        // 02:00 UTC on 2 March is still 1 March in New York.
        var slot = Submitted(closesOn: "2026-03-01", at: "2026-03-02T02:00:00Z", timeZone: "America/New_York").Planned();
        Assert.Equal("closingDate", slot.Situation);
    }

    [Fact]
    public void A_referral_goes_through_the_referrer_first()
    {
        var referrer = Contact(ContactRole.Referrer, DirectMessage, Phone);
        var slot = Submitted(HiringProcess.PersonnelOffice, Approach.Referral)
            .Knows(Contact(ContactRole.HiringManager, Email), referrer)
            .Planned();
        Assert.Equal("referral", slot.Situation);
        Assert.Equal(At("2026-03-09T09:00:00Z"), slot.DueAt);
        Assert.Equal([DirectMessage, Phone, Email], slot.Channels);
        Assert.Equal(referrer.Id, slot.Contact?.Id);
        Assert.Contains("throughTheReferrer", slot.Reasons.Codes());
    }

    [Fact]
    public void A_referral_whose_referrer_is_not_recorded_goes_as_the_process_says()
    {
        var slot = Submitted(HiringProcess.PersonnelOffice, Approach.Referral).Planned();
        Assert.Equal("referral", slot.Situation);
        Assert.Equal([Email, Phone], slot.Channels);
        Assert.Contains("referrerMissing", slot.Reasons.Codes());
    }

    [Fact]
    public void A_job_board_takes_10_days()
    {
        var slot = Submitted(HiringProcess.CorporateHr, Approach.JobBoard).Knows(Contact(ContactRole.Recruiter, DirectMessage)).Planned();
        Assert.Equal("jobBoard", slot.Situation);
        Assert.Equal(At("2026-03-16T09:00:00Z"), slot.DueAt);
        Assert.Equal([Email, DirectMessage], slot.Channels);
    }

    [Fact]
    public void A_job_board_makes_no_difference_to_an_owner()
    {
        Assert.Equal("ownerRun", Submitted(HiringProcess.OwnerRun, Approach.JobBoard).Planned().Situation);
    }

    [Fact]
    public void An_interview_is_followed_up_5_days_after_it_ended()
    {
        var slot = Submitted().Interview("2026-03-10T14:00:00Z", "2026-03-10T15:00:00Z").Planned(2);
        Assert.Equal("afterInterview", slot.Situation);
        Assert.Equal(new Anchor(AnchorKind.InterviewEnd, Date("2026-03-10")), slot.Anchor);
        Assert.Equal(At("2026-03-17T09:00:00Z"), slot.DueAt);
        Assert.Equal(At("2026-03-27T00:00:00Z"), slot.WindowEndsAt);
        Assert.Equal([Email, Phone], slot.Channels);
    }

    [Fact]
    public void The_contact_of_an_interview_is_the_interviewer()
    {
        var (manager, other) = (Contact(ContactRole.HiringManager), Contact(ContactRole.Other));
        var slot = Submitted().Knows(manager, other).Interview("2026-03-10T14:00:00Z", "2026-03-10T15:00:00Z", with: other.Id).Planned(2);
        Assert.Equal(other.Id, slot.Contact?.Id);
    }

    [Fact]
    public void Every_number_belongs_to_the_policy()
    {
        var policy = Policy.Default with
        {
            Version = 7,
            Hours = new() { From = new(10, 30) },
            Unknown = new()
            {
                Wait = 1,
                Window = 0,
                Channels = [Letter],
            },
        };
        var story = Submitted().Under(policy);
        var slot = story.Planned();
        Assert.Equal(At("2026-03-03T10:30:00Z"), slot.DueAt);
        Assert.Equal(At("2026-03-04T00:00:00Z"), slot.WindowEndsAt);
        Assert.Equal([Letter], slot.Channels);
        Assert.Equal(7, story.Plan().PolicyVersion);
    }

    [Fact]
    public void Every_code_of_the_table_is_the_name_of_its_property_in_JSON()
    {
        var json = System.Text.Json.JsonSerializer.SerializeToElement(Policy.Default, Json.Lenient);
        foreach (var (code, row) in Policy.Default.Rows)
        {
            Assert.Equal(row.Wait, json.GetProperty(code).GetProperty("wait").GetInt32());
        }
    }

    [Fact]
    public void A_policy_survives_JSON_and_what_is_left_out_stays_as_it_is_by_default()
    {
        var policy = Policy.Default with
        {
            Version = 3,
            WorkingDays = [DayOfWeek.Sunday, DayOfWeek.Monday],
            DaysOff = [new(Date("2026-12-24"))],
            QuietDates = [new(Date("2026-12-20"), Date("2027-01-06"), "Between the years")],
            Holidays = Holidays(("DE", [Date("2026-10-03")])),
            Hours = new() { From = new(8, 30), To = new(16, 0) },
            MostPerEmployerAWeek = 2,
            OwnerRun = Policy.Default.OwnerRun with { Withhold = true },
        };
        var json = System.Text.Json.JsonSerializer.Serialize(policy, Json.Strict);
        Assert.Equal(
            json,
            System.Text.Json.JsonSerializer.Serialize(System.Text.Json.JsonSerializer.Deserialize<Policy>(json, Json.Strict), Json.Strict)
        );

        var some = System.Text.Json.JsonSerializer.Deserialize<Policy>("""{ "silenceWait": 30 }""", Json.Strict)!;
        Assert.Equal((30, 4, new TimeOnly(9, 0)), (some.SilenceWait, some.OwnerRun.Wait, some.Hours.From));
        Assert.Throws<System.Text.Json.JsonException>(() =>
            System.Text.Json.JsonSerializer.Deserialize<Policy>("""{ "ownerRun": { "window": 3 } }""", Json.Strict)
        );
    }
}
