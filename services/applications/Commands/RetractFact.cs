using System.Globalization;
using FollowUp.Applications.Candidates;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.Http;

namespace FollowUp.Applications.Commands;

// See docs/decisions/0025-mistakes-are-taken-back.md
/// <summary>Something was recorded by mistake. The fact stays in the history, and counts no more.</summary>
internal static class RetractFactHandler
{
    public static CommandDefinition<RetractFact> Definition { get; } =
        new()
        {
            Routes = [CommandRoute.Body<RetractFact>("POST", "/applications/{id}/retractions")],
            Summary = "Take back what was recorded by mistake, by the version that it made.",
            Answer = typeof(RetractionResult),
            Checks = (x, checks, _) =>
                checks.That(x.Version > 0, "version", "It must be a version of the application, from 1.").OptionalText(x.Why, "why", 4000),
            Action = Handle,
        };

    /// <summary>What is answered.</summary>
    public sealed record RetractionResult(Guid Application, long Retracted, long Version);

    private static Task<CommandResult> Handle(
        Guid id,
        RetractFact command,
        CommandContext context,
        CommandHandler handler,
        CancellationToken ct
    ) =>
        handler.Writer.Write(
            id,
            context,
            work =>
            {
                work.Append(work.State.Decide(command, handler.Now));
                if (command.Why is { } why && work.HasAppended)
                    work.Session.Store(
                        Note.Of(
                            id,
                            work.State.Candidate,
                            why,
                            context.Caller.Name,
                            handler.Now,
                            DeterministicId.From(id.ToString(), "retraction", command.Version.ToString(CultureInfo.InvariantCulture))
                        )
                    );
                return new(201, work.Version, Body: new RetractionResult(id, command.Version, work.Version));
            },
            ct
        );
}
