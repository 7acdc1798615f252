using FollowUp.Applications.Candidates;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.Http;

namespace FollowUp.Applications.Commands;

/// <summary>A person at the employer became known.</summary>
internal static class RecordContactHandler
{
    public static CommandDefinition<RecordContact> Definition { get; } =
        new()
        {
            Routes = [CommandRoute.Body<RecordContact>("POST", "/applications/{id}/contacts")],
            Summary = "A person there became known. Who they are is kept out of the events.",
            Checks = Check,
            Action = Handle,
        };

    private static void Check(RecordContact x, InputChecks checks, DateTimeOffset now)
    {
        ContactOf(x).Check(checks, "");
        checks
            .NotInTheFuture(x.At, "at", now)
            .That(
                x.Name is not null || x.Email is not null || x.Phone is not null || x.Profile is not null,
                "name",
                "Give a name, or a way to reach them."
            );
    }

    private static Task<CommandResult> Handle(
        Guid id,
        RecordContact command,
        CommandContext context,
        CommandHandler handler,
        CancellationToken ct
    )
    {
        var contact = IdentifiedContact.New(ContactOf(command));
        return handler.Writer.Write(
            id,
            context,
            async work =>
            {
                await work.Append(work.State.Decide(contact.Person, command.At ?? handler.Now), [contact], ct);
                return new(
                    201,
                    work.Version,
                    $"/applications/{id}/contacts/{contact.Id}",
                    new
                    {
                        contact.Id,
                        Application = id,
                        contact.Person.Role,
                        contact.Person.Channels,
                        work.Version,
                    }
                );
            },
            ct
        );
    }

    private static NewContact ContactOf(RecordContact x) => new(x.Name, x.Role, x.Email, x.Phone, x.Profile);
}
