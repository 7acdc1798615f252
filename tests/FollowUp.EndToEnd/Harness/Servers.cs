using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Npgsql;

namespace FollowUp.Harness;

/// <summary>The PostgreSQL and the RabbitMQ of a test run, and the operations on them. See <c>./followup test</c>.</summary>
public sealed class Servers
{
    private const string HowToGetThem =
        "The end-to-end tests need real servers and built services: run them with ./followup test. From an IDE or with dotnet test, "
        + "start both with ./followup servers start first, and set the variables that it prints (CONTRIBUTING.md).";

    private const string NoManagement =
        "Every pair of services gets its own virtual host, which needs RabbitMQ's management plugin: FOLLOWUP_TEST_MANAGEMENT is empty.";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromMinutes(2) };

    private readonly NpgsqlConnectionStringBuilder _postgres;
    private readonly IReadOnlyList<Uri> _brokers;
    private readonly IReadOnlyList<string> _management;

    private Servers(string postgres, IReadOnlyList<Uri> brokers, IReadOnlyList<string> management) =>
        (_postgres, _brokers, _management) = (new(postgres), brokers, management);

    public static Servers FromEnvironment { get; } =
        new(
            Required("FOLLOWUP_TEST_POSTGRES"),
            [new(Required("FOLLOWUP_TEST_AMQP"))],
            Environment.GetEnvironmentVariable("FOLLOWUP_TEST_MANAGEMENT") is { Length: > 0 } management ? [management] : []
        );

    private Uri Broker => _brokers[0];

    /// <summary>The connection string of PostgreSQL's administrator.</summary>
    internal string Postgres => _postgres.ConnectionString;

    /// <summary>The same servers, but for a PostgreSQL of several hosts.</summary>
    /// <param name="hosts">As the connection string has them.</param>
    public Servers WithDatabase(string hosts) =>
        new(
            new NpgsqlConnectionStringBuilder(_postgres.ConnectionString)
            {
                Host = hosts,
                TargetSessionAttributes = "primary",
            }.ConnectionString,
            _brokers,
            _management
        );

    /// <summary>The same servers, but for a broker of several nodes.</summary>
    /// <param name="ports">The AMQP ports of the nodes.</param>
    /// <param name="management">The ports of their management APIs.</param>
    public Servers WithBrokers(IEnumerable<int> ports, IEnumerable<int> management) =>
        new(
            _postgres.ConnectionString,
            [.. ports.Select(x => new UriBuilder(Broker) { Port = x }.Uri)],
            [.. management.Select(x => new UriBuilder(_management[0]) { Port = x }.Uri.ToString())]
        );

    /// <summary>The folder of the built services.</summary>
    public string Bin { get; } = Required("FOLLOWUP_BIN");

    /// <summary>The broker user that performs every operation.</summary>
    public string BrokerUser => Uri.UnescapeDataString(Broker.UserInfo.Split(':')[0]);

    /// <summary>The URI of the management API as Applications gets it, with the credentials of the services' own user.</summary>
    public string Management =>
        new UriBuilder(_management is [var first, ..] ? first : throw new InvalidOperationException(NoManagement))
        {
            UserName = Broker.UserInfo.Split(':')[0],
            Password = Broker.UserInfo.Split(':')[1],
        }.Uri.ToString();

    /// <summary>Creates a database for the caller alone.</summary>
    /// <returns>The connection string of the database.</returns>
    public async Task<string> CreateDatabase(string name)
    {
        await Sql($"create database \"{name}\"");
        return new NpgsqlConnectionStringBuilder(_postgres.ConnectionString) { Database = name }.ConnectionString;
    }

    public Task DropDatabase(string name) => Sql($"drop database if exists \"{name}\" with (force)");

    /// <summary>Creates a virtual host for the caller alone.</summary>
    /// <returns>The URI of the virtual host, at the first node of the broker.</returns>
    public async Task<Uri> CreateVirtualHost(string name)
    {
        await Manage(HttpMethod.Put, $"api/vhosts/{name}", new { });
        await Manage(
            HttpMethod.Put,
            $"api/permissions/{name}/{Uri.EscapeDataString(BrokerUser)}",
            new
            {
                configure = ".*",
                write = ".*",
                read = ".*",
            }
        );
        return new UriBuilder(Broker) { Path = "/" + name }.Uri;
    }

    /// <summary>The URI of a virtual host at each node of the broker.</summary>
    /// <param name="bus">Its URI at the first.</param>
    public IReadOnlyList<Uri> Nodes(Uri bus) => [.. _brokers.Select(x => new UriBuilder(bus) { Port = x.Port }.Uri)];

    /// <summary>The services' setting for a virtual host, with all nodes of the broker.</summary>
    /// <param name="bus">Its URI at the first.</param>
    public string Setting(Uri bus) =>
        bus.ToString().Replace(bus.Authority, string.Join(',', Nodes(bus).Select(x => x.Authority)), StringComparison.Ordinal);

    /// <summary>Creates a user, or changes the password and the permissions of one, as the broker's operator can.</summary>
    /// <param name="permission">The names that the user may configure, write to and read from; every name unless given.</param>
    /// <param name="write">Those that it may write to, if they are others.</param>
    public async Task CreateUser(string virtualHost, string user, string password, string permission = ".*", string? write = null)
    {
        await Manage(HttpMethod.Put, $"api/users/{Uri.EscapeDataString(user)}", new { password, tags = "" });
        await Manage(
            HttpMethod.Put,
            $"api/permissions/{virtualHost}/{Uri.EscapeDataString(user)}",
            new
            {
                configure = permission,
                write = write ?? permission,
                read = permission,
            }
        );
    }

    /// <summary>Deletes a user, which closes its connections.</summary>
    public Task DropUser(string user) => Manage(HttpMethod.Delete, $"api/users/{Uri.EscapeDataString(user)}", null);

    public Task DropVirtualHost(string name) => Manage(HttpMethod.Delete, $"api/vhosts/{name}", null);

    /// <summary>
    /// Waits until no other pair is starting, in this run or in a parallel one: a start is CPU-bound, and many starts at once would all
    /// miss their deadlines.
    /// </summary>
    /// <returns>The lock; disposing of it releases it, and so does the end of the process.</returns>
    public async Task<IAsyncDisposable> LockStart()
    {
        Task<FileStream?> Take()
        {
            try
            {
                return Task.FromResult<FileStream?>(
                    new(Path.Combine(Bin, "starting"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
                );
            }
            catch (IOException) // another process holds the lock
            {
                return Task.FromResult<FileStream?>(null);
            }
        }

        return (await Eventually.Get(Take, x => x is not null, 2 * Eventually.PatienceAtStart, "no other pair is starting"))!;
    }

    /// <summary>Stops the broker in an orderly way.</summary>
    public Task StopBroker() => Script("broker-stop");

    /// <summary>Kills the broker with kill -9.</summary>
    public Task KillBroker() => Script("broker-kill");

    public Task StartBroker() => Script("broker-start");

    /// <summary>The broker hangs, with every connection open.</summary>
    public Task FreezeBroker() => SignalBroker("STOP");

    public Task ThawBroker() => SignalBroker("CONT");

    /// <summary>Kills PostgreSQL, and with it both services' databases.</summary>
    public Task KillDatabase() => Script("database-kill");

    /// <summary>Stops PostgreSQL, and with it every connection.</summary>
    public Task StopDatabase() => Script("database-stop");

    public Task StartDatabase() => Script("database-start");

    /// <summary>Writes a backup of both databases of a pair, with <c>./followup</c>.</summary>
    /// <param name="file">The file.</param>
    /// <param name="scheduler">The connection string of the Scheduler's database.</param>
    /// <param name="applications">The connection string of the database of Applications.</param>
    public Task Backup(string file, string scheduler, string applications) =>
        Script("backup", Home, file, DatabaseOf(scheduler), DatabaseOf(applications));

    /// <summary>Restores databases from a backup, with <c>./followup</c>. No service may run on them.</summary>
    /// <param name="file">The file.</param>
    /// <param name="databases">The names of the services, and the connection strings of their databases.</param>
    public Task Restore(string file, params (string Service, string Database)[] databases) =>
        Script("restore", Home, [file, .. databases.SelectMany(x => new[] { x.Service, DatabaseOf(x.Database) })]);

    private static string DatabaseOf(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Database!;

    internal static void Signal(int process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        if (kill.ExitCode != 0)
            throw new InvalidOperationException($"kill -{signal} {process}: exit code {kill.ExitCode}");
    }

    private static async Task SignalBroker(string signal)
    {
        var file = await File.ReadAllTextAsync(Path.Combine(Required("FOLLOWUP_TEST_SERVERS"), "rabbitmq.pid"));
        Signal(int.Parse(file.Split(' ')[0], CultureInfo.InvariantCulture), signal); // the start time is behind the process id
    }

    private async Task Sql(string statement)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(_postgres.ConnectionString)
            {
                Database = _postgres.Database ?? "postgres",
                Pooling = false,
            }.ConnectionString
        );
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Asks the management API of the broker's first node that runs.</summary>
    /// <returns>The response's body.</returns>
    internal async Task<string> Manage(HttpMethod method, string path, object? body)
    {
        if (_management.Count == 0)
            throw new InvalidOperationException(NoManagement);

        using var response = await Send(method, path, body);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException(
                $"{method} {path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}"
            );
        return await response.Content.ReadAsStringAsync();
    }

    private async Task<HttpResponseMessage> Send(HttpMethod method, string path, object? body)
    {
        for (var node = 0; ; node++)
        {
            using var request = new HttpRequestMessage(method, new Uri(new Uri(_management[node].TrimEnd('/') + "/"), path));
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic",
                Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(Broker.UserInfo)))
            );
            if (body is not null)
                request.Content = JsonContent.Create(body);
            try
            {
                return await Http.SendAsync(request);
            }
            catch (HttpRequestException) when (node < _management.Count - 1) { } // the node is lost
        }
    }

    /// <summary>The directory of the servers.</summary>
    internal static string Home => Required("FOLLOWUP_TEST_SERVERS");

    internal static async Task Script(string what, string? directory = null, params string[] arguments)
    {
        string[] command = ["servers", what, directory ?? Home, .. arguments];
        var start = new ProcessStartInfo(Required("FOLLOWUP_TEST_SCRIPT"), command)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Eventually.PatienceAtStart);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"followup servers {what}: exit code {process.ExitCode}\n{await output}\n{await errors}");
    }

    private static string Required(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"{name} is not set. {HowToGetThem}");
}
