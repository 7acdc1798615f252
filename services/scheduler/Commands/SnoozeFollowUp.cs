using System.Globalization;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;
using FollowUp.Scheduler.Planning;

namespace FollowUp.Scheduler.Commands;

/// <summary>The routes of the snooze: a slot is put off within its window, as often as the policy allows.</summary>
internal static class SnoozeRoutes
{
    /// <summary>The body of a snooze; the stage is in the path.</summary>
    public sealed record SnoozeBody(string Until, string? By = null);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost(
                "/applications/{id}/stages/{n}/snooze",
                async (Guid id, int n, SnoozeBody body, Caller caller, PlanCommandHandler turns, CancellationToken ct) =>
                    TypedResults.Json(
                        await CarryOut(turns, new(caller.Team, id, caller.Name), new(n, body.Until, body.By), ct),
                        Json.Lenient
                    )
            )
            .RequireScope(Scopes.Claim)
            .Describe(
                "Put a stage's follow-up off, within its window: until a day (then as that day's work begins there) or a moment.",
                typeof(FollowUpSnoozed)
            );

    public static async Task<FollowUpSnoozed> CarryOut(
        PlanCommandHandler turns,
        PlanCommandHandler.CommandContext asker,
        SnoozeFollowUp command,
        CancellationToken ct
    )
    {
        new InputChecks().OptionalText(command.By, "by", 200).Refuse();
        var by = command.By?.Trim() ?? asker.By;
        var (day, moment) = Read(command.Until);
        var (plan, now) = await turns.Decide(
            asker,
            (x, now, _) =>
            {
                var until = moment ?? BusinessCalendar.For(x.Policy, x.State.Known.Employer).At(day!.Value, x.Policy.Hours.From);
                return x.Plan.Decide(new SnoozeSlot(command.Stage, until, by, x.Policy.MostSnoozes, x.Desired(x.State.Known), now));
            },
            ct
        );
        return new(asker.Application, command.Stage, plan.Find(command.Stage).DueAt!.Value.ToUniversalTime(), by, now.ToUniversalTime());
    }

    private static (DateOnly? Day, DateTimeOffset? Moment) Read(string? until)
    {
        if (DateOnly.TryParseExact(until, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return (day, null);
        // An instant without an offset would be a guess at somebody's time zone.
        if (
            until is not null
            && until.IndexOf('T', StringComparison.Ordinal) is > 0 and var t
            && until.AsSpan(t).ContainsAny('Z', '+', '-')
            && DateTimeOffset.TryParse(until, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)
        )
            return (null, moment.ToUniversalTime());
        throw RefusedException.BadInput(
            "until",
            "It must be a day, as 2026-11-30, or a moment with its offset, as 2026-11-30T14:00:00+01:00."
        );
    }
}
