using FollowUp.InternalContracts;
using FollowUp.Platform;

namespace FollowUp.Scheduler.Calendars;

/// <summary>The operations on calendars, for every kind of caller: create, list, revoke.</summary>
internal sealed class CalendarService(CalendarFeeds feeds)
{
    /// <param name="id">The calendar's id, so that a repeated call creates only one; a new id by default.</param>
    public async Task<MadeCalendar> Make(string team, string by, string name, string? candidate, CancellationToken ct, Guid? id = null)
    {
        new InputChecks().Text(name, "name", 100).OptionalText(candidate, "candidate", 100).Refuse();
        var (feed, token) = await feeds.Make(team, by, name.Trim(), candidate, id ?? Guid.CreateVersion7(), ct);
        return new(feed.Id, feed.Name, feed.Candidate, $"/calendars/{token}.ics");
    }

    /// <param name="candidate">Lists only this candidate's calendars; by default all of the team's.</param>
    public async Task<IReadOnlyList<CalendarItem>> All(string team, CancellationToken ct, string? candidate = null) =>
        [
            .. (await feeds.All(team, ct))
                .Where(x => candidate is null || x.Candidate == candidate)
                .Select(x => new CalendarItem(x.Id, x.Name, x.Candidate, x.MadeAt, x.MadeBy, x.RevokedAt)),
        ];

    /// <param name="candidate">Revokes the calendar only if it is this candidate's; by default any calendar of the team.</param>
    public Task Revoke(string team, Guid id, CancellationToken ct, string? candidate = null) => feeds.Revoke(team, id, ct, candidate);
}
