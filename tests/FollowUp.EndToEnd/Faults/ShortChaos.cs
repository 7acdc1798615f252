using FollowUp.Chaos;

namespace FollowUp.EndToEnd.Faults;

/// <summary>Half a minute of <c>./followup chaos</c>.</summary>
[Collection(Alone.Name), Trait("Servers", "broken")]
public sealed class Short_chaos
{
    private const int Seed = 14;
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(30);

    // They last too long for half a minute, and have stories of their own.
    private static readonly FaultKind[] Without =
    [
        FaultKind.NodeFrozen,
        FaultKind.BrokerStopped,
        FaultKind.BrokerKilled,
        FaultKind.BrokerFrozen,
        FaultKind.PasswordRefused,
        FaultKind.TransactionLeftOpen,
    ];

    [Fact]
    public async Task Random_faults_break_no_promise()
    {
        var output = TestContext.Current.TestOutputHelper!;
        var report = await ChaosRun.Run(Lasts, Seed, [.. Without.Select(x => x.Name)], output.WriteLine);
        output.WriteLine(report.ToString());

        Assert.True(report.Findings.Count == 0, report.Details);
        // the promised time is for a machine that does nothing else
        Assert.All(report.Outages, x => Assert.True(x.Recovery is not null, $"The pair did not recover from {x.Round}."));
        Assert.True(report.History.Attempts.Count(x => x.Outcome == Outcome.Acknowledged) > 100);
    }
}
