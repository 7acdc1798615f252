using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Inbox;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Observability;
using FollowUp.Platform.Outbox;
using FollowUp.Scheduler.Projections;
using Marten;
using Npgsql;

namespace FollowUp.Scheduler.Reconciling;

/// <summary>The latest comparison of the two stores.</summary>
public sealed record Comparison
{
    internal const string SingleId = "comparison";

    /// <summary>The document's id: a store has one such document.</summary>
    public string Id { get; init; } = SingleId;

    /// <summary>The comparison's name, which Applications repeats in everything that it sends for it.</summary>
    public required string For { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>Whether Applications has sent everything once; what did not arrive is then asked for.</summary>
    public bool IsAllSent { get; init; }

    /// <summary>When both services had compared every application.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

// See docs/decisions/0034-incarnations.md
/// <summary>
/// Brings the two stores to agreement after one of them was restored or lost its last events. Applications sends every event, and every
/// decision of this service that it has received; this service restores the decisions that it lost, forgets the events that Applications
/// lost, and sends back the decisions that Applications lost. Until an application is compared, nothing is decided about it.
/// </summary>
internal sealed partial class Reconciliation(
    IDocumentStore store,
    NpgsqlDataSource database,
    StoreLives lives,
    IContractMapper mapper,
    PairMessageSender sender,
    TimeProvider time,
    ILogger<Reconciliation> log
) : BackgroundService, IPairMessageHandler
{
    private const int MostAsked = 200;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1),
        Repeat = TimeSpan.FromSeconds(30),
        RepeatRest = TimeSpan.FromSeconds(5);
    private readonly ShortLivedCache<Comparison> _latest = new(
        async (_, ct) =>
        {
            await using var session = store.QuerySession();
            return await session.LoadAsync<Comparison>(Comparison.SingleId, ct);
        },
        time
    );
    private long _waiting;

    /// <summary>Begins a comparison: from now on each application waits for it.</summary>
    public static void Begin(IDocumentSession session, DateTimeOffset now)
    {
        var comparison = new Comparison { For = Guid.CreateVersion7(now).ToString(), BeganAt = now };
        session.Store(comparison);
        // mt_version: whoever loaded an application before must load it again
        session.QueueSqlCommand(
            $$"""
            update followup.mt_doc_applicationstate set
              data = data || jsonb_build_object(
                'rebuild', jsonb_build_object('happened', {{Rebuild.Unknown}}, 'decided', {{Rebuild.Unknown}}, 'for', ?::text),
                'nextMomentAt', null),
              rebuild_for = ?, next_moment_at = null, mt_version = gen_random_uuid()
            """,
            comparison.For,
            comparison.For
        );
    }

    /// <summary>The name of the comparison that is under way, or null.</summary>
    public async ValueTask<string?> Open(CancellationToken ct)
    {
        if (await _latest.Find(Comparison.SingleId, ct) is not { EndedAt: null })
            return null;
        _latest.Forget(Comparison.SingleId); // another may have followed
        return await _latest.Find(Comparison.SingleId, ct) is { EndedAt: null } open ? open.For : null;
    }

    /// <summary>Refuses a change of a policy, while versions of it that this store lost may still come.</summary>
    /// <exception cref="RefusedException"><c>behind</c>.</exception>
    public async ValueTask EnsurePolicies(CancellationToken ct)
    {
        if (await _latest.Find(Comparison.SingleId, ct) is { IsAllSent: false })
            throw new RefusedException(
                "behind",
                "The Scheduler's store was restored, and it waits for the policies. Please try again.",
                retryAfter: 2
            );
    }

    /// <summary>Asks Applications for everything about a few applications.</summary>
    public Task Ask(string comparison, IReadOnlyList<TeamApplication> applications, CancellationToken ct) =>
        Send(new(comparison, applications), ct);

    /// <summary>Sends Applications the decisions that it lacks, before the application counts as compared.</summary>
    public async Task SendBack(IDocumentSession session, Guid application, Rebuild compared, CancellationToken ct)
    {
        foreach (var e in await session.Events.FetchStreamAsync(application, fromVersion: compared.Decided + 1, token: ct))
            if (mapper.PublicEnvelope(e, lives) is { } message)
                await sender.Send(
                    Topology.ApplicationsInbox,
                    message with
                    {
                        Replay = compared.For,
                        ReplayIncarnation = lives.Incarnation,
                    },
                    ct
                );
    }

    /// <inheritdoc/>
    public async Task Handle(CloudEvent message, CancellationToken ct)
    {
        if (message.Type != PairMessages.AllSent)
            return;
        if (message.Data.Deserialize<SendAgain>(Json.Lenient) is not { } sent)
            return;
        await using var session = store.LightweightSession();
        Update(session, sent.For, """{"isAllSent": true}""");
        await session.SaveChangesAsync(ct);
    }

    // Another comparison may have followed, and stays as it is.
    private static void Update(IDocumentSession session, string comparison, string change) =>
        session.QueueSqlCommand(
            "update followup.mt_doc_comparison set data = data || ?::jsonb where data ->> 'for' = ?",
            change,
            comparison
        );

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Telemetry.Meter.CreateObservableGauge(
            "followup.reconciliation.waiting",
            () => Interlocked.Read(ref _waiting),
            "{application}",
            "Applications that wait to be compared after a restore; nothing is decided about them"
        );
        var (asked, askedFor) = (DateTimeOffset.MinValue, "");
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await _latest.Find(Comparison.SingleId, stoppingToken) is { EndedAt: null } open)
                {
                    var now = time.GetUtcNow();
                    var wait =
                        open.For != askedFor ? TimeSpan.Zero
                        : open.IsAllSent ? RepeatRest
                        : Repeat;
                    var rest = await Waiting(open.For, stoppingToken);
                    Interlocked.Exchange(ref _waiting, rest.Count);
                    if (open.IsAllSent && rest.Count == 0)
                        await End(open, stoppingToken);
                    else if (now - asked >= wait)
                    {
                        await Send(new(open.For, open.IsAllSent ? rest : null), stoppingToken);
                        (asked, askedFor) = (now, open.For);
                    }
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogWaiting(log, exception.Message);
            }
            await Task.Delay(Look, time, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private Task Send(SendAgain wanted, CancellationToken ct) =>
        sender.Send(Topology.ApplicationsInbox, PairMessages.Message(PairMessages.Wanted, Catalogue.Scheduler, lives, wanted), ct);

    private async Task<IReadOnlyList<TeamApplication>> Waiting(string comparison, CancellationToken ct)
    {
        var waiting = new List<TeamApplication>();
        await using var command = database.CreateCommand(
            "select tenant_id, id from followup.mt_doc_applicationstate where rebuild_for = $1 limit $2"
        );
        command.Parameters.Add(new() { Value = comparison });
        command.Parameters.Add(new() { Value = MostAsked });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            waiting.Add(new(reader.GetString(0), reader.GetGuid(1)));
        return waiting;
    }

    private async Task End(Comparison open, CancellationToken ct)
    {
        await SendPolicies(open.For, ct);
        await using var session = store.LightweightSession();
        Update(session, open.For, JsonSerializer.Serialize(new { EndedAt = time.GetUtcNow() }, Json.Lenient));
        // Applications has sent every key and integration that it knows. Others were made after its backup, and it lost them.
        if (await session.LoadAsync<SiblingLife>(SiblingLife.SingleId, ct) is { } sibling)
            foreach (var table in new[] { "apikey", "integration" })
                session.QueueSqlCommand(
                    $"delete from followup.mt_doc_{table} where coalesce(data ->> 'incarnation', '') collate \"C\" < ?",
                    sibling.Incarnation
                );
        await session.SaveChangesAsync(ct);
        _latest.Forget(Comparison.SingleId);
        LogEnded(log, (open.BeganAt - time.GetUtcNow()).Duration().TotalSeconds);
    }

    // The policy of a team is a stream of this service, too.
    private async Task SendPolicies(string comparison, CancellationToken ct)
    {
        var teams = new List<string>();
        await using (var command = database.CreateCommand("select tenant_id from followup.mt_doc_currentpolicy"))
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
                teams.Add(reader.GetString(0));
        foreach (var team in teams)
        {
            await using var session = store.LightweightSession(team);
            await SendBack(session, DeterministicId.OfPolicy(team), new(0, 0) { For = comparison }, ct);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not compare with Applications; trying again in a second: {Reason}")]
    private static partial void LogWaiting(ILogger log, string reason);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Both services have compared every application and agree; that took {Seconds:F0} s"
    )]
    private static partial void LogEnded(ILogger log, double seconds);
}
