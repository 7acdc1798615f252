namespace FollowUp.EndToEnd.Rules;

/// <summary>A step that isn't an interview opens the next stage too, which is followed up as its row of the policy says.</summary>
public sealed class Rule_08_steps(SharedPair shared) : Story(shared)
{
    [Theory]
    [InlineData("assessment", "assessment", "assessmentHandIn", 5)]
    [InlineData("referenceCheck", "referenceCheck", "referenceCheck", 5)]
    [InlineData("offer", "offer", "offer", 2)]
    [InlineData("other", "otherStep", "step", 5)]
    public async Task A_step_opens_a_stage(string kind, string situation, string anchor, int wait)
    {
        var application = await Team.Submit(timeZone: "Etc/UTC", country: "IS");
        await application.Slot(1, "planned");
        var on = Days.Today.AddDays(3);

        var recorded = (await application.RecordStep(kind, on, name: kind == "other" ? "Trial day" : null)).Expect(201).Json;

        Assert.Equal((2, kind), (recorded.Number("stage"), recorded.Text("kind")));
        var slot = await application.Slot(2, "planned");
        Assert.Equal((anchor, on), (slot.Anchor, slot.AnchoredOn));
        Assert.Equal(situation, slot.Reasons[0]);
        Assert.Equal(on.AddBusinessDays(wait), DateOnly.FromDateTime(slot.DueAt.In("Etc/UTC")));
        var stage = (await application.Shows(2, "planned")).Items("stages")[1];
        Assert.Equal((kind, on.ToString("yyyy-MM-dd", null)), (stage.Text("step.kind"), stage.Text("step.on")));
        if (kind == "assessment")
            await application.Slot(1, "waived"); // it was set when it was recorded
        else
            await application.Slot(1, "planned");
        (await application.RecordStep(kind, on, name: kind == "other" ? "Trial day" : null)).Refused(409, "stepAlreadyRecorded");
    }

    [Fact]
    public async Task An_offer_is_not_followed_up_after_the_day_by_which_they_want_an_answer()
    {
        var application = await Team.Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-40), timeZone: "Etc/UTC");
        var answerBy = Days.Today.AddDays(1);

        (await application.RecordResponse(kind: "offer")).Expect(201);
        (await application.RecordStep("offer", Days.Today, answerBy)).Expect(201);

        var slot = await application.Slot(2, x => x.Status is "planned" or "due");
        Assert.Equal(answerBy.AddDays(1).ToDateTime(TimeOnly.MinValue), slot.WindowEndsAt.UtcDateTime);
        Assert.Contains("answerBy", slot.Reasons);
        Assert.Equal("phone", slot.Channels[0]);
    }

    [Fact]
    public async Task What_can_not_be_a_step_is_refused_with_the_field()
    {
        var application = await Team.Submit();
        Names("answerBy", await application.RecordStep("offer", Days.Today, Days.Today.AddDays(-1)));
        Names("answerBy", await application.RecordStep("assessment", Days.Today, Days.Today.AddDays(1)));
        Names("name", await application.RecordStep("other", Days.Today));
        Names("name", await application.RecordStep("offer", Days.Today, name: "Offer"));
        Names("on", await application.RecordStep("offer", Days.Today.AddDays(-400)));
        Names("on", await application.RecordStep("offer", Days.Today.AddDays(400)));
        (await application.RecordStep("interview", Days.Today)).Refused(400);
        Names("at", await application.RecordStep("offer", Days.Today, at: DateTimeOffset.UtcNow.AddDays(1)));
        Assert.Single((await application.Detail()).Items("stages"));
    }

    private static void Names(string field, Answer answer) =>
        Assert.Equal([field], answer.Refused(400, "badInput").Json.Find("errors")!.Value.EnumerateObject().Select(x => x.Name));

    [Fact]
    public async Task A_step_that_was_recorded_by_mistake_is_taken_back()
    {
        var application = await Team.Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-3));
        await application.Slot(1, "planned");
        var version = (await application.RecordStep("referenceCheck", Days.Today.AddDays(-1))).Expect(201).Json.Number("version");
        await application.Slot(1, "waived");

        (await application.Retract(version!.Value)).Expect(201);

        await application.Slot(1, "planned");
        await application.Slot(2, "waived");
    }
}
