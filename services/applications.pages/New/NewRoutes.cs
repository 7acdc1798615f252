using FollowUp.Applications.Commands;
using FollowUp.Applications.Pages.Shared;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace FollowUp.Applications.Pages.New;

/// <summary>The form for a new application. Three fields are enough; the others improve the advice.</summary>
internal static class NewRoutes
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.Page(
                "/pipeline/new",
                (Reader reader, string? candidate, Suggestions suggestions, TimeProvider time, CancellationToken ct) =>
                    Show(
                        reader,
                        suggestions,
                        new(Guid.CreateVersion7(), Terms.DayOf(time.GetUtcNow(), reader.Zone), candidate, null, null),
                        ct
                    ),
                Scopes.Record
            )
            .ForCandidatesToo();

        app.Form(
                "/pipeline/new",
                async Task<IResult> (Reader reader, Form form, Suggestions suggestions, CommandHandler commands, CancellationToken ct) =>
                {
                    var id = form.Id("id") ?? Guid.CreateVersion7();
                    try
                    {
                        var candidate = reader.Candidate is { } own
                            ? new NamedCandidate(own, null, null)
                            : await suggestions.Candidate(reader.Team, form, ct);
                        var command = Command(form, candidate.Reference, reader.Zone, commands.Now);
                        var checks = new InputChecks();
                        ApplicationCommands.Of(command).Check(command, checks, commands.Now);
                        checks.Refuse();
                        await commands.Handle(id, command, new(reader.Caller), ct);
                        await suggestions.Keep(reader.Team, candidate, ct);
                        return TypedResults.Redirect($"/pipeline/{id}?done=submitted");
                    }
                    catch (RefusedException refused)
                    {
                        // The form was sent before, with other values: what is entered now becomes another application if the form is sent
                        // again.
                        var previousId = refused.Code == "differentContent" ? id : (Guid?)null;
                        return await Show(
                            reader,
                            suggestions,
                            new(
                                previousId is null ? id : Guid.CreateVersion7(),
                                Terms.DayOf(commands.Now, reader.Zone),
                                null,
                                form.ToEntered(refused),
                                previousId
                            ),
                            ct
                        );
                    }
                }
            )
            .ForCandidatesToo();
    }

    private static async Task<RazorComponentResult<NewPage>> Show(
        Reader reader,
        Suggestions suggestions,
        NewForm form,
        CancellationToken ct
    ) =>
        new(
            new
            {
                Reader = reader,
                Model = form,
                Known = reader.Candidate is null ? await suggestions.Read(reader.Team, ct) : new([], []),
            }
        )
        {
            StatusCode = form.Entered?.Refused?.HttpStatus() ?? 200,
        };

    internal static SubmitApplication Command(Form form, string candidate, DateTimeZone zone, DateTimeOffset now)
    {
        var contact = new NewContact(
            form.Text("contact.name"),
            form.Word<ContactRole>("contact.role") ?? ContactRole.Other,
            form.Text("contact.email"),
            form.Text("contact.phone"),
            form.Text("contact.profile")
        );
        return new(
            candidate,
            new(
                form.Text("employer.name") ?? "",
                form.Word<HiringProcess>("employer.hiringProcess") ?? HiringProcess.Unknown,
                form.Text("employer.timeZone"),
                form.Text("employer.country"),
                form.Text("employer.region")?.ToUpperInvariant()
            ),
            new(
                form.Text("posting.title") ?? "",
                form.Text("posting.url"),
                form.Day("posting.closesOn"),
                new(form.Flag("noPhoneCalls"), form.Flag("noContact"))
            ),
            form.Word<Approach>("approach") ?? Approach.Direct,
            contact is { Name: null, Email: null, Phone: null, Profile: null } ? [] : [contact],
            SubmittedAt(form.Day("submittedOn"), zone, now),
            form.Flag(SameApplication.Name)
        );
    }

    // A date alone means noon of that day; today means now.
    private static DateTimeOffset? SubmittedAt(DateOnly? on, DateTimeZone zone, DateTimeOffset now) =>
        on is { } day && day != Terms.DayOf(now, zone)
            ? Form.In(zone, LocalDate.FromDateOnly(day).At(LocalTime.Noon), "submittedOn")
            : null;
}

/// <summary>The state of the form.</summary>
/// <param name="Id">The application's id: a form that is sent twice makes one application.</param>
/// <param name="Candidate">The candidate, if the link to this page named one.</param>
/// <param name="PreviousId">The application that the same form recorded before, if other values are entered now.</param>
public sealed record NewForm(Guid Id, DateOnly Today, string? Candidate, Entered? Entered, Guid? PreviousId);
