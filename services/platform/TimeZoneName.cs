using System.Collections.Frozen;
using NodaTime;

namespace FollowUp.Platform;

/// <summary>Names of time zones in the IANA database, as <c>Europe/Berlin</c>.</summary>
public static class TimeZoneName
{
    private static readonly FrozenSet<string> Names = DateTimeZoneProviders.Tzdb.Ids.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether the database has a time zone of that name. A fixed offset, as <c>UTC+01:30</c>, is not a name.</summary>
    /// <param name="text">The name.</param>
    public static bool IsValid(string? text) => text is not null && Names.Contains(text);
}
