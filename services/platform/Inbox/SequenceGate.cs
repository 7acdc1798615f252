using System.Collections.Immutable;
using FollowUp.Contracts;
using FollowUp.Platform.Messaging;

namespace FollowUp.Platform.Inbox;

/// <summary>
/// Lets the messages of one application through in the order of their sequence, each once: a repeated message changes nothing, and a
/// message that arrives too early waits for its predecessors. The reader stores both members with its own state.
/// </summary>
/// <param name="Version">The sequence of the last message that was let through.</param>
/// <param name="Early">The messages that wait, by their sequence.</param>
public readonly record struct SequenceGate(long Version, ImmutableSortedDictionary<long, CloudEvent> Early)
{
    /// <summary>Receives a message.</summary>
    /// <param name="message">The message.</param>
    /// <returns>The gate afterwards, equal to this one if nothing changed; and the messages to apply now, in order.</returns>
    public (SequenceGate Gate, IReadOnlyList<IncomingEvent> Ready) Receive(IncomingEvent message)
    {
        if (message.Sequence <= Version)
            return (this, []);
        if (message.Sequence > Version + 1)
            return (this with { Early = Early.SetItem(message.Sequence, message.Event) }, []);
        var ready = new List<IncomingEvent> { message };
        var (version, early) = (message.Sequence, Early.Remove(message.Sequence));
        while (early.TryGetValue(version + 1, out var next))
        {
            early = early.Remove(++version);
            ready.Add(message with { Event = next, Sequence = version, Contract = Catalogue.Open(next) ?? next.Data });
        }
        return (new(version, early), ready);
    }
}
