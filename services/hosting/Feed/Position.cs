using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace FollowUp.Hosting.Feed;

/// <summary>A place in a service's history, opaque to callers and good for that service alone.</summary>
internal static class Position
{
    /// <summary>Stands for the end of the history, whatever it is at that moment.</summary>
    public const string Latest = "latest";

    /// <summary>As it is given out.</summary>
    public static string Write(string source, long sequence) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{source}:{sequence}")));

    /// <summary>Reads a position.</summary>
    /// <param name="text">As it was given out.</param>
    /// <param name="source">The service that must have given it out.</param>
    /// <param name="field">Where it stood.</param>
    /// <exception cref="RefusedException"><c>badInput</c>: it is no position, or another service's.</exception>
    public static long Read(string text, string source, string field)
    {
        try
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(':');
            if (parts.Length == 2 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            {
                if (parts[0] == source && Write(source, sequence) == text) return sequence;
                if (parts[0].StartsWith("/followup/", StringComparison.Ordinal) && parts[0] != source)
                    throw RefusedException.BadInput(field, "It is a position of the other service's history. Each service has its own.");
            }
        }
        catch (FormatException) { }
        throw RefusedException.BadInput(field, $"It must be a position that this service gave out, unchanged, or '{Latest}'.");
    }

    /// <summary>A position that lies ahead of everything.</summary>
    public static RefusedException Ahead(string field) =>
        RefusedException.BadInput(field, "It lies ahead of this service's history: it is another installation's, or from before this one was restored from a backup. Start again without it.");
}
