using FollowUp.Scheduler.DueSlots;

namespace FollowUp.Specs.Edges;

public sealed class ClockSpecs
{
    [Theory]
    [InlineData(0, 30), InlineData(0.3, 30), InlineData(1, 100), InlineData(20, 2_000)]
    public void Counting_takes_a_hundredth_of_the_time_however_many_there_are(double took, double pause) =>
        Assert.Equal(TimeSpan.FromSeconds(pause), SlotMetrics.Pause(TimeSpan.FromSeconds(took)));
}
