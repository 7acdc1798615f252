using Npgsql;

namespace FollowUp.Harness;

/// <summary>
/// Many planned slots, copied from one that the service planned itself, as rows that equal the service's own rows: the service handles a
/// copy like any other slot.
/// </summary>
public static class PlannedSlots
{
    /// <summary>Copies the only slot of an application that has nothing recorded except its submission.</summary>
    /// <param name="database">The Scheduler's database.</param>
    /// <param name="template">The application to copy.</param>
    /// <param name="count">The number of copies.</param>
    /// <param name="from">The due date of the first copy.</param>
    /// <param name="to">The due date of the copy that would follow the last one; the copies are spread evenly.</param>
    /// <param name="window">The length of each slot's window after its due date.</param>
    /// <param name="announced">
    /// Whether to move the outbox publisher's progress past the copies, as if they were published; requires that the service doesn't run.
    /// </param>
    /// <returns>The applications, in the order of their due dates.</returns>
    public static async Task<IReadOnlyList<Guid>> Copy(
        string database,
        Guid template,
        int count,
        DateTimeOffset from,
        DateTimeOffset to,
        TimeSpan window,
        bool announced = false
    )
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        async Task Run(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 1800 };
            await command.ExecuteNonQueryAsync();
        }

        await using (
            var copies = new NpgsqlCommand(
                "create temp table copies (id uuid, due timestamptz, ends timestamptz) on commit drop",
                connection
            )
        )
            await copies.ExecuteNonQueryAsync();
        await using (
            var copies = new NpgsqlCommand(
                """
                insert into copies
                select gen_random_uuid(), @from + (@to - @from) * n / @count, @from + (@to - @from) * n / @count + @window
                from generate_series(0, @count - 1) n
                """,
                connection
            )
            {
                CommandTimeout = 1800,
            }
        )
        {
            copies.Parameters.AddWithValue("from", from.UtcDateTime);
            copies.Parameters.AddWithValue("to", to.UtcDateTime);
            copies.Parameters.AddWithValue("window", window);
            copies.Parameters.AddWithValue("count", count);
            await copies.ExecuteNonQueryAsync();
        }

        await Run(Insert("mt_streams", "id", template, "'timestamp', now()"));
        await Run(
            Insert(
                "mt_events",
                "stream_id",
                template,
                """
                'seq_id', nextval('followup.mt_events_sequence'), 'id', gen_random_uuid(), 'timestamp', now(),
                'data', made -> 'data' || jsonb_build_object('dueAt', due, 'windowEndsAt', ends)
                """
            )
        );
        await Run(
            Insert(
                "mt_doc_applicationstate",
                "id",
                template,
                "'next_moment_at', due, 'data', made -> 'data' || jsonb_build_object('nextMomentAt', due)"
            )
        );
        await Run(
            Insert(
                "mt_doc_agendaentry",
                "(data ->> 'application')::uuid",
                template,
                """
                'due_at', due, 'sort_at', due,
                'data', made -> 'data' || jsonb_build_object('dueAt', due, 'windowEndsAt', ends, 'sortAt', due)
                """
            )
        );
        if (announced)
            await Run("update followup.mt_event_progression set last_seq_id = (select max(seq_id) from followup.mt_events)");
        var all = new List<Guid>(count);
        await using (var ids = new NpgsqlCommand("select id from copies order by due, id", connection))
        await using (var reader = await ids.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                all.Add(reader.GetGuid(0));
        await transaction.CommitAsync();
        await using var analyze = source.CreateCommand(
            "analyze followup.mt_streams, followup.mt_events, followup.mt_doc_applicationstate, followup.mt_doc_agendaentry"
        );
        analyze.CommandTimeout = 1800;
        await analyze.ExecuteNonQueryAsync(); // as autovacuum would do later
        return all;
    }

    // A copied row equals the original row except for the id, which is replaced wherever it occurs. The copy fails unless there is exactly
    // one row.
    private static string Insert(string table, string id, Guid template, string changes) =>
        $"""
            insert into followup.{table} select fresh.* from copies
            cross join (
              select to_jsonb(x) as original from followup.{table} x
              where {id} = '{template}' and (select count(*) from followup.{table} where {id} = '{template}') = 1) one
            cross join lateral (
              select replace(replace(original::text, '{template}', copies.id::text),
                '{template:n}', replace(copies.id::text, '-', ''))::jsonb as made) renamed
            cross join lateral jsonb_populate_record(null::followup.{table}, made || jsonb_build_object({changes})) fresh
            """;
}
