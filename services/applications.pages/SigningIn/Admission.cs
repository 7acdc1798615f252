using System.Security.Claims;
using FollowUp.Contracts;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Pages.SigningIn;

/// <summary>As whom somebody is let in whom the issuer vouches for.</summary>
/// <param name="Subject">Who they are at the issuer, for ever.</param>
internal sealed record Admission(string Team, Role Role, string Person, string Subject, string? Candidate)
{
    private const int LongestPerson = 100;

    // Who is more than one thing is the one that may do more; a candidate who also works there sees the team.
    private static readonly Role[] Strongest = [Role.Admin, Role.Coach, Role.Viewer, Role.Candidate];

    /// <summary>What the claims say, in the words of the settings; null where they don't say enough.</summary>
    public static Admission? Of(ClaimsPrincipal person, IssuerSettings settings)
    {
        string? Claim(string name) => person.FindAll(name).Select(x => x.Value.Trim()).FirstOrDefault(x => x.Length > 0);
        var roles = person.FindAll(settings.RoleClaim).Select(x => x.Value.Trim()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var candidate = Claim(settings.CandidateClaim) is { } reference && CandidateReference.IsValid(reference) ? reference : null;
        var team = Claim(settings.TeamClaim) ?? settings.Team;
        if (Claim("sub") is not { } subject || !TeamName.IsValid(team))
            return null;
        return Strongest
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
