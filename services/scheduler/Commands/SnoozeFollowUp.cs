using System.Globalization;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Scheduler.Planning;

namespace FollowUp.Scheduler.Commands;

/// <summary>Snoozes a slot within its window, as often as the policy allows.</summary>
internal static class SnoozeFollowUpHandler
{
    public static CommandDefinition<SnoozeFollowUp> Definition { get; } =
        new()
        {
            Routes =
            [
                CommandRoute.BodyWithNumber<SnoozeFollowUp>(
                    "POST",
                    "/applications/{id}/stages/{n}/snooze",
                    "stage",
                    (x, n) => x with { Stage = n }
                ),
            ],
            Summary = "Put a stage's follow-up off, within its window: until a day (then as that day's work begins there) or a moment.",
            Answer = typeof(FollowUpSnoozed),
            Checks = Check,
            Action = Handle,
        };

    private static void Check(SnoozeFollowUp x, InputChecks checks, DateTimeOffset now) =>
        checks
            .OptionalText(x.By, "by", 200)
            .That(
                Read(x.Until) is not (null, null),
                "until",
                "It must be a day, as 2026-11-30, or a moment with its offset, as 2026-11-30T14:00:00+01:00."
            );

    private static async Task<object> Handle(
        SnoozeFollowUp command,
        CommandContext context,
        PlanCommandHandler handler,
        CancellationToken ct
    )
    {
        var by = command.By?.Trim() ?? context.Recorder;
        var (day, moment) = Read(command.Until);
        return await handler.Answer(
            context,
            (x, now, _) =>
            {
                var until = moment ?? BusinessCalendar.For(x.Policy, x.State.Known.Employer).At(day!.Value, x.Policy.Hours.From);
                return x.Plan.Decide(new SnoozeSlot(command.Stage, until, by, x.Policy.MostSnoozes, x.Desired(now), now));
            },
            (plan, now) =>
                new FollowUpSnoozed(
                    context.Application,
                    command.Stage,
                    plan.Find(command.Stage).DueAt!.Value.ToUniversalTime(),
                    by,
                    now.ToUniversalTime()
                ),
            ct
        );
    }

    private static (DateOnly? Day, DateTimeOffset? Moment) Read(string? until)
    {
        if (DateOnly.TryParseExact(until, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return (day, null);
        // A moment without an offset would be a guess at the caller's time zone.
        if (
            until is not null
            && until.IndexOf('T', StringComparison.Ordinal) is > 0 and var t
            && until.AsSpan(t).ContainsAny('Z', '+', '-')
            && DateTimeOffset.TryParse(until, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)
        )
            return (null, moment.ToUniversalTime());
        return (null, null);
    }
}
