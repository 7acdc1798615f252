using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Commands;
using FollowUp.Applications.Export;
using FollowUp.Applications.Projections;
using FollowUp.Applications.Queries;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.InternalContracts;
using FollowUp.Modules.Convergence;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using Marten;
using Marten.Events.Archiving;
using Npgsql;

namespace FollowUp.Applications.Import;

// See docs/decisions/0039-everything-out-and-in.md
/// <summary>
/// Records exports in the teams that imported them: nothing is decided, each event is appended as it was. If a node dies, the next one
/// starts from the first line, and passes over what is there.
/// </summary>
internal sealed partial class TeamImportWorker(
    IDocumentStore store,
    OwnHistory history,
    SchedulerClient scheduler,
    NpgsqlDataSource database,
    TimeProvider time,
    ILogger<TeamImportWorker> log
) : LeaderElectedService<TeamImport>(database, LeaderLocks.TeamImports, TimeSpan.FromMilliseconds(500), time)
{
    private const int MostFailures = 30,
        // A transaction of 100 applications holds up other writers for a moment only.
        MostStreams = 100,
        MostLines = 1_000,
        MostAhead = 1_000; // events that the Scheduler hasn't taken in: what others record is planned behind them
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2),
        Look = TimeSpan.FromMilliseconds(100),
        BetweenCleanings = TimeSpan.FromMinutes(1),
        UploadsAreKept = TimeSpan.FromDays(1);
    private readonly TimeProvider _time = time;
    private long? _cleaned;

    protected override Guid IdOf(TeamImport item) => item.Id;

    protected override void LogWaiting(string reason) => LogWaiting(log, reason);

    protected override async Task<IReadOnlyList<TeamImport>> Find(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var running = await session.Query<TeamImport>().Where(x => x.AnyTenant() && x.State == ImportState.Running).ToListAsync(ct);
        if (_cleaned is not { } cleaned || _time.GetElapsedTime(cleaned) > BetweenCleanings)
        {
            await Clean(running, ct);
            _cleaned = _time.GetTimestamp();
        }
        return running;
    }

    protected override async Task Do(TeamImport item, CancellationToken ct)
    {
        for (var failures = 0; !ct.IsCancellationRequested; )
        {
            try
            {
                await Import(item, ct);
                return;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return; // the next leader continues the import
            }
            catch (Exception exception)
            {
                try
                {
                    if (!TransientErrors.IsTransient(exception) && (exception is RefusedException || ++failures >= MostFailures))
                    {
                        await End(item, ImportState.Failed, exception.Message, ct);
                        return;
                    }
                }
                // the database is unavailable: the worker tries again when it is back
                catch (Exception) when (!ct.IsCancellationRequested) { }
                if (failures <= 1)
                    LogFailing(log, exception, item.Team);
                await Task.Delay(Pause, _time, ct).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private async Task Import(TeamImport import, CancellationToken ct)
    {
        var (caller, seen, facts, decisions) = (import.Caller(), 0L, 0L, 0L);
        await foreach (var batch in Batches(import, ct))
        {
            await Record(import, batch, ct);
            (seen, facts, decisions) = (seen + batch.Lines, facts + batch.Facts, decisions + batch.Decisions);
            // an application waits for the policy that planned it
            await WaitForScheduler(caller, facts, decisions, batch.IsPolicy ? 0 : MostAhead, ct);
            await Change(import, x => x with { Seen = Math.Max(x.Seen, seen) }, ct);
        }
        await WaitForScheduler(caller, facts, decisions, 0, ct);
        await End(import, ImportState.Done, null, ct);
    }

    /// <summary>The lines of one transaction.</summary>
    private sealed class Batch
    {
        public List<ExportLine.Document> Documents { get; } = [];
        public OrderedDictionary<Guid, List<ExportLine.Happened>> Streams { get; } = [];
        public int Lines { get; private set; }
        public int Facts { get; private set; }
        public int Decisions { get; private set; }
        public bool IsPolicy { get; private set; }
        public bool IsFull => Lines >= MostLines || Streams.Count >= MostStreams;

        public void Add(ExportLine line, Guid stream)
        {
            Lines++;
            if (line is ExportLine.Document document)
                Documents.Add(document);
            if (line is not ExportLine.Happened happened)
                return;
            if (!Streams.TryGetValue(stream, out var events))
                Streams.Add(stream, events = []);
            events.Add(happened);
            var isFact = happened.Event.Source == Catalogue.Applications;
            (Facts, Decisions) = (Facts + (isFact ? 1 : 0), Decisions + (isFact ? 0 : 1));
            IsPolicy |= Catalogue.Find(happened.Event.Type) == typeof(PolicyChanged);
        }
    }

    // The events of a stream are in one batch.
    private async IAsyncEnumerable<Batch> Batches(TeamImport import, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var file = new GZipStream(new Parts(store, import), CompressionMode.Decompress);
        var (batch, last) = (new Batch(), Guid.Empty);
        await foreach (var bytes in ExportCheck.LinesOf(PipeReader.Create(file), ct))
        {
            var line = ExportLine.Read(bytes);
            var stream = line is ExportLine.Happened happened ? StreamOf(import.Team, happened.Event) : Guid.Empty;
            if (stream != last && (batch.IsFull || batch.IsPolicy))
            {
                yield return batch;
                batch = new();
            }
            batch.Add(line, last = stream);
        }
        yield return batch;
    }

    // The streams of the policy and of erasures have ids that follow from the team.
    private static Guid StreamOf(string team, CloudEvent happened) =>
        Catalogue.Find(happened.Type) switch
        {
            { } type when type == typeof(PolicyChanged) => DeterministicId.OfPolicy(team),
            { } type when type == typeof(CandidateErased) => CandidateRoutes.StreamOf(
                team,
                ((CandidateErased)ExportCheck.ContractOf(happened)).Candidate
            ),
            _ => Guid.Parse(happened.Subject!),
        };

    private async Task Record(TeamImport import, Batch batch, CancellationToken ct)
    {
        foreach (var notes in batch.Documents.Where(x => x.Kind == ExportDocuments.OverrideNote).Chunk(OverrideNotes.Most))
            await scheduler.Ask<OverrideNotesKept>(
                import.Caller(),
                Guid.Empty,
                new KeepOverrideNotes([.. notes.Select(x => x.Read<NoteOfOverride>())]),
                ct
            );
        await using var session = store.LightweightSession(import.Team);
        foreach (var document in batch.Documents)
            await Store(session, document, ct);
        var there = await There(session, batch, ct);
        Guid[] missing = [.. batch.Streams.Keys.Where(x => !there.Contains(x))];
        foreach (var id in missing)
            Start(session, import, id, batch.Streams[id]);
        await session.SaveChangesAsync(ct);
        // If this node dies before it has sent them, the comparison of the services (decision 0033) does it a few seconds later.
        await history.Send(import.Team, missing, ct);
    }

    // The streams that are there: an import that was interrupted had recorded them.
    private static async Task<HashSet<Guid>> There(IDocumentSession session, Batch batch, CancellationToken ct)
    {
        Guid[] ids = [.. batch.Streams.Keys];
        var plans = await session.LoadManyAsync<SchedulerPlan>(ct, ids);
        var begun = await session
            .Events.QueryAllRawEvents()
            .Where(x => x.MaybeArchived() && x.StreamId.IsOneOf(ids) && x.Version == 1)
            .ToListAsync(ct);
        foreach (var first in begun)
            if (batch.Streams[first.StreamId][0].Event.Id != first.Id.ToString())
                throw new RefusedException(
                    "teamNotEmpty",
                    $"Something else was recorded about {first.StreamId} meanwhile. Make a new team, and import the export there."
                );
        return [.. begun.Select(x => x.StreamId), .. plans.Select(x => x.Id)];
    }

    private static async Task Store(IDocumentSession session, ExportLine.Document document, CancellationToken ct)
    {
        switch (document.Kind)
        {
            case ExportDocuments.Candidate:
                session.Store(document.Read<Candidate>());
                break;
            case ExportDocuments.StatusWords:
                await session.LoadAsync<TeamStatusWords>(TeamStatusWords.OnlyId, ct); // of an import that was interrupted
                session.Store(document.Read<TeamStatusWords>());
                break;
            case ExportDocuments.Note:
                session.Store(document.Read<Note>());
                break;
            case ExportDocuments.Contact:
                var (x, person) = document.Read<ExportContact>();
                var address = ContactIdentity.Of(session.TenantId, new NewContact(x.Name, x.Role, x.Email, x.Phone, x.Profile));
                session.Store(x with { Address = person is null ? null : address });
                if (person is { } known && address is not null)
                    session.Store(new ContactIdentity(address, known));
                break;
        }
    }

    private static void Start(IDocumentSession session, TeamImport import, Guid id, List<ExportLine.Happened> events)
    {
        var happened = events.Where(x => x.Event.Source == Catalogue.Applications).ToArray();
        var decided = events.Where(x => x.Event.Source == Catalogue.Scheduler).ToArray();
        object[] facts = [.. happened.Select(ExportCheck.FactOf)];
        object[] appended =
        [
            .. facts.Zip(happened, (fact, x) => fact.ImportedFrom(x.Event, import.Upload.ToString(), happened.Length, decided.Length)),
        ];
        if (facts is [Submitted, ..])
        {
            session.Events.StartStream<JobApplication>(id, appended);
            var application = ApplicationStates.After(id, facts);
            if (!application.IsVoided)
                session.Store(ApplicationRow.Of(application, facts.Length));
        }
        else if (facts.Length > 0)
            session.Events.StartStream(id, appended);
        if (decided.Length > 0)
            session.Store(
                decided.Aggregate(
                    new SchedulerPlan { Id = id },
                    (plan, x) => plan.Apply(x.Event, x.Event.Sequence!.Value, ExportCheck.ContractOf(x.Event))
                )
            );
    }

    private async Task WaitForScheduler(Platform.Security.Caller caller, long facts, long decisions, int ahead, CancellationToken ct)
    {
        while (
            await scheduler.Ask<TeamCounts>(caller, Guid.Empty, new CountTeam(), ct) is var has
            && (has.Received + ahead < facts || has.Decisions + ahead < decisions)
        )
            await Task.Delay(Look, _time, ct);
    }

    private async Task End(TeamImport import, ImportState state, string? reason, CancellationToken ct)
    {
        await Change(
            import,
            x =>
                x with
                {
                    State = state,
                    Reason = reason,
                    Seen = state == ImportState.Done ? x.Total : x.Seen,
                    EndedAt = _time.GetUtcNow(),
                },
            ct
        );
        await TeamImports.Drop(store, import.Team, import.Upload, ct);
    }

    private async Task Change(TeamImport import, Func<TeamImport, TeamImport> change, CancellationToken ct) =>
        await ConflictRetry.Progress.ExecuteAsync(
            async ct =>
            {
                await using var session = store.LightweightSession(import.Team);
                if (
                    await session.LoadAsync<TeamImport>(import.Id, ct) is { State: ImportState.Running } found
                    && found.Upload == import.Upload
                )
                    session.Store(change(found));
                await session.SaveChangesAsync(ct);
            },
            ct
        );

    // Uploads of nodes that died in the middle.
    private async Task Clean(IReadOnlyList<TeamImport> running, CancellationToken ct)
    {
        var (old, used) = (_time.GetUtcNow() - UploadsAreKept, running.Select(x => x.Upload).ToArray());
        await using var session = store.LightweightSession();
        session.DeleteWhere<ExportPart>(x => x.AnyTenant() && x.At < old && !x.Upload.IsOneOf(used));
        await session.SaveChangesAsync(ct);
    }

    /// <summary>The parts of an upload as one stream.</summary>
    private sealed class Parts(IDocumentStore store, TeamImport import) : Stream
    {
        private ReadOnlyMemory<byte> _part;
        private int _next;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (_part.IsEmpty)
            {
                await using var session = store.QuerySession(import.Team);
                if (await session.LoadAsync<ExportPart>(ExportPart.IdOf(import.Upload, _next), cancellationToken) is not { } part)
                    return 0;
                (_part, _next) = (part.Content, _next + 1);
            }
            var count = Math.Min(buffer.Length, _part.Length);
            _part[..count].CopyTo(buffer);
            _part = _part[count..];
            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Imports of teams can't be processed now; trying again: {Reason}")]
    private static partial void LogWaiting(ILogger log, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The import of team {Team} was interrupted by an error; trying again every 2 seconds. While the database, the broker or "
            + "the Scheduler is away it waits; after 30 other errors it ends"
    )]
    private static partial void LogFailing(ILogger log, Exception exception, string team);
}
