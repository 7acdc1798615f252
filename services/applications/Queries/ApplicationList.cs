using System.Globalization;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Http;
using Marten;
using Npgsql;

namespace FollowUp.Applications.Queries;

/// <summary>The filter of a list of a team's applications. A property that isn't set doesn't filter.</summary>
public sealed record ApplicationFilter
{
    public string? Candidate { get; init; }
    public string? Employer { get; init; }
    public bool? IsClosed { get; init; }
    public int? Stage { get; init; }
    public IReadOnlyCollection<SlotStatus> FollowUp { get; init; } = [];
    public string? Assignee { get; init; }
    public bool? ClosingProposed { get; init; }

    /// <summary>Only applications that have a slot.</summary>
    public bool IsPlanned { get; init; }

    public DateTimeOffset? ClosedSince { get; init; }

    /// <summary>A part of the employer's name, of the title, or of the candidate's reference or name.</summary>
    public string? Q { get; init; }
}

/// <summary>The sort order of a list of applications.</summary>
public enum ApplicationSort
{
    /// <summary>The latest submission first.</summary>
    Submitted,

    /// <summary>The employer's name.</summary>
    Employer,

    /// <summary>
    /// The candidate's reference. Not the name, because the cursor of a page contains the key and appears in URLs and logs.
    /// </summary>
    Candidate,

    /// <summary>The most urgent follow-up first; only applications that have a slot.</summary>
    Due,

    /// <summary>The latest closing first; only closed applications.</summary>
    Closed,
}

/// <summary>An application in a list.</summary>
/// <param name="Application">The application's row.</param>
/// <param name="FollowUp">The slot of its latest stage, if the Scheduler has published one.</param>
/// <param name="ClosingProposedAt">Since when closing is proposed, if it is.</param>
/// <param name="CandidateName">The candidate's name, if known.</param>
/// <param name="Contact">The contact for the follow-up, if known.</param>
public sealed record ApplicationListItem(
    ApplicationRow Application,
    SlotView? FollowUp,
    DateTimeOffset? ClosingProposedAt,
    string? CandidateName,
    Contact? Contact
)
{
    internal string? Urgency { get; init; }
}

/// <summary>A page of a list.</summary>
/// <param name="Rows">The rows, in the list's order.</param>
/// <param name="Next">The cursor of the next page; null on the last page.</param>
/// <param name="Previous">The cursor of the previous page; null on the first page.</param>
/// <param name="Total">The number of rows on all pages; null if it wasn't asked for.</param>
public sealed record ApplicationPage(IReadOnlyList<ApplicationListItem> Rows, string? Next, string? Previous, ApplicationTotal? Total);

/// <summary>A number of rows, counted up to a limit.</summary>
/// <param name="Count">The number, at most the limit.</param>
/// <param name="IsMore">Whether there are more rows than the limit.</param>
public sealed record ApplicationTotal(int Count, bool IsMore = false);

/// <summary>
/// A team's applications, filtered, sorted and paged by cursors: rows may be added, changed or removed between two pages.
/// </summary>
public sealed class ApplicationList(NpgsqlDataSource database, SearchDatabase searches, IDocumentStore store)
{
    // The columns of an item, for the rows of a common table expression "page", which contains their ids.
    private const string Said =
            "l.data, p.data -> 'slots' -> p.stage::text, p.urgency, "
            + $"case when {SchedulerPlan.ProposalStands} then p.closing_proposed_at end, c.name, k.data",
        Sources =
            """
                from page
                join followup.mt_doc_applicationrow l on l.tenant_id = @team and l.id = page.id
                left join followup.mt_doc_schedulerplan p on p.tenant_id = l.tenant_id and p.id = l.id
                left join followup.mt_doc_candidate c on c.tenant_id = l.tenant_id and c.id = l.candidate
                left join followup.mt_doc_contact k
                  on k.tenant_id = l.tenant_id and k.id = (p.data -> 'slots' -> p.stage::text -> 'contact' ->> 'id')::uuid
                """;

    private const int MostCounted = 10_000,
        MostLookedAt = 1000,
        MostNamesakes = 1000,
        MostRemembered = 20_000; // reading a row's plan or text costs ten times as much as counting it in an index

    /// <summary>Reads a page.</summary>
    /// <param name="team">The team.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="sort">The sort order.</param>
    /// <param name="limit">The maximum number of rows.</param>
    /// <param name="after">The <see cref="ApplicationPage.Next"/> of another page with the same sort order.</param>
    /// <param name="before">Instead of it, the <see cref="ApplicationPage.Previous"/> of such a page.</param>
    /// <param name="counted">Whether to count the rows on all pages.</param>
    /// <param name="ct">Cancels the query.</param>
    /// <exception cref="RefusedException"><c>badInput</c>: the cursor isn't of a page with this sort order.</exception>
    public async Task<ApplicationPage> Read(
        string team,
        ApplicationFilter filter,
        ApplicationSort sort,
        int limit,
        string? after = null,
        string? before = null,
        bool counted = false,
        CancellationToken ct = default
    )
    {
        var (order, backwards) = (Order.Of(sort), before is not null);
        var cursor = order.Read(before ?? after, backwards ? "before" : "after");
        await using var connection = await Open(filter, ct);
        await using var command = new NpgsqlCommand { Connection = connection };
        var needsPlan =
            sort == ApplicationSort.Due
            || filter.IsPlanned
            || filter.FollowUp.Count > 0
            || filter.Assignee is not null
            || filter.ClosingProposed is not null;
        var from = await From(team, filter, sort, needsPlan, command, ct);
        var total = counted ? await Count(from, needsPlan || filter.Q is not null ? MostLookedAt : MostCounted, command, ct) : null;
        command.Parameters.AddNumber("take", limit + 1);
        var descending = order.IsDescending != backwards;
        if (cursor is not null)
        {
            if (order.IsInstant)
                command.Parameters.AddInstant("key", cursor.At);
            else
                command.Parameters.AddText("key", cursor.Key![(order.Name.Length + 1)..]);
            command.Parameters.AddId("id", Guid.Parse(cursor.Id));
            from += $"\n  and ({order.Key}, {order.Id}) {(descending ? '<' : '>')} (@key, @id)";
        }
        // The page's ids are selected first, and then joined with the other columns: those are too long to be sorted.
        command.CommandText = $"""
            with page as materialized (
              select l.id, {order.Key} as key {from}
              order by {order.Key} {Direction(descending)}, {order.Id} {Direction(descending)}
              limit @take)
            select {Said} {Sources}
            order by page.key {Direction(descending)}, page.id {Direction(descending)}
            """;
        var rows = await Rows(command, ct);
        var more = rows.Count > limit;
        if (more)
            rows.RemoveAt(limit);
        if (backwards)
            rows.Reverse();
        var (onwards, back) = backwards ? (rows.Count > 0, more) : (more, cursor is not null && rows.Count > 0);
        return new(rows, onwards ? order.CursorOf(rows[^1]) : null, back ? order.CursorOf(rows[0]) : null, total);
    }

    /// <summary>The most urgent applications of each stage, in one query over the latest submissions that match.</summary>
    /// <param name="team">The team.</param>
    /// <param name="filter">The filter. Only applications that have a slot are returned.</param>
    /// <param name="perStage">The maximum number of applications per stage.</param>
    /// <param name="most">The maximum number of submissions that are read.</param>
    /// <param name="ct">Cancels the query.</param>
    /// <returns>For each stage with matches: their number, whether more submissions match than were read, and the first items.</returns>
    public async Task<IReadOnlyDictionary<int, (ApplicationTotal Count, IReadOnlyList<ApplicationListItem> Rows)>> ReadByStage(
        string team,
        ApplicationFilter filter,
        int perStage,
        int most,
        CancellationToken ct
    )
    {
        await using var connection = await Open(filter, ct);
        await using var command = new NpgsqlCommand { Connection = connection };
        var from = await From(team, filter, ApplicationSort.Submitted, needsPlan: false, command, ct);
        command.Parameters.AddNumber("most", most);
        command.Parameters.AddNumber("take", perStage);
        command.CommandText = $"""
            with hit as materialized (
              select l.id, l.stage {from}
              order by l.submitted_at desc, l.id desc
              limit @most + 1),
            ranked as (
              select hit.id, hit.stage, p.urgency as key, count(*) over (partition by hit.stage)::int as among,
                row_number() over (partition by hit.stage order by p.urgency, hit.id) as place
              from hit join followup.mt_doc_schedulerplan p
                on p.tenant_id = @team and p.id = hit.id and p.stage = hit.stage and p.urgency is not null),
            page as materialized (select id, stage, key, among from ranked where place <= @take)
            select {Said}, page.stage, page.among, (select count(*)::int from hit) {Sources}
            order by page.stage, page.key, page.id
            """;
        var stages = new Dictionary<int, (ApplicationTotal Count, IReadOnlyList<ApplicationListItem> Rows)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var (stage, count) = (reader.GetInt32(6), new ApplicationTotal(reader.GetInt32(7), reader.GetInt32(8) > most));
            stages[stage] = (count, [.. stages.GetValueOrDefault(stage).Rows ?? [], await Row(reader, ct)]);
        }

        return stages;
    }

    private ValueTask<NpgsqlConnection> Open(ApplicationFilter filter, CancellationToken ct) =>
        string.IsNullOrWhiteSpace(filter.Q) ? database.OpenConnectionAsync(ct) : searches.Open(ct);

    private static async Task<ApplicationTotal> Count(string from, int most, NpgsqlCommand command, CancellationToken ct)
    {
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"select count(*)::int from (select 1 {from} limit {most + 1}) counted"
        );
        var count = (int)(await command.ExecuteScalarAsync(ct))!;
        return new(Math.Min(count, most), count > most);
    }

    // The statement contains only the conditions that are asked for, so that PostgreSQL plans each kind of query for itself.
    private static async Task<string> From(
        string team,
        ApplicationFilter filter,
        ApplicationSort sort,
        bool needsPlan,
        NpgsqlCommand command,
        CancellationToken ct
    )
    {
        var (parameters, where) = (command.Parameters, new List<string> { "l.tenant_id = @team" });
        parameters.AddText("team", team);
        if (filter.Candidate is { } candidate)
        {
            where.Add("l.candidate = @candidate");
            parameters.AddText("candidate", candidate);
        }
        if (filter.Employer is { } employer)
        {
            where.Add("lower(l.employer) like lower(@employer)");
            parameters.AddText("employer", Escape(employer));
        }
        if (filter.IsClosed is { } closed)
            where.Add(closed ? "l.is_closed" : "not l.is_closed");
        if (filter.ClosedSince is { } since)
        {
            where.Add("l.is_closed and l.closed_at >= @since");
            parameters.AddInstant("since", since);
        }
        if (sort == ApplicationSort.Closed)
            where.Add("l.is_closed and l.closed_at is not null");
        if (filter.Stage is { } stage)
        {
            where.Add("l.stage = @stage");
            parameters.AddNumber("stage", stage);
        }
        if (filter.IsPlanned)
            where.Add("p.stage is not null");
        if (filter.FollowUp.Count > 0)
        {
            where.Add("p.status = any(@slot)");
            parameters.Add(StatusesIn(filter.FollowUp));
            if (sort == ApplicationSort.Due) // the same condition on the sort key, so that the index on it is used
            {
                var ranks = filter.FollowUp.Select(Urgency.Rank).Order().ToArray();
                where.Add($"p.urgency >= '{ranks[0]}' and p.urgency < '{(char)(ranks[^1] + 1)}'");
            }
            else if (await AreFew(team, filter.FollowUp, command.Connection!, ct))
            {
                // The ids of the few plans with such a status are hashed, and the list is read in its order: only rows among these ids need
                // their plan. Otherwise the plan of each of the thousands of latest submissions would be read before the due ones are
                // reached. (Inside coalesce the condition stays a subplan of each row, and doesn't become a join, which would need a sort.
                // PostgreSQL knows from the limit that the hash fits into memory.)
                where.Add(
                    "coalesce(l.id in (select f.id from followup.mt_doc_schedulerplan f "
                        + $"where f.tenant_id = @team and f.status = any(@slot) limit {2 * MostRemembered}), false)"
                );
            }
        }
        if (filter.Assignee is { } assignee)
        {
            where.Add("p.assignee = @assignee");
            parameters.AddText("assignee", assignee);
        }
        if (filter.ClosingProposed is { } proposed)
            where.Add(proposed ? SchedulerPlan.ProposalStands : $"not {SchedulerPlan.ProposalStands}");
        if (!string.IsNullOrWhiteSpace(filter.Q))
        {
            var part = $"%{Escape(filter.Q.Trim())}%";
            var namesakes = await Namesakes(team, part, filter.Candidate, command.Connection!, ct);
            where.Add(
                "(lower(l.employer) like lower(@q) or lower(l.title) like lower(@q) or lower(l.candidate) like lower(@q)"
                    + $"{(namesakes.Length > 0 ? " or l.candidate = any(@namesakes)" : "")})"
            );
            parameters.AddText("q", part);
            if (namesakes.Length > 0)
                parameters.Add(new NpgsqlParameter("namesakes", namesakes));
        }
        if (sort == ApplicationSort.Due)
            where.Add("p.tenant_id = @team and p.urgency is not null");
        return $"""
            from followup.mt_doc_applicationrow l{(
                needsPlan ? " left join followup.mt_doc_schedulerplan p on p.tenant_id = l.tenant_id and p.id = l.id" : ""
            )}
              where {string.Join("\n  and ", where)}
            """;
    }

    private static async Task<bool> AreFew(
        string team,
        IReadOnlyCollection<SlotStatus> statuses,
        NpgsqlConnection connection,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            $"select count(*) <= {MostRemembered} from (select 1 from followup.mt_doc_schedulerplan "
                + $"where tenant_id = @team and status = any(@slot) limit {MostRemembered + 1}) counted",
            connection
        );
        command.Parameters.AddText("team", team);
        command.Parameters.Add(StatusesIn(statuses));
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    private static NpgsqlParameter StatusesIn(IReadOnlyCollection<SlotStatus> statuses) =>
        new("slot", statuses.Select(x => x.ToString()).ToArray());

    // A query of its own, so that the list is found by the index on candidates, and each of the search's words by its own index.
    private static async Task<string[]> Namesakes(
        string team,
        string part,
        string? candidate,
        NpgsqlConnection connection,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            "select id from followup.mt_doc_candidate where tenant_id = @team and lower(name) like lower(@q)"
                + $"{(candidate is null ? "" : " and id = @candidate")} limit @most",
            connection
        );
        command.Parameters.AddText("team", team);
        command.Parameters.AddText("q", part);
        command.Parameters.AddNumber("most", MostNamesakes);
        if (candidate is not null)
            command.Parameters.AddText("candidate", candidate);
        var found = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            found.Add(reader.GetString(0));
        return [.. found];
    }

    private async Task<List<ApplicationListItem>> Rows(NpgsqlCommand command, CancellationToken ct)
    {
        var rows = new List<ApplicationListItem>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            rows.Add(await Row(reader, ct));
        return rows;
    }

    private async Task<ApplicationListItem> Row(NpgsqlDataReader reader, CancellationToken ct)
    {
        var json = store.Options.Serializer();
        return new(
            await json.FromJsonAsync<ApplicationRow>(reader, 0, ct),
            await reader.IsDBNullAsync(1, ct) ? null : await json.FromJsonAsync<SlotView>(reader, 1, ct),
            await reader.IsDBNullAsync(3, ct) ? null : await reader.GetFieldValueAsync<DateTimeOffset>(3, ct),
            await reader.IsDBNullAsync(4, ct) ? null : reader.GetString(4),
            await reader.IsDBNullAsync(5, ct) ? null : await json.FromJsonAsync<Contact>(reader, 5, ct)
        )
        {
            Urgency = await reader.IsDBNullAsync(2, ct) ? null : reader.GetString(2),
        };
    }

    private static string Direction(bool descending) => descending ? "desc" : "asc";

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);

    /// <summary>A sort order, and the position of a row in it.</summary>
    private sealed record Order(
        string Name,
        string Key,
        string Id,
        bool IsDescending,
        Func<ApplicationListItem, DateTimeOffset>? Instant,
        Func<ApplicationListItem, string?>? Text
    )
    {
        public bool IsInstant => Instant is not null;

        public static Order Of(ApplicationSort sort) =>
            sort switch
            {
                ApplicationSort.Employer => new("employer", "l.employer", "l.id", false, null, x => x.Application.Employer),
                ApplicationSort.Candidate => new("candidate", "l.candidate", "l.id", false, null, x => x.Application.Candidate),
                ApplicationSort.Due => new("due", "p.urgency", "p.id", false, null, x => x.Urgency),
                ApplicationSort.Closed => new("closed", "l.closed_at", "l.id", true, x => x.Application.ClosedAt!.Value, null),
                _ => new("submitted", "l.submitted_at", "l.id", true, x => x.Application.SubmittedAt, null),
            };

        // A cursor by time needs no name: lists are sorted by time by default.
        public string CursorOf(ApplicationListItem row) =>
            new Cursor(
                Instant?.Invoke(row) ?? row.Application.SubmittedAt,
                row.Application.Id.ToString(),
                Text is { } text ? $"{Name}:{text(row)}" : null
            ).ToString();

        public Cursor? Read(string? text, string field)
        {
            if (Cursor.Read(text) is not { } cursor)
                return null;
            var isOfThisOrder = IsInstant ? cursor.Key is null : cursor.Key?.StartsWith($"{Name}:", StringComparison.Ordinal) == true;
            return isOfThisOrder && Guid.TryParse(cursor.Id, out _)
                ? cursor
                : throw RefusedException.BadInput(field, "It must be the 'next' of an earlier page in the same order, unchanged.");
        }
    }
}
