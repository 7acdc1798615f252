using System.Diagnostics.Metrics;
using FollowUp.Contracts;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Observability;
using Marten;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FollowUp.Platform.Inbox;

/// <summary>The latest life of the sibling's store that this service has heard of.</summary>
public sealed record SiblingLife
{
    /// <summary>The id of the only document.</summary>
    public const string SingleId = "sibling";

    /// <summary>The document's id: a store has one such document.</summary>
    public string Id { get; init; } = SingleId;

    /// <summary>The name of the life.</summary>
    public required string Incarnation { get; init; }
}

// See docs/decisions/0034-incarnations.md
/// <summary>
/// Keeps out what an earlier life of the sibling's store sent: queues outlast a restore, and may have events that the restored store never
/// had. The first message of a later life closes the door to the earlier one, once the batches that are being written are durable.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="database">The service's database.</param>
/// <param name="service">The service.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log.</param>
public sealed partial class InboxFence(
    IDocumentStore store,
    NpgsqlDataSource database,
    ServiceDefinition service,
    TimeProvider time,
    ILogger<InboxFence> log
) : IDisposable
{
    private const string Door = "hashtextextended('inbox door', 0)";
    private const string Known = "select data ->> 'incarnation' from followup.mt_doc_siblinglife";
    private const string Replaced = "replaced life";
    private static readonly Counter<long> Dropped = Telemetry.Meter.CreateCounter<long>(
        "followup.inbox.replaced",
        "{message}",
        "Messages dropped because a replaced life of the sibling's store sent them"
    );
    private readonly SemaphoreSlim _noticing = new(1, 1);
    private string? _latest;

    /// <summary>The life that sent a message; null where an older version did, which names none.</summary>
    internal static string? SaidIn(CloudEvent message) => message.ReplayIncarnation ?? message.Incarnation;

    /// <summary>Notices a later life by its first message.</summary>
    /// <param name="message">A message of the sibling.</param>
    /// <param name="ct">Ends the attempt.</param>
    public async ValueTask Notice(CloudEvent message, CancellationToken ct)
    {
        if (message.Source != service.SiblingSource || SaidIn(message) is not { } said || string.CompareOrdinal(said, _latest) <= 0)
            return;
        await _noticing.WaitAsync(ct);
        try
        {
            if (string.CompareOrdinal(said, _latest) > 0)
                await Begin(message.Source, said, ct);
        }
        finally
        {
            _noticing.Release();
        }
    }

    /// <summary>
    /// Lets the session's transaction succeed only while no later life than the sender's is known: a later one may have forgotten what a
    /// reply says, which then must not be written after both services were compared.
    /// </summary>
    /// <param name="session">The session that writes what follows from the message.</param>
    /// <param name="message">The message.</param>
    public static void Require(IDocumentSession session, CloudEvent message)
    {
        if (SaidIn(message) is not { } said)
            return;
        // Only tried: a batch that holds the door may wait for a row that this transaction has locked. The life is read by another
        // statement, which sees what was committed before the lock was taken. They must not be queries: Marten takes no result here, and
        // would take it for that of the next write. A row that is found fails by its conversion.
        const string Fail = $"set id = ('{Replaced}' || left(id, 0))::int::text";
        session.QueueSqlCommand($"update followup.mt_doc_storeid {Fail} where not pg_try_advisory_xact_lock_shared({Door})");
        session.QueueSqlCommand($"update followup.mt_doc_siblinglife {Fail} where data ->> 'incarnation' collate \"C\" > ?", said);
    }

    /// <summary>Whether a transaction failed because of <see cref="Require"/>.</summary>
    /// <param name="exception">The failure.</param>
    public static bool IsReplaced(Exception? exception) =>
        exception switch
        {
            null => false,
            PostgresException { SqlState: PostgresErrorCodes.InvalidTextRepresentation } x => x.MessageText.Contains(
                Replaced,
                StringComparison.Ordinal
            ),
            _ => IsReplaced(exception.InnerException),
        };

    /// <summary>Whether no later life than the sender's is known on this node.</summary>
    internal bool IsCurrent(CloudEvent message) => SaidIn(message) is not { } said || string.CompareOrdinal(said, _latest) >= 0;

    private async Task Begin(string source, string said, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using (var look = new NpgsqlCommand(Known, connection))
            if (await look.ExecuteScalarAsync(ct) is string known && string.CompareOrdinal(said, known) <= 0)
            {
                _latest = known; // another node noticed it: what passes the door need not be disturbed
                return;
            }
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var close = new NpgsqlCommand($"select pg_advisory_xact_lock({Door})", connection, transaction))
            await close.ExecuteNonQueryAsync(ct);
        await using var session = store.Open("default", service.Name, transaction: transaction);
        var before = (await session.LoadAsync<SiblingLife>(SiblingLife.SingleId, ct))?.Incarnation;
        if (string.CompareOrdinal(said, before) > 0)
        {
            session.Store(new SiblingLife { Incarnation = said });
            if (before is not null)
            {
                service.WhenHistoryWasCut?.Invoke(session, time.GetUtcNow());
                LogLater(log, source, before, said);
            }
            await session.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            before = said;
        }
        _latest = before;
    }

    /// <summary>Holds the door open for one batch.</summary>
    internal async Task<OpenDoor> Open(CancellationToken ct)
    {
        var connection = await database.OpenConnectionAsync(ct);
        try
        {
            var transaction = await connection.BeginTransactionAsync(ct); // ends with the connection
            await using var open = new NpgsqlBatch(connection, transaction);
            open.BatchCommands.Add(new(AdvisoryLock.MayBeIdle)); // while the batch is written over another connection
            open.BatchCommands.Add(new($"select pg_advisory_xact_lock_shared({Door})"));
            // read after the lock was taken, so that no later life is missed
            open.BatchCommands.Add(new(Known));
            await using (var reader = await open.ExecuteReaderAsync(ct))
            {
                await reader.NextResultAsync(ct); // past the lock's
                _latest = await reader.ReadAsync(ct) ? reader.GetString(0) : null;
            }
            return new(connection, _latest);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _noticing.Dispose();

    /// <summary>The door, as long as one batch passes.</summary>
    /// <param name="connection">The connection with the lock.</param>
    /// <param name="latest">The latest life.</param>
    internal sealed class OpenDoor(NpgsqlConnection connection, string? latest) : IAsyncDisposable
    {
        public bool Admits(CloudEvent message)
        {
            var admits = SaidIn(message) is not { } said || string.CompareOrdinal(said, latest) >= 0;
            if (!admits)
                Dropped.Add(1);
            return admits;
        }

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The store of {Source} was restored or replaced by a replica: the incarnation {Now} follows {Before}. What the earlier "
            + "one sent and is still in queues is dropped; both services compare what they have"
    )]
    private static partial void LogLater(ILogger log, string source, string before, string now);
}
