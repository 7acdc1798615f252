using System.Buffers.Text;
using System.Globalization;
using System.Text;
using FollowUp.Platform;
using FollowUp.Platform.EventStore;

namespace FollowUp.Modules.Feed;

/// <summary>A place in a service's history, opaque to callers and good for that service's store alone.</summary>
internal static class Position
{
    /// <summary>Stands for the end of the history, whatever it is at that moment.</summary>
    public const string Latest = "latest";

    /// <summary>As it is given out.</summary>
    public static string Write(FeedOrigin origin, long sequence) =>
        Encode(string.Create(CultureInfo.InvariantCulture, $"{origin.Source}:{origin.Store}:{sequence}"));

    /// <summary>Reads a position.</summary>
    /// <param name="text">As it was given out.</param>
    /// <param name="origin">The service and the store that must have given it out.</param>
    /// <param name="field">Where it stood.</param>
    /// <exception cref="RefusedException"><c>badInput</c>: it is no position, or another service's; <c>anotherStore</c>: it is of a history
    /// that isn't this one.</exception>
    public static long Read(string text, FeedOrigin origin, string field)
    {
        try
        {
            var said = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
            if (
                said.Split(':') is [var source, var store, var number]
                && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            )
            {
                if (source.StartsWith("/followup/", StringComparison.Ordinal) && source != origin.Source)
                    throw RefusedException.BadInput(field, "It is a position of the other service's history. Each service has its own.");
                if (source == origin.Source && Encode($"{source}:{store}:{sequence}") == text)
                    return store == origin.Store ? sequence : throw OfAnother(field);
            }
        }
        catch (FormatException) { }
        throw RefusedException.BadInput(field, $"It must be a position that this service gave out, unchanged, or '{Latest}'.");
    }

    /// <summary>A position that lies ahead of everything.</summary>
    public static RefusedException Ahead(string field) =>
        RefusedException.BadInput(
            field,
            "It lies ahead of this service's history: it is from before this one was restored from a backup. Start again without it."
        );

    // The numbers of the one mean other events in the other: whoever went on would pass over some in silence.
    private static RefusedException OfAnother(string field)
    {
        const string Text =
            "It is a position in the history of another store: this service's was made anew since, as after it was lost and rebuilt, "
            + "or it is another installation's. Read from the start, without it, and leave out the events whose id you have seen.";
        return new("anotherStore", Text, new Dictionary<string, Sentence[]>(StringComparer.Ordinal) { [field] = [Text] });
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
