using FollowUp.Platform.Messaging;

namespace FollowUp.Platform.Inbox;

/// <summary>Handles the events of the other service: many of one team at once, in one transaction.</summary>
public interface IEventHandler
{
    /// <summary>
    /// Handles a batch. When the call returns, the whole batch is durable; when it throws, no part of it is. A batch may be delivered
    /// again, in part or as a whole, so that handling it twice must change nothing.
    /// </summary>
    /// <param name="team">The team of the events.</param>
    /// <param name="batch">The events in the order in which they arrived.</param>
    /// <param name="ct">Ends the attempt.</param>
    Task Handle(string team, IReadOnlyList<IncomingEvent> batch, CancellationToken ct);
}
