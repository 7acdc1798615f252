namespace FollowUp.EndToEnd.Rules;

/// <summary>An unused slot lapses when its window ends, and can't be claimed any more.</summary>
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
        var team = await Pair.Team("silence");
        var (silent, answered) = (await team.SubmitDue(), await team.SubmitDue());
        foreach (var application in new[] { silent, answered })
        {
            await application.Slot(1, "due");
            (
                await team.Applications.Post(
                    $"{application.Path}/follow-ups",
                    new
                    {
                        channel = "email",
                        by = "ana",
                        madeAt = DateTimeOffset.UtcNow.AddDays(-12),
                    }
                )
            ).Expect(201); // recorded late
        }
        (await answered.RecordResponse()).Expect(201);
        await silent.SchedulerHasSeenAll();
        await answered.SchedulerHasSeenAll();
        Assert.Empty(await Proposed(team)); // the default silence wait is 20 business days

        await team.ChangePolicy(x => x["silenceWait"] = 3);

        var published = await Wire.Hears(silent.Id, "application.closing-proposed");
        Assert.Equal("noResponse", published.Data.Text("reason"));
        var proposed = Assert.Single(await Eventually.Get(() => Proposed(team), x => x.Count > 0));
        Assert.Equal(
            (silent.Id.ToString(), "made", published.Data.Instant("proposedAt")),
            (proposed.Text("application"), proposed.Text("status"), proposed.Instant("closingProposedAt"))
        );
        await Eventually.Get(
            async () => (await team.Applications.Get("/applications?closingProposed=true")).Expect(200).Json.Items(),
            x => x.Count == 1 && x[0].Text("id") == silent.Id.ToString()
        );
        Assert.Equal("open", (await silent.Detail()).Text("status"));

        (await silent.Close("noResponse")).Expect(204); // the team accepts the proposal
        await Eventually.Get(() => Proposed(team), x => x.Count == 0);
        Assert.Equal("closed", (await silent.Detail()).Text("status"));
        Assert.DoesNotContain(Wire.About(answered.Id), x => x.Type == "followup.application.closing-proposed.v1");
    }

    private static async Task<IReadOnlyList<System.Text.Json.JsonElement>> Proposed(Team team) =>
        (await team.Scheduler.Get("/follow-ups?closingProposed=true")).Expect(200).Json.Items();
}
