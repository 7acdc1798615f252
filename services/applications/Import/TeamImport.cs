using System.IO.Compression;
using System.IO.Pipelines;
using FollowUp.Applications.Commands;
using FollowUp.Applications.Export;
using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;
using Marten;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace FollowUp.Applications.Import;

/// <summary>The import of a whole team. A team has one at most, and was empty before.</summary>
public sealed record TeamImport
{
    public required Guid Id { get; init; }
    public required string Team { get; init; }
    public required string By { get; init; }

    /// <summary>See <see cref="Platform.Security.Caller.Principal"/>.</summary>
    public string? Principal { get; init; }

    /// <summary>The upload whose parts are the file.</summary>
    public required Guid Upload { get; init; }

    /// <summary>The team that was exported.</summary>
    public required string FromTeam { get; init; }
    public required DateTimeOffset ExportedAt { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Running, Done or Failed.</summary>
    public ImportState State { get; init; }

    /// <summary>The lines of the file, and how many of them are recorded.</summary>
    public long Total { get; init; }

    /// <inheritdoc cref="Total"/>
    public long Seen { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Reason { get; init; }

    public Caller Caller() => new(Team, By, Principal);

    /// <summary>A team's import has an id that follows from the team: two can't begin at once.</summary>
    public static Guid IdOf(string team) => DeterministicId.From(team, "import of a team");
}

/// <summary>A part of an uploaded export, compressed. It has personal data, and is deleted after the import, or after a day.</summary>
public sealed record ExportPart(Guid Id, Guid Upload, byte[] Content, DateTimeOffset At)
{
    public static Guid IdOf(Guid upload, int number) =>
        DeterministicId.From(upload.ToString(), number.ToString(System.Globalization.CultureInfo.InvariantCulture));
}

// See docs/decisions/0039-everything-out-and-in.md
/// <summary>Takes an export into an empty team: checks it as a whole, keeps it, and has it recorded in the background.</summary>
public sealed class TeamImports(IDocumentStore store, NpgsqlDataSource database, SchedulerClient scheduler, TimeProvider time)
{
    private const int PartSize = 256 * 1024;

    /// <summary>Checks an export, and starts its import.</summary>
    /// <param name="isTrial">Whether only to check.</param>
    /// <exception cref="RefusedException"><c>teamNotEmpty</c>, <c>importUnderWay</c>, <c>schedulerUnreachable</c>, and those of
    /// <see cref="ExportCheck"/>.</exception>
    internal async Task<TeamImport> Start(Caller caller, PipeReader file, bool isTrial, CancellationToken ct)
    {
        await MustBeEmpty(caller, ct);
        var upload = Guid.CreateVersion7(time.GetUtcNow());
        try
        {
            using var check = new ExportCheck();
            await Keep(caller.Team, upload, file, check, isTrial, ct);
            var import = new TeamImport
            {
                Id = TeamImport.IdOf(caller.Team),
                Team = caller.Team,
                By = caller.Name,
                Principal = caller.Principal,
                Upload = upload,
                FromTeam = check.Header!.Team,
                ExportedAt = check.Header.At,
                StartedAt = time.GetUtcNow(),
                State = isTrial ? ImportState.Preview : ImportState.Running,
                Total = check.Lines,
            };
            if (isTrial)
                return import;
            await MustBeEmpty(caller, ct); // the file may have taken minutes to arrive
            await Begin(import, ct);
            return import;
        }
        catch
        {
            await Drop(store, caller.Team, upload, CancellationToken.None);
            throw;
        }
    }

    /// <exception cref="RefusedException">404: nothing was imported into the team.</exception>
    public async Task<TeamImport> Find(string team, CancellationToken ct)
    {
        await using var session = store.QuerySession(team);
        return await session.LoadAsync<TeamImport>(TeamImport.IdOf(team), ct)
            ?? throw new RefusedException("unknownImport", "No export was imported into your team.");
    }

    /// <summary>Deletes an upload.</summary>
    internal static async Task Drop(IDocumentStore store, string team, Guid upload, CancellationToken ct)
    {
        await using var session = store.LightweightSession(team);
        session.DeleteWhere<ExportPart>(x => x.Upload == upload);
        await session.SaveChangesAsync(ct);
    }

    private async Task MustBeEmpty(Caller caller, CancellationToken ct)
    {
        await using (var session = store.QuerySession(caller.Team))
            if (await session.LoadAsync<TeamImport>(TeamImport.IdOf(caller.Team), ct) is { State: ImportState.Running })
                throw UnderWay();
        await using var command = database.CreateCommand(
            """
            select exists (select from followup.mt_events where tenant_id = @team and stream_id <> all(@others) and type <> 'tombstone')
              or exists (select from followup.mt_doc_candidate where tenant_id = @team)
              or exists (select from followup.mt_doc_schedulerplan where tenant_id = @team)
              or exists (select from followup.mt_doc_teamstatuswords where tenant_id = @team)
            """
        );
        command.Parameters.AddText("team", caller.Team);
        command.Parameters.AddWithValue(
            "others",
            new[] { DeterministicId.OfKeys(caller.Team), DeterministicId.OfIntegrations(caller.Team) }
        );
        if (
            await command.ExecuteScalarAsync(ct) is true
            || await scheduler.Ask<TeamCounts>(caller, Guid.Empty, new CountTeam(), ct) is not { Decisions: 0, Received: 0 }
        )
            throw new RefusedException(
                "teamNotEmpty",
                "Something was recorded in your team already, or its policy was changed. An export can be imported only into an empty "
                    + "team: make a new one, with `key --team`."
            );
    }

    private static RefusedException UnderWay() => new("importUnderWay", "An export is being imported into your team already.");

    private async Task Keep(string team, Guid upload, PipeReader file, ExportCheck check, bool isTrial, CancellationToken ct)
    {
        var (number, packed) = (0, new MemoryStream());
        await using (var into = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await foreach (var line in ExportCheck.LinesOf(file, ct))
            {
                check.Take(line);
                if (isTrial)
                    continue;
                await into.WriteAsync(line, ct);
                into.WriteByte((byte)'\n');
                if (packed.Length >= PartSize)
                    await Store();
            }
        check.End();
        if (!isTrial)
            await Store();

        async Task Store()
        {
            await using var session = store.LightweightSession(team);
            session.Insert(new ExportPart(ExportPart.IdOf(upload, number++), upload, packed.ToArray(), time.GetUtcNow()));
            await session.SaveChangesAsync(ct);
            packed.SetLength(0);
        }
    }

    // One that failed before it recorded anything can be started again.
    private async Task Begin(TeamImport import, CancellationToken ct)
    {
        await using var session = store.LightweightSession(import.Team);
        if (await session.LoadAsync<TeamImport>(import.Id, ct) is { State: not ImportState.Running })
            session.Store(import);
        else
            session.Insert(import);
        try
        {
            await session.SaveChangesAsync(ct);
        }
        catch (Exception exception) when (TransientErrors.IsConflict(exception))
        {
            throw UnderWay();
        }
    }
}

/// <summary><c>POST /imports/team</c>: imports what <c>GET /export</c> gave into an empty team; <c>GET</c> tells how far it is.</summary>
public static class ImportTeam
{
    private const long MostBytes = 4L * 1024 * 1024 * 1024;
    private static readonly string[] Types = [TeamExport.Type, "application/ndjson", "application/octet-stream"];

    /// <param name="State">preview, running, done or failed.</param>
    /// <param name="FromTeam">The team that was exported.</param>
    /// <param name="Total">The lines of the file.</param>
    /// <param name="Seen">How many of them are recorded.</param>
    /// <param name="Reason">Why it failed.</param>
    public sealed record Progress(
        ImportState State,
        string FromTeam,
        DateTimeOffset ExportedAt,
        string By,
        DateTimeOffset StartedAt,
        DateTimeOffset? EndedAt,
        long Total,
        long Seen,
        string? Reason
    );

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost(
                "/imports/team",
                async (bool? dryRun, HttpRequest request, Caller caller, TeamImports imports, CancellationToken ct) =>
                {
                    if (!Types.Contains(request.ContentType?.Split(';')[0].Trim(), StringComparer.OrdinalIgnoreCase))
                        throw new RefusedException("wrongContentType", $"Send the export as {TeamExport.Type}.");
                    TeamImport import;
                    try
                    {
                        import = await imports.Start(caller, request.BodyReader, dryRun ?? false, ct);
                    }
                    catch (RefusedException)
                    {
                        // a client that is still sending would see a broken pipe instead of the refusal
                        await request.BodyReader.CopyToAsync(Stream.Null, ct);
                        throw;
                    }
                    return dryRun is true
                        ? Results.Json(Of(import), Json.Lenient)
                        : Results.Json(Of(import), Json.Lenient, statusCode: StatusCodes.Status202Accepted);
                }
            )
            .RequireScope(Scopes.Admin)
            .WithMetadata(new RequestSizeLimitAttribute(MostBytes))
            .DescribeBody(Types)
            .Describe("Import an export into an empty team, in the background; ?dryRun=true only checks the file.", typeof(Progress))
            .Produces<Progress>(202)
            .ProducesProblem(413)
            .ProducesProblem(415)
            .ProducesProblem(503);

        app.MapGet(
                "/imports/team",
                async (Caller caller, TeamImports imports, CancellationToken ct) =>
                    TypedResults.Json(Of(await imports.Find(caller.Team, ct)), Json.Lenient)
            )
            .RequireScope(Scopes.Admin)
            .Describe("How far the import of an export is.", typeof(Progress));
    }

    private static Progress Of(TeamImport x) =>
        new(x.State, x.FromTeam, x.ExportedAt, x.By, x.StartedAt, x.EndedAt, x.Total, x.Seen, x.Reason);
}
