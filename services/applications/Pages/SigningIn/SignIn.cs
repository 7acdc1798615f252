using FollowUp.Hosting;
using FollowUp.Hosting.Keys;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace FollowUp.Applications.Pages.SigningIn;

/// <summary>A key is exchanged for a cookie, and given back.</summary>
internal static class SignIn
{
    private static readonly TimeSpan Length = TimeSpan.FromDays(14); // a key is not at hand every morning, and its revocation ends the session at once

    public static void Map(IEndpointRouteBuilder app)
    {
        app.Page("/sign-in", (HttpContext http, string? @return) => Show(@return, null)).AllowAnonymous();

        app.Form("/sign-in", async Task<IResult> (Form form, KeyRing keys, Sessions sessions, HttpContext http, CancellationToken ct) =>
        {
            try
            {
                var key = await keys.Find(form.Text("key"), ct)
                    ?? throw new RefusedException("unauthenticated", "That key isn't known, or was revoked. It begins with fu_ and is shown once, when it is made.", 401);
                new Checks().OptionalText(form.Text("person"), "person", 100).Refuse();
                var role = RoleOf(key);
                var (session, secret) = await sessions.Start(x => x with
                {
                    Team = key.Team, Person = form.Text("person") ?? key.Name, Role = role, Candidate = key.Candidate, Key = key.Id,
                    Scopes = role == Role.Candidate ? [Scopes.Read, Scopes.Record, Scopes.Claim] : key.Scopes,
                    TimeZone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(form.Text("zone") ?? "")?.Id,
                }, Length, ct);
                SessionAuthentication.Keep(http, session, secret);
                return TypedResults.Redirect(form.Return("/"));
            }
            catch (RefusedException refused)
            {
                return Show(form.Text("return"), form.Again(refused), refused.Status);
            }
        }).AllowAnonymous();

        app.Form("/sign-out", async (Reader reader, Form form, Sessions sessions, HttpContext http, CancellationToken ct) =>
        {
            if (form.Flag("everywhere")) await sessions.EndAll(reader.Team, reader.Person, ct);
            else await sessions.End(reader.Session, ct);
            SessionAuthentication.Drop(http);
            return TypedResults.Redirect("/sign-in?return=/");
        }, Scopes.Read).ForCandidatesToo();
    }

    private static Role RoleOf(ApiKey key) => key switch
    {
        { Candidate: not null } => Role.Candidate,
        _ when key.Scopes.Contains(Scopes.Admin) => Role.Admin,
        _ when key.Scopes.Contains(Scopes.Record) || key.Scopes.Contains(Scopes.Claim) => Role.Coach,
        _ => Role.Viewer,
    };

    private static RazorComponentResult<SignInPage> Show(string? @return, Entered? entered, int status = 200) =>
        new(new { Return = Form.SafeReturn(@return), Entered = entered?.Without("key") }) { StatusCode = status };
}
