using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace FollowUp.Scheduler.Calendars;

/// <summary>
/// A calendar that somebody subscribed to. Whoever has its address sees it, so the address holds a secret, of which only the hash is kept.
/// </summary>
public sealed record CalendarFeed
{
    private const int SecretBytes = 32;

    public required Guid Id { get; init; }
    public required string Team { get; init; }

    /// <summary>SHA-256 of the token, by which it is found.</summary>
    public required string Hash { get; init; }

    /// <summary>What its owner calls it.</summary>
    public required string Name { get; init; }

    /// <summary>Whose follow-ups it shows; the whole team's where nobody is named.</summary>
    public string? Candidate { get; init; }

    public required DateTimeOffset MadeAt { get; init; }
    public required string MadeBy { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>A token that nobody guesses: 256 bits from the system's generator.</summary>
    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
