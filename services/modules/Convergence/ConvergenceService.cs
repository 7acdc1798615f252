using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Observability;
using Marten;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FollowUp.Modules.Convergence;

/// <summary>The parts of the comparison, which run beside each other on one node.</summary>
internal enum Part
{
    /// <summary>Compares what changed in the last seconds.</summary>
    Recent,

    /// <summary>Compares all streams, page by page.</summary>
    All,

    /// <summary>Asks for what is lacking.</summary>
    Repair,
}

// See docs/decisions/0033-convergence.md
/// <summary>
/// Brings this service to agreement with its sibling, whatever made it miss an event: compares how far both are with each stream, and has
/// the sibling send again what is lacking. The sibling does the same in the other direction.
/// </summary>
internal sealed partial class ConvergenceService : LeaderElectedService<Part>
{
    private const int PageSize = 500,
        MostOpen = 5_000, // suspects; with more, the comparison of all waits
        MostLooks = 2_000,
        MostAskedFor = 500,
        MostTold = 10,
        FewWaiting = 400; // messages in the inbox, which are handled in a moment
    private const int DefaultPerSecond = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3),
        Moment = TimeSpan.FromMilliseconds(250),
        BetweenPasses = TimeSpan.FromMinutes(1),
        LongestPause = TimeSpan.FromSeconds(10),
        LongestBacklog = TimeSpan.FromMinutes(1),
        LogInterval = TimeSpan.FromSeconds(10);

    private readonly IDocumentStore _store;
    private readonly SiblingClient _sibling;
    private readonly ProgressReader _progress;
    private readonly BusSettings _bus;
    private readonly TopologyDeclaration _topology;
    private readonly ServiceDefinition _service;
    private readonly IReconciliation? _reconciliation;
    private readonly TimeProvider _time;
    private readonly ILogger<ConvergenceService> _log;
    private readonly Suspects _suspects;
    private readonly int _perSecond;
    private readonly SemaphoreSlim _compareAll = new(0, 1);
    private readonly System.Diagnostics.Metrics.Counter<long> _repaired = Telemetry.Meter.CreateCounter<long>(
        "followup.convergence.repaired",
        "{event}",
        "Events that did not arrive, and were sent again"
    );
    private long _repairedStreams;
    private (string Store, long Position)? _since;
    private (long Streams, long Events, long Decisions, DateTimeOffset ToldAt) _untold;

    public ConvergenceService(
        IDocumentStore store,
        NpgsqlDataSource database,
        SiblingClient sibling,
        ProgressReader progress,
        BusSettings bus,
        TopologyDeclaration topology,
        ServiceDefinition service,
        IConfiguration configuration,
        TimeProvider time,
        ILogger<ConvergenceService> log,
        IReconciliation? reconciliation = null
    )
        : base(database, LeaderLocks.Convergence, TimeSpan.FromSeconds(1), time)
    {
        _reconciliation = reconciliation;
        (_store, _sibling, _progress, _bus, _topology) = (store, sibling, progress, bus, topology);
        (_service, _time, _log) = (service, time, log);
        _perSecond = Math.Clamp(configuration.GetValue("Convergence:PerSecond", DefaultPerSecond), 1, 100_000);
        _suspects = new(service.RestoresOwnEvents, time);
        Telemetry.Meter.CreateObservableGauge(
            "followup.convergence.behind",
            () => _suspects.Behind,
            "{stream}",
            "Streams of which this service lacks events of its sibling, and has asked for them"
        );
        Telemetry.Meter.CreateObservableGauge(
            "followup.convergence.diverging",
            () => _suspects.Diverging,
            "{stream}",
            "Streams on which the services disagree although the events were sent again"
        );
    }

    protected override async Task<IReadOnlyList<Part>> Find(CancellationToken ct)
    {
        if (await AskedFor(ct) is not null)
            CompareAll();
        return [Part.Recent, Part.All, Part.Repair];
    }

    protected override Guid IdOf(Part item) => new((int)item, 0, 0, new byte[8]);

    protected override void LogWaiting(string reason) => LogWaiting(_log, reason);

    protected override async Task Do(Part item, CancellationToken ct)
    {
        if (item == Part.Recent)
            _since = null;
        if (item == Part.Repair)
            _repaired.Add(0); // Prometheus sees no increase in a series that begins with it
        for (var failures = 0; !ct.IsCancellationRequested; )
        {
            try
            {
                await (
                    item switch
                    {
                        Part.Recent => FollowRecent(() => failures = 0, ct),
                        Part.All => FollowAll(() => failures = 0, ct),
                        _ => FollowSuspects(() => failures = 0, ct),
                    }
                );
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested) { }
            // the sibling, the broker or the database: any of them may be away for a while
            catch (Exception exception)
            {
                if (++failures == 3)
                    LogFailing(_log, _service.Sibling, exception.Message);
                var pause = TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, failures));
                await Pause(pause, ct).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
        if (item == Part.Repair)
            _suspects.Clear();
    }

    private async Task FollowRecent(Action succeeded, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var changed = await _sibling.Ask(new HowFar(Since: _since?.Position ?? long.MaxValue), ct);
            if (_since is { } since && (changed.Store != since.Store || changed.Position < since.Position))
            {
                LogRestored(_log, _service.Sibling);
                CompareAll();
            }
            await Compare(changed.Items, ct);
            _since = (changed.Store, changed.Position);
            succeeded();
            if (!changed.HasMore)
                await Pause(Interval, ct);
        }
    }

    private async Task FollowAll(Action succeeded, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var (asked, began, before) = (await AskedFor(ct), _time.GetTimestamp(), Interlocked.Read(ref _repairedStreams));
            if (await Pass(asked, succeeded, ct) is not { } passed)
                continue;
            if (asked is not null)
            {
                for (var end = _time.GetUtcNow(); _suspects.Open(end) > 0; await Pause(Moment, ct))
                    if (Interlocked.Read(ref _repairedStreams) - before is var repaired && repaired != passed.Repaired)
                        await Store(passed = passed with { Repaired = repaired }, ct);
                await Store(
                    passed with
                    {
                        Repaired = Interlocked.Read(ref _repairedStreams) - before,
                        Diverging = _suspects.Diverging,
                        EndedAt = _time.GetUtcNow(),
                    },
                    ct
                );
            }
            else if (BetweenPasses - _time.GetElapsedTime(began) is { Ticks: > 0 } rest)
                await _compareAll.WaitAsync(rest, ct);
        }
    }

    /// <summary>Compares all streams once.</summary>
    /// <returns>The progress; null when the comparison is to start again at once.</returns>
    private async Task<Comparison?> Pass(Comparison? asked, Action succeeded, CancellationToken ct)
    {
        var before = Interlocked.Read(ref _repairedStreams);
        var progress = (asked ?? new Comparison { Id = Guid.Empty, StartedAt = _time.GetUtcNow() }) with { Compared = 0 };
        for (HowFar? next = new(Limit: PageSize); next is not null; )
        {
            while (_suspects.Open() >= MostOpen)
                await Pause(Moment, ct);
            var began = _time.GetTimestamp();
            var page = await _sibling.Ask(next, ct);
            var behind = await Compare(page.Items, ct);
            succeeded();
            progress = progress with
            {
                Compared = progress.Compared + page.Items.Count,
                Repaired = Interlocked.Read(ref _repairedStreams) - before,
            };
            next = page.HasMore ? next with { AfterTeam = page.Items[^1].Team, AfterId = page.Items[^1].Id } : null;
            if (asked is not null)
                await Store(progress, ct);
            // Where something is lacking, the whole store may have been lost: then the sooner the better.
            else if (behind == 0 && await IsStartedAgain(TimeSpan.FromSeconds((double)page.Items.Count / _perSecond), began, ct))
                return null;
        }
        return progress;
    }

    private async Task<bool> IsStartedAgain(TimeSpan interval, long began, CancellationToken ct) =>
        await _compareAll.WaitAsync(interval - _time.GetElapsedTime(began) is { Ticks: > 0 } rest ? rest : TimeSpan.Zero, ct);

    private async Task FollowSuspects(Action succeeded, CancellationToken ct)
    {
        await using var inbox = new QueueDepth(_bus, _service.Inbox);
        while (!ct.IsCancellationRequested)
        {
            var streams = _suspects.ToLookAt(MostLooks);
            if (streams.Count > 0)
            {
                var look = _suspects.Again((await _progress.Of(streams, ct)).Values);
                Interlocked.Add(ref _repairedStreams, look.Repaired.Count);
                foreach (var repaired in look.Repaired)
                    _repaired.Add(repaired.First.Events + repaired.First.Decisions);
                TellDiverging(look.Diverging);
                // While everything is sent because a store was restored, nothing is asked for twice.
                if (look.ToAskFor.Count > 0 && (_reconciliation is null || !await _reconciliation.IsSending(ct)))
                    await Ask(look.ToAskFor, inbox, ct);
            }
            TellLacking();
            succeeded();
            await Pause(Moment, ct);
        }
    }

    private async Task Ask(IReadOnlyList<Suspect> suspects, QueueDepth inbox, CancellationToken ct)
    {
        // What is lacking may be among the messages that wait in the inbox. Only a backlog that doesn't shrink is no reason to wait for it.
        var due = await inbox.Measure(ct) < FewWaiting ? DateTimeOffset.MaxValue : _time.GetUtcNow() - LongestBacklog;
        var batch = suspects.Where(x => x.AskAt <= due).Take(MostAskedFor).Select(x => x.Mine).ToArray();
        if (batch.Length == 0)
            return;
        StreamKey[] first =
        [
            .. batch.Select(x => x.Team).Distinct().SelectMany(_service.ReceivedFirst, (team, id) => new StreamKey(team, id)),
        ];
        IEnumerable<StreamProgress> mine = first.Length == 0 ? [] : (await _progress.Of(first, ct)).Values;
        var sent = await _sibling.Ask(new SendAgain([.. mine.Concat(batch.ExceptBy(first, x => x.Key)).OrderBy(x => x.Team)]), ct);
        foreach (var theirs in sent.Items)
            if (_suspects.WasSent(theirs) is { Asked: 1, Gap: var gap })
                _untold = (_untold.Streams + 1, _untold.Events + gap.Events, _untold.Decisions + gap.Decisions, _untold.ToldAt);
    }

    private async Task<int> Compare(IReadOnlyList<StreamProgress> theirs, CancellationToken ct)
    {
        if (theirs.Count == 0)
            return 0;
        var mine = await _progress.Of([.. theirs.Select(x => x.Key)], ct);
        return theirs.Count(x => _suspects.Compare(x, mine[x.Key]));
    }

    private void CompareAll()
    {
        if (_compareAll.CurrentCount == 0)
            _compareAll.Release();
    }

    private async Task<Comparison?> AskedFor(CancellationToken ct)
    {
        await using var session = _store.QuerySession();
        return await session.Query<Comparison>().Where(x => x.EndedAt == null).OrderBy(x => x.StartedAt).FirstOrDefaultAsync(ct);
    }

    private async Task Store(Comparison comparison, CancellationToken ct)
    {
        await using var session = _store.LightweightSession();
        session.Store(comparison);
        await session.SaveChangesAsync(ct);
    }

    private Task Pause(TimeSpan pause, CancellationToken ct) => pause > TimeSpan.Zero ? Task.Delay(pause, _time, ct) : Task.CompletedTask;

    private void TellLacking()
    {
        if (_untold.Streams == 0 || _time.GetUtcNow() - _untold.ToldAt < LogInterval)
            return;
        var cause =
            _untold.Decisions > 0 ? "this service's store was lost, or restored from a backup"
            : _topology.LostLately is { } names ? $"the broker had lost {names}"
            : "unknown; a queue was purged, a binding was deleted, or the events are dead letters (GET /parked)";
        LogLacking(_log, _service.Sibling, _untold.Events + _untold.Decisions, _untold.Streams, cause);
        _untold = (0, 0, 0, _time.GetUtcNow());
    }

    private void TellDiverging(IReadOnlyList<Suspect> diverging)
    {
        foreach (var suspect in diverging.Take(MostTold))
            LogDiverging(_log, suspect.Mine.Id, suspect.Mine.Team, _service.Sibling, CauseOf(suspect));
        if (diverging.Count > MostTold)
            LogMoreDiverging(_log, diverging.Count - MostTold);
    }

    private string CauseOf(Suspect x) =>
        x.Gap switch
        {
            { Events: > 0 } => InVain($"its event {x.Mine.Received + 1}", x),
            { Decisions: > 0 } => InVain($"this service's own event {x.Mine.Published + 1}", x),
            _ => $"it has received {x.Theirs.Received} events, and this store has {x.Mine.Published}: an older backup was restored",
        };

    private string InVain(string what, Suspect x) =>
        $"{what} was asked for {x.Asked} times in vain; look at GET /parked and at the log of {_service.Sibling}";

    public override void Dispose()
    {
        _compareAll.Dispose();
        base.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The comparison with the other service waits; trying again: {Reason}")]
    private static partial void LogWaiting(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The comparison with {Sibling} fails; trying again, at most 10 s apart: {Reason}")]
    private static partial void LogFailing(ILogger log, string sibling, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store of {Sibling} is another one, or was restored; comparing all streams now")]
    private static partial void LogRestored(ILogger log, string sibling);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Sibling} has sent {Events} events of {Streams} streams again that did not arrive. Probable cause: {Cause}"
    )]
    private static partial void LogLacking(ILogger log, string sibling, long events, long streams, string cause);

    [LoggerMessage(Level = LogLevel.Error, Message = "The stream {Stream} of team {Team} disagrees with {Sibling} for good: {Cause}")]
    private static partial void LogDiverging(ILogger log, Guid stream, string team, string sibling, string cause);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} more streams disagree for good")]
    private static partial void LogMoreDiverging(ILogger log, int count);
}
