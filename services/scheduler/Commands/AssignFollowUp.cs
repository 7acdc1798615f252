using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;

namespace FollowUp.Scheduler.Commands;

/// <summary>Assigns a slot to a member of the team. Other members may still claim an assigned slot.</summary>
internal static class AssignFollowUpHandler
{
    public static CommandDefinition<AssignFollowUp> Definition { get; } =
        new()
        {
            Routes =
            [
                CommandRoute.BodyWithNumber<AssignFollowUp>(
                    "PUT",
                    "/applications/{id}/stages/{n}/assignee",
                    "stage",
                    (x, n) => x.To is null ? throw RefusedException.BadInput("to", "It must be given.") : x with { Stage = n }
                ),
                CommandRoute.Path<AssignFollowUp>(
                    "DELETE",
                    "/applications/{id}/stages/{n}/assignee",
                    n => new(n),
                    "Remove the assignment of a stage's follow-up."
                ),
            ],
            Summary = "Say who of the team is to make a stage's follow-up.",
            Answer = typeof(FollowUpAssigned),
            Checks = (x, checks, _) =>
                checks
                    .OptionalText(x.To, "to", 200)
                    .That(x.To?.Contains('@') is not true, "to", "It must be your own reference of a person, never an e-mail address.")
                    .OptionalText(x.By, "by", 200),
            Action = Handle,
        };

    private static async Task<object> Handle(
        AssignFollowUp command,
        CommandContext context,
        PlanCommandHandler handler,
        CancellationToken ct
    )
    {
        var (to, by) = (command.To?.Trim(), command.By?.Trim() ?? context.Recorder);
        return await handler.Answer(
            context,
            (x, now, _) => x.Plan.Decide(new AssignSlot(command.Stage, to, by, x.Desired(now), now)),
            (_, now) => new FollowUpAssigned(context.Application, command.Stage, to, by, now.ToUniversalTime()),
            ct
        );
    }
}
