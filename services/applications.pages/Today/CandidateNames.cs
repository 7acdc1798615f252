using FollowUp.Platform.EventStore;
using Npgsql;

namespace FollowUp.Applications.Pages.Today;

/// <summary>The candidates to filter a page by: those with a name, up to a number that a person can choose from.</summary>
internal sealed class CandidateNames(NpgsqlDataSource database)
{
    private const int MaxNames = 200;

    /// <summary>The candidates of the reader's team by name; none if the reader is a candidate.</summary>
    /// <param name="reader">The reader of the page.</param>
    /// <param name="chosen">The current filter's candidate, always included.</param>
    /// <param name="ct">Cancels the query.</param>
    public async Task<IReadOnlyList<(string Reference, string Name)>> Of(Reader reader, string? chosen, CancellationToken ct)
    {
        if (reader.Candidate is not null)
            return [];
        await using var command = database.CreateCommand(
            "select id, name from followup.mt_doc_candidate where tenant_id = @team and name is not null order by name, id limit @most"
        );
        command.Parameters.AddText("team", reader.Team);
        command.Parameters.AddNumber("most", MaxNames);
        var found = new List<(string Reference, string Name)>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
            found.Add((rows.GetString(0), rows.GetString(1)));
        if (chosen is not null && found.TrueForAll(x => x.Reference != chosen))
            found.Insert(0, (chosen, chosen));
        return found;
    }
}
