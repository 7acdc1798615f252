using System.Collections.Frozen;
using System.Globalization;
using FollowUp.Contracts;

namespace FollowUp.Applications.Import;

/// <summary>The names of countries, in English and in their own languages, and their ISO 3166-1 codes.</summary>
internal static class CountryName
{
    private static readonly FrozenDictionary<string, string> ByName = CultureInfo
        .GetCultures(CultureTypes.SpecificCultures)
        .Select(x => new RegionInfo(x.Name))
        .Where(x => RegionCode.IsCountry(x.TwoLetterISORegionName))
        .SelectMany(
            x => new[] { x.EnglishName, x.NativeName, x.TwoLetterISORegionName, x.ThreeLetterISORegionName },
            (x, name) => (x, name)
        )
        .Concat(
            new[]
            {
                ("GB", "UK"),
                ("GB", "Great Britain"),
                ("GB", "England"),
                ("GB", "Scotland"),
                ("GB", "Wales"),
                ("US", "United States of America"),
            }.Select(x => (x: new RegionInfo(x.Item1), name: x.Item2))
        )
        .GroupBy(x => SheetWords.Fold(x.name))
        .Where(x => x.Key.Length > 0)
        .ToFrozenDictionary(x => x.Key, x => x.First().x.TwoLetterISORegionName, StringComparer.Ordinal);

    /// <returns>Null if it isn't known.</returns>
    public static string? Find(string? name) => name is null ? null : ByName.GetValueOrDefault(SheetWords.Fold(name));
}
