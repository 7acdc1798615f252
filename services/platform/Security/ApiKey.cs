using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace FollowUp.Platform.Security;

/// <summary>The scopes of API keys.</summary>
public static class Scopes
{
    /// <summary>Read what was recorded and planned.</summary>
    public const string Read = "read";

    /// <summary>Send commands that record what happened.</summary>
    public const string Record = "record";

    /// <summary>Claim and release follow-ups.</summary>
    public const string Claim = "claim";

    /// <summary>Everything that the other scopes allow, and making and revoking keys.</summary>
    public const string Admin = "admin";

    /// <summary>
    /// Opens no route of the API. A candidate signs in with such a key, and reads and records only their own applications. A key has this
    /// scope alone, together with <see cref="ApiKey.Candidate"/>.
    /// </summary>
    public const string Candidate = "candidate";

    /// <summary>The scopes that open routes.</summary>
    public static IReadOnlyList<string> All { get; } = [Read, Record, Claim, Admin];
}

/// <summary>A stored API key. Of its secret the store has only the SHA-256 hash.</summary>
public sealed record ApiKey
{
    /// <summary>The public part of the key, by which a request finds it.</summary>
    public required string Id { get; init; }

    /// <summary>The team of the key.</summary>
    public required string Team { get; init; }

    /// <summary>The name that the owner gave the key. Events that are recorded with the key have it as <c>by</c>.</summary>
    public required string Name { get; init; }

    /// <summary>A subset of <see cref="Security.Scopes.All"/>, or <see cref="Security.Scopes.Candidate"/> alone.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The reference of the candidate who owns the key, for a key with <see cref="Security.Scopes.Candidate"/>.</summary>
    public string? Candidate { get; init; }

    /// <summary>The SHA-256 hash of the secret, in Base64.</summary>
    public required string Hash { get; init; }

    /// <summary>When the key was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made the key.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When the key was revoked; null while the key is valid.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>In the Scheduler's copy: the life of Applications' store that sent it.</summary>
    public string? Incarnation { get; init; }
}

/// <summary>
/// The format of keys, <c>fu_&lt;id&gt;_&lt;secret&gt;</c>: an id of 80 bits, and a secret of 256 bits from the system's random number
/// generator.
/// </summary>
public static partial class ApiKeyFormat
{
    private const int IdBytes = 10,
        SecretBytes = 32; // a guess has one chance in 2^256; OWASP asks for 2^128

    /// <summary>Makes a key.</summary>
    /// <param name="attempt">The id of the request: a request that is sent twice gets the same key id. Without it the key id is
    /// random.</param>
    /// <returns>The key, which is shown only once; its id; and the hash to store.</returns>
    public static (string Key, string Id, string Hash) New(Guid? attempt = null)
    {
        var id = Convert.ToHexStringLower(
            attempt is { } request ? SHA256.HashData(request.ToByteArray())[..IdBytes] : RandomNumberGenerator.GetBytes(IdBytes)
        );
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        return ($"fu_{id}_{secret}", id, HashOf(secret));
    }

    /// <summary>Splits a key into its parts.</summary>
    /// <param name="key">The key as the caller sent it.</param>
    /// <param name="id">The public part.</param>
    /// <param name="secret">The secret part.</param>
    internal static bool TryRead(string? key, out string id, out string secret)
    {
        var match = Shape().Match(key ?? "");
        (id, secret) = (match.Groups["id"].Value, match.Groups["secret"].Value);
        return match.Success;
    }

    /// <summary>Whether a secret has the stored hash. The comparison takes constant time.</summary>
    /// <param name="secret">The secret as the caller sent it.</param>
    /// <param name="hash">The stored hash.</param>
    internal static bool Matches(string secret, string hash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(secret)), Encoding.ASCII.GetBytes(hash));

    private static string HashOf(string secret) => Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));

    [GeneratedRegex(
        "^fu_(?<id>[0-9a-f]{20})_(?<secret>[A-Za-z0-9_-]{43})\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Shape();
}

/// <summary>Team names. A name is part of routing keys, and therefore a single plain word.</summary>
public static partial class TeamName
{
    /// <summary>The team that exists from the first start: the team of the operator.</summary>
    public const string First = "default";

    /// <summary>Whether a text is a valid team name: 1 to 40 of a–z, 0–9 and -, starting with a letter or digit.</summary>
    /// <param name="name">The text.</param>
    public static bool IsValid(string? name) => name is not null && Shape().IsMatch(name);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,39}\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Shape();
}
