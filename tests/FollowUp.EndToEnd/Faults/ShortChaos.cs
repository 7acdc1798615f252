using FollowUp.Chaos;

namespace FollowUp.EndToEnd.Faults;

/// <summary>A minute of <c>./followup chaos</c>.</summary>
[Collection(Alone.Name), Trait("Servers", "broken")]
public sealed class Short_chaos
{
    private const int Seed = 14;

    [Fact]
    public async Task A_minute_of_random_faults_breaks_no_promise()
    {
        var output = TestContext.Current.TestOutputHelper!;
        var report = await ChaosRun.Run(TimeSpan.FromMinutes(1), Seed, [], output.WriteLine);
        output.WriteLine(report.ToString());

        Assert.Empty(report.Findings);
        Assert.All(report.Outages, x => Assert.True(x.Recovery is not null, $"The pair did not recover from {x.Round}."));
        Assert.True(report.History.Attempts.Count(x => x.Outcome == Outcome.Acknowledged) > 100);
    }
}
