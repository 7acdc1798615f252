using Npgsql;

namespace FollowUp.Platform.EventStore;

/// <summary>
/// Refuses a database that is reached through a pooler which gives each transaction another session: locks and LISTEN belong to a session,
/// so two nodes would publish at once, or none, at random.
/// </summary>
internal static class PoolerCheck
{
    private const int Rounds = 3;

    /// <summary>Runs the check.</summary>
    /// <exception cref="SettingException">The connection string leads to such a pooler.</exception>
    public static async Task Run(NpgsqlDataSource database, CancellationToken ct)
    {
        try
        {
            await using var first = await database.OpenConnectionAsync(ct);
            await using var second = await database.OpenConnectionAsync(ct);
            var session = await Session(first, ct);
            for (var round = 0; round < Rounds; round++)
            {
                // While the second connection is within a transaction, a pooler can't give its session to the first.
                await using var transaction = await second.BeginTransactionAsync(ct);
                var other = await Session(second, ct);
                if (other == session || await Session(first, ct) != session)
                    throw Refusal("each transaction gets another session");
            }
        }
        catch (PostgresException exception) when (IsOfAPooler(exception))
        {
            throw Refusal(exception.MessageText);
        }
    }

    private static bool IsOfAPooler(PostgresException exception) =>
        exception.SqlState is PostgresErrorCodes.ProtocolViolation
            && exception.MessageText.Contains("startup parameter", StringComparison.Ordinal)
        || exception.MessageText.Contains("statement pooling", StringComparison.OrdinalIgnoreCase);

    private static async Task<int> Session(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select pg_backend_pid()", connection);
        return (int)(await command.ExecuteScalarAsync(ct))!;
    }

    private static SettingException Refusal(string reason) =>
        new(
            $"ConnectionStrings:FollowUp leads to a connection pooler that can't be used ({reason}): the locks that keep two nodes from "
                + "doing the same work belong to a session. Connect to PostgreSQL itself, or to a pooler in session mode (PgBouncer: "
                + "pool_mode=session and ignore_startup_parameters=options). The service has a pool of its own."
        );
}
