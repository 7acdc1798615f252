using FollowUp.Contracts;
using FollowUp.Hosting.Asking;
using FollowUp.Hosting.Bus;

namespace FollowUp.Specs.Edges;

/// <summary>What becomes of a command that nobody waits for. That it is parked in the end is proven end to end.</summary>
public sealed class UnansweredSpecs
{
    [Fact]
    public void Only_types_that_are_taken_here_become_labels()
    {
        HashSet<Type> takes = [typeof(ClaimFollowUp), typeof(ReadPolicy)];
        CloudEvent Of(string type) => new() { Id = "1", Source = "s", Type = type };
        Assert.Equal("followup.follow-up.claim.v1", CommandConsumer.LabelOf(Of("followup.follow-up.claim.v1"), takes));
        Assert.Equal(PairMessages.NameOf(typeof(ReadPolicy)), CommandConsumer.LabelOf(Of(PairMessages.NameOf(typeof(ReadPolicy))), takes));
        Assert.All(new[] { "followup.follow-up.dance.v1", "followup.follow-up.settle.v1", "x" }, x => Assert.Equal("unknown", CommandConsumer.LabelOf(Of(x), takes)));
        Assert.Equal("unreadable", CommandConsumer.LabelOf(null, takes));
    }
}
