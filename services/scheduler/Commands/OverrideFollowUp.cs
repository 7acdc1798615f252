using FollowUp.Contracts;
using FollowUp.Platform.Http;
using FollowUp.Scheduler.Projections;

namespace FollowUp.Scheduler.Commands;

/// <summary>
/// The note of an override. It may name people, so it is kept outside the events, and erased with the candidate.
/// </summary>
/// <param name="Id">The slot's, as in the agenda.</param>
public sealed record OverrideNote(string Id, string Candidate, string Note);

/// <summary>Plans a withheld slot, and records the reason.</summary>
internal static class OverrideFollowUpHandler
{
    public static CommandDefinition<OverrideFollowUp> Definition { get; } =
        new()
        {
            Routes =
            [
                CommandRoute.BodyWithNumber<OverrideFollowUp>(
                    "POST",
                    "/applications/{id}/stages/{n}/override",
                    "stage",
                    (x, n) => x with { Stage = n }
                ),
            ],
            Summary = "Make a withheld follow-up possible, with a reason that is recorded.",
            Answer = typeof(FollowUpOverridden),
            Checks = (x, checks, _) => checks.OptionalText(x.By, "by", 200).OptionalText(x.Note, "note", 4000),
            Action = Handle,
        };

    private static async Task<object> Handle(
        OverrideFollowUp command,
        CommandContext context,
        PlanCommandHandler handler,
        CancellationToken ct
    )
    {
        var by = command.By?.Trim() ?? context.Recorder;
        return await handler.Answer(
            context,
            (x, now, _) => x.Plan.Decide(new OverrideSlot(command.Stage, command.Because, by, x.Desired(now), now)),
            (plan, _) => Answer(context.Application, plan.Find(command.Stage).Override!),
            ct,
            (session, x) =>
            {
                if (command.Note is { } note && x.Events.Count > 0)
                    session.Store(new OverrideNote(AgendaEntry.IdOf(x.State.Id, command.Stage), x.State.Known.Candidate, note));
            }
        );
    }

    private static FollowUpOverridden Answer(Guid application, Overridden made) =>
        new(application, made.Stage, made.Because, made.Despite, made.By, made.At.ToUniversalTime());
}
