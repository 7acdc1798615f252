using NodaTime;

namespace FollowUp.Applications.Pages.Digest;

/// <summary>
/// When somebody's next digest is due. A day is a day of the zone that they have now: at most one in each, whatever their clock does.
/// </summary>
internal static class DigestClock
{
    /// <summary>
    /// The first morning after now, on a later day than that of the last one. A time that the clock leaves out is a little later; one that
    /// comes twice is the first of the two.
    /// </summary>
    public static Instant Next(Instant now, Instant? last, TimeOnly at, DateTimeZone zone)
    {
        var day = now.InZone(zone).Date;
        if (last is { } before && before.InZone(zone).Date is var lastDay && lastDay >= day)
            day = lastDay.PlusDays(1);
        while (On(day, at, zone) <= now)
            day = day.PlusDays(1);
        return On(day, at, zone);
    }

    /// <summary>
    /// Whether today's is to be made now. One that was missed on an earlier day, as by a service that stood still, isn't made up for in the
    /// night.
    /// </summary>
    public static bool IsDue(Instant now, Instant? last, TimeOnly at, DateTimeZone zone)
    {
        var today = now.InZone(zone).Date;
        return On(today, at, zone) <= now && (last is null || last.Value.InZone(zone).Date < today);
    }

    private static Instant On(LocalDate day, TimeOnly at, DateTimeZone zone) =>
        zone.AtLeniently(day.At(LocalTime.FromTimeOnly(at))).ToInstant();
}
