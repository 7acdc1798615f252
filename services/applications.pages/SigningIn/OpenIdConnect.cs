using System.Globalization;
using System.Security.Cryptography;
using FollowUp.Platform;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using NodaTime;

namespace FollowUp.Applications.Pages.SigningIn;

/// <summary>
/// Sign-in at an issuer with OpenID Connect: code flow with PKCE. It starts the same kind of session as a key, and the browser keeps
/// nothing of the issuer's. The state of a sign-in under way is protected, in the address and in two short-lived cookies.
/// </summary>
internal static partial class OpenIdConnect
{
    private const string Scheme = "Issuer",
        Callback = "/signin-oidc",
        SignedOutCallback = "/signout-callback-oidc",
        ReturnKey = "followup.return",
        ZoneKey = "followup.zone",
        PromptKey = "followup.again",
        IdToken = "id_token";

    // The issuer's claims are read only at sign-in.
    private static readonly TimeSpan SessionLifetime = TimeSpan.FromHours(12);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10),
        SignOutLifetime = TimeSpan.FromMinutes(5);

    public static void AddIssuer(this WebApplicationBuilder builder)
    {
        var settings = IssuerSettings.Of(builder.Configuration);
        var address = PagesAddress.Of(builder.Configuration);
        builder.Services.AddSingleton(new Issuer(settings)).AddSingleton(address);
        if (settings is null)
            return;
        builder
            .Services.AddAuthentication()
            .AddOpenIdConnect(
                Scheme,
                options =>
                {
                    options.Authority = settings.Authority.ToString();
                    options.ClientId = settings.ClientId;
                    options.ClientSecret = settings.ClientSecret;
                    options.RequireHttpsMetadata = settings.Authority.Scheme == Uri.UriSchemeHttps;
                    options.CallbackPath = Callback;
                    options.SignedOutCallbackPath = SignedOutCallback;
                    options.SignedOutRedirectUri = "/sign-in?return=/";
                    options.SignInScheme = SessionAuthentication.Name;
                    options.ResponseType = "code";
                    // A cross-site form post would need cookies with SameSite=None.
                    options.ResponseMode = "query";
                    options.UsePkce = true;
                    options.MapInboundClaims = false;
                    options.GetClaimsFromUserInfoEndpoint = true;
                    options.SaveTokens = true; // until the session is started
                    options.BackchannelTimeout = RequestTimeout;
                    foreach (var scope in settings.Scopes)
                        options.Scope.Add(scope);
                    foreach (
                        var claim in new[]
                        {
                            settings.TeamClaim,
                            settings.RoleClaim,
                            settings.CandidateClaim,
                            settings.NameClaim,
                            "preferred_username",
                        }
                    )
                        options.ClaimActions.MapJsonKey(claim, claim);
                    foreach (var cookie in new[] { options.CorrelationCookie, options.NonceCookie })
                        (cookie.SameSite, cookie.SecurePolicy) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest);
                    options.Events.OnRedirectToIdentityProvider = context =>
                    {
                        if (address.Url is { } url)
                            context.ProtocolMessage.RedirectUri = url + Callback;
                        if (context.Properties.Items.ContainsKey(PromptKey))
                            context.ProtocolMessage.Prompt = "login";
                        return Task.CompletedTask;
                    };
                    options.Events.OnRedirectToIdentityProviderForSignOut = context =>
                    {
                        if (address.Url is { } url)
                            context.ProtocolMessage.PostLogoutRedirectUri = url + SignedOutCallback;
                        context.ProtocolMessage.IdTokenHint = context.HttpContext.Items[IdToken] as string;
                        return Task.CompletedTask;
                    };
                    options.Events.OnTicketReceived = context => Begin(context, settings);
                    options.Events.OnRemoteFailure = context =>
                    {
                        context.HandleResponse();
                        var isUnreachable =
                            context.Failure is HttpRequestException or TaskCanceledException or IOException
                            || context.Failure?.InnerException is HttpRequestException or TaskCanceledException or IOException;
                        LogFailed(
                            Log(context.HttpContext),
                            context.Failure?.GetType().Name ?? "none",
                            context.Failure?.Message.Split('\n', 2)[0]
                        );
                        return Show(
                            context.HttpContext,
                            SignIn.Show(
                                context.Properties?.Items.TryGetValue(ReturnKey, out var wanted) is true ? wanted : null,
                                new(
                                    new Dictionary<string, string>(StringComparer.Ordinal),
                                    isUnreachable
                                        ? Unreachable()
                                        : new RefusedException("notSignedIn", "Signing in there didn't come to an end. Please try again.")
                                ),
                                settings.Name,
                                isUnreachable ? 503 : 400
                            )
                        );
                    };
                }
            );
        // OnRemoteFailure logs a failure once, and the page shows it.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Authentication.OpenIdConnect", LogLevel.None);
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        // A link, not a form: this site's content security policy allows no form to post elsewhere.
        app.Page(
                "/sign-in/issuer",
                async Task<IResult> (
                    string? @return,
                    string? zone,
                    string? again,
                    Issuer issuer,
                    IOptionsMonitor<OpenIdConnectOptions> options,
                    HttpContext http,
                    CancellationToken ct
                ) =>
                {
                    if (issuer.Settings is null)
                        return TypedResults.Redirect("/sign-in");
                    try
                    {
                        await EnsureReachable(options.Get(Scheme), ct);
                        var properties = new AuthenticationProperties { RedirectUri = "/" };
                        if (Form.SafeReturn(@return) is { } wanted)
                            properties.Items[ReturnKey] = wanted;
                        if (zone is { Length: > 0 and <= 60 })
                            properties.Items[ZoneKey] = zone;
                        if (again is not null)
                            properties.Items[PromptKey] = "1";
                        await http.ChallengeAsync(Scheme, properties);
                        return Results.Empty;
                    }
                    catch (Exception exception) when (IsUnreachable(exception, ct))
                    {
                        LogFailed(Log(http), exception.GetType().Name, exception.Message.Split('\n', 2)[0]);
                        return SignIn.Show(
                            @return,
                            new(new Dictionary<string, string>(StringComparer.Ordinal), Unreachable()),
                            issuer.Name,
                            503
                        );
                    }
                }
            )
            .AllowAnonymous();

        // The authentication handler answers both addresses first, except for a request without its parameters.
        app.Page(Callback, () => TypedResults.Redirect("/sign-in")).AllowAnonymous();
        app.Page(SignedOutCallback, () => TypedResults.Redirect("/sign-in")).AllowAnonymous();

        app.Page(
                "/sign-out/issuer",
                (string? of, Issuer issuer) =>
                    issuer.Name is { } name && of is { Length: > 0 and < 1000 }
                        ? (IResult)
                            new RazorComponentResult<SignedOutPage>(
                                new { Issuer = name, Onward = $"/sign-out/issuer/now?of={Uri.EscapeDataString(of)}" }
                            )
                        : TypedResults.Redirect("/sign-in")
            )
            .AllowAnonymous();

        app.Page(
                "/sign-out/issuer/now",
                async Task<IResult> (
                    string? of,
                    Issuer issuer,
                    Sessions sessions,
                    IDataProtectionProvider protection,
                    IOptionsMonitor<OpenIdConnectOptions> options,
                    HttpContext http,
                    CancellationToken ct
                ) =>
                {
                    if (
                        issuer.Settings is null
                        || Unprotect(protection, of) is not { } id
                        || await sessions.Load(id, ct) is not { Subject: not null } session
                    )
                        return TypedResults.Redirect("/sign-in");
                    try
                    {
                        await EnsureReachable(options.Get(Scheme), ct);
                        if (
                            await options.Get(Scheme).ConfigurationManager!.GetConfigurationAsync(ct)
                            is not { EndSessionEndpoint.Length: > 0 }
                        )
                            return TypedResults.Redirect("/sign-in");
                        http.Items[IdToken] = session.IdToken;
                        await http.SignOutAsync(Scheme, new AuthenticationProperties { RedirectUri = "/sign-in?return=/" });
                        return Results.Empty;
                    }
                    catch (Exception exception) when (IsUnreachable(exception, ct))
                    {
                        return SignIn.Show(
                            null,
                            new(
                                new Dictionary<string, string>(StringComparer.Ordinal),
                                new(
                                    "issuerUnreachable",
                                    "You are signed out here. Where you signed in can't be reached, so you may still be signed in there."
                                )
                            ),
                            issuer.Name,
                            503
                        );
                    }
                }
            )
            .AllowAnonymous();
    }

    /// <summary>
    /// The address that signs a person out at the issuer, too. It is protected and valid for 5 minutes, so that another site's link can't
    /// do it.
    /// </summary>
    public static string SignOutAddress(IDataProtectionProvider protection, string session) =>
        $"/sign-out/issuer?of={Uri.EscapeDataString(Protector(protection).Protect(session, SignOutLifetime))}";

    private static ITimeLimitedDataProtector Protector(IDataProtectionProvider protection) =>
        protection.CreateProtector("FollowUp.SignOut").ToTimeLimitedDataProtector();

    private static string? Unprotect(IDataProtectionProvider protection, string? of)
    {
        try
        {
            return of is null ? null : Protector(protection).Unprotect(of);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static async Task Begin(TicketReceivedContext context, IssuerSettings settings)
    {
        var http = context.HttpContext;
        context.HandleResponse();
        if (Admission.Of(context.Principal!, settings) is not { } admitted)
        {
            await Show(http, new RazorComponentResult<NotAdmittedPage>(new { Issuer = settings.Name }) { StatusCode = 403 });
            return;
        }
        var items = context.Properties!.Items;
        var (session, secret) = await http
            .RequestServices.GetRequiredService<Sessions>()
            .Start(
                x =>
                    x with
                    {
                        Team = admitted.Team,
                        Person = admitted.Person,
                        Role = admitted.Role,
                        Candidate = admitted.Candidate,
                        Subject = admitted.Subject,
                        Scopes = Roles.ScopesOf(admitted.Role),
                        IdToken = context.Properties.GetTokenValue(IdToken),
                        BrowserTimeZone = items.TryGetValue(ZoneKey, out var zone)
                            ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone ?? "")?.Id
                            : null,
                    },
                SessionLifetime,
                http.RequestAborted
            );
        SessionAuthentication.AppendCookie(http, session, secret);
        http.Response.Redirect(items.TryGetValue(ReturnKey, out var wanted) && Form.SafeReturn(wanted) is { } place ? place : "/");
    }

    // The issuer's metadata is cached for hours, so this request checks that the issuer is up, before a redirect to a page that doesn't
    // load.
    private static async Task EnsureReachable(OpenIdConnectOptions options, CancellationToken ct)
    {
        using var answer = await options.Backchannel.GetAsync(options.MetadataAddress, HttpCompletionOption.ResponseHeadersRead, ct);
        answer.EnsureSuccessStatusCode();
    }

    private static RefusedException Unreachable() =>
        new("issuerUnreachable", "Where you sign in can't be reached just now. Please try again in a moment, or sign in with a key.");

    // The OpenID Connect library wraps such errors in an InvalidOperationException.
    private static bool IsUnreachable(Exception exception, CancellationToken ct) =>
        !ct.IsCancellationRequested
        && exception is HttpRequestException or TaskCanceledException or IOException or InvalidOperationException;

    private static Task Show(HttpContext http, IResult page)
    {
        // The authentication handler answers before the language middleware runs.
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Languages.Of(http);
        return page.ExecuteAsync(http);
    }

    private static ILogger Log(HttpContext http) =>
        http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OpenIdConnect).FullName!);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A sign-in at the issuer failed, and the page offers another attempt or a key: {Kind}: {Reason}"
    )]
    private static partial void LogFailed(ILogger log, string kind, string? reason);
}
