using System.Collections.Immutable;
using System.Globalization;
using FollowUp.InternalContracts.Localization;

namespace FollowUp.Applications.Import;

/// <summary>The importer's findings as text: from ImportText.resx and its translations, by the finding's code.</summary>
internal static class ImportText
{
    private static readonly MessageCatalogue Entries = new(typeof(ImportText));

    /// <summary>Creates a finding with its English sentence.</summary>
    public static Finding Finding(string? column, string code, string? cell, params ReadOnlySpan<(string Name, object Value)> values)
    {
        var given = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
            given[name] = Convert.ToString(value, CultureInfo.InvariantCulture)!;
        var finding = new Finding(column, code, "", cell, given.Count == 0 ? null : given.ToImmutable());
        return finding with
        {
            Sentence =
                Find(finding, CultureInfo.InvariantCulture)
                ?? throw new InvalidOperationException($"ImportText.resx has no {code}, or a value that it names is missing."),
        };
    }

    /// <summary>The finding's sentence in a language; null if only its own English sentence exists.</summary>
    public static string? Find(Finding x, CultureInfo language) => Entries.Find(x.Code, ValuesOf(x), language);

    /// <summary>Whether the sentence begins with the column's header.</summary>
    public static bool BeginsWithColumn(Finding x, CultureInfo language) => Entries.BeginsWith(x.Code, ValuesOf(x), "column", language);

    private static ImmutableDictionary<string, string> ValuesOf(Finding x)
    {
        var values = (x.Values ?? ImmutableDictionary<string, string>.Empty).ToImmutableDictionary(StringComparer.Ordinal);
        if (x.Column is not null)
            values = values.SetItem("column", x.Column);
        if (x.Code == "unknownStatus")
            values = values.SetItem("known", StatusWords.Listed); // the same for every row, so it isn't stored with each finding
        return values.SetItem("cell", x.Cell ?? "");
    }
}
