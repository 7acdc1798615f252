using System.Globalization;
using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Scheduler.DueSlots;
using FollowUp.Scheduler.Planning;
using FollowUp.Scheduler.Projections;
using FollowUp.Scheduler.TeamPolicies;
using Marten;
using Npgsql;

namespace FollowUp.Scheduler.Queries;

/// <summary>
/// The warnings that a person should see before they make a follow-up. They depend on the team's other follow-ups, which change at any
/// moment, so they are computed on reading and not stored.
/// </summary>
internal sealed class Warnings(NpgsqlDataSource database, DatabaseClock clock, IDocumentStore store, TeamPolicyStore policies)
{
    private static readonly SlotStatus[] Ahead = [SlotStatus.Planned, SlotStatus.Due, SlotStatus.Claimed];

    /// <summary>The warnings of the slots that a page of Applications shows.</summary>
    public async Task<WarningsAnswer> Of(string team, IReadOnlyList<SlotId> slots, CancellationToken ct)
    {
        await using var session = store.QuerySession(team);
        var entries = await session.LoadManyAsync<AgendaEntry>(ct, [.. slots.Select(x => AgendaEntry.IdOf(x.Application, x.Stage))]);
        var warned = await Of(team, entries, await policies.Of(team, ct), ct);
        return new([.. entries.SelectMany(x => warned[x.Id].Select(warning => new SlotWarning(new(x.Application, x.Stage), warning)))]);
    }

    /// <summary>The warnings of the given slots, by the slot's id.</summary>
    public async Task<ILookup<string, Reason>> Of(
        string team,
        IReadOnlyCollection<AgendaEntry> entries,
        Policy policy,
        CancellationToken ct
    )
    {
        var found = new List<(string Id, Reason Warning)>();
        var ahead = entries.Where(x => Ahead.Contains(x.Status)).ToArray();
        if (ahead.Length > 0 && policy.ContactSpacing.Days > 0)
            await Shared(team, ahead, policy.ContactSpacing.Days, found, ct);
        if (ahead.Length > 0 && policy.MostPerEmployerAWeek is { } ofEmployer)
            await Capped(team, "employer_key", ahead, x => x.EmployerKey, ofEmployer, Reasons.EmployerCap, found, ct);
        if (ahead.Length > 0 && policy.MostPerCandidateAWeek is { } ofCandidate)
            await Capped(team, "candidate", ahead, x => x.Candidate, ofCandidate, Reasons.CandidateCap, found, ct);
        return found.ToLookup(x => x.Id, x => x.Warning);
    }

    // Both follow-ups get the warning: the person whose follow-up is due first must know as well.
    private async Task Shared(string team, AgendaEntry[] ahead, int days, List<(string, Reason)> found, CancellationToken ct)
    {
        var mine = ahead.Where(x => x.Person is not null).ToArray();
        if (mine.Length == 0)
            return;
        await using var command = database.CreateCommand(
            """
            select a.id, coalesce(b.made_at, b.due_at), b.candidate = a.candidate
            from followup.mt_doc_agendaentry a
            join followup.mt_doc_agendaentry b on b.tenant_id = a.tenant_id and b.person = a.person
              and split_part(b.id, '-', 1) <> split_part(a.id, '-', 1)
            where a.tenant_id = @team and a.id = any(@ids)
              and ((b.status in ('Planned', 'Due', 'Claimed') and b.due_at between a.due_at - @days and a.due_at + @days)
                or b.made_at >= @now - @days)
            order by 2
            """
        );
        command.Parameters.AddWithValue("team", team);
        command.Parameters.AddWithValue("ids", mine.Select(x => x.Id).ToArray());
        command.Parameters.AddWithValue("days", TimeSpan.FromDays(days));
        command.Parameters.AddWithValue("now", (await clock.Now(ct)).UtcDateTime);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            found.Add(
                (
                    reader.GetString(0),
                    Reasons.SharedContact(new DateTimeOffset(reader.GetDateTime(1).ToUniversalTime()), reader.GetBoolean(2))
                )
            );
    }

    private async Task Capped(
        string team,
        string column,
        AgendaEntry[] ahead,
        Func<AgendaEntry, string> key,
        int most,
        Func<int, Reason> warning,
        List<(string, Reason)> found,
        CancellationToken ct
    )
    {
#pragma warning disable CA2100 // the column is one of two constants
        await using var command = database.CreateCommand(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                select {column}, count(*) from followup.mt_doc_agendaentry
                where tenant_id = @team and {column} = any(@keys) and (made_at >= @since or status = 'Claimed') group by 1
                """
            )
        );
#pragma warning restore CA2100
        command.Parameters.AddWithValue("team", team);
        command.Parameters.AddWithValue("keys", ahead.Select(key).Distinct(StringComparer.Ordinal).ToArray());
        command.Parameters.AddWithValue("since", (await clock.Now(ct)).AddDays(-7).UtcDateTime);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
                counts[reader.GetString(0)] = reader.GetInt64(1);
        found.AddRange(ahead.Where(x => x.Claim is null && counts.GetValueOrDefault(key(x)) >= most).Select(x => (x.Id, warning(most))));
    }
}
