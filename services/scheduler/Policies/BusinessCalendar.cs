using System.Collections.Immutable;
using FollowUp.Contracts;
using NodaTime;

namespace FollowUp.Scheduler.Policies;

/// <summary>Business days where an employer is. Never throws: what it is asked about comes from the bus and can't be sent back.</summary>
public sealed class BusinessCalendar
{
    // "Closes 9999-12-31" is how some people write never: days saturate early enough for every time zone.
    private static readonly DateOnly Earliest = new(1, 1, 3);
    private static readonly DateOnly Latest = new(9999, 12, 1);
    private static readonly DateTimeOffset EarliestInstant = new(1, 1, 3, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset LatestInstant = new(9999, 12, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DateTimeZone _zone;
    private readonly ImmutableSortedSet<DayOfWeek> _weekend;
    private readonly ImmutableSortedSet<DateOnly> _holidays;
    private readonly ImmutableSortedSet<DateOnly> _daysOff;

    private BusinessCalendar(DateTimeZone zone, bool isFallback, ImmutableSortedSet<DayOfWeek> weekend, ImmutableSortedSet<DateOnly> holidays,
        ImmutableSortedSet<DateOnly> daysOff)
    {
        _zone = zone;
        _weekend = weekend.Count < 7 ? weekend : []; // a week of Sundays has no next business day to look for
        _holidays = holidays;
        _daysOff = daysOff;
        IsFallback = isFallback;
    }

    /// <summary>The IANA time zone that is used.</summary>
    public string TimeZone => _zone.Id;

    /// <summary>The employer's time zone is missing or unknown, and the policy's is used instead.</summary>
    public bool IsFallback { get; }

    public static BusinessCalendar For(Policy policy, Employer employer) => For(policy, employer.TimeZone, employer.Country);

    public static BusinessCalendar For(Policy policy, string? timeZone, string? country)
    {
        var zone = Find(timeZone);
        return new(zone ?? Find(policy.DefaultTimeZone) ?? DateTimeZone.Utc, zone is null, policy.Weekend,
            policy.Holidays.FirstOrDefault(x => string.Equals(x.Key, country, StringComparison.OrdinalIgnoreCase)).Value ?? [], policy.DaysOff);
    }

    public bool IsBusinessDay(DateOnly date) =>
        !_weekend.Contains(date.DayOfWeek) && !_holidays.Contains(date) && !_daysOff.Contains(date) && Exists(date);

    /// <summary>The date itself if it is a business day, else the next one.</summary>
    public DateOnly OnOrAfter(DateOnly date)
    {
        while (date < Latest && !IsBusinessDay(date))
        {
            date = date.AddDays(1);
        }

        return date < Latest ? date : Latest;
    }

    /// <summary>
    /// The <paramref name="days"/>th business day after the date, which itself never counts; for 0 the date itself, or the next
    /// business day.
    /// </summary>
    public DateOnly Add(DateOnly date, int days)
    {
        if (days <= 0)
        {
            return OnOrAfter(date);
        }

        for (; days > 0 && date < Latest; days--)
        {
            date = OnOrAfter(date.AddDays(1));
        }

        return date < Latest ? date : Latest;
    }

    /// <summary>
    /// The instant of a local time, in UTC. A time that the clocks skip is taken as much later as they skip, and one that comes twice is
    /// taken the first time.
    /// </summary>
    public DateTimeOffset At(DateOnly date, TimeOnly time) =>
        _zone.AtLeniently(LocalDate.FromDateOnly(Saturated(date)).At(LocalTime.FromTimeOnly(time))).ToInstant().ToDateTimeOffset();

    /// <summary>The end of a local day: 24:00, which is when the next one starts.</summary>
    public DateTimeOffset EndOf(DateOnly date) => At(Saturated(date).AddDays(1), TimeOnly.MinValue);

    /// <summary>The local date of an instant.</summary>
    public DateOnly DateOf(DateTimeOffset instant) => Local(instant).Date.ToDateOnly();

    /// <summary>The local time of day of an instant.</summary>
    public TimeOnly TimeOf(DateTimeOffset instant) => Local(instant).TimeOfDay.ToTimeOnly();

    private LocalDateTime Local(DateTimeOffset instant) =>
        Instant.FromDateTimeOffset(instant < EarliestInstant ? EarliestInstant : instant > LatestInstant ? LatestInstant : instant)
            .InZone(_zone).LocalDateTime;

    // Samoa had no 30 December 2011: it moved across the date line overnight.
    private bool Exists(DateOnly date) => _zone.MapLocal(LocalDate.FromDateOnly(date).At(LocalTime.Noon)).Count > 0;

    private static DateOnly Saturated(DateOnly date) => date < Earliest ? Earliest : date > Latest ? Latest.AddDays(1) : date;

    private static DateTimeZone? Find(string? id) => id is null ? null : DateTimeZoneProviders.Tzdb.GetZoneOrNull(id);
}
