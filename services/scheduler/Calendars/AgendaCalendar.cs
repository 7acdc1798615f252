using System.Text;
using FollowUp.Scheduler.Planning;
using FollowUp.Scheduler.Projections;
using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;

namespace FollowUp.Scheduler.Calendars;

/// <summary>
/// The agenda as an iCalendar (RFC 5545): one calendar entry for each slot. An entry's UID stays, and its SEQUENCE only grows, so that a
/// calendar program moves the entry instead of showing it twice. It contains no person's name: the Scheduler has none.
/// </summary>
public static class AgendaCalendar
{
    private const string Refresh = "PT15M"; // how often a calendar program should poll; most poll less often
    private const string Fold = "\r\n ";
    private const int MostOctets = 75; // of a line, without its end
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(30);

    /// <param name="name">The calendar's name.</param>
    /// <param name="slots">The planned, due and claimed slots, each with the time when it was last written.</param>
    public static string Of(string name, IEnumerable<(AgendaEntry Slot, DateTimeOffset At)> slots)
    {
        var calendar = new Calendar { ProductId = "-//FollowUp//Scheduler//EN", Method = "PUBLISH" };
        calendar.AddProperty("X-WR-CALNAME", name);
        calendar.AddProperty("X-PUBLISHED-TTL", Refresh);
        calendar.AddProperty("REFRESH-INTERVAL;VALUE=DURATION", Refresh);
        foreach (var (slot, at) in slots)
            calendar.Events.Add(Event(slot, at));
        return Folded(new CalendarSerializer().SerializeToString(calendar)!);
    }

    // Ical.Net folds a line between any two UTF-16 units, so it can split an emoji into two halves, each of which becomes a replacement
    // character. It also counts UTF-16 units, although RFC 5545 (3.1) limits lines by octets.
    private static string Folded(string text)
    {
        var (folded, octets) = (new StringBuilder(text.Length), 0);
        foreach (var rune in text.Replace(Fold, "", StringComparison.Ordinal).EnumerateRunes())
        {
            if (rune.Value is '\r' or '\n')
                octets = 0;
            else if ((octets += rune.Utf8SequenceLength) > MostOctets)
            {
                folded.Append(Fold);
                octets = 1 + rune.Utf8SequenceLength; // the blank at the start of a continuation line counts
            }
            folded.Append(rune);
        }
        return folded.ToString();
    }

    private static CalendarEvent Event(AgendaEntry slot, DateTimeOffset at)
    {
        var begins = slot.DueAt!.Value;
        return new()
        {
            Uid = $"{slot.Id}@followup",
            Sequence = (int)Math.Min(slot.Revision, int.MaxValue),
            DtStamp = Utc(at),
            LastModified = Utc(at),
            Start = Utc(begins),
            End = Utc(begins + Length),
            Summary = $"Follow up: {slot.Employer}, {slot.Title} ({slot.Candidate})",
            Description = Description(slot),
            Categories = [slot.Status.ToString().ToUpperInvariant()],
            Transparency = TransparencyType.Transparent, // a reminder doesn't mark its owner as busy
            Status = EventStatus.Confirmed,
        };
    }

    private static string Description(AgendaEntry slot)
    {
        var text = new StringBuilder();
        text.AppendLine(Reasons.ToBeMadeBy(slot.Channels).Sentence);
        if (slot.Assignee is { } assignee)
            text.AppendLine(Reasons.AssignedTo(assignee).Sentence);
        foreach (var reason in slot.Reasons)
            text.AppendLine(reason.Sentence);
        return text.ToString().TrimEnd();
    }

    private static CalDateTime Utc(DateTimeOffset at) => new(at.UtcDateTime, CalDateTime.UtcTzId);
}
