using System.Buffers.Text;
using System.Globalization;
using System.Text;
using FollowUp.Platform;
using FollowUp.Platform.EventStore;

namespace FollowUp.Modules.Feed;

/// <summary>A position in a service's history, opaque to callers and valid for that service's store only.</summary>
internal static class Position
{
    /// <summary>The end of the history at the time of the request.</summary>
    public const string Latest = "latest";

    /// <summary>The text of a position for callers.</summary>
    public static string Write(FeedOrigin origin, long sequence) =>
        Encode(string.Create(CultureInfo.InvariantCulture, $"{origin.Source}:{origin.Store}:{sequence}"));

    /// <summary>Parses a position.</summary>
    /// <param name="text">The text of an earlier <see cref="Write"/>.</param>
    /// <param name="origin">The service and the store that the position must belong to.</param>
    /// <param name="field">The name of the parameter or header that contains the position.</param>
    /// <exception cref="RefusedException"><c>badInput</c>: the text is no position, or a position of the other service;
    /// <c>anotherStore</c>: the position belongs to another store.</exception>
    public static long Read(string text, FeedOrigin origin, string field)
    {
        try
        {
            var decoded = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
            if (
                decoded.Split(':') is [var source, var store, var number]
                && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            )
            {
                if (source.StartsWith("/followup/", StringComparison.Ordinal) && source != origin.Source)
                    throw RefusedException.BadInput(
                        field,
                        "It is a position of the other service's feed. Each service has its own positions."
                    );
                if (source == origin.Source && Encode($"{source}:{store}:{sequence}") == text)
                    return store == origin.Store ? sequence : throw FromAnotherStore(field);
            }
        }
        catch (FormatException) { }
        throw RefusedException.BadInput(field, $"It must be a position that this service gave out, unchanged, or '{Latest}'.");
    }

    /// <summary>The refusal of a position beyond the last event.</summary>
    public static RefusedException Ahead(string field) =>
        RefusedException.BadInput(
            field,
            "It is later than the last event of this service: the store was restored from an older backup since. Start again without it."
        );

    // The same numbers mean other events in another store: a reader that continued from there would miss events without notice.
    private static RefusedException FromAnotherStore(string field)
    {
        const string Sentence =
            "It is a position of another store: this service's store was lost and rebuilt since, or the position is from another "
            + "installation. Read from the start, without it, and leave out the events whose id you have seen.";
        return new("anotherStore", Sentence, 400, new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [Sentence] });
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
