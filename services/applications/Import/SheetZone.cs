using NodaTime;

namespace FollowUp.Applications.Import;

/// <summary>The time zone of sheets: their days and times are those of the installation.</summary>
internal static class SheetZone
{
    public static DateTimeZone Of(IConfiguration configuration) =>
        DateTimeZoneProviders.Tzdb.GetZoneOrNull(configuration["FOLLOWUP_TIMEZONE"] ?? "") ?? DateTimeZone.Utc;

    /// <summary>A day without a time is taken as its noon, so that the date is the same in nearly every time zone.</summary>
    public static DateTimeOffset At(this DateTimeZone zone, DateOnly day, TimeOnly? timeOfDay) =>
        zone.At(LocalDate.FromDateOnly(day).At(LocalTime.FromTimeOnly(timeOfDay ?? new TimeOnly(12, 0))));

    public static DateTimeOffset At(this DateTimeZone zone, LocalDateTime at) => at.InZoneLeniently(zone).ToDateTimeOffset();
}
