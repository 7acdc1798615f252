using System.IO.Compression;
using System.Runtime.CompilerServices;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Security;
using Marten;

namespace FollowUp.Applications.Import;

/// <summary>The operations on a team's imports: upload a sheet, review it, start the import, undo it.</summary>
public sealed class Imports(IDocumentStore store, ImportSheet.Importer importer, TeamStatuses statuses, TimeProvider time)
{
    private const int MostListed = 50;

    // What a person mends in the preview.
    private static readonly string[] Mendable = ["missingColumn", "severalPeople"];

    /// <summary>Stores a sheet. It replaces a sheet of the same person that wasn't started.</summary>
    /// <exception cref="SheetRefusedException">The sheet can't be read, even with another mapping of its headers.</exception>
    public async Task<Guid> Put(Caller caller, string file, string? candidate, Stream content, CancellationToken ct)
    {
        try
        {
            await importer.Read(content, caller.Team, new(candidate), ct);
        }
        catch (SheetRefusedException unreadable) when (Mendable.Contains(unreadable.Code)) { }
        content.Position = 0;
        using var packed = new MemoryStream();
        await using (var into = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await content.CopyToAsync(into, ct);
        var run = new ImportRun
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            Team = caller.Team,
            By = caller.Name,
            Principal = caller.Principal,
            File = file,
            Candidate = candidate,
            At = time.GetUtcNow(),
        };
        await using var session = store.LightweightSession(caller.Team);
        foreach (
            var before in await session.Query<ImportRun>().Where(x => x.By == caller.Name && x.State == ImportState.Preview).ToListAsync(ct)
        )
            Drop(session, before.Id);
        session.Insert(run);
        session.Insert(new UploadedSheet(run.Id, packed.ToArray()));
        await session.SaveChangesAsync(ct);
        return run.Id;
    }

    /// <exception cref="RefusedException">404: the team has no import with that id.</exception>
    public async Task<ImportRun> Find(string team, Guid id, CancellationToken ct)
    {
        await using var session = store.QuerySession(team);
        return await session.LoadAsync<ImportRun>(id, ct) ?? throw NotThere();
    }

    /// <summary>The team's imports, the latest first; those in preview only if they are the caller's.</summary>
    public async Task<IReadOnlyList<ImportRun>> List(Caller caller, CancellationToken ct)
    {
        await using var session = store.QuerySession(caller.Team);
        return await session
            .Query<ImportRun>()
            .Where(x => x.State != ImportState.Preview || x.By == caller.Name)
            .OrderByDescending(x => x.At)
            .Take(MostListed)
            .ToListAsync(ct);
    }

    /// <summary>The result that each row would have with the current mapping.</summary>
    /// <exception cref="SheetRefusedException">The sheet as a whole can't be read.</exception>
    public async Task<(Sheet Sheet, IReadOnlyList<ImportSheet.RowReport> Rows)> Look(ImportRun run, CancellationToken ct)
    {
        var sheet = await Read(run, ct);
        return (sheet, await importer.Try(sheet, run.Update, run.Caller(), ct));
    }

    /// <exception cref="SheetRefusedException">The sheet as a whole can't be read.</exception>
    internal async Task<Sheet> Read(ImportRun run, CancellationToken ct)
    {
        await using var session = store.QuerySession(run.Team);
        var uploaded = await session.LoadAsync<UploadedSheet>(run.Id, ct) ?? throw NotThere();
        using var content = new GZipStream(new MemoryStream(uploaded.Content), CompressionMode.Decompress);
        return await importer.Read(content, run.Team, run.Choices(), ct);
    }

    public async Task<ImportReport?> Report(ImportRun run, CancellationToken ct)
    {
        await using var session = store.QuerySession(run.Team);
        return await session.LoadAsync<ImportReport>(run.Id, ct);
    }

    /// <summary>A report's rows in the order of the sheet, a part at a time.</summary>
    public async IAsyncEnumerable<ImportReportPart> Parts(
        ImportRun run,
        ImportReport report,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        if (report.Parts == 0)
            yield return new(run.Id, run.Id, report.Candidates, report.Rows, report.LeftAlone);
        await using var session = store.QuerySession(run.Team);
        for (var i = 0; i < report.Parts; i++)
            if (await session.LoadAsync<ImportReportPart>(ImportReportPart.IdOf(run.Id, i), ct) is { } part)
                yield return part;
    }

    /// <summary>Changes the mapping of the sheet, as long as the import isn't started.</summary>
    public Task<ImportRun> Map(string team, Guid id, Func<ImportRun, ImportRun> mapped, CancellationToken ct) =>
        Change(team, id, x => x.State is ImportState.Preview ? mapped(x) : x, ct);

    /// <summary>Starts the import, or starts a failed one again. A repeated call starts it once.</summary>
    /// <exception cref="SheetRefusedException">The sheet as a whole can't be read.</exception>
    public async Task Start(Caller caller, ImportRun run, CancellationToken ct)
    {
        var sheet = await Read(run, ct);
        await statuses.Remember(caller.Team, StatusMap.Of(run.Statuses ?? []), ct);
        await Change(
            caller.Team,
            run.Id,
            x =>
                x.State is ImportState.Preview or ImportState.Failed
                    ? x with
                    {
                        State = ImportState.Running,
                        By = caller.Name,
                        StartedAt = time.GetUtcNow(),
                        Total = sheet.Rows.Length,
                    }
                    : x,
            ct
        );
    }

    /// <summary>Starts undoing the import: its applications are closed.</summary>
    public Task<ImportRun> TakeBack(Caller caller, Guid id, CancellationToken ct) =>
        Change(
            caller.Team,
            id,
            x =>
                x.State is ImportState.Done
                    ? x with
                    {
                        State = ImportState.TakingBack,
                        TakenBackBy = caller.Name,
                        TakenBackAt = time.GetUtcNow(),
                        Seen = 0,
                        Total = x.Recorded,
                    }
                    : x,
            ct
        );

    /// <summary>Deletes a sheet whose import isn't started.</summary>
    public async Task Drop(string team, Guid id, CancellationToken ct)
    {
        await using var session = store.LightweightSession(team);
        if (await session.LoadAsync<ImportRun>(id, ct) is not { State: ImportState.Preview })
            return;
        Drop(session, id);
        await session.SaveChangesAsync(ct);
    }

    private static void Drop(IDocumentSession session, Guid id)
    {
        session.Delete<ImportRun>(id);
        session.Delete<UploadedSheet>(id);
    }

    private async Task<ImportRun> Change(string team, Guid id, Func<ImportRun, ImportRun> change, CancellationToken ct) =>
        await store.Change(team, id, change, null, ct) ?? throw NotThere();

    private static RefusedException NotThere() =>
        new RefusedException(
            "unknownImport",
            "Your team has no import with that id. A sheet that wasn't imported is deleted after a day."
        );
}

internal static class ImportChanges
{
    /// <summary>Changes an import. If another writer changed it meanwhile, it is read and changed again.</summary>
    /// <param name="alongside">Adds further changes to the same transaction.</param>
    /// <returns>Null if there is no such import.</returns>
    public static Task<ImportRun?> Change(
        this IDocumentStore store,
        string team,
        Guid id,
        Func<ImportRun, ImportRun> change,
        Action<IDocumentSession>? alongside,
        CancellationToken ct
    ) =>
        ConflictRetry
            .Progress.ExecuteAsync(
                async ct =>
                {
                    await using var session = store.LightweightSession(team);
                    if (await session.LoadAsync<ImportRun>(id, ct) is not { } found)
                        return null;
                    var changed = change(found);
                    if (changed == found)
                        return found;
                    session.Store(changed);
                    alongside?.Invoke(session);
                    await session.SaveChangesAsync(ct);
                    return changed;
                },
                ct
            )
            .AsTask();
}
