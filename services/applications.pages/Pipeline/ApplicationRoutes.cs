using System.Globalization;
using FollowUp.Applications.Commands;
using FollowUp.Applications.Pages.Actions;
using FollowUp.Applications.Pages.New;
using FollowUp.Applications.Pages.Pipeline.Forms;
using FollowUp.Applications.Queries;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.EventStore;
using NodaTime;

namespace FollowUp.Applications.Pages.Pipeline;

/// <summary>An application's page and its forms. Each form with its command is a file in Forms.</summary>
internal static class ApplicationRoutes
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.Page(
                "/pipeline/{id:guid}",
                (
                    Guid id,
                    string? on,
                    string? done,
                    ActionOutcome? outcome,
                    Reader reader,
                    ApplicationPageLoader loader,
                    CancellationToken ct
                ) => loader.Show(id, reader, ct, Day(on), done, outcome: outcome)
            )
            .ForCandidatesToo()
            .ShowsActionOutcome();

        Map(app, CoverLetterForm.Name, CoverLetterForm.Command);
        Map(app, ContactForm.Name, ContactForm.Command);
        Map(app, ResponseForm.Name, ResponseForm.Command);
        Map(app, InterviewForm.Name, InterviewForm.Command);
        Map(app, StepForm.Name, StepForm.Command);
        Map(app, NoteForm.Name, NoteForm.Command);
        Map(app, EmployerForm.Name, EmployerForm.Command);
        Map(app, PostingForm.Name, PostingForm.Command);
        Map(app, ClosingForm.Name, ClosingForm.Command);
        Map(app, ReopeningForm.Name, ReopeningForm.Command);
        Map(app, RetractionForm.Name, RetractionForm.Command);
        Map(app, VoidForm.Name, VoidForm.Command);
        Map(app, SubmissionForm.Name, SubmissionForm.Command);
        Map(app, InterviewMovedForm.Name, InterviewMovedForm.Command, "/{which:int}");
        Map(app, InterviewCancelledForm.Name, InterviewCancelledForm.Command, "/{which:int}");
        Map<Guid>(app, ContactCorrectedForm.Name, ContactCorrectedForm.Command, "/{which:guid}");
    }

    private static void Map(IEndpointRouteBuilder app, string name, Func<Form, DateTimeZone, int, object> read, string more = "") =>
        Map<int>(app, name, read, more);

    // A form that exists several times names which of them it is in its address.
    private static void Map<T>(IEndpointRouteBuilder app, string name, Func<Form, DateTimeZone, T, object> read, string more)
        where T : struct, IParsable<T> =>
        app.Form(
                $"/pipeline/{{id:guid}}/{name}{more}",
                async Task<IResult> (
                    Guid id,
                    T? which,
                    Reader reader,
                    Form form,
                    ApplicationPageLoader loader,
                    Suggestions suggestions,
                    CommandHandler commands,
                    CancellationToken ct
                ) =>
                {
                    await loader.EnsureVisible(id, reader, ct);
                    var formName = which is { } one ? NameOf(name, one) : name;
                    try
                    {
                        var command = read(form, reader.Zone, which ?? default);
                        NamedCandidate? candidate = null;
                        if (command is AmendApplication { Candidate: not null } amend)
                        {
                            if (reader.Candidate is not null)
                                throw RefusedException.BadInput("candidate", "You can't hand your application to somebody else.");
                            candidate = await suggestions.Candidate(reader.Team, form, ct);
                            command = amend with { Candidate = candidate.Reference };
                        }
                        var known = command is AmendApplication { At: not null } ? await loader.Read(id, reader, ct) : null;
                        await commands.Handle(id, command, ContextOf(form, $"/pipeline/{id}/{formName}", command, known, reader), ct);
                        if (candidate is not null)
                            await suggestions.Keep(reader.Team, candidate, ct);
                        var done = command switch
                        {
                            RecordResponse { Kind: ResponseKind.Invitation } => ResponseForm.Invited,
                            RecordResponse { Kind: ResponseKind.Offer } => ResponseForm.Offered,
                            _ => name,
                        };
                        return TypedResults.Redirect($"/pipeline/{id}?done={done}");
                    }
                    catch (RefusedException refused)
                    {
                        return await loader.Show(id, reader, ct, formName: formName, entered: form.ToEntered(refused));
                    }
                },
                page: "/pipeline/{id}"
            )
            .ForCandidatesToo();

    /// <summary>The name of a form that exists for each interview, or for each contact.</summary>
    internal static string NameOf<T>(string form, T which)
        where T : struct => string.Create(CultureInfo.InvariantCulture, $"{form}-{which}");

    // A form that is sent twice is recorded once. A form that shows data that may have changed meanwhile sends the version that it showed.
    private static CommandContext ContextOf(Form form, string route, object command, GetApplication.Detail? known, Reader reader)
    {
        var context = new CommandContext(
            reader.Caller,
            form.Number("version") is { } version ? new([version]) : null,
            Zone: reader.Zone,
            Written: (command, known) switch
            {
                (AmendApplication amend, null) => AmendmentPatch.Of(amend),
                (AmendApplication amend, { } before) => AmendmentPatch.Of(amend, before),
                _ => null,
            }
        );
        return form.Id("key") is { } key
            ? context with
            {
                IdempotencyKey = new(
                    $"page:{key}",
                    IdempotencyKey.FingerprintOf(route, context.Written ?? command),
                    reader.Caller.Principal
                ),
            }
            : context;
    }

    private static DateOnly? Day(string? text) =>
        string.IsNullOrEmpty(text) ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : throw RefusedException.BadInput("on", MomentForms.Date);
}
