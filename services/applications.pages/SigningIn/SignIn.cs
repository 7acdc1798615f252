using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace FollowUp.Applications.Pages.SigningIn;

/// <summary>Sign-in with a key, which starts a session; sign-out.</summary>
internal static class SignIn
{
    // People don't have a key at hand every morning, and revoking the key ends the session at once.
    private static readonly TimeSpan SessionLifetime = TimeSpan.FromDays(14);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.Page("/sign-in", (string? @return, Issuer issuer) => Show(@return, null, issuer.Name)).AllowAnonymous();

        app.Form(
                "/sign-in",
                async Task<IResult> (
                    Form form,
                    ApiKeyValidator keys,
                    Sessions sessions,
                    Issuer issuer,
                    HttpContext http,
                    CancellationToken ct
                ) =>
                {
                    try
                    {
                        var key =
                            await keys.Find(form.Text("key"), ct)
                            ?? throw new RefusedException(
                                "unauthenticated",
                                "That key isn't known, or was revoked. It begins with fu_ and is shown once, when it is made."
                            );
                        new InputChecks().OptionalText(form.Text("person"), "person", 100).Refuse();
                        var role = Roles.Of(key);
                        var (session, secret) = await sessions.Start(
                            x =>
                                x with
                                {
                                    Team = key.Team,
                                    Person = key.Candidate ?? form.Text("person") ?? key.Name,
                                    Role = role,
                                    Candidate = key.Candidate,
                                    Key = key.Id,
                                    IsKeyItself = key.Candidate is null && (form.Text("person") ?? key.Name) == key.Name,
                                    Scopes = role == Role.Candidate ? Roles.ScopesOf(role) : key.Scopes,
                                    BrowserTimeZone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(form.Text("zone") ?? "")?.Id,
                                },
                            SessionLifetime,
                            ct
                        );
                        SessionAuthentication.AppendCookie(http, session, secret);
                        return TypedResults.Redirect(form.ReturnAddress("/"));
                    }
                    catch (RefusedException refused)
                    {
                        return Show(form.Text("return"), form.ToEntered(refused), issuer.Name, refused.HttpStatus());
                    }
                }
            )
            .AllowAnonymous();

        app.Form(
                "/sign-out",
                async (
                    Reader reader,
                    Form form,
                    Sessions sessions,
                    Issuer issuer,
                    IDataProtectionProvider protection,
                    HttpContext http,
                    CancellationToken ct
                ) =>
                {
                    var isFromIssuer = issuer.Settings is not null && http.Features.Get<Session>() is { Subject: not null };
                    if (form.Flag("everywhere"))
                        await sessions.EndAll(reader.Team, reader.Who, ct);
                    else
                        await sessions.End(reader.Session, ct);
                    SessionAuthentication.DeleteCookie(http);
                    return TypedResults.Redirect(
                        isFromIssuer ? OpenIdConnect.SignOutAddress(protection, reader.Session) : "/sign-in?return=/"
                    );
                },
                Scopes.Read,
                page: "/me"
            )
            .ForCandidatesToo();
    }

    /// <summary>The sign-in page.</summary>
    /// <param name="return">The address to open after the sign-in.</param>
    /// <param name="entered">The form that was refused.</param>
    /// <param name="issuer">The issuer's name; null without an issuer.</param>
    /// <param name="status">The HTTP status.</param>
    public static RazorComponentResult<SignInPage> Show(string? @return, Entered? entered, string? issuer, int status = 200) =>
        new(
            new
            {
                Return = Form.SafeReturn(@return),
                Entered = entered?.Without("key"),
                Issuer = issuer,
            }
        )
        {
            StatusCode = status,
        };
}
