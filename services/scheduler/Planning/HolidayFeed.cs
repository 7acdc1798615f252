using System.Collections.Frozen;
using System.Collections.Immutable;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Evaluation;

namespace FollowUp.Scheduler.Planning;

/// <summary>
/// Reads holidays from an iCalendar feed that a team uploads: the feed's all-day events, of one or several days, recurring ones too. The
/// feed is untrusted input, so the work that it may cause is limited.
/// </summary>
public static class HolidayFeed
{
    private const int MostCharacters = 1_000_000;
    private const int MostComponents = 2_000;
    private const int MostHolidays = 2_000;
    private const int MostDays = 366; // of one event
    private const int MostDates = 2_000; // RDATE and EXDATE, all events together
    private const int MostOfAUid = 10; // events with one UID; a valid feed has one
    private const int MostListed = 400; // items in the BYDAY=…,…,… and similar lists of one rule
    private const long MostWork = 1_000_000; // days that the rules evaluate, all events together: takes about a second

    /// <summary>The holidays of last year, this year and the next ten.</summary>
    /// <exception cref="RefusedException"><c>badInput</c> of <c>holidays</c>: the feed can't be read, or goes beyond a limit.</exception>
    public static ImmutableList<Holiday> Read(string ics, DateOnly today) =>
        Read(ics, new DateOnly(today.Year - 1, 1, 1), new DateOnly(today.Year + 10, 12, 31));

    internal static ImmutableList<Holiday> Read(string ics, DateOnly first, DateOnly last)
    {
        var feed = Load(ics);
        if (feed.Events.Any(x => x.DtStart is null))
        {
            throw Refused("One of its events doesn't say when it begins.");
        }

        var calendar = OfWholeDays(feed);
        if (calendar.Events.Any(x => LengthOf(x) > MostDays))
        {
            throw Refused($"An event must not last longer than {MostDays} days.");
        }

        if (calendar.Events.Sum(DatesOf) > MostDates)
        {
            throw Refused("Its events must not name more than 2000 dates beside their own (RDATE, EXDATE).");
        }

        if (calendar.Events.Sum(x => Work(x, last)) > MostWork)
        {
            throw Refused(
                "Its recurring events are too much to work out: they must be daily or rarer, begin in this century, not be many or long, "
                    + "and leave days out by their dates (EXDATE), not by a rule (EXRULE)."
            );
        }

        try
        {
            return Expand(calendar, first, last);
        }
        catch (Exception exception) when (exception is not (RefusedException or OutOfMemoryException))
        {
            throw Refused("One of its recurring events can't be worked out.");
        }
    }

    private static Calendar Load(string ics)
    {
        if (ics.Length > MostCharacters || Components(ics) > MostComponents)
        {
            throw Refused($"It must not be longer than {MostCharacters} characters, or have more than {MostComponents} entries.");
        }

        try
        {
            return Calendar.Load(ics) ?? throw Refused("It isn't an iCalendar feed.");
        }
        catch (Exception exception) when (exception is not (RefusedException or OutOfMemoryException))
        {
            throw Refused("It isn't an iCalendar feed that can be read.");
        }
    }

    // An occurrence of a series that was cancelled, or got a time of day, replaces the series' own day. If only that occurrence were
    // removed, the series would bring the day back, so the day becomes an exception date (EXDATE) of the series.
    private static Calendar OfWholeDays(Calendar feed)
    {
        // a new calendar, not the feed without the other events: of two events with one UID, Ical.Net may remove the wrong one
        var calendar = new Calendar();
        foreach (var happening in feed.Events.Where(IsAllDay).ToList())
        {
            calendar.Events.Add(happening);
        }

        var series = calendar.Events.Where(x => x.RecurrenceIdentifier is null).ToLookup(x => x.Uid, StringComparer.Ordinal);
        foreach (var happening in feed.Events.Where(x => !IsAllDay(x)))
        {
            if (happening is { Uid: { } uid, RecurrenceIdentifier: { } which })
            {
                foreach (var one in series[uid].Take(MostOfAUid))
                {
                    one.ExceptionDates.Add(new CalDateTime(which.StartTime.Date));
                }
            }
        }

        return calendar;
    }

    private static ImmutableList<Holiday> Expand(Calendar calendar, DateOnly first, DateOnly last)
    {
        var holidays = new SortedDictionary<DateOnly, Holiday>();
        // a rule for a day that doesn't exist, as February 30, never matches
        var options = new EvaluationOptions { MaxUnmatchedIncrementsLimit = 1_000 };
        foreach (var occurrence in calendar.GetOccurrences<CalendarEvent>(new CalDateTime(first.AddDays(-MostDays)), options))
        {
            var from = occurrence.Period.StartTime.Date;
            if (from > last)
            {
                break;
            }

            var happening = (CalendarEvent)occurrence.Source;
            for (var (day, until) = (from, from.AddDays(LengthOf(happening))); day < until; day = day.AddDays(1))
            {
                if (day >= first && day <= last)
                {
                    holidays.TryAdd(day, new(day, Name(happening)));
                }
            }

            if (holidays.Count > MostHolidays)
            {
                throw Refused($"There must not be more than {MostHolidays} holidays in it.");
            }
        }

        return [.. holidays.Values];
    }

    private static bool IsAllDay(CalendarEvent x) =>
        x is { DtStart: { HasTime: false, Year: > 0 and < 9000 } }
        && !string.Equals(x.Status, EventStatus.Cancelled, StringComparison.OrdinalIgnoreCase);

    private static int LengthOf(CalendarEvent x) =>
        x switch
        {
            { DtEnd: { } end, DtStart: { } start } => Math.Max(1, end.Date.DayNumber - start.Date.DayNumber),
            { Duration: { } duration } => (int)Math.Clamp(((long?)duration.Weeks ?? 0) * 7 + (duration.Days ?? 0), 1, int.MaxValue),
            _ => 1,
        };

    // The most days that an event's rules evaluate, from the event's start to the last day that is asked for.
#pragma warning disable CS0618 // Ical.Net marks several rules of one event as obsolete, but evaluates them all, so all of them count
    private static long Work(CalendarEvent x, DateOnly last) =>
        x.RecurrenceRules.Sum(rule =>
        {
            int[] lists =
            [
                rule.ByDay.Count,
                rule.ByMonth.Count,
                rule.ByMonthDay.Count,
                rule.ByYearDay.Count,
                rule.ByWeekNo.Count,
                rule.BySetPosition.Count,
            ];
            var isBounded =
                rule.Frequency is FrequencyType.Yearly or FrequencyType.Monthly or FrequencyType.Weekly or FrequencyType.Daily
                && rule.ByHour.Count + rule.ByMinute.Count + rule.BySecond.Count == 0
                && lists.Sum() <= MostListed;
            var years = Math.Max(1, last.Year - x.DtStart!.Year + 1);
            return !isBounded
                ? MostWork + 1
                : years
                    * LengthOf(x)
                    * (rule.Frequency == FrequencyType.Yearly && lists.Sum() <= 1 && rule.ByDay.Count == 0 ? 1L : MostDays);
            // Ical.Net evaluates an EXRULE from its beginning for each occurrence, whatever the rule is. RFC 5545 removed EXRULE in 2009,
            // so any feed that has one is refused.
        }) + (x.ExceptionRules.Count > 0 ? MostWork + 1 : 0);
#pragma warning restore CS0618

    private static long DatesOf(CalendarEvent x) =>
        x.RecurrenceDates.GetAllPeriods().Count() + x.RecurrenceDates.GetAllDates().Count() + x.ExceptionDates.GetAllDates().Count();

    private static int Components(string ics)
    {
        var count = 0;
        for (var at = 0; (at = ics.IndexOf("BEGIN:", at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            count++;
        }

        return count;
    }

    private static string? Name(CalendarEvent x) =>
        string.IsNullOrWhiteSpace(x.Summary) ? null : new string([.. x.Summary.Trim().Where(c => !char.IsControl(c)).Take(100)]);

    private static RefusedException Refused(string sentence) => RefusedException.BadInput("holidays", sentence);
}

/// <summary>FollowUp's built-in public holidays, by country: see Holidays/built-in.py.</summary>
internal static class BuiltInHolidays
{
    private static readonly Lazy<ImmutableDictionary<string, ImmutableList<Holiday>>> Read = new(() =>
        HolidayCountries.Known.ToImmutableDictionary(
            x => x,
            x =>
            {
                using var resource = typeof(BuiltInHolidays).Assembly.GetManifestResourceStream($"{x}.ics")!;
                using var reader = new StreamReader(resource);
                return HolidayFeed.Read(reader.ReadToEnd(), new(2010, 1, 1), new(2050, 12, 31));
            }
        )
    );

    private static readonly Lazy<FrozenDictionary<string, FrozenDictionary<DateOnly, string?>>> Days = new(() =>
        Read.Value.ToFrozenDictionary(
            x => x.Key,
            x => x.Value.DistinctBy(y => y.On).ToFrozenDictionary(y => y.On, y => y.Name),
            StringComparer.OrdinalIgnoreCase
        )
    );

    public static ImmutableDictionary<string, ImmutableList<Holiday>> ByCountry => Read.Value;

    public static IReadOnlyDictionary<DateOnly, string?>? DaysOf(string country) => Days.Value.GetValueOrDefault(country);
}
