using System.Security.Claims;
using System.Text.Encodings.Web;
using FollowUp.Platform;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace FollowUp.Applications.Pages.SigningIn;

// See docs/decisions/0017-sessions-and-api-keys.md
/// <summary>
/// Authentication by the session's cookie. Only pages accept the cookie; the API accepts only keys, so that another site can't make a
/// browser call it.
/// </summary>
internal sealed class SessionAuthentication(
    Sessions sessions,
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "Session";

    /// <summary>With the prefix <c>__Host-</c>, browsers accept the cookie only from this host over TLS.</summary>
    public static string CookieOf(HttpRequest request) => request.IsHttps ? "__Host-followup" : "followup";

    public static void AppendCookie(HttpContext http, Session session, string secret) =>
        http.Response.Cookies.Append(CookieOf(http.Request), secret, Cookie(http, session.ExpiresAt));

    public static void DeleteCookie(HttpContext http) => http.Response.Cookies.Delete(CookieOf(http.Request), Cookie(http, null));

    private static CookieOptions Cookie(HttpContext http, DateTimeOffset? until) =>
        new()
        {
            HttpOnly = true,
            Secure = http.Request.IsHttps,
            SameSite = SameSiteMode.Lax,
            Path = "/",
            IsEssential = true,
            Expires = until,
        };

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!Request.Cookies.TryGetValue(CookieOf(Request), out var secret) || secret.Length is 0 or > 100)
            return AuthenticateResult.NoResult();
        if (await sessions.Find(secret, Context.RequestAborted) is not { } session)
            return AuthenticateResult.Fail("No such session.");
        Context.Features.Set(session);
        Claim[] claims =
        [
            new(Reader.TeamClaim, session.Team),
            new(Reader.NameClaim, session.Person),
            new(Reader.RoleClaim, session.Role.ToString()),
            .. session.Scopes.Select(x => new Claim(Reader.ScopeClaim, x)),
        ];
        return AuthenticateResult.Success(new(new(new ClaimsIdentity(claims, Name)), Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Request.GetTypedHeaders().Accept.Any(x => x.MediaType == "text/event-stream"))
        {
            // Status 204 makes a browser's EventSource stop reconnecting; a redirect would return a page.
            Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        var requested =
            HttpMethods.IsGet(Request.Method) && Context.GetEndpoint()?.Metadata.GetMetadata<PageMetadata>() is not null
                ? Request.Path + Request.QueryString
                : "/";
        Response.Redirect(requested == "/" ? "/sign-in" : $"/sign-in?return={Uri.EscapeDataString(requested)}");
        return Task.CompletedTask;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        throw new RefusedException("forbidden", "You are signed in, but may not do this. Somebody of your team who administers it may.");
}
