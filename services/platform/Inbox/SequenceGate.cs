using System.Collections.Immutable;
using FollowUp.Contracts;
using FollowUp.Platform.Messaging;

namespace FollowUp.Platform.Inbox;

/// <summary>
/// Lets the events of one application through in the order of their sequence, each once: a repeated event changes nothing, and an event
/// that arrives before its predecessors waits for them. The event handler stores both members with its own state.
/// </summary>
/// <param name="Version">The sequence of the last event that was let through.</param>
/// <param name="Early">The events that wait, by their sequence.</param>
public readonly record struct SequenceGate(long Version, ImmutableSortedDictionary<long, CloudEvent> Early)
{
    /// <summary>Receives an event.</summary>
    /// <param name="message">The event.</param>
    /// <returns>The gate afterwards, equal to this one if nothing changed; and the events to apply now, in order.</returns>
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
