using FollowUp.Platform.Http;

namespace FollowUp.Platform.Concurrency;

/// <summary>Tells errors that a retry may cure from errors that it can't.</summary>
public static class TransientErrors
{
    /// <summary>Whether the same attempt may succeed later: the database is unavailable, or another writer was faster.</summary>
    /// <param name="exception">What an attempt threw.</param>
    public static bool IsTransient(Exception? exception) =>
        exception switch
        {
            null => false,
            Npgsql.PostgresException postgres => postgres.IsTransient || IsTransient(postgres.SqlState),
            Npgsql.NpgsqlException or TimeoutException => true,
            RefusedException refused => refused.IsTemporary(),
            _ => IsConflict(exception) || IsTransient(exception.InnerException),
        };

    // 08: the connection is lost. 57P: the server shuts down, or ends the session. 57014: the statement was cancelled. 25P02: an earlier
    // statement of the transaction failed. 25P03, 25P04: the transaction was idle or open for too long. 25006: the server is a standby, as
    // during a failover.
    private static bool IsTransient(string sqlState) =>
        sqlState is "40001" or "40P01" or "55P03" or "25P02" or "25P03" or "25P04" or "25006" or "57014"
        || sqlState.StartsWith("08", StringComparison.Ordinal)
        || sqlState.StartsWith("57P", StringComparison.Ordinal);

    /// <summary>Whether another writer was faster, and nothing else failed: then the caller loads and decides again.</summary>
    /// <param name="exception">What an attempt threw; a batch throws one for each stream that lost.</param>
    public static bool IsConflict(Exception? exception) =>
        exception switch
        {
            null => false,
            AggregateException { InnerExceptions: { Count: > 0 } all } => all.All(IsConflict),
            JasperFx.ConcurrencyException
            or Marten.Exceptions.ExistingStreamIdCollisionException
            or JasperFx.DocumentAlreadyExistsException => true,
            _ => IsConflict(exception.InnerException),
        };
}
