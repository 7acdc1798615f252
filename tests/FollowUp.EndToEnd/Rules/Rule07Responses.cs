namespace FollowUp.EndToEnd.Rules;

/// <summary>
/// If the employer responds first, the slot is waived; if the response names a date, the slot is replanned from that date.
/// </summary>
public sealed class Rule_07_the_employer_responds(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task A_response_waives_the_stage()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");

        (await application.RecordResponse()).Expect(201);

        await application.Slot(1, "waived");
        await application.Shows(1, "waived");
        var published = await Wire.Hears(application.Id, "follow-up.waived");
        Assert.False(string.IsNullOrWhiteSpace(published.Data.Text("reason.code")));
        Assert.False(string.IsNullOrWhiteSpace(published.Data.Text("reason.sentence")));
        (await application.Claim()).Refused(409, "waived");
        (await application.RecordFollowUp()).Refused(409, "waived");
    }

    [Fact]
    public async Task A_response_with_a_date_plans_from_that_date()
    {
        var date = Days.Next(DayOfWeek.Tuesday);
        var application = await Team.Submit(timeZone: "Europe/Berlin");
        await application.Slot(1, "planned");

        (await application.RecordResponse(date)).Expect(201);

        var slot = await application.Slot(1, x => x.Anchor == "promisedNextStep");
        Assert.Equal("planned", slot.Status);
        Assert.Equal(date, slot.AnchoredOn);
        Assert.Equal(date.AddBusinessDays(2).ToDateTime(new TimeOnly(9, 0)), slot.DueAt.In("Europe/Berlin"));
    }

    [Fact]
    public async Task A_response_after_the_follow_up_changes_nothing_about_it()
    {
        var application = await Team.Submit();
        (await application.RecordFollowUp()).Expect(201);

        (await application.RecordResponse()).Expect(201);
        await application.SchedulerHasSeenAll();

        await application.Slot(1, "made");
    }

    [Fact]
    public async Task A_response_recorded_just_before_the_follow_up_is_seen()
    {
        for (var i = 0; i < 20; i++)
        {
            var application = await Team.Submit();
            (await application.RecordResponse()).Expect(201);
            (await application.RecordFollowUp()).Refused(409, "waived");
        }
    }
}
