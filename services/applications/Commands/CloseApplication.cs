using FollowUp.Contracts.Commands;
using FollowUp.Platform.Http;

namespace FollowUp.Applications.Commands;

/// <summary>The application is over.</summary>
internal static class CloseApplicationHandler
{
    public static CommandDefinition<CloseApplication> Definition { get; } =
        new()
        {
            Routes = [CommandRoute.Body<CloseApplication>("POST", "/applications/{id}/closure")],
            Summary = "It is over.",
            Checks = (x, checks, now) => checks.NotInTheFuture(x.At, "at", now),
            Action = Handle,
        };

    private static Task<CommandResult> Handle(
        Guid id,
        CloseApplication command,
        CommandContext context,
        CommandHandler handler,
        CancellationToken ct
    ) =>
        handler.Writer.Write(
            id,
            context,
            work =>
            {
                work.Append(work.State.Decide(command, handler.Now));
                return new(204, work.Version);
            },
            ct
        );
}
