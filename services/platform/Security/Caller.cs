using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace FollowUp.Platform.Security;

/// <summary>The caller of a route, as the API key states it. What the message states about its sender doesn't count.</summary>
/// <param name="Team">The team of the key.</param>
/// <param name="Name">The name of the key.</param>
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
