using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Resources;
using System.Text;
using FollowUp.Contracts;

namespace FollowUp.InternalContracts.Localization;

/// <summary>
/// The Scheduler's reasons in words. The sentences are in ReasonText.resx, by code, and in a ReasonText.xx.resx for each language they are
/// translated to. Where a code is said in more than one way, the value <c>form</c> says which: the entry is then <c>code.form</c>.
/// </summary>
public static class ReasonText
{
    /// <summary>
    /// What the names of the values begin with that belong to the reason named by <c>because</c>, whose sentence is <c>why</c>.
    /// </summary>
    public const string Inside = "because.";

    private const string Why = "why";
    private static readonly ResourceManager Entries = new(typeof(ReasonText));
    private static readonly ConcurrentDictionary<(string Language, string Key), Template> Known = new();

    /// <summary>The reason's sentence in a language, or as it is where that language, or a value it would name, is missing.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="language">As <c>de</c> or <c>de-AT</c>; English is the invariant one, too.</param>
    public static string Format(Reason reason, CultureInfo language) => Find(reason, language) ?? reason.Sentence;

    /// <summary>The same, or null where the reason's own sentence is all there is.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="language">The language.</param>
    public static string? Find(Reason reason, CultureInfo language)
    {
        var values = reason.Values ?? ImmutableDictionary<string, string>.Empty;
        if (values.TryGetValue(Why, out var why) && values.TryGetValue("because", out var because))
        {
            var inside = values
                .Where(x => x.Key.StartsWith(Inside, StringComparison.Ordinal))
                .ToImmutableDictionary(x => x.Key[Inside.Length..], x => x.Value, StringComparer.Ordinal);
            values = values.ToImmutableDictionary(StringComparer.Ordinal).SetItem(Why, Format(new(because, why, inside), language));
        }

        var text = new StringBuilder(160);
        return Find(values.TryGetValue("form", out var form) ? $"{reason.Code}.{form}" : reason.Code, language)?.Fill(text, values) is true
            ? text.ToString()
            : null;
    }

    private static Template? Find(string key, CultureInfo language) =>
        Known.TryGetValue((language.Name, key), out var known) ? known
        : Entries.GetString(key, language) is { } text ? Known.GetOrAdd((language.Name, key), new Template(text, language))
        : null;

    /// <summary>An entry: text, and in it <c>{name}</c>, or <c>{name:word}</c>, which is said as a format or as one of the words.</summary>
    private sealed class Template
    {
        private readonly CultureInfo _language;
        private readonly ImmutableArray<(string Text, string? Name, string? Word, string? Format)> _parts;

        public Template(string text, CultureInfo language)
        {
            _language = language;
            _parts = [.. text.Split('{').Select(Part)];
        }

        /// <summary>False if it names what isn't given.</summary>
        public bool Fill(StringBuilder to, IReadOnlyDictionary<string, string> values)
        {
            foreach (var (text, name, word, format) in _parts)
            {
                if (name is not null && (!values.TryGetValue(name, out var value) || !Say(to, value, word, format, values)))
                {
                    return false;
                }

                to.Append(text);
            }

            return true;
        }

        private (string Text, string? Name, string? Word, string? Format) Part(string text, int i)
        {
            if (i == 0)
            {
                return (text, null, null, null);
            }

            var end = text.IndexOf('}', StringComparison.Ordinal);
            var named = text[..end].Split(':');
            var word = named.ElementAtOrDefault(1);
            return (text[(end + 1)..], named[0], word, word is null ? null : Entries.GetString($"format.{word}", _language));
        }

        private bool Say(StringBuilder to, string value, string? word, string? format, IReadOnlyDictionary<string, string> values) =>
            word switch
            {
                null => to.Append(value) is not null,
                "date" => DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                    && to.Append(date.ToString(format, _language)) is not null,
                "time" => TimeOnly.TryParseExact(value, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
                    && to.Append(time.ToString(format, _language)) is not null,
                _ when format is not null => DateTimeOffset.TryParse(
                    value,
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal,
                    out var at
                ) && to.Append(at.UtcDateTime.ToString(format, _language)) is not null,
                _ => SayWords(to, value, word, values),
            };

        private bool SayWords(StringBuilder to, string value, string word, IReadOnlyDictionary<string, string> values) =>
            value
                .Split(", ")
                .Select(
                    (x, i) => (to.Append(i == 0 ? "" : ", "), Entry: Find($"{word}.{x}", _language) ?? Find($"{word}.other", _language))
                )
                .All(x => x.Entry?.Fill(to, values) is true);
    }
}
