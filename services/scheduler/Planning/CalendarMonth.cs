using System.Collections.Immutable;
using FollowUp.InternalContracts;
using FollowUp.Platform;

namespace FollowUp.Scheduler.Planning;

/// <summary>
/// A month for the pages: what each day is by a policy, as <see cref="BusinessCalendar"/> decides it, and the name of the holiday, day off
/// or quiet date.
/// </summary>
public static class CalendarMonth
{
    /// <param name="region">An ISO 3166 code of a country or region; null for a place without holidays.</param>
    /// <exception cref="RefusedException"><c>badInput</c>: the year, the month or the region is invalid.</exception>
    public static IReadOnlyList<MonthDay> Of(Policy policy, string? region, int year, int month)
    {
        new InputChecks()
            .OptionalText(region, "region", 20)
            .That(year is >= 1990 and <= 2200, "year", "It must lie between 1990 and 2200.")
            .That(month is >= 1 and <= 12, "month", "It must lie between 1 and 12.")
            .Refuse();
        var calendar = BusinessCalendar.For(policy, null, null, region);
        var holidays = Holidays(policy, region).ToLookup(x => x.On, x => x.Name);
        return [.. Enumerable.Range(1, DateTime.DaysInMonth(year, month)).Select(x => Day(new(year, month, x)))];

        MonthDay Day(DateOnly on) =>
            holidays.Contains(on) ? new(on, DayKind.Holiday, holidays[on].FirstOrDefault(x => x is not null))
            : Find(policy.DaysOff, on) is { } off ? new(on, DayKind.DayOff, off.Name)
            : !calendar.IsBusinessDay(on) ? new(on, DayKind.Weekend, null)
            : Find(policy.QuietDates, on) is { } quiet ? new(on, DayKind.Quiet, quiet.Name)
            : new(on, DayKind.Working, null);
    }

    // A region has its country's holidays, too. The name that the team gave a holiday comes before the built-in name.
    private static IEnumerable<Holiday> Holidays(Policy policy, string? region)
    {
        string[] codes =
            region is null ? []
            : region.Contains('-', StringComparison.Ordinal) ? [region, region.Split('-')[0]]
            : [region];
        return codes
            .SelectMany(code =>
                policy.Holidays.Where(x => string.Equals(x.Key, code, StringComparison.OrdinalIgnoreCase)).SelectMany(x => x.Value)
            )
            .Concat(
                policy.BuiltInHolidays
                    ? (
                        codes.Select(PublicHolidays.Of).FirstOrDefault(x => x is not null) ?? ImmutableDictionary<DateOnly, string?>.Empty
                    ).Select(x => new Holiday(x.Key, x.Value))
                    : []
            );
    }

    private static DateRange? Find(IEnumerable<DateRange> ranges, DateOnly on) => ranges.FirstOrDefault(x => x.From <= on && on <= x.Last);
}
