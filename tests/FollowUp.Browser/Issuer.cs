using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace FollowUp.Browser;

/// <summary>A person with an account at the issuer. Team, role and candidate are custom claims for FollowUp.</summary>
/// <param name="Role"><c>coach</c>, <c>candidate</c>, <c>viewer</c> or <c>admin</c>.</param>
/// <param name="Candidate">The person's candidate reference, where the role is <c>candidate</c>.</param>
public sealed record Person(string Sub, string Name, string Email, string? Team = null, string? Role = null, string? Candidate = null)
{
    internal IEnumerable<(string Type, string Value)> Claims =>
        new (string Type, string? Value)[]
        {
            (OpenIddictConstants.Claims.Name, Name),
            (OpenIddictConstants.Claims.Email, Email),
            ("followup_team", Team),
            ("followup_role", Role),
            ("followup_candidate", Candidate),
        }
            .Where(x => x.Value is not null)
            .Select(x => (x.Type, x.Value!));
}

/// <summary>
/// A real OpenID Connect issuer (OpenIddict, which its makers certify): discovery, authorization code with PKCE, one confidential client,
/// a page on which the test chooses a person, user info, end of session. The issuer accepts redirects to any loopback address, because
/// the tests' services choose their ports when they start.
/// </summary>
public sealed class Issuer : IAsyncDisposable
{
    public const string ClientId = "followup";
    public const string ClientSecret = "a secret that only the tests know";
    public const string SignedIn = "/signin-oidc";
    public const string SignedOut = "/signout-callback-oidc";

    private readonly WebApplication _app;
    private readonly ImmutableArray<Person> _people;
    private readonly ConcurrentDictionary<string, bool> _refused = [];

    private Issuer(ImmutableArray<Person> people)
    {
        _people = people;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        // The issuer stops as soon as a story stops it, even with clients connected.
        builder.Services.Configure<HostOptions>(x => x.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddOpenIddict().AddServer(Serve);
        _app = builder.Build();
        _app.UseAuthentication();
        _app.MapMethods("/connect/authorize", [HttpMethods.Get, HttpMethods.Post], Choose);
        _app.MapMethods(
            "/connect/end-session",
            [HttpMethods.Get, HttpMethods.Post],
            () =>
                Results.SignOut(
                    new AuthenticationProperties { RedirectUri = "/" },
                    [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]
                )
        );
        _app.MapGet("/", () => Page("<h1>Signed out</h1>"));
    }

    /// <summary>The value of the setting <c>Oidc:Authority</c>.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>The environment variables that make Applications trust this issuer.</summary>
    public IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string>
        {
            ["Oidc__Authority"] = Address.ToString(),
            ["Oidc__ClientId"] = ClientId,
            ["Oidc__ClientSecret"] = ClientSecret,
            ["Oidc__Name"] = "Careers office",
        };

    public static async Task<Issuer> Start(params Person[] people)
    {
        var issuer = new Issuer([.. people]);
        await issuer._app.StartAsync();
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
        // The first responses are the slowest; no story measures them.
        foreach (var path in new[] { ".well-known/openid-configuration", ".well-known/jwks" })
            await http.GetStringAsync(new Uri(issuer.Address, path));
        return issuer;
    }

    /// <summary>From now on the issuer refuses the person's sign-in, token renewals and user info requests.</summary>
    public void Refuse(Person person) => _refused[person.Sub] = true;

    public void Readmit(Person person) => _refused.TryRemove(person.Sub, out _);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Serve(OpenIddictServerBuilder server)
    {
        server
            .SetAuthorizationEndpointUris("connect/authorize")
            .SetTokenEndpointUris("connect/token")
            .SetUserInfoEndpointUris("connect/userinfo")
            .SetEndSessionEndpointUris("connect/end-session");
        server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().RequireProofKeyForCodeExchange();
        server.RegisterScopes(Scopes.OpenId, Scopes.Profile, Scopes.Email, Scopes.OfflineAccess);
        server.AddEphemeralEncryptionKey().AddEphemeralSigningKey();
        server.EnableDegradedMode(); // without a database: the handlers below check the clients
        server
            .UseAspNetCore()
            .EnableAuthorizationEndpointPassthrough()
            .EnableEndSessionEndpointPassthrough()
            .DisableTransportSecurityRequirement();
        server.AddEventHandler<ValidateAuthorizationRequestContext>(handler =>
            handler.UseInlineHandler(context =>
            {
                if (context.ClientId != ClientId)
                    context.Reject(Errors.InvalidClient, "There is no such client.");
                else if (!IsOurs(context.RedirectUri, SignedIn))
                    context.Reject(Errors.InvalidRequest, "The client doesn't own that address.");
                return default;
            })
        );
        server.AddEventHandler<ValidateTokenRequestContext>(handler =>
            handler.UseInlineHandler(context =>
            {
                if (context.ClientId != ClientId || context.ClientSecret != ClientSecret)
                    context.Reject(Errors.InvalidClient, "That isn't the client.");
                return default;
            })
        );
        server.AddEventHandler<ValidateEndSessionRequestContext>(handler =>
            handler.UseInlineHandler(context =>
            {
                if (context.PostLogoutRedirectUri is { } address && !IsOurs(address, SignedOut))
                    context.Reject(Errors.InvalidRequest, "The client doesn't own that address.");
                return default;
            })
        );
        server.AddEventHandler<HandleTokenRequestContext>(handler =>
            handler.UseInlineHandler(context =>
            {
                var principal = context.AuthorizationCodePrincipal ?? context.RefreshTokenPrincipal;
                if (principal?.GetClaim(Claims.Subject) is not { } sub || _refused.ContainsKey(sub))
                    context.Reject(Errors.InvalidGrant, "That person isn't let in any more.");
                else
                    context.SignIn(principal);
                return default;
            })
        );
        server.AddEventHandler<HandleUserInfoRequestContext>(handler =>
            handler.UseInlineHandler(context =>
            {
                if (
                    _people.FirstOrDefault(x => x.Sub == context.AccessTokenPrincipal.GetClaim(Claims.Subject)) is not { } person
                    || _refused.ContainsKey(person.Sub)
                )
                {
                    context.Reject(Errors.InvalidToken, "That person isn't let in any more.");
                    return default;
                }

                foreach (var (type, value) in person.Claims)
                    context.Claims[type] = value;
                return default;
            })
        );
    }

    private IResult Choose(HttpContext http)
    {
        var request = http.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("Only OpenIddict leads here.");
        if ((string?)request["person"] is not { } chosen)
        {
            var asked = string.Concat(
                request.GetParameters().Select(x => $"<input type=\"hidden\" name=\"{Html(x.Key)}\" value=\"{Html((string?)x.Value)}\">")
            );
            var people = string.Concat(
                _people.Select(x => $"<p><button name=\"person\" value=\"{Html(x.Sub)}\">{Html(x.Name)}</button></p>")
            );
            return Page($"<h1>Who are you?</h1><form method=\"post\" action=\"/connect/authorize\">{asked}{people}</form>");
        }

        if (_people.FirstOrDefault(x => x.Sub == chosen) is not { } person || _refused.ContainsKey(person.Sub))
        {
            return Results.Forbid(
                new AuthenticationProperties(
                    new Dictionary<string, string?>
                    {
                        [OpenIddictServerAspNetCoreConstants.Properties.Error] = Errors.AccessDenied,
                        [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = "That person isn't let in.",
                    }
                ),
                [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]
            );
        }

        var identity = new ClaimsIdentity("chosen", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, person.Sub);
        foreach (var (type, value) in person.Claims)
            identity.SetClaim(type, value);
        identity.SetScopes(request.GetScopes());
        identity.SetDestinations(_ => [Destinations.AccessToken, Destinations.IdentityToken]);
        return Results.SignIn(new ClaimsPrincipal(identity), null, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }

    private static bool IsOurs(string? address, string path) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.IsLoopback && uri.AbsolutePath == path;

    private static string Html(string? text) => HtmlEncoder.Default.Encode(text ?? "");

    private static IResult Page(string body) =>
        Results.Content(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Issuer</title></head>"
                + $"<body><main>{body}</main></body></html>",
            "text/html; charset=utf-8"
        );
}
