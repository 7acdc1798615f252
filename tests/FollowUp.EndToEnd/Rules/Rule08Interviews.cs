namespace FollowUp.EndToEnd.Rules;

/// <summary>
/// An interview opens the next stage, and the stage before is left when it begins. The interview's follow-up is due only after the
/// interview has ended. A rescheduled interview moves the due date; the stage of a cancelled interview stays, anchored on the cancellation.
/// </summary>
public sealed class Rule_08_interviews(SharedPair shared) : Story(shared)
{
    private static readonly DateTimeOffset InThreeDays = new(DateTimeOffset.UtcNow.UtcDateTime.Date.AddDays(3).AddHours(10), TimeSpan.Zero);

    [Fact]
    public async Task An_interview_opens_stage_two_and_stage_one_can_be_followed_up_until_it_begins()
    {
        var application = await Team.Submit(timeZone: "Europe/Berlin");
        await application.Slot(1, "planned");

        var scheduled = (await application.ScheduleInterview(InThreeDays)).Expect(201);

        Assert.Equal("1", scheduled.Named);
        var slot = await application.Slot(2, "planned");
        Assert.Equal("interviewEnd", slot.Anchor);
        Assert.True(slot.DueAt > InThreeDays.AddHours(1), "due only after the interview has ended");
        var ended = DateOnly.FromDateTime(InThreeDays.AddHours(1).In("Europe/Berlin"));
        Assert.Equal(ended, slot.AnchoredOn);
        Assert.Equal(ended.AddBusinessDays(5).ToDateTime(new TimeOnly(9, 0)), slot.DueAt.In("Europe/Berlin"));
        Assert.Equal(["email", "phone"], slot.Channels);
        var detail = await application.Shows(2, "planned");
        Assert.Equal(1, detail.Number("stages.1.interview"));
        Assert.Equal(2, detail.Items("stages").Count);
        await application.Slot(1, "planned");
        (await application.RecordFollowUp(stage: 1)).Expect(201);
        (await application.RecordFollowUp(stage: 2)).Expect(201);
    }

    [Fact]
    public async Task When_the_interview_begins_what_was_left_of_stage_one_is_waived()
    {
        var application = await Team.Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-3));
        await application.Slot(1, "planned");

        (await application.ScheduleInterview(DateTimeOffset.UtcNow.AddSeconds(2))).Expect(201);

        await application.Slot(1, "waived");
        (await application.Claim(stage: 1)).Refused(409, "stageClosed");
        await application.Slot(2, "planned");
    }

    [Fact]
    public async Task Two_rounds_agreed_at_once_each_keep_their_follow_up()
    {
        var application = await Team.Submit();
        (await application.ScheduleInterview(InThreeDays)).Expect(201);
        (await application.ScheduleInterview(InThreeDays.AddDays(21))).Expect(201);

        await application.Slot(3, "planned");

        await application.Slot(2, "planned");
    }

    [Fact]
    public async Task A_follow_up_without_a_stage_belongs_to_the_one_that_was_open_when_it_was_made()
    {
        var application = await Team.Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-5));
        (await application.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(-2))).Expect(201);
        (await application.ScheduleInterview(InThreeDays)).Expect(201);

        Assert.Equal(2, (await application.RecordFollowUp()).Expect(201).Json.Number("stage"));
        Assert.Equal(1, (await application.RecordFollowUp(madeAt: DateTimeOffset.UtcNow.AddDays(-3))).Expect(201).Json.Number("stage"));
    }

    [Fact]
    public async Task A_stage_followed_up_before_the_interview_stays_made()
    {
        var application = await Team.Submit();
        (await application.RecordFollowUp()).Expect(201);
        (await application.ScheduleInterview(InThreeDays)).Expect(201);

        await application.Slot(2, "planned");

        await application.Slot(1, "made");
        (await application.RecordFollowUp(stage: 2)).Expect(201);
    }

    [Fact]
    public async Task A_stage_claimed_before_the_interview_can_still_be_used_by_its_claimer()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");
        var claimId = Guid.NewGuid();
        (await application.Claim(claimId: claimId)).Expect(201);
        (await application.ScheduleInterview(InThreeDays)).Expect(201);
        await application.Slot(2, "planned");

        (await application.RecordFollowUp(stage: 1, claimId: claimId)).Expect(201);

        await application.Slot(1, "made");
    }

    [Fact]
    public async Task Rescheduling_moves_the_due_date()
    {
        var application = await Team.Submit();
        (await application.ScheduleInterview(InThreeDays)).Expect(201);
        var before = await application.Slot(2, "planned");

        (await application.RescheduleInterview(1, InThreeDays.AddDays(7))).Expect(200, 204);

        var after = await application.Slot(2, x => x.DueAt != before.DueAt);
        Assert.Equal("planned", after.Status);
        Assert.Equal(before.AnchoredOn.AddDays(7), after.AnchoredOn);
        Assert.Equal(before.DueAt.AddDays(7).UtcDateTime.Date, after.DueAt.UtcDateTime.Date);
    }

    [Fact]
    public async Task A_cancelled_interviews_stage_stays_and_is_anchored_on_the_cancellation()
    {
        var application = await Team.Submit(timeZone: "Europe/Berlin");
        (await application.ScheduleInterview(InThreeDays)).Expect(201);
        await application.Slot(2, "planned");

        (await application.CancelInterview(1)).Expect(200, 204);

        var slot = await application.Slot(2, x => x.Anchor == "interviewCancellation");
        Assert.Equal("planned", slot.Status);
        var detail = await application.Detail();
        Assert.NotNull(detail.Instant("stages.1.cancelledAt"));
        await application.Slot(1, "waived");
        Assert.Equal(2, (await application.RecordFollowUp()).Expect(201).Json.Number("stage"));
    }

    [Fact]
    public async Task An_interview_that_is_over_can_not_be_cancelled()
    {
        var application = await Team.Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-5));
        (await application.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(-2))).Expect(201);

        (await application.CancelInterview(1)).Refused(409, "interviewOver");
    }

    [Fact]
    public async Task An_interview_that_ended_long_ago_opens_a_stage_that_is_due_or_over()
    {
        var application = await Team.Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-40));
        (await application.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(-11))).Expect(201);

        await application.Slot(2, "due");
    }

    [Fact]
    public async Task An_unknown_interview_is_not_found()
    {
        var application = await Team.Submit();

        (await application.RescheduleInterview(1, InThreeDays)).Refused(404);
        (await application.CancelInterview(7)).Refused(404);

        Assert.Equal(1, await application.Version());
    }
}
