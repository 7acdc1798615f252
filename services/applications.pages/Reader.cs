using System.Globalization;
using System.Security.Claims;
using FollowUp.Applications.Pages.SigningIn;
using FollowUp.Platform;
using FollowUp.Platform.Security;
using NodaTime;

namespace FollowUp.Applications.Pages;

/// <summary>Who looks at a page, and how they like to read it.</summary>
/// <param name="Session">The session's id.</param>
/// <param name="Candidate">The only candidate whose applications they may see; null: all of the team.</param>
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

    /// <summary>Up to which change of the team what they are shown goes at least: taken before anything is read.</summary>
    internal string Mark { get; init; } = "";

    /// <summary>As whom they record.</summary>
    public Caller Caller => new(Team, Person);

    /// <summary>Whether their session has that scope.</summary>
    public bool May(string scope) => Scopes.Contains(scope) || Scopes.Contains(FollowUp.Platform.Security.Scopes.Admin);

    public bool MayRecord => May(FollowUp.Platform.Security.Scopes.Record);
    public bool MayClaim => May(FollowUp.Platform.Security.Scopes.Claim);
    public bool IsAdmin => May(FollowUp.Platform.Security.Scopes.Admin);

    /// <summary>What isn't theirs isn't there, for them.</summary>
    /// <exception cref="RefusedException">404.</exception>
    public void MustSee(string candidate)
    {
        if (Candidate is not null && Candidate != candidate)
            throw new RefusedException("unknownApplication", "Your team has no application with that id.");
    }

    internal static Role RoleOf(ClaimsPrincipal user) => Enum.Parse<Role>(user.FindFirstValue(RoleClaim) ?? nameof(Role.Viewer));

    /// <summary>Lets a page's handler take a <see cref="Reader"/> as a parameter.</summary>
    public static ValueTask<Reader?> BindAsync(HttpContext http) =>
        ValueTask.FromResult<Reader?>(Of(http) ?? throw new InvalidOperationException("The page is open to anybody."));

    /// <summary>Who it is; null where nobody is signed in.</summary>
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

/// <summary>The languages that the pages speak.</summary>
internal static class Languages
{
    private static readonly string[] Spoken = ["en", "de"];
    private static readonly CultureInfo Otherwise = CultureInfo.GetCultureInfo("en-GB");

    /// <summary>What a person may choose.</summary>
    public static IReadOnlyList<CultureInfo> All { get; } =
    [.. new[] { "en-GB", "en-US", "de-DE", "de-AT", "de-CH" }.Select(CultureInfo.GetCultureInfo)];

    /// <summary>
    /// What was chosen, or else the first that the browser asks for and that is spoken here, with its country's way to write dates.
    /// </summary>
    public static CultureInfo Of(HttpContext http)
    {
        if (http.Features.Get<Session>()?.Language is { } chosen && Find(chosen) is { } known)
            return known;
        var wanted = http.Request.GetTypedHeaders().AcceptLanguage ?? [];
        return wanted.OrderByDescending(x => x.Quality ?? 1).Select(x => Find(x.Value.Value)).FirstOrDefault(x => x is not null)
            ?? Otherwise;
    }

    public static CultureInfo? Find(string? name)
    {
        if (name is not { Length: >= 2 and <= 10 } || !Spoken.Contains(name[..2], StringComparer.OrdinalIgnoreCase))
            return null;
        if (name.Length == 2)
            return name.Equals("de", StringComparison.OrdinalIgnoreCase) ? CultureInfo.GetCultureInfo("de-DE") : Otherwise;
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
