using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace FollowUp.Platform.Http;

/// <summary>
/// Where a page ended: a moment and an id, opaque to callers, so that a list can change underneath without repeats or gaps.
/// </summary>
/// <param name="At">The moment that the list is sorted by.</param>
/// <param name="Id">The id that decides between equal moments.</param>
/// <param name="Key">The text that the list is sorted by before the moment, where it is.</param>
public sealed record Cursor(DateTimeOffset At, string Id, string? Key = null)
{
    private const char BeforeKey = '\u001f'; // in no id and no name: control characters are refused

    /// <summary>Reads a cursor.</summary>
    /// <param name="text">As it was given out.</param>
    /// <exception cref="RefusedException"><c>badInput</c>: it was not given out by us.</exception>
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

    /// <summary>As it is given out.</summary>
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{At.ToUniversalTime():O}|{Id}{(Key is null ? "" : $"{BeforeKey}{Key}")}"));

    /// <summary>How many a page may have: 50 unless said, 200 at most.</summary>
    /// <param name="limit">As asked.</param>
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
/// <typeparam name="T">What it lists.</typeparam>
/// <param name="Items">In order.</param>
/// <param name="Next">Give it as <c>after</c> for the next page; missing on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Words in a query string.</summary>
public static class QueryEnums
{
    /// <summary>One of the words of an enum, in camelCase.</summary>
    /// <typeparam name="T">The enum.</typeparam>
    /// <param name="text">As asked.</param>
    /// <param name="field">The parameter's name.</param>
    /// <exception cref="RefusedException"><c>badInput</c>: not one of them.</exception>
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
