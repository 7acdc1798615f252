namespace FollowUp.EndToEnd.Rules;

/// <summary>Closing waives the open slots. After a closing, only a reopening is allowed.</summary>
public sealed class Rule_09_closing(SharedPair shared) : Story(shared)
{
    [Theory]
    [InlineData("rejected")]
    [InlineData("withdrawn")]
    [InlineData("offerAccepted")]
    [InlineData("offerDeclined")]
    [InlineData("positionFilled")]
    [InlineData("noResponse")]
    public async Task Closing_waives_what_is_open_whatever_the_reason(string reason)
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");

        (await application.Close(reason)).Expect(204);

        await application.Slot(1, "waived");
        var detail = await application.Shows(1, "waived");
        Assert.Equal("closed", detail.Text("status"));
        Assert.Equal(reason, detail.Text("closingReason"));
    }

    [Fact]
    public async Task Nothing_but_a_reopening_follows_a_closing()
    {
        var application = await Team.Submit();
        (await application.Close("rejected")).Expect(204);
        var version = await application.Version();

        (await application.SendCoverLetter()).Refused(409);
        (await application.RecordContact()).Refused(409);
        (await application.RecordResponse()).Refused(409);
        (await application.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(3))).Refused(409);
        (await application.Amend(new { posting = new { title = "Porter" } })).Refused(409);
        (await application.RecordFollowUp()).Refused(409);
        (await application.Close("withdrawn")).Refused(409);

        Assert.Equal(version, await application.Version());
    }

    [Fact]
    public async Task Reopening_plans_again()
    {
        var application = await Team.Submit();
        (await application.Close("positionFilled")).Expect(204);
        await application.Slot(1, "waived");

        (await application.Reopen()).Expect(204);

        await application.Slot(1, "planned");
        var detail = await application.Shows(1, "planned");
        Assert.Equal("open", detail.Text("status"));
        Assert.Null(detail.Text("closingReason"));
        (await application.RecordFollowUp()).Expect(201);
    }

    [Fact]
    public async Task Reopening_does_not_bring_back_a_follow_up_that_was_made()
    {
        var application = await Team.Submit();
        (await application.RecordFollowUp()).Expect(201);
        (await application.Close("rejected")).Expect(204);
        (await application.Reopen()).Expect(204);

        await application.SchedulerHasSeenAll();

        await application.Slot(1, "made");
        (await application.RecordFollowUp()).Refused(409, "alreadyMade");
    }
}
