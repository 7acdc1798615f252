using System.Data;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.Json;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Commands;
using FollowUp.Applications.Import;
using FollowUp.Applications.Projections;
using FollowUp.Applications.Publishing;
using FollowUp.Applications.Subscriptions;
using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Modules.Feed;
using FollowUp.Platform;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Http;
using FollowUp.Platform.Outbox;
using FollowUp.Platform.Security;
using JasperFx.Events;
using Marten;
using Marten.Events.Archiving;
using Npgsql;

namespace FollowUp.Applications.Export;

// See docs/decisions/0039-everything-out-and-in.md
/// <summary>Everything that a team has recorded, in a form that another team can import.</summary>
public sealed class TeamExport(
    IDocumentStore store,
    NpgsqlDataSource database,
    SchedulerClient scheduler,
    IContractMapper mapper,
    StoreLives lives,
    FeedPositions feed,
    TimeProvider time
) : IDisposable
{
    public const string Type = "application/x-ndjson";
    private const int AtOnce = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10),
        Pause = TimeSpan.FromMilliseconds(100);
    private readonly SemaphoreSlim _one = new(1, 1);

    public static string FileName(DateTimeOffset now) => $"followup-{now.UtcDateTime:yyyy-MM-dd}.ndjson";

    /// <summary>Writes the export into a temporary file.</summary>
    /// <returns>The lines. The file is deleted when the stream is closed.</returns>
    /// <exception cref="RefusedException"><c>schedulerUnreachable</c>; <c>behind</c>: decisions of the Scheduler haven't arrived;
    /// <c>busy</c>: this node is exporting another team.</exception>
    public async Task<Stream> Write(Caller caller, CancellationToken ct)
    {
        if (!await _one.WaitAsync(Patience, ct))
            throw new RefusedException("busy", "This server is exporting another team. Please try again.", retryAfter: 10);
        try
        {
            await MustHaveAllDecisions(caller, ct);
            var file = Temporary();
            try
            {
                await using (var packed = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
                    await Write(caller, packed, ct);
                file.Position = 0;
                return new GZipStream(file, CompressionMode.Decompress);
            }
            catch
            {
                await file.DisposeAsync();
                throw;
            }
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private static FileStream Temporary()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(Path.Combine(Path.GetTempPath(), $"followup-export-{Guid.NewGuid():N}"), options);
        if (!OperatingSystem.IsWindows())
            File.Delete(file.Name); // nothing of it is left if this process is killed
        return file;
    }

    // What the Scheduler has decided before may still be on its way.
    private async Task MustHaveAllDecisions(Caller caller, CancellationToken ct)
    {
        var (began, all) = (time.GetTimestamp(), (await scheduler.Ask<TeamCounts>(caller, Guid.Empty, new CountTeam(), ct)).Decisions);
        await using var command = database.CreateCommand(
            "select coalesce(sum(version), 0)::bigint from followup.mt_doc_schedulerplan where tenant_id = $1"
        );
        command.Parameters.Add(new() { Value = caller.Team });
        while ((long)(await command.ExecuteScalarAsync(ct))! < all)
        {
            if (time.GetElapsedTime(began) > Patience)
                throw new RefusedException("behind", "Decisions of the Scheduler are still on their way. Please try again.", retryAfter: 5);
            await Task.Delay(Pause, time, ct);
        }
    }

    private async Task Write(Caller caller, Stream into, CancellationToken ct)
    {
        using var lines = new ExportWriter(into);
        var (position, now) = (await feed.Now(ct), time.GetUtcNow());
        await lines.Write(new(ExportHeader.Name, ExportHeader.Current, caller.Team, now, lives.Incarnation, position), ct);
        for (string? after = null, next = ""; next is not null; after = next)
        {
            var page = await scheduler.Ask<OverrideNotes>(caller, Guid.Empty, new ListOverrideNotes(after), ct);
            foreach (var note in page.Items)
                await lines.Write(ExportDocuments.OverrideNote, note, ct);
            next = page.Next;
        }
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        await using var session = store.Open(caller.Team, caller.Name, transaction: snapshot);
        await WriteDocuments(session, lines, ct);
        // the policy comes first: an application waits for the version that planned it
        await WriteDecisions(lines, await session.LoadAsync<SchedulerPlan>(DeterministicId.OfPolicy(caller.Team), ct), caller.Team, ct);
        await foreach (var streams in Streams(session, caller.Team, ct))
            await WriteStreams(session, lines, streams, caller.Team, ct);
        await lines.End(ct);
    }

    private async Task WriteDocuments(IDocumentSession session, ExportWriter lines, CancellationToken ct)
    {
        if (await session.LoadAsync<TeamStatusWords>(TeamStatusWords.OnlyId, ct) is { } words)
            await lines.Write(ExportDocuments.StatusWords, words, ct);
        await foreach (var candidate in session.Query<Candidate>().OrderBy(x => x.Id).ToAsyncEnumerable(ct))
            await lines.Write(ExportDocuments.Candidate, candidate, ct);
        await WriteContacts(session, lines, ct);
        await foreach (var note in session.Query<Note>().OrderBy(x => x.Id).ToAsyncEnumerable(ct))
            await lines.Write(ExportDocuments.Note, note, ct);
    }

    private async Task WriteContacts(IDocumentSession session, ExportWriter lines, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select c.data, (i.data ->> 'person')::uuid from followup.mt_doc_contact c
            left join followup.mt_doc_contactidentity i on i.tenant_id = c.tenant_id and i.id = c.data ->> 'address'
            where c.tenant_id = $1 order by c.id
            """,
            session.Connection
        );
        command.Parameters.Add(new() { Value = session.TenantId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var contact = await store.Options.Serializer().FromJsonAsync<Contact>(reader, 0, ct);
            Guid? person = reader.IsDBNull(1) ? null : reader.GetGuid(1);
            await lines.Write(ExportDocuments.Contact, new ExportContact(contact with { Address = null }, person), ct);
        }
    }

    // All streams of the team but those that belong to this installation: its keys and integrations.
    private static async IAsyncEnumerable<Guid[]> Streams(
        IDocumentSession session,
        string team,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        Guid[] others = [DeterministicId.OfKeys(team), DeterministicId.OfIntegrations(team)];
        for (var after = Guid.Empty; ; )
        {
            var page = await session.AdvancedSql.QueryAsync<Guid>(
                "select id from followup.mt_streams where tenant_id = ? and id > ? order by id limit ?",
                ct,
                team,
                after,
                AtOnce
            );
            if (page.Count == 0)
                yield break;
            yield return [.. page.Except(others)];
            after = page[^1];
        }
    }

    private async Task WriteStreams(IDocumentSession session, ExportWriter lines, Guid[] ids, string team, CancellationToken ct)
    {
        if (ids.Length == 0)
            return;
        var facts = (
            await session
                .Events.QueryAllRawEvents()
                .Where(x => x.MaybeArchived() && x.StreamId.IsOneOf(ids))
                .OrderBy(x => x.Version)
                .ToListAsync(ct)
        ).ToLookup(x => x.StreamId);
        var plans = (await session.LoadManyAsync<SchedulerPlan>(ct, ids)).ToDictionary(x => x.Id);
        foreach (var id in ids)
        {
            foreach (var fact in facts[id])
                if (ContractMapper.Map(fact) is { } contract)
                    await lines.Write(mapper.Envelope(fact, contract, lives), Beside(fact, contract), ct);
            await WriteDecisions(lines, plans.GetValueOrDefault(id), team, ct);
        }
    }

    private static async Task WriteDecisions(ExportWriter lines, SchedulerPlan? plan, string team, CancellationToken ct)
    {
        foreach (var x in plan?.Decisions ?? [])
            await lines.Write(SchedulerDecisions.Published(team, plan!.Id, x), null, ct);
    }

    // The stored fact, if it isn't what its contract becomes when it is imported.
    private string? Beside(IEvent fact, object contract)
    {
        var serializer = store.Options.Serializer();
        var stored = serializer.ToJson(fact.Data);
        var published = JsonSerializer
            .SerializeToElement(contract, contract.GetType(), Json.Lenient)
            .Deserialize(contract.GetType(), Json.Lenient)!;
        return ContractMapper.ToFact(published) is { } same && serializer.ToJson(same) == stored ? null : stored;
    }
}

/// <summary><c>GET /export</c>.</summary>
public static class ExportTeam
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet(
                "/export",
                async (Caller caller, TeamExport export, TimeProvider time, CancellationToken ct) =>
                    TypedResults.Stream(await export.Write(caller, ct), TeamExport.Type, TeamExport.FileName(time.GetUtcNow()))
            )
            .RequireScope(Scopes.Admin)
            .Describe("Everything of the team as events and documents, a line each (NDJSON), for another team or other tools.")
            .Produces<string>(200, TeamExport.Type)
            .ProducesProblem(503);
}
