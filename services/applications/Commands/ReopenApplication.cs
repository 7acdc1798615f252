using FollowUp.Contracts.Commands;
using FollowUp.Platform.Http;

namespace FollowUp.Applications.Commands;

/// <summary>The application is not over after all.</summary>
internal static class ReopenApplicationHandler
{
    public static CommandDefinition<ReopenApplication> Definition { get; } =
        new()
        {
            Routes = [CommandRoute.Path<ReopenApplication>("DELETE", "/applications/{id}/closure", (at, again) => new(at, again))],
            Summary = "It is not over after all.",
            Checks = (x, checks, now) => checks.NotInTheFuture(x.At, "at", now),
            Action = (id, command, context, handler, ct) =>
                handler.Writer.Append(id, context, state => state.Decide(command, handler.Now), ct),
        };
}
