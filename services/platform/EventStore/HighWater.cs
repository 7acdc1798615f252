using System.Collections.Immutable;
using System.Diagnostics;
using Npgsql;

namespace FollowUp.Platform.EventStore;

/// <summary>
/// Up to where the store's order is final: below the mark nothing can appear any more. Numbers are given out before their transactions
/// commit, so that a later number may be seen before an earlier one; a reader that went by what it sees would skip the earlier one for
/// good.
/// </summary>
/// <param name="Value">The mark: every number up to it belongs to a transaction that has ended.</param>
/// <param name="Given">A number up to which all were given out when <paramref name="Writers"/> were seen.</param>
/// <param name="Writers">Who had taken numbers then and had not ended, and hasn't yet: one of them may still fill a gap up to <paramref
/// name="Given"/>.</param>
internal sealed record HighWaterMark(long Value, long Given, ImmutableHashSet<string> Writers)
{
    public static HighWaterMark At(long value) => new(value, value, []);

    /// <summary>The mark after another look.</summary>
    /// <param name="given">The last number that had been given out, before the writers were looked at.</param>
    /// <param name="writers">The transactions that had taken numbers and had not ended.</param>
    /// <param name="unbroken">The last of the rows that follow the mark without a gap, seen after the writers were looked at.</param>
    public HighWaterMark After(long given, ImmutableHashSet<string> writers, long unbroken)
    {
        var value = Math.Max(Value, unbroken);
        if (writers.IsEmpty)
            return At(Math.Max(value, given)); // whoever took a number has ended: what isn't there was rolled back
        var remaining = Writers.Intersect(writers);
        return remaining.IsEmpty
            // all that could have filled a gap up to Given have ended; next come those seen now
            ? new(Math.Max(value, Given), given, writers)
            : new(value, Given, remaining);
    }
}

// See docs/decisions/0008-event-feed-high-water-mark.md
/// <summary>
/// Finds the mark exactly, and without the seconds that Marten's own lags behind: whoever takes a number from the sequence holds a lock
/// on it until the transaction ends, so PostgreSQL itself says who might still fill a gap. A number that was rolled back stops nobody for
/// longer than the transactions last that were open with it; one that is held open stops exactly what comes after it.
/// </summary>
/// <remarks>
/// Holds as long as facts are appended in the transaction that takes their numbers, as all of Marten's quick append modes do.
/// </remarks>
internal sealed class HighWater(NpgsqlDataSource database) : IDisposable
{
    private const int MostUnbroken = 10_000;
    private const string Last = "select case when is_called then last_value else 0 end from followup.mt_events_sequence",
        Writers =
            """
                select virtualtransaction from pg_locks
                where locktype = 'relation' and mode = 'RowExclusiveLock' and relation = 'followup.mt_events_sequence'::regclass
                  and database = (select oid from pg_database where datname = current_database())
                """,
        Unbroken =
            """
                select coalesce(max(seq_id), $1) from (
                  select seq_id, seq_id - row_number() over (order by seq_id) as start
                  from (select seq_id from followup.mt_events where seq_id > $1 order by seq_id limit $2) following) numbered
                where start = $1
                """;
    private readonly SemaphoreSlim _one = new(1, 1);
    private HighWaterMark? _mark;
    private long _lookedAt,
        _last;

    /// <summary>Looks, or shares a look that began after this call did: what was committed before the call is seen.</summary>
    /// <returns>The mark, and the last number ever given out.</returns>
    public async Task<(long Mark, long Last)> Look(CancellationToken ct)
    {
        var asked = Stopwatch.GetTimestamp();
        await _one.WaitAsync(ct);
        try
        {
            if (_mark is { } known && _lookedAt > asked)
                return (known.Value, _last);
            var began = Stopwatch.GetTimestamp();
            _mark = await Ask(_mark ?? HighWaterMark.At(await OfTheRelay(ct)), ct);
            _lookedAt = began;
            return (_mark.Value, _last);
        }
        finally
        {
            _one.Release();
        }
    }

    // The order of the three is what makes it right: who is gone from the locks is in the snapshot of the last.
    private async Task<HighWaterMark> Ask(HighWaterMark mark, CancellationToken ct)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new(Last));
        batch.BatchCommands.Add(new(Writers));
        batch.BatchCommands.Add(
            new(Unbroken)
            {
                Parameters =
                {
                    new() { Value = mark.Value },
                    new() { Value = MostUnbroken },
                },
            }
        );
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        _last = reader.GetInt64(0);
        var writers = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
            writers.Add(reader.GetString(0));
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        // Numbers only grow, unless the database was set back to an older state under a running service.
        return _last < mark.Value
            ? HighWaterMark.At(0).After(_last, writers.ToImmutable(), 0)
            : mark.After(_last, writers.ToImmutable(), reader.GetInt64(0));
    }

    // Where a node starts: what Marten found final for the outbox publisher is final.
    private async Task<long> OfTheRelay(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select coalesce((select last_seq_id from followup.mt_event_progression where name = 'HighWaterMark'), 0)"
        );
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    public void Dispose() => _one.Dispose();
}
