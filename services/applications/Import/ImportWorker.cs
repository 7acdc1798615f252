using System.Collections.Concurrent;
using FollowUp.Applications.Commands;
using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using Marten;
using Npgsql;

namespace FollowUp.Applications.Import;

// See docs/decisions/0020-background-imports.md
/// <summary>
/// Records the rows of started imports, and closes the applications of imports that are being undone. The id of an application is derived
/// from its row, so if a node dies, the next node starts from the first row and records nothing twice.
/// </summary>
internal sealed partial class ImportWorker(
    IDocumentStore store,
    ImportSheet.Importer importer,
    Imports imports,
    CommandHandler commanding,
    NpgsqlDataSource database,
    TimeProvider time,
    ILogger<ImportWorker> log
) : LeaderElectedService<ImportRun>(database, LeaderLocks.Imports, TimeSpan.FromMilliseconds(500), time)
{
    private const int MostFailures = 30,
        AtOnce = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2),
        BetweenNotes = TimeSpan.FromMilliseconds(400),
        BetweenCleanings = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SheetsAreKept = TimeSpan.FromDays(1),
        ReportsAreKept = TimeSpan.FromDays(30);
    private readonly TimeProvider _time = time;
    private long? _cleaned;

    protected override Guid IdOf(ImportRun piece) => piece.Id;

    protected override void LogWaiting(string reason) => LogWaiting(log, reason);

    protected override async Task<IReadOnlyList<ImportRun>> Find(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        if (_cleaned is not { } cleaned || _time.GetElapsedTime(cleaned) > BetweenCleanings)
        {
            await Clean(session, ct);
            _cleaned = _time.GetTimestamp();
        }
        return await session
            .Query<ImportRun>()
            .Where(x => x.AnyTenant() && (x.State == ImportState.Running || x.State == ImportState.TakingBack))
            .ToListAsync(ct);
    }

    protected override async Task Do(ImportRun piece, CancellationToken ct)
    {
        for (var failures = 1; !ct.IsCancellationRequested; failures++)
        {
            try
            {
                await (piece.State is ImportState.Running ? Record(piece, ct) : TakeBack(piece, ct));
                return;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            } // the next leader continues the import
            catch (Exception exception)
            {
                if (failures == 1)
                    LogFailing(log, exception, piece.Id);
                if (failures >= MostFailures && await Failed(piece, ct))
                    return;
                await Task.Delay(Pause, _time, ct).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private async Task Record(ImportRun run, CancellationToken ct)
    {
        var sheet = await imports.Read(run, ct);
        var results = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        ImportRun Counted(ImportRun x) =>
            x with
            {
                Total = sheet.Rows.Length,
                Seen = results.Values.Sum(),
                Recorded = results.GetValueOrDefault(ImportSheet.Recorded),
                AlreadyThere = results.GetValueOrDefault(ImportSheet.AlreadyThere),
                Changed = results.GetValueOrDefault(ImportSheet.Changed),
                Refused = results.GetValueOrDefault(ImportSheet.Refused),
            };

        var rows = await Noting(
            run,
            Counted,
            () =>
                importer.Record(
                    sheet,
                    run.Update,
                    new(run.Caller(), Correlation: run.Correlation),
                    x => results.AddOrUpdate(x.Result, 1, (_, count) => count + 1),
                    ct
                ),
            ct
        );
        var (report, parts) = ImportReport.Of(run.Id, sheet.Candidates, rows);
        foreach (var part in parts)
            await Store(run, part, ct);
        await store.Change(
            run.Team,
            run.Id,
            x => Counted(x) with { State = ImportState.Done, EndedAt = _time.GetUtcNow() },
            session =>
            {
                session.Store(report);
                session.Delete<UploadedSheet>(run.Id);
            },
            ct
        );
    }

    private async Task TakeBack(ImportRun run, CancellationToken ct)
    {
        var report = await imports.Report(run, ct);
        var recorded = new List<Guid>();
        if (report is not null)
            await foreach (var part in imports.Parts(run, report, ct))
                recorded.AddRange(part.Rows.Where(x => x.Result == ImportSheet.Recorded).Select(x => x.Application!.Value));
        var why = new ConcurrentDictionary<Guid, WhyLeftAlone?>();
        ImportRun Counted(ImportRun x) =>
            x with
            {
                Total = recorded.Count,
                Seen = why.Count,
                TakenBack = why.Values.Count(y => y is null),
                LeftAlone = why.Values.Count(y => y is not null),
            };

        await Noting(
            run,
            Counted,
            async () =>
            {
                await Parallel.ForEachAsync(
                    recorded,
                    new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
                    async (id, token) => why[id] = await TakeBack(run, id, token)
                );
                return true;
            },
            ct
        );
        if (report is not null)
            report = await WithLeftAlone(run, report, why, ct);
        await store.Change(
            run.Team,
            run.Id,
            x => Counted(x) with { State = ImportState.TakenBack },
            session =>
            {
                if (report is not null)
                    session.Store(report);
            },
            ct
        );
    }

    private async Task<ImportReport> WithLeftAlone(
        ImportRun run,
        ImportReport report,
        ConcurrentDictionary<Guid, WhyLeftAlone?> why,
        CancellationToken ct
    )
    {
        if (report.Parts == 0)
            return report with { LeftAlone = LeftAlone(report.Rows) };
        var first = new List<ImportSheet.RowReport>();
        await foreach (var part in imports.Parts(run, report, ct))
        {
            first = [.. ImportReport.First([.. first, .. part.Rows], id => why.GetValueOrDefault(id) is not null)];
            await Store(run, part with { LeftAlone = LeftAlone(part.Rows) }, ct);
        }
        return report with { Rows = first, LeftAlone = LeftAlone(first) };

        Dictionary<Guid, WhyLeftAlone> LeftAlone(IEnumerable<ImportSheet.RowReport> rows) =>
            rows.Select(x => x.Application)
                .OfType<Guid>()
                .Distinct()
                .Where(id => why.GetValueOrDefault(id) is not null)
                .ToDictionary(id => id, id => why[id]!.Value);
    }

    private async Task Store(ImportRun run, ImportReportPart part, CancellationToken ct)
    {
        await using var session = store.LightweightSession(run.Team);
        session.Store(part);
        await session.SaveChangesAsync(ct);
    }

    private async Task<WhyLeftAlone?> TakeBack(ImportRun run, Guid id, CancellationToken ct)
    {
        await using var session = store.QuerySession(run.Team);
        var facts = await session.Events.FetchStreamAsync(id, token: ct);
        if (facts.Any(x => x.CorrelationId == run.CorrelationOfTakingBack))
            return null; // another node voided it before that node died
        if (facts.Any(x => x.CorrelationId != run.Correlation))
            return WhyLeftAlone.GoneOn;
        if ((await session.LoadAsync<SchedulerPlan>(id, ct))?.Status is SlotStatus.Claimed)
            return WhyLeftAlone.Claimed;
        try
        {
            await commanding.Handle(
                id,
                new VoidApplication(),
                new(new(run.Team, run.TakenBackBy!), IfMatch: facts.Count, Correlation: run.CorrelationOfTakingBack),
                ct
            );
            return null;
        }
        catch (RefusedException refused) when (refused.Code is "changedMeanwhile" or "voided")
        {
            return WhyLeftAlone.GoneOn;
        }
    }

    // Runs the work, and stores its progress at intervals.
    private async Task<T> Noting<T>(ImportRun run, Func<ImportRun, ImportRun> counted, Func<Task<T>> work, CancellationToken ct)
    {
        var working = Task.Run(work, ct);
        while (await Task.WhenAny(working, Task.Delay(BetweenNotes, _time, ct)) != working)
            await store.Change(run.Team, run.Id, x => x.State == run.State ? counted(x) : x, null, ct);
        return await working;
    }

    private async Task<bool> Failed(ImportRun run, CancellationToken ct)
    {
        try
        {
            await store.Change(
                run.Team,
                run.Id,
                x =>
                    x.State is ImportState.Running
                        ? x with
                        {
                            State = ImportState.Failed,
                            EndedAt = _time.GetUtcNow(),
                        }
                        : x with
                        {
                            State = ImportState.Done,
                        },
                null,
                ct
            );
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return false;
        } // the database is unavailable: the worker tries again when it is back
    }

    private async Task Clean(IQuerySession session, CancellationToken ct)
    {
        var (noSheet, noReport) = (_time.GetUtcNow() - SheetsAreKept, _time.GetUtcNow() - ReportsAreKept);
        var old = await session
            .Query<ImportRun>()
            .Where(x =>
                x.AnyTenant()
                && !x.IsCleared
                && x.At < noSheet
                && (x.At < noReport || x.State == ImportState.Preview || x.State == ImportState.Failed)
            )
            .ToListAsync(ct);
        foreach (var run in old.Where(x => !x.IsUnderWay))
        {
            await using var mine = store.LightweightSession(run.Team);
            mine.Delete<UploadedSheet>(run.Id);
            mine.Delete<ImportReport>(run.Id);
            mine.DeleteWhere<ImportReportPart>(x => x.Import == run.Id);
            if (run.State is ImportState.Preview)
                mine.Delete<ImportRun>(run.Id);
            await mine.SaveChangesAsync(ct);
            await store.Change(run.Team, run.Id, x => x with { IsCleared = true }, null, ct);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Imports can't be processed now; trying again: {Reason}")]
    private static partial void LogWaiting(ILogger log, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Import {Id} was interrupted by an error; trying again every 2 seconds, at most 30 times, then it can be started again"
    )]
    private static partial void LogFailing(ILogger log, Exception exception, Guid id);
}
