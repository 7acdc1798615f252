using Npgsql;

namespace FollowUp.Platform.EventStore;

/// <summary>
/// Connections to the same database for text searches, without prepared statements: PostgreSQL plans each search for its own words. A plan
/// that was prepared for any word reads the trigram indexes from end to end for a word of two letters.
/// </summary>
/// <param name="connectionString">As of all other connections.</param>
public sealed class SearchDatabase(string connectionString) : IAsyncDisposable
{
    private const int MaxPoolSize = 20;

    private readonly NpgsqlDataSource _source = DatabaseConnection.Source(
        new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 0, MaxPoolSize = MaxPoolSize }.ConnectionString,
        "followup-search"
    );

    /// <summary>A connection from a pool of its own.</summary>
    /// <param name="ct">Ends the wait.</param>
    public ValueTask<NpgsqlConnection> Open(CancellationToken ct) => _source.OpenConnectionAsync(ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
