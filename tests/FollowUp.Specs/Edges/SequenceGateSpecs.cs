using System.Collections.Immutable;
using System.Text.Json;
using CsCheck;
using FollowUp.Contracts;
using FollowUp.Platform.Inbox;
using FollowUp.Platform.Messaging;

namespace FollowUp.Specs.Edges;

public sealed class SequenceGateSpecs
{
    private static readonly SequenceGate Empty = new(0, ImmutableSortedDictionary<long, CloudEvent>.Empty);

    private static IncomingEvent Message(long sequence) =>
        new(
            new CloudEvent
            {
                Id = $"{sequence}",
                Source = "/x",
                Type = "x.y.v1",
                Data = JsonSerializer.SerializeToElement(sequence),
            },
            "t1",
            Guid.Empty,
            sequence,
            sequence
        );

    private static (SequenceGate Gate, long[] Applied) Receive(SequenceGate gate, params long[] sequences)
    {
        var applied = new List<long>();
        foreach (var sequence in sequences)
        {
            (gate, var ready) = gate.Receive(Message(sequence));
            Assert.All(ready, x => Assert.Equal($"{x.Sequence}", x.Event.Id));
            Assert.All(ready, x => Assert.Equal($"{x.Sequence}", x.Contract.ToString()));
            applied.AddRange(ready.Select(x => x.Sequence));
        }
        return (gate, [.. applied]);
    }

    [Fact]
    public void Messages_pass_in_order() => Assert.Equal([1, 2, 3], Receive(Empty, 1, 2, 3).Applied);

    [Fact]
    public void An_early_message_waits_for_its_predecessors()
    {
        var (gate, applied) = Receive(Empty, 3, 2);
        Assert.Empty(applied);
        Assert.Equal([2L, 3L], gate.Early.Keys);
        Assert.Equal([1, 2, 3], Receive(gate, 1).Applied);
        Assert.Empty(Receive(gate, 1).Gate.Early);
    }

    [Fact]
    public void A_repeated_message_changes_nothing()
    {
        var (gate, _) = Receive(Empty, 1, 2, 5);
        Assert.Equal(gate, gate.Receive(Message(2)).Gate);
        Assert.Empty(gate.Receive(Message(1)).Ready);
        Assert.NotEqual(gate, gate.Receive(Message(3)).Gate);
    }

    [Fact]
    public void Any_delivery_of_all_messages_applies_each_once_and_in_order() =>
        Gen.Shuffle(Enumerable.Range(1, 8).Concat(Enumerable.Range(1, 8)).Select(x => (long)x).ToArray())
            .Sample(delivery =>
            {
                var (gate, applied) = Receive(Empty, delivery);
                Assert.Equal(Enumerable.Range(1, 8).Select(x => (long)x), applied);
                Assert.Equal(8, gate.Version);
                Assert.Empty(gate.Early);
            });
}
