using FollowUp.Contracts;

namespace FollowUp.Platform.Messaging;

/// <summary>A command from the bus that was parsed and found valid.</summary>
/// <param name="Message">The envelope; its id is the idempotency key.</param>
/// <param name="Team">The team of the command.</param>
/// <param name="Application">The application's id.</param>
/// <param name="Command">The record of the contract.</param>
public sealed record IncomingCommand(CloudEvent Message, string Team, Guid Application, object Command)
{
    /// <summary>Whether the command is one of <see cref="InternalMessages.Requests"/>.</summary>
    public bool IsInternal { get; init; }

    /// <summary>Whether the sender waits for a reply.</summary>
    public bool IsAwaited { get; init; } = true;
}
