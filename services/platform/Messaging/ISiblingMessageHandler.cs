using FollowUp.Contracts;

namespace FollowUp.Platform.Messaging;

/// <summary>Handles the messages that the sibling service sends to this service alone.</summary>
public interface ISiblingMessageHandler
{
    /// <summary>The queue of the messages.</summary>
    string Queue { get; }

    /// <summary>Handles one message. When the call returns, the message's consequences are durable.</summary>
    /// <param name="message">The message.</param>
    /// <param name="ct">Ends the attempt.</param>
    Task Handle(CloudEvent message, CancellationToken ct);
}
