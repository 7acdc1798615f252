using FollowUp.Chaos;

namespace FollowUp.Specs.Chaos;

/// <summary>The faults of <c>./followup chaos</c>.</summary>
public sealed class ScheduleSpecs
{
    [Fact]
    public void The_same_seed_gives_the_same_faults() =>
        Assert.Equal(Faults(7, 100).Select(x => x.ToString()), Faults(7, 100).Select(x => x.ToString()));

    [Fact]
    public void Another_seed_gives_others() =>
        Assert.NotEqual(Faults(7, 100).Select(x => x.ToString()), Faults(8, 100).Select(x => x.ToString()));

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Every_kind_comes_once_before_any_comes_again(int seed) =>
        Assert.All(
            Faults(seed, 5 * FaultKind.All.Count).Chunk(FaultKind.All.Count),
            x => Assert.Equal(FaultKind.All.Select(y => y.Name).Order(), x.Select(y => y.Kind.Name).Order())
        );

    [Fact]
    public void Two_at_once_strike_different_parts()
    {
        var pairs = Schedule.Of(1, FaultKind.All).Take(200).Where(x => x.Faults.Count > 1).ToList();

        Assert.NotEmpty(pairs);
        Assert.All(pairs, x => Assert.Equal(2, x.Faults.Select(y => y.Kind.Part).Distinct().Count()));
    }

    [Fact]
    public void A_fault_lasts_as_long_as_its_kind_says() =>
        Assert.All(Faults(1, 200), x => Assert.InRange(x.Lasts.TotalSeconds, x.Kind.Shortest, x.Kind.Longest));

    [Fact]
    public void A_kind_that_is_left_out_does_not_come() =>
        Assert.All(
            Schedule.Of(1, [FaultKind.NodeKilled, FaultKind.BrokerKilled]).Take(50).SelectMany(x => x.Faults),
            x => Assert.Contains(x.Kind, new[] { FaultKind.NodeKilled, FaultKind.BrokerKilled })
        );

    private static IEnumerable<Fault> Faults(int seed, int count) => Schedule.Of(seed, FaultKind.All).SelectMany(x => x.Faults).Take(count);
}
