using FollowUp.Applications.Pages.Me;
using FollowUp.Applications.Pages.SigningIn;
using FollowUp.Applications.Queries;
using FollowUp.Contracts;
using NodaTime;

namespace FollowUp.Applications.Pages.Digest;

/// <summary>Why a digest lists a follow-up: the heading above it.</summary>
public enum DigestGroup
{
    Yours,
    WindowEnds,
    Due,
    ComesDue,
}

/// <summary>The follow-ups of one person's day: each once, under the first heading that fits.</summary>
/// <param name="More">The number of due follow-ups that the digest does not list.</param>
public sealed record DigestContent(DateOnly Day, IReadOnlyList<(DigestGroup Group, IReadOnlyList<TodayItem> Items)> Groups, int More)
{
    public const int MaxItems = 60;

    public int Count => Groups.Sum(x => x.Items.Count);
    public bool IsEmpty => Groups.Count == 0;

    public static async Task<DigestContent> Read(Queries.Today today, PersonalSettings x, DateTimeOffset now, CancellationToken ct)
    {
        var candidate = x.Role == Role.Candidate ? x.Candidate ?? "" : null;
        var mine = await today.Read(
            x.Team,
            new(candidate, Assignee: x.Person, Statuses: [SlotStatus.Due, SlotStatus.Planned], Limit: MaxItems),
            now,
            ct
        );
        var due = await today.Read(x.Team, new(candidate, Statuses: [SlotStatus.Due], Limit: MaxItems), now, ct);
        var planned = await today.Read(x.Team, new(candidate, Statuses: [SlotStatus.Planned], Limit: MaxItems), now, ct);
        return Of(
            x.Person,
            [.. mine.Items, .. due.Items, .. planned.Items],
            due.Counts.GetValueOrDefault(SlotStatus.Due),
            now,
            x.DigestZone
        );
    }

    /// <summary>Groups the follow-ups by heading.</summary>
    /// <param name="items">The follow-ups by urgency, possibly with duplicates.</param>
    /// <param name="due">The number of all due follow-ups.</param>
    public static DigestContent Of(string person, IReadOnlyList<TodayItem> items, int due, DateTimeOffset now, DateTimeZone zone)
    {
        var today = Terms.DayOf(now, zone);
        bool IsToday(DateTimeOffset? at) => at is { } moment && Terms.DayOf(moment, zone) <= today;
        var groups = items
            .DistinctBy(x => (x.Application, x.Stage))
            .Where(x => x.Slot.Status == SlotStatus.Due || (x.Slot.Status == SlotStatus.Planned && IsToday(x.Slot.DueAt)))
            .GroupBy(x =>
                x.Slot.Assignee == person ? DigestGroup.Yours
                : IsToday(x.Slot.WindowEndsAt) ? DigestGroup.WindowEnds
                : x.Slot.Status == SlotStatus.Due ? DigestGroup.Due
                : DigestGroup.ComesDue
            )
            .OrderBy(x => x.Key)
            .Select(x => (x.Key, (IReadOnlyList<TodayItem>)[.. x.Take(MaxItems)]))
            .ToList();
        var listed = groups.SelectMany(x => x.Item2).Count(x => x.Slot.Status == SlotStatus.Due);
        return new(today, groups, Math.Max(0, due - listed));
    }
}
