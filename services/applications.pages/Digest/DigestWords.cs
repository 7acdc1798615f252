using System.Text;
using FollowUp.Applications.Queries;
using FollowUp.Contracts;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace FollowUp.Applications.Pages.Digest;

/// <summary>The texts of a digest, in the current UI culture.</summary>
public sealed class DigestWords(IStringLocalizer<Words> t, Terms terms, DigestContent content, DateTimeZone zone, string? pages)
{
    public string? Pages => pages;

    public string Subject =>
        content.IsEmpty
            ? t["Nothing to follow up on today"]
            : terms.Count(content.Count + content.More, "{0} follow-up for today", "{0} follow-ups for today");

    public string Nothing => t["Nothing is due today, and nothing comes due."];
    public string Open => t["Open today's follow-ups"];
    public string Why => t["You get this because you asked for it in FollowUp, under your name."];
    public string StopIt => t["Stop these mails"];

    public string Heading(DigestGroup group) =>
        group switch
        {
            DigestGroup.Yours => t["Yours to make"],
            DigestGroup.WindowEnds => t["Today is the last day"],
            DigestGroup.Due => t["Due now"],
            _ => t["Comes due today"],
        };

    public static string Title(TodayItem x) => $"{x.Employer}: {x.Title}";

    public string? Link(TodayItem x) => pages is null ? null : $"{pages}/pipeline/{x.Application}";

    /// <summary>The candidate, the channels, the window and the assignee.</summary>
    public string Line(TodayItem x)
    {
        List<string> parts = [x.CandidateName ?? x.Candidate];
        if (x.Slot.Channels.Count > 0)
            parts.Add(string.Join(t[" or "], x.Slot.Channels.Select(y => terms[y])));
        if (x.Slot.Status == SlotStatus.Planned && x.Slot.DueAt is { } due)
            parts.Add(t["from {0}", Terms.TimeOf(due, zone)]);
        if (x.Slot.WindowEndsAt is { } end)
            parts.Add(
                Terms.DayOf(end, zone) <= content.Day
                    ? t["until {0} today", Terms.TimeOf(end, zone)]
                    : t["until {0}", Terms.Day(Terms.DayOf(end, zone), content.Day)]
            );
        if (x.Slot.Assignee is { } assignee)
            parts.Add(t["assigned to {0}", assignee]);
        return string.Join(" · ", parts);
    }

    public string? More(DigestContent x) => x.More == 0 ? null : terms.Count(x.More, "{0} more is due.", "{0} more are due.");

    /// <summary>The digest as plain text.</summary>
    public string Text(string? stop)
    {
        var text = new StringBuilder();
        if (content.IsEmpty)
            text.AppendLine(Nothing);
        foreach (var (group, items) in content.Groups)
        {
            text.AppendLine(Heading(group).ToUpper(System.Globalization.CultureInfo.CurrentCulture)).AppendLine();
            foreach (var item in items)
            {
                text.Append("* ").AppendLine(Title(item)).Append("  ").AppendLine(Line(item));
                if (Link(item) is { } link)
                    text.Append("  ").AppendLine(link);
            }
            text.AppendLine();
        }
        if (More(content) is { } more)
            text.AppendLine(more);
        if (pages is not null)
            text.Append(Open).Append(": ").AppendLine(pages);
        text.AppendLine().AppendLine("-- ").AppendLine(Why);
        if (stop is not null)
            text.Append(StopIt).Append(": ").AppendLine(stop);
        return text.ToString();
    }
}
