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

/// <summary>
/// Marks a route as a page: a person sees it in a browser, so it is opened by a session, not by a key, and answers in HTML.
/// </summary>
internal sealed class PageMetadata
{
    public static PageMetadata Instance { get; } = new();
}

// See docs/decisions/0019-server-rendered-pages.md
/// <summary>What all pages have in common: sessions, languages, headers, protection of forms.</summary>
internal static class PagesSetup
{
    // Nothing inline, nothing from anywhere else. Forms may lead to nowhere but here.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void AddPages(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.Configuration.AddSecrets(); // the issuer's and the mail server's are among them
        // before the one for programs, which writes whatever it is asked
        services.AddSingleton<IProblemDetailsWriter, HtmlProblemWriter>();
        services.AddRazorComponents();
        builder.Logging.AddFilter(typeof(SessionAuthentication).FullName, LogLevel.Warning); // that somebody isn't signed in is answered
        services.AddLocalization();
        services.AddSingleton<Sessions>().AddSingleton<PersonalSettingsStore>();
        services.AddSingleton<IConfigureMarten, PagesDocuments>().AddSingleton<IPersonalData, PagesDocuments>();
        services.AddSingleton<SlotActionService>().AddSingleton<SlotWarnings>().AddSingleton<Colleagues>();
        services
            .AddSingleton<ApplicationPageLoader>()
            .AddSingleton<CandidateNames>()
            .AddSingleton<Suggestions>()
            .AddSingleton<PolicyLooking>();
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
                options.AddPolicy(PolicyOf(scope, own: true), policy => Opened(policy, scope));
                options.AddPolicy(
                    PolicyOf(scope, own: false),
                    policy => Opened(policy, scope).RequireAssertion(x => Reader.RoleOf(x.User) != Role.Candidate)
                );
            }
        });
        // Cookies and forms are sealed with keys that all nodes share: in the database, as everything that must outlive a container.
        services.AddDataProtection().SetApplicationName("followup");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(x => new ConfigureOptions<KeyManagementOptions>(options =>
            options.XmlRepository = x.GetRequiredService<IXmlRepository>()
        ));
        services.AddSingleton<IXmlRepository, ProtectionKeys>();
        services.AddAntiforgery(x =>
        {
            x.Cookie.Name = "followup_form";
            // strict, a link from elsewhere would bring a new one, and every form that is open in another tab would be refused; what
            // protects is the token in the form
            x.Cookie.SameSite = SameSiteMode.Lax;
            x.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            x.SuppressXFrameOptionsHeader = true; // the content security policy says it
        });
        builder.AddIssuer();
        builder.AddDigest();
        // a form's token differs each time, so its length betrays nothing
        services.AddResponseCompression(x => (x.EnableForHttps, x.MimeTypes) = (true, ["text/html"]));
    }

    private static AuthorizationPolicyBuilder Opened(AuthorizationPolicyBuilder policy, string scope) =>
        policy.AddAuthenticationSchemes(SessionAuthentication.Name).RequireClaim(Reader.ScopeClaim, scope, Scopes.Admin);

    private static string PolicyOf(string scope, bool own) => own ? $"own:{scope}" : $"team:{scope}";

    /// <summary>Maps every page.</summary>
    public static void MapPages(this IEndpointRouteBuilder app)
    {
        SignIn.Map(app);
        OpenIdConnect.Map(app);
        MeRoutes.Map(app);
        DigestStop.Map(app);
        KeysRoutes.Map(app);
        TodayRoutes.Map(app);
        ListRoutes.Map(app);
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

    /// <summary>What a page's request passes first.</summary>
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
                        headers.CacheControl = "no-store"; // it shows people's data
                    return Task.CompletedTask;
                });
                return http.GetEndpoint() is null ? NotThere(http) : next(http);
            }
        );
    }

    // Nobody has to sign in to be told: a wrong address is a wrong address. Whoever is signed in keeps the navigation, and their language.
    private static async Task NotThere(HttpContext http)
    {
        await http.AuthenticateAsync(SessionAuthentication.Name);
        http.Response.StatusCode = 404;
        await http
            .RequestServices.GetRequiredService<IProblemDetailsService>()
            .WriteAsync(new() { HttpContext = http, ProblemDetails = { Status = 404 } });
    }

    /// <summary>What it passes once it is known who asks.</summary>
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
        // The framework only notes it; whoever reads no form would go on.
        app.Use(
            (http, next) =>
                http.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false } ? throw Pages.Form.Expired() : next(http)
        );
    }

    /// <summary>Whether it is a page that is asked for, or a browser asks for something that isn't there.</summary>
    public static bool IsForABrowser(HttpContext http) =>
        (http.GetEndpoint() ?? http.Features.Get<IExceptionHandlerFeature>()?.Endpoint) is { } endpoint
            ? endpoint.Metadata.GetMetadata<PageMetadata>() is not null
            : http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// A page. Unless told otherwise by <see cref="ForCandidatesToo"/>, it isn't for those who may see only what is theirs.
    /// </summary>
    public static RouteHandlerBuilder Page(this IEndpointRouteBuilder app, string pattern, Delegate handler, string scope = Scopes.Read) =>
        app.MapGet(pattern, handler).Shown(scope);

    /// <summary>Takes what a form of a page sends, if the form was this site's own.</summary>
    /// <param name="app">Where it is mapped.</param>
    /// <param name="pattern">The address it is sent to.</param>
    /// <param name="handler">Takes it.</param>
    /// <param name="scope">What one must be allowed to.</param>
    /// <param name="page">The page on which the form stands, if it has another address: a refusal is shown at that of the form, and who
    /// loads it again or keeps it is led to the page. It may name parts of the pattern, as {id}.</param>
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
                .Shown(scope)
                .AllowAnonymous();
        return app.MapPost(pattern, handler).Shown(scope).WithMetadata(new RequireAntiforgeryTokenAttribute());
    }

    private static RouteHandlerBuilder Shown(this RouteHandlerBuilder route, string scope)
    {
        route
            .WithMetadata(PageMetadata.Instance)
            .ExcludeFromDescription()
            .Finally(endpoint =>
            {
                if (endpoint.Metadata.OfType<IAllowAnonymous>().Any())
                    return;
                endpoint.Metadata.Add(new AuthorizeAttribute(PolicyOf(scope, own: endpoint.Metadata.OfType<Own>().Any())));
            });
        return route;
    }

    /// <summary>
    /// Opens a page to a candidate who signs in as well. It must show nothing but what <see cref="Reader.Candidate"/> may see.
    /// </summary>
    public static RouteHandlerBuilder ForCandidatesToo(this RouteHandlerBuilder route) => route.WithMetadata(new Own());

    private sealed class Own;
}
