namespace FollowUp.EndToEnd.Rules;

/// <summary>The whole flow from a submission to the only follow-up, through both services.</summary>
public sealed class The_walk(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task An_application_is_submitted_planned_claimed_followed_up_once_and_published_in_order()
    {
        var application = await Team.Submit(hiringProcess: "ownerRun");

        var slot = await application.Slot(1, "planned");
        Assert.Equal("ownerRun", slot.Situation);
        Assert.Equal("submission", slot.Anchor);
        Assert.True(slot.WindowEndsAt > slot.DueAt, slot.ToString());
        Assert.NotEmpty(slot.Channels);
        await application.Shows(1, "planned");

        var claimId = Guid.NewGuid();
        var claim = (await application.Claim(claimId: claimId, by: "ana")).Expect(201).Json;
        Assert.Equal(claimId.ToString(), claim.Text("claimId"));
        Assert.Equal("ana", claim.Text("by"));
        Assert.Equal(application.Id.ToString(), claim.Text("application"));
        Assert.Equal(1, claim.Number("stage"));
        Assert.True(claim.Number("epoch") >= 1);
        Assert.True(claim.Instant("expiresAt") > DateTimeOffset.UtcNow);
        Assert.Equal("True", claim.Find("early").ToString(), ignoreCase: true);
        Assert.NotEmpty(claim.Texts("channels"));

        (await application.Claim(by: "ben")).Refused(409, "claimedByAnother");

        var made = (await application.RecordFollowUp("phone", by: "ana", claimId: claimId, note: Personal.Note)).Expect(201).Json;
        Assert.Equal(claimId.ToString(), made.Text("claimId"));
        Assert.Equal("phone", made.Text("channel"));
        Assert.Equal("ana", made.Text("by"));
        Assert.Equal(1, made.Number("stage"));
        Assert.Equal(await application.Version(), made.Number("version"));

        (await application.RecordFollowUp("email", by: "ben")).Refused(409, "alreadyMade");
        (await application.Claim(by: "ben")).Refused(409, "alreadyMade");

        await application.Slot(1, "made");
        var detail = await application.Shows(1, "made");
        Assert.Equal("phone", detail.Text("stages.0.followUp.made.channel"));
        Assert.Equal("ana", detail.Text("stages.0.followUp.made.by"));

        var timeline = await Eventually.Get(application.Timeline, x => x.Any(y => y.Text("type")!.Contains("settled")));
        string[] story = ["application.submitted", "follow-up.planned", "follow-up.claimed", "follow-up.settled"];
        var types = timeline.Select(x => x.Text("type")!.Replace("followup.", "").Replace(".v1", "")).ToList();
        Assert.Equal(story, types.Where(story.Contains));
        Assert.Single(types, "application.follow-up-made");
        Assert.True(types.IndexOf("application.follow-up-made") > types.IndexOf("follow-up.claimed"), string.Join(", ", types));
        Assert.Contains("follow-up.claim-refused", types);
        Assert.All(
            timeline,
            x =>
            {
                Assert.Contains(x.Text("source"), new[] { "/followup/applications", "/followup/scheduler" });
                Assert.True(x.Number("sequence") >= 1);
                Assert.NotNull(x.Instant("at"));
                Assert.NotNull(x.Instant("recordedAt"));
                Assert.False(string.IsNullOrWhiteSpace(x.Text("by")));
                Assert.NotNull(x.Find("data"));
            }
        );
        foreach (var source in timeline.GroupBy(x => x.Text("source")))
            Assert.Equal(Enumerable.Range(1, source.Count()).Select(x => (long?)x), source.Select(x => x.Number("sequence")));
    }

    [Fact]
    public async Task A_follow_up_can_be_recorded_right_after_the_submission_without_waiting_for_anything()
    {
        for (var i = 0; i < 100; i++)
        {
            var application = await Team.Submit();
            (await application.RecordFollowUp()).Expect(201);
        }
    }
}
