using FollowUp.Contracts;
using FollowUp.Platform.Http;

namespace FollowUp.Scheduler.Commands;

/// <summary>Releases a claim before its lease ends.</summary>
internal static class ReleaseClaimHandler
{
    public static CommandDefinition<ReleaseClaim> Definition { get; } =
        new()
        {
            Routes =
            [
                CommandRoute.Path<ReleaseClaim>(
                    "DELETE",
                    "/applications/{id}/stages/{n}/claims/{claimId}",
                    (n, claimId) => new(n, claimId)
                ),
            ],
            Summary = "Let go of a claim.",
            Checks = (_, _, _) => { },
            Action = Handle,
        };

    private static async Task<object> Handle(ReleaseClaim command, CommandContext context, PlanCommandHandler handler, CancellationToken ct)
    {
        var released = await handler.Answer(
            context,
            (x, now, _) => x.Plan.Decide(new ReleaseSlot(command.Stage, command.ClaimId, x.Desired(now), now, context.Principal)),
            (_, now) => new ClaimReleased(context.Application, command.Stage, command.ClaimId, context.Recorder, now.ToUniversalTime()),
            ct
        );
        ClaimMetrics.Count("release", "released");
        return released;
    }
}
