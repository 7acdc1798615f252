using FollowUp.Platform.Security;

namespace FollowUp.Applications.Pages.SigningIn;

/// <summary>The scopes of a role, and the role of a key.</summary>
internal static class Roles
{
    public static IReadOnlyList<string> ScopesOf(Role role) =>
        role switch
        {
            Role.Admin => [Scopes.Admin],
            Role.Coach or Role.Candidate => [Scopes.Read, Scopes.Record, Scopes.Claim],
            _ => [Scopes.Read],
        };

    public static Role Of(ApiKey key) =>
        key switch
        {
            { Candidate: not null } => Role.Candidate,
            _ when key.Scopes.Contains(Scopes.Admin) => Role.Admin,
            _ when key.Scopes.Contains(Scopes.Record) || key.Scopes.Contains(Scopes.Claim) => Role.Coach,
            _ => Role.Viewer,
        };
}
