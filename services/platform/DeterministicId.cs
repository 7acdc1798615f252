using System.Security.Cryptography;
using System.Text;

namespace FollowUp.Platform;

/// <summary>Ids that are computed from what they identify, so that a repeated request gets the same id.</summary>
public static class DeterministicId
{
    /// <summary>A UUID of version 8 (RFC 9562): the first 122 bits of the SHA-256 hash of the parts.</summary>
    /// <param name="parts">The parts that identify the object. A separator keeps "a","bc" and "ab","c" apart.</param>
    public static Guid From(params ReadOnlySpan<string> parts)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', parts)));
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new(hash.AsSpan(0, 16), bigEndian: true);
    }

    /// <summary>
    /// The stream of a team's policy, which is in the Scheduler's store. Applications sends it back to a Scheduler that lost it.
    /// </summary>
    /// <param name="team">The team.</param>
    public static Guid OfPolicy(string team) => From(team, "policy", "");

    /// <summary>The stream of a team's API keys, which is in the store of Applications.</summary>
    /// <param name="team">The team.</param>
    public static Guid OfKeys(string team) => From(team, "keys");

    /// <summary>The stream of a team's integrations, which is in the store of Applications.</summary>
    /// <param name="team">The team.</param>
    public static Guid OfIntegrations(string team) => From(team, "integrations");
}
