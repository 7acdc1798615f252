using FollowUp.Applications.Candidates;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;
using Marten;

namespace FollowUp.Applications.Commands;

/// <summary>A candidate applied for a job.</summary>
internal static class SubmitApplicationHandler
{
    public static CommandDefinition<SubmitApplication> Definition { get; } =
        new()
        {
            Routes =
            [
                CommandRoute.Body<SubmitApplication>("PUT", "/applications/{id}"),
                new RouteWithoutId { Summary = "Submit an application." },
            ],
            Summary = "Submit an application, with an id of the caller's.",
            Answer = typeof(SubmissionResult),
            Checks = Check,
            Action = Handle,
        };

    /// <summary>What is answered to a submission.</summary>
    public sealed record SubmissionResult(Guid Id, string Candidate, int Stage, DateTimeOffset SubmittedAt, long Version);

    private static void Check(SubmitApplication x, InputChecks checks, DateTimeOffset now)
    {
        CandidateRoutes
            .CheckReference(checks, x.Candidate, "candidate")
            .NotInTheFuture(x.SubmittedAt, "submittedAt", now)
            .That(x.Contacts is not { Count: > 20 }, "contacts", "There must be at most 20.");
        x.Employer.Check(checks, "employer");
        x.Posting.Check(checks, "posting");
        foreach (var (i, contact) in (x.Contacts ?? []).Index())
        {
            if (contact is null)
                checks.That(false, $"contacts[{i}]", "It must not be null."); // nullable annotations don't reach into a list
            else
                contact.Check(checks, $"contacts[{i}].");
        }
    }

    private static async Task<CommandResult> Handle(
        Guid id,
        SubmitApplication command,
        CommandContext context,
        CommandHandler handler,
        CancellationToken ct
    )
    {
        IdentifiedContact[] contacts = [.. (command.Contacts ?? []).Select(IdentifiedContact.New)];
        var answer = await (
            contacts.Length == 0
                ? handler.Writer.Write(
                    id,
                    context,
                    work =>
                    {
                        work.Append(work.State.Decide(command, [], handler.Now));
                        return Answer(work);
                    },
                    ct,
                    isNew: true
                )
                : handler.Writer.Write(
                    id,
                    context,
                    async work =>
                    {
                        await work.Append(work.State.Decide(command, [.. contacts.Select(x => x.Person)], handler.Now), contacts, ct);
                        return Answer(work);
                    },
                    ct,
                    isNew: true
                )
        );
        if (answer.Status == 200 && contacts.Length > 0 && context.IdempotencyKey is null)
            await MustBeTheSamePeople(id, contacts, context, handler.Store, ct);
        return answer;

        CommandResult Answer(ApplicationUnitOfWork work)
        {
            var isMade = work.HasAppended || context.IdIsDerived;
            return new(
                isMade ? 201 : 200,
                work.Version,
                isMade ? $"/applications/{id}" : null,
                new SubmissionResult(id, work.State.Candidate, work.State.CurrentStage, work.State.SubmittedAt, work.Version)
            );
        }
    }

    // Who the contacts are stands in documents, not in the facts, so the facts alone can't tell whether it is the same submission.
    private static async Task MustBeTheSamePeople(
        Guid id,
        IdentifiedContact[] contacts,
        CommandContext context,
        IDocumentStore store,
        CancellationToken ct
    )
    {
        await using var session = store.QuerySession(context.Caller.Team);
        var application = await session.Events.AggregateStreamAsync<JobApplication>(id, token: ct);
        var submitted = application!.Submission!.Contacts;
        var known = await session.LoadManyAsync<Contact>(ct, submitted.Select(x => x.Id).ToArray());
        var same = submitted
            .Zip(contacts, (before, now) => (Before: known.FirstOrDefault(x => x.Id == before.Id), Now: now.Contact))
            .All(x =>
                x.Before is not { } before // erased since: nothing to differ from
                || (before.Name, before.Email, before.Phone, before.Profile) == (x.Now.Name, x.Now.Email, x.Now.Phone, x.Now.Profile)
            );
        if (!same)
            throw new RefusedException(
                "differentContent",
                "An application with this id was submitted before, with other contacts. Record another contact, or choose another id."
            );
    }

    /// <summary>The id follows from the idempotency key, so that a retry after a lost answer finds what it made.</summary>
    private sealed class RouteWithoutId() : CommandRoute<SubmitApplication>("POST", "/applications")
    {
        public override RouteHandlerBuilder Map(IEndpointRouteBuilder app, CommandEndpoint<SubmitApplication> endpoint) =>
            app.MapPost(
                Pattern,
                (SubmitApplication command, Caller caller, HttpContext http, CancellationToken ct) =>
                    endpoint(new(IdFor(http.ContextFor(caller, command)), command, caller, http), ct)
            );

        private static Guid IdFor(CommandContext context) =>
            context.IdempotencyKey is { } key ? DeterministicId.From(context.Caller.Team, "application", key.Id) : Guid.CreateVersion7();
    }
}
