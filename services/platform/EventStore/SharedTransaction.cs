using System.Globalization;
using Marten;
using Marten.Services;
using Npgsql;

namespace FollowUp.Platform.EventStore;

/// <summary>One transaction for the sessions of several teams. Their listeners hear of each session once all is committed.</summary>
public sealed class SharedTransaction : IAsyncDisposable
{
    // all in one order, so that two transactions don't wait for each other
    private const string LockStreams = """
        select from followup.mt_streams stream
        join unnest($1, $2) as asked (team, id) on stream.tenant_id = asked.team and stream.id = asked.id
        order by stream.tenant_id, stream.id for update of stream
        """;

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly Saved _saved = new();

    private SharedTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_connection, _transaction) = (connection, transaction);

    /// <summary>
    /// Begins a transaction, and locks the streams that are there: if another writer has one of them, the transaction fails before it has
    /// taken numbers for its events, which would be missing then. The outbox waits for seconds at such a gap.
    /// </summary>
    /// <param name="database">The service's database.</param>
    /// <param name="longestWait">How long a statement waits for what another transaction holds, before it fails.</param>
    /// <param name="streams">The streams that it may append to.</param>
    public static async Task<SharedTransaction> Begin(
        NpgsqlDataSource database,
        TimeSpan longestWait,
        IReadOnlyCollection<(string Team, Guid Stream)> streams
    )
    {
        var connection = await database.OpenConnectionAsync();
        try
        {
            var transaction = await connection.BeginTransactionAsync(); // it ends with the connection
            await using var begin = new NpgsqlBatch(connection, transaction);
            begin.BatchCommands.Add(new("select set_config('lock_timeout', $1, true)"));
            var milliseconds = longestWait.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
            begin.BatchCommands[0].Parameters.Add(new() { Value = milliseconds });
            begin.BatchCommands.Add(new(LockStreams));
            begin.BatchCommands[1].Parameters.Add(new() { Value = streams.Select(x => x.Team).ToArray() });
            begin.BatchCommands[1].Parameters.Add(new() { Value = streams.Select(x => x.Stream).ToArray() });
            await begin.ExecuteNonQueryAsync();
            return new(connection, transaction);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a session of one team. What it saves is committed with the transaction.</summary>
    /// <param name="store">The store.</param>
    /// <param name="team">The team.</param>
    public IDocumentSession Open(IDocumentStore store, string team)
    {
        var session = store.OpenSession(SessionFactory.In(_transaction, team));
        _saved.Listeners = [.. session.Listeners];
        session.Listeners.Clear();
        session.Listeners.Add(_saved);
        return session;
    }

    /// <summary>Commits what the sessions have saved.</summary>
    public async Task Commit()
    {
        await _transaction.CommitAsync();
        await _saved.Tell();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private sealed class Saved : DocumentSessionListenerBase
    {
        private readonly List<(IDocumentSession Session, IChangeSet Changes)> _all = [];

        public IDocumentSessionListener[] Listeners { get; set; } = [];

        public override Task AfterCommitAsync(IDocumentSession session, IChangeSet commit, CancellationToken token)
        {
            _all.Add((session, commit.Clone()));
            return Task.CompletedTask;
        }

        public async Task Tell()
        {
            foreach (var (session, changes) in _all)
            foreach (var listener in Listeners)
                await listener.AfterCommitAsync(session, changes, CancellationToken.None);
        }
    }
}
