using FollowUp.Contracts;
using FollowUp.Scheduler.Planning;
using static FollowUp.Specs.Planning.Story;

namespace FollowUp.Specs.Planning;

/// <summary>Steps besides interviews: each opens a stage with a row of the policy of its own.</summary>
public sealed class StepRuleSpecs
{
    public static TheoryData<StepKind, string, string, string> Rows =>
        new()
        {
            { StepKind.Assessment, "assessment", "countedFromAssessment", "2026-03-17" },
            { StepKind.ReferenceCheck, "referenceCheck", "countedFromReferenceCheck", "2026-03-17" },
            { StepKind.Offer, "offer", "countedFromOffer", "2026-03-12" },
            { StepKind.Other, "otherStep", "countedFromStep", "2026-03-17" },
        };

    [Theory, MemberData(nameof(Rows))]
    public void A_step_is_followed_up_as_its_row_says(StepKind kind, string situation, string counted, string dueOn)
    {
        var slot = Submitted().Step(kind, "2026-03-10").Planned(2);
        Assert.Equal((situation, At($"{dueOn}T09:00:00Z")), (slot.Situation, slot.DueAt));
        Assert.Equal([situation, counted], slot.Reasons.Codes().Take(2));
        Assert.Equal(kind == StepKind.Offer ? Channel.Phone : Channel.Email, slot.Channels[0]);
    }

    [Fact]
    public void The_stage_before_is_left_when_the_step_happens_and_not_when_it_is_agreed()
    {
        var story = Submitted().Step(StepKind.ReferenceCheck, "2026-03-20", at: "2026-03-12T10:00:00Z");
        Assert.IsType<DesiredSlot.Planned>(story.On("2026-03-20T12:00:00Z").Slot());
        Assert.Equal("stageClosed", story.On("2026-03-21T00:00:00Z").Waived().Code);
    }

    [Fact]
    public void An_assessment_happens_when_it_is_set_and_is_asked_about_when_it_is_handed_in()
    {
        var story = Submitted().Step(StepKind.Assessment, "2026-03-18", happensAt: "2026-03-05T10:00:00Z", at: "2026-03-05T10:00:00Z");
        Assert.Equal("stageClosed", story.On("2026-03-05T10:00:00Z").Waived().Code);
        Assert.Equal(At("2026-03-25T09:00:00Z"), story.Planned(2).DueAt);
        var atOnce = Policy.Default with { Assessment = Policy.Default.Assessment with { Wait = 0 } };
        Assert.Equal(At("2026-03-19T09:00:00Z"), story.Under(atOnce).Planned(2).DueAt);
    }

    [Fact]
    public void An_offer_is_never_followed_up_after_the_day_by_which_they_want_an_answer()
    {
        var slot = Submitted().Step(StepKind.Offer, "2026-03-10", answerBy: "2026-03-13").Planned(2);
        Assert.Equal((At("2026-03-12T09:00:00Z"), At("2026-03-14T00:00:00Z")), (slot.DueAt, slot.WindowEndsAt));
        Assert.Equal("window", slot.Reasons.Single(x => x.Code == "answerBy").Values!["form"]);
        Assert.DoesNotContain(
            "answerBy",
            Submitted().Step(StepKind.Offer, "2026-03-10", answerBy: "2026-04-30").Planned(2).Reasons.Codes()
        );
    }

    [Theory]
    [InlineData("2026-03-11", "2026-03-11T09:00:00Z")] // a day on which it can be due
    [InlineData("2026-03-10", "2026-03-10T15:00:00Z")] // the day of the offer itself: at once
    public void An_offer_that_wants_an_answer_sooner_is_followed_up_before(string answerBy, string dueAt)
    {
        var slot = Submitted()
            .Step(StepKind.Offer, "2026-03-10", answerBy, happensAt: "2026-03-10T15:00:00Z", at: "2026-03-10T15:00:00Z")
            .Planned(2);
        Assert.Equal((At(dueAt), At($"{Date(answerBy).AddDays(1):yyyy-MM-dd}T00:00:00Z")), (slot.DueAt, slot.WindowEndsAt));
        Assert.Equal("due", slot.Reasons.Single(x => x.Code == "answerBy").Values!["form"]);
    }

    [Fact]
    public void An_offer_over_a_weekend_is_followed_up_on_the_Friday_or_while_there_is_time()
    {
        // offered on Friday 13 March at three, answer wanted by Sunday
        var slot = Submitted()
            .Step(StepKind.Offer, "2026-03-13", "2026-03-15", happensAt: "2026-03-13T15:00:00Z", at: "2026-03-13T15:00:00Z")
            .Planned(2);
        Assert.Equal(At("2026-03-13T15:00:00Z"), slot.DueAt);
        var onSaturday = Submitted()
            .Step(StepKind.Offer, "2026-03-14", "2026-03-15", happensAt: "2026-03-14T15:00:00Z", at: "2026-03-14T15:00:00Z")
            .Planned(2);
        Assert.Equal(At("2026-03-14T15:00:00Z"), onSaturday.DueAt);
    }

    [Fact]
    public void The_answer_that_led_to_an_offer_does_not_waive_its_follow_up()
    {
        var story = Submitted().Responded("2026-03-10T10:00:00Z").Step(StepKind.Offer, "2026-03-10");
        Assert.IsType<DesiredSlot.Planned>(story.Slot(2));
        Assert.Equal("employerResponded", story.Waived().Code);
    }

    [Fact]
    public void An_answer_before_the_hand_in_does_not_answer_the_assessment()
    {
        var story = Submitted().Step(StepKind.Assessment, "2026-03-18", happensAt: "2026-03-05T10:00:00Z", at: "2026-03-05T10:00:00Z");
        Assert.IsType<DesiredSlot.Planned>(story.Responded("2026-03-10T10:00:00Z", stage: 2).Slot(2));
        Assert.Equal("employerResponded", story.Responded("2026-03-19T10:00:00Z", stage: 2).Waived(2).Code);
    }

    [Fact]
    public void The_message_that_an_offer_came_with_does_not_answer_it()
    {
        var story = Submitted().Step(StepKind.Offer, "2026-03-10", happensAt: "2026-03-10T09:00:00Z");
        var with = story.And(new EmployerResponded(Application, 2, At("2026-03-10T10:00:00Z"), null, ResponseKind.Offer));
        Assert.IsType<DesiredSlot.Planned>(with.Slot(2));
        Assert.Equal("employerResponded", story.Responded("2026-03-11T10:00:00Z", stage: 2).Waived(2).Code);
    }

    [Fact]
    public void Nothing_is_silence_as_long_as_the_employer_waits_for_an_answer()
    {
        var story = Submitted().Step(StepKind.Offer, "2026-03-10", answerBy: "2026-06-30");
        Assert.True(story.Made("2026-03-12T10:00:00Z", stage: 2).Plan().Silence!.At > At("2026-07-01T00:00:00Z"));
    }
}
