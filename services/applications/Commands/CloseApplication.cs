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
            Action = (id, command, context, handler, ct) =>
                handler.Writer.Append(id, context, state => state.Decide(command, handler.Now), ct),
        };
}
