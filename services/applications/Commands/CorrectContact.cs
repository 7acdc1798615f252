using FollowUp.Applications.Candidates;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.Http;

namespace FollowUp.Applications.Commands;

/// <summary>A contact was recorded wrongly: all details are replaced.</summary>
internal static class CorrectContactHandler
{
    public static CommandDefinition<CorrectContact> Definition { get; } =
        new()
        {
            Routes =
            [
                CommandRoute.BodyWithId<CorrectContact>(
                    "PUT",
                    "/applications/{id}/contacts/{contactId}",
                    "contact",
                    (x, contact) => x with { Contact = contact }
                ),
            ],
            Summary = "Correct a contact that was recorded wrongly. Who they are is kept out of the events.",
            Checks = Check,
            Action = Handle,
        };

    private static void Check(CorrectContact x, InputChecks checks, DateTimeOffset now)
    {
        ContactOf(x).Check(checks, "");
        checks.That(
            x.Name is not null || x.Email is not null || x.Phone is not null || x.Profile is not null,
            "name",
            "Give a name, or a way to reach them."
        );
    }

    private static Task<CommandResult> Handle(
        Guid id,
        CorrectContact command,
        CommandContext context,
        CommandHandler handler,
        CancellationToken ct
    )
    {
        var contact = new IdentifiedContact(command.Contact, ContactOf(command));
        return handler.Writer.Write(
            id,
            context,
            async work =>
            {
                // Another address may be another person's, which the contact itself doesn't show.
                var corrected = await work.Session.Recognise(
                    id,
                    work.State.Candidate,
                    [contact],
                    [new ContactCorrected(contact.Person, handler.Now)],
                    ct
                );
                work.Append(work.State.Correct(((ContactCorrected)corrected[0]).Contact, handler.Now));
                return new(204, work.Version);
            },
            ct
        );
    }

    private static NewContact ContactOf(CorrectContact x) => new(x.Name, x.Role, x.Email, x.Phone, x.Profile);
}
