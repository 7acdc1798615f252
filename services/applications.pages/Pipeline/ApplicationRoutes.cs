using System.Globalization;
using FollowUp.Applications.Commands;
using FollowUp.Applications.Pages.Actions;
using FollowUp.Applications.Pages.Pipeline.Steps;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using NodaTime;

namespace FollowUp.Applications.Pages.Pipeline;

/// <summary>An application's page and its forms. Each form with its command is a file in Steps.</summary>
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
                    ActionOutcome? acted,
                    Reader reader,
                    ApplicationPageLoader showing,
                    CancellationToken ct
                ) => showing.Show(id, reader, ct, Day(on), done, acted: acted)
            )
            .ForCandidatesToo()
            .ShowsActed();

        Step(app, CoverLetterStep.Name, CoverLetterStep.Command);
        Step(app, ContactStep.Name, ContactStep.Command);
        Step(app, ResponseStep.Name, ResponseStep.Command);
        Step(app, InterviewStep.Name, InterviewStep.Command);
        Step(app, NoteStep.Name, NoteStep.Command);
        Step(app, EmployerStep.Name, EmployerStep.Command);
        Step(app, PostingStep.Name, PostingStep.Command);
        Step(app, ClosingStep.Name, ClosingStep.Command);
        Step(app, ReopeningStep.Name, ReopeningStep.Command);
        Step(app, InterviewMovedStep.Name, InterviewMovedStep.Command, "/{number:int}");
        Step(app, InterviewCancelledStep.Name, InterviewCancelledStep.Command, "/{number:int}");
    }

    private static void Step(IEndpointRouteBuilder app, string name, Func<Form, DateTimeZone, int, object> read, string more = "") =>
        app.Form(
                $"/pipeline/{{id:guid}}/{name}{more}",
                async Task<IResult> (
                    Guid id,
                    int? number,
                    Reader reader,
                    Form form,
                    ApplicationPageLoader showing,
                    CommandHandler commanding,
                    CancellationToken ct
                ) =>
                {
                    await showing.MustBeThere(id, reader, ct);
                    var step = number is { } one ? NameOf(name, one) : name;
                    try
                    {
                        var command = read(form, reader.Zone, number ?? 0);
                        await commanding.Handle(id, command, ContextOf(form, $"/pipeline/{id}/{step}", command, reader), ct);
                        return TypedResults.Redirect($"/pipeline/{id}?done={name}");
                    }
                    catch (RefusedException refused)
                    {
                        return await showing.Show(id, reader, ct, step: step, entered: form.Again(refused));
                    }
                },
                page: "/pipeline/{id}"
            )
            .ForCandidatesToo();

    /// <summary>The name of a form that exists for each interview.</summary>
    internal static string NameOf(string step, int number) => string.Create(CultureInfo.InvariantCulture, $"{step}-{number}");

    // A form that is sent twice is recorded once. A form that shows data that may have changed meanwhile sends the version that it showed.
    private static CommandContext ContextOf(Form form, string route, object command, Reader reader)
    {
        var context = new CommandContext(
            reader.Caller,
            form.Number("version"),
            Zone: reader.Zone,
            Written: command is AmendApplication amend ? Amending.Patch(amend) : null
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
