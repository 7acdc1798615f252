using System.Collections.Concurrent;
using System.Globalization;
using NodaTime;

namespace FollowUp.Applications.Pages.Shared;

/// <summary>Countries and time zones to choose from.</summary>
internal static class Places
{
    private static readonly ConcurrentDictionary<string, IReadOnlyList<(string Value, string Words)>> Named = new(StringComparer.Ordinal);

    /// <summary>Countries by their ISO 3166 code, with names in the reader's language.</summary>
    public static IReadOnlyList<(string Value, string Words)> Countries =>
        Named.GetOrAdd(
            CultureInfo.CurrentUICulture.Name,
            _ =>
                [
                    .. CultureInfo
                        .GetCultures(CultureTypes.SpecificCultures)
                        .Select(x => new RegionInfo(x.Name))
                        .Where(x => x.TwoLetterISORegionName is { Length: 2 } code && code.All(char.IsAsciiLetterUpper))
                        .DistinctBy(x => x.TwoLetterISORegionName)
                        .Select(x => (x.TwoLetterISORegionName, x.DisplayName))
                        .OrderBy(x => x.DisplayName, StringComparer.CurrentCulture),
                ]
        );

    /// <summary>IANA time zones that are named after a place.</summary>
    public static IReadOnlyList<string> Zones { get; } =
    [
        .. DateTimeZoneProviders.Tzdb.Ids.Where(x =>
            x.Split('/')[0]
                is "Africa"
                    or "America"
                    or "Antarctica"
                    or "Asia"
                    or "Atlantic"
                    or "Australia"
                    or "Europe"
                    or "Indian"
                    or "Pacific"
        ),
    ];
}
