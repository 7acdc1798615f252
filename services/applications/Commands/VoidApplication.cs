using FollowUp.Applications.Candidates;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.Http;

namespace FollowUp.Applications.Commands;

// See docs/decisions/0025-mistakes-are-taken-back.md
/// <summary>The application should never have been recorded. Its history stays; nothing else knows of it any more.</summary>
internal static class VoidApplicationHandler
{
    public static CommandDefinition<VoidApplication> Definition { get; } =
        new()
        {
            Routes = [CommandRoute.Body<VoidApplication>("POST", "/applications/{id}/void")],
            Summary = "Void an application that should never have been recorded.",
            Checks = (x, checks, _) => checks.OptionalText(x.Why, "why", 4000),
            Action = Handle,
        };

    private static Task<CommandResult> Handle(
        Guid id,
        VoidApplication command,
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
                            DeterministicId.From(id.ToString(), "void")
                        )
                    );
                return new(204, work.Version);
            },
            ct
        );
}
