using System.Globalization;
using FollowUp.Contracts;
using FollowUp.Platform.Concurrency;
using FollowUp.Scheduler.Planning;
using FollowUp.Scheduler.Projections;
using Npgsql;

namespace FollowUp.Scheduler.Commands;

// See docs/decisions/0015-guards-and-overrides.md
/// <summary>
/// The reasons of the team's other follow-ups against one more: the same person was just contacted for another application, or the
/// employer or the candidate has had as many follow-ups this week as the policy allows. Concurrent claims are counted one after the
/// other: each count is made under an advisory lock that lasts until the claim that it allowed is committed.
/// </summary>
internal static class Guards
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>The reason to refuse a claim that has no other reason to be refused, or null.</summary>
    public static async Task<Reason?> Against(
        NpgsqlTransaction transaction,
        string team,
        LoadedPlan opened,
        int stage,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var policy = opened.Policy;
        if (
            policy is { ContactSpacing.Refuse: false, MostPerEmployerAWeek: null, MostPerCandidateAWeek: null }
            || opened.Plan.Slots.GetValueOrDefault(stage) is not { Made: null } slot
        )
            return null;
        var entry = AgendaEntry.Of(opened.State.Known, slot, null);
        var (byPerson, byEmployer, byCandidate) = (
            policy.ContactSpacing is { Refuse: true, Days: > 0 } && entry.Person is not null,
            policy.MostPerEmployerAWeek is not null,
            policy.MostPerCandidateAWeek is not null
        );
        // The locks are always taken in this order, so that no two claims wait for each other.
        if (byCandidate)
            await AdvisoryLock.Acquire(transaction, $"guard {team} candidate {entry.Candidate}", ct);
        if (byEmployer)
            await AdvisoryLock.Acquire(transaction, $"guard {team} employer {entry.EmployerKey}", ct);
        if (byPerson)
            await AdvisoryLock.Acquire(transaction, $"guard {team} person {entry.Person}", ct);
        if (byPerson && await LastOther(transaction, team, entry, now.AddDays(-policy.ContactSpacing.Days), ct) is { } other)
            return Reasons.ContactJustFollowedUp(other, policy.ContactSpacing.Days);
        if (
            policy.MostPerEmployerAWeek is { } ofEmployer
            && await Count(transaction, team, "employer_key", entry.EmployerKey, entry.Id, now, ct) >= ofEmployer
        )
            return Reasons.EmployerCapReached(ofEmployer);
        if (
            policy.MostPerCandidateAWeek is { } ofCandidate
            && await Count(transaction, team, "candidate", entry.Candidate, entry.Id, now, ct) >= ofCandidate
        )
            return Reasons.CandidateCapReached(ofCandidate);
        return null;
    }

    // A claimed slot counts as a follow-up that is about to be made.
    private static async Task<DateTimeOffset?> LastOther(
        NpgsqlTransaction transaction,
        string team,
        AgendaEntry entry,
        DateTimeOffset since,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            """
            select coalesce(made_at, clock_timestamp()) from followup.mt_doc_agendaentry
            where tenant_id = @team and person = @person and split_part(id, '-', 1) <> @application
                and (made_at >= @since or status = 'Claimed')
            order by 1 desc limit 1
            """,
            transaction.Connection,
            transaction
        );
        command.Parameters.AddWithValue("team", team);
        command.Parameters.AddWithValue("person", entry.Person!.Value);
        command.Parameters.AddWithValue("application", entry.Application.ToString("N"));
        command.Parameters.AddWithValue("since", since.UtcDateTime);
        return await command.ExecuteScalarAsync(ct) is DateTime at ? new DateTimeOffset(at.ToUniversalTime()) : null;
    }

    private static async Task<long> Count(
        NpgsqlTransaction transaction,
        string team,
        string column,
        string key,
        string but,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
#pragma warning disable CA2100 // one of two words of ours
        await using var command = new NpgsqlCommand(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                select count(*) from followup.mt_doc_agendaentry
                where tenant_id = @team and {column} = @key and id <> @but and (made_at >= @since or status = 'Claimed')
                """
            ),
            transaction.Connection,
            transaction
        );
#pragma warning restore CA2100
        command.Parameters.AddWithValue("team", team);
        command.Parameters.AddWithValue("key", key);
        command.Parameters.AddWithValue("but", but);
        command.Parameters.AddWithValue("since", (now - Week).UtcDateTime);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}
