using FollowUp.Platform;
using FollowUp.Platform.Outbox;
using Npgsql;
using NpgsqlTypes;

namespace FollowUp.Modules.Convergence;

/// <summary>
/// Reads how far this service's streams are, from the tables that the event store keeps anyway: a page costs a few milliseconds. Only what
/// the outbox has published counts, or all that is just under way would look lost: neither what it hasn't reached nor what it holds back.
/// </summary>
internal sealed class ProgressReader(NpgsqlDataSource database, ServiceDefinition service)
{
    private const long MostPassed = 5_000; // events in one reply
    private const string Tombstone = "tombstone"; // Marten keeps one for a failed append, in a stream that has no other events
    private const string OutboxProgress =
        $"coalesce((select last_seq_id from followup.mt_event_progression where name = '{OutboxPublisher.ShardName}'), 0)";

    // Few rows, and mostly none.
    private const string Backlogs = $"select id, (data ->> 'after')::bigint as after from {TeamBacklog.Table}",
        IsHeld = $"exists (select from ({Backlogs}) held where held.id = mt_events.tenant_id and mt_events.seq_id > held.after)";

    private readonly string _page = $"""
        with pending as (
          select tenant_id, stream_id as id, count(*) as events from followup.mt_events
          where seq_id > least({OutboxProgress}, (select min(after) from ({Backlogs}) held))
            and (seq_id > {OutboxProgress} or {IsHeld})
          group by 1, 2
        ), page as (
          select tenant_id, id, max(published) as published, max(received) as received from (
            {PageOf("followup.mt_streams", "version", "0")}
            {string.Concat(service.Received.Select(x => $"union all {PageOf(x, "0", "version")}"))}
          ) found group by tenant_id, id order by tenant_id, id limit $3
        )
        select tenant_id, id, greatest(published - coalesce(events, 0), 0), received from page left join pending using (tenant_id, id)
        order by tenant_id, id
        """;

    private readonly string _changed = $"""
        select changed.team, changed.id, changed.published, {Received(service)} from (
          select tenant_id as team, stream_id as id, max(version) as published from followup.mt_events
          where seq_id > $1 and seq_id <= $2 and type <> '{Tombstone}' and not {IsHeld} group by 1, 2
        ) changed {ReceivedJoins(service, "changed")}
        """;

    private readonly string _of = $"""
        select asked.team, asked.id, coalesce(stream.version, 0), {Received(service)}
        from unnest($1, $2) as asked (team, id)
        left join followup.mt_streams stream on stream.tenant_id = asked.team and stream.id = asked.id
        {ReceivedJoins(service, "asked")}
        """;

    /// <summary>A page of all streams, those of the sibling that have none here included.</summary>
    /// <param name="after">The last stream of the page before.</param>
    /// <param name="limit">The largest number of streams.</param>
    /// <param name="ct">Ends the attempt.</param>
    public Task<IReadOnlyList<StreamProgress>> Page(StreamKey? after, int limit, CancellationToken ct) =>
        Read(_page, [new() { Value = after?.Team ?? "" }, new() { Value = after?.Id ?? Guid.Empty }, new() { Value = limit }], ct);

    /// <summary>The streams that changed after a position, up to the position that the outbox has published.</summary>
    /// <param name="since">The position.</param>
    /// <param name="ct">Ends the attempt.</param>
    public async Task<(IReadOnlyList<StreamProgress> Items, long Position, bool HasMore)> Changed(long since, CancellationToken ct)
    {
        var end = await Position(ct);
        if (since >= end)
            return ([], end, false);
        var until = Math.Min(end, since + MostPassed);
        return (await Read(_changed, [new() { Value = since }, new() { Value = until }], ct), until, until < end);
    }

    /// <summary>The position up to which the outbox has published.</summary>
    /// <param name="ct">Ends the attempt.</param>
    public async Task<long> Position(CancellationToken ct)
    {
        await using var command = database.CreateCommand($"select {OutboxProgress}");
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>The progress of some streams, with all that is stored: also what the outbox has not published yet.</summary>
    /// <param name="streams">The streams.</param>
    /// <param name="ct">Ends the attempt.</param>
    public async Task<IReadOnlyDictionary<StreamKey, StreamProgress>> Of(IReadOnlyCollection<StreamKey> streams, CancellationToken ct) =>
        (
            await Read(
                _of,
                [
                    new() { Value = streams.Select(x => x.Team).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar },
                    new() { Value = streams.Select(x => x.Id).ToArray() },
                ],
                ct
            )
        ).ToDictionary(x => x.Key);

    private async Task<IReadOnlyList<StreamProgress>> Read(string sql, NpgsqlParameter[] parameters, CancellationToken ct)
    {
#pragma warning disable CA2100 // made of constants of the services
        await using var command = database.CreateCommand(sql);
#pragma warning restore CA2100
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new List<StreamProgress>();
        while (await reader.ReadAsync(ct))
            found.Add(new(reader.GetString(0), reader.GetGuid(1), reader.GetInt64(2), reader.GetInt64(3)));
        return found;
    }

    private static string PageOf(string table, string published, string received) =>
        $"""
            (select tenant_id, id, coalesce({published}, 0)::bigint as published, coalesce({received}, 0)::bigint as received from {table}
             where (tenant_id, id) > ($1, $2) order by tenant_id, id limit $3)
            """;

    private static string Received(ServiceDefinition service) =>
        string.Join(" + ", service.Received.Select((_, i) => $"coalesce(received{i}.version, 0)"));

    private static string ReceivedJoins(ServiceDefinition service, string of) =>
        string.Join(
            "\n",
            service.Received.Select(
                (table, i) => $"left join {table} received{i} on received{i}.tenant_id = {of}.team and received{i}.id = {of}.id"
            )
        );
}
