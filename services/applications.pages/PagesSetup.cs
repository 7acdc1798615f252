using System.Diagnostics;
using System.Globalization;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Pages.Actions;
using FollowUp.Applications.Pages.Digest;
using FollowUp.Applications.Pages.Import;
using FollowUp.Applications.Pages.Insights;
using FollowUp.Applications.Pages.Live;
using FollowUp.Applications.Pages.Me;
using FollowUp.Applications.Pages.New;
using FollowUp.Applications.Pages.Pipeline;
using FollowUp.Applications.Pages.Settings.Calendars;
using FollowUp.Applications.Pages.Settings.Keys;
using FollowUp.Applications.Pages.Settings.Policy;
using FollowUp.Applications.Pages.SigningIn;
using FollowUp.Applications.Pages.Today;
using FollowUp.Platform;
using FollowUp.Platform.Security;
using Marten;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;

namespace FollowUp.Applications.Pages;

/// <summary>Marks a route as a page: it needs a session instead of an API key, and answers in HTML.</summary>
internal sealed class PageMetadata
{
    public static PageMetadata Instance { get; } = new();
}

// See docs/decisions/0019-server-rendered-pages.md
/// <summary>The common part of all pages: sessions, languages, headers, antiforgery.</summary>
internal static class PagesSetup
{
    // Nothing inline, and nothing from other sites. Forms post only to this site.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        + "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void AddPages(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.Configuration.AddSecrets(); // among them the secrets of the issuer and the mail server
        // Before the JSON writer, which accepts every request.
        services.AddSingleton<IProblemDetailsWriter, HtmlProblemWriter>();
        services.AddRazorComponents();
        // A request without a session is answered, not logged.
        builder.Logging.AddFilter(typeof(SessionAuthentication).FullName, LogLevel.Warning);
        services.AddLocalization();
        services.AddSingleton<Sessions>().AddSingleton<PersonalSettingsStore>();
        services.AddSingleton<IConfigureMarten, PagesDocuments>().AddSingleton<IPersonalData, PagesDocuments>();
        services.AddSingleton<SlotActionService>().AddSingleton<SlotWarnings>().AddSingleton<SheetPlans>().AddSingleton<Colleagues>();
        services
            .AddSingleton<ApplicationPageLoader>()
            .AddSingleton<CandidateNames>()
            .AddSingleton<Suggestions>()
            .AddSingleton<PolicyPageService>();
        services
            .AddSingleton<Changes>()
            .AddHostedService(x => x.GetRequiredService<Changes>())
            .AddSingleton<IConfigureMarten>(x => x.GetRequiredService<Changes>());
        services.AddScoped<Terms>();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.Name, null);
        services.AddAuthorization(options =>
        {
            foreach (var scope in Scopes.All)
            {
                options.AddPolicy(PolicyOf(scope, own: true), policy => RequireSession(policy, scope));
                options.AddPolicy(
                    PolicyOf(scope, own: false),
                    policy => RequireSession(policy, scope).RequireAssertion(x => Reader.RoleOf(x.User) != Role.Candidate)
                );
            }
        });
        // All nodes share the keys that protect cookies and forms. They are in the database, as everything that must survive a container.
        services.AddDataProtection().SetApplicationName("followup");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(x => new ConfigureOptions<KeyManagementOptions>(options =>
            options.XmlRepository = x.GetRequiredService<IXmlRepository>()
        ));
        services.AddSingleton<IXmlRepository, ProtectionKeys>();
        services.AddAntiforgery(x =>
        {
            x.Cookie.Name = "followup_form";
            // With Strict, a link from another site would make a new cookie, and every form that is open in another tab would be refused.
            // The token in the form protects against forgery.
            x.Cookie.SameSite = SameSiteMode.Lax;
            x.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            x.SuppressXFrameOptionsHeader = true; // the content security policy contains it
        });
        builder.AddIssuer();
        builder.AddDigest();
        // The form's token is different each time, so the compressed length reveals nothing (BREACH).
        services.AddResponseCompression(x => (x.EnableForHttps, x.MimeTypes) = (true, ["text/html"]));
    }

    private static AuthorizationPolicyBuilder RequireSession(AuthorizationPolicyBuilder policy, string scope) =>
        policy.AddAuthenticationSchemes(SessionAuthentication.Name).RequireClaim(Reader.ScopeClaim, scope, Scopes.Admin);

    private static string PolicyOf(string scope, bool own) => own ? $"own:{scope}" : $"team:{scope}";

    /// <summary>Maps every page.</summary>
    public static void MapPages(this IEndpointRouteBuilder app)
    {
        SignIn.Map(app);
        OpenIdConnect.Map(app);
        MeRoutes.Map(app);
        DigestUnsubscribe.Map(app);
        KeysRoutes.Map(app);
        TodayRoutes.Map(app);
        ListRoutes.Map(app);
        RecordRoutes.Map(app);
        BoardRoutes.Map(app);
        ApplicationRoutes.Map(app);
        ActionRoutes.Map(app);
        ChangesRoute.Map(app);
        NewRoutes.Map(app);
        ImportRoutes.Map(app);
        PolicyRoutes.Map(app);
        VersionsRoutes.Map(app);
        HolidaysRoutes.Map(app);
        InsightsRoutes.Map(app);
        CalendarsRoutes.Map(app);
    }

    /// <summary>The middleware before authentication.</summary>
    public static void UsePages(this WebApplication app)
    {
        app.UseResponseCompression();
        app.Use(
            (http, next) =>
            {
                if (!IsForABrowser(http))
                    return next(http);
                var started = Stopwatch.GetTimestamp();
                http.Response.OnStarting(() =>
                {
                    var headers = http.Response.Headers;
                    headers.ContentSecurityPolicy = ContentSecurityPolicy;
                    headers.XContentTypeOptions = "nosniff";
                    headers["Referrer-Policy"] = "same-origin";
                    headers["Cross-Origin-Opener-Policy"] = "same-origin";
                    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
                    headers["Server-Timing"] = string.Create(
                        CultureInfo.InvariantCulture,
                        $"app;dur={Stopwatch.GetElapsedTime(started).TotalMilliseconds:0.0}"
                    );
                    if (headers.CacheControl.Count == 0)
                        headers.CacheControl = "no-store"; // pages contain personal data
                    return Task.CompletedTask;
                });
                return http.GetEndpoint() is null ? WriteNotFound(http) : next(http);
            }
        );
    }

    // An unknown address needs no sign-in. With a session, the error page keeps the navigation and the reader's language.
    private static async Task WriteNotFound(HttpContext http)
    {
        await http.AuthenticateAsync(SessionAuthentication.Name);
        http.Response.StatusCode = 404;
        await http
            .RequestServices.GetRequiredService<IProblemDetailsService>()
            .WriteAsync(new() { HttpContext = http, ProblemDetails = { Status = 404 } });
    }

    /// <summary>The middleware after authentication.</summary>
    public static void UseLanguages(this WebApplication app)
    {
        app.Use(
            (http, next) =>
            {
                if (IsForABrowser(http))
                    CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Languages.Of(http);
                return next(http);
            }
        );
        app.UseAntiforgery();
        // The framework's middleware only sets the feature, and a handler that reads no form would continue.
        app.Use(
            (http, next) =>
                http.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false } ? throw Pages.Form.Expired() : next(http)
        );
    }

    /// <summary>Whether the request is for a page, or a browser requests an unknown address.</summary>
    public static bool IsForABrowser(HttpContext http) =>
        (http.GetEndpoint() ?? http.Features.Get<IExceptionHandlerFeature>()?.Endpoint) is { } endpoint
            ? endpoint.Metadata.GetMetadata<PageMetadata>() is not null
            : http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Maps a page. Candidates may not open it, unless <see cref="ForCandidatesToo"/> is called.</summary>
    public static RouteHandlerBuilder Page(this IEndpointRouteBuilder app, string pattern, Delegate handler, string scope = Scopes.Read) =>
        app.MapGet(pattern, handler).AsPage(scope);

    /// <summary>Maps the address of a form. The form must have this site's antiforgery token.</summary>
    /// <param name="app">The route builder.</param>
    /// <param name="pattern">The address that the form posts to.</param>
    /// <param name="handler">Handles the form.</param>
    /// <param name="scope">The scope that the session must have.</param>
    /// <param name="page">The page with the form, if its address is another one. A refusal is shown at the form's address; a reload or a
    /// bookmark of that address is redirected to the page. May contain parameters of the pattern, for example {id}.</param>
    public static RouteHandlerBuilder Form(
        this IEndpointRouteBuilder app,
        string pattern,
        Delegate handler,
        string scope = Scopes.Record,
        string? page = null
    )
    {
        if (page is not null)
            app.MapGet(
                    pattern,
                    (HttpContext http) =>
                        TypedResults.Redirect(
                            http.Request.RouteValues.Aggregate(
                                page,
                                (at, x) => at.Replace($"{{{x.Key}}}", Uri.EscapeDataString($"{x.Value}"), StringComparison.Ordinal)
                            )
                        )
                )
                .AsPage(scope)
                .AllowAnonymous();
        return app.MapPost(pattern, handler).AsPage(scope).WithMetadata(new RequireAntiforgeryTokenAttribute());
    }

    private static RouteHandlerBuilder AsPage(this RouteHandlerBuilder route, string scope)
    {
        route
            .WithMetadata(PageMetadata.Instance)
            .ExcludeFromDescription()
            .Finally(endpoint =>
            {
                if (endpoint.Metadata.OfType<IAllowAnonymous>().Any())
                    return;
                endpoint.Metadata.Add(new AuthorizeAttribute(PolicyOf(scope, own: endpoint.Metadata.OfType<OpenToCandidates>().Any())));
            });
        return route;
    }

    /// <summary>Opens a page to candidates as well. The page may then show only what <see cref="Reader.Candidate"/> may see.</summary>
    public static RouteHandlerBuilder ForCandidatesToo(this RouteHandlerBuilder route) => route.WithMetadata(new OpenToCandidates());

    private sealed class OpenToCandidates;
}
