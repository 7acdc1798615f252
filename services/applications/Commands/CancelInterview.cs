using FollowUp.Contracts.Commands;
using FollowUp.Platform.Http;

namespace FollowUp.Applications.Commands;

/// <summary>An interview won't happen. Its stage stays, and its one follow-up asks for a new date.</summary>
internal static class CancelInterviewHandler
{
    public static CommandDefinition<CancelInterview> Definition { get; } =
        new()
        {
            Routes = [CommandRoute.Path<CancelInterview>("DELETE", "/applications/{id}/interviews/{n}", (n, at) => new(n, at))],
            Summary = "An interview won't happen; its stage stays.",
            Checks = (x, checks, now) => checks.NotInTheFuture(x.At, "at", now),
            Action = (id, command, context, handler, ct) =>
                handler.Writer.Append(id, context, state => state.Decide(command, handler.Now), ct),
        };
}
