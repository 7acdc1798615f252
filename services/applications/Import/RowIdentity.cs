using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FollowUp.Applications.Import;

/// <summary>
/// Derives the id of a row's application. It is computed only from values that don't change during an application, so that a sheet can be
/// imported again after its statuses and notes were updated, or its rows sorted, and records nothing twice.
/// </summary>
public static class RowIdentity
{
    private static readonly Guid Namespace = new("6f1c2c5e-93a4-4a0b-8f0e-5d0f6c1b7a52");

    /// <summary>A UUID of version 8: SHA-256 over a namespace and the parts, as in RFC 9562, appendix B.2.</summary>
    /// <param name="team">The team.</param>
    /// <param name="candidate">The candidate's reference.</param>
    /// <param name="employer">The employer's name.</param>
    /// <param name="title">The job's title.</param>
    /// <param name="submittedOn">The day of the submission; null if the sheet doesn't contain it.</param>
    /// <param name="posting">What tells the posting from another one with the same employer, title and day; else null.</param>
    public static Guid Of(string team, string candidate, string employer, string title, DateOnly? submittedOn, string? posting = null)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Namespace.ToByteArray(bigEndian: true));
        // + and # are kept, because C, C++ and C# are three jobs.
        Append(
            team,
            candidate,
            SheetWords.Fold(employer, keep: "+#"),
            SheetWords.Fold(title, keep: "+#"),
            submittedOn?.ToString("O", CultureInfo.InvariantCulture) ?? ""
        );
        if (posting is not null)
            Append(posting);
        var id = sha.GetHashAndReset()[..16];
        id[6] = (byte)(id[6] & 0x0F | 0x80);
        id[8] = (byte)(id[8] & 0x3F | 0x80);
        return new(id, bigEndian: true);

        void Append(params ReadOnlySpan<string> parts)
        {
            Span<byte> length = stackalloc byte[4];
            foreach (var part in parts)
            {
                var bytes = Encoding.UTF8.GetBytes(part);
                // Without the length, "a" + "bc" would equal "ab" + "c".
                BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
                sha.AppendData(length);
                sha.AppendData(bytes);
            }
        }
    }
}
