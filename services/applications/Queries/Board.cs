using FollowUp.Platform.EventStore;
using Npgsql;

namespace FollowUp.Applications.Queries;

/// <summary>A column: a stage, or what was closed lately.</summary>
/// <param name="Stage">Null for what was closed lately.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Cards">The first of them, the most urgent first, or the latest closing.</param>
/// <param name="IsRest">Whether it stands for that stage and all later ones, and has no cards.</param>
public sealed record BoardColumn(int? Stage, ApplicationTotal Count, IReadOnlyList<ApplicationListItem> Cards, bool IsRest = false);

/// <summary>The team's applications by stage.</summary>
public sealed class Board(ApplicationList list, NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>So long ago is lately.</summary>
    public static readonly TimeSpan Lately = TimeSpan.FromDays(30);

    // Of what is searched for: who finds more than that wants another word, or the list.
    private const int MostSearched = 1_000;

    // Nobody looks through more columns, and each is read by itself.
    private const int MostStages = 12;

    /// <summary>Reads the columns, the first stage first and what was closed lately last.</summary>
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
                // What the Scheduler hasn't spoken of yet has no urgency, but stands there.
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
            $"select stage, count(*)::int from followup.mt_doc_applicationrow where tenant_id = @team and not is_closed{(candidate is null ? "" : " and candidate = @candidate")} group by 1 order by 1"
        );
        command.Parameters.AddText("team", team);
        if (candidate is not null)
            command.Parameters.AddText("candidate", candidate);
        var stages = new List<(int, int)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            stages.Add((reader.GetInt32(0), reader.GetInt32(1)));
        return stages is [(1, _), ..] ? stages : [(1, 0), .. stages]; // where an application begins there is always a column
    }
}
