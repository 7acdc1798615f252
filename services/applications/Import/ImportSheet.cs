using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Commands;
using FollowUp.Applications.Projections;
using FollowUp.Applications.Publishing;
using FollowUp.Applications.Queries;
using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;
using Marten;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace FollowUp.Applications.Import;

// See docs/decisions/0006-import-transaction.md
/// <summary>
/// <c>POST /imports</c>: imports a spreadsheet of applications. All the events that a row implies are in one transaction. The id of an
/// application is derived from its row, so importing the same sheet twice records each application once; a row that FollowUp itself wrote
/// has its application's id.
/// </summary>
public static class ImportSheet
{
    internal const int MostBytes = 10 * 1024 * 1024;

    /// <summary>The results of a row.</summary>
    internal const string Recorded = "recorded",
        AlreadyThere = "alreadyThere",
        Changed = "changed",
        Refused = "refused";

    // A transaction of 100 applications holds up other writers for a moment only.
    private const int Together = 100,
        AtOnce = 2,
        AskedAtOnce = 2_000;
    private static readonly string[] Types =
    [
        "text/csv",
        "text/plain",
        "text/tab-separated-values",
        "text/markdown",
        "application/csv",
        "application/json",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.ms-excel",
        "application/octet-stream",
    ];

    /// <param name="Changed">How many applications that were already there were brought up to date, as asked with
    /// <c>?update=true</c>.</param>
    /// <param name="Encoding">The encoding of the file, or the format of the workbook.</param>
    /// <param name="EncodingIsSure">Whether the file tells its encoding. If not, it can be chosen with <c>?encoding=</c>.</param>
    /// <param name="Sheet">The sheet of the workbook that was read.</param>
    /// <param name="Sheets">The sheets of the workbook; another one can be chosen with <c>?sheet=</c>.</param>
    /// <param name="Columns">The columns that were read, and what for.</param>
    /// <param name="Statuses">The words for a status that aren't known, or were mapped.</param>
    public sealed record Report(
        int Recorded,
        int AlreadyThere,
        int Changed,
        int Refused,
        bool DryRun,
        IReadOnlyList<RowReport> Rows,
        IReadOnlyList<IgnoredColumn> IgnoredColumns,
        IReadOnlyList<AssumedOrder> DateOrders,
        string Encoding,
        bool EncodingIsSure,
        string? Sheet,
        IReadOnlyList<string> Sheets,
        IReadOnlyList<MatchedColumn> Columns,
        IReadOnlyList<MappedStatus> Statuses
    );

    /// <param name="Changes">What the row tells of an application that is already there, and isn't recorded; or was now, if
    /// <paramref name="Result"/> is <c>changed</c>.</param>
    public sealed record RowReport(
        int Line,
        string Result,
        Guid? Application,
        string? Employer,
        string? Title,
        IReadOnlyList<Finding>? Reasons,
        IReadOnlyList<Finding>? Remarks,
        IReadOnlyList<Finding>? Changes = null
    )
    {
        public string? Candidate { get; init; }

        /// <summary>When it was submitted; null if the sheet doesn't contain it.</summary>
        public DateOnly? SubmittedOn { get; init; }

        /// <summary>How it stands.</summary>
        public SheetStatus? Status { get; init; }

        /// <summary>The name of a candidate who would be made for the row; they have no reference yet.</summary>
        public string? NewCandidate { get; init; }

        /// <summary>The cells that refuse the row, for a page on which they are corrected.</summary>
        [JsonIgnore]
        public IReadOnlyList<RowCell> Cells { get; init; } = [];
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost(
                "/imports",
                async (
                    string? map,
                    string? candidate,
                    bool? newCandidates,
                    string? status,
                    DateOrder? order,
                    string? sheet,
                    string? encoding,
                    bool? update,
                    bool? dryRun,
                    HttpRequest request,
                    Caller caller,
                    Importer importer,
                    CancellationToken ct
                ) =>
                {
                    if (
                        request.ContentType is { Length: > 0 } type
                        && !Types.Contains(type.Split(';')[0].Trim(), StringComparer.OrdinalIgnoreCase)
                    )
                        throw new RefusedException("wrongContentType", $"Send the sheet as one of: {string.Join(", ", Types)}.");
                    if (candidate is not null)
                        CandidateRoutes.CheckReference(new(), candidate, "candidate").Refuse();
                    await using var body = new MemoryStream();
                    await request.Body.CopyToAsync(body, ct);
                    body.Position = 0;
                    return TypedResults.Json(
                        await importer.Import(
                            body,
                            () =>
                                new()
                                {
                                    Candidate = candidate,
                                    NewCandidates = newCandidates ?? false,
                                    Map = map is null ? null : ColumnMap.Parse(map).Headers,
                                    Order = order,
                                    Statuses = status is null ? null : [.. StatusMap.Parse(status).Words],
                                    Sheet = sheet,
                                    Encoding = encoding,
                                    Update = update ?? false,
                                },
                            dryRun ?? false,
                            caller,
                            ct
                        ),
                        Json.Lenient
                    );
                }
            )
            .RequireScope(Scopes.Record)
            .WithMetadata(new RequestSizeLimitAttribute(MostBytes))
            .DescribeBody(Types)
            .Describe("Import a spreadsheet of applications; ?dryRun=true only reports.", typeof(Report))
            .WithDescription(
                "CSV in any encoding and with any delimiter, XLSX, ODS, a Markdown table, or a JSON array of objects. "
                    + "`map=Firma:employer` names "
                    + "the field of a header, `status=Geister:noResponse` the meaning of a word for a status, which the team then "
                    + "remembers; `map=Student:candidateName` says that a column has the candidates' names, and `newCandidates=true` "
                    + "makes a candidate for each name that isn't known; "
                    + "`order` is that of day and month in 9/10/24. What a row tells beyond what is recorded of its application is "
                    + "reported as a change, and recorded with `update=true`."
            );

    /// <summary>Reads a sheet, records its rows, and reports the result of each.</summary>
    public sealed class Importer(
        ApplicationWriter writer,
        CommandHandler handler,
        IDocumentStore store,
        TeamStatuses statuses,
        CandidateDirectory candidates,
        TimeProvider time,
        IConfiguration configuration
    )
    {
        private const string Oneself = "me"; // the candidate reference for the sheet of a single job seeker, which names no candidate
        private readonly DateTimeZone _zone =
            DateTimeZoneProviders.Tzdb.GetZoneOrNull(configuration["FOLLOWUP_TIMEZONE"] ?? "") ?? DateTimeZone.Utc;

        /// <exception cref="RefusedException">The sheet as a whole can't be read.</exception>
        public async Task<Report> Import(Stream csv, Func<SheetChoices> choices, bool dryRun, Caller caller, CancellationToken ct)
        {
            Sheet sheet;
            SheetChoices chosen;
            try
            {
                chosen = choices();
                sheet = dryRun ? await Read(csv, caller.Team, chosen, ct) : await ReadToRecord(csv, caller.Team, chosen, ct);
            }
            catch (SheetRefusedException exception)
            {
                var refused = new RefusedException(
                    exception.Code,
                    exception.Sentence,
                    new Dictionary<string, Sentence[]>(StringComparer.Ordinal)
                    {
                        [
                            exception.Code switch
                            {
                                "badMap" or "mappedHeaderMissing" => "map",
                                "badStatusMap" => "status",
                                "unknownEncoding" => "encoding",
                                _ => "sheet",
                            }
                        ] = [exception.Sentence],
                    }
                );
                if (exception.Missing.Length > 0)
                    refused.More["missing"] = exception.Missing;
                if (exception.Headers.Length > 0)
                    refused.More["headers"] = exception.Headers;
                throw refused;
            }
            if (!dryRun && chosen.Statuses is { } words)
                await statuses.Remember(caller.Team, StatusMap.Of(words), ct);
            var rows = dryRun ? await Try(sheet, chosen.Update, caller, ct) : await Record(sheet, chosen.Update, new(caller), null, ct);
            return new(
                rows.Count(x => x.Result == Recorded),
                rows.Count(x => x.Result == AlreadyThere),
                rows.Count(x => x.Result == Changed),
                rows.Count(x => x.Result == Refused),
                dryRun,
                rows,
                sheet.Ignored,
                sheet.DateOrders,
                sheet.Encoding,
                sheet.EncodingIsSure,
                sheet.Name,
                sheet.Names,
                sheet.Columns,
                sheet.StatusWords
            );
        }

        /// <summary>Parses a team's sheet, with today's date and the words that the team mapped before.</summary>
        /// <exception cref="SheetRefusedException">The sheet as a whole can't be read.</exception>
        public async Task<Sheet> Read(Stream csv, string team, SheetChoices choices, CancellationToken ct)
        {
            var namesCandidates = choices.Map?.Any(x => x.Field is SheetField.CandidateName) is true;
            return Sheet.Read(
                csv,
                new(
                    team,
                    Instant.FromDateTimeOffset(time.GetUtcNow()).InZone(_zone).Date.ToDateOnly(),
                    _zone,
                    choices.Candidate,
                    choices.Map is null ? null : ColumnMap.Of(choices.Map),
                    choices.Order
                )
                {
                    Oneself = namesCandidates ? null : Oneself,
                    Words = (await statuses.Of(team, ct)).With(StatusMap.Of(choices.Statuses ?? [])),
                    Sheet = choices.Sheet,
                    Encoding = choices.Encoding,
                    People = namesCandidates ? await candidates.Of(team, ct) : NamedCandidates.None,
                    NewCandidates = choices.NewCandidates,
                    Corrections = choices.Corrections ?? [],
                    Again = (choices.Again ?? []).ToHashSet(),
                }
            );
        }

        /// <summary>Reads a sheet, after making the candidates that its rows name and that aren't known.</summary>
        /// <param name="content">The sheet; it can be read again.</param>
        /// <param name="team">The team.</param>
        /// <param name="choices">What was chosen for the sheet.</param>
        /// <param name="ct">Cancels the reading.</param>
        /// <exception cref="SheetRefusedException">The sheet as a whole can't be read.</exception>
        public async Task<Sheet> ReadToRecord(Stream content, string team, SheetChoices choices, CancellationToken ct)
        {
            var sheet = await Read(content, team, choices, ct);
            var people = sheet.Rows.OfType<SheetRow.Understood>().Select(x => x.Application.NewCandidate).OfType<NewCandidate>().ToArray();
            if (people.Length == 0)
                return sheet;
            await candidates.Make(team, people, ct);
            content.Position = 0;
            return await Read(content, team, choices, ct);
        }

        /// <summary>A dry run: the result that each row would have.</summary>
        /// <param name="sheet">The sheet.</param>
        /// <param name="update">Whether changes would be recorded.</param>
        /// <param name="caller">The caller.</param>
        /// <param name="ct">Cancels the query.</param>
        public async Task<IReadOnlyList<RowReport>> Try(Sheet sheet, bool update, Caller caller, CancellationToken ct)
        {
            var now = time.GetUtcNow();
            await using var session = store.QuerySession(caller.Team);
            var places = await PlacesOf(session, sheet, ct);
            var open = new Dictionary<string, Guid>(StringComparer.Ordinal);
            var reports = new List<RowReport>(sheet.Rows.Length);
            foreach (var rows in sheet.Rows.Chunk(AskedAtOnce))
            {
                var states = await StatesOf(session, PlacesThere(rows, places), ct);
                foreach (var (job, id) in await OpenJobs(session, rows.OfType<SheetRow.Understood>(), ct))
                    open.TryAdd(job, id);
                foreach (var row in rows)
                    reports.Add(await Reported(row, good => Task.FromResult(Tried(good, states.GetValueOrDefault(places[good.Line].Id)))));
            }
            return reports;

            RowResult Tried(SheetRow.Understood row, Known? known)
            {
                var (place, x) = (places[row.Line], row.Application);
                if (place.IsThere)
                {
                    var changes = ChangesOf(known, x, caller, now);
                    return new(update && changes.Length > 0 ? Changed : AlreadyThere, place.Id, changes);
                }
                var facts = new RowFacts(x, _zone, caller.Name, now).After(new() { Id = place.Id });
                var state = ApplicationStates.After(place.Id, facts);
                if (state.OpenJob is { } job && !open.TryAdd(job, place.Id) && !x.Again && !place.IsAgain)
                    throw new RefusedException("sameApplication", "") { More = { ["application"] = open[job] } };
                return new(Recorded, place.Id, []);
            }
        }

        /// <summary>
        /// The events that rows of a dry run would record, beside those that are there. Rows that record nothing have none.
        /// </summary>
        /// <param name="sheet">The sheet.</param>
        /// <param name="rows">The reports of the rows.</param>
        /// <param name="caller">The caller.</param>
        /// <param name="ct">Cancels the query.</param>
        public async Task<IReadOnlyList<PreviewedApplication>> WouldRecord(
            Sheet sheet,
            IReadOnlyList<RowReport> rows,
            Caller caller,
            CancellationToken ct
        )
        {
            var (now, found) = (time.GetUtcNow(), new List<PreviewedApplication>());
            var results = rows.Where(x => x.Result is Recorded or Changed).ToDictionary(x => x.Line);
            await using var session = store.QuerySession(caller.Team);
            Guid[] changed = [.. results.Values.Where(x => x.Result == Changed).Select(x => x.Application!.Value)];
            var there = (await ApplicationStates.EventsOf(session, changed, ct)).ToDictionary(
                x => x.Key,
                x => x.Select(e => e.Data).ToArray()
            );
            foreach (var row in sheet.Rows.OfType<SheetRow.Understood>())
            {
                if (!results.TryGetValue(row.Line, out var result) || result.Application is not { } id)
                    continue;
                var before = there.GetValueOrDefault(id, []);
                var facts =
                    before.Length == 0
                        ? new RowFacts(row.Application, _zone, caller.Name, now).After(new() { Id = id })
                        : ChangesAt(caller, now).Facts(ApplicationStates.After(id, before), row.Application);
                found.Add(new(id, [.. before.Concat(facts).Select(x => ContractMapper.Map(id, x)).OfType<object>().Select(Previewed)]));
            }
            return found;
        }

        private static PreviewedEvent Previewed(object contract) =>
            new(Catalogue.NameOf(contract.GetType()), JsonSerializer.SerializeToElement(contract, contract.GetType(), Json.Lenient));

        private SheetChanges ChangesAt(Caller caller, DateTimeOffset now) => new(_zone, caller.Name, now);

        private ImmutableArray<SheetChange> ChangesOf(Known? known, SheetApplication x, Caller caller, DateTimeOffset now) =>
            known is null ? [] : ChangesAt(caller, now).Of(known.State, x);

        /// <summary>The application of a row.</summary>
        /// <param name="IsAgain">Only its number tells the posting from one in a row before.</param>
        private sealed record Place(Guid Id, bool IsThere, bool IsAgain);

        /// <summary>An application that is there.</summary>
        /// <param name="Correlation">The correlation id of its submission.</param>
        private sealed record Known(JobApplication State, string? Correlation);

        private sealed record RowResult(string Result, Guid Id, ImmutableArray<SheetChange> Changes);

        // The applications of the rows, by line. A row's id is its identity; if another posting of the same title and day has that id, it
        // is the identity of its posting.
        private static async Task<Dictionary<int, Place>> PlacesOf(IQuerySession session, Sheet sheet, CancellationToken ct)
        {
            var (places, first) = (new Dictionary<int, Place>(), new Dictionary<Guid, SheetRow.Understood>());
            foreach (var rows in sheet.Rows.OfType<SheetRow.Understood>().Chunk(AskedAtOnce))
            {
                var ids = await WouldHave(
                    session,
                    [.. rows.SelectMany(x => new[] { x.Identity, x.IdentityOfPosting ?? x.Identity }).Distinct()],
                    ct
                );
                var states = await StatesOf(
                    session,
                    [.. rows.Where(x => x.IdentityOfPosting is not null && ids[x.Identity].IsThere).Select(x => ids[x.Identity].Id)],
                    ct
                );
                var own = await There(session, [.. rows.Select(x => x.FollowUpId).OfType<Guid>().Distinct()], ct);
                foreach (var row in rows)
                {
                    if (row.FollowUpId is { } known && own.Contains(known))
                    {
                        places[row.Line] = new(known, true, false);
                        continue;
                    }
                    var ((id, isThere), isAgain) = (ids[row.Identity], false);
                    if (row.IdentityOfPosting is { } other && (ids[other].IsThere || IsOfAnother(row)))
                    {
                        isAgain =
                            row.FollowUpId is null // FollowUp's own rows say whether they are another application for the job
                            && !isThere
                            && first.TryGetValue(row.Identity, out var before)
                            && JobOf(before.Application) == JobOf(row.Application);
                        (id, isThere) = ids[other];
                    }
                    places[row.Line] = new(id, isThere, isAgain);
                }

                // Whether the identity is that of another posting: of an application that is there, or of a row before.
                bool IsOfAnother(SheetRow.Understood row) =>
                    ids[row.Identity] is (var id, true)
                        && JobKey.AddressOf(row.Application.Url) is { } address
                        && JobKey.AddressOf(states.GetValueOrDefault(id)?.State.Posting.Url) is { } theirs
                        && address != theirs
                    || !first.TryAdd(row.Identity, row) && first[row.Identity].Posting != row.Posting;
            }
            return places;
        }

        private static Guid[] PlacesThere(IEnumerable<SheetRow> rows, Dictionary<int, Place> places) =>
            [.. rows.OfType<SheetRow.Understood>().Select(x => places[x.Line]).Where(x => x.IsThere).Select(x => x.Id)];

        private static async Task<Dictionary<Guid, Known>> StatesOf(IQuerySession session, Guid[] ids, CancellationToken ct) =>
            (await ApplicationStates.EventsOf(session, ids, ct)).ToDictionary(
                x => x.Key,
                x => new Known(ApplicationStates.After(x.Key, x.Select(e => e.Data)), x.First().CorrelationId)
            );

        // The ids that the rows' applications would have, and whether they are there: what was voided is recorded under the next id.
        private static async Task<Dictionary<Guid, (Guid Id, bool IsThere)>> WouldHave(
            IQuerySession session,
            Guid[] identities,
            CancellationToken ct
        )
        {
            var found = identities.ToDictionary(x => x, x => (Id: x, IsThere: false));
            for (var pending = identities; pending.Length > 0; )
            {
                Guid[] ids = [.. pending.Select(x => found[x].Id)];
                var there = await There(session, ids, ct);
                var begun = (
                    await session.AdvancedSql.QueryAsync<Guid>(
                        "select id from followup.mt_streams where tenant_id = ? and id = any(?)",
                        ct,
                        session.TenantId,
                        ids
                    )
                ).ToHashSet();
                foreach (var identity in pending)
                    found[identity] = there.Contains(found[identity].Id)
                        ? (found[identity].Id, true)
                        : (begun.Contains(found[identity].Id) ? ImportedAgain(found[identity].Id) : found[identity].Id, false);
                pending = [.. pending.Where((x, i) => begun.Contains(ids[i]) && !there.Contains(ids[i]))];
            }
            return found;
        }

        private static async Task<HashSet<Guid>> There(IQuerySession session, Guid[] ids, CancellationToken ct) =>
            ids.Length == 0
                ? []
                : [.. await session.Query<ApplicationRow>().Where(x => x.Id.IsOneOf(ids)).Select(x => x.Id).ToListAsync(ct)];

        // The open applications for the rows' jobs.
        private static async Task<Dictionary<string, Guid>> OpenJobs(
            IQuerySession session,
            IEnumerable<SheetRow.Understood> rows,
            CancellationToken ct
        )
        {
            string?[] jobs = [.. rows.Select(x => JobOf(x.Application)).Distinct()];
            // as the two indexes have it
            var found = await session
                .Query<ApplicationRow>()
                .Where(x => x.JobKey.IsOneOf(jobs) || (x.JobKey == null && x.Job.IsOneOf(jobs)))
                .ToListAsync(ct);
            return found
                .GroupBy(x => (x.Job ?? x.JobKey)!, StringComparer.Ordinal)
                .ToDictionary(x => x.Key, x => x.First().Id, StringComparer.Ordinal);
        }

        private static string JobOf(SheetApplication x) => JobKey.Of(x.Candidate, x.Employer, x.Url, x.Title);

        private static Guid ImportedAgain(Guid id) => DeterministicId.From(id.ToString(), "imported again");

        /// <summary>Records each row: many in one transaction, and each by itself where that fails.</summary>
        /// <param name="sheet">The sheet.</param>
        /// <param name="update">Whether to record what rows tell of applications that are already there.</param>
        /// <param name="conditions">The caller. If it has a correlation id, rows that were recorded under that id before count as recorded:
        /// the same import was started again.</param>
        /// <param name="seen">Called with each row's report, from several threads.</param>
        /// <param name="ct">Stops the import between two rows.</param>
        public async Task<IReadOnlyList<RowReport>> Record(
            Sheet sheet,
            bool update,
            CommandContext conditions,
            Action<RowReport>? seen,
            CancellationToken ct
        )
        {
            var now = time.GetUtcNow();
            Dictionary<int, Place> places;
            await using (var session = store.QuerySession(conditions.Caller.Team))
                places = await PlacesOf(session, sheet, ct);
            var reports = new RowReport[sheet.Rows.Length];
            // of several rows for one job the first is recorded, as the dry run said
            var jobs = new HashSet<string>(StringComparer.Ordinal);
            var isLater = sheet.Rows.Select(x => x is SheetRow.Understood good && !jobs.Add(JobOf(good.Application))).ToArray();
            using var pace = new ImportPace(store, conditions.Caller.Team, time);
            foreach (var (later, together, atOnce) in new[] { (false, Together, AtOnce), (true, 1, 1) })
                await Parallel.ForEachAsync(
                    Enumerable.Range(0, reports.Length).Where(i => isLater[i] == later).Chunk(together),
                    new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = ct },
                    async (rows, token) =>
                    {
                        await pace.Wait(token);
                        SheetRow.Understood[] good = [.. rows.Select(i => sheet.Rows[i]).OfType<SheetRow.Understood>()];
                        await using var session = store.QuerySession(conditions.Caller.Team);
                        var known = await StatesOf(session, PlacesThere(good, places), token);
                        var started = await Start(session, good, places, conditions, now, token);
                        pace.Recorded(started);
                        var ids = started.Select(x => x.Id).ToHashSet();
                        foreach (var i in rows)
                        {
                            reports[i] = await Reported(
                                sheet.Rows[i],
                                x =>
                                    ids.Contains(places[x.Line].Id)
                                        ? Task.FromResult(new RowResult(Recorded, places[x.Line].Id, []))
                                        : Record(
                                            places[x.Line],
                                            known.GetValueOrDefault(places[x.Line].Id),
                                            x.Application,
                                            update,
                                            conditions,
                                            now,
                                            token
                                        )
                            );
                            seen?.Invoke(reports[i]);
                        }
                    }
                );
            return reports;
        }

        // The applications of the rows that are new, in one transaction; none, if one of them stands in the way of the others.
        private async Task<NewApplication[]> Start(
            IQuerySession session,
            SheetRow.Understood[] rows,
            Dictionary<int, Place> places,
            CommandContext conditions,
            DateTimeOffset now,
            CancellationToken ct
        )
        {
            var open = await OpenJobs(session, rows, ct);
            NewApplication[] all =
            [
                .. rows.Where(x => !places[x.Line].IsThere && !open.ContainsKey(JobOf(x.Application)))
                    .Select(x => Decided(places[x.Line], x.Application, conditions.Caller, now))
                    .OfType<NewApplication>(),
            ];
            return all.Length > 0 && await writer.StartAll(conditions, all, ct) ? all : [];
        }

        // Null if it can't be recorded, or only with a reason that is reported for its row.
        private NewApplication? Decided(Place place, SheetApplication row, Caller caller, DateTimeOffset now)
        {
            var x = place.IsAgain ? row with { Again = true } : row;
            try
            {
                return new(
                    place.Id,
                    x.Candidate,
                    new RowFacts(x, _zone, caller.Name, now).After(new() { Id = place.Id }),
                    RowFacts.ContactsOf(place.Id, x),
                    NotesOf(place.Id, x, caller, now)
                );
            }
            catch (RefusedException)
            {
                return null;
            }
        }

        private async Task<RowResult> Record(
            Place place,
            Known? known,
            SheetApplication x,
            bool update,
            CommandContext conditions,
            DateTimeOffset now,
            CancellationToken ct
        )
        {
            if (known is null)
            {
                var (result, id) = await Record(place.Id, place.IsAgain ? x with { Again = true } : x, conditions, now, ct);
                return new(result, id, []);
            }
            if (conditions.Correlation is { } import && known.Correlation == import)
                return new(Recorded, place.Id, []);
            var changes = ChangesOf(known, x, conditions.Caller, now);
            if (!update || changes.IsEmpty)
                return new(AlreadyThere, place.Id, changes);
            foreach (var command in changes.SelectMany(change => change.Commands))
                await (
                    command is InterviewOnDay one
                        ? ScheduleInterviewHandler.OnDay(place.Id, one.Command, one.On, conditions, handler, ct)
                        : handler.Handle(place.Id, command, conditions, ct)
                );
            return new(Changed, place.Id, changes);
        }

        private async Task<(string Result, Guid Id)> Record(
            Guid id,
            SheetApplication x,
            CommandContext conditions,
            DateTimeOffset now,
            CancellationToken ct
        )
        {
            if (x.NewCandidate is { Reference: null }) // erased since the candidate was made
                throw new RefusedException("unknownCandidate", "Nothing is known of that candidate.");
            var isVoided = false;
            var answer = await writer.Write(
                id,
                conditions,
                async work =>
                {
                    isVoided = work.State.IsVoided;
                    if (work.State.IsSubmitted)
                        return new(200, work.Version);
                    await work.Append(
                        new RowFacts(x, _zone, conditions.Caller.Name, now).After(work.State),
                        RowFacts.ContactsOf(id, x),
                        ct
                    );
                    work.Session.Store(NotesOf(id, x, conditions.Caller, now));
                    return new(201, work.Version);
                },
                ct,
                isNew: true
            );
            if (isVoided) // what was taken back doesn't count: the row is recorded again, as another application
                return await Record(ImportedAgain(id), x, conditions, now, ct);
            return answer.Status == 201 || (conditions.Correlation is { } import && await Began(id, conditions.Caller.Team, import, ct))
                ? (Recorded, id)
                : (AlreadyThere, id);
        }

        private async Task<bool> Began(Guid id, string team, string import, CancellationToken ct)
        {
            await using var session = store.QuerySession(team);
            return (await session.Events.FetchStreamAsync(id, version: 1, token: ct)) is [{ CorrelationId: { } correlation }]
                && correlation == import;
        }

        private static async Task<RowReport> Reported(SheetRow row, Func<SheetRow.Understood, Task<RowResult>> record)
        {
            if (row is not SheetRow.Understood good)
                return new(row.Line, Refused, null, null, null, ((SheetRow.Refused)row).Reasons, null)
                {
                    Cells = ((SheetRow.Refused)row).Cells,
                };
            var x = good.Application;
            return (await ReportedOf(good, record)) with
            {
                Candidate = x.NewCandidate is { } unknown ? unknown.Reference : x.Candidate,
                NewCandidate = x.NewCandidate?.Name,
                SubmittedOn = x.SubmittedOn,
                Status = StatusMap.StatusOf(x.Latest),
            };
        }

        private static async Task<RowReport> ReportedOf(SheetRow.Understood good, Func<SheetRow.Understood, Task<RowResult>> record)
        {
            var (x, remarks) = (good.Application, good.Remarks is { Length: > 0 } some ? some : (IReadOnlyList<Finding>?)null);
            try
            {
                var outcome = await record(good);
                Finding[]? changes = outcome.Changes.IsEmpty ? null : [.. outcome.Changes.Select(change => change.Says)];
                return new(good.Line, outcome.Result, outcome.Id, x.Employer, x.Title, null, remarks, changes);
            }
            catch (RefusedException refused) when (refused.Code == "sameApplication")
            {
                var finding = ImportText.Finding(null, refused.Code, null, ("title", x.Title), ("employer", x.Employer));
                return new(good.Line, Refused, refused.More["application"] as Guid?, x.Employer, x.Title, [finding], remarks);
            }
            catch (RefusedException refused)
            {
                return new(good.Line, Refused, null, x.Employer, x.Title, [new(null, refused.Code, refused.Message)], remarks);
            }
        }

        private static Note[] NotesOf(Guid id, SheetApplication x, Caller caller, DateTimeOffset now)
        {
            var note = string.Join('\n', new[] { x.Notes, x.Source is { } source ? $"Source: {source}" : null }.Where(t => t is not null));
            // An id of its own tells it from the note on a follow-up that is recorded with it.
            return note.Length == 0
                ? []
                : [Note.Of(id, x.Candidate, note, caller.Name, now) with { Id = DeterministicId.From(id.ToString(), "imported note") }];
        }
    }
}
