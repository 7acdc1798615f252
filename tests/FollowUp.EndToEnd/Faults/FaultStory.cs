using System.Diagnostics;

namespace FollowUp.EndToEnd.Faults;

/// <summary>
/// Components break in the middle of the work; at the end no acknowledged command is lost or doubled, and both services agree on the state.
/// </summary>
public abstract class FaultStory(int nodes = 1, bool isHandedOn = true) : StoryOfItsOwn(nodes, isHandedOn)
{
    internal async Task NothingIsLostOrDoubled(Load load)
    {
        await load.End();
        Assert.True(
            load.Wrong.IsEmpty,
            $"{load.Wrong.Count} answers were neither success nor 'try again':\n" + string.Join("\n\n", load.Wrong.Take(5))
        );
        Assert.NotEmpty(load.All);

        var wrong = new System.Collections.Concurrent.ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            load.All,
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken },
            async (mine, _) =>
            {
                foreach (var complaint in await Complaints(mine))
                    wrong.Add($"{mine.Application.Id}: {complaint}");
            }
        );
        Assert.True(wrong.IsEmpty, $"{wrong.Count} complaints about {load.All.Count} applications:\n" + string.Join('\n', wrong.Take(20)));

        await Eventually.Holds(
            () => load.All.All(x => Wire.About(x.Application.Id).Any(y => y.Type == "followup.application.submitted.v1")),
            Eventually.Patience,
            "every submission was published"
        );
        Bus.Every_message.InSequence(Wire.All);
        foreach (var mine in load.All.Where(x => x.FollowUp))
            Assert.Single(
                Wire.About(mine.Application.Id).Where(x => x.Type == "followup.follow-up.settled.v1").Select(x => x.Id).Distinct()
            );
    }

    /// <summary>
    /// Waits until a new submission is published and planned, and the plan is published. Writes the elapsed time to the test's output; a
    /// few seconds are expected on an otherwise idle machine.
    /// </summary>
    protected async Task IsPublishing(string what)
    {
        var watch = Stopwatch.StartNew();
        var id = Guid.NewGuid();
        await Eventually.Get(
            () => Team.Applications.Put($"/applications/{id}", Team.Body($"c-take-over-{id:N}")),
            x => x.Status is 200 or 201,
            null,
            "a submission is taken"
        );
        await Wire.Hears(id, "follow-up.planned");
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: publishing again after {watch.Elapsed}");
    }

    private static async Task<IReadOnlyList<string>> Complaints(Load.Acknowledged mine)
    {
        var application = mine.Application;
        var complaints = new List<string>();
        var types = (await application.Timeline())
            .Where(x => x.Text("source") == "/followup/applications")
            .Select(x => x.Text("type")!)
            .ToList();
        void Count(string type, bool acknowledged)
        {
            var count = types.Count(x => x.Contains(type, StringComparison.Ordinal));
            if (count > 1 || (count == 0 && acknowledged) || (count == 1 && !acknowledged && !mine.InDoubt))
                complaints.Add(
                    $"{count} × {type}, {(acknowledged ? "acknowledged" : "not acknowledged")}{(mine.InDoubt ? ", in doubt" : "")}"
                );
        }

        Count("application.submitted", true);
        Count("cover-letter-sent", mine.Letter);
        Count("follow-up-made", mine.FollowUp);
        try
        {
            await Eventually.Get(
                async () => (Detail: await application.Detail(), Plan: await application.AskPlan()),
                x => Agree(x.Detail, x.Plan),
                Eventually.Patience,
                "both services agree"
            );
        }
        catch (TimeoutException e)
        {
            complaints.Add(e.Message);
        }

        return complaints;
    }

    /// <summary>The dead letters of both services.</summary>
    protected async Task<IReadOnlyList<string>> DeadLetters()
    {
        var parked = new List<string>();
        foreach (var service in new[] { Team.Applications, Team.Scheduler })
            parked.AddRange((await service.Get("/parked?limit=200")).Expect(200).Json.Items().Select(x => x.ToString()));
        return parked;
    }

    internal static bool Agree(System.Text.Json.JsonElement detail, Answer plan)
    {
        if (plan.Status != 200 || plan.Json.Number("asOf") != detail.Number("version"))
            return false;
        var stages = detail.Items("stages").Select(x => (x.Number("stage"), x.Text("followUp.status"), x.Text("followUp.made.by")));
        var planned = plan.Json.Items("slots").Select(x => (x.Number("stage"), x.Text("status"), x.Text("made.by")));
        return stages.SequenceEqual(planned);
    }
}
