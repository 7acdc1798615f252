using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.Http;

namespace FollowUp.Applications.Commands;

/// <summary>The employer answered, and may have said by when the next step comes.</summary>
internal static class RecordResponseHandler
{
    public static CommandDefinition<RecordResponse> Definition { get; } =
        new()
        {
            Routes = [CommandRoute.Body<RecordResponse>("POST", "/applications/{id}/responses")],
            Summary = "The employer answered.",
            Checks = Check,
            Action = Handle,
        };

    private static void Check(RecordResponse x, InputChecks checks, DateTimeOffset now) =>
        checks
            .NotInTheFuture(x.At, "at", now)
            .That(
                x.PromisedNextStepOn is null || x.PromisedNextStepOn.Value <= DateOnly.FromDateTime(now.UtcDateTime).AddYears(1),
                "promisedNextStepOn",
                "It must lie within a year."
            );

    private static Task<CommandResult> Handle(
        Guid id,
        RecordResponse command,
        CommandContext context,
        CommandHandler handler,
        CancellationToken ct
    ) =>
        handler.Writer.Write(
            id,
            context,
            work =>
            {
                work.Append(work.State.Decide(command, context.Here(handler.Now)));
                var response = work.State.Responses[^1];
                return new(
                    201,
                    work.Version,
                    Body: new
                    {
                        Application = id,
                        response.Stage,
                        Kind = response.Kind ?? ResponseKind.Answer,
                        RespondedAt = response.At,
                        response.PromisedNextStepOn,
                        work.Version,
                    }
                );
            },
            ct
        );
}
