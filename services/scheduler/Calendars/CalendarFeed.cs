using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace FollowUp.Scheduler.Calendars;

/// <summary>
/// A calendar for subscription. Everyone who has its address can read it, so the address contains a secret token, of which only the hash is
/// stored.
/// </summary>
public sealed record CalendarFeed
{
    private const int SecretBytes = 32;

    public required Guid Id { get; init; }
    public required string Team { get; init; }

    /// <summary>SHA-256 of the token, by which the calendar is found.</summary>
    public required string Hash { get; init; }

    /// <summary>The name that the owner gave the calendar.</summary>
    public required string Name { get; init; }

    /// <summary>The candidate whose follow-ups the calendar shows; null for the whole team's.</summary>
    public string? Candidate { get; init; }

    /// <summary>Whether it shows interviews too.</summary>
    public bool Interviews { get; init; }

    /// <summary>Whether it shows candidates' names instead of their references.</summary>
    public bool Names { get; init; }

    /// <summary>The address of the pages on which it was made, for links.</summary>
    public string? Pages { get; init; }

    public required DateTimeOffset MadeAt { get; init; }
    public required string MadeBy { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>A token that can't be guessed: 256 bits from the system's generator.</summary>
    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
