using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Resources;
using System.Text;

namespace FollowUp.InternalContracts.Localization;

/// <summary>
/// Texts by code, from resource files: English in <c>Name.resx</c>, a translation in <c>Name.xx.resx</c>. A text names its values in
/// braces. Where a code has several texts, the value <c>form</c> selects one: the entry is then <c>code.form</c>.
/// </summary>
/// <param name="source">The type whose name the resource files have.</param>
public sealed class MessageCatalogue(Type source)
{
    private readonly ResourceManager _entries = new(source);
    private readonly ConcurrentDictionary<(string Language, string Key), Template> _templates = new();

    /// <summary>The text in a language; null if there is no such entry, or one of its values is missing.</summary>
    /// <param name="code">The code.</param>
    /// <param name="values">Its values, by name.</param>
    /// <param name="language">The language, as <c>de</c> or <c>de-AT</c>; the invariant culture is English.</param>
    public string? Find(string code, IReadOnlyDictionary<string, string> values, CultureInfo language)
    {
        var text = new StringBuilder(160);
        return Entry(KeyOf(code, values), language)?.Fill(text, values) is true ? text.ToString() : null;
    }

    /// <summary>Whether the text begins with a value, with or without quotation marks.</summary>
    /// <param name="code">The code.</param>
    /// <param name="values">Its values, by name.</param>
    /// <param name="name">The value's name.</param>
    /// <param name="language">The language.</param>
    public bool BeginsWith(string code, IReadOnlyDictionary<string, string> values, string name, CultureInfo language) =>
        _entries.GetString(KeyOf(code, values), language)?.TrimStart('"').StartsWith($"{{{name}}}", StringComparison.Ordinal) is true;

    private static string KeyOf(string code, IReadOnlyDictionary<string, string> values) =>
        values.TryGetValue("form", out var form) ? $"{code}.{form}" : code;

    private Template? Entry(string key, CultureInfo language) =>
        _templates.TryGetValue((language.Name, key), out var known) ? known
        : _entries.GetString(key, language) is { } text ? _templates.GetOrAdd((language.Name, key), new Template(text, this, language))
        : null;

    /// <summary>
    /// An entry: a text with placeholders. <c>{name}</c> is replaced by the value as it is; <c>{name:kind}</c> by the value formatted as a
    /// number, date, time, or by the entry <c>format.kind</c>; if there is no such format, by the entry <c>kind.value</c>.
    /// </summary>
    private sealed class Template
    {
        private readonly MessageCatalogue _catalogue;
        private readonly CultureInfo _language;
        private readonly ImmutableArray<(string Text, string? Name, string? Word, string? Format)> _parts;

        public Template(string text, MessageCatalogue catalogue, CultureInfo language)
        {
            _catalogue = catalogue;
            _language = language;
            _parts = [.. text.Split('{').Select(Part)];
        }

        /// <summary>Fills in the values; false if one of them is missing.</summary>
        public bool Fill(StringBuilder to, IReadOnlyDictionary<string, string> values)
        {
            foreach (var (text, name, word, format) in _parts)
            {
                if (name is not null && (!values.TryGetValue(name, out var value) || !Append(to, value, word, format, values)))
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
            return (text[(end + 1)..], named[0], word, word is null ? null : _catalogue._entries.GetString($"format.{word}", _language));
        }

        private bool Append(StringBuilder to, string value, string? word, string? format, IReadOnlyDictionary<string, string> values) =>
            word switch
            {
                null => to.Append(value) is not null,
                "number" => long.TryParse(value, CultureInfo.InvariantCulture, out var number)
                    && to.Append(number.ToString("N0", _language)) is not null,
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
                _ => AppendWords(to, value, word, values),
            };

        private bool AppendWords(StringBuilder to, string value, string word, IReadOnlyDictionary<string, string> values) =>
            value
                .Split(", ")
                .Select(
                    (x, i) =>
                        (
                            to.Append(i == 0 ? "" : ", "),
                            Entry: _catalogue.Entry($"{word}.{x}", _language) ?? _catalogue.Entry($"{word}.other", _language)
                        )
                )
                .All(x => x.Entry?.Fill(to, values) is true);
    }
}
