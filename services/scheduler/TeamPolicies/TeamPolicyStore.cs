using System.Collections.Concurrent;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Inbox;
using FollowUp.Platform.Messaging;
using FollowUp.Scheduler.Planning;
using FollowUp.Scheduler.Publishing;
using FollowUp.Scheduler.Reconciling;
using Marten;
using Npgsql;

namespace FollowUp.Scheduler.TeamPolicies;

/// <summary>
/// The policy of each team. A policy is cached for half a second, so that planning costs no additional round trip: an application that is
/// planned by the previous policy within that time is found and replanned, see <see cref="Replanning"/>.
/// </summary>
internal sealed class TeamPolicyStore
{
    private readonly IDocumentStore _store;
    private readonly NpgsqlDataSource _database;
    private readonly Reconciliation _reconciliation;
    private readonly TeamPolicy _first;
    private readonly ShortLivedCache<CurrentPolicy> _recent;

    // The same version stays the same object: calendars and plans are cached by it.
    private readonly ConcurrentDictionary<string, CurrentPolicy> _known = new(StringComparer.Ordinal);

    public TeamPolicyStore(
        IDocumentStore store,
        NpgsqlDataSource database,
        Reconciliation reconciliation,
        IConfiguration configuration,
        TimeProvider time
    )
    {
        (_store, _database, _reconciliation) = (store, database, reconciliation);
        _first = new()
        {
            Policy = configuration["FOLLOWUP_TIMEZONE"] is { Length: > 0 } zone
                ? Policy.Default with
                {
                    DefaultTimeZone = zone,
                }
                : Policy.Default,
        };
        _recent = new(Load, time);
    }

    /// <summary>The current policy, for planning.</summary>
    public async ValueTask<Policy> Of(string team, CancellationToken ct) => (await Find(team, ct)).Policy.Policy;

    /// <summary>The current policy, with the person who changed it.</summary>
    /// <param name="atLeast">The version that the policy is known to have reached: the cached one may be older.</param>
    public async ValueTask<CurrentPolicy> Find(string team, CancellationToken ct, int atLeast = 1)
    {
        var policy = (await _recent.Find(team, ct))!;
        if (policy.Version >= atLeast)
            return policy;
        _recent.Forget(team);
        return (await _recent.Find(team, ct))!;
    }

    private async Task<CurrentPolicy?> Load(string team, CancellationToken ct)
    {
        await using var session = _store.QuerySession(team);
        var now = await session.LoadAsync<CurrentPolicy>(DeterministicId.OfPolicy(team), ct) ?? First(team);
        return _known.AddOrUpdate(team, now, (_, before) => before.Version == now.Version ? before : now);
    }

    /// <summary>One of the policy's versions, or null.</summary>
    public async Task<TeamPolicy?> Version(string team, int version, CancellationToken ct) =>
        (await History(team, ct)).FirstOrDefault(x => x.Policy.Version == version);

    /// <summary>Every version of the policy, the oldest first.</summary>
    public async Task<IReadOnlyList<TeamPolicy>> History(string team, CancellationToken ct)
    {
        await using var session = _store.QuerySession(team);
        var versions = new List<TeamPolicy> { _first };
        foreach (var fact in await session.Events.FetchStreamAsync(DeterministicId.OfPolicy(team), token: ct))
            versions.Add(versions[^1].Evolve(fact.Data));
        return versions;
    }

    /// <summary>Changes the policy. Open slots are replanned afterwards.</summary>
    /// <param name="change">Makes the command from the current policy; on a conflict it is called again with a newer policy.</param>
    public Task<CurrentPolicy> Change(string team, string by, Func<Policy, ChangePolicy> change, CancellationToken ct) =>
        ConflictRetry
            .Usual.ExecuteAsync(
                async ct =>
                {
                    await _reconciliation.EnsurePolicies(ct);
                    await using var session = _store.Open(team, by);
                    var stream = await session.Events.FetchForWriting<TeamPolicy>(DeterministicId.OfPolicy(team), ct);
                    var before = stream.Aggregate ?? _first;
                    var facts = before.Decide(change(before.Policy));
                    if (facts.Length == 0)
                        return await Find(team, ct, before.Policy.Version);
                    stream.AppendMany(facts);
                    var policy = facts.Aggregate(before, (policy, fact) => policy.Evolve(fact));
                    var after = First(team) with { Version = policy.Policy.Version, Policy = policy, OpenThen = await Open(team, ct) };
                    session.Store(after);
                    await session.SaveChangesAsync(ct);
                    _recent.Forget(team);
                    return after;
                },
                ct
            )
            .AsTask();

    /// <summary>Restores a policy event that this service published earlier, when the service is rebuilt from a replay.</summary>
    public async Task Restore(string team, IncomingEvent said, CancellationToken ct)
    {
        // Two messages may reach two nodes at once, and a message that only waits for its predecessor appends no event that would conflict
        // with the other message.
        await using var line = await AdvisoryLock.Acquire(_database, $"policy {team}", ct);
        await using var session = _store.Open(team, "scheduler");
        var stream = await session.Events.FetchForWriting<TeamPolicy>(said.Application, ct);
        var known = await session.LoadAsync<CurrentPolicy>(said.Application, ct) ?? First(team);
        var before = new SequenceGate(stream.CurrentVersion ?? 0, known.Early);
        var (after, ready) = before.Receive(said);
        if (after == before)
            return;
        known = known with { Early = after.Early };
        foreach (var next in ready)
        {
            var fact = ContractMapper.ToEvent(next);
            stream.AppendOne(fact.RestoredFrom(next.Event));
            var policy = known.Policy.Evolve(fact);
            known = known with { Version = policy.Policy.Version, Policy = policy };
        }
        session.Store(known);
        await session.SaveChangesAsync(ct);
        _recent.Forget(team);
    }

    private CurrentPolicy First(string team) =>
        new()
        {
            Id = DeterministicId.OfPolicy(team),
            Version = 1,
            Policy = _first,
        };

    /// <summary>How many applications of a team are open and were planned by a policy older than a version, or by any version.</summary>
    public async Task<long> Open(string team, CancellationToken ct, int before = int.MaxValue)
    {
        await using var command = _database.CreateCommand(
            "select count(*) from followup.mt_doc_applicationstate where tenant_id = $1 and planned_under < $2"
        );
        command.Parameters.Add(new() { Value = team });
        command.Parameters.Add(new() { Value = before });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}
