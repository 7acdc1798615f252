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

/// <summary>Which applications of a team. What isn't said doesn't matter.</summary>
public sealed record ApplicationFilter
{
    public string? Candidate { get; init; }
    public string? Employer { get; init; }
    public bool? IsClosed { get; init; }
    public int? Stage { get; init; }
    public IReadOnlyCollection<SlotStatus> FollowUp { get; init; } = [];
    public string? Assignee { get; init; }
    public bool? ClosingProposed { get; init; }

    /// <summary>Only those whose latest stage the Scheduler has spoken of.</summary>
    public bool IsPlanned { get; init; }

    public DateTimeOffset? ClosedSince { get; init; }

    /// <summary>A part of the employer's name, the title, the candidate's reference or name.</summary>
    public string? Q { get; init; }
}

/// <summary>What a list of applications is sorted by.</summary>
public enum ApplicationSort
{
    /// <summary>The latest submission first.</summary>
    Submitted,

    /// <summary>The employer's name.</summary>
    Employer,

    /// <summary>The candidate's reference, not the name: a page's cursor stands in addresses and logs.</summary>
    Candidate,

    /// <summary>The most urgent follow-up first; only those that the Scheduler has spoken of.</summary>
    Due,

    /// <summary>The latest closing first; only those that are closed.</summary>
    Closed,
}

/// <summary>An application as a list shows it.</summary>
/// <param name="Application">The application.</param>
/// <param name="FollowUp">The slot of its latest stage, if the Scheduler has spoken of it yet.</param>
/// <param name="ClosingProposedAt">Since when closing is proposed, if it is.</param>
/// <param name="CandidateName">Who the candidate is, if that is known.</param>
/// <param name="Contact">Whom the follow-up goes to, if that is known.</param>
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
/// <param name="Rows">In order.</param>
/// <param name="Next">The cursor after which the next page begins; null on the last.</param>
/// <param name="Previous">The cursor before which the previous page ends; null on the first.</param>
/// <param name="Total">How many there are on all pages; null if not asked.</param>
public sealed record ApplicationPage(IReadOnlyList<ApplicationListItem> Rows, string? Next, string? Previous, ApplicationTotal? Total);

/// <summary>How many there are, counted up to a point.</summary>
/// <param name="Count">So many at least.</param>
/// <param name="IsMore">Whether there are more than that.</param>
public sealed record ApplicationTotal(int Count, bool IsMore = false);

/// <summary>A team's applications, filtered, sorted and paged by cursors, so that rows may come, go and change between two pages.</summary>
public sealed class ApplicationList(NpgsqlDataSource database, SearchDatabase searches, IDocumentStore store)
{
    // What there is to say of the rows of a "page", which has their ids.
    private const string Said =
            $"l.data, p.data -> 'slots' -> l.stage::text, p.urgency, case when {SchedulerPlan.ProposalStands} then p.closing_proposed_at end, c.name, k.data",
        Sources =
            """
                from page
                join followup.mt_doc_applicationrow l on l.tenant_id = @team and l.id = page.id
                left join followup.mt_doc_schedulerplan p on p.tenant_id = l.tenant_id and p.id = l.id
                left join followup.mt_doc_candidate c on c.tenant_id = l.tenant_id and c.id = l.candidate
                left join followup.mt_doc_contact k on k.tenant_id = l.tenant_id and k.id = (p.data -> 'slots' -> l.stage::text -> 'contact' ->> 'id')::uuid
                """;

    private const int MostCounted = 10_000,
        MostLookedAt = 1000,
        MostNamesakes = 1000,
        MostRemembered = 20_000; // a look at each one's plan or words costs ten times as much as counting in an index

    /// <summary>Reads a page.</summary>
    /// <param name="team">The team.</param>
    /// <param name="filter">Which.</param>
    /// <param name="sort">By what.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="after">The <see cref="ApplicationPage.Next"/> of a page in the same order.</param>
    /// <param name="before">Or the <see cref="ApplicationPage.Previous"/> of one.</param>
    /// <param name="counted">Whether to say how many there are.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RefusedException"><c>badInput</c>: a cursor that isn't of such a page.</exception>
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
        // First which, then what there is to say of them: what is read of a row is long.
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

    /// <summary>The most urgent of each stage, in one pass over the latest submissions that fit.</summary>
    /// <param name="team">The team.</param>
    /// <param name="filter">Which; all of them that the Scheduler has spoken of.</param>
    /// <param name="perStage">How many of each stage at most.</param>
    /// <param name="most">How many submissions are looked at, at most.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>For each stage that has any how many were found, whether more fit than were looked at, and the first of them.</returns>
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
              select hit.id, hit.stage, p.urgency as key, count(*) over (partition by hit.stage)::int as among, row_number() over (partition by hit.stage order by p.urgency, hit.id) as place
              from hit join followup.mt_doc_schedulerplan p on p.tenant_id = @team and p.id = hit.id and p.stage = hit.stage and p.urgency is not null),
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

    // Only what is asked for stands in the statement: each kind of question is planned for what it is.
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
            where.Add(filter.IsPlanned ? "l.stage = @stage and p.stage = @stage" : "l.stage = @stage");
            parameters.AddNumber("stage", stage);
        }
        else if (filter.IsPlanned)
        {
            where.Add("l.stage = p.stage");
        }
        if (filter.FollowUp.Count > 0)
        {
            // The status of a follow-up is the latest stage's, unless that stage is so new that the Scheduler hasn't spoken of it yet.
            where.Add("p.status = any(@slot)");
            parameters.Add(StatusesIn(filter.FollowUp));
            if (sort == ApplicationSort.Due) // says the same once more, of what it is sorted by
            {
                var ranks = filter.FollowUp.Select(Urgency.Rank).Order().ToArray();
                where.Add($"p.urgency >= '{ranks[0]}' and p.urgency < '{(char)(ranks[^1] + 1)}'");
            }
            else if (await AreFew(team, filter.FollowUp, command.Connection!, ct))
            {
                // They are remembered while the list is walked in its order, and only their plans are looked at: what is due lies behind
                // thousands that were just submitted. (In coalesce it stays a question about each row, and is no join, which would be
                // sorted; by its limit it is known to fit into memory.)
                where.Add(
                    $"coalesce(l.id in (select f.id from followup.mt_doc_schedulerplan f where f.tenant_id = @team and f.status = any(@slot) limit {2 * MostRemembered}), false)"
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
                $"(lower(l.employer) like lower(@q) or lower(l.title) like lower(@q) or lower(l.candidate) like lower(@q){(namesakes.Length > 0 ? " or l.candidate = any(@namesakes)" : "")})"
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
            $"select count(*) <= {MostRemembered} from (select 1 from followup.mt_doc_schedulerplan where tenant_id = @team and status = any(@slot) limit {MostRemembered + 1}) counted",
            connection
        );
        command.Parameters.AddText("team", team);
        command.Parameters.Add(StatusesIn(statuses));
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    private static NpgsqlParameter StatusesIn(IReadOnlyCollection<SlotStatus> statuses) =>
        new("slot", statuses.Select(x => x.ToString()).ToArray());

    // Asked before, so that the list itself is found by the candidates' index, and each of its words by one of its own.
    private static async Task<string[]> Namesakes(
        string team,
        string part,
        string? candidate,
        NpgsqlConnection connection,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            $"select id from followup.mt_doc_candidate where tenant_id = @team and lower(name) like lower(@q){(candidate is null ? "" : " and id = @candidate")} limit @most",
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

    /// <summary>How a list is sorted, and where in that order a row stands.</summary>
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

        // The moment needs no name: it is what a list is sorted by unless another order is asked for.
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
