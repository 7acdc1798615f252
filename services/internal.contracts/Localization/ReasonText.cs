using System.Collections.Immutable;
using System.Globalization;
using FollowUp.Contracts;

namespace FollowUp.InternalContracts.Localization;

/// <summary>
/// The sentences of the Scheduler's reasons. They are in ReasonText.resx, by code, and in a ReasonText.xx.resx for each translation. Where
/// a code has several sentences, the value <c>form</c> selects one: the entry is then <c>code.form</c>.
/// </summary>
public static class ReasonText
{
    /// <summary>
    /// The prefix of the names of those values that belong to an inner reason: its code is the value <c>because</c>, its sentence
    /// <c>why</c>.
    /// </summary>
    public const string Inside = "because.";

    private const string Why = "why";
    private static readonly MessageCatalogue Entries = new(typeof(ReasonText));

    /// <summary>
    /// The reason's sentence in a language; the reason's own English sentence if there is no translation, or a value is missing.
    /// </summary>
    /// <param name="reason">The reason.</param>
    /// <param name="language">The language, as <c>de</c> or <c>de-AT</c>; the invariant culture is English.</param>
    public static string Format(Reason reason, CultureInfo language) => Find(reason, language) ?? reason.Sentence;

    /// <summary>The reason's sentence in a language; null if only the reason's own sentence exists.</summary>
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

        return Entries.Find(reason.Code, values, language);
    }
}
