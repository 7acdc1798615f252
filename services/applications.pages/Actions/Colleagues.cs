using FollowUp.Platform.EventStore;
using Npgsql;

namespace FollowUp.Applications.Pages.Actions;

/// <summary>The names that the assign form suggests: persons with a session, assignees of follow-ups, and holders of claims.</summary>
internal sealed class Colleagues(NpgsqlDataSource database)
{
    private const int MaxNames = 100;

    /// <summary>The names of the reader's team, sorted; none if the reader may not assign.</summary>
    public async Task<IReadOnlyList<string>> Of(Reader reader, CancellationToken ct)
    {
        if (reader is not { MayClaim: true, Candidate: null })
            return [];
        await using var command = database.CreateCommand(
            """
            select name from (
              select data ->> 'person' as name from followup.mt_doc_session where team = @team and data ->> 'candidate' is null
              union select assignee from followup.mt_doc_schedulerplan where tenant_id = @team and assignee is not null and urgency < '4'
              union select data -> 'slots' -> stage::text -> 'claim' ->> 'by' from followup.mt_doc_schedulerplan
                where tenant_id = @team and status = 'Claimed') known
            where name is not null and position('@' in name) = 0 order by name limit @most
            """
        );
        command.Parameters.AddText("team", reader.Team);
        command.Parameters.AddNumber("most", MaxNames);
        var names = new List<string>();
        await using var found = await command.ExecuteReaderAsync(ct);
        while (await found.ReadAsync(ct))
            names.Add(found.GetString(0));
        return names;
    }
}
