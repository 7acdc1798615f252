using FollowUp.Platform.EventStore;
using Npgsql;

namespace FollowUp.Applications.Pages.Today;

/// <summary>The candidates by whom a page can be filtered: those with a name, up to a number that one can choose from.</summary>
internal sealed class CandidateNames(NpgsqlDataSource database)
{
    private const int Most = 200;

    /// <summary>Of the reader's team, by name; none for whoever sees only their own.</summary>
    /// <param name="reader">Who asks.</param>
    /// <param name="chosen">One that is there in any case.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<IReadOnlyList<(string Reference, string Name)>> Of(Reader reader, string? chosen, CancellationToken ct)
    {
        if (reader.Candidate is not null)
            return [];
        await using var command = database.CreateCommand(
            "select id, name from followup.mt_doc_candidate where tenant_id = @team and name is not null order by name, id limit @most"
        );
        command.Parameters.AddText("team", reader.Team);
        command.Parameters.AddNumber("most", Most);
        var found = new List<(string Reference, string Name)>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
            found.Add((rows.GetString(0), rows.GetString(1)));
        if (chosen is not null && found.TrueForAll(x => x.Reference != chosen))
            found.Insert(0, (chosen, chosen));
        return found;
    }
}
