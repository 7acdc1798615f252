using System.Diagnostics.Metrics;
using System.Xml;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Observability;
using FollowUp.Scheduler.Planning;

namespace FollowUp.Scheduler.Commands;

/// <summary>
/// Claim, settle, release: the same three over HTTP and the bus. The decision is stored with the claim's id in the same transaction
/// as its effect.
/// </summary>
internal sealed class Claims(PlanCommandHandler turns, SlotCommands steers, TimeProvider time)
{
    private static readonly Counter<long> Answers = Telemetry.Meter.CreateCounter<long>(
        "followup.claims",
        "{claim}",
        "Claims, by what was asked and answered"
    );

    public async Task<object> Handle(IncomingCommand command, CancellationToken ct)
    {
        var (message, team, application, _) = command;
        switch (command.Command)
        {
            case ClaimFollowUp claim:
                var (asked, _, _) = await Claim(team, application, claim, ct, message.RecordedBy, message);
                return Granted(application, asked) ?? throw Refusal(asked);
            case SettleFollowUp settle:
                return await Settle(team, application, settle, message.RecordedBy ?? settle.By, ct, message);
            case ReleaseClaim release:
                await Release(team, application, release.Stage, release.ClaimId, message.RecordedBy ?? "bus", ct, message);
                return new ClaimReleased(application, release.Stage, release.ClaimId, message.RecordedBy ?? "bus", time.GetUtcNow());
            case AssignFollowUp or SnoozeFollowUp or OverrideFollowUp:
                return await steers.Handle(command, ct);
            default:
                throw new RefusedException("unknownType", "Nobody here takes that command.", 400);
        }
    }

    public async Task<(Asked Asked, Slot Slot, DateTimeOffset Now)> Claim(
        string team,
        Guid application,
        ClaimFollowUp command,
        CancellationToken ct,
        string? by = null,
        CloudEvent? cause = null
    )
    {
        new InputChecks()
            .Text(command.By, "by", 200)
            .That(command.ClaimId != Guid.Empty, "claimId", "It must not be the empty id.")
            .That(command.AsOf is not < 0, "asOf", "It must be a version of the application.")
            .Refuse();
        var length = LengthOf(command.For);
        var (plan, now) = await turns.Decide(
            new(team, application, by ?? command.By, command.AsOf, cause, command.Stage),
            (x, now, guard) =>
                x.Plan.Decide(
                    new ClaimSlot(
                        command.Stage,
                        command.ClaimId,
                        command.By.Trim(),
                        command.Channel,
                        Shorter(length, x.Policy),
                        x.Desired(x.State.Known),
                        now,
                        guard
                    )
                ),
            ct
        );
        var asked = plan.Claims[command.ClaimId];
        Answers.Add(1, new("asked", "claim"), new("answer", asked.Granted is null ? asked.Refusal?.Code : "granted"));
        return (asked, plan.Find(command.Stage), now);
    }

    public async Task<FollowUpSettled> Settle(
        string team,
        Guid application,
        SettleFollowUp command,
        string by,
        CancellationToken ct,
        CloudEvent? cause = null
    )
    {
        new InputChecks()
            .Text(command.By, "by", 200)
            .That(command.ClaimId != Guid.Empty, "claimId", "It must not be the empty id.")
            .That(command.AsOf is not < 0, "asOf", "It must be a version of the application.")
            .Refuse();
        var (plan, _) = await turns.Decide(
            new(team, application, by, command.AsOf, cause),
            (x, now, _) =>
                x.Plan.Decide(
                    new SettleSlot(
                        command.Stage,
                        command.ClaimId,
                        command.By.Trim(),
                        command.Channel,
                        command.MadeAt,
                        command.Epoch,
                        Shorter(null, x.Policy),
                        x.Desired(x.State.Known),
                        now
                    )
                ),
            ct
        );
        var made = plan.Find(command.Stage).Made;
        var settled = made?.ClaimId == command.ClaimId ? made : null;
        Answers.Add(
            1,
            new("asked", "settle"),
            new("answer", settled is null ? plan.Claims[command.ClaimId].Refusal?.Code ?? "refused" : "settled")
        );
        return settled is null
            ? throw Refusal(plan.Claims[command.ClaimId])
            : new(application, settled.Stage, settled.ClaimId, settled.By, settled.Channel, settled.Epoch, settled.MadeAt);
    }

    public async Task Release(
        string team,
        Guid application,
        int stage,
        Guid claimId,
        string by,
        CancellationToken ct,
        CloudEvent? cause = null
    )
    {
        await turns.Decide(
            new(team, application, by, null, cause),
            (x, now, _) => x.Plan.Decide(new ReleaseSlot(stage, claimId, x.Desired(x.State.Known), now)),
            ct
        );
        Answers.Add(1, new("asked", "release"), new("answer", "released"));
    }

    public static FollowUpClaimed? Granted(Guid application, Asked asked) =>
        asked.Granted is { } x
            ? new(application, x.Stage, x.ClaimId, x.By, x.Channel, x.Epoch, x.At.ToUniversalTime(), x.ExpiresAt.ToUniversalTime())
            : null;

    public static RefusedException Refusal(Asked asked) => RefusedException.Because(asked.Refusal!);

    private static TimeSpan Shorter(TimeSpan? asked, Policy policy) =>
        TimeSpan.FromMinutes(policy.ClaimMinutes) is var most && asked < most ? asked.Value : most;

    private static TimeSpan? LengthOf(string? asked)
    {
        if (asked is null)
            return null;
        try
        {
            var length = XmlConvert.ToTimeSpan(asked);
            if (length >= TimeSpan.FromSeconds(1))
                return length;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException) { }
        throw RefusedException.BadInput("for", "It must be an ISO 8601 duration of at least a second, as PT10M.");
    }
}
