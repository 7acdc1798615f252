using System.Xml;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Scheduler.Reconciling;

namespace FollowUp.Scheduler.Commands;

/// <summary>Grants the right to make a stage's follow-up to one claimer, or refuses it. The answer to a claim id never changes.</summary>
internal static class ClaimFollowUpHandler
{
    public static CommandDefinition<ClaimFollowUp> Definition { get; } =
        new()
        {
            Routes =
            [
                CommandRoute.BodyWithNumber<ClaimFollowUp>(
                    "POST",
                    "/applications/{id}/stages/{n}/claims",
                    "stage",
                    (x, n) => x with { Stage = n }
                ),
            ],
            Summary = "Ask for the exclusive right to make a stage's follow-up. Idempotent by claimId.",
            Answer = typeof(FollowUpClaimed),
            IsKeptByClaim = true,
            Status = StatusCodes.Status201Created,
            Checks = Check,
            Action = Handle,
        };

    private static void Check(ClaimFollowUp x, InputChecks checks, DateTimeOffset now) =>
        checks
            .Text(x.By, "by", 200)
            .That(x.ClaimId != Guid.Empty, "claimId", "It must not be the empty id.")
            .That(x.AsOf is not < 0, "asOf", "It must be a version of the application.")
            .That(x.For is null || LeaseOf(x.For) is not null, "for", "It must be an ISO 8601 duration of at least a second, as PT10M.");

    private static async Task<object> Handle(
        ClaimFollowUp command,
        CommandContext context,
        PlanCommandHandler handler,
        CancellationToken ct
    )
    {
        var lease = LeaseOf(command.For);
        var (plan, now) = await handler.Decide(
            context with
            {
                By = context.By ?? command.By,
                AsOf = command.AsOf,
                Guarded = command.Stage,
            },
            (x, now, guard) =>
                ForgottenClaims.MustHaveEnded(
                    x.State,
                    x.Plan.Decide(
                        new ClaimSlot(
                            command.Stage,
                            command.ClaimId,
                            command.By.Trim(),
                            command.Channel,
                            x.Policy.LeaseFor(lease),
                            x.Desired(now),
                            now,
                            guard,
                            context.Principal
                        )
                    ),
                    x.Policy.LeaseFor(null),
                    handler.StoreBeganAt,
                    now
                ),
            ct
        );
        var (answer, slot) = (plan.Claims[command.ClaimId], plan.Find(command.Stage));
        // what was recorded under the id of a refused claim is no grant to call
        var refusal = answer.AnsweredBy;
        ClaimMetrics.Count("claim", refusal?.Code ?? "granted");
        return answer.Granted is { } granted && refusal is null
            ? new FollowUpClaimed(
                context.Application,
                granted.Stage,
                granted.ClaimId,
                granted.By,
                granted.Channel,
                granted.Epoch,
                granted.At.ToUniversalTime(),
                granted.ExpiresAt.ToUniversalTime(),
                slot.Plan?.DueAt > now,
                slot.Plan?.Channels ?? [],
                slot.Plan?.Contact,
                granted.Principal
            )
            : throw Refusal(refusal!, slot);
    }

    // A refusal says what stands in the way.
    private static RefusedException Refusal(Reason reason, Slot slot)
    {
        var refused = RefusedException.Because(reason);
        if (reason.Code == "alreadyMade" && slot.Made is { } made)
            refused.More["made"] = new
            {
                made.Channel,
                made.By,
                made.MadeAt,
            };
        if (reason.Code == "claimedByAnother" && slot.Claim is { } claim)
            refused.More["claim"] = new { claim.By, claim.ExpiresAt };
        if (reason.Code == "withheld" && slot.Why is { } why)
            refused.More["reasons"] = why.Reasons;
        return refused;
    }

    private static TimeSpan? LeaseOf(string? asked)
    {
        try
        {
            return asked is not null && XmlConvert.ToTimeSpan(asked) is var length && length >= TimeSpan.FromSeconds(1) ? length : null;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return null;
        }
    }
}
