namespace FollowUp.EndToEnd.Rules;

/// <summary>A slot nobody uses lapses when its window ends, and can't be claimed any more.</summary>
public sealed class Rule_10_lapsing(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task Of_an_application_that_was_submitted_long_ago_the_slot_has_lapsed()
    {
        var application = await Team.Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-120));

        await application.Slot(1, "lapsed");

        await application.Shows(1, "lapsed");
        (await application.Claim()).Refused(409, "lapsed");
        (await application.RecordFollowUp()).Refused(409, "lapsed");
        Assert.Equal(1, await application.Version());
        var lapsed = await Wire.Hears(application.Id, "follow-up.lapsed");
        Assert.True(lapsed.Data.Instant("windowEndedAt") < DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task Silence_long_after_a_follow_up_proposes_to_close_and_does_not_close()
    {
        var application = await Team.Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-60));
        // It was made when the window was open, and is recorded now.
        var recorded = await Team.Applications.Post($"{application.Path}/follow-ups", new { channel = "email", by = "ana", madeAt = DateTimeOffset.UtcNow.AddDays(-45) });
        Assert.SkipWhen(recorded.Status == 409, "A lapsed slot takes no late recording, so this can't be told without waiting for weeks: " + recorded.Code);
        recorded.Expect(201);

        var proposed = await Wire.Hears(application.Id, "application.closing-proposed");

        Assert.Equal("noResponse", proposed.Data.Text("reason"));
        Assert.Equal("open", (await application.Detail()).Text("status"));
    }
}
