using System.Collections.Immutable;
using System.Diagnostics;
using Npgsql;

namespace FollowUp.Platform.EventStore;

/// <summary>
/// The high-water mark: up to it the order of the store is final, and no event can appear below it any more. A transaction takes its
/// numbers from the sequence before it commits, so a reader may see a later number before an earlier one. A reader that relied on the rows
/// that it sees would skip the earlier event for good.
/// </summary>
/// <param name="Value">The mark: every number up to it belongs to a transaction that has ended.</param>
/// <param name="Given">A number: it and all smaller numbers had been taken when <paramref name="Writers"/> were read.</param>
/// <param name="Writers">The transactions that had taken numbers by then and have not ended yet: each may still fill a gap up to
/// <paramref name="Given"/>.</param>
internal sealed record HighWaterMark(long Value, long Given, ImmutableHashSet<string> Writers)
{
    public static HighWaterMark At(long value) => new(value, value, []);

    /// <summary>The mark after another measurement.</summary>
    /// <param name="given">The last number taken from the sequence, read before the writers.</param>
    /// <param name="writers">The transactions that had taken numbers and had not ended.</param>
    /// <param name="unbroken">The last of the rows that follow the mark without a gap, read after the writers.</param>
    public HighWaterMark After(long given, ImmutableHashSet<string> writers, long unbroken)
    {
        var value = Math.Max(Value, unbroken);
        if (writers.IsEmpty)
            return At(Math.Max(value, given)); // no transaction is open: the missing numbers were rolled back
        var remaining = Writers.Intersect(writers);
        return remaining.IsEmpty
            // every transaction that could have filled a gap up to Given has ended; now wait for those that are open at this measurement
            ? new(Math.Max(value, Given), given, writers)
            : new(value, Given, remaining);
    }
}

// See docs/decisions/0008-event-feed-high-water-mark.md
/// <summary>
/// Finds the exact high-water mark, without the delay of seconds that Marten's own mark has. A transaction that takes a number from the
/// sequence holds a lock on the sequence until the transaction ends, so PostgreSQL itself lists the transactions that may still fill a gap.
/// A number that was rolled back delays readers only until the transactions that were open at the same time have ended. A number whose
/// transaction stays open delays only the events after it.
/// </summary>
/// <remarks>
/// This holds as long as the transaction that takes the numbers also appends the events, as in all of Marten's quick append modes.
/// </remarks>
/// <param name="database">The service's database.</param>
public sealed class HighWater(NpgsqlDataSource database) : IDisposable
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
    private readonly SemaphoreSlim _lock = new(1, 1);
    private HighWaterMark? _mark;
    private long _measuredAt,
        _last;

    /// <summary>
    /// Measures the mark, or shares a measurement that began after this call: every event that was committed before the call is at or below
    /// it, unless an open transaction holds the mark back.
    /// </summary>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>The mark, and the last number ever taken from the sequence.</returns>
    public async Task<(long Mark, long Last)> Measure(CancellationToken ct)
    {
        var called = Stopwatch.GetTimestamp();
        await _lock.WaitAsync(ct);
        try
        {
            if (_mark is { } known && _measuredAt > called)
                return (known.Value, _last);
            var began = Stopwatch.GetTimestamp();
            _mark = await Query(_mark ?? HighWaterMark.At(await MartensMark(ct)), ct);
            _measuredAt = began;
            return (_mark.Value, _last);
        }
        finally
        {
            _lock.Release();
        }
    }

    // The order of the three queries matters: the last query's snapshot contains the rows of every transaction that the second no longer
    // lists.
    private async Task<HighWaterMark> Query(HighWaterMark mark, CancellationToken ct)
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
        // Numbers only grow, unless the database was restored to an older state while the service runs.
        return _last < mark.Value
            ? HighWaterMark.At(0).After(_last, writers.ToImmutable(), 0)
            : mark.After(_last, writers.ToImmutable(), reader.GetInt64(0));
    }

    // The first mark of a node: every event up to Marten's own mark, which the outbox publisher follows, is final.
    private async Task<long> MartensMark(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select coalesce((select last_seq_id from followup.mt_event_progression where name = 'HighWaterMark'), 0)"
        );
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
