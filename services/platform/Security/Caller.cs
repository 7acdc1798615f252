using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace FollowUp.Platform.Security;

/// <summary>Who asks: what their key says, never what their message says.</summary>
/// <param name="Team">The team that the key belongs to.</param>
/// <param name="Name">The key's name.</param>
public sealed record Caller(string Team, string Name)
{
    internal const string TeamClaim = "team",
        NameClaim = "name",
        ScopeClaim = "scope";

    /// <summary>Lets an endpoint take a <see cref="Caller"/> as a parameter.</summary>
    /// <param name="http">The request.</param>
    public static ValueTask<Caller> BindAsync(HttpContext http) => ValueTask.FromResult(Of(http.User));

    internal static Caller Of(ClaimsPrincipal user) =>
        new(
            user.FindFirstValue(TeamClaim) ?? throw new InvalidOperationException("The route lacks RequireScope."),
            user.FindFirstValue(NameClaim) ?? "?"
        );
}
