using System.Globalization;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Pages.Digest;
using FollowUp.Applications.Pages.SigningIn;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using MimeKit;

namespace FollowUp.Applications.Pages.Me;

/// <summary>A person's own settings: language and time zone, the digest, and signing out of all sessions.</summary>
internal static class MeRoutes
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.Page("/me", (Reader reader, string? done, HttpContext http) => Show(reader, http, done: done)).ForCandidatesToo();

        app.Form(
                "/me",
                async Task<IResult> (
                    Reader reader,
                    Form form,
                    PersonalSettingsStore settings,
                    Sessions sessions,
                    HttpContext http,
                    CancellationToken ct
                ) =>
                {
                    try
                    {
                        var (language, zone) = (form.Text("language"), form.Text("timeZone"));
                        new InputChecks()
                            .That(language is null || Languages.Find(language) is not null, "language", "It must be one of those offered.")
                            .That(zone is null || TimeZoneName.IsValid(zone), "timeZone", "It must be one of those offered.")
                            .Refuse();
                        await settings.Change(Session(http), x => x with { Language = language, TimeZone = zone }, ct);
                        await sessions.Change(reader.Session, x => x with { Language = language, TimeZone = zone }, ct);
                        return TypedResults.Redirect("/me?done=saved");
                    }
                    catch (RefusedException refused)
                    {
                        return await Show(reader, http, reading: form.ToEntered(refused));
                    }
                },
                Scopes.Read
            )
            .ForCandidatesToo();

        app.Form(
                "/me/digest",
                async Task<IResult> (
                    Reader reader,
                    Form form,
                    PersonalSettingsStore settings,
                    Mailer mailer,
                    HttpContext http,
                    CancellationToken ct
                ) =>
                {
                    try
                    {
                        if (form.Flag("stop"))
                        {
                            await settings.Change(Session(http), x => x with { Digest = null }, ct);
                            return TypedResults.Redirect("/me?done=stopped#digest");
                        }
                        if (mailer.Settings is null)
                            throw new RefusedException(
                                "noMail",
                                "No mail is sent from here: whoever runs FollowUp has not said by which server."
                            );
                        var address = form.Text("address");
                        new InputChecks()
                            .Text(address, "address", 320)
                            .That(
                                address is null
                                    || (
                                        MailboxAddress.TryParse(address, out var mailbox)
                                        && mailbox.Address == address
                                        && address.Contains('@')
                                    ),
                                "address",
                                "It must be an e-mail address."
                            )
                            .That(TimeOf(form) is not null, "at", "It must be a time of day, as 07:30.")
                            .Refuse();
                        var subscription = new DigestSubscription(
                            address!,
                            TimeOf(form)!.Value,
                            form.Text("always") is null,
                            reader.Language.Name,
                            reader.Zone.Id
                        );
                        await settings.Change(Session(http), x => x with { Digest = subscription }, ct);
                        return TypedResults.Redirect("/me?done=asked#digest");
                    }
                    catch (RefusedException refused)
                    {
                        return await Show(reader, http, digest: form.ToEntered(refused));
                    }
                },
                Scopes.Read,
                page: "/me"
            )
            .ForCandidatesToo();
    }

    private static Session Session(HttpContext http) =>
        http.Features.Get<Session>() ?? throw new InvalidOperationException("The page is anonymous, so the request has no session.");

    private static TimeOnly? TimeOf(Form form) =>
        TimeOnly.TryParseExact(form.Text("at"), ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
            ? new(at.Hour, at.Minute)
            : null;

    private static async Task<IResult> Show(
        Reader reader,
        HttpContext http,
        Entered? reading = null,
        Entered? digest = null,
        string? done = null
    )
    {
        var services = http.RequestServices;
        var stored = await services.GetRequiredService<PersonalSettingsStore>().Of(reader, http.RequestAborted);
        return new RazorComponentResult<MePage>(
            new
            {
                Reader = reader,
                Settings = stored,
                Address = stored?.Digest is null && reader.Candidate is { } candidate
                    ? await AddressOf(services, reader.Team, candidate, http.RequestAborted)
                    : null,
                SendsMail = services.GetRequiredService<Mailer>().Settings is not null,
                Reading = reading,
                Digest = digest,
                Done = done,
            }
        )
        {
            StatusCode = reading?.Refused?.HttpStatus() ?? digest?.Refused?.HttpStatus() ?? 200,
        };
    }

    private static async Task<string?> AddressOf(IServiceProvider services, string team, string candidate, CancellationToken ct)
    {
        await using var session = services.GetRequiredService<IDocumentStore>().QuerySession(team);
        return (await session.LoadAsync<Candidate>(candidate, ct))?.Email;
    }
}
