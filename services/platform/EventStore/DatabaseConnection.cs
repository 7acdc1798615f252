using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Npgsql;
using Npgsql.Internal;

namespace FollowUp.Platform.EventStore;

// See docs/decisions/0030-lost-machines.md
/// <summary>
/// How every connection to the service's database is made, so that neither end waits for one that is gone without a word: the server ends
/// the session of a lost machine, and with it its locks, within some 4 s; the client gives a link up that drops everything as soon.
/// </summary>
internal static class DatabaseConnection
{
    /// <summary>
    /// How long a transaction may be open while its client does nothing: it holds up the outbox publisher, and so every team. The node that
    /// has the publisher's lock isn't idle: it is always within a query that sleeps.
    /// </summary>
    public const string IdleInTransaction = "8s";

    private const int UserTimeout = 3000; // ms without an acknowledgement by the other machine's kernel
    private const int MaxTimeout = 5; // s for a connection: a lost SYN is sent again after 1 and 3 s

    // What an operator may set otherwise. Of several hosts, one that was a standby, or lost, is asked again after so many seconds: a
    // promoted standby is noticed then. Npgsql cancels a command without an answer over a second connection. By default it tries that
    // twice, first encrypted by Kerberos, and the caller waits for both.
    private const string Defaults = "Host Recheck Seconds=2;GSS Encryption Mode=Disable;";

    private static readonly string[] ServerSettings =
    [
        // A session whose process was killed ends at once. By default the server notices after up to a minute, at the end of its query.
        "client_connection_check_interval=500",
        // A session whose machine or link is gone. By default the server's kernel asks after two hours.
        "tcp_keepalives_idle=1",
        "tcp_keepalives_interval=1",
        "tcp_keepalives_count=2",
        "tcp_user_timeout=3000",
        $"idle_in_transaction_session_timeout={IdleInTransaction}",
    ];

    /// <summary>The connection string with what this product needs; an operator's own <c>Options</c> come last, and so win.</summary>
    public static string Complete(string connectionString)
    {
        var connection = new NpgsqlConnectionStringBuilder(Defaults + connectionString) // the last of two words wins
        {
            KeepAlive = 5,
            TcpKeepAlive = true,
            TcpKeepAliveTime = 1,
            TcpKeepAliveInterval = 1,
            CancellationTimeout = -1, // a cancelled command's connection is closed, so that no late word from the server meets the next one
            IncludeErrorDetail = false, // details quote rows
            // A few dozen statements are repeated for ever: parsing and planning each execution took the server longer than running it.
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 3,
            // This code leaves no session state behind (a session lock is always released), and DISCARD ALL, three times for each command,
            // cost the server more than the appends.
            NoResetOnClose = true,
        };
        connection.Timeout = connection.Timeout == 0 ? MaxTimeout : Math.Min(connection.Timeout, MaxTimeout);
        connection.Options = string.Join(' ', [.. ServerSettings.Select(x => $"-c {x}"), connection.Options]).TrimEnd();
        return connection.ConnectionString;
    }

    /// <summary>A data source whose sockets don't wait for a peer that is gone.</summary>
    /// <param name="connectionString">As <see cref="Complete"/> returns it.</param>
    /// <param name="name">Its name in the metrics, which are public.</param>
    /// <param name="guard">Checks each connection before its first use.</param>
    public static NpgsqlDataSource Source(string connectionString, string name, StoreGuard? guard = null) =>
        new NpgsqlDataSourceBuilder(connectionString) { Name = name }
            .UsePhysicalConnectionInitializer(
                connection =>
                {
                    LimitSilence(connection);
                    guard?.CheckSync(connection);
                },
                connection =>
                {
                    LimitSilence(connection);
                    return guard?.Check(connection) ?? Task.CompletedTask;
                }
            )
            .Build();

    // Keepalives bound the silence of an idle connection only: what was sent and isn't acknowledged is sent again for a quarter of an hour,
    // and the caller waits for 30 s. A shorter command timeout would also end what a busy server is slow to do; this limit doesn't, because
    // the other machine's kernel acknowledges even then. Npgsql has no setting for it.
    private static void LimitSilence(NpgsqlConnection connection)
    {
        const int Tcp = 6,
            TcpUserTimeout = 18; // of Linux
        if (!OperatingSystem.IsLinux() || Connector(connection) is not { } connector || Socket(connector) is not { } socket)
            return;
        if (socket.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
            socket.SetRawSocketOption(Tcp, TcpUserTimeout, BitConverter.GetBytes(UserTimeout));
    }

#pragma warning disable NPG9001 // internals of Npgsql: a version without them fails with the first connection
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Connector")]
    private static extern NpgsqlConnector? Connector(NpgsqlConnection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    private static extern ref Socket? Socket(NpgsqlConnector connector);
#pragma warning restore NPG9001
}
