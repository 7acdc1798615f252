using System.Diagnostics;
using System.Text;

namespace FollowUp.EndToEnd.Faults;

/// <summary>The work that one team has piled up doesn't keep another team waiting.</summary>
[Collection(Alone.Name)]
public sealed class One_teams_backlog() : FaultStory
{
    private const int Many = 1500;

    // A few seconds, and what a busy machine adds.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Another_teams_application_is_planned_and_replanned_meanwhile()
    {
        var (large, small) = (await Pair.Team("large"), await Pair.Team("small"));
        var theirs = await small.Submit();
        await theirs.Shows(1, "planned");

        var importing = large.Applications.Send(HttpMethod.Post, "/imports", Sheet(), contentType: "text/csv");
        var waits = new List<TimeSpan>();
        do
        {
            var watch = Stopwatch.StartNew();
            var application = await small.Submit();
            await application.Shows(1, "planned");
            waits.Add(watch.Elapsed);
        } while (!importing.IsCompleted);
        Assert.Equal(Many, (await importing).Expect(200).Json.Number("recorded"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{waits.Count} applications shown as planned, at most after {waits.Max()}");
        Assert.True(waits.Max() < Bound, $"During the import an application waited {waits.Max()} for its plan.");

        await Eventually.Holds(() => Planned(large).Count() >= Many, null, "every row is planned");
        await large.ChangePolicy(x => x["unknown"]!["wait"] = 9);
        await small.ChangePolicy(x => x["unknown"]!["wait"] = 9);
        await Eventually.Holds(() => Planned(large).Count() >= 2 * Many, null, "every row is replanned");
        await Eventually.Holds(
            () => Planned(small).Count(x => x.Subject == $"{theirs.Id}") == 2,
            null,
            "the other application is replanned"
        );
        var order = Wire.All.Where(x => x.Type == "followup.follow-up.planned.v1").ToList();
        var behind = order.Skip(order.FindLastIndex(x => x.Subject == $"{theirs.Id}")).Count(x => x.Team == large.Name);
        Assert.True(behind > 0, "The other team's application was replanned after all of the large team's.");
    }

    private IEnumerable<Message> Planned(Team team) =>
        Wire.All.Where(x => x.Type == "followup.follow-up.planned.v1" && x.Team == team.Name);

    private static string Sheet()
    {
        var sheet = new StringBuilder("candidate,employer,title,date applied\n");
        for (var i = 0; i < Many; i++)
            sheet.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $"c-{i % 50},Employer {i},Clerk,{Days.Today.AddDays(-1):yyyy-MM-dd}\n"
            );
        return sheet.ToString();
    }
}
