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
/// Signing in at an issuer, with OpenID Connect: code flow with PKCE. It ends in the same session as a key does, and nothing of the
/// issuer's is kept in the
/// browser. What is on the way lies sealed in the address and in two short-lived cookies.
/// </summary>
internal static partial class OpenIdConnect
{
    private const string Scheme = "Issuer",
        Callback = "/signin-oidc",
        SignedOutCallback = "/signout-callback-oidc",
        ReturnKey = "followup.return",
        ZoneKey = "followup.zone",
        AgainKey = "followup.again",
        IdToken = "id_token";
    private static readonly TimeSpan Length = TimeSpan.FromHours(12); // what the issuer says of somebody is only asked when they sign in
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10),
        SignOutLasts = TimeSpan.FromMinutes(5);

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
                    options.ResponseMode = "query"; // a form that another site sends would need cookies that every site may use
                    options.UsePkce = true;
                    options.MapInboundClaims = false;
                    options.GetClaimsFromUserInfoEndpoint = true;
                    options.SaveTokens = true; // until the session is made
                    options.BackchannelTimeout = Patience;
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
                        if (context.Properties.Items.ContainsKey(AgainKey))
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
                        var isAway =
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
                                    isAway
                                        ? Away()
                                        : new RefusedException("notSignedIn", "Signing in there didn't come to an end. Please try again.")
                                ),
                                settings.Name,
                                isAway ? 503 : 400
                            )
                        );
                    };
                }
            );
        // what failed is logged here, once, and said on the page
        builder.Logging.AddFilter("Microsoft.AspNetCore.Authentication.OpenIdConnect", LogLevel.None);
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        // A link, not a form: no form of this site may lead anywhere else.
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
                        await MustAnswer(options.Get(Scheme), ct);
                        var properties = new AuthenticationProperties { RedirectUri = "/" };
                        if (Form.SafeReturn(@return) is { } wanted)
                            properties.Items[ReturnKey] = wanted;
                        if (zone is { Length: > 0 and <= 60 })
                            properties.Items[ZoneKey] = zone;
                        if (again is not null)
                            properties.Items[AgainKey] = "1";
                        await http.ChallengeAsync(Scheme, properties);
                        return Results.Empty;
                    }
                    catch (Exception exception) when (IsAway(exception, ct))
                    {
                        LogFailed(Log(http), exception.GetType().Name, exception.Message.Split('\n', 2)[0]);
                        return SignIn.Show(@return, new(new Dictionary<string, string>(StringComparer.Ordinal), Away()), issuer.Name, 503);
                    }
                }
            )
            .AllowAnonymous();

        // Both are answered before they are reached, unless somebody comes to them by hand.
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
                        || Opened(protection, of) is not { } id
                        || await sessions.Load(id, ct) is not { Subject: not null } session
                    )
                        return TypedResults.Redirect("/sign-in");
                    try
                    {
                        await MustAnswer(options.Get(Scheme), ct);
                        if (
                            await options.Get(Scheme).ConfigurationManager!.GetConfigurationAsync(ct)
                            is not { EndSessionEndpoint.Length: > 0 }
                        )
                            return TypedResults.Redirect("/sign-in");
                        http.Items[IdToken] = session.IdToken;
                        await http.SignOutAsync(Scheme, new AuthenticationProperties { RedirectUri = "/sign-in?return=/" });
                        return Results.Empty;
                    }
                    catch (Exception exception) when (IsAway(exception, ct))
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

    /// <summary>Where somebody goes to be signed out at the issuer too. For a few minutes, so that no one else's link can do it.</summary>
    public static string SignOutAddress(IDataProtectionProvider protection, string session) =>
        $"/sign-out/issuer?of={Uri.EscapeDataString(Protector(protection).Protect(session, SignOutLasts))}";

    private static ITimeLimitedDataProtector Protector(IDataProtectionProvider protection) =>
        protection.CreateProtector("FollowUp.SignOut").ToTimeLimitedDataProtector();

    private static string? Opened(IDataProtectionProvider protection, string? of)
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
                Length,
                http.RequestAborted
            );
        SessionAuthentication.Keep(http, session, secret);
        http.Response.Redirect(items.TryGetValue(ReturnKey, out var wanted) && Form.SafeReturn(wanted) is { } place ? place : "/");
    }

    // What is known of the issuer is remembered for hours; that it is there now is asked, so that nobody is sent to a page that doesn't
    // come.
    private static async Task MustAnswer(OpenIdConnectOptions options, CancellationToken ct)
    {
        using var answer = await options.Backchannel.GetAsync(options.MetadataAddress, HttpCompletionOption.ResponseHeadersRead, ct);
        answer.EnsureSuccessStatusCode();
    }

    private static RefusedException Away() =>
        new("issuerUnreachable", "Where you sign in can't be reached just now. Please try again in a moment, or sign in with a key.");

    // Its library wraps what went wrong on the way in an InvalidOperationException.
    private static bool IsAway(Exception exception, CancellationToken ct) =>
        !ct.IsCancellationRequested
        && exception is HttpRequestException or TaskCanceledException or IOException or InvalidOperationException;

    private static Task Show(HttpContext http, IResult page)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Languages.Of(http); // it is answered before languages are looked at
        return page.ExecuteAsync(http);
    }

    private static ILogger Log(HttpContext http) =>
        http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OpenIdConnect).FullName!);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Signing in at the issuer failed: {Kind}: {Reason}")]
    private static partial void LogFailed(ILogger log, string kind, string? reason);
}
