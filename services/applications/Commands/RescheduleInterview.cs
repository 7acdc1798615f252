using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.Http;

namespace FollowUp.Applications.Commands;

/// <summary>An interview was moved.</summary>
internal static class RescheduleInterviewHandler
{
    public static CommandDefinition<RescheduleInterview> Definition { get; } =
        new()
        {
            Routes =
            [
                CommandRoute.BodyWithNumber<RescheduleInterview>(
                    "PUT",
                    "/applications/{id}/interviews/{n}",
                    "interview",
                    (x, n) => x with { Interview = n }
                ),
            ],
            Summary = "An interview was moved.",
            Checks = Check,
            Action = (id, command, context, handler, ct) =>
                handler.Writer.Append(id, context, state => state.Decide(command, handler.Now), ct),
        };

    private static void Check(RescheduleInterview x, InputChecks checks, DateTimeOffset now)
    {
        checks.NotInTheFuture(x.At, "at", now);
        ScheduleInterviewHandler.CheckTimes(checks, x.StartsAt, x.EndsAt, now);
    }
}
