using FollowUp.Platform.Concurrency;
using JasperFx.Events;
using Marten;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FollowUp.Platform.EventStore;

// See docs/decisions/0034-incarnations.md
/// <summary>The lives of this service's store, and the present one, in which this process works until it ends.</summary>
/// <param name="store">The store.</param>
/// <param name="database">The service's database.</param>
/// <param name="guard">Refuses connections to another life.</param>
/// <param name="service">The service.</param>
/// <param name="standby">What a promoted replica has.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log.</param>
public sealed partial class StoreLives(
    IDocumentStore store,
    NpgsqlDataSource database,
    StoreGuard guard,
    ServiceDefinition service,
    StandbySettings standby,
    TimeProvider time,
    ILogger<StoreLives> log
)
{
    private StoreId? _known;

    /// <summary>The name of the present life.</summary>
    public string Incarnation => Known.Lives[^1].Incarnation;

    /// <summary>When the present life began; null where nothing that was committed before can be missing.</summary>
    public DateTimeOffset? BeganAt => Known.Lives[^1].BeganAt;

    private StoreId Known => _known ?? throw new InvalidOperationException("The store has not been opened yet.");

    /// <summary>The origin of this service's positions.</summary>
    /// <param name="ct">Ends the attempt.</param>
    public async ValueTask<FeedOrigin> Find(CancellationToken ct) => new(service.Source, (_known ?? await Open(ct)).Key);

    /// <summary>The life in which an event was recorded. An event that was restored from a replay keeps its own.</summary>
    /// <param name="e">The stored event.</param>
    public string Of(IEvent e) =>
        e.Headers?.GetValueOrDefault(SessionFactory.Incarnation)?.ToString() ?? At(Known.Lives, e.Sequence).Incarnation;

    internal static StoreLife At(IReadOnlyList<StoreLife> lives, long position) => lives.LastOrDefault(x => x.After < position) ?? lives[0];

    /// <summary>
    /// Finds the present life, or begins one if the store is new, was restored, or is on a replica that was promoted. Called after the
    /// schema was created and before this process reads or writes anything else.
    /// </summary>
    /// <param name="ct">Ends the attempt.</param>
    public async Task<StoreId> Open(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await AdvisoryLock.Acquire(transaction, "store life", ct);
        var (place, last) = await Look(transaction, ct);
        await using var session = store.Open("default", service.Name, transaction: transaction);
        var known = await session.LoadAsync<StoreId>(StoreId.SingleId, ct);
        if (known?.Place != place)
        {
            var before = known;
            known = Begin(before, place, last, time.GetUtcNow(), standby.IsSynchronous);
            session.Store(known);
            if (before is not { Place: null }) // that was written by a version without lives, and nothing was cut
                service.WhenHistoryWasCut?.Invoke(session, time.GetUtcNow());
            if (before?.Place is { } left)
            {
                // Numbers that the sequence had given, and whose events are lost, are a gap at which Marten waits for seconds.
                await using var setval = new NpgsqlCommand(
                    "select setval('followup.mt_events_sequence', greatest($1, 1), $1 > 0)",
                    connection,
                    transaction
                );
                setval.Parameters.Add(new() { Value = last });
                await setval.ExecuteNonQueryAsync(ct);
                LogBegins(log, known.Lives[^1].Incarnation, last, left, place);
            }
            await session.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        guard.Expect(new(place, known!.Key));
        return _known = known;
    }

    internal static StoreId Begin(StoreId? before, string place, long position, DateTimeOffset now, bool isSynchronous = false)
    {
        var incarnation = Guid.CreateVersion7(now).ToString();
        // a clock that was set back must not put the later life before the earlier one
        var last = before is { Lives: [.., var latest] } ? latest.Incarnation : null;
        for (var at = now; string.CompareOrdinal(incarnation, last) <= 0; at = at.AddDays(1))
            incarnation = Guid.CreateVersion7(at).ToString();
        // A store of an earlier version goes on: positions name its key.
        var goesOn = before is { Place: null };
        var isComplete = goesOn || (isSynchronous && IsPromoted(before?.Place, place));
        var life = new StoreLife(incarnation, last is null ? 0 : position, isComplete ? null : now);
        var key = goesOn ? before!.Key : Guid.NewGuid().ToString("N")[..16];
        return new()
        {
            Key = key,
            Place = place,
            Lives = [.. before?.Lives ?? [], life],
        };
    }

    // The cluster and the table are the same, and only the timeline is another.
    private static bool IsPromoted(string? before, string now) =>
        before?.Split(':') is [var cluster, _, var table] && now.Split(':') is [var sameCluster, _, var sameTable]
            && (cluster, table) == (sameCluster, sameTable);

    private static async Task<(string Place, long Last)> Look(NpgsqlTransaction transaction, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"select {StoreGuard.Place}, (select coalesce(max(seq_id), 0) from followup.mt_events)",
            transaction.Connection,
            transaction
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.GetString(0), reader.GetInt64(1));
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The store was restored, or its PostgreSQL replaced by a replica: the incarnation {Incarnation} begins after position "
            + "{Position}, and events after it may be lost. Both services compare what they have, and repair what can be repaired. "
            + "(cluster:timeline:table was {Before}, is {Now})"
    )]
    private static partial void LogBegins(ILogger log, string incarnation, long position, string before, string now);
}

/// <summary>What a replica of PostgreSQL has when it is promoted.</summary>
/// <param name="IsSynchronous">Whether it has everything that was committed, because each commit waited for it.</param>
public sealed record StandbySettings(bool IsSynchronous)
{
    /// <summary>Reads the setting <c>Database:SynchronousStandby</c>.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <exception cref="SettingException">The value is neither true nor false.</exception>
    internal static StandbySettings Read(IConfiguration configuration) =>
        configuration["Database:SynchronousStandby"] is not { Length: > 0 } text ? new(false)
        : bool.TryParse(text, out var isSynchronous) ? new(isSynchronous)
        : throw new SettingException("Database:SynchronousStandby must be true or false.");
}
