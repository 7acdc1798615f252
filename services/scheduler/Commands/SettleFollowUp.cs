using FollowUp.Contracts;
using FollowUp.Platform;

namespace FollowUp.Scheduler.Commands;

// See docs/decisions/0002-settle-then-record.md
/// <summary>
/// A stage's follow-up was made: uses the claim, or grants and uses it at once where there is none. HTTP has no route for it, because
/// Applications asks for it when a follow-up is recorded there.
/// </summary>
internal static class SettleFollowUpHandler
{
    public static CommandDefinition<SettleFollowUp> Definition { get; } =
        new()
        {
            Routes = [],
            Summary = "A stage's follow-up was made. Idempotent by claimId.",
            Answer = typeof(FollowUpSettled),
            IsKeptByClaim = true,
            Checks = (x, checks, _) =>
                checks
                    .Text(x.By, "by", 200)
                    .That(x.ClaimId != Guid.Empty, "claimId", "It must not be the empty id.")
                    .That(x.AsOf is not < 0, "asOf", "It must be a version of the application."),
            Action = Handle,
        };

    private static async Task<object> Handle(
        SettleFollowUp command,
        CommandContext context,
        PlanCommandHandler handler,
        CancellationToken ct
    )
    {
        var (plan, _) = await handler.Decide(
            context with
            {
                By = context.By ?? command.By,
                AsOf = command.AsOf,
            },
            (x, now, _) =>
                x.Plan.Decide(
                    new SettleSlot(
                        command.Stage,
                        command.ClaimId,
                        command.By.Trim(),
                        command.Channel,
                        command.MadeAt,
                        command.Epoch,
                        x.Policy.LeaseFor(null),
                        x.Desired(now),
                        now,
                        command.Happened,
                        context.Principal
                    )
                ),
            ct
        );
        var made = plan.Find(command.Stage).Made;
        var refusal = plan.Claims.GetValueOrDefault(command.ClaimId)?.Refusal;
        var isSettled = made?.ClaimId == command.ClaimId;
        ClaimMetrics.Count("settle", isSettled ? "settled" : refusal?.Code ?? "refused");
        return isSettled
            ? new FollowUpSettled(
                context.Application,
                made!.Stage,
                made.ClaimId,
                made.By,
                made.Channel,
                made.Epoch,
                made.MadeAt,
                made.Against
            )
            : throw RefusedException.Because(refusal!);
    }
}
