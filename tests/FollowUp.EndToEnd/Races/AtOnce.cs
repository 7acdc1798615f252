namespace FollowUp.EndToEnd.Races;

/// <summary>One follow-up per stage, however many clients try in the same millisecond.</summary>
public sealed class At_once(SharedPair shared) : Story(shared)
{
    private const int Rounds = 20;

    [Fact]
    public async Task Of_fifty_recorders_at_once_one_records_and_the_others_get_the_reason()
    {
        for (var round = 0; round < Rounds; round++)
            await Race(
                (application, i) =>
                    application.RecordFollowUp(i % 2 == 0 ? "email" : "phone", by: $"recorder {i}", idempotencyKey: application.KeyOf(i)),
                50
            );
    }

    [Fact]
    public async Task Of_fifty_recorders_with_the_same_command_one_records_and_the_others_get_the_reason()
    {
        for (var round = 0; round < Rounds; round++)
            await Race((application, i) => application.RecordFollowUp("email", by: "ana", idempotencyKey: application.KeyOf(i)), 50);
    }

    [Fact]
    public async Task Of_fifty_recorders_with_claim_ids_of_their_own_one_records()
    {
        for (var round = 0; round < Rounds / 2; round++)
        {
            Guid[] claims = [.. Enumerable.Range(0, 50).Select(_ => Guid.NewGuid())]; // a client retries with the same claim id
            await Race(
                (application, i) =>
                    application.RecordFollowUp(by: $"recorder {i}", claimId: claims[i], idempotencyKey: application.KeyOf(i)),
                claims.Length
            );
        }
    }

    [Fact]
    public async Task Of_twenty_claimers_at_once_one_is_granted()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var application = await Team.Submit();
            await application.Slot(1, "planned");

            var answers = await AtOnce(20, i => application.Claim(by: $"claimer {i}"));

            var winner = Assert.Single(answers, x => x.Status == 201);
            Assert.All(answers.Where(x => x != winner), x => x.Refused(409, "claimedByAnother"));
            var slot = await application.Slot(1, "claimed");
            Assert.Equal(winner.Json.Text("claimId"), slot.Json.Text("claim.claimId"));
        }
    }

    [Fact]
    public async Task A_claim_and_a_recording_at_once_leave_one_winner()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var application = await Team.Submit();
            await application.Slot(1, "planned");

            var answers = await AtOnce(2, i => i == 0 ? application.Claim(by: "ana") : application.RecordFollowUp(by: "ben"));

            Assert.Single(answers, x => x.Status == 201);
            Assert.Single(answers, x => x.Status != 201).Refused(409, "claimedByAnother", "alreadyMade");
        }
    }

    [Fact]
    public async Task A_closing_and_a_recording_at_once_agree_on_what_came_first()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var application = await Team.Submit();

            var answers = await AtOnce(2, i => i == 0 ? application.Close("rejected") : application.RecordFollowUp());

            answers[0].Expect(204);
            answers[1].Expect(201, 409);
            await application.SchedulerHasSeenAll();
            await application.Slot(1, answers[1].Status == 201 ? "made" : "waived");
        }
    }

    [Fact]
    public async Task Different_commands_at_once_are_all_recorded()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var application = await Team.Submit();

            var answers = await AtOnce(
                10,
                i => i % 2 == 0 ? application.RecordContact() : application.RecordResponse(Days.Next(DayOfWeek.Monday))
            );

            Assert.All(answers, x => x.Expect(201));
            Assert.Equal(11, await application.Version());
            await application.SchedulerHasSeenAll();
        }
    }

    private async Task Race(Func<Application, int, Task<Answer>> record, int recorders)
    {
        var application = await Team.Submit();

        // The Scheduler never decides on an outdated state, and fifty requests at once may be too many for a small machine: a client that
        // gets a 503 retries with the same idempotency key.
        var answers = await AtOnce(
            recorders,
            i => Eventually.Get(() => record(application, i), x => x is not { Status: 503, RetryAfter: not null })
        );

        Assert.Single(answers, x => x.Status == 201);
        Assert.All(answers.Where(x => x.Status != 201), x => x.Refused(409, "alreadyMade", "claimedByAnother"));
        Assert.Equal(2, await application.Version());
        await application.Slot(1, "made");
        await Wire.Hears(application.Id, "follow-up.settled");
        await Wire.Hears(application.Id, "application.follow-up-made");
        await application.SchedulerHasSeenAll();
        Assert.Single(Wire.About(application.Id), x => x.Type == "followup.follow-up.settled.v1");
        Assert.Single(Wire.About(application.Id), x => x.Type == "followup.application.follow-up-made.v1");
    }

    private static async Task<Answer[]> AtOnce(int many, Func<int, Task<Answer>> act)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var all = Enumerable
            .Range(0, many)
            .Select(async i =>
            {
                await start.Task;
                return await act(i);
            })
            .ToList();
        start.SetResult();
        return await Task.WhenAll(all);
    }
}
