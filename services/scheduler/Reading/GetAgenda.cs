using FollowUp.Contracts;
using FollowUp.Hosting;
using FollowUp.Hosting.Keys;
using Marten;
using Npgsql;

namespace FollowUp.Scheduler.Reading;

/// <summary>The agenda: what is due, and, on asking, what is planned, withheld, claimed, made, waived or lapsed.</summary>
internal static class GetAgenda
{
    public sealed record Item(Guid Application, int Stage, SlotStatus Status, string Candidate, string Employer, string Title, DateTimeOffset? DueAt, DateTimeOffset? WindowEndsAt,
        IReadOnlyList<Channel> Channels, ContactReference? Contact, string? Situation, Anchor? Anchor, int PolicyVersion, IReadOnlyList<Reason> Reasons, ClaimItem? Claim, MadeItem? Made);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/follow-ups",
        async (string? status, string? candidate, DateTimeOffset? dueBefore, string? after, int? limit, Caller caller, NpgsqlDataSource database, IDocumentStore store, CancellationToken ct) =>
        {
            var (take, cursor, wanted) = (Cursor.Limit(limit), Cursor.Read(after), QueryWords.Word<SlotStatus>(status, "status") ?? SlotStatus.Due);
            await using var command = database.CreateCommand("""
                select data from followup.mt_doc_agendaentry
                where tenant_id = @team and status = @status
                  and (@candidate is null or candidate = @candidate)
                  and (@before is null or due_at < @before)
                  and (@at is null or (sort_at, id) > (@at, @id))
                order by sort_at, id
                limit @take
                """);
            command.Parameters.Add(new NpgsqlParameter("team", NpgsqlTypes.NpgsqlDbType.Text) { Value = caller.Team });
            command.Parameters.Add(new NpgsqlParameter("status", NpgsqlTypes.NpgsqlDbType.Text) { Value = wanted.ToString() });
            command.Parameters.Add(new NpgsqlParameter("candidate", NpgsqlTypes.NpgsqlDbType.Text) { Value = (object?)candidate ?? DBNull.Value });
            command.Parameters.Add(new NpgsqlParameter("before", NpgsqlTypes.NpgsqlDbType.TimestampTz) { Value = dueBefore is { } before ? before.UtcDateTime : DBNull.Value });
            command.Parameters.Add(new NpgsqlParameter("at", NpgsqlTypes.NpgsqlDbType.TimestampTz) { Value = cursor is null ? DBNull.Value : cursor.At.UtcDateTime });
            command.Parameters.Add(new NpgsqlParameter("id", NpgsqlTypes.NpgsqlDbType.Text) { Value = (object?)cursor?.Id ?? DBNull.Value });
            command.Parameters.Add(new NpgsqlParameter("take", NpgsqlTypes.NpgsqlDbType.Integer) { Value = take + 1 });
            var rows = new List<AgendaEntry>(take + 1);
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct)) rows.Add(await store.Options.Serializer().FromJsonAsync<AgendaEntry>(reader, 0, ct));
            var page = rows.Take(take).ToArray();
            return TypedResults.Json(new Page<Item>([.. page.Select(Of)], rows.Count > take ? new Cursor(page[^1].SortAt, page[^1].Id).ToString() : null), Json.Lenient);
        }).RequireScope(Scopes.Read).Described("The agenda: slots by status, due unless said, the most urgent first.", typeof(Page<Item>));

    internal static Item Of(AgendaEntry x) => new(x.Application, x.Stage, x.Status, x.Candidate, x.Employer, x.Title, x.DueAt, x.WindowEndsAt, x.Channels, x.Contact, x.Situation, x.Anchor,
        x.PolicyVersion, x.Reasons, x.Claim, x.Made);
}
