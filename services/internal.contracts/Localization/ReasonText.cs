using System.Collections.Immutable;
using System.Globalization;
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
    private static readonly MessageCatalogue Entries = new(typeof(ReasonText));

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

        return Entries.Find(reason.Code, values, language);
    }
}
