using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FollowUp.Platform.EventStore;

/// <summary>What distinguishes a life of a store from the others, as the database shows it.</summary>
/// <param name="Place"><see cref="StoreId.Place"/>.</param>
/// <param name="Key"><see cref="StoreId.Key"/>; null if the store has none.</param>
internal sealed record StoreSign(string? Place, string? Key);

/// <summary>
/// Keeps this process in one life of its store. Its caches, and Marten's, hold positions of that life, so it must not go on in another one:
/// each new connection is checked before its first use, and a connection that stayed open is checked every second. A process that finds
/// another life ends, and begins that life when it is started again.
/// </summary>
/// <param name="lifetime">The process.</param>
/// <param name="log">The log.</param>
public sealed partial class StoreGuard(IHostApplicationLifetime lifetime, ILogger<StoreGuard> log)
{
    // pg_walfile_name begins with the timeline, and fails on a server that is in recovery: no replica may be taken for the primary.
    internal const string Place =
        "(select system_identifier::text from pg_control_system()) || ':' "
        + "|| substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) || ':' "
        + "|| coalesce(to_regclass('followup.mt_events')::oid::text, '')";
    private const string Query = $"select {Place}, (select data ->> 'key' from followup.mt_doc_storeid)";
    private StoreSign? _expected;

    internal void Expect(StoreSign sign) => _expected = sign;

    /// <summary>Checks a connection.</summary>
    /// <exception cref="NpgsqlException">The connection leads to another life of the store.</exception>
    internal async Task Check(NpgsqlConnection connection)
    {
        if (_expected is null)
            return; // the process has not chosen its life yet
        try
        {
            await using var command = new NpgsqlCommand(Query, connection);
            await using var reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
            Compare(reader);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ObjectNotInPrerequisiteState)
        {
            throw new NpgsqlException("The database server is a replica that has not been promoted.", exception);
        }
    }

    internal void CheckSync(NpgsqlConnection connection)
    {
        if (_expected is null)
            return;
        using var command = new NpgsqlCommand(Query, connection);
        using var reader = command.ExecuteReader();
        reader.Read();
        Compare(reader);
    }

    private void Compare(NpgsqlDataReader reader)
    {
        var found = new StoreSign(reader.IsDBNull(0) ? null : reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1));
        if (found == _expected)
            return;
        LogOther(log, _expected!.Place, _expected.Key, found.Place, found.Key);
        Environment.ExitCode = 1; // a supervisor that restarts failed processes restarts this one
        lifetime.StopApplication();
        throw new NpgsqlException("The database has another life of this store: it was restored, or replaced by a replica.");
    }

    [LoggerMessage(
        Level = LogLevel.Critical,
        Message = "The database has another life of this store than the one in which this process works: it was restored, or replaced by a "
            + "replica. The process writes nothing more and ends; start it again "
            + "(place and key were {Place} {Key}, are {PlaceNow} {KeyNow})"
    )]
    private static partial void LogOther(ILogger log, string? place, string? key, string? placeNow, string? keyNow);
}
