using System.Text;
using FollowUp.InternalContracts;
using FollowUp.Scheduler.Planning;
using FollowUp.Scheduler.Projections;
using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;

namespace FollowUp.Scheduler.Calendars;

/// <summary>
/// The agenda as an iCalendar (RFC 5545): one calendar entry for each slot. An entry's UID stays, and its SEQUENCE only grows, so that a
/// calendar program moves the entry instead of showing it twice. An interview is an entry beside that of the follow-up on it.
/// </summary>
public static class AgendaCalendar
{
    private const string Refresh = "PT15M"; // how often a calendar program should poll; most poll less often
    private const string Fold = "\r\n ";
    private const int MostOctets = 75; // of a line, without its end
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(30);

    /// <param name="name">The calendar's name.</param>
    /// <param name="slots">The planned, due and claimed slots, each with the time when it was last written.</param>
    /// <param name="interviews">The slots whose interviews are shown.</param>
    /// <param name="known">The names of candidates, and where links lead.</param>
    public static string Of(
        string name,
        IEnumerable<(AgendaEntry Slot, DateTimeOffset At)> slots,
        IEnumerable<(AgendaEntry Slot, DateTimeOffset At)> interviews,
        CandidateNames known
    )
    {
        var calendar = new Calendar { ProductId = "-//FollowUp//Scheduler//EN", Method = "PUBLISH" };
        calendar.AddProperty("X-WR-CALNAME", name);
        calendar.AddProperty("X-PUBLISHED-TTL", Refresh);
        calendar.AddProperty("REFRESH-INTERVAL;VALUE=DURATION", Refresh);
        foreach (var (slot, at) in slots)
            calendar.Events.Add(FollowUp(slot, at, known));
        foreach (var (slot, at) in interviews)
            if (slot.Interview is { } interview)
                calendar.Events.Add(Interview(slot, interview, at, known));
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

    private static CalendarEvent FollowUp(AgendaEntry slot, DateTimeOffset at, CandidateNames known)
    {
        var begins = slot.DueAt!.Value;
        var entry = Entry("Follow up", slot, at, Sentences(slot), known);
        entry.Uid = $"{slot.Id}@followup";
        entry.Start = Utc(begins);
        entry.End = Utc(begins + Length);
        entry.Categories = [slot.Status.ToString().ToUpperInvariant()];
        entry.Transparency = TransparencyType.Transparent; // a reminder doesn't mark its owner as busy
        entry.Status = EventStatus.Confirmed;
        return entry;
    }

    private static CalendarEvent Interview(AgendaEntry slot, InterviewItem interview, DateTimeOffset at, CandidateNames known)
    {
        var entry = Entry(interview.IsCancelled ? "Cancelled interview" : "Interview", slot, at, [], known);
        entry.Uid = $"{slot.Id}-interview@followup";
        entry.Start = interview.OnDay is { } day ? Day(day) : Utc(interview.StartsAt);
        entry.End = interview.OnDay is { } on ? Day(on.AddDays(1)) : Utc(interview.EndsAt);
        entry.Categories = ["INTERVIEW"];
        entry.Status = interview.IsCancelled ? EventStatus.Cancelled : EventStatus.Confirmed;
        return entry;
    }

    private static CalendarEvent Entry(string what, AgendaEntry slot, DateTimeOffset at, IEnumerable<string> text, CandidateNames known)
    {
        var entry = new CalendarEvent
        {
            Sequence = (int)Math.Min(slot.Revision, int.MaxValue),
            DtStamp = Utc(at),
            LastModified = Utc(at),
            Summary = $"{what}: {slot.Employer}, {slot.Title} ({known.Names.GetValueOrDefault(slot.Candidate, slot.Candidate)})",
        };
        if (Uri.TryCreate($"{known.Pages}/pipeline/{slot.Application}", UriKind.Absolute, out var page) && known.Pages is not null)
        {
            entry.Url = page;
            text = text.Append(page.ToString());
        }
        entry.Description = string.Join('\n', text);
        return entry;
    }

    private static IEnumerable<string> Sentences(AgendaEntry slot) =>
        [
            Reasons.ToBeMadeBy(slot.Channels).Sentence,
            .. slot.Assignee is { } assignee ? [Reasons.AssignedTo(assignee).Sentence] : Array.Empty<string>(),
            .. slot.Reasons.Select(x => x.Sentence),
        ];

    private static CalDateTime Day(DateOnly day) => new(day);

    private static CalDateTime Utc(DateTimeOffset at) => new(at.UtcDateTime, CalDateTime.UtcTzId);
}
