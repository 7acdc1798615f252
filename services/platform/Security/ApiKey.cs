using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace FollowUp.Platform.Security;

/// <summary>What a key may do.</summary>
public static class Scopes
{
    /// <summary>See what was recorded and planned.</summary>
    public const string Read = "read";

    /// <summary>Record what happened.</summary>
    public const string Record = "record";

    /// <summary>Claim and release follow-ups.</summary>
    public const string Claim = "claim";

    /// <summary>All of these, and make and revoke keys.</summary>
    public const string Admin = "admin";

    /// <summary>
    /// Opens no route: with such a key a candidate signs in, and sees and records what is their own. It stands alone, with <see
    /// cref="ApiKey.Candidate"/>.
    /// </summary>
    public const string Candidate = "candidate";

    /// <summary>Every scope that opens routes.</summary>
    public static IReadOnlyList<string> All { get; } = [Read, Record, Claim, Admin];
}

/// <summary>A key as it is kept: of its secret only the SHA-256 hash.</summary>
public sealed record ApiKey
{
    /// <summary>The public part, by which it is found.</summary>
    public required string Id { get; init; }

    /// <summary>The team it belongs to.</summary>
    public required string Team { get; init; }

    /// <summary>What its owner calls it; stands as <c>by</c> of what is recorded with it.</summary>
    public required string Name { get; init; }

    /// <summary>Some of <see cref="Security.Scopes.All"/>, or <see cref="Security.Scopes.Candidate"/> alone.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Whose key it is, with <see cref="Security.Scopes.Candidate"/>.</summary>
    public string? Candidate { get; init; }

    /// <summary>SHA-256 of the secret, base64.</summary>
    public required string Hash { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>By whom.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When it was revoked, if it was.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}

/// <summary>Keys look like <c>fu_&lt;id&gt;_&lt;secret&gt;</c>: 80 bits of id, and 256 of secret from the system's generator.</summary>
public static partial class ApiKeyFormat
{
    private const int IdBytes = 10,
        SecretBytes = 32; // a guess has one chance in 2^256; OWASP asks for 2^128

    /// <summary>A new key.</summary>
    /// <param name="attempt">What asks for it: the same, sent twice, is the same id. A random one where none is given.</param>
    /// <returns>The key to show once, its id, and the hash to keep.</returns>
    public static (string Key, string Id, string Hash) New(Guid? attempt = null)
    {
        var id = Convert.ToHexStringLower(
            attempt is { } asked ? SHA256.HashData(asked.ToByteArray())[..IdBytes] : RandomNumberGenerator.GetBytes(IdBytes)
        );
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        return ($"fu_{id}_{secret}", id, HashOf(secret));
    }

    /// <summary>Takes a key apart.</summary>
    /// <param name="key">As the caller sent it.</param>
    /// <param name="id">Its public part.</param>
    /// <param name="secret">Its secret part.</param>
    public static bool TryRead(string? key, out string id, out string secret)
    {
        var match = Shape().Match(key ?? "");
        (id, secret) = (match.Groups["id"].Value, match.Groups["secret"].Value);
        return match.Success;
    }

    /// <summary>Whether a secret is the one whose hash was kept, in constant time.</summary>
    /// <param name="secret">As sent.</param>
    /// <param name="hash">As kept.</param>
    public static bool Matches(string secret, string hash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(secret)), Encoding.ASCII.GetBytes(hash));

    private static string HashOf(string secret) => Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));

    [GeneratedRegex(
        "^fu_(?<id>[0-9a-f]{20})_(?<secret>[A-Za-z0-9_-]{43})\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Shape();
}

/// <summary>Team names stand in routing keys, so they are a single plain word.</summary>
public static partial class TeamName
{
    /// <summary>The team that is there from the first start: whoever runs the pair.</summary>
    public const string First = "default";

    /// <summary>Whether a name can be a team's: 1 to 40 of a–z, 0–9 and -, starting with a letter or digit.</summary>
    /// <param name="name">The name.</param>
    public static bool IsValid(string? name) => name is not null && Shape().IsMatch(name);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,39}\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Shape();
}
