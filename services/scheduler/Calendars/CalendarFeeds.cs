using FollowUp.InternalContracts;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Scheduler.Projections;
using Marten;
using Npgsql;

namespace FollowUp.Scheduler.Calendars;

// See docs/decisions/0016-calendar-feeds.md
/// <summary>Creates, finds and revokes calendars, and reads a calendar's slots.</summary>
internal sealed class CalendarFeeds(IDocumentStore store, NpgsqlDataSource database, TimeProvider time)
{
    private const int MostOfATeam = 1000,
        MostSlots = 2000; // the earliest slots: a calendar program can't show a million entries

    private static readonly TimeSpan PastIsShown = TimeSpan.FromDays(31);

    // A calendar program polls every few minutes, and many programs poll the same calendar. Guessed tokens cost as little.
    private readonly ShortLivedCache<CalendarFeed> _recent = new((hash, ct) => Load(store, hash, ct), time);

    /// <returns>The calendar, and its token, which isn't stored and so can't be read later.</returns>
    public async Task<(CalendarFeed Feed, string Token)> Make(string team, string by, MakeCalendar wanted, CancellationToken ct)
    {
        var token = CalendarFeed.NewToken();
        var feed = new CalendarFeed
        {
            Id = wanted.Id ?? Guid.CreateVersion7(),
            Team = team,
            Hash = CalendarFeed.HashOf(token),
            Name = wanted.Name.Trim(),
            Candidate = wanted.Candidate,
            Interviews = wanted.Interviews,
            Names = wanted.Names,
            Pages = wanted.Pages,
            MadeAt = time.GetUtcNow(),
            MadeBy = by,
        };
        await using var session = store.LightweightSession();
        if (await session.Query<CalendarFeed>().CountAsync(x => x.Team == team && x.RevokedAt == null, ct) >= MostOfATeam)
            throw new RefusedException("tooMany", $"A team has at most {MostOfATeam} calendars. Revoke one that is no longer used.");
        session.Insert(feed);
        try
        {
            await session.SaveChangesAsync(ct);
        }
        catch (JasperFx.DocumentAlreadyExistsException)
        {
            throw new RefusedException(
                "madeBefore",
                "This was sent before, and the calendar is there. Without the address that was shown then, revoke it and make another."
            );
        }

        return (feed, token);
    }

    public async Task<IReadOnlyList<CalendarFeed>> All(string team, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.Query<CalendarFeed>().Where(x => x.Team == team).OrderBy(x => x.MadeAt).ToListAsync(ct);
    }

    /// <summary>Revokes a calendar; a repeated call changes nothing.</summary>
    /// <param name="candidate">Revokes the calendar only if it is this candidate's; by default any calendar of the team.</param>
    public async Task Revoke(string team, Guid id, CancellationToken ct, string? candidate = null)
    {
        await using var session = store.LightweightSession();
        var feed = await session.LoadAsync<CalendarFeed>(id, ct);
        if (feed?.Team != team || (candidate is not null && feed.Candidate != candidate))
            throw new RefusedException("unknownCalendar", "Your team has no calendar with that id.");
        if (feed.RevokedAt is not null)
            return;
        session.Store(feed with { RevokedAt = time.GetUtcNow() });
        await session.SaveChangesAsync(ct);
        _recent.Forget(feed.Hash);
    }

    /// <summary>The calendar of a valid token.</summary>
    public async Task<CalendarFeed?> Find(string token, CancellationToken ct) =>
        await _recent.Find(CalendarFeed.HashOf(token), ct) is { RevokedAt: null } feed ? feed : null;

    /// <summary>The planned, due and claimed slots, the earliest first, each with the time when it was written.</summary>
    public async Task<IReadOnlyList<(AgendaEntry Slot, DateTimeOffset At)>> Slots(CalendarFeed feed, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select data, mt_last_modified from followup.mt_doc_agendaentry
            where tenant_id = @team and status in ('Planned', 'Due', 'Claimed') and due_at is not null
              and (@candidate is null or candidate = @candidate)
            order by sort_at, id limit @most
            """
        );
        return await Read(command, feed, ct);
    }

    /// <summary>The slots whose stage an interview opened, lately or soon: cancelled ones too.</summary>
    public async Task<IReadOnlyList<(AgendaEntry Slot, DateTimeOffset At)>> Interviews(CalendarFeed feed, CancellationToken ct)
    {
        if (!feed.Interviews)
            return [];
        await using var command = database.CreateCommand(
            """
            select data, mt_last_modified from followup.mt_doc_agendaentry
            where tenant_id = @team and interview_at > @since and (@candidate is null or candidate = @candidate)
            order by interview_at, id limit @most
            """
        );
        command.Parameters.AddWithValue("since", (time.GetUtcNow() - PastIsShown).UtcDateTime);
        return await Read(command, feed, ct);
    }

    private async Task<IReadOnlyList<(AgendaEntry Slot, DateTimeOffset At)>> Read(
        NpgsqlCommand command,
        CalendarFeed feed,
        CancellationToken ct
    )
    {
        command.Parameters.AddText("team", feed.Team);
        command.Parameters.AddText("candidate", feed.Candidate);
        command.Parameters.AddNumber("most", MostSlots);
        var slots = new List<(AgendaEntry, DateTimeOffset)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            slots.Add(
                (await store.Options.Serializer().FromJsonAsync<AgendaEntry>(reader, 0, ct), new(reader.GetDateTime(1).ToUniversalTime()))
            );
        return slots;
    }

    private static async Task<CalendarFeed?> Load(IDocumentStore store, string hash, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.Query<CalendarFeed>().FirstOrDefaultAsync(x => x.Hash == hash, ct);
    }
}
