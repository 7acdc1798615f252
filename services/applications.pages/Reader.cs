using System.Globalization;
using System.Security.Claims;
using FollowUp.Applications.Pages.SigningIn;
using FollowUp.Platform;
using FollowUp.Platform.Security;
using NodaTime;

namespace FollowUp.Applications.Pages;

/// <summary>The person who requests a page, with language and time zone.</summary>
/// <param name="Session">The id of the session.</param>
/// <param name="Candidate">The only candidate whose applications the reader may see; null for all candidates of the team.</param>
public sealed record Reader(
    string Session,
    string Team,
    string Person,
    Role Role,
    IReadOnlyList<string> Scopes,
    string? Candidate,
    CultureInfo Language,
    DateTimeZone Zone
)
{
    internal const string TeamClaim = "team",
        NameClaim = "name",
        RoleClaim = "role",
        ScopeClaim = "scope";

    /// <summary>See <see cref="SigningIn.Session.Who"/>.</summary>
    public string Who { get; init; } = "";

    /// <summary>The mark of the team's changes, taken before any data is read: the page contains at least the changes up to it.</summary>
    internal string Mark { get; init; } = "";

    /// <summary>The caller of the commands that the reader sends.</summary>
    public Caller Caller => new(Team, Person, Principal);

    /// <summary>See <see cref="SigningIn.Session.Principal"/>.</summary>
    public string Principal { get; init; } = "";

    /// <summary>Whether the session has a scope.</summary>
    public bool May(string scope) => Scopes.Contains(scope) || Scopes.Contains(FollowUp.Platform.Security.Scopes.Admin);

    public bool MayRecord => May(FollowUp.Platform.Security.Scopes.Record);
    public bool MayClaim => May(FollowUp.Platform.Security.Scopes.Claim);
    public bool IsAdmin => May(FollowUp.Platform.Security.Scopes.Admin);

    /// <summary>Answers as for an unknown application if the reader may not see the candidate's applications.</summary>
    /// <exception cref="RefusedException">404.</exception>
    public void EnsureMaySee(string candidate)
    {
        if (Candidate is not null && Candidate != candidate)
            throw new RefusedException("unknownApplication", "Your team has no application with that id.");
    }

    internal static Role RoleOf(ClaimsPrincipal user) => Enum.Parse<Role>(user.FindFirstValue(RoleClaim) ?? nameof(Role.Viewer));

    /// <summary>Lets a page's handler take a <see cref="Reader"/> as a parameter.</summary>
    public static ValueTask<Reader?> BindAsync(HttpContext http) =>
        ValueTask.FromResult<Reader?>(
            Of(http) ?? throw new InvalidOperationException("The page is anonymous, so the request has no reader.")
        );

    /// <summary>The reader of a request; null without a session.</summary>
    internal static Reader? Of(HttpContext http) =>
        http.Features.Get<Session>() is { } x
            ? new(
                x.Id,
                x.Team,
                x.Person,
                x.Role,
                x.Scopes,
                x.Role == Role.Candidate ? x.Candidate ?? "" : null,
                Languages.Of(http),
                ZoneOf(http, x)
            )
            {
                Who = x.Who,
                Principal = x.Principal,
                Mark = http.RequestServices.GetRequiredService<Live.Changes>().Mark(x.Team),
            }
            : null;

    private static DateTimeZone ZoneOf(HttpContext http, Session session) =>
        DateTimeZoneProviders.Tzdb.GetZoneOrNull(
            session.TimeZone
                ?? session.BrowserTimeZone
                ?? http.RequestServices.GetRequiredService<IConfiguration>()["FOLLOWUP_TIMEZONE"]
                ?? ""
        ) ?? DateTimeZone.Utc;
}

/// <summary>The languages of the pages.</summary>
internal static class Languages
{
    private static readonly string[] Supported = ["en", "de"];
    private static readonly CultureInfo Default = CultureInfo.GetCultureInfo("en-GB");

    /// <summary>The cultures that a person can choose.</summary>
    public static IReadOnlyList<CultureInfo> All { get; } =
    [.. new[] { "en-GB", "en-US", "de-DE", "de-AT", "de-CH" }.Select(CultureInfo.GetCultureInfo)];

    /// <summary>
    /// The chosen culture, otherwise the first supported one in the browser's Accept-Language, with the country's date format.
    /// </summary>
    public static CultureInfo Of(HttpContext http)
    {
        if (http.Features.Get<Session>()?.Language is { } chosen && Find(chosen) is { } known)
            return known;
        var wanted = http.Request.GetTypedHeaders().AcceptLanguage ?? [];
        return wanted.OrderByDescending(x => x.Quality ?? 1).Select(x => Find(x.Value.Value)).FirstOrDefault(x => x is not null) ?? Default;
    }

    public static CultureInfo? Find(string? name)
    {
        if (name is not { Length: >= 2 and <= 10 } || !Supported.Contains(name[..2], StringComparer.OrdinalIgnoreCase))
            return null;
        if (name.Length == 2)
            return name.Equals("de", StringComparison.OrdinalIgnoreCase) ? CultureInfo.GetCultureInfo("de-DE") : Default;
        try
        {
            return CultureInfo.GetCultureInfo(name, predefinedOnly: true);
        }
        catch (CultureNotFoundException)
        {
            return null;
        }
    }
}
