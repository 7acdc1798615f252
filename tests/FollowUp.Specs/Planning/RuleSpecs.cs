using FollowUp.Contracts;
using FollowUp.Scheduler.Planning;
using static FollowUp.Contracts.Channel;
using static FollowUp.Specs.Planning.Story;

namespace FollowUp.Specs.Planning;

/// <summary>The rules as far as the planner decides them.</summary>
public sealed class RuleSpecs
{
    private static Story Interviewed(Story story) => story.Interview("2026-03-10T14:00:00Z", "2026-03-10T15:00:00Z");

    [Fact]
    public void Rule_1_What_is_made_is_settled_for_good()
    {
        var story = Submitted().Made("2026-03-11T09:30:00Z");
        var settled = Assert.IsType<DesiredSlot.Settled>(story.Slot());
        Assert.Equal(("ana", Email), (settled.By, settled.Channel));
        Assert.Equal(settled, story.Made("2026-03-12T09:30:00Z").Slot());
        Assert.Equal(settled, Interviewed(story).Closed(ClosingReason.Rejected).Slot());
    }

    [Fact]
    public void Rule_3_No_phone_calls_removes_the_phone_from_every_stage()
    {
        var first = Submitted(HiringProcess.OwnerRun, noPhoneCalls: true);
        Assert.Equal([Email], first.Planned().Channels);
        Assert.Contains("noPhoneCalls", first.Planned().Reasons.Codes());
        Assert.Equal([Email], Interviewed(first).Planned(2).Channels);
        Assert.Equal([Email], Interviewed(first).Cancelled("2026-03-09T10:00:00Z").Planned(2).Channels);
        Assert.Equal([Email], first.Promised("2026-03-12").Planned().Channels);
        Assert.Equal([Email], first.Responded("2026-03-04T10:00:00Z", promised: "2026-03-10").Planned().Channels);
    }

    [Fact]
    public void Rule_3_No_phone_calls_is_not_mentioned_where_there_is_no_phone_anyway()
    {
        Assert.DoesNotContain("noPhoneCalls", Submitted(HiringProcess.CorporateHr, noPhoneCalls: true).Planned().Reasons.Codes());
    }

    [Fact]
    public void Rule_3_No_phone_calls_reaches_the_referrer_too()
    {
        var slot = Submitted(HiringProcess.CorporateHr, Approach.Referral, noPhoneCalls: true)
            .Knows(Contact(ContactRole.Referrer, Phone, DirectMessage))
            .Planned();
        Assert.Equal([DirectMessage, Email], slot.Channels);
    }

    [Fact]
    public void Rule_3_Withheld_when_no_phone_calls_leaves_no_channel()
    {
        var policy = Policy.Default with
        {
            AfterInterview = new()
            {
                Wait = 5,
                Window = 7,
                Channels = [Phone],
            },
        };
        var slot = Interviewed(Submitted(noPhoneCalls: true)).Under(policy).Withheld(2);
        Assert.Equal("noChannelLeft", slot.Because.Code);
        Assert.Contains("noPhoneCalls", slot.Reasons.Codes());
    }

    [Fact]
    public void Rule_3_No_contact_withholds_every_stage()
    {
        var story = Submitted(noContact: true).Knows(Contact(ContactRole.HiringManager));
        Assert.Equal("noContact", story.Withheld().Because.Code);
        Assert.Equal("noContact", Interviewed(story).Withheld(2).Because.Code);
    }

    [Fact]
    public void Rule_4_A_mass_mailing_is_withheld_until_a_contact_is_recorded()
    {
        var story = Submitted(HiringProcess.PersonnelOffice, Approach.MassMailing);
        Assert.Equal("massMailing", story.Withheld().Because.Code);
        Assert.Equal("personnelOffice", story.Withheld().Situation);
        var slot = story.Knows(Contact(ContactRole.Other)).Planned();
        Assert.Equal(Submitted(HiringProcess.PersonnelOffice).Planned().DueAt, slot.DueAt);
        Assert.Contains("massMailingWithContact", slot.Reasons.Codes());
    }

    [Fact]
    public void Rule_4_A_mass_mailing_no_longer_matters_once_they_answered()
    {
        var story = Submitted(approach: Approach.MassMailing);
        Assert.IsType<DesiredSlot.Planned>(Interviewed(story).Slot(2));
        Assert.IsType<DesiredSlot.Planned>(story.Responded("2026-03-04T10:00:00Z", promised: "2026-03-10").Slot());
    }

    [Theory]
    [
        InlineData(Approach.Direct),
        InlineData(Approach.Referral),
        InlineData(Approach.JobBoard),
        InlineData(Approach.Agency),
        InlineData(Approach.MassMailing)
    ]
    public void Rule_5_Outsourced_is_withheld_unless_the_agencys_recruiter_is_recorded(Approach approach)
    {
        var story = Submitted(HiringProcess.Outsourced, approach)
            .Knows(Contact(ContactRole.HiringManager), Contact(ContactRole.Referrer, Phone));
        Assert.Equal("noRecruiter", story.Withheld().Because.Code);
        Assert.Equal("noRecruiter", Interviewed(story).Withheld(2).Because.Code);

        var recruiter = Contact(ContactRole.Recruiter);
        foreach (var slot in new[] { story.Knows(recruiter).Planned(), Interviewed(story.Knows(recruiter)).Planned(2) })
        {
            Assert.Equal([Email, Phone], slot.Channels);
            Assert.Equal(recruiter.Id, slot.Contact?.Id);
            Assert.Contains("onlyTheRecruiter", slot.Reasons.Codes());
        }
    }

    [Fact]
    public void Rule_5_An_interview_with_a_manager_of_an_outsourced_employer_is_followed_up_with_the_recruiter()
    {
        var (manager, recruiter) = (Contact(ContactRole.HiringManager), Contact(ContactRole.Recruiter));
        var story = Submitted(HiringProcess.Outsourced)
            .Knows(manager, recruiter)
            .Interview("2026-03-10T14:00:00Z", "2026-03-10T15:00:00Z", with: manager.Id);
        Assert.Equal(recruiter.Id, story.Planned(2).Contact?.Id);
    }

    [Fact]
    public void Rule_6_A_promised_date_is_moved_to_the_next_business_day()
    {
        var slot = Submitted().Promised("2026-03-14").Planned();
        Assert.Equal(At("2026-03-16T09:00:00Z"), slot.DueAt);
        Assert.Equal(Date("2026-03-14"), slot.Anchor.On);
        Assert.Equal(
            "Saturday 14 March 2026 isn't a business day there, so it moved to Monday 16 March 2026.",
            slot.Sentence("movedToBusinessDay")
        );
    }

    [Fact]
    public void Rule_6_A_promised_date_that_is_a_business_day_is_kept()
    {
        var slot = Submitted().Promised("2026-03-13").Planned();
        Assert.Equal(At("2026-03-13T09:00:00Z"), slot.DueAt);
        Assert.DoesNotContain("movedToBusinessDay", slot.Reasons.Codes());
    }

    [Fact]
    public void Rule_7_A_response_waives_the_slot()
    {
        var reason = Submitted().Responded("2026-03-04T10:00:00Z").Waived();
        Assert.Equal(
            ("employerResponded", "The employer answered on Wednesday 4 March 2026, so there is nothing to ask."),
            (reason.Code, reason.Sentence)
        );
        Assert.Equal("2026-03-04", reason.Values!["on"]);
    }

    [Fact]
    public void Rule_7_A_response_that_names_a_date_replans_the_slot_from_that_date()
    {
        var slot = Submitted(HiringProcess.OwnerRun).Responded("2026-03-04T10:00:00Z", promised: "2026-03-18").Planned();
        Assert.Equal("promisedNextStep", slot.Situation);
        Assert.Equal(new Anchor(AnchorKind.PromisedNextStep, Date("2026-03-18"), Basis.Declared), slot.Anchor);
        Assert.Equal(At("2026-03-20T09:00:00Z"), slot.DueAt);
        Assert.Equal(At("2026-04-01T00:00:00Z"), slot.WindowEndsAt);
        Assert.Equal([Phone, Email], slot.Channels);
    }

    [Fact]
    public void Rule_7_The_referrer_still_comes_first_after_the_employer_named_a_date()
    {
        var story = Submitted(approach: Approach.Referral).Knows(Contact(ContactRole.Referrer, DirectMessage));
        Assert.Equal([DirectMessage, Email, Phone], story.Responded("2026-03-04T10:00:00Z", promised: "2026-03-18").Planned().Channels);
    }

    [Fact]
    public void Rule_7_The_last_response_counts()
    {
        var named = Submitted().Responded("2026-03-04T10:00:00Z", promised: "2026-03-18");
        Assert.Equal("employerResponded", named.Responded("2026-03-17T10:00:00Z").Waived().Code);
        Assert.Equal(Date("2026-03-25"), named.Responded("2026-03-17T10:00:00Z", promised: "2026-03-25").Planned().Anchor.On);
    }

    [Fact]
    public void Rule_7_A_response_recorded_belatedly_does_not_overrule_a_later_one()
    {
        var story = Submitted().Responded("2026-03-06T10:00:00Z", promised: "2026-03-18").Responded("2026-03-04T10:00:00Z");
        Assert.Equal(Date("2026-03-18"), story.Planned().Anchor.On);
    }

    [Fact]
    public void Rule_7_A_response_after_the_follow_up_leaves_it_made()
    {
        Assert.IsType<DesiredSlot.Settled>(Submitted().Made("2026-03-11T09:30:00Z").Responded("2026-03-12T10:00:00Z").Slot());
    }

    [Fact]
    public void Rule_8_An_interview_closes_the_stage_before()
    {
        var story = Interviewed(Submitted());
        Assert.Equal("stageClosed", story.Waived().Code);
        Assert.IsType<DesiredSlot.Planned>(story.Slot(2));
        var third = story.Interview("2026-03-20T14:00:00Z", "2026-03-20T15:00:00Z", stage: 3);
        Assert.Equal(["stageClosed", "stageClosed"], new[] { third.Waived(1).Code, third.Waived(2).Code });
        Assert.Equal("Stage 3 has begun, so asking about this one is over.", third.Waived(2).Sentence);
    }

    [Fact]
    public void Rule_8_A_follow_up_on_an_interview_is_never_due_before_it_has_ended()
    {
        var policy = Policy.Default with { AfterInterview = Policy.Default.AfterInterview with { Wait = 0 } };
        Assert.Equal(At("2026-03-10T15:00:00Z"), Interviewed(Submitted()).Under(policy).Planned(2).DueAt);
        var onSaturday = Submitted().Under(policy).Interview("2026-03-14T14:00:00Z", "2026-03-14T15:00:00Z").Planned(2);
        Assert.Equal(At("2026-03-16T09:00:00Z"), onSaturday.DueAt);
    }

    [Fact]
    public void Rule_8_Rescheduling_moves_the_due_date()
    {
        var slot = Interviewed(Submitted()).Moved("2026-03-12T14:00:00Z", "2026-03-12T15:00:00Z").Planned(2);
        Assert.Equal(At("2026-03-19T09:00:00Z"), slot.DueAt);
    }

    [Fact]
    public void Rule_8_A_cancelled_interview_keeps_its_stage_and_asks_for_a_new_date()
    {
        var story = Interviewed(Submitted()).Cancelled("2026-03-09T10:00:00Z");
        Assert.Equal("stageClosed", story.Waived(1).Code);
        var slot = story.Planned(2);
        Assert.Equal("interviewCancelled", slot.Situation);
        Assert.Equal(new Anchor(AnchorKind.InterviewCancellation, Date("2026-03-09")), slot.Anchor);
        Assert.Equal(At("2026-03-12T09:00:00Z"), slot.DueAt);
        Assert.Equal(At("2026-03-24T00:00:00Z"), slot.WindowEndsAt);
        Assert.Equal([Email, Phone], slot.Channels);
    }

    [Fact]
    public void Rule_8_A_response_before_a_cancellation_does_not_answer_when_the_next_interview_is()
    {
        var confirmed = Interviewed(Submitted()).Responded("2026-03-05T10:00:00Z", stage: 2);
        Assert.Equal("employerResponded", confirmed.Waived(1).Code);
        Assert.Equal("interviewCancelled", confirmed.Cancelled("2026-03-09T10:00:00Z").Planned(2).Situation);

        var named = Interviewed(Submitted())
            .Cancelled("2026-03-09T10:00:00Z")
            .Responded("2026-03-09T11:00:00Z", promised: "2026-03-16", stage: 2);
        Assert.Equal("promisedNextStep", named.Planned(2).Situation);
    }

    [Fact]
    public void Rule_9_Closing_waives_what_is_open_and_reopening_plans_it_again()
    {
        var open = Interviewed(Submitted().Made("2026-03-03T10:00:00Z"));
        var closed = open.Closed(ClosingReason.PositionFilled);
        Assert.IsType<DesiredSlot.Settled>(closed.Slot(1));
        Assert.Equal("The application is closed: the position was filled.", closed.Waived(2).Sentence);
        Assert.Equal("positionFilled", closed.Waived(2).Values!["because"]);
        Assert.Equal(open.Planned(2).Anchor, closed.Reopened().Planned(2).Anchor);
        Assert.Equal(At("2026-03-24T09:00:00Z"), closed.Reopened().Planned(2).DueAt);
    }

    [Fact]
    public void Rule_9_What_was_waived_before_the_closing_keeps_its_reason()
    {
        var story = Interviewed(Submitted(noContact: true)).Responded("2026-03-11T10:00:00Z", stage: 2).Closed(ClosingReason.Withdrawn);
        Assert.Equal(["stageClosed", "employerResponded"], new[] { story.Waived(1).Code, story.Waived(2).Code });
    }

    [Fact]
    public void Rule_10_Long_silence_after_a_follow_up_proposes_to_close()
    {
        Assert.Null(Submitted().On("2026-03-20T00:00:00Z").Plan().Silence);
        var silence = Submitted().Made("2026-03-11T09:30:00Z").Plan().Silence;
        Assert.Equal(new Silence(1, At("2026-03-11T09:30:00Z"), At("2026-04-08T09:00:00Z")), silence);
    }

    [Fact]
    public void Rule_10_Whatever_happens_breaks_the_silence()
    {
        var made = Submitted().Made("2026-03-11T09:30:00Z");
        Assert.Equal(At("2026-03-12T10:00:00Z"), made.Responded("2026-03-12T10:00:00Z").Plan().Silence!.Since);
        Assert.Null(made.Interview("2026-03-20T14:00:00Z", "2026-03-20T15:00:00Z").On("2026-03-21T00:00:00Z").Plan().Silence);
        Assert.Null(made.Closed(ClosingReason.Rejected).Plan().Silence);
        Assert.NotNull(Submitted().Responded("2026-03-04T10:00:00Z", promised: "2026-03-06").Made("2026-03-11T09:30:00Z").Plan().Silence);
    }

    [Fact]
    public void Rule_10_Silence_is_counted_from_the_interview_or_the_reopening_when_they_came_later()
    {
        var early = Interviewed(Submitted()).Made("2026-03-05T09:30:00Z", stage: 2).Plan().Silence;
        Assert.Equal(new Silence(2, At("2026-03-10T15:00:00Z"), At("2026-04-07T09:00:00Z")), early);
        var reopened = Submitted()
            .Made("2026-03-05T09:30:00Z")
            .Closed(ClosingReason.NoResponse)
            .Reopened("2026-05-04T10:00:00Z")
            .Plan()
            .Silence;
        Assert.Equal(At("2026-06-01T09:00:00Z"), reopened?.At);
    }

    [Fact]
    public void Rule_11_Every_plan_says_why()
    {
        var slot = Submitted(HiringProcess.OwnerRun, noPhoneCalls: true).Knows(Contact(ContactRole.Owner, Email)).Planned();
        Assert.Equal(
            [
                "The owner decides here, and there are few people to ask. Wait for 4 business days.",
                "Counted from Monday 2 March 2026, when the application was submitted.",
                "The employer's country isn't known, so no holidays are skipped.",
                "Get in touch with the owner who is recorded as a contact.",
                "The posting asks for no phone calls, so there is no phone.",
                "Due on Friday 6 March 2026 at 09:00 (Etc/UTC), and possible until the end of Friday 20 March 2026.",
            ],
            slot.Reasons.Select(x => x.Sentence)
        );
        Assert.Equal(["ownerRun", "countedFromSubmission", "noHolidaysKnown", "contactUsed", "noPhoneCalls", "due"], slot.Reasons.Codes());
    }

    [Fact]
    public void Rule_11_A_withheld_slot_says_everything_that_withholds_it_first()
    {
        var story = Submitted(HiringProcess.Outsourced, Approach.MassMailing, noContact: true);
        Assert.Equal(
            ["noContact", "massMailing", "noRecruiter", "outsourced", "countedFromSubmission", "noHolidaysKnown"],
            story.Withheld().Reasons.Codes()
        );
    }

    [Fact]
    public void Rule_11_An_assumed_time_zone_is_a_reason()
    {
        Assert.Equal(
            "The employer's time zone isn't known, so Etc/UTC is used.",
            Submitted(timeZone: "Mars/Olympus_Mons").Planned().Sentence("defaultTimeZone")
        );
    }

    [Fact]
    public void Rule_12_New_facts_replan_what_is_open_and_leave_what_is_made()
    {
        var story = Submitted();
        Assert.Equal("outsourced", story.Amended(HiringProcess.Outsourced).Withheld().Situation);
        Assert.Equal([Email], story.Amended(noPhoneCalls: true).Planned().Channels);
        Assert.Equal("closingDate", story.Amended(closesOn: "2026-03-31").Planned().Situation);
        Assert.IsType<DesiredSlot.Settled>(story.Made("2026-03-04T10:00:00Z").Amended(HiringProcess.Outsourced).Slot());
    }

    [Fact]
    public void A_policy_may_require_a_contact()
    {
        var story = Submitted().Under(Policy.Default with { RequireContact = true });
        Assert.Equal("contactRequired", story.Withheld().Because.Code);
        Assert.IsType<DesiredSlot.Planned>(story.Knows(Contact(ContactRole.Other)).Slot());
    }

    [Fact]
    public void A_policy_may_never_follow_up_in_a_situation()
    {
        var policy = Policy.Default with { JobBoard = Policy.Default.JobBoard with { Withhold = true } };
        var slot = Submitted(approach: Approach.JobBoard).Under(policy).Withheld();
        Assert.Equal(("withheldByPolicy", "jobBoard"), (slot.Because.Code, slot.Situation));
        Assert.IsType<DesiredSlot.Planned>(Submitted().Under(policy).Slot());
        Assert.IsType<DesiredSlot.Planned>(Interviewed(Submitted(approach: Approach.JobBoard)).Under(policy).Slot(2));
    }

    [Fact]
    public void A_policy_may_withhold_every_follow_up_before_an_interview()
    {
        var story = Submitted().Under(Policy.Default with { NoneBeforeInterview = true });
        Assert.Equal("noneBeforeInterview", story.Withheld().Because.Code);
        Assert.Equal("noneBeforeInterview", story.Promised("2026-03-12").Withheld().Because.Code);
        Assert.Equal("stageClosed", Interviewed(story).Waived().Code);
        Assert.IsType<DesiredSlot.Planned>(Interviewed(story).Slot(2));
    }

    [Fact]
    public void Nothing_comes_due_on_a_quiet_date_and_the_plan_says_so()
    {
        var policy = Policy.Default with { QuietDates = [new(Date("2026-03-11"), Date("2026-03-13"), "The team's retreat")] };
        var slot = Submitted().Under(policy).Planned();
        Assert.Equal(At("2026-03-16T09:00:00Z"), slot.DueAt);
        Assert.Equal(
            "Wednesday 11 March 2026 is a quiet date of the team, so it moved to Monday 16 March 2026.",
            slot.Sentence("movedFromQuietDate")
        );
        Assert.DoesNotContain("movedFromQuietDate", Submitted().Planned().Reasons.Codes());
        var silence = Submitted().Made("2026-02-11T09:30:00Z").Under(policy).Plan().Silence;
        Assert.Equal(At("2026-03-16T09:00:00Z"), silence?.At);
    }

    [Fact]
    public void A_due_time_after_hours_moves_to_the_next_start_of_work()
    {
        var story = Submitted().Under(Policy.Default with { AfterInterview = Policy.Default.AfterInterview with { Wait = 0 } });
        DateTimeOffset Due(string endsAt) => story.Interview("2026-03-10T05:00:00Z", endsAt).Planned(2).DueAt;
        Assert.Equal(At("2026-03-10T09:00:00Z"), Due("2026-03-10T08:59:59Z"));
        Assert.Equal(At("2026-03-10T18:00:00Z"), Due("2026-03-10T18:00:00Z"));
        Assert.Equal(At("2026-03-11T09:00:00Z"), Due("2026-03-10T18:00:01Z"));
        Assert.Equal(At("2026-03-16T09:00:00Z"), Due("2026-03-13T20:00:00Z"));
    }

    [Fact]
    public void A_promise_for_before_the_submission_waits_for_it() =>
        Assert.Equal(At("2026-03-02T10:00:00Z"), Submitted().Promised("2026-02-27").Planned().DueAt);

    [Fact]
    public void How_the_anchors_day_is_known_comes_with_it_and_changes_nothing()
    {
        Story Known(Basis? basis) =>
            new Story(KnownApplication.Empty, Policy.Default).And(
                new ApplicationSubmitted(
                    Application,
                    "c-1042",
                    new("Acme", TimeZone: "Etc/UTC"),
                    new("Clerk"),
                    Approach.Direct,
                    [],
                    At("2026-03-02T10:00:00Z"),
                    basis
                )
            );
        Assert.Equal(
            [null, Basis.Measured, Basis.Declared, Basis.Inferred],
            new Basis?[] { null, Basis.Measured, Basis.Declared, Basis.Inferred }.Select(x => Known(x).Planned().Anchor.Basis)
        );
        Assert.Equal(Known(Basis.Measured).Planned(), Known(null).Planned());
        Assert.Equal(Known(Basis.Measured).Planned().GetHashCode(), Known(null).Planned().GetHashCode());

        var interviewed = Submitted()
            .And(
                new InterviewScheduled(
                    Application,
                    1,
                    2,
                    At("2026-03-10T14:00:00Z"),
                    At("2026-03-10T15:00:00Z"),
                    null,
                    At("2026-03-04T10:00:00Z"),
                    Basis.Inferred
                )
            );
        Assert.Equal(Basis.Inferred, interviewed.Planned(2).Anchor.Basis);
        var moved = interviewed.And(
            new InterviewRescheduled(
                Application,
                1,
                2,
                At("2026-03-11T14:00:00Z"),
                At("2026-03-11T15:00:00Z"),
                At("2026-03-05T10:00:00Z"),
                Basis.Declared
            )
        );
        Assert.Equal(Basis.Declared, moved.Planned(2).Anchor.Basis);
        Assert.Equal(
            Basis.Measured,
            moved.And(new InterviewCancelled(Application, 1, 2, At("2026-03-06T10:00:00Z"), Basis.Measured)).Planned(2).Anchor.Basis
        );
        Assert.Equal(
            [Basis.Declared, Basis.Declared],
            new[] { Submitted(closesOn: "2026-03-31").Planned(), Submitted().Promised("2026-03-12").Planned() }.Select(x => x.Anchor.Basis)
        );
    }

    // The codes that withhold a slot, and the codes that would open it.
    public static TheoryData<string, string, string> Mends =>
        new()
        {
            { "no contact", "noContact", "amendInstructions" },
            { "mass mailing", "massMailing", "recordContact" },
            { "outsourced", "noRecruiter", "recordRecruiter" },
            { "no channel: a person is missing", "noChannelLeft", "recordContact changePolicy" },
            { "no channel: no phone calls", "noChannelLeft", "amendInstructions changePolicy" },
            { "contact required", "contactRequired", "recordContact" },
            { "by policy", "withheldByPolicy", "changePolicy" },
            { "none before an interview", "noneBeforeInterview", "scheduleInterview" },
            { "mass mailing, and a contact required", "massMailing contactRequired", "recordContact" },
        };

    [Theory, MemberData(nameof(Mends))]
    public void A_withheld_slot_says_what_would_open_it(string what, string because, string opensWhen)
    {
        Policy Only(params Channel[] channels) =>
            Policy.Default with
            {
                Unknown = Policy.Default.Unknown with { Channels = [.. channels] },
            };
        var required = Policy.Default with { RequireContact = true };
        var slot = (
            what switch
            {
                "no contact" => Submitted(noContact: true),
                "mass mailing" => Submitted(approach: Approach.MassMailing),
                "outsourced" => Submitted(HiringProcess.Outsourced),
                "no channel: a person is missing" => Submitted().Under(Only(InPerson, DirectMessage)),
                "no channel: no phone calls" => Submitted(noPhoneCalls: true).Under(Only(Phone)),
                "contact required" => Submitted().Under(required),
                "by policy" => Submitted().Under(Policy.Default with { Unknown = Policy.Default.Unknown with { Withhold = true } }),
                "none before an interview" => Submitted().Under(Policy.Default with { NoneBeforeInterview = true }),
                _ => Submitted(approach: Approach.MassMailing).Under(required),
            }
        ).Withheld();
        Assert.Equal(because.Split(' '), slot.Reasons.Codes().TakeWhile(x => x != slot.Situation));
        Assert.Equal(opensWhen.Split(' '), slot.OpensWhen.Codes());
        Assert.Equal(slot, slot with { OpensWhen = [], Otherwise = null });
    }

    [Fact]
    public void An_overridden_slot_is_planned_as_it_would_be_and_says_that_it_was_withheld()
    {
        var slot = Submitted(HiringProcess.PersonnelOffice, noContact: true).Withheld();
        var otherwise = slot.Otherwise!(At("2026-03-02T10:00:00Z"));
        var open = Submitted(HiringProcess.PersonnelOffice).Planned();
        Assert.Equal((open.DueAt, open.WindowEndsAt), (otherwise.DueAt, otherwise.WindowEndsAt));
        Assert.Equal(open.Channels, otherwise.Channels);
        Assert.Equal(["personnelOffice", "countedFromSubmission", "noHolidaysKnown", "overridden", "due"], otherwise.Reasons.Codes());
        Assert.Equal(
            "It was withheld, and somebody decided to make it all the same. The posting asks not to be contacted.",
            otherwise.Sentence("overridden")
        );
    }

    [Fact]
    public void No_override_supplies_a_missing_contact_or_channel()
    {
        Assert.Null(Submitted(HiringProcess.Outsourced).Knows(Contact(ContactRole.HiringManager, Email)).Withheld().Otherwise);
        Assert.Null(Submitted(HiringProcess.Outsourced, noContact: true).Withheld().Otherwise);
        Assert.NotNull(Submitted(HiringProcess.Outsourced, noContact: true).Knows(Contact(ContactRole.Recruiter)).Withheld().Otherwise);
        Assert.Null(
            Submitted(noPhoneCalls: true)
                .Under(Policy.Default with { Unknown = Policy.Default.Unknown with { Channels = [Phone] } })
                .Withheld()
                .Otherwise
        );
    }

    [Fact]
    public void The_contact_is_the_best_by_role_and_then_by_channel()
    {
        var (owner, manager, byEmail) = (
            Contact(ContactRole.Owner, Email),
            Contact(ContactRole.HiringManager, Phone),
            Contact(ContactRole.HiringManager, Email)
        );
        Assert.Equal(owner.Id, Submitted(HiringProcess.OwnerRun).Knows(manager, owner).Planned().Contact?.Id);
        Assert.Equal(byEmail.Id, Submitted(HiringProcess.PersonnelOffice).Knows(owner, manager, byEmail).Planned().Contact?.Id);
    }

    [Fact]
    public void Two_plans_are_equal_when_they_decide_the_same_however_they_are_worded()
    {
        var slot = Submitted().Knows(Contact(ContactRole.Other, Email)).Planned();
        var again = slot with
        {
            Channels = [.. slot.Channels],
            Contact = slot.Contact! with { Channels = [Email] },
            Reasons = [.. slot.Reasons.Select(x => x with { Sentence = "…" })],
        };
        Assert.Equal(slot, again);
        Assert.Equal(slot.GetHashCode(), again.GetHashCode());
        Assert.NotEqual(slot, again with { Channels = [Email] });
        Assert.NotEqual(slot, again with { Reasons = slot.Reasons.RemoveAt(0) });
    }
}
