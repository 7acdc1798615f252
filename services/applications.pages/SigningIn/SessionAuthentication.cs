using System.Security.Claims;
using System.Text.Encodings.Web;
using FollowUp.Platform;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace FollowUp.Applications.Pages.SigningIn;

// See docs/decisions/0017-sessions-and-api-keys.md
/// <summary>
/// The cookie of a session. Only pages ask for it: the API takes nothing but keys, so that no other site can make a browser use it.
/// </summary>
internal sealed class SessionAuthentication(
    Sessions sessions,
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "Session";

    /// <summary>Browsers keep a cookie of that prefix from being set by anything but this host over TLS.</summary>
    public static string CookieOf(HttpRequest request) => request.IsHttps ? "__Host-followup" : "followup";

    public static void Keep(HttpContext http, Session session, string secret) =>
        http.Response.Cookies.Append(CookieOf(http.Request), secret, Cookie(http, session.ExpiresAt));

    public static void Drop(HttpContext http) => http.Response.Cookies.Delete(CookieOf(http.Request), Cookie(http, null));

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
            // tells a browser's EventSource to come no more; a redirect would give it a page
            Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        var asked =
            HttpMethods.IsGet(Request.Method) && Context.GetEndpoint()?.Metadata.GetMetadata<PageMetadata>() is not null
                ? Request.Path + Request.QueryString
                : "/";
        Response.Redirect(asked == "/" ? "/sign-in" : $"/sign-in?return={Uri.EscapeDataString(asked)}");
        return Task.CompletedTask;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        throw new RefusedException("forbidden", "You are signed in, but may not do this. Somebody of your team who administers it may.");
}
