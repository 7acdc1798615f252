using FollowUp.Chaos;

namespace FollowUp.EndToEnd.Faults;

/// <summary>Half a minute of <c>./followup chaos</c>.</summary>
[Collection(Alone.Name), Trait("Servers", "broken")]
public sealed class Short_chaos
{
    private const int Seed = 14;
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(30);

    // Only faults of a moment: what lasts, or waits for processes to start, has stories of its own and leaves no time for others.
    private static readonly IReadOnlyList<string> Without = [.. FaultKind.All.Where(x => x.Longest > 0).Select(x => x.Name)];

    [Fact]
    public async Task Random_faults_break_no_promise()
    {
        var output = TestContext.Current.TestOutputHelper!;
        var report = await ChaosRun.Run(Lasts, Seed, Without, output.WriteLine);
        output.WriteLine(report.ToString());

        Assert.True(report.Findings.Count == 0, report.Details);
        // the promised time is for a machine that does nothing else
        Assert.All(report.Outages, x => Assert.True(x.Recovery is not null, $"The pair did not recover from {x.Round}."));
        Assert.True(report.History.Attempts.Count(x => x.Outcome == Outcome.Acknowledged) > 100);
    }
}
