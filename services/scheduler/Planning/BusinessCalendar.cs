using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using FollowUp.Contracts;
using FollowUp.Platform;
using NodaTime;

namespace FollowUp.Scheduler.Planning;

/// <summary>
/// The business days at an employer's place. It never throws: its input comes from the bus, which can't return an error to the sender. It
/// uses only the employer's time zone (or the policy's), never the machine's.
/// </summary>
public sealed class BusinessCalendar
{
    // Some people write "never" as "closes 9999-12-31": days saturate early enough for every time zone.
    private static readonly DateOnly Earliest = new(1, 1, 3);
    private static readonly DateOnly Latest = new(9999, 12, 1);
    private static readonly DateTimeOffset EarliestInstant = new(1, 1, 3, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset LatestInstant = new(9999, 12, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ConditionalWeakTable<Policy, OfPolicy> Known = [];

    private readonly DateTimeZone _zone;
    private readonly OfPolicy _policy;
    private readonly IReadOnlyDictionary<DateOnly, string?>[] _holidays;
    private readonly FrozenSet<DateOnly> _skipped;

    private BusinessCalendar(DateTimeZone zone, Place place, OfPolicy policy, IReadOnlyDictionary<DateOnly, string?>[] holidays)
    {
        _zone = zone;
        _policy = policy;
        _holidays = holidays;
        _skipped = Skipped(zone);
        Where = place;
    }

    /// <summary>The IANA time zone that is used.</summary>
    public string TimeZone => _zone.Id;

    /// <summary>How the time zone and the country are known.</summary>
    public Place Where { get; }

    /// <summary>Whether any holidays are known at the place.</summary>
    public bool HasHolidays => _holidays.Length > 0;

    public static BusinessCalendar For(Policy policy, Employer employer) =>
        For(policy, employer.TimeZone, employer.Country, employer.Region);

    public static BusinessCalendar For(Policy policy, string? timeZone, string? country, string? region = null) =>
        Known.GetValue(policy, x => new(x)).Calendar(timeZone, country, region);

    public bool IsBusinessDay(DateOnly date) =>
        _policy.WorksOn(date.DayOfWeek) && HolidayOn(date) is null && !_policy.DaysOff.ContainsKey(date) && !_skipped.Contains(date);

    /// <summary>The holidays and days off after a date, up to another, that fall on working days of the week.</summary>
    public IEnumerable<SkippedDays> SkippedBetween(DateOnly after, DateOnly until)
    {
        SkippedDays? open = null;
        for (var date = Saturated(after); (date = date.AddDays(1)) <= until && date < Latest; )
        {
            if (!_policy.WorksOn(date.DayOfWeek))
            {
                continue;
            }

            var next =
                HolidayOn(date) is { } holiday ? new SkippedDays(date, date, holiday.Name, IsHoliday: true)
                : _policy.DaysOff.TryGetValue(date, out var name) ? new(date, date, name, IsHoliday: false)
                : null;
            if (open is not null && next is not null && (open.Name, open.IsHoliday) == (next.Name, next.IsHoliday))
            {
                open = open with { To = date };
                continue;
            }

            if (open is not null)
            {
                yield return open;
            }

            open = next;
        }

        if (open is not null)
        {
            yield return open;
        }
    }

    /// <summary>Whether a date counts as waiting time, but no follow-up comes due on it.</summary>
    public bool IsQuiet(DateOnly date) => _policy.QuietDates.Contains(date);

    /// <summary>The date itself if it is a business day, else the next one.</summary>
    public DateOnly OnOrAfter(DateOnly date)
    {
        while (date < Latest && !IsBusinessDay(date))
        {
            date = date.AddDays(1);
        }

        return date < Latest ? date : Latest;
    }

    /// <summary>The date itself if a follow-up may come due on it, else the next such business day.</summary>
    public DateOnly DueOnOrAfter(DateOnly date)
    {
        for (date = OnOrAfter(date); IsQuiet(date) && date < Latest; )
        {
            date = OnOrAfter(date.AddDays(1));
        }

        return date;
    }

    /// <summary>
    /// The <paramref name="days"/>th business day after the date, which itself never counts; for 0 the date itself, or the next business
    /// day.
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

    /// <summary>When work begins on a day, in UTC.</summary>
    public DateTimeOffset Opening(DateOnly date) => At(date, _policy.Hours.From);

    /// <summary>The moment itself if a follow-up may come due at it, else the next start of work on a day on which one may.</summary>
    public DateTimeOffset DueAtOrAfter(DateTimeOffset moment)
    {
        var date = DateOf(moment);
        var next = DueOnOrAfter(date);
        if (next == date && moment > At(date, _policy.Hours.To))
        {
            next = DueOnOrAfter(date.AddDays(1));
        }

        var opening = Opening(next);
        return opening > moment ? opening : moment.ToUniversalTime();
    }

    /// <summary>
    /// The instant of a local time, in UTC. A local time that the clocks skip is shifted later by the length of the gap; of a local time
    /// that occurs twice, the first occurrence is taken.
    /// </summary>
    public DateTimeOffset At(DateOnly date, TimeOnly time) =>
        _zone.AtLeniently(LocalDate.FromDateOnly(Saturated(date)).At(LocalTime.FromTimeOnly(time))).ToInstant().ToDateTimeOffset();

    /// <summary>The end of a local day: 24:00, which is the start of the next day.</summary>
    public DateTimeOffset EndOf(DateOnly date) => At(Saturated(date).AddDays(1), TimeOnly.MinValue);

    /// <summary>The local date of an instant.</summary>
    public DateOnly DateOf(DateTimeOffset instant) => Local(instant).Date.ToDateOnly();

    /// <summary>The local time of day of an instant.</summary>
    public TimeOnly TimeOf(DateTimeOffset instant) => Local(instant).TimeOfDay.ToTimeOnly();

    private (DateOnly On, string? Name)? HolidayOn(DateOnly date)
    {
        foreach (var days in _holidays)
        {
            if (days.TryGetValue(date, out var name))
            {
                return (date, name);
            }
        }

        return null;
    }

    private LocalDateTime Local(DateTimeOffset instant) =>
        Instant
            .FromDateTimeOffset(
                instant < EarliestInstant ? EarliestInstant
                : instant > LatestInstant ? LatestInstant
                : instant
            )
            .InZone(_zone)
            .LocalDateTime;

    private static DateOnly Saturated(DateOnly date) =>
        date < Earliest ? Earliest
        : date > Latest ? Latest.AddDays(1)
        : date;

    private static DateTimeZone? Find(string? id) => id is null ? null : DateTimeZoneProviders.Tzdb.GetZoneOrNull(id);

    // Samoa had no 30 December 2011: it moved across the date line overnight. The rules for future years only shift hours.
    private static FrozenSet<DateOnly> Skipped(DateTimeZone zone)
    {
        var intervals = zone.GetZoneIntervals(Instant.FromUtc(1840, 1, 1, 0, 0), Instant.FromUtc(2040, 1, 1, 0, 0)).ToList();
        return intervals
            .Zip(intervals.Skip(1))
            .Where(x => x.Second.WallOffset.Seconds - x.First.WallOffset.Seconds >= 12 * 60 * 60)
            .SelectMany(x => Days(x.First.IsoLocalEnd.Date, x.Second.IsoLocalStart.Date))
            .Where(x => zone.MapLocal(x.At(LocalTime.Noon)).Count == 0)
            .Select(x => x.ToDateOnly())
            .ToFrozenSet();
    }

    private static IEnumerable<LocalDate> Days(LocalDate from, LocalDate to)
    {
        for (; from <= to; from = from.PlusDays(1))
        {
            yield return from;
        }
    }

    /// <summary>A policy's rules about days, expanded once. Policies are immutable; another version is another instance.</summary>
    private sealed class OfPolicy(Policy policy)
    {
        private readonly DateTimeZone _default = Find(policy.DefaultTimeZone) ?? DateTimeZone.Utc;
        private readonly Dictionary<string, Dictionary<DateOnly, string?>> _holidays = policy
            .Holidays.GroupBy(x => x.Key, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(
                x => x.Key,
                x => x.SelectMany(y => y.Value).DistinctBy(y => y.On).ToDictionary(y => y.On, y => y.Name),
                StringComparer.OrdinalIgnoreCase
            );
        private readonly ConcurrentDictionary<(string Zone, Place Place, string? Region), BusinessCalendar> _calendars = new();

        // A week without working days would have no next business day.
        private readonly bool[] _works =
        [
            .. Enum.GetValues<DayOfWeek>().Select(x => policy.WorkingDays.IsEmpty || policy.WorkingDays.Contains(x)),
        ];

        public WorkingHours Hours { get; } = policy.Hours;
        public Dictionary<DateOnly, string?> DaysOff { get; } =
            Expand(policy.DaysOff).DistinctBy(x => x.On).ToDictionary(x => x.On, x => x.Name);
        public HashSet<DateOnly> QuietDates { get; } = [.. Expand(policy.QuietDates).Select(x => x.On)];

        public bool WorksOn(DayOfWeek day) => _works[(int)day];

        public BusinessCalendar Calendar(string? timeZone, string? country, string? region)
        {
            var stated = RegionCode.IsCountry(country) ? country : country ?? region?.Split('-')[0];
            var zone = Find(timeZone);
            var inferred = zone is null ? Find(CountryTimeZone.Of(stated)) : null;
            var inferredCountry = stated is null && zone is not null ? CountryTimeZone.CountryOf(zone.Id) : null;
            var inCountry = Known(stated ?? inferredCountry);
            var place = new Place(
                zone is not null ? ZoneBasis.Stated
                    : inferred is not null ? ZoneBasis.Inferred
                    : ZoneBasis.Default,
                RegionCode.IsCountry(stated) ? stated : inferredCountry,
                inferredCountry is not null
            );
            var used = zone ?? inferred ?? _default;
            var key = (used.Id, place, Known(region));
            if (_calendars.TryGetValue(key, out var known))
            {
                return known;
            }

            var calendar = new BusinessCalendar(
                used,
                place,
                this,
                [.. BuiltIn(key.Item3, inCountry), .. Own(inCountry), .. Own(key.Item3)]
            );
            // "UTC+01:23:45" is a valid zone for NodaTime, too: there are too many such zones to cache them
            return TimeZoneName.IsValid(used.Id) ? _calendars.GetOrAdd(key, calendar) : calendar;
        }

        // An employer's region may be any text; the cache key has only countries and regions with holidays.
        private string? Known(string? code) =>
            code is not null && (BuiltIn(code, null).Any() || Own(code).Any()) ? code.ToUpperInvariant() : null;

        // A region's list is whole; where it isn't known, the country's is all that is.
        private IEnumerable<IReadOnlyDictionary<DateOnly, string?>> BuiltIn(string? region, string? country)
        {
            if (
                policy.BuiltInHolidays
                && ((region is null ? null : PublicHolidays.Of(region)) ?? (country is null ? null : PublicHolidays.Of(country)))
                    is { } days
            )
            {
                yield return days;
            }
        }

        private IEnumerable<IReadOnlyDictionary<DateOnly, string?>> Own(string? code)
        {
            if (code is not null && _holidays.TryGetValue(code, out var own))
            {
                yield return own;
            }
        }

        private static IEnumerable<(DateOnly On, string? Name)> Expand(ImmutableList<DateRange> ranges) =>
            ranges.SelectMany(x =>
                Enumerable.Range(0, Math.Max(0, x.Last.DayNumber - x.From.DayNumber + 1)).Select(i => (x.From.AddDays(i), x.Name))
            );
    }
}

/// <summary>How the time zone and the country of a calendar are known.</summary>
/// <param name="Zone">How the time zone is known.</param>
/// <param name="Country">The ISO 3166-1 code, if it is known.</param>
/// <param name="IsCountryInferred">Whether the country follows from the time zone.</param>
public sealed record Place(ZoneBasis Zone, string? Country, bool IsCountryInferred);

/// <summary>How a time zone is known.</summary>
public enum ZoneBasis
{
    /// <summary>The employer's own, as it was stated.</summary>
    Stated,

    /// <summary>It follows from the employer's country.</summary>
    Inferred,

    /// <summary>The policy's, because the employer's is not known.</summary>
    Default,
}

/// <summary>Holidays or days off of one name that follow one another.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The last.</param>
/// <param name="Name">The name, if it has one.</param>
/// <param name="IsHoliday">Whether it is a holiday at the place; otherwise a day off of the team.</param>
public sealed record SkippedDays(DateOnly From, DateOnly To, string? Name, bool IsHoliday);
