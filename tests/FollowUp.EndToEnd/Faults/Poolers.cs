using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace FollowUp.EndToEnd.Faults;

/// <summary>
/// Behind PgBouncer. A pooler that gives each transaction another session makes the locks between nodes worthless: the service refuses to
/// start, with the reason and what to do. In session mode it works.
/// </summary>
public sealed class Poolers : IAsyncLifetime
{
    private const string Program = "/usr/sbin/pgbouncer";

    private readonly string _name = $"pooler_{Guid.NewGuid():n}"[..20];
    private readonly string _directory = Directory.CreateTempSubdirectory("followup-pgbouncer").FullName;
    private NpgsqlConnectionStringBuilder _database = null!;
    private Uri _bus = null!;
    private Process? _pooler;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(File.Exists(Program), "PgBouncer is not installed (Debian's package pgbouncer).");
        _database = new(await Servers.FromEnvironment.CreateDatabase(_name));
        _bus = await Servers.FromEnvironment.CreateVirtualHost(_name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_pooler is not null)
        {
            _pooler.Kill();
            await _pooler.WaitForExitAsync();
            _pooler.Dispose();
        }

        Directory.Delete(_directory, recursive: true);
        if (_database is null)
            return;
        await Servers.FromEnvironment.DropDatabase(_name);
        await Servers.FromEnvironment.DropVirtualHost(_name);
    }

    [Theory]
    [InlineData("transaction", "options", "each transaction gets another session")]
    [InlineData("transaction", "", "unsupported startup parameter")]
    public async Task A_pooler_that_can_not_be_used_is_refused_with_the_reason(string mode, string ignored, string reason)
    {
        await using var service = await Behind(mode, ignored);
        service.Start();

        Assert.Equal(2, await service.HasEnded());

        var said = Assert.Single(service.Lines(), x => x.StartsWith("ConnectionStrings:FollowUp ", StringComparison.Ordinal));
        Assert.Contains(reason, said, StringComparison.Ordinal);
        Assert.Contains("pool_mode=session", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pooler_in_session_mode_is_not_refused()
    {
        await using var service = await Behind("session", "options");
        await service.StartAndWait();
    }

    private async Task<Service> Behind(string mode, string ignored)
    {
        var port = FreePort();
        var users = Path.Combine(_directory, "users");
        await File.WriteAllTextAsync(users, $"\"{_database.Username}\" \"{_database.Password}\"\n");
        var settings = Path.Combine(_directory, "pgbouncer.ini");
        await File.WriteAllTextAsync(
            settings,
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                [databases]
                * = host=127.0.0.1 port={_database.Port}
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = {port}
                unix_socket_dir =
                auth_type = trust
                auth_file = {users}
                pool_mode = {mode}
                default_pool_size = 50
                ignore_startup_parameters = extra_float_digits{(ignored.Length == 0 ? "" : ", " + ignored)}

                """
            )
        );
        // As root PgBouncer refuses to run.
        string[] command = [Program, "--quiet", settings];
        if (Environment.IsPrivilegedProcess && OperatingSystem.IsLinux())
        {
            foreach (var path in new[] { _directory, users, settings })
                File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", .. command];
        }

        _pooler = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false })!;
        await Eventually.Holds(() => Answers(port), TimeSpan.FromMinutes(1), "PgBouncer listens");
        var database = new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Port = port };
        return new(
            $"{_name}-{mode}-{port}",
            Path.Combine(Servers.FromEnvironment.Bin, "applications", "FollowUp.Applications.Host.dll"),
            new Dictionary<string, string>
            {
                ["ConnectionStrings__FollowUp"] = database.ConnectionString,
                ["Bus__Uri"] = _bus.ToString(),
            },
            Service.Logs
        );
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool Answers(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port);
            return client.Connected;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
