using FollowUp.Chaos;

namespace FollowUp.Specs.Chaos;

/// <summary>The verdict of <c>./followup chaos</c>.</summary>
public sealed class ReportSpecs
{
    private static readonly Round Killed = new([new Fault(FaultKind.NodeKilled, 0, TimeSpan.FromSeconds(2))], TimeSpan.Zero);

    [Fact]
    public void A_run_is_good_if_nothing_was_found_and_the_pair_recovered_as_promised() =>
        Assert.True(Of([new(Killed, TimeSpan.FromSeconds(2)), new(Killed, TimeSpan.FromSeconds(10))]).IsGood);

    [Fact]
    public void A_finding_breaks_it() => Assert.False(Of([], new Finding(Broken.Unexpected, null, "an answer")).IsGood);

    [Fact]
    public void A_late_recovery_breaks_it() => Assert.False(Of([new(Killed, TimeSpan.FromSeconds(10.1))]).IsGood);

    [Fact]
    public void No_recovery_breaks_it()
    {
        var report = Of([new(Killed, TimeSpan.FromSeconds(1)), new(Killed, Recovery: null)]);

        Assert.False(report.IsGood);
        Assert.Contains("p50 1.0 s, p99 never, max never; 1 × later than promised", report.ToString(), StringComparison.Ordinal);
    }

    private static Report Of(IReadOnlyList<Outage> outages, params Finding[] findings) =>
        new(1, TimeSpan.FromMinutes(1), [], new History(), outages, findings);
}
