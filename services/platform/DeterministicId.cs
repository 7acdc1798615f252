using System.Security.Cryptography;
using System.Text;

namespace FollowUp.Platform;

/// <summary>Ids that follow from what they name, so that the same request made twice means the same thing.</summary>
public static class DeterministicId
{
    /// <summary>A UUID of version 8 (RFC 9562): the first 122 bits of the SHA-256 of the parts.</summary>
    /// <param name="parts">What it names; separated, so that "a","bc" and "ab","c" differ.</param>
    public static Guid From(params ReadOnlySpan<string> parts)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', parts)));
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new(hash.AsSpan(0, 16), bigEndian: true);
    }

    /// <summary>The stream of a team's policy: the Scheduler keeps it, and Applications sends back what it heard of it.</summary>
    /// <param name="team">The team.</param>
    public static Guid OfPolicy(string team) => From(team, "policy", "");
}
