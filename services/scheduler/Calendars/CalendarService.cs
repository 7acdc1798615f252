using FollowUp.InternalContracts;
using FollowUp.Platform;

namespace FollowUp.Scheduler.Calendars;

/// <summary>The operations on calendars, for every kind of caller: create, list, revoke.</summary>
internal sealed class CalendarService(CalendarFeeds feeds)
{
    public async Task<MadeCalendar> Make(string team, string by, MakeCalendar wanted, CancellationToken ct)
    {
        new InputChecks()
            .Text(wanted.Name, "name", 100)
            .OptionalText(wanted.Candidate, "candidate", 100)
            .OptionalText(wanted.Pages, "pages", 500)
            .Refuse();
        var (feed, token) = await feeds.Make(team, by, wanted, ct);
        return new(feed.Id, feed.Name, feed.Candidate, $"/calendars/{token}.ics");
    }

    /// <param name="candidate">Lists only this candidate's calendars; by default all of the team's.</param>
    public async Task<IReadOnlyList<CalendarItem>> All(string team, CancellationToken ct, string? candidate = null) =>
        [
            .. (await feeds.All(team, ct))
                .Where(x => candidate is null || x.Candidate == candidate)
                .Select(x => new CalendarItem(x.Id, x.Name, x.Candidate, x.MadeAt, x.MadeBy, x.RevokedAt, x.Interviews, x.Names)),
        ];

    /// <param name="candidate">Revokes the calendar only if it is this candidate's; by default any calendar of the team.</param>
    public Task Revoke(string team, Guid id, CancellationToken ct, string? candidate = null) => feeds.Revoke(team, id, ct, candidate);
}
