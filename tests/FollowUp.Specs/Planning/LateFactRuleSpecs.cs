using FollowUp.Contracts;
using FollowUp.Scheduler.Planning;
using static FollowUp.Specs.Planning.Story;

namespace FollowUp.Specs.Planning;

/// <summary>Rules 8, 14 and 15: a fact belongs to the day it happened, and what opens late gets its time.</summary>
public sealed class LateFactRuleSpecs
{
    [Fact]
    public void Rule_14_An_answer_recorded_after_the_interview_belongs_to_the_stage_in_which_it_came()
    {
        var story = Submitted().Interview("2026-03-10T14:00:00Z", "2026-03-10T15:00:00Z").Responded("2026-03-04T10:00:00Z", stage: 2);
        Assert.Equal("employerResponded", AsOf(story, "2026-03-05T00:00:00Z").Waived().Code);
        Assert.Equal(At("2026-03-17T09:00:00Z"), AsOf(story, "2026-03-11T00:00:00Z").Planned(2).DueAt);
    }

    [Fact]
    public void Rule_7_A_confirmation_of_an_interview_ahead_waives_nothing_of_the_follow_up_after_it()
    {
        var story = Submitted().Interview("2026-03-10T14:00:00Z", "2026-03-10T15:00:00Z").Responded("2026-03-05T10:00:00Z", stage: 2);
        Assert.IsType<DesiredSlot.Planned>(AsOf(story, "2026-03-12T00:00:00Z").Slot(2));
    }

    [Fact]
    public void Rule_8_Two_rounds_agreed_at_once_each_keep_their_follow_up()
    {
        var story = Submitted()
            .Interview("2026-03-10T14:00:00Z", "2026-03-10T15:00:00Z")
            .Interview("2026-03-24T14:00:00Z", "2026-03-24T15:00:00Z", stage: 3);
        Assert.Equal("stageClosed", AsOf(story, "2026-03-11T00:00:00Z").Waived().Code);
        var first = AsOf(story, "2026-03-18T00:00:00Z").Planned(2);
        Assert.Equal(At("2026-03-17T09:00:00Z"), first.DueAt);
        Assert.Equal("afterDue", first.Reasons.Single(x => x.Code == "nextStepAhead").Values!["form"]);
        Assert.Equal(At("2026-03-31T09:00:00Z"), AsOf(story, "2026-03-18T00:00:00Z").Planned(3).DueAt);
        Assert.Equal("stageClosed", AsOf(story, "2026-03-24T14:00:00Z").Waived(2).Code);
    }

    [Fact]
    public void Rule_8_A_second_round_before_the_first_ones_follow_up_is_due_is_said()
    {
        var story = Submitted()
            .Interview("2026-03-10T14:00:00Z", "2026-03-10T15:00:00Z")
            .Interview("2026-03-12T14:00:00Z", "2026-03-12T15:00:00Z", stage: 3);
        var first = AsOf(story, "2026-03-11T00:00:00Z").Planned(2);
        Assert.Equal("beforeDue", first.Reasons.Single(x => x.Code == "nextStepAhead").Values!["form"]);
        Assert.Equal("stageClosed", AsOf(story, "2026-03-12T14:00:00Z").Waived(2).Code);
    }

    [Fact]
    public void Rule_15_A_contact_found_after_ninety_days_opens_the_slot_from_the_next_business_day()
    {
        var story = Submitted(HiringProcess.PersonnelOffice, Approach.MassMailing)
            .And(new ContactRecorded(Application, Contact(ContactRole.Recruiter, Channel.Email), At("2026-06-05T10:00:00Z")));
        var slot = story.Planned();
        Assert.Equal((At("2026-06-08T09:00:00Z"), At("2026-06-23T00:00:00Z")), (slot.DueAt, slot.WindowEndsAt));
        Assert.Contains("openedLate", slot.Reasons.Codes());
    }

    [Fact]
    public void Rule_15_A_contact_found_in_time_changes_no_date()
    {
        var story = Submitted(HiringProcess.PersonnelOffice, Approach.MassMailing).Knows(Contact(ContactRole.Recruiter, Channel.Email));
        Assert.Equal(Submitted(HiringProcess.PersonnelOffice).Planned().DueAt, story.Planned().DueAt);
        Assert.DoesNotContain("openedLate", story.Planned().Reasons.Codes());
    }

    [Fact]
    public void Rule_15_A_recruiter_after_forty_days_opens_the_slot_of_an_outsourced_employer()
    {
        var story = Submitted(HiringProcess.Outsourced)
            .And(new ContactRecorded(Application, Contact(ContactRole.Recruiter, Channel.Phone), At("2026-04-11T10:00:00Z")));
        Assert.Equal(At("2026-04-13T09:00:00Z"), story.Planned().DueAt);
    }

    [Fact]
    public void Rule_15_A_lifted_instruction_opens_the_slot()
    {
        var story = Submitted(noContact: true);
        var lifted = story.And(
            new ApplicationAmended(
                Application,
                story.Situation.Employer,
                story.Situation.Posting with
                {
                    Instructions = new(),
                },
                Approach.Direct,
                At("2026-05-04T10:00:00Z")
            )
        );
        Assert.Equal(At("2026-05-05T09:00:00Z"), lifted.Planned().DueAt);
    }

    [Fact]
    public void Rule_15_A_reopened_application_is_due_on_the_next_business_day()
    {
        var story = Submitted().Closed(ClosingReason.NoResponse).Reopened("2026-05-14T10:00:00Z");
        Assert.Equal(At("2026-05-15T09:00:00Z"), story.Planned().DueAt);
        Assert.Equal(At("2026-05-30T00:00:00Z"), story.Planned().WindowEndsAt);
    }

    [Fact]
    public void Rule_14_A_lapsed_slot_returns_for_a_hiring_process_that_was_learned_late_if_its_window_is_still_open()
    {
        var story = Submitted()
            .And(
                new ApplicationAmended(
                    Application,
                    new("Acme", HiringProcess.CorporateHr, "Etc/UTC"),
                    new("Clerk", null, null, new()),
                    Approach.Direct,
                    At("2026-03-27T10:00:00Z")
                )
            );
        Assert.Equal("unknown", AsOf(Submitted(), "2026-03-27T00:00:00Z").Planned().Situation);
        Assert.True(AsOf(Submitted(), "2026-03-27T00:00:00Z").Planned().WindowEndsAt < At("2026-03-27T00:00:00Z"));
        Assert.Equal("corporateHr", AsOf(story, "2026-03-27T12:00:00Z").Planned().Situation);
        Assert.True(story.Planned().WindowEndsAt > At("2026-03-27T10:00:00Z"));
    }

    [Fact]
    public void Rule_14_What_happened_after_the_window_does_not_waive_a_lapsed_slot()
    {
        var story = Submitted().Responded("2026-04-20T10:00:00Z");
        Assert.Equal(At("2026-03-26T00:00:00Z"), story.Planned().WindowEndsAt);
        Assert.Equal("employerResponded", Submitted().Responded("2026-03-20T10:00:00Z").Waived().Code);
    }

    [Fact]
    public void Rule_10_Closing_is_proposed_after_a_lapse_and_after_a_last_answer_but_not_before_the_posting_closed()
    {
        Assert.Equal(At("2026-03-26T00:00:00Z"), Submitted().Plan().Silence!.Since);
        Assert.Equal(At("2026-03-20T10:00:00Z"), Submitted().Responded("2026-03-20T10:00:00Z").Plan().Silence!.Since);
        var closing = Submitted(closesOn: "2026-07-01").Made("2026-03-11T09:00:00Z").Plan().Silence!;
        Assert.True(closing.At > At("2026-07-01T00:00:00Z"));
        Assert.Null(AsOf(Submitted(), "2026-03-20T00:00:00Z").Plan().Silence);
    }

    [Fact]
    public void Rule_14_An_interview_that_was_moved_is_not_moved_back_by_its_scheduling()
    {
        object scheduled = new InterviewScheduled(
                Application,
                1,
                2,
                At("2026-03-10T14:00:00Z"),
                At("2026-03-10T15:00:00Z"),
                null,
                At("2026-03-06T10:00:00Z")
            ),
            moved = new InterviewRescheduled(
                Application,
                1,
                2,
                At("2026-03-16T14:00:00Z"),
                At("2026-03-16T15:00:00Z"),
                At("2026-03-05T10:00:00Z")
            );
        var story = Submitted().And(scheduled, moved);
        Assert.Equal(At("2026-03-23T09:00:00Z"), story.Planned(2).DueAt);
        Assert.Equal("countedFromInterviewEnd", story.Planned(2).Reasons.Codes()[1]);
    }

    [Fact]
    public void Rule_14_A_submission_that_is_corrected_was_always_on_that_day_and_its_day_is_declared()
    {
        var story = Submitted(at: "2026-03-20T10:00:00Z");
        var before = story.And(new EmployerResponded(Application, 1, At("2026-03-10T10:00:00Z"), null));
        var correction = new ApplicationAmended(
            Application,
            story.Situation.Employer,
            story.Situation.Posting,
            Approach.Direct,
            At("2026-03-21T10:00:00Z"),
            SubmittedAt: At("2026-03-02T10:00:00Z")
        );
        var corrected = before.And(correction);
        var slot = Assert.IsType<DesiredSlot.Waived>(corrected.Slot());
        Assert.Equal(("employerResponded", At("2026-03-10T10:00:00Z")), (slot.Reason.Code, slot.At));
        var open = story.And(correction);
        Assert.Equal((At("2026-03-11T09:00:00Z"), Basis.Declared), (open.Planned().DueAt, open.Planned().Anchor.Basis));
    }

    [Fact]
    public void Rule_11_A_plan_with_other_values_in_its_reasons_is_another_plan()
    {
        var story = Submitted(closesOn: "2026-03-02");
        var planned = story.Planned();
        var reworded = planned with { Reasons = planned.Reasons.ConvertAll(x => x with { Sentence = "In other words." }) };
        Assert.Equal(planned, reworded);
        var changed = planned.Reasons.FindIndex(x => x.Values is { Count: > 0 });
        var untrue = planned with
        {
            Reasons = planned.Reasons.SetItem(
                changed,
                planned.Reasons[changed] with
                {
                    Values = planned.Reasons[changed].Values!.ToDictionary(x => x.Key, _ => "another", StringComparer.Ordinal),
                }
            ),
        };
        Assert.NotEqual(planned, untrue);
    }

    [Fact]
    public void Rule_11_A_reason_that_is_not_true_any_more_does_not_stand()
    {
        var closed = Submitted().And(new ApplicationClosed(Application, ClosingReason.Withdrawn, At("2026-03-04T10:00:00Z")));
        Assert.Equal("applicationClosed", closed.Waived().Code);
        // reopened, and answered then
        var answered = closed.Reopened("2026-03-05T10:00:00Z").Responded("2026-03-06T10:00:00Z");
        Assert.Equal("employerResponded", answered.Waived().Code);
        var responded = Submitted()
            .Responded("2026-03-03T10:00:00Z")
            .And(new ApplicationClosed(Application, ClosingReason.Withdrawn, At("2026-03-04T10:00:00Z")));
        Assert.Equal("employerResponded", responded.Waived().Code); // what was waived first stays as it was
    }

    [Fact]
    public void Rule_10_A_no_proposes_to_close_until_something_goes_on_all_the_same()
    {
        var no = Submitted().And(new EmployerResponded(Application, 1, At("2026-03-10T10:00:00Z"), null, ResponseKind.Rejection));
        Assert.Equal((1, true), (no.Plan().Silence!.Stage, no.Plan().Silence!.IsRejected));
        var invited = no.And(
            new InterviewScheduled(
                Application,
                1,
                2,
                At("2026-03-20T14:00:00Z"),
                At("2026-03-20T15:00:00Z"),
                null,
                At("2026-03-12T10:00:00Z")
            )
        );
        Assert.NotEqual(true, invited.On("2026-03-13T00:00:00Z").Plan().Silence?.IsRejected);
        Assert.NotEqual(
            true,
            no.And(new FactRetracted(Application, 2, "EmployerResponded", At("2026-03-11T10:00:00Z"))).Plan().Silence?.IsRejected
        );
    }

    private static Story AsOf(Story story, string now) => story.On(now);
}
