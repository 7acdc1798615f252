using FollowUp.Applications;
using FollowUp.Applications.Projections;
using FollowUp.Applications.Queries;
using FollowUp.Contracts;
using FollowUp.Specs.Domain;
using static FollowUp.Specs.Domain.Applications;

namespace FollowUp.Specs.Edges;

/// <summary>A page offers exactly the commands that the aggregate would accept.</summary>
public sealed class NextStepsSpecs
{
    private static JobApplication After(params object[] events) =>
        events.Aggregate(new JobApplication { Id = Slots.Subject }, (application, domainEvent) => application.Evolve(domainEvent));

    private static NextSteps Next(SchedulerPlan? plan, params object[] events) => NextSteps.Of(After(events), plan, Now);

    private static SchedulerPlan Plan(SlotStatus status, int stage = 1) =>
        new() { Slots = System.Collections.Immutable.ImmutableSortedDictionary<int, SlotView>.Empty.Add(stage, new(stage, status)) };

    [Fact]
    public void Nothing_can_be_recorded_of_what_was_never_submitted()
    {
        var next = Next(null);
        Assert.Equal(
            (false, false, false, false, false, false, false, false),
            (
                next.SendCoverLetter,
                next.RecordContact,
                next.RecordResponse,
                next.ScheduleInterview,
                next.MakeFollowUp,
                next.Close,
                next.Reopen,
                next.Amend
            )
        );
    }

    [Fact]
    public void A_new_one_can_go_every_way_but_back()
    {
        var next = Next(null, Applied);
        Assert.Equal(
            (true, true, true, true, true, true, false, true),
            (
                next.SendCoverLetter,
                next.RecordContact,
                next.RecordResponse,
                next.ScheduleInterview,
                next.MakeFollowUp,
                next.Close,
                next.Reopen,
                next.Amend
            )
        );
        Assert.Empty(next.Interviews);
    }

    [Fact]
    public void Nothing_but_a_reopening_follows_a_closing()
    {
        var next = Next(Plan(SlotStatus.Waived), Applied, Interview(1), Rejected);
        Assert.Equal(
            (false, false, false, false, false, false, true, false),
            (
                next.SendCoverLetter,
                next.RecordContact,
                next.RecordResponse,
                next.ScheduleInterview,
                next.MakeFollowUp,
                next.Close,
                next.Reopen,
                next.Amend
            )
        );
        Assert.Empty(next.Interviews);
        Assert.True(Next(null, Applied, Rejected, Again).Close);
    }

    [Fact]
    public void What_happened_before_a_closing_can_be_recorded_after_it()
    {
        Assert.Null(NextSteps.BeforeClosing(After(Applied)));
        Assert.Null(NextSteps.BeforeClosing(After(Applied, Rejected, new Voided(Now))));
        var before = NextSteps.BeforeClosing(After(Applied, Letter, Interview(1), Rejected))!;
        Assert.Equal(
            (false, true, true, true, true, true),
            (before.SendCoverLetter, before.RecordContact, before.RecordResponse, before.ScheduleInterview, before.RecordStep, before.Amend)
        );
        Assert.Equal([1], before.Interviews.Select(x => x.Interview));
        Assert.Equal(
            (false, false, false, false, false, false, 0),
            (before.MakeFollowUp, before.Close, before.Reopen, before.Correct, before.Note, before.Void, before.Retract.Count)
        );
    }

    [Fact]
    public void A_step_is_no_longer_possible_on_the_day_before_the_submission()
    {
        // closed in the first moment of the day of submission, where the employer is
        var start = Slots.At("2026-03-01T23:00:00Z");
        var before = NextSteps.BeforeClosing(After(Applied with { At = start }, Rejected with { At = start }))!;
        Assert.Equal((true, true, false, false), (before.SendCoverLetter, before.RecordContact, before.RecordResponse, before.RecordStep));
    }

    [Fact]
    public void What_was_typed_wrongly_can_be_corrected_until_it_is_voided()
    {
        Assert.True(Next(null, Applied).Correct);
        Assert.True(Next(null, Applied, Rejected).Correct);
        Assert.False(Next(null, Applied, new Voided(Now)).Correct);
        Assert.False(Next(null).Correct);
    }

    [Fact]
    public void There_is_one_cover_letter() => Assert.False(Next(null, Applied, Letter).SendCoverLetter);

    [Fact]
    public void An_interview_can_be_moved_and_cancelled_until_it_is_cancelled()
    {
        Assert.Equal([1, 2], Next(null, Applied, Interview(1), Interview(2, 12)).Interviews.Select(x => x.Interview));
        Assert.Equal([2], Next(null, Applied, Interview(1), Interview(2, 12), Cancelled(1)).Interviews.Select(x => x.Interview));
        // Also at the hour at which the suggested interview would collide with an existing one.
        Assert.True(NextSteps.Of(After(Applied, Interview(1)), null, Start(10).AddDays(-1)).ScheduleInterview);
    }

    [Theory]
    [InlineData(SlotStatus.Planned, true), InlineData(SlotStatus.Due, true), InlineData(SlotStatus.Claimed, true)]
    [
        InlineData(SlotStatus.Withheld, false),
        InlineData(SlotStatus.Lapsed, false),
        InlineData(SlotStatus.Waived, false),
        InlineData(SlotStatus.Made, false)
    ]
    public void A_follow_up_can_be_made_while_the_Scheduler_would_grant_it(SlotStatus status, bool canBe) =>
        Assert.Equal(canBe, Next(Plan(status), Applied).MakeFollowUp);

    [Fact]
    public void A_follow_up_is_made_once_in_a_stage()
    {
        // even before the Scheduler's event about the follow-up has arrived
        Assert.False(Next(Plan(SlotStatus.Due), Applied, Made("ana")).MakeFollowUp);
        Assert.False(Next(Plan(SlotStatus.Made), Applied, Made("ana"), Interview(1)).MakeFollowUp);
        Assert.True(NextSteps.Of(After(Applied, Made("ana"), Interview(1)), Plan(SlotStatus.Made), Start(11)).MakeFollowUp);
    }

    [Fact]
    public void A_title_as_long_as_they_get_can_be_amended() =>
        Assert.True(Next(null, Applied with { Posting = new(new string('x', 200)) }).Amend);
}
