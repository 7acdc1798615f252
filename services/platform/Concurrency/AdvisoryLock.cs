using Npgsql;

namespace FollowUp.Platform.Concurrency;

/// <summary>Standing in line at the database, where all nodes meet: an advisory lock by a text, held until its transaction ends.</summary>
public static class AdvisoryLock
{
    /// <summary>Waits for its turn, in a transaction of its own.</summary>
    /// <param name="database">The service's database.</param>
    /// <param name="what">What only one may do at a time.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The turn; whoever disposes of it gives it up.</returns>
    public static async Task<IAsyncDisposable> Acquire(NpgsqlDataSource database, string what, CancellationToken ct)
    {
        var connection = await database.OpenConnectionAsync(ct);
        try
        {
            await Acquire(await connection.BeginTransactionAsync(ct), what, ct); // it ends with the connection
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for its turn, which ends with the transaction.</summary>
    /// <param name="transaction">An open transaction.</param>
    /// <param name="what">What only one may do at a time.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task Acquire(NpgsqlTransaction transaction, string what, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select pg_advisory_xact_lock(hashtextextended($1, 0))",
            transaction.Connection,
            transaction
        );
        command.Parameters.Add(new() { Value = what });
        await command.ExecuteNonQueryAsync(ct);
    }
}
