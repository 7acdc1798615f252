using System.Text;

namespace FollowUp.EndToEnd.Faults;

/// <summary>The work that one team has piled up doesn't keep another team waiting.</summary>
[Collection(Alone.Name)]
public sealed class One_teams_backlog() : FaultStory
{
    private const int Many = 1500;

    [Fact]
    public async Task Another_teams_application_is_planned_and_replanned_meanwhile()
    {
        var (large, small) = (await Pair.Team("large"), await Pair.Team("small"));
        var theirs = await small.Submit();
        await theirs.Shows(1, "planned");

        var importing = large.Applications.Send(HttpMethod.Post, "/imports", Sheet(Many), contentType: "text/csv");
        var meanwhile = new List<Application>();
        do
        {
            meanwhile.Add(await small.Submit());
            await meanwhile[^1].Shows(1, "planned");
        } while (!importing.IsCompleted);
        Assert.Equal(Many, (await importing).Expect(200).Json.Number("recorded"));
        await Eventually.Holds(() => Planned(large).Count() >= Many, null, "every row is planned");
        var order = Planned(large, small).ToList();
        Assert.True(
            meanwhile
                .Select(x => order.FindIndex(y => y.Subject == $"{x.Id}"))
                .Any(x => x > order.FindIndex(y => y.Team == large.Name) && x < order.FindLastIndex(y => y.Team == large.Name)),
            "No application of the other team was planned between the first and the last row of the import."
        );

        await large.ChangePolicy(x => x["unknown"]!["wait"] = 9);
        await small.ChangePolicy(x => x["unknown"]!["wait"] = 9);
        await Eventually.Holds(() => Planned(large).Count() >= 2 * Many, null, "every row is replanned");
        await Eventually.Holds(
            () => Planned(small).Count(x => x.Subject == $"{theirs.Id}") == 2,
            null,
            "the other application is replanned"
        );
        order = [.. Planned(large, small)];
        Assert.True(
            order.FindLastIndex(x => x.Subject == $"{theirs.Id}") < order.FindLastIndex(x => x.Team == large.Name),
            "The other team's application was replanned after all of the large team's."
        );
    }

    private IEnumerable<Message> Planned(params Team[] teams) =>
        Wire.All.Where(x => x.Type == "followup.follow-up.planned.v1" && teams.Any(y => y.Name == x.Team));

    internal static string Sheet(int rows)
    {
        var sheet = new StringBuilder("candidate,employer,title,date applied\n");
        for (var i = 0; i < rows; i++)
            sheet.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $"c-{i % 50},Employer {i},Clerk,{Days.Today.AddDays(-1):yyyy-MM-dd}\n"
            );
        return sheet.ToString();
    }
}

/// <summary>What one team recorded while the Scheduler was away is no queue in which the other teams stand.</summary>
[Collection(Alone.Name)]
public sealed class One_teams_backlog_of_an_outage() : FaultStory(isHandedOn: false)
{
    private const int Window = 200,
        Many = 900;

    protected override Task<Pair> Start() =>
        Harness.Pair.Start(settings: new Dictionary<string, string> { ["Outbox__Window"] = $"{Window}" });

    [Fact]
    public async Task Another_teams_application_is_published_at_once_and_planned_before_it()
    {
        var (large, small) = (await Pair.Team("large"), await Pair.Team("small"));
        await (await small.Submit()).Shows(1, "planned");
        await Pair.Scheduler[0].Stop();
        (await large.Applications.Send(HttpMethod.Post, "/imports", One_teams_backlog.Sheet(Many), contentType: "text/csv"))
            .Expect(200);

        var theirs = await small.Submit();
        await Wire.Hears(theirs.Id, "application.submitted");
        Assert.InRange(Submitted(large), Window / 2, Many - 1);

        // what is held back is kept by the store, and not by the node
        await Pair.Applications[0].Kill();
        await Pair.Applications[0].StartAndWait();
        var later = await small.Submit();
        await Wire.Hears(later.Id, "application.submitted");
        Assert.InRange(Submitted(large), Window / 2, Many - 1);

        await Pair.Scheduler[0].StartAndWait();
        await Eventually.Holds(() => Planned(large).Count() == Many, null, "every row is planned");
        await later.Shows(1, "planned");
        var order = Planned(large, small).Select(x => x.Subject).ToList();
        Assert.InRange(order.IndexOf($"{theirs.Id}"), 0, Many / 2);
        Assert.InRange(order.IndexOf($"{later.Id}"), 0, Many * 2 / 3);
        await Eventually.Holds(() => Submitted(large) == Many, null, "every row is published");
        Assert.Empty(await DeadLetters());
    }

    private int Submitted(Team team) =>
        Wire.All.Where(x => x.Type == "followup.application.submitted.v1" && x.Team == team.Name).Select(x => x.Id).Distinct().Count();

    private IEnumerable<Message> Planned(params Team[] teams) =>
        Wire.All.Where(x => x.Type == "followup.follow-up.planned.v1" && teams.Any(y => y.Name == x.Team)).DistinctBy(x => x.Id);
}
