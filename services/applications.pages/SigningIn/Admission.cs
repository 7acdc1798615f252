using System.Security.Claims;
using FollowUp.Contracts;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Pages.SigningIn;

/// <summary>The team and role of a person who signed in at the issuer.</summary>
/// <param name="Subject">The person's permanent id at the issuer.</param>
internal sealed record Admission(string Team, Role Role, string Person, string Subject, string? Candidate)
{
    private const int LongestPerson = 100;

    // A person with several roles gets the one that may do more; a candidate who is also a colleague sees the team.
    private static readonly Role[] Precedence = [Role.Admin, Role.Coach, Role.Viewer, Role.Candidate];

    /// <summary>Maps the claims by the settings; null if the claims are incomplete.</summary>
    public static Admission? Of(ClaimsPrincipal person, IssuerSettings settings)
    {
        string? Claim(string name) => person.FindAll(name).Select(x => x.Value.Trim()).FirstOrDefault(x => x.Length > 0);
        var roles = person.FindAll(settings.RoleClaim).Select(x => x.Value.Trim()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var candidate = Claim(settings.CandidateClaim) is { } reference && CandidateReference.IsValid(reference) ? reference : null;
        var team = Claim(settings.TeamClaim) ?? settings.Team;
        if (Claim("sub") is not { } subject || !TeamName.IsValid(team))
            return null;
        return Precedence
            .Where(x => roles.Contains(x.ToString()) && (x != Role.Candidate || candidate is not null))
            .Select(role => new Admission(
                team!,
                role,
                role == Role.Candidate ? candidate! : NameOf(Claim(settings.NameClaim) ?? Claim("preferred_username") ?? subject),
                subject,
                role == Role.Candidate ? candidate : null
            ))
            .FirstOrDefault();
    }

    private static string NameOf(string name)
    {
        var clean = string.Concat(name.Where(x => !char.IsControl(x)));
        return clean.Length > LongestPerson ? clean[..LongestPerson] : clean;
    }
}
