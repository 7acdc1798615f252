using FollowUp.Platform.EventStore;
using Npgsql;

namespace FollowUp.Applications.Queries;

/// <summary>A column of the board: a stage, or the recently closed applications.</summary>
/// <param name="Stage">The stage; null for recently closed applications.</param>
/// <param name="Count">How many applications are in the column.</param>
/// <param name="Cards">The first of them: the most urgent first, or the latest closing first.</param>
/// <param name="IsRest">Whether the column stands for that stage and all later ones, and has no cards.</param>
public sealed record BoardColumn(int? Stage, ApplicationTotal Count, IReadOnlyList<ApplicationListItem> Cards, bool IsRest = false);

/// <summary>The team's applications by stage.</summary>
public sealed class Board(ApplicationList list, NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>For how long a closed application counts as recently closed.</summary>
    public static readonly TimeSpan Lately = TimeSpan.FromDays(30);

    // The limit of a search on the board: with more matches a person narrows the search, or uses the list.
    private const int MostSearched = 1_000;

    // More columns don't help a person, and each column is a query.
    private const int MostStages = 12;

    /// <summary>Reads the columns: the stages in order, then the recently closed applications.</summary>
    public async Task<IReadOnlyList<BoardColumn>> Read(string team, string? candidate, string? q, int perColumn, CancellationToken ct)
    {
        var (columns, stages, filter) = (
            new List<BoardColumn>(),
            await Stages(team, candidate, ct),
            new ApplicationFilter
            {
                Candidate = candidate,
                Q = q,
                IsClosed = false,
            }
        );
        var rest = stages.Skip(MostStages).ToList();
        stages = [.. stages.Take(MostStages)];
        if (string.IsNullOrWhiteSpace(q))
        {
            foreach (var (stage, count) in stages)
            {
                var urgent = (
                    await list.Read(team, filter with { Stage = stage, IsPlanned = true }, ApplicationSort.Due, perColumn, ct: ct)
                ).Rows;
                // Applications without a slot have no urgency, but appear on the board as well.
                var others =
                    urgent.Count < Math.Min(count, perColumn)
                        ? (await list.Read(team, filter with { Stage = stage }, ApplicationSort.Submitted, perColumn, ct: ct)).Rows
                        : [];
                columns.Add(new(stage, new(count), [.. urgent.Concat(others).DistinctBy(x => x.Application.Id).Take(perColumn)]));
            }
        }
        else
        {
            var found = await list.ReadByStage(team, filter, perColumn, MostSearched, ct);
            var none = new ApplicationTotal(0, found.Values.Any(x => x.Count.IsMore));
            columns.AddRange(
                stages.Select(x =>
                    found.TryGetValue(x.Stage, out var some) ? new BoardColumn(x.Stage, some.Count, some.Rows) : new(x.Stage, none, [])
                )
            );
        }

        if (rest is [var (first, _), ..])
            columns.Add(new(first, new(rest.Sum(x => x.Count)), [], IsRest: true));
        var closed = await list.Read(
            team,
            new()
            {
                Candidate = candidate,
                Q = q,
                ClosedSince = time.GetUtcNow() - Lately,
            },
            ApplicationSort.Closed,
            perColumn,
            counted: true,
            ct: ct
        );
        return [.. columns, new(null, closed.Total!, closed.Rows)];
    }

    private async Task<IReadOnlyList<(int Stage, int Count)>> Stages(string team, string? candidate, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select stage, count(*)::int from followup.mt_doc_applicationrow where tenant_id = @team and not is_closed"
                + $"{(candidate is null ? "" : " and candidate = @candidate")} group by 1 order by 1"
        );
        command.Parameters.AddText("team", team);
        if (candidate is not null)
            command.Parameters.AddText("candidate", candidate);
        var stages = new List<(int, int)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            stages.Add((reader.GetInt32(0), reader.GetInt32(1)));
        return stages is [(1, _), ..] ? stages : [(1, 0), .. stages]; // the column of the first stage always exists
    }
}
