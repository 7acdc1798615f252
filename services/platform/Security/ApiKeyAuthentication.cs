using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FollowUp.Platform.Security;

/// <summary>Authenticates a request by the API key in its header <c>Authorization: Bearer fu_…</c>.</summary>
internal sealed class ApiKeyAuthentication(
    ApiKeyValidator keys,
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (ApiKeyValidator.KeyIn(Request) is not { } sent)
            return AuthenticateResult.NoResult();
        var key = await keys.Find(sent, Context.RequestAborted);
        if (key is null)
            return AuthenticateResult.Fail("The key is malformed, unknown or revoked.");
        Claim[] claims =
        [
            new(Caller.TeamClaim, key.Team),
            new(Caller.NameClaim, key.Name),
            new(Caller.PrincipalClaim, Caller.OfKey(key.Id)),
            .. key.Scopes.Select(x => new Claim(Caller.ScopeClaim, x)),
        ];
        return AuthenticateResult.Success(new(new(new ClaimsIdentity(claims, SchemeName)), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        throw new RefusedException("unauthenticated", "Send a valid key as 'Authorization: Bearer <key>'.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        throw new RefusedException("forbidden", "The key lacks the scope that this needs.");
}

/// <summary>Authentication and authorization by API keys.</summary>
public static class SecuritySetup
{
    internal static void AddKeys(this IServiceCollection services)
    {
        services.AddSingleton<ApiKeyValidator>();
        services
            .AddAuthentication(ApiKeyAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, null);
        services.AddAuthorization(options =>
        {
            foreach (var scope in Scopes.All)
                options.AddPolicy(scope, policy => policy.RequireClaim(Caller.ScopeClaim, scope, Scopes.Admin));
            // A route without RequireScope is open to admin keys only.
            options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireClaim(Caller.ScopeClaim, Scopes.Admin).Build();
        });
    }

    /// <summary>Opens a route to keys with the given scope, and to keys with <see cref="Scopes.Admin"/>.</summary>
    /// <typeparam name="T">The type of the route's builder.</typeparam>
    /// <param name="route">The route.</param>
    /// <param name="scope">One of <see cref="Scopes.All"/>.</param>
    public static T RequireScope<T>(this T route, string scope)
        where T : IEndpointConventionBuilder => route.RequireAuthorization(scope);
}
