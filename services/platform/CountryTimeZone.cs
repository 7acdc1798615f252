using System.Collections.Frozen;
using NodaTime;
using NodaTime.TimeZones;

namespace FollowUp.Platform;

/// <summary>
/// Time zones and countries that follow from one another, by the IANA database: a country whose zones all show the same time, as DE (Berlin
/// and Büsingen), has one zone, and most zones are in one country.
/// </summary>
public static class CountryTimeZone
{
    // Two zones of a country count as one if they agree in these years.
    private static readonly Interval Compared = new(Instant.FromUtc(2020, 1, 1, 0, 0), Instant.FromUtc(2040, 1, 1, 0, 0));

    private static readonly FrozenDictionary<string, string> ZoneOfCountry = Locations()
        .GroupBy(x => x.CountryCode, StringComparer.Ordinal)
        .Where(x => x.Select(y => Transitions(y.ZoneId)).Distinct(StringComparer.Ordinal).Count() == 1)
        .ToFrozenDictionary(x => x.Key, x => x.First().ZoneId, StringComparer.Ordinal);

    // A link, as Europe/Oslo to Europe/Berlin, stands for its own country: zone.tab has a row for each country.
    private static readonly FrozenDictionary<string, string> CountryOfZone = Locations()
        .GroupBy(x => x.ZoneId, StringComparer.Ordinal)
        .Where(x => x.Select(y => y.CountryCode).Distinct(StringComparer.Ordinal).Count() == 1)
        .ToFrozenDictionary(x => x.Key, x => x.First().CountryCode, StringComparer.Ordinal);

    /// <summary>The IANA zone of a country that has one; null for the others, as US.</summary>
    /// <param name="country">An ISO 3166-1 code, as <c>DE</c>.</param>
    public static string? Of(string? country) => country is null ? null : ZoneOfCountry.GetValueOrDefault(country);

    /// <summary>The country that a zone is in; null if it is in several, or in none, as <c>Etc/UTC</c>.</summary>
    /// <param name="timeZone">An IANA name, as <c>Europe/Berlin</c>.</param>
    public static string? CountryOf(string? timeZone) => timeZone is null ? null : CountryOfZone.GetValueOrDefault(timeZone);

    /// <summary>The zone itself if it is known, else the country's if that has one.</summary>
    /// <param name="timeZone">An IANA name, or null.</param>
    /// <param name="country">An ISO 3166-1 code, or null.</param>
    public static DateTimeZone? Find(string? timeZone, string? country) =>
        (timeZone is null ? null : DateTimeZoneProviders.Tzdb.GetZoneOrNull(timeZone))
        ?? (Of(country) is { } inferred ? DateTimeZoneProviders.Tzdb[inferred] : null);

    private static IEnumerable<TzdbZoneLocation> Locations() => TzdbDateTimeZoneSource.Default.ZoneLocations ?? [];

    private static string Transitions(string zone) =>
        string.Join(
            ' ',
            DateTimeZoneProviders
                .Tzdb[zone]
                .GetZoneIntervals(Compared)
                .Select(x => $"{(x.HasStart ? x.Start : Instant.MinValue)}{x.WallOffset}")
        );
}
