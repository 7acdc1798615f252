using FollowUp.Contracts.Commands;
using FollowUp.Platform.Http;

namespace FollowUp.Applications.Commands;

/// <summary>The application is not over after all.</summary>
internal static class ReopenApplicationHandler
{
    public static CommandDefinition<ReopenApplication> Definition { get; } =
        new()
        {
            Routes = [CommandRoute.Path<ReopenApplication>("DELETE", "/applications/{id}/closure", () => new())],
            Summary = "It is not over after all.",
            Checks = (x, checks, now) => checks.NotInTheFuture(x.At, "at", now),
            Action = Handle,
        };

    private static Task<CommandResult> Handle(
        Guid id,
        ReopenApplication command,
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
