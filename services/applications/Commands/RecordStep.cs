using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.Http;

namespace FollowUp.Applications.Commands;

/// <summary>A step that isn't an interview takes the process further; it opens the next stage.</summary>
internal static class RecordStepHandler
{
    public static CommandDefinition<RecordStep> Definition { get; } =
        new()
        {
            Routes = [CommandRoute.Body<RecordStep>("POST", "/applications/{id}/steps")],
            Summary = "A step that isn't an interview was taken; it opens the next stage.",
            Checks = Check,
            Action = Handle,
        };

    private const int MostDaysToAnswer = 366;

    private static void Check(RecordStep x, InputChecks checks, DateTimeOffset now)
    {
        var isOther = x.Kind == StepKind.Other;
        checks
            .NotInTheFuture(x.At, "at", now)
            .That(
                x.On.Year >= 1990 && x.On <= DateOnly.FromDateTime(now.UtcDateTime).AddYears(1),
                "on",
                "It must lie within the next year."
            )
            .That(x.AnswerBy is null || x.Kind == StepKind.Offer, "answerBy", "Only an offer has a day by which they want an answer.")
            .That(!(x.AnswerBy < x.On), "answerBy", "It must not lie before the offer.")
            .That(
                x.AnswerBy is not { } by || by.DayNumber - x.On.DayNumber <= MostDaysToAnswer,
                "answerBy",
                "It must lie within a year of the offer."
            )
            .That(isOther || x.Name is null, "name", "Only another step has a name.");
        if (isOther)
            checks.Text(x.Name, "name", 100);
    }

    private static Task<CommandResult> Handle(
        Guid id,
        RecordStep command,
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
                var step = work.State.Stages.MaxBy(x => x.Number)!.Step!;
                return new(
                    201,
                    work.Version,
                    Body: new
                    {
                        Application = id,
                        step.Stage,
                        step.Kind,
                        step.On,
                        step.AnswerBy,
                        step.Name,
                        work.Version,
                    }
                );
            },
            ct
        );
}
