namespace FollowUp.Platform.Messaging;

/// <summary>Carries out the commands that a service receives over the bus.</summary>
public interface IBusCommandHandler
{
    /// <summary>Carries out a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>The contract that is the reply.</returns>
    /// <exception cref="RefusedException">The command is refused.</exception>
    Task<object> Handle(IncomingCommand command, CancellationToken ct);
}
