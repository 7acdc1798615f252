using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.Http;

namespace FollowUp.Applications.Commands;

/// <summary>An interview was agreed; it opens the next stage.</summary>
internal static class ScheduleInterviewHandler
{
    public static CommandDefinition<ScheduleInterview> Definition { get; } =
        new()
        {
            Routes = [CommandRoute.Body<ScheduleInterview>("POST", "/applications/{id}/interviews")],
            Summary = "An interview was agreed; it opens the next stage.",
            Checks = Check,
            Action = Handle,
        };

    private static void Check(ScheduleInterview x, InputChecks checks, DateTimeOffset now)
    {
        checks.NotInTheFuture(x.At, "at", now);
        CheckTimes(checks, x.StartsAt, x.EndsAt, now);
    }

    internal static void CheckTimes(InputChecks checks, DateTimeOffset startsAt, DateTimeOffset? endsAt, DateTimeOffset now)
    {
        var ends = JobApplication.EndOf(startsAt, endsAt);
        checks
            .That(ends > startsAt, "endsAt", "It must lie after the start.")
            .That(ends - startsAt <= TimeSpan.FromDays(7), "endsAt", "It must lie within a week of the start.")
            .That(startsAt.Year >= 1990 && startsAt <= now.AddYears(2), "startsAt", "It must lie within the next two years.");
    }

    /// <summary>Records an interview of which only the day is known: a sheet has no more, and the time is assumed.</summary>
    internal static Task<CommandResult> OnDay(
        Guid id,
        ScheduleInterview command,
        DateOnly on,
        CommandContext context,
        CommandHandler handler,
        CancellationToken ct
    )
    {
        var checks = new InputChecks();
        Check(command, checks, handler.Now);
        checks.Refuse();
        return Handle(id, command, on, context, handler, ct);
    }

    private static Task<CommandResult> Handle(
        Guid id,
        ScheduleInterview command,
        CommandContext context,
        CommandHandler handler,
        CancellationToken ct
    ) => Handle(id, command, null, context, handler, ct);

    private static Task<CommandResult> Handle(
        Guid id,
        ScheduleInterview command,
        DateOnly? on,
        CommandContext context,
        CommandHandler handler,
        CancellationToken ct
    ) =>
        handler.Writer.Write(
            id,
            context,
            work =>
            {
                work.Append(work.State.Decide(command, handler.Now, on));
                var stage = work.State.Stages.MaxBy(x => x.Number)!;
                return new(
                    201,
                    work.Version,
                    $"/applications/{id}/interviews/{stage.Interview}",
                    new
                    {
                        Application = id,
                        stage.Interview,
                        Stage = stage.Number,
                        stage.StartsAt,
                        stage.EndsAt,
                        stage.With,
                        work.Version,
                    }
                );
            },
            ct
        );
}
