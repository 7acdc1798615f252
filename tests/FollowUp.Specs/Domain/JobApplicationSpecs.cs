using System.Globalization;
using System.Text.Json;
using FollowUp.Applications;
using FollowUp.Applications.Commands;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.InternalContracts.Localization;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using static FollowUp.Specs.Domain.Applications;
using ContactRecorded = FollowUp.Applications.ContactRecorded;
using CoverLetterSent = FollowUp.Applications.CoverLetterSent;
using EmployerResponded = FollowUp.Applications.EmployerResponded;
using InterviewRescheduled = FollowUp.Applications.InterviewRescheduled;

namespace FollowUp.Specs.Domain;

public sealed class JobApplicationSpecs
{
    // Submitting

    [Fact]
    public void A_submission_records_everything_but_who_the_contacts_are() =>
        Application
            .When(Decided(Submit))
            .Then(Applied)
            .And(x => Assert.Equal(("c-1", 1, true, false), (x.Candidate, x.CurrentStage, x.IsSubmitted, x.IsClosed)));

    [Fact]
    public void The_smallest_submission_is_trimmed_and_has_no_empty_instructions() =>
        Application
            .When(Decided(new SubmitApplication("c-1", new(" Acme "), new(" Clerk ", Instructions: new()))))
            .Then(new Submitted("c-1", new("Acme"), new("Clerk"), Approach.Direct, [], Then, Basis.Measured));

    [Fact]
    public void The_same_submission_again_records_nothing_also_after_other_things_happened() =>
        Application
            .Given(Applied, Letter, Interview(1), new Amended(new("Other"), new("Other"), Approach.Direct, Now), Rejected)
            .When(Decided(Submit))
            .Then();

    [Fact]
    public void The_same_people_are_the_same_whatever_ids_they_get_this_time() =>
        Application.Given(Applied).When(Decided(Submit, contact: Guid.NewGuid())).Then();

    [Fact]
    public void The_hour_of_submission_counts_only_when_it_was_given()
    {
        Application.Given(Applied).When(Decided(Submit, now: Now)).Then();
        Application.Given(Applied).When(Decided(Submit with { SubmittedAt = Now })).ThenRefused("differentContent");
        Application.Given(Applied).When(Decided(Submit with { SubmittedAt = Then.ToOffset(TimeSpan.FromHours(2)) })).Then();
    }

    public static TheoryData<string, SubmitApplication> Others =>
        new()
        {
            { "candidate", Submit with { Candidate = "c-2" } },
            { "employer", Submit with { Employer = Submit.Employer with { HiringProcess = HiringProcess.CorporateHr } } },
            { "title", Submit with { Posting = Submit.Posting with { Title = "Cook" } } },
            { "instructions", Submit with { Posting = Submit.Posting with { Instructions = null } } },
            { "closing date", Submit with { Posting = Submit.Posting with { ClosesOn = null } } },
            { "approach", Submit with { Approach = Approach.Direct } },
            { "no contact", Submit with { Contacts = [] } },
            { "another role", Submit with { Contacts = [Submit.Contacts![0] with { Role = ContactRole.Recruiter }] } },
            { "another way to reach them", Submit with { Contacts = [Submit.Contacts![0] with { Phone = null }] } },
            { "another contact", Submit with { Contacts = [Submit.Contacts![0], new("S. Soe")] } },
        };

    [Theory, MemberData(nameof(Others))]
    public void Another_submission_under_the_same_id_is_refused(string what, SubmitApplication other)
    {
        Assert.NotEmpty(what);
        Application.Given(Applied).When(Decided(other)).ThenRefused("differentContent");
    }

    // No command before a submission, no command after a closing

    public static TheoryData<string, Func<JobApplication, object[]>> Writes =>
        new()
        {
            { "cover letter", x => x.Decide(new SendCoverLetter(), Now) },
            { "contact", Know(Guid.NewGuid()) },
            { "response", Respond() },
            { "interview", Schedule(20) },
            { "reschedule", Reschedule(1, 20) },
            { "cancel", Cancel(1) },
            { "amend", Amend("{}") },
        };

    [Theory, MemberData(nameof(Writes))]
    public void Nothing_is_recorded_of_an_application_that_was_never_submitted(string what, Func<JobApplication, object[]> decide)
    {
        Assert.NotEmpty(what);
        Application.When(decide).ThenRefused("unknownApplication");
    }

    [Theory, MemberData(nameof(Writes))]
    public void Nothing_but_a_reopening_follows_a_closing(string what, Func<JobApplication, object[]> decide)
    {
        Assert.NotEmpty(what);
        Application.Given(Applied, Interview(1), Rejected).When(decide).ThenRefused("closed");
        Assert.Null(Application.Given(Applied, Interview(1), Rejected, Again).When(decide).Refusal);
    }

    [Fact]
    public void Closing_reopening_and_settling_need_an_application()
    {
        Application.When(Close()).ThenRefused("unknownApplication");
        Application.When(Reopen()).ThenRefused("unknownApplication");
        Application.When(Settled("ana")).ThenRefused("unknownApplication");
    }

    // Cover letter

    [Fact]
    public void A_cover_letter_is_recorded_with_what_it_promises() =>
        Application.Given(Applied).When(Send("2026-03-12")).Then(new CoverLetterSent(Then, new(2026, 3, 12)));

    [Theory]
    [
        InlineData("2026-03-01", false),
        InlineData("2026-03-02", false),
        InlineData("2026-03-03", true),
        InlineData("2026-04-01", true),
        InlineData("2026-04-02", false)
    ]
    public void A_promise_lies_after_the_letter_and_at_most_30_days_out(string promised, bool isGood)
    {
        var specification = Application.Given(Applied).When(Send(promised));
        if (isGood)
            specification.Then("CoverLetterSent");
        else
            Assert.Equal(
                ("badInput", 400, "promisedFollowUpOn"),
                (specification.Refusal!.Code, specification.Refusal.HttpStatus(), specification.Refusal.Errors!.Keys.Single())
            );
    }

    [Fact]
    public void The_day_of_the_letter_is_the_employers_and_where_that_is_not_known_the_senders()
    {
        // 23:30 on 2 March in New York is 3 March in Berlin.
        Application.Given(Applied).When(Send("2026-03-03", "2026-03-02T23:30:00-05:00")).ThenRefused("badInput");
        var nowhere = Applied with { Employer = new("Acme") };
        Application.Given(nowhere).When(Send("2026-03-03", "2026-03-02T23:30:00-05:00")).Then("CoverLetterSent");
        Application.Given(nowhere).When(Send("2026-03-03", "2026-03-03T04:30:00Z")).ThenRefused("badInput");

        // Without a time in the command, the clock in the sender's time zone determines the day.
        var now = DateTimeOffset.Parse("2026-03-03T04:30:00Z", CultureInfo.InvariantCulture);
        var caller = new FollowUp.Platform.Security.Caller("default", "a key");
        Assert.Equal(
            (new DateTime(2026, 3, 2, 23, 30, 0), now),
            (
                new CommandContext(caller, Zone: NodaTime.DateTimeZoneProviders.Tzdb["America/New_York"]).Here(now) is var here
                    ? here.DateTime
                    : default,
                here
            )
        );
        Assert.Equal(TimeSpan.Zero, new CommandContext(caller).Here(now).Offset);
    }

    // Contacts

    [Fact]
    public void A_contact_is_recorded_by_id_role_and_channels() =>
        Application
            .Given(Applied)
            .When(Know(Slots.Subject))
            .Then(new ContactRecorded(new(Slots.Subject, ContactRole.Owner, [Channel.Email]), Now))
            .And(x => Assert.Equal(2, x.Contacts.Count))
            .When(Know(Slots.Subject))
            .Then();

    [Fact]
    public void How_a_contact_can_be_reached_follows_from_what_is_given() =>
        Application
            .Given(Applied)
            .When(x =>
                x.Decide(Person.Of(Slots.Subject, new NewContact(Phone: "1", Email: "a@b.example", Profile: "https://example.org/a")), Now)
            )
            .Then(new ContactRecorded(new(Slots.Subject, ContactRole.Other, [Channel.Phone, Channel.Email, Channel.DirectMessage]), Now));

    // Interviews near the latest possible date

    [Theory]
    [InlineData("9999-12-31T23:59:59Z"), InlineData("9999-12-31T23:30:00+02:00"), InlineData("0001-01-01T00:00:00Z")]
    public void An_interview_that_can_not_be_reckoned_with_is_refused_in_words(string starts)
    {
        var at = DateTimeOffset.Parse(starts, CultureInfo.InvariantCulture);
        foreach (var command in new object[] { new ScheduleInterview(at), new RescheduleInterview(1, at) })
        {
            var checks = new InputChecks();
            ApplicationCommands.Of(command).Check(command, checks, Now);
            Assert.Contains("startsAt", Assert.Throws<RefusedException>(checks.Refuse).Errors!.Keys);
        }
    }

    // Responses

    [Fact]
    public void A_response_belongs_to_the_stage_that_is_open_when_it_comes()
    {
        Application
            .Given(Applied)
            .When(Respond("2026-03-09"))
            .Then(new EmployerResponded(1, Now, new(2026, 3, 9)))
            .And(x => Assert.NotNull(x.Stages[0].Response));
        Application.Given(Applied, Interview(1)).When(Respond()).Then(new EmployerResponded(1, Now, null));
        var afterwards = Start(10).AddHours(2);
        Application
            .Given(Applied, Interview(1))
            .When(x => x.Decide(new RecordResponse(), afterwards))
            .Then(new EmployerResponded(2, afterwards, null));
    }

    [Fact]
    public void They_can_not_have_promised_a_day_before_their_answer()
    {
        Application.Given(Applied).When(Respond("2026-03-02")).ThenRefused("badInput");
        Application.Given(Applied).When(Respond("2026-03-03")).Then("EmployerResponded");
    }

    // Interviews

    [Fact]
    public void Interviews_are_numbered_and_each_opens_the_next_stage() =>
        Application
            .Given(Applied)
            .When(Schedule(10, Roe))
            .Then(Interview(1, 10, Roe))
            .When(Schedule(11))
            .Then(Interview(2, 11))
            .And(x => Assert.Equal([(1, null), (2, 1), (3, 2)], x.Stages.Select(stage => (stage.Number, stage.Interview))));

    [Fact]
    public void A_cancelled_interview_keeps_its_number_and_its_stage() =>
        Application
            .Given(Applied, Interview(1), Cancelled(1))
            .When(Schedule(10))
            .Then(Interview(2, 10))
            .And(x => Assert.Equal(3, x.CurrentStage));

    [Fact]
    public void An_interviewer_must_be_a_recorded_contact() =>
        Application.Given(Applied).When(Schedule(10, Guid.NewGuid())).ThenRefused("badInput");

    [Fact]
    public void Two_interviews_do_not_start_at_the_same_time() =>
        Application.Given(Applied, Interview(1)).When(Schedule(10)).ThenRefused("interviewAlreadyScheduled");

    [Fact]
    public void An_interview_lasts_an_hour_by_default() =>
        Application
            .Given(Applied)
            .When(x => x.Decide(new ScheduleInterview(Start(10), Start(10).AddHours(3)), Now))
            .And(x => Assert.Equal(Start(10).AddHours(3), x.Stages[1].EndsAt));

    [Fact]
    public void An_interview_is_moved_and_moving_it_there_again_records_nothing() =>
        Application
            .Given(Applied, Interview(1), Interview(2, 11))
            .When(Reschedule(1, 20))
            .Then(new InterviewRescheduled(1, 2, Start(20), Start(20).AddHours(1), Now, Basis.Inferred))
            .And(x => Assert.Equal((Start(20), Start(11)), (x.Stages[1].StartsAt, x.Stages[2].StartsAt)))
            .When(Reschedule(1, 20))
            .Then();

    [Fact]
    public void An_interview_is_cancelled_once_and_can_not_be_moved_then() =>
        Application
            .Given(Applied, Interview(1))
            .When(Cancel(1))
            .Then(Cancelled(1))
            .When(Cancel(1))
            .Then()
            .When(Reschedule(1, 20))
            .ThenRefused("interviewCancelled");

    [Theory, InlineData(0), InlineData(2)]
    public void An_interview_that_is_not_there_is_not_found(int n)
    {
        Assert.Equal(
            404,
            Application.Given(Applied, Interview(1)).When(Reschedule(n, 20)).ThenRefused("unknownInterview").Refusal!.HttpStatus()
        );
        Assert.Equal(404, Application.Given(Applied, Interview(1)).When(Cancel(n)).ThenRefused("unknownInterview").Refusal!.HttpStatus());
    }

    // Follow-ups

    [Fact]
    public void A_settled_follow_up_is_recorded_once() =>
        Application.Given(Applied).When(Settled("ana")).Then(Made("ana")).When(Settled("ana")).Then();

    [Fact]
    public void A_second_follow_up_in_a_stage_is_refused_even_when_reported_as_settled()
    {
        var refusal = Application.Given(Applied, Made("ana")).When(Settled("ben")).ThenRefused("alreadyMade").Refusal!;
        // the same message as the Scheduler's
        Assert.Equal(refusal.Message, ReasonText.Find(refusal.Reason!, CultureInfo.InvariantCulture));
        Assert.Contains("von ana erledigt", ReasonText.Find(refusal.Reason!, CultureInfo.GetCultureInfo("de")), StringComparison.Ordinal);
        Assert.Equal("The follow-up of stage 1 was made on 2026-03-03 by ana (phone).", refusal.Message);
        Assert.Contains("made", refusal.More.Keys);
        Application.Given(Applied, Made("ana"), Interview(1)).When(Settled("ben", 2)).Then(Made("ben", 2));
    }

    [Fact]
    public void A_settled_follow_up_is_recorded_even_after_the_closing() =>
        Application.Given(Applied, Rejected).When(Settled("ana")).Then(Made("ana")).And(x => Assert.True(x.IsClosed));

    [Fact]
    public void A_settled_follow_up_is_recorded_even_after_its_step_was_taken_back() =>
        Application
            .Given(Applied, Interview(1), new Retracted(2, "InterviewScheduled", Now))
            .When(Settled("ana", 2))
            .Then(Made("ana", 2))
            .When(Settled("ana", 2))
            .Then()
            .When(Settled("ben", 2))
            .ThenRefused("alreadyMade");

    [Fact]
    public void A_settled_follow_up_is_recorded_even_after_the_application_was_voided() =>
        Application.Given(Applied, new Voided(Now)).When(Settled("ana")).Then(Made("ana")).And(x => Assert.True(x.IsVoided));

    [Fact]
    public void A_follow_up_that_was_taken_back_is_not_recorded_again_whoever_made_another() =>
        Application
            .Given(Applied, Made("ana"), new Retracted(2, "FollowUpMade", Now, Slots.Id("ana")), Made("ben"))
            .When(Settled("ana"))
            .Then();

    [Theory, InlineData(0), InlineData(2), InlineData(-1)]
    public void A_stage_that_is_not_there_is_not_found(int stage)
    {
        Assert.Equal(404, Application.Given(Applied).When(Settled("ana", stage)).ThenRefused("unknownStage").Refusal!.HttpStatus());
        Assert.Equal(404, Application.Given(Applied).When(MayRecord(stage)).ThenRefused("unknownStage").Refusal!.HttpStatus());
    }

    [Fact]
    public void A_follow_up_belongs_to_the_current_stage_by_default()
    {
        var application = Application.Given(Applied, Interview(1), Made("ana")).State;
        Assert.Equal((2, null), application.MayRecord(null, null, Now.AddDays(40)));
        Assert.Equal((2, null), application.MayRecord(2, Slots.Id("ana"), Now));
        Assert.Equal((1, Made("ana")), application.MayRecord(1, Slots.Id("ana"), Now));
        Application.Given(Applied, Interview(1), Made("ana")).When(MayRecord(1, "ben")).ThenRefused("alreadyMade");
    }

    [Fact]
    public void A_follow_up_recorded_under_a_claim_is_found_again_even_after_the_closing() =>
        Assert.Equal((1, Made("ana")), Application.Given(Applied, Made("ana"), Rejected).State.MayRecord(null, Slots.Id("ana"), Now));

    // Closing

    [Theory, InlineData(ClosingReason.Rejected), InlineData(ClosingReason.NoResponse), InlineData(ClosingReason.OfferAccepted)]
    public void Closed_for_a_reason_once(ClosingReason reason) =>
        Application.Given(Applied).When(Close(reason)).Then(new Closed(reason, Now)).When(Close(reason)).Then();

    [Fact]
    public void Closed_for_another_reason_only_after_a_reopening() =>
        Application
            .Given(Applied, Rejected)
            .When(Close(ClosingReason.PositionFilled))
            .ThenRefused("alreadyClosed")
            .When(Reopen())
            .Then(Again)
            .When(Close(ClosingReason.PositionFilled))
            .Then(new Closed(ClosingReason.PositionFilled, Now));

    [Fact]
    public void Reopening_what_is_open_records_nothing() => Application.Given(Applied).When(Reopen()).Then();

    // Amending, by RFC 7396

    [Fact]
    public void A_patch_sets_what_it_names_and_leaves_the_rest() =>
        Application
            .Given(Applied)
            .When(Amend("""{ "employer": { "hiringProcess": "outsourced" } }"""))
            .Then(new Amended(Applied.Employer with { HiringProcess = HiringProcess.Outsourced }, Applied.Posting, Applied.Approach, Now))
            .And(x => Assert.Equal(HiringProcess.Outsourced, x.Employer.HiringProcess));

    [Fact]
    public void A_patch_goes_as_deep_as_it_must() =>
        Application
            .Given(Applied)
            .When(Amend("""{ "posting": { "instructions": { "submitBy": "attach" } }, "approach": "direct" }"""))
            .Then(
                new Amended(
                    Applied.Employer,
                    Applied.Posting with
                    {
                        Instructions = new(NoPhoneCalls: true, SubmitBy: SubmitBy.Attach),
                    },
                    Approach.Direct,
                    Now
                )
            );

    [Fact]
    public void A_patch_adds_what_was_not_there() =>
        Application
            .Given(Applied with { Posting = new("Clerk") })
            .When(Amend("""{ "posting": { "instructions": { "noContact": true } } }"""))
            .Then(new Amended(Applied.Employer, new("Clerk", Instructions: new(NoContact: true)), Applied.Approach, Now));

    [Fact]
    public void Null_removes() =>
        Application
            .Given(Applied)
            .When(Amend("""{ "posting": { "closesOn": null, "url": null, "instructions": null }, "employer": { "timeZone": null } }"""))
            .Then(new Amended(Applied.Employer with { TimeZone = null }, new("Clerk"), Applied.Approach, Now));

    [Fact]
    public void Null_sets_back_what_has_a_default() =>
        Application
            .Given(Applied)
            .When(Amend("""{ "approach": null, "employer": { "hiringProcess": null } }"""))
            .Then(new Amended(Applied.Employer with { HiringProcess = HiringProcess.Unknown }, Applied.Posting, Approach.Direct, Now));

    [Fact]
    public void Null_for_what_is_not_there_changes_nothing() =>
        Application
            .Given(Applied with { Posting = new("Clerk") })
            .When(Amend("""{ "posting": { "url": null, "instructions": { "submitBy": null } } }"""))
            .Then();

    [Theory]
    [
        InlineData("{}"),
        InlineData("""{ "employer": {} }"""),
        InlineData("""{ "employer": { "name": "Acme" }, "approach": "referral" }"""),
        InlineData("""{ "employer": { "name": " Acme " } }""")
    ]
    public void A_patch_that_changes_nothing_records_nothing(string patch) => Application.Given(Applied).When(Amend(patch)).Then();

    [Fact]
    public void Amending_twice_the_same_records_it_once() =>
        Application
            .Given(Applied)
            .When(Amend("""{ "approach": "direct" }"""))
            .Then("Amended")
            .When(Amend("""{ "approach": "direct" }"""))
            .Then();

    [Theory]
    [InlineData("""{ "employr": { "name": "B" } }""", "unknownProperty", "employr")]
    [InlineData("""{ "posting": { "instructions": { "noPhone": true } } }""", "unknownProperty", "posting.instructions.noPhone")]
    [InlineData("""{ "applicant": "c-2" }""", "unknownProperty", "applicant")]
    [InlineData("""{ "approach": "smoke" }""", "badValue", "approach")]
    [InlineData("""{ "approach": 1 }""", "badValue", "approach")]
    [InlineData("""{ "employer": { "hiringProcess": "smallShop" } }""", "badValue", "employer.hiringProcess")]
    [InlineData("""{ "employer": "Acme" }""", "badValue", "employer")]
    [InlineData("""{ "posting": { "closesOn": "soon" } }""", "badValue", "posting.closesOn")]
    [InlineData("""{ "employer": null }""", "missingProperty", "employer")]
    [InlineData("""{ "posting": null }""", "missingProperty", "posting")]
    [InlineData("""{ "posting": { "title": null } }""", "missingProperty", "posting.title")]
    public void A_patch_that_is_not_right_is_refused_and_says_where(string patch, string code, string field)
    {
        var refusal = Problems.Explain(Assert.ThrowsAny<JsonException>(() => Application.Given(Applied).When(Amend(patch))));
        Assert.Equal((400, code, field), (refusal.HttpStatus(), refusal.Code, Assert.Single(refusal.Errors!).Key));
    }

    [Theory]
    [InlineData("""{ "employer": { "name": " " } }""", "employer.name")]
    [InlineData("""{ "employer": { "timeZone": "Mars" } }""", "employer.timeZone")]
    [InlineData("""{ "employer": { "country": "de" } }""", "employer.country")]
    [InlineData("""{ "posting": { "url": "ftp://example.org" } }""", "posting.url")]
    [InlineData("""{ "posting": { "title": "" } }""", "posting.title")]
    public void A_patch_must_leave_an_application_that_is_right(string patch, string field) =>
        Assert.Equal(field, Assert.Single(Application.Given(Applied).When(Amend(patch)).ThenRefused("badInput").Refusal!.Errors!).Key);

    [Fact]
    public void A_closing_that_was_taken_back_for_another_application_leaves_it_another()
    {
        var application = Application
            .Given(Applied, Rejected)
            .When(x => x.Decide(new RetractFact(2, Again: true), Now))
            .Then(new Retracted(2, nameof(Closed), Now, Again: true));
        application.And(x => Assert.Equal((false, true), (x.IsClosed, x.IsAgain)));
        application.And(x => Assert.True(x.Evolve(Letter).Evolve(new Retracted(4, nameof(CoverLetterSent), Now)).IsAgain));
    }
}
