using NodaTime;

namespace FollowUp.Applications.Pages.Digest;

/// <summary>
/// When a person's next digest is due. Days are those of the person's current time zone: at most one digest in each, also when the zone or
/// the clock changes.
/// </summary>
internal static class DigestClock
{
    /// <summary>
    /// The first send time after now, on a later day than that of the last digest. A time that a clock change skips is a little later; of a
    /// time that occurs twice, the first one counts.
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
    /// Whether today's digest is to be sent now. A digest that was missed on an earlier day, for example while the service was stopped, is
    /// not sent later.
    /// </summary>
    public static bool IsDue(Instant now, Instant? last, TimeOnly at, DateTimeZone zone)
    {
        var today = now.InZone(zone).Date;
        return On(today, at, zone) <= now && (last is null || last.Value.InZone(zone).Date < today);
    }

    private static Instant On(LocalDate day, TimeOnly at, DateTimeZone zone) =>
        zone.AtLeniently(day.At(LocalTime.FromTimeOnly(at))).ToInstant();
}
