namespace FollowUp.EndToEnd.Rules;

/// <summary><c>noPhoneCalls</c> removes the phone from every stage's channels; <c>noContact</c> withholds the follow-up.</summary>
public sealed class Rule_03_the_postings_instructions(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task No_phone_calls_takes_the_phone_away_and_says_so()
    {
        var without = await Team.Submit(hiringProcess: "ownerRun");
        var application = await Team.Submit(hiringProcess: "ownerRun", instructions: new { noPhoneCalls = true });

        Assert.Contains("phone", (await without.Slot(1, "planned")).Channels);
        var slot = await application.Slot(1, "planned");
        Assert.DoesNotContain("phone", slot.Channels);
        Assert.NotEmpty(slot.Channels);
        Assert.Contains("noPhoneCalls", slot.Reasons);
        Assert.All(slot.Sentences, x => Assert.False(string.IsNullOrWhiteSpace(x)));
    }

    [Fact]
    public async Task No_phone_calls_holds_for_an_interviews_stage_too()
    {
        var application = await Team.Submit(instructions: new { noPhoneCalls = true });
        (await application.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(3))).Expect(201);

        Assert.DoesNotContain("phone", (await application.Slot(2, "planned")).Channels);
    }

    [Fact]
    public async Task No_contact_withholds_and_says_so()
    {
        var application = await Team.Submit(instructions: new { noContact = true });

        var slot = await application.Slot(1, "withheld");

        Assert.Contains("noContact", slot.Reasons);
        (await application.Claim()).Refused(409, "withheld");
        (await application.RecordFollowUp()).Refused(409, "withheld");
        Assert.Equal(1, await application.Version());
        await application.Shows(1, "withheld");
    }
}
