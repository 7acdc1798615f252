using FollowUp.Platform;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Pages.SigningIn;

/// <summary>The OpenID Connect issuer, and the names of its claims.</summary>
/// <param name="Name">The issuer's name on the sign-in page.</param>
/// <param name="Team">The team of persons without a team claim.</param>
/// <param name="Scopes">The requested scopes besides <c>openid</c> and <c>profile</c>.</param>
internal sealed record IssuerSettings(
    Uri Authority,
    string ClientId,
    string ClientSecret,
    string Name,
    string? Team,
    string TeamClaim,
    string RoleClaim,
    string CandidateClaim,
    string NameClaim,
    IReadOnlyList<string> Scopes
)
{
    private static readonly string[] Parts = ["ClientId", "ClientSecret", "Name", "Team"];

    /// <summary>The settings from the configuration; null if no issuer is set.</summary>
    /// <exception cref="SettingException">A value is missing or invalid.</exception>
    public static IssuerSettings? Of(IConfiguration configuration)
    {
        string? Text(string name) => configuration[$"Oidc:{name}"]?.Trim() is { Length: > 0 } text ? text : null;
        if (Text("Authority") is not { } text)
        {
            var left = Parts.FirstOrDefault(x => Text(x) is not null);
            return left is null
                ? null
                : throw new SettingException(
                    $"Oidc:{left} is set, but Oidc:Authority is not: the address of the OpenID Connect issuer, "
                        + "as https://login.example.org/realms/careers."
                );
        }
        if (
            !Uri.TryCreate(text, UriKind.Absolute, out var authority)
            || !(authority.Scheme == Uri.UriSchemeHttps || (authority.Scheme == Uri.UriSchemeHttp && authority.IsLoopback))
        )
            throw new SettingException(
                "Oidc:Authority must be the https address of the OpenID Connect issuer, "
                    + "as https://login.example.org/realms/careers. Only one on this machine may be reached by http."
            );
        var team = Text("Team");
        if (team is not null && !TeamName.IsValid(team))
            throw new SettingException("Oidc:Team must be a team's name: 1 to 40 of a-z, 0-9 and -, starting with a letter or digit.");
        return new(
            authority,
            configuration.Require("Oidc:ClientId", "the id that the issuer gave to FollowUp"),
            configuration.Require("Oidc:ClientSecret", "the secret that the issuer gave to FollowUp"),
            Text("Name") ?? authority.Host,
            team,
            Text("TeamClaim") ?? "followup_team",
            Text("RoleClaim") ?? "followup_role",
            Text("CandidateClaim") ?? "followup_candidate",
            Text("NameClaim") ?? "name",
            [.. (Text("Scopes") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)]
        );
    }
}

/// <summary>The issuer's settings; null if there is no issuer.</summary>
internal sealed record Issuer(IssuerSettings? Settings)
{
    public string? Name => Settings?.Name;
}
