using System.Globalization;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using FollowUp.Platform.EventStore;
using FollowUp.Scheduler.Commands;
using FollowUp.Scheduler.Projections;
using Marten;
using Npgsql;

namespace FollowUp.Scheduler.InternalRequests;

// See docs/decisions/0039-everything-out-and-in.md
/// <summary>What the export of a team needs of this service, and its import gives back.</summary>
internal sealed class TeamTransfer(IDocumentStore store, NpgsqlDataSource database)
{
    /// <summary>Counts the team's decisions, and the events of Applications that were applied.</summary>
    public async Task<TeamCounts> Count(string team, CancellationToken ct)
    {
        // keys and integrations belong to the installation, and aren't of what is exported
        await using var command = database.CreateCommand(
            """
            select
              (select coalesce(sum(version), 0)::bigint from followup.mt_streams where tenant_id = @team),
              (select coalesce(sum(version), 0)::bigint from followup.mt_doc_applicationstate where tenant_id = @team)
              + (select coalesce(sum(version), 0)::bigint from followup.mt_doc_receivedstream
                 where tenant_id = @team and id <> all(@others))
            """
        );
        command.Parameters.AddText("team", team);
        command.Parameters.AddWithValue("others", new[] { DeterministicId.OfKeys(team), DeterministicId.OfIntegrations(team) });
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new(reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>A page of the notes beside overrides.</summary>
    public async Task<OverrideNotes> Notes(string team, string? after, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select id, data ->> 'candidate', data ->> 'note' from followup.mt_doc_overridenote
            where tenant_id = @team and id > @after order by id limit @most
            """
        );
        command.Parameters.AddText("team", team);
        command.Parameters.AddText("after", after ?? "");
        command.Parameters.AddNumber("most", OverrideNotes.Most);
        var notes = new List<NoteOfOverride>();
        var last = "";
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            notes.Add(new(SlotOf(last = reader.GetString(0)), reader.GetString(1), reader.GetString(2)));
        return new(notes, notes.Count == OverrideNotes.Most ? last : null);
    }

    /// <summary>Stores notes beside overrides.</summary>
    public async Task<OverrideNotesKept> Keep(string team, IReadOnlyList<NoteOfOverride> notes, CancellationToken ct)
    {
        await using var session = store.LightweightSession(team);
        foreach (var x in notes)
            session.Store(new OverrideNote(AgendaEntry.IdOf(x.Slot.Application, x.Slot.Stage), x.Candidate, x.Note));
        await session.SaveChangesAsync(ct);
        return new(notes.Count);
    }

    private static SlotId SlotOf(string id)
    {
        var dash = id.LastIndexOf('-');
        return new(Guid.Parse(id[..dash]), int.Parse(id[(dash + 1)..], CultureInfo.InvariantCulture));
    }
}
