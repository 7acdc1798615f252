using FollowUp.Platform.Messaging;

namespace FollowUp.Specs.Edges;

/// <summary>When a request to the Scheduler isn't worth sending.</summary>
public sealed class RequestGateSpecs
{
    private readonly RequestGate _gate = new();

    [Fact]
    public void It_closes_after_a_request_without_reply_while_the_queue_has_no_consumer()
    {
        _gate.Saw(0);
        _gate.WasUnanswered();
        Assert.False(_gate.IsClosed); // one look may be wrong
        _gate.Saw(0);

        Assert.True(_gate.IsClosed);
    }

    [Fact]
    public void A_consumer_opens_it_until_the_next_request_without_reply()
    {
        _gate.WasUnanswered();
        _gate.Saw(0);
        _gate.Saw(0);

        _gate.Saw(1);
        Assert.False(_gate.IsClosed);
        _gate.Saw(0);
        _gate.Saw(0);
        Assert.False(_gate.IsClosed);
        _gate.WasUnanswered();
        Assert.True(_gate.IsClosed);
    }
}
