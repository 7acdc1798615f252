using FollowUp.InternalContracts;
using FollowUp.Platform;

namespace FollowUp.Scheduler.Calendars;

/// <summary>What is done with calendars, whoever asks: made, listed, revoked.</summary>
internal sealed class CalendarService(CalendarFeeds feeds)
{
    /// <param name="id">The calendar's, so that asking twice makes one; another unless given.</param>
    public async Task<MadeCalendar> Make(string team, string by, string name, string? candidate, CancellationToken ct, Guid? id = null)
    {
        new InputChecks().Text(name, "name", 100).OptionalText(candidate, "candidate", 100).Refuse();
        var (feed, token) = await feeds.Make(team, by, name.Trim(), candidate, id ?? Guid.CreateVersion7(), ct);
        return new(feed.Id, feed.Name, feed.Candidate, $"/calendars/{token}.ics");
    }

    /// <param name="candidate">Only that candidate's; all of the team's unless given.</param>
    public async Task<IReadOnlyList<CalendarItem>> All(string team, CancellationToken ct, string? candidate = null) =>
        [
            .. (await feeds.All(team, ct))
                .Where(x => candidate is null || x.Candidate == candidate)
                .Select(x => new CalendarItem(x.Id, x.Name, x.Candidate, x.MadeAt, x.MadeBy, x.RevokedAt)),
        ];

    /// <param name="candidate">Only if it is that candidate's; any of the team's unless given.</param>
    public Task Revoke(string team, Guid id, CancellationToken ct, string? candidate = null) => feeds.Revoke(team, id, ct, candidate);
}
