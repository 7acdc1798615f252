using System.Globalization;
using FollowUp.Applications.Commands;
using FollowUp.Applications.Pages.Actions;
using FollowUp.Applications.Pages.Pipeline.Forms;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
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
        Map(app, InterviewMovedForm.Name, InterviewMovedForm.Command, "/{number:int}");
        Map(app, InterviewCancelledForm.Name, InterviewCancelledForm.Command, "/{number:int}");
    }

    private static void Map(IEndpointRouteBuilder app, string name, Func<Form, DateTimeZone, int, object> read, string more = "") =>
        app.Form(
                $"/pipeline/{{id:guid}}/{name}{more}",
                async Task<IResult> (
                    Guid id,
                    int? number,
                    Reader reader,
                    Form form,
                    ApplicationPageLoader loader,
                    CommandHandler commands,
                    CancellationToken ct
                ) =>
                {
                    await loader.EnsureVisible(id, reader, ct);
                    var formName = number is { } one ? NameOf(name, one) : name;
                    try
                    {
                        var command = read(form, reader.Zone, number ?? 0);
                        await commands.Handle(id, command, ContextOf(form, $"/pipeline/{id}/{formName}", command, reader), ct);
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

    /// <summary>The name of a form that exists for each interview.</summary>
    internal static string NameOf(string form, int number) => string.Create(CultureInfo.InvariantCulture, $"{form}-{number}");

    // A form that is sent twice is recorded once. A form that shows data that may have changed meanwhile sends the version that it showed.
    private static CommandContext ContextOf(Form form, string route, object command, Reader reader)
    {
        var context = new CommandContext(
            reader.Caller,
            form.Number("version"),
            Zone: reader.Zone,
            Written: command is AmendApplication amend ? AmendmentPatch.Of(amend) : null
        );
        return form.Id("key") is { } key
            ? context with
            {
                IdempotencyKey = $"page:{key}",
                Fingerprint = HttpCommands.Fingerprint(route, context.Written ?? command),
            }
            : context;
    }

    private static DateOnly? Day(string? text) =>
        string.IsNullOrEmpty(text) ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : throw RefusedException.BadInput("on", "It must be a date.");
}
