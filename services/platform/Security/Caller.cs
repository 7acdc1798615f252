using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace FollowUp.Platform.Security;

/// <summary>The caller of a route, as the API key states it. What the message states about its sender doesn't count.</summary>
/// <param name="Team">The team of the key.</param>
/// <param name="Name">The name of the key.</param>
/// <param name="Principal">The opaque id of who calls: of a key, an integration or a person. Unlike a name it can't be typed; null where
/// this service acts itself.</param>
public sealed record Caller(string Team, string Name, string? Principal = null)
{
    internal const string TeamClaim = "team",
        NameClaim = "name",
        PrincipalClaim = "principal",
        ScopeClaim = "scope";

    /// <summary>Lets an endpoint take a <see cref="Caller"/> as a parameter.</summary>
    /// <param name="http">The request.</param>
    public static ValueTask<Caller> BindAsync(HttpContext http) => ValueTask.FromResult(Of(http.User));

    internal static Caller Of(ClaimsPrincipal user) =>
        new(
            user.FindFirstValue(TeamClaim) ?? throw new InvalidOperationException("The route lacks RequireScope."),
            user.FindFirstValue(NameClaim) ?? "?",
            user.FindFirstValue(PrincipalClaim)
        );

    /// <summary>The principal of a key.</summary>
    /// <param name="id">The public part of the key.</param>
    public static string OfKey(string id) => $"key:{id}";

    /// <summary>The principal of an integration.</summary>
    /// <param name="id">The broker user.</param>
    public static string OfIntegration(string id) => $"integration:{id}";

    /// <summary>The principal of a person, who is not named in it.</summary>
    /// <param name="team">The team.</param>
    /// <param name="identity">Who the person is, as the sign-in knows them.</param>
    public static string OfPerson(string team, string identity) => $"person:{DeterministicId.From(team, "person", identity):N}";
}
