using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace FollowUp.Harness;

/// <summary>A PostgreSQL of two servers: what the primary confirmed, the standby has, until it is left behind.</summary>
public sealed class ReplicatedDatabase : IAsyncDisposable
{
    private static string Primary => Members.Of("primary");
    private static string Standby => Members.Of("standby");

    private ReplicatedDatabase() { }

    /// <summary>The servers of a pair that uses it.</summary>
    public Servers Servers { get; } =
        Servers.FromEnvironment.WithDatabase(
            $"127.0.0.1:{Members.Port("primary", "postgres")},127.0.0.1:{Members.Port("standby", "postgres")}"
        );

    public static async Task<ReplicatedDatabase> Start()
    {
        await Servers.Script("database-replicate");
        return new();
    }

    /// <summary>From now on the standby gets nothing, and the primary doesn't wait for it.</summary>
    public async Task LeaveStandbyBehind()
    {
        await Servers.Script("database-stop", Standby);
        await Sql("primary", "alter system reset synchronous_standby_names");
        await Sql("primary", "select pg_reload_conf()");
    }

    /// <summary>Kills the primary with kill -9.</summary>
    public Task KillPrimary() => Servers.Script("database-kill", Primary);

    /// <summary>Starts the standby that was left behind.</summary>
    public Task StartStandby() => Servers.Script("database-start", Standby);

    /// <summary>Makes the standby the primary, as whatever watches a PostgreSQL of several servers does.</summary>
    public async Task Promote()
    {
        if (await Sql("standby", "select pg_promote()") is not true)
            throw new InvalidOperationException("The standby was not promoted.");
    }

    public async ValueTask DisposeAsync() => await Servers.Script("members-stop");

    private async Task<object?> Sql(string member, string statement)
    {
        var server = new NpgsqlConnectionStringBuilder(Servers.Postgres)
        {
            Host = "127.0.0.1",
            Port = Members.Port(member, "postgres"),
            Database = "postgres",
            TargetSessionAttributes = null,
            Pooling = false,
        };
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        return await command.ExecuteScalarAsync();
    }
}

/// <summary>A broker of three nodes.</summary>
public sealed class BrokerCluster : IAsyncDisposable
{
    private static readonly string[] Names = ["broker1", "broker2", "broker3"];

    private BrokerCluster() { }

    /// <summary>The servers of a pair that uses it.</summary>
    public Servers Servers { get; } =
        Servers.FromEnvironment.WithBrokers(
            Names.Select(x => Members.Port(x, "amqp")),
            Names.Select(x => Members.Port(x, "management"))
        );

    public static async Task<BrokerCluster> Start()
    {
        await Servers.Script("broker-cluster");
        return new();
    }

    /// <summary>Kills a node with kill -9.</summary>
    public Task Kill(string name) => Servers.Script("broker-kill", Members.Of(name));

    public Task Start(string name) => Servers.Script("broker-start", Members.Of(name));

    /// <summary>The nodes on which a quorum queue is online.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="bus">Its virtual host.</param>
    public async Task<IReadOnlyList<string>> NodesOf(string queue, Uri bus)
    {
        var path = $"api/queues/{bus.AbsolutePath.Trim('/')}/{queue}";
        using var state = JsonDocument.Parse(await Servers.Manage(HttpMethod.Get, path, null));
        return [.. state.RootElement.GetProperty("online").EnumerateArray().Select(x => x.GetString()!.Split('@')[0])];
    }

    /// <summary>The node to which a service is connected.</summary>
    /// <param name="service"><c>applications</c> or <c>scheduler</c>.</param>
    /// <param name="bus">The virtual host.</param>
    public async Task<string> NodeOf(string service, Uri bus)
    {
        var path = $"api/vhosts/{bus.AbsolutePath.Trim('/')}/connections";
        return (
            await Eventually.Get(
                async () =>
                {
                    using var connections = JsonDocument.Parse(await Servers.Manage(HttpMethod.Get, path, null));
                    return connections
                        .RootElement.EnumerateArray()
                        .Where(x => x.TryGetProperty("user_provided_name", out var name) && name.GetString() == $"followup-{service}")
                        .Select(x => x.GetProperty("node").GetString()!.Split('@')[0])
                        .FirstOrDefault();
                },
                x => x is not null,
                null,
                $"{service} is connected to a node"
            )
        )!;
    }

    public async ValueTask DisposeAsync() => await Servers.Script("members-stop");
}

/// <summary>Further servers in the directory of the test run's servers. See <c>scripts/servers.sh</c>.</summary>
internal static class Members
{
    public static string Of(string name) => Path.Combine(Servers.Home, "members", name);

    public static int Port(string name, string what)
    {
        var setting = $"{what}_port=";
        var line = File.ReadLines(Path.Combine(Of(name), "ports")).First(x => x.StartsWith(setting, StringComparison.Ordinal));
        return int.Parse(line[setting.Length..], CultureInfo.InvariantCulture);
    }
}
