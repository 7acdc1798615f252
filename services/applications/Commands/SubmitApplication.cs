using FollowUp.Applications.Candidates;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;
using Marten;

namespace FollowUp.Applications.Commands;

/// <summary>A candidate applied for a job.</summary>
public sealed record SubmitApplication(
    string Candidate,
    EmployerInput Employer,
    PostingInput Posting,
    Approach Approach = Approach.Direct,
    IReadOnlyList<ContactInput>? Contacts = null,
    DateTimeOffset? SubmittedAt = null
) : ICommand
{
    public IReadOnlyList<ContactInput> Contacts { get; init; } = Contacts ?? [];

    internal Basis SubmittedAtBasis { get; init; } = Basis.Measured;

    public void Check(InputChecks checks, DateTimeOffset now)
    {
        CandidateRoutes
            .CheckReference(checks, Candidate, "candidate")
            .NotInTheFuture(SubmittedAt, "submittedAt", now)
            .That(Contacts.Count <= 20, "contacts", "There must be at most 20.");
        Employer.Check(checks, "employer");
        Posting.Check(checks, "posting");
        for (var i = 0; i < Contacts.Count; i++)
        {
            if (Contacts[i] is { } contact)
                contact.Check(checks, $"contacts[{i}].");
            else
                checks.That(false, $"contacts[{i}]", "It must not be null."); // nullable annotations don't reach into a list
        }
    }

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPut(
                "/applications/{id}",
                (Guid id, SubmitApplication command, Caller caller, HttpContext http, CommandHandler commanding, CancellationToken ct) =>
                    commanding.OverHttp(id, command, caller, http, ct)
            )
            .RequireScope(Scopes.Record)
            .Describe("Submit an application, with an id of the caller's.", typeof(SubmissionResult));

        app.MapPost(
                "/applications",
                async (SubmitApplication command, Caller caller, HttpContext http, CommandHandler commanding, CancellationToken ct) =>
                {
                    var conditions = http.ConditionsFor(caller, command);
                    // The id follows from the idempotency key, so that a retry after a lost answer finds what it made.
                    var id = conditions.IdempotencyKey is { } key
                        ? DeterministicId.From(caller.Team, "application", key)
                        : Guid.CreateVersion7();
                    var answer = await commanding.Handle(id, command, conditions, ct);
                    return (answer with { Status = 201, Location = $"/applications/{id}" }).ToResult(http);
                }
            )
            .RequireScope(Scopes.Record)
            .Describe("Submit an application.", typeof(SubmissionResult));
    }

    /// <summary>What is answered to a submission.</summary>
    public sealed record SubmissionResult(Guid Id, string Candidate, int Stage, DateTimeOffset SubmittedAt, long Version);

    public async Task<CommandResult> Handle(Guid application, CommandContext conditions, CommandHandler with, CancellationToken ct)
    {
        var submit = this with
        {
            SubmittedAt = SubmittedAt ?? with.Now,
            SubmittedAtBasis = SubmittedAt is null ? Basis.Measured : Basis.Declared,
        };
        var answer = await with.Recorder.Record(
            application,
            conditions,
            x => x.Decide(submit),
            (x, isNew, version) =>
                new(
                    isNew ? 201 : 200,
                    version,
                    isNew ? $"/applications/{application}" : null,
                    new SubmissionResult(application, x.Candidate, x.CurrentStage, x.SubmittedAt, version)
                ),
            submit.Contacts,
            isNew: true,
            ct: ct
        );
        if (answer.Status == 200 && submit.Contacts.Count > 0 && conditions.IdempotencyKey is null)
            await MustBeTheSamePeople(application, submit, conditions, with.Store, ct);
        return answer;
    }

    // Who the contacts are stands in documents, not in the facts, so the facts alone can't tell whether it is the same submission.
    private static async Task MustBeTheSamePeople(
        Guid id,
        SubmitApplication submit,
        CommandContext conditions,
        IDocumentStore store,
        CancellationToken ct
    )
    {
        await using var session = store.QuerySession(conditions.Caller.Team);
        var stream = await session.Events.AggregateStreamAsync<JobApplication>(id, token: ct);
        var known = await session.LoadManyAsync<Contact>(ct, stream!.Submission!.Contacts.Select(x => x.Id).ToArray());
        var same = stream
            .Submission.Contacts.Zip(submit.Contacts)
            .All(pair =>
                known.FirstOrDefault(x => x.Id == pair.First.Id) is not { } before // erased since: nothing to differ from
                || (
                    before.Name == pair.Second.Name
                    && before.Email == pair.Second.Email
                    && before.Phone == pair.Second.Phone
                    && before.Profile == pair.Second.Profile
                )
            );
        if (!same)
            throw new RefusedException(
                "differentContent",
                "An application with this id was submitted before, with other contacts. Record another contact, or choose another id."
            );
    }
}
