using FollowUp.Applications.Candidates;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.Http;

namespace FollowUp.Applications.Commands;

/// <summary>
/// A note on an application. It may name people, so it is kept outside the events, and erased with the candidate.
/// </summary>
internal static class RecordNoteHandler
{
    public static CommandDefinition<RecordNote> Definition { get; } =
        new()
        {
            Routes = [CommandRoute.Body<RecordNote>("POST", "/applications/{id}/notes")],
            Summary = "A note for the team. It is kept out of the events.",
            Checks = Check,
            Action = Handle,
        };

    private static void Check(RecordNote x, InputChecks checks, DateTimeOffset now) =>
        checks.Text(x.Text, "text", 4000).NotInTheFuture(x.At, "at", now);

    private static Task<CommandResult> Handle(
        Guid id,
        RecordNote command,
        CommandContext context,
        CommandHandler handler,
        CancellationToken ct
    )
    {
        // Not of version 7, by which a note beside an older follow-up is known (ApplicationView.NoteBeside).
        var (noteId, at) = (Guid.NewGuid(), command.At ?? handler.Now);
        return handler.Writer.Write(
            id,
            context,
            work =>
            {
                work.State.MustExist();
                work.Session.Store(new Note(noteId, id, work.State.Candidate, command.Text, context.Caller.Name, at));
                return new(
                    201,
                    work.Version,
                    Body: new
                    {
                        Id = noteId,
                        Application = id,
                        At = at,
                        work.Version,
                    }
                );
            },
            ct
        );
    }
}
