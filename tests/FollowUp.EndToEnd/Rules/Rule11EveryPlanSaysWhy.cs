namespace FollowUp.EndToEnd.Rules;

/// <summary>
/// Every plan has its reasons: the situation, the policy's version, the anchor, and each rule that changed the outcome, as codes and as
/// sentences.
/// </summary>
public sealed class Rule_11_every_plan_says_why(SharedPair shared) : Story(shared)
{
    [Theory]
    [InlineData(null, null, "unknown", 7)]
    [InlineData("ownerRun", null, "ownerRun", 4)]
    [InlineData("personnelOffice", null, "personnelOffice", 7)]
    [InlineData("corporateHr", null, "corporateHr", 15)]
    [InlineData("managementTeam", null, "managementTeam", 7)]
    [InlineData("corporateHr", "referral", "referral", 5)]
    [InlineData("corporateHr", "jobBoard", "jobBoard", 10)]
    [InlineData("ownerRun", "jobBoard", "ownerRun", 4)]
    public async Task The_situation_decides_how_long_to_wait(string? hiringProcess, string? approach, string situation, int businessDays)
    {
        var application = await Team.Submit(hiringProcess, approach, timeZone: "Europe/Berlin");

        var slot = await application.Slot(1, "planned");

        var submitted = DateOnly.FromDateTime((await application.Detail()).Instant("submittedAt")!.Value.In("Europe/Berlin"));
        Assert.Equal(situation, slot.Situation);
        Assert.Equal("submission", slot.Anchor);
        Assert.Equal(submitted, slot.AnchoredOn);
        Assert.True(slot.Json.Number("policyVersion") >= 0);
        var due = slot.DueAt.In("Europe/Berlin");
        Assert.Equal(9, due.Hour);
        Assert.Equal(submitted.AddBusinessDays(businessDays), DateOnly.FromDateTime(due));
    }

    [Fact]
    public async Task A_closing_date_is_waited_for_and_named_as_the_anchor()
    {
        var closesOn = Days.Next(DayOfWeek.Thursday, 10);
        var application = await Team.Submit("ownerRun", closesOn: closesOn, timeZone: "Europe/Berlin");

        var slot = await application.Slot(1, "planned");

        Assert.Equal("closingDate", slot.Anchor);
        Assert.Equal(closesOn, slot.AnchoredOn);
        Assert.Equal(closesOn.AddBusinessDays(5).ToDateTime(new TimeOnly(9, 0)), slot.DueAt.In("Europe/Berlin"));
    }

    [Fact]
    public async Task The_published_event_agrees_with_the_plan()
    {
        var application = await Team.Submit("ownerRun", instructions: new { noPhoneCalls = true });
        var slot = await application.Slot(1, "planned");

        var published = (await Wire.Hears(application.Id, "follow-up.planned")).Data;

        Assert.Equal(slot.Situation, published.Text("situation"));
        Assert.Equal(slot.DueAt, published.Instant("dueAt"));
        Assert.Equal(slot.WindowEndsAt, published.Instant("windowEndsAt"));
        Assert.Equal(slot.Channels, published.Texts("channels"));
        Assert.Equal(slot.Reasons, published.Items("reasons").Select(x => x.Text("code")));
        Assert.Equal(slot.Sentences, published.Items("reasons").Select(x => x.Text("sentence")));
        Assert.Equal(slot.Anchor, published.Text("anchor.kind"));
        Assert.All(published.Items("reasons"), x => Assert.EndsWith(".", x.Text("sentence"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_channel_that_needs_a_person_is_offered_only_when_one_is_known()
    {
        var application = await Team.Submit("corporateHr");
        Assert.DoesNotContain("directMessage", (await application.Slot(1, "planned")).Channels);

        var contact = (await application.RecordContact("hiringManager", profile: Personal.Profile)).Expect(201).Named;

        var slot = await application.Slot(1, x => x.Channels.Contains("directMessage"));
        Assert.Equal(contact, slot.Contact);
        Assert.Equal("directMessage", slot.Channels[0]);
    }
}
