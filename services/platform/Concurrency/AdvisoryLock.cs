using Npgsql;

namespace FollowUp.Platform.Concurrency;

/// <summary>A PostgreSQL advisory lock on a text, held until its transaction ends. It excludes all nodes of a service.</summary>
public static class AdvisoryLock
{
    // The transaction does nothing while the work is done elsewhere, such as at the broker. It holds no row and no number of an event.
    internal const string MayBeIdle = "set local idle_in_transaction_session_timeout = '60s'";

    /// <summary>Waits for the lock, in a transaction of its own.</summary>
    /// <param name="database">The service's database.</param>
    /// <param name="name">The name of the work that excludes itself.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The lock; disposing of it releases the lock.</returns>
    public static async Task<IAsyncDisposable> Acquire(NpgsqlDataSource database, string name, CancellationToken ct)
    {
        var connection = await database.OpenConnectionAsync(ct);
        try
        {
            var transaction = await connection.BeginTransactionAsync(ct); // it ends with the connection
            await using (var mayBeIdle = new NpgsqlCommand(MayBeIdle, connection, transaction))
                await mayBeIdle.ExecuteNonQueryAsync(ct);
            await Acquire(transaction, name, ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for the lock, which the end of the transaction releases.</summary>
    /// <param name="transaction">An open transaction.</param>
    /// <param name="name">The name of the work that excludes itself.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task Acquire(NpgsqlTransaction transaction, string name, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select pg_advisory_xact_lock(hashtextextended($1, 0))",
            transaction.Connection,
            transaction
        );
        command.Parameters.Add(new() { Value = name });
        await command.ExecuteNonQueryAsync(ct);
    }
}
