using FollowUp.Contracts.Commands;
using FollowUp.Platform.Http;

namespace FollowUp.Applications.Commands;

/// <summary>The one cover letter went out; it may promise a follow-up.</summary>
internal static class SendCoverLetterHandler
{
    public static CommandDefinition<SendCoverLetter> Definition { get; } =
        new()
        {
            Routes = [CommandRoute.Body<SendCoverLetter>("POST", "/applications/{id}/cover-letter")],
            Summary = "The one cover letter went out.",
            Checks = (x, checks, now) => checks.NotInTheFuture(x.At, "at", now),
            Action = Handle,
        };

    private static Task<CommandResult> Handle(
        Guid id,
        SendCoverLetter command,
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
                var letter = work.State.CoverLetter!;
                return new(
                    201,
                    work.Version,
                    Body: new
                    {
                        Application = id,
                        letter.PromisedFollowUpOn,
                        SentAt = letter.At,
                        work.Version,
                    }
                );
            },
            ct
        );
}
