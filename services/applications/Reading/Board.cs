using FollowUp.Hosting.Store;
using Npgsql;

namespace FollowUp.Applications.Reading;

/// <summary>A column: a stage, or what was closed lately.</summary>
/// <param name="Stage">Null for what was closed lately.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Cards">The first of them, the most urgent first, or the latest closing.</param>
public sealed record BoardColumn(int? Stage, ApplicationTotal Count, IReadOnlyList<ApplicationRow> Cards);

/// <summary>The team's applications by stage.</summary>
public sealed class Board(ApplicationList list, NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>So long ago is lately.</summary>
    public static readonly TimeSpan Lately = TimeSpan.FromDays(30);

    /// <summary>Reads the columns, the first stage first and what was closed lately last.</summary>
    public async Task<IReadOnlyList<BoardColumn>> Read(string team, string? candidate, string? q, int perColumn, CancellationToken ct)
    {
        var (isSearched, columns) = (!string.IsNullOrWhiteSpace(q), new List<BoardColumn>());
        foreach (var (stage, count) in await Stages(team, candidate, ct))
        {
            var filter = new ApplicationFilter { Candidate = candidate, Q = q, IsClosed = false, Stage = stage, IsPlanned = true };
            var page = await list.Read(team, filter, ApplicationSort.Due, perColumn, counted: isSearched, ct: ct);
            columns.Add(new(stage, page.Total ?? new(count), page.Rows));
        }
        var closed = await list.Read(team, new() { Candidate = candidate, Q = q, ClosedSince = time.GetUtcNow() - Lately }, ApplicationSort.Closed, perColumn, counted: true, ct: ct);
        return [.. columns, new(null, closed.Total!, closed.Rows)];
    }

    private async Task<IReadOnlyList<(int Stage, int Count)>> Stages(string team, string? candidate, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"select stage, count(*)::int from followup.mt_doc_listing where tenant_id = @team and not is_closed{(candidate is null ? "" : " and candidate = @candidate")} group by 1 order by 1");
        command.Parameters.AddText("team", team);
        if (candidate is not null) command.Parameters.AddText("candidate", candidate);
        var stages = new List<(int, int)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) stages.Add((reader.GetInt32(0), reader.GetInt32(1)));
        return stages is [(1, _), ..] ? stages : [(1, 0), .. stages]; // where an application begins there is always a column
    }
}
