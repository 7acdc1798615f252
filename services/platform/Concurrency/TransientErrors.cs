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
            Npgsql.PostgresException postgres => postgres.IsTransient
                || postgres.SqlState is "40001" or "40P01" or "55P03"
                || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal),
            Npgsql.NpgsqlException or TimeoutException => true,
            RefusedException refused => refused.IsTemporary(),
            _ => IsConflict(exception) || IsTransient(exception.InnerException),
        };

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
