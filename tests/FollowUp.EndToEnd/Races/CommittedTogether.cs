namespace FollowUp.EndToEnd.Races;

/// <summary>Commands that are committed in one transaction: each gets the answer that it would have got alone.</summary>
public sealed class Committed_together(SharedPair shared) : Story(shared)
{
    private const int Rounds = 10,
        Many = 24;

    [Fact]
    public async Task Each_of_many_at_once_gets_its_own_answer_and_a_bad_one_spoils_none()
    {
        var other = await Pair.Team("together");
        var (_, second) = await Team.NamedKey("the second coach", "record", "read");
        for (var round = 0; round < Rounds; round++)
        {
            var (hot, stale, open) = (await Team.Submit(), await Team.Submit(), await Team.Submit(employer: "Open"));
            var openCandidate = (await open.Detail()).Text("candidate")!;
            var ifMatch = (await Team.Applications.Get(stale.Path)).ETag;
            (await stale.RecordResponse()).Expect(201);
            (await hot.Note("The first.", idempotencyKey: hot.KeyOf(0))).Expect(201);
            var (rivals, twice) = (Harness.Team.NewCandidate(), Guid.NewGuid());
            var repeated = Harness.Team.Body(Harness.Team.NewCandidate());
            (Team By, Guid Id)[] good = [.. Enumerable.Range(0, Many).Select(i => (new[] { Team, second, other }[i % 3], Guid.NewGuid()))];

            // The bad ones are scattered, so that each transaction has some.
            var submitted = new List<Task<Answer>>();
            var (responses, races, repeats) = (new List<Task<Answer>>(), new List<Task<Answer>>(), new List<Task<Answer>>());
            var refused = new List<(Task<Answer> Answer, int Status, string Code)>();
            foreach (var (i, (by, id)) in good.Index())
            {
                submitted.Add(Submit(by, id, Harness.Team.NewCandidate()));
                if (i % 4 == 0)
                    responses.Add(hot.RecordResponse(Days.Next(DayOfWeek.Monday)));
                if (i % 6 == 1)
                    races.Add(Submit(Team, Guid.NewGuid(), rivals));
                if (i % 8 == 2)
                    repeats.Add(Team.Applications.Put($"/applications/{twice}", repeated, idempotencyKey: $"{twice}"));
                if (i % 5 == 3)
                    refused.Add((Submit(Team, Guid.NewGuid(), openCandidate, "Open"), 409, "sameApplication"));
                if (i % 8 == 4)
                    refused.Add((Team.Applications.Post($"{stale.Path}/responses", new { }, ifMatch: ifMatch), 409, "changedMeanwhile"));
                if (i % 8 == 5)
                    refused.Add((hot.Note("Another.", idempotencyKey: hot.KeyOf(0)), 422, "idempotencyKeyReused"));
                if (i % 8 == 6)
                    refused.Add((Team.Of(Guid.NewGuid()).RecordResponse(), 404, "unknownApplication"));
            }

            Assert.All(await Task.WhenAll(submitted), x => x.Expect(201));
            var responded = await Task.WhenAll(responses);
            Assert.All(responded, x => x.Expect(201));
            Assert.All(await Task.WhenAll(repeats), x => Assert.Equal((201, 1), (x.Status, x.Version)));
            foreach (var (answer, status, code) in refused)
                (await answer).Refused(status, code);
            var raced = await Task.WhenAll(races);
            var won = Assert.Single(raced, x => x.Status == 201);
            Assert.All(
                raced.Where(x => x != won),
                x => Assert.Equal(won.Json.Text("id"), x.Refused(409, "sameApplication").Json.Text("application"))
            );

            Assert.Equal(1 + responses.Count, await hot.Version());
            Assert.Equal(Enumerable.Range(2, responses.Count).Select(x => (long)x), responded.Select(x => x.Version).Order());
            Assert.Equal(2, await stale.Version());
            Assert.Equal(1, await open.Version());
            Assert.Equal(1, await Team.Of(twice).Version());
            foreach (var (by, id) in good)
            {
                Assert.Equal(1, await by.Of(id).Version());
                var message = await Wire.Hears(id, "application.submitted");
                Assert.Equal(by.Name, message.Team);
                Assert.Equal(by == second, message.Json.Text("recordedby") == "the second coach");
            }
            Assert.Equal(good.Length, good.Select(x => Correlation(x.Id)).Distinct().Count()); // each names its own request
            await hot.SchedulerHasSeenAll();
        }

        string? Correlation(Guid id) => Wire.About(id).First(x => x.Type == "followup.application.submitted.v1").Json.Text("correlationid");
    }

    private static Task<Answer> Submit(Team team, Guid id, string candidate, string employer = "Acme") =>
        team.Applications.Put($"/applications/{id}", Harness.Team.Body(candidate, employer));
}
