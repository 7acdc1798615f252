using System.Collections.Concurrent;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Observability;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Archiving;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FollowUp.Platform.Outbox;

// See docs/decisions/0041-a-share-of-the-inbox.md
/// <summary>
/// Holds a team's events back while the team has its share of the sibling's inbox, and publishes them, in order, as the sibling takes them.
/// The outbox publisher asks it at each page which events it may publish; what is held then stands in a <see cref="TeamBacklog"/>.
/// </summary>
/// <remarks>
/// Only a page begins and ends a backlog, in the transaction of its progress. Between pages the backlog's position only moves over what was
/// published here. So a crash at any point leads to a repetition at most, as everywhere in the outbox.
/// </remarks>
internal sealed partial class BacklogPublisher(
    IDocumentStore store,
    NpgsqlDataSource database,
    EventPublisher events,
    InboxShares shares,
    BusSettings bus,
    ServiceDefinition service,
    AppendSignal signal,
    TimeProvider time,
    ILogger<BacklogPublisher> log
) : BackgroundService
{
    private const int MostAtOnce = 500;
    private const long NearlyThrough = 2_000; // events of all teams that a page reads again to end a backlog
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250),
        IdlePause = TimeSpan.FromSeconds(1);

    private const string AllBacklogs = $"""
        select id, (data ->> 'after')::bigint,
               coalesce((select last_seq_id from followup.mt_event_progression where name = '{OutboxPublisher.ShardName}'), 0)
        from {TeamBacklog.Table} order by id
        """;

    // Whatever a page leaves out is in a backlog when the page is committed. One that is there already may be further by now.
    private const string Keep = $"""
        insert into {TeamBacklog.Table} (id, data) values (?, jsonb_build_object('after', ?::bigint)) on conflict (id) do nothing
        """;

    // The held teams, and up to where their events are published, as of the last page: it may not be committed yet.
    private readonly ConcurrentDictionary<string, long> _held = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _publishing = new(1, 1); // a page takes a team over only between two parts of its backlog
    private long? _lastPage; // where the last page ended that was dealt with here

    /// <summary>Chooses the events of a page that are published now, and notes in the page's transaction which are not.</summary>
    /// <param name="page">The page.</param>
    /// <param name="operations">The page's transaction.</param>
    /// <param name="ct">Ends the attempt.</param>
    public async Task<IReadOnlyList<IEvent>> Choose(EventRange page, IDocumentOperations operations, CancellationToken ct)
    {
        if (_lastPage != page.SequenceFloor) // another node published meanwhile, or a page failed
        {
            _held.Clear();
            await Load(ct);
        }
        _lastPage = null;
        foreach (var (team, after) in _held)
            if (after >= page.SequenceFloor - NearlyThrough && await IsThrough(team, page.SequenceFloor, ct))
            {
                operations.Delete<TeamBacklog>(team);
                _held.TryRemove(team, out _);
            }
        var now = new List<IEvent>(page.Events.Count);
        foreach (var team in page.Events.GroupBy(x => x.TenantId))
        {
            if (!_held.TryGetValue(team.Key, out var after))
            {
                var (left, all) = (shares.Left(team.Key), team.ToArray());
                now.AddRange(all.Take(left));
                if (all.Length <= left)
                    continue;
                _held[team.Key] = after = all[left].Sequence - 1;
                LogHeld(log, team.Key, service.Sibling);
            }
            operations.QueueSqlCommand(Keep, team.Key, after);
        }
        return now;
    }

    /// <summary>Takes note that all chosen events of a page are published.</summary>
    public void Published(EventRange page) => _lastPage = page.SequenceCeiling;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Telemetry.Meter.CreateObservableGauge(
            "followup.outbox.held.teams",
            () => signal.PublishesHere ? _held.Count : 0,
            "{team}",
            "Teams whose further events wait until the other service has taken what is in its inbox"
        );
        await using var inbox = new QueueDepth(bus, service.SiblingInbox);
        var (leads, fails) = (false, false);
        while (!stoppingToken.IsCancellationRequested)
        {
            var published = 0;
            try
            {
                if (signal.PublishesHere && !leads)
                    await Load(stoppingToken); // there may be no further page for a while
                leads = signal.PublishesHere;
                if (leads)
                {
                    await Measure(inbox, stoppingToken);
                    published = await PublishBacklogs(stoppingToken);
                }
                fails = false;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                if (!fails) // not several times a second while the broker or the database is away
                    LogFailed(log, exception.Message);
                (leads, fails) = (false, true);
            }
            if (published == 0)
                await Task.Delay(_held.IsEmpty && !shares.IsWorthMeasuring ? IdlePause : Pause, time, stoppingToken);
        }
    }

    private async Task Measure(QueueDepth inbox, CancellationToken ct)
    {
        if (_held.IsEmpty && !shares.IsWorthMeasuring)
            return;
        var total = shares.Total;
        shares.Measured(await inbox.Measure(ct), total);
    }

    private async Task<int> PublishBacklogs(CancellationToken ct)
    {
        if (_held.IsEmpty)
            return 0;
        var published = 0;
        foreach (var (team, after, progress) in await Read(ct))
        {
            await _publishing.WaitAsync(ct);
            try
            {
                published += await Publish(team, Math.Max(after, _held.GetValueOrDefault(team)), progress, ct);
            }
            finally
            {
                _publishing.Release();
            }
        }
        return published;
    }

    private async Task<bool> IsThrough(string team, long end, CancellationToken ct)
    {
        await _publishing.WaitAsync(ct);
        try
        {
            await Publish(team, _held[team], end, ct);
            return _held[team] >= end;
        }
        finally
        {
            _publishing.Release();
        }
    }

    private async Task<int> Publish(string team, long after, long end, CancellationToken ct)
    {
        var most = Math.Min(shares.Left(team), MostAtOnce);
        if (most == 0 || after >= end)
            return 0;
        await using var session = store.LightweightSession(team);
        var next = await session
            .Events.QueryAllRawEvents()
            .Where(x => x.MaybeArchived() && x.Sequence > after && x.Sequence <= end)
            .OrderBy(x => x.Sequence)
            .Take(most)
            .ToListAsync(ct);
        await events.Publish(next, ct);
        var reached = next.Count < most ? end : next[^1].Sequence;
        session.Update(new TeamBacklog { Id = team, After = reached }); // fails if another node has taken over, and ended the backlog
        await session.SaveChangesAsync(ct);
        _held.TryUpdate(team, reached, after);
        return next.Count;
    }

    private async Task Load(CancellationToken ct)
    {
        await _publishing.WaitAsync(ct);
        try
        {
            foreach (var (team, after, _) in await Read(ct))
                _held.TryAdd(team, after);
        }
        finally
        {
            _publishing.Release();
        }
    }

    private async Task<IReadOnlyList<(string Team, long After, long Progress)>> Read(CancellationToken ct)
    {
        await using var command = database.CreateCommand(AllBacklogs);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new List<(string, long, long)>();
        while (await reader.ReadAsync(ct))
            found.Add((reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)));
        return found;
    }

    public override void Dispose()
    {
        _publishing.Dispose();
        base.Dispose();
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Team {Team} has its share of the events that wait for {Sibling}; its further events are published as those are taken"
    )]
    private static partial void LogHeld(ILogger log, string team, string sibling);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not publish the backlogs of teams; trying again: {Reason}")]
    private static partial void LogFailed(ILogger log, string reason);
}
