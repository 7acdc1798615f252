using System.Collections.Immutable;
using System.Text;
using FollowUp.Platform;
using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Evaluation;

namespace FollowUp.Scheduler.Planning;

/// <summary>The holidays of a feed.</summary>
/// <param name="Days">The holidays by day.</param>
/// <param name="LeftOut">The names of events that can't be read, which were left out.</param>
public sealed record FeedHolidays(ImmutableList<Holiday> Days, ImmutableList<string> LeftOut);

/// <summary>
/// Reads holidays from an iCalendar feed that a team uploads: the feed's all-day events, of one or several days, recurring ones too. The
/// feed is untrusted input, so the work that it may cause is limited; and it comes from anywhere, so each event is read by itself, and what
/// other programs mean by a whole day is understood.
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
    private const int MostNamed = 20;
    private const string OutlookAllDay = "X-MICROSOFT-CDO-ALLDAYEVENT";

    /// <summary>The holidays of last year, this year and the next ten.</summary>
    /// <exception cref="RefusedException">
    /// <c>badInput</c> of <c>holidays</c>: the feed can't be read, has no holiday, or goes beyond a limit.
    /// </exception>
    public static FeedHolidays Read(string ics, DateOnly today) =>
        Read(ics, new DateOnly(today.Year - 1, 1, 1), new DateOnly(today.Year + 10, 12, 31));

    private static FeedHolidays Read(string ics, DateOnly first, DateOnly last)
    {
        if (ics.Length > MostCharacters || Components(ics) > MostComponents)
        {
            throw Refused($"It must not be longer than {MostCharacters} characters, or have more than {MostComponents} entries.");
        }

        if (!ics.Contains("BEGIN:VCALENDAR", StringComparison.OrdinalIgnoreCase))
        {
            throw Refused("It isn't an iCalendar feed.");
        }

        List<string> leftOut = [];
        var events = Events(ics, leftOut);
        if (events.Any(x => LengthOf(x) > MostDays))
        {
            throw Refused($"An event must not last longer than {MostDays} days.");
        }

        if (events.Sum(DatesOf) > MostDates)
        {
            throw Refused("Its events must not name more than 2000 dates beside their own (RDATE, EXDATE).");
        }

        var whole = OfWholeDays(events);
        if (whole.Sum(x => Work(x, last)) > MostWork)
        {
            throw Refused(
                "Its recurring events are too much to work out: they must be daily or rarer, begin in this century, not be many or long, "
                    + "and leave days out by their dates (EXDATE), not by a rule (EXRULE)."
            );
        }

        var holidays = new SortedDictionary<DateOnly, Holiday>();
        foreach (var series in whole.GroupBy(x => x.Uid, StringComparer.Ordinal))
        {
            Expand([.. series], first, last, holidays, leftOut);
        }

        return holidays.Count > 0 ? new([.. holidays.Values], [.. leftOut.Distinct(StringComparer.Ordinal).Take(MostNamed)])
            : leftOut.Count > 0 ? throw Refused("None of its events can be read.")
            : throw Refused("It has no holiday of last year, this year or the next ten: an event must take whole days.");
    }

    // Each event is read by itself, so that one that can't be read doesn't spoil the others.
    private static List<CalendarEvent> Events(string ics, List<string> leftOut)
    {
        var events = new List<CalendarEvent>();
        StringBuilder? open = null;
        foreach (var line in Unfolded(ics))
        {
            var word = line.Trim();
            if (word.Equals("BEGIN:VEVENT", StringComparison.OrdinalIgnoreCase))
            {
                open = new("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//FollowUp//EN\r\n");
            }

            open?.Append(line).Append("\r\n");
            if (open is not null && word.Equals("END:VEVENT", StringComparison.OrdinalIgnoreCase))
            {
                var text = open.Append("END:VCALENDAR\r\n").ToString();
                open = null;
                if (Parsed(text) is { DtStart: not null } happening)
                {
                    happening.Uid = string.IsNullOrEmpty(happening.Uid) ? $"{events.Count}" : happening.Uid;
                    events.Add(happening);
                }
                else
                {
                    leftOut.Add(SummaryIn(text));
                }
            }
        }

        if (open is not null)
        {
            leftOut.Add(SummaryIn(open.ToString()));
        }

        return events;
    }

    // A line that begins with a space goes on with the one before (RFC 5545, 3.1).
    private static IEnumerable<string> Unfolded(string ics)
    {
        var whole = new StringBuilder();
        foreach (var line in ics.Split('\n').Select(x => x.TrimEnd('\r')))
        {
            if (line.Length > 0 && line[0] is ' ' or '\t')
            {
                whole.Append(line.AsSpan(1));
                continue;
            }

            if (whole.Length > 0)
            {
                yield return whole.ToString();
            }

            whole.Clear().Append(line);
        }

        if (whole.Length > 0)
        {
            yield return whole.ToString();
        }
    }

    private static CalendarEvent? Parsed(string text)
    {
        try
        {
            return Calendar.Load(text)?.Events.SingleOrDefault();
        }
        catch (Exception exception) when (exception is not (RefusedException or OutOfMemoryException))
        {
            return null;
        }
    }

    private static string SummaryIn(string text) =>
        text.Split('\n').FirstOrDefault(x => x.StartsWith("SUMMARY", StringComparison.OrdinalIgnoreCase)) is { } line
        && line.IndexOf(':', StringComparison.Ordinal) is > 0 and var at
        && Named(line[(at + 1)..]) is { } name
            ? name
            : "?";

    // An occurrence of a series that was cancelled, or got a time of day, replaces the series' own day. If only that occurrence were
    // removed, the series would bring the day back, so the day becomes an exception date (EXDATE) of the series.
    private static List<CalendarEvent> OfWholeDays(List<CalendarEvent> events)
    {
        List<CalendarEvent> whole = [.. events.Where(IsAllDay).Select(WholeDays)];
        var series = whole.Where(x => x.RecurrenceIdentifier is null).ToLookup(x => x.Uid, StringComparer.Ordinal);
        foreach (var happening in events.Where(x => !IsAllDay(x)))
        {
            if (happening is { Uid: { } uid, RecurrenceIdentifier: { } which })
            {
                foreach (var one in series[uid].Take(MostOfAUid))
                {
                    one.ExceptionDates.Add(new CalDateTime(DayOf(which.StartTime)));
                }
            }
        }

        return whole;
    }

    // The event by its days alone, whatever their time zones: which day is left out or replaced is decided by its date.
#pragma warning disable CS0618 // Ical.Net marks several rules of one event as obsolete, but evaluates them all, so all of them count
    private static CalendarEvent WholeDays(CalendarEvent x)
    {
        var start = StartOf(x);
        var days = new CalendarEvent
        {
            Uid = x.Uid,
            Summary = x.Summary,
            DtStart = new CalDateTime(start),
            DtEnd = new CalDateTime(start.AddDays(Math.Min(LengthOf(x), MostDays))),
        };
        foreach (var rule in x.RecurrenceRules)
        {
            rule.Until = rule.Until is { } until ? new CalDateTime(DayOf(until)) : null;
            days.RecurrenceRules.Add(rule);
        }

        foreach (var rule in x.ExceptionRules)
        {
            days.ExceptionRules.Add(rule);
        }

        foreach (var date in x.ExceptionDates.GetAllDates())
        {
            days.ExceptionDates.Add(new CalDateTime(DayOf(date)));
        }

        foreach (var date in x.RecurrenceDates.GetAllDates().Concat(x.RecurrenceDates.GetAllPeriods().Select(p => p.StartTime)))
        {
            days.RecurrenceDates.Add(new CalDateTime(DayOf(date)));
        }

        if (x.RecurrenceIdentifier is { } which)
        {
            days.RecurrenceIdentifier = new(new CalDateTime(DayOf(which.StartTime)), which.Range);
        }

        return days;
    }
#pragma warning restore CS0618

    private static void Expand(
        List<CalendarEvent> series,
        DateOnly first,
        DateOnly last,
        SortedDictionary<DateOnly, Holiday> holidays,
        List<string> leftOut
    )
    {
        var calendar = new Calendar();
        foreach (var happening in series)
        {
            calendar.Events.Add(happening);
        }

        // a rule for a day that doesn't exist, as February 30, never matches
        var options = new EvaluationOptions { MaxUnmatchedIncrementsLimit = 1_000 };
        try
        {
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
                        holidays.TryAdd(day, new(day, Named(happening.Summary)));
                    }
                }

                if (holidays.Count > MostHolidays)
                {
                    throw Refused($"There must not be more than {MostHolidays} holidays in it.");
                }
            }
        }
        catch (Exception exception) when (exception is not (RefusedException or OutOfMemoryException))
        {
            leftOut.Add(Named(series[0].Summary) ?? "?");
        }
    }

    // A day by its date; or from midnight to midnight, on whatever clock; or as Outlook says.
    private static bool IsAllDay(CalendarEvent x) =>
        x.DtStart is { Year: > 0 and < 9000 } start
        && !string.Equals(x.Status, EventStatus.Cancelled, StringComparison.OrdinalIgnoreCase)
        && (
            !start.HasTime
            || (IsMidnight(start) && EndsAtMidnight(x, start))
            || x.Properties.Any(y =>
                y.Name.Equals(OutlookAllDay, StringComparison.OrdinalIgnoreCase)
                && string.Equals(y.Value?.ToString(), "TRUE", StringComparison.OrdinalIgnoreCase)
            )
        );

    private static bool IsMidnight(CalDateTime x) => !x.HasTime || x.Time == TimeOnly.MinValue;

    // By the duration's own numbers: its addition to a time in a zone that isn't known throws.
    private static bool EndsAtMidnight(CalendarEvent x, CalDateTime start) =>
        x.DtEnd is { } end
            ? IsMidnight(end) && end.Date > start.Date
            : x.Duration is { } duration
                && (duration.Hours ?? 0) % 24 == 0
                && (duration.Minutes ?? 0) == 0
                && (duration.Seconds ?? 0) == 0
                && (duration.Weeks ?? 0) + (duration.Days ?? 0) + (duration.Hours ?? 0) > 0;

    // What Outlook calls a whole day may be written in UTC: then the nearest midnight is meant.
    private static DateOnly StartOf(CalendarEvent x) => DayOf(x.DtStart!);

    private static DateOnly DayOf(CalDateTime x) => x is { IsUtc: true, Time: { Hour: >= 12 } } ? x.Date.AddDays(1) : x.Date;

    private static int LengthOf(CalendarEvent x) =>
        x switch
        {
            { DtEnd: { } end, DtStart: not null } => Math.Max(1, DayOf(end).DayNumber - StartOf(x).DayNumber),
            { Duration: { } duration } => (int)
                Math.Clamp(((long?)duration.Weeks ?? 0) * 7 + (duration.Days ?? 0) + (duration.Hours ?? 0) / 24, 1, int.MaxValue),
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

    private static string? Named(string? summary) =>
        string.IsNullOrWhiteSpace(summary) ? null : new string([.. summary.Trim().Where(c => !char.IsControl(c)).Take(100)]);

    private static RefusedException Refused(string sentence) => RefusedException.BadInput("holidays", sentence);
}
