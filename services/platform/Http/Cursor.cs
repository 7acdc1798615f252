using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace FollowUp.Platform.Http;

/// <summary>
/// The end of a page: an instant and an id, opaque to callers. A list may change between two requests, and its pages still have no repeats
/// and no gaps.
/// </summary>
/// <param name="At">The instant that the list is sorted by.</param>
/// <param name="Id">The id that orders entries with equal instants.</param>
/// <param name="Key">The text that the list is sorted by before the instant, for a list that has one.</param>
public sealed record Cursor(DateTimeOffset At, string Id, string? Key = null)
{
    private const char BeforeKey = '\u001f'; // no id and no name contains it, because control characters are refused

    /// <summary>Parses a cursor.</summary>
    /// <param name="text">The text of an earlier <see cref="ToString"/>.</param>
    /// <exception cref="RefusedException"><c>badInput</c>: this product did not make the text.</exception>
    public static Cursor? Read(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        try
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('|', 2);
            var ids = parts[^1].Split(BeforeKey, 2);
            if (
                parts.Length == 2
                && DateTimeOffset.TryParseExact(parts[0], "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
            )
                return new(at, ids[0], ids.ElementAtOrDefault(1));
        }
        catch (FormatException) { }
        throw RefusedException.BadInput("after", "It must be the 'next' of an earlier page, unchanged.");
    }

    /// <summary>The text of the cursor for callers.</summary>
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{At.ToUniversalTime():O}|{Id}{(Key is null ? "" : $"{BeforeKey}{Key}")}"));

    /// <summary>The number of entries on a page: 50 by default, 200 at most.</summary>
    /// <param name="limit">The number that the caller asks for.</param>
    /// <exception cref="RefusedException"><c>badInput</c>: out of range.</exception>
    public static int Limit(int? limit) =>
        limit switch
        {
            null => 50,
            >= 1 and <= 200 => limit.Value,
            _ => throw RefusedException.BadInput("limit", "It must lie between 1 and 200."),
        };
}

/// <summary>A page of a list.</summary>
/// <typeparam name="T">The type of the entries.</typeparam>
/// <param name="Items">The entries in order.</param>
/// <param name="Next">The parameter <c>after</c> of the next page; missing on the last page.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Values of enums in query strings.</summary>
public static class QueryEnums
{
    /// <summary>Parses a value of an enum, written in camelCase.</summary>
    /// <typeparam name="T">The enum.</typeparam>
    /// <param name="text">The text that the caller sent.</param>
    /// <param name="field">The name of the parameter.</param>
    /// <exception cref="RefusedException"><c>badInput</c>: the enum has no such value.</exception>
    public static T? Parse<T>(string? text, string field)
        where T : struct, Enum
    {
        if (string.IsNullOrEmpty(text))
            return null;
        foreach (var value in Enum.GetValues<T>())
            if (string.Equals(Camel(value.ToString()), text, StringComparison.Ordinal))
                return value;
        throw RefusedException.BadInput(field, $"It must be one of {string.Join(", ", Enum.GetNames<T>().Select(Camel))}.");
    }

    private static string Camel(string name) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(name);
}
