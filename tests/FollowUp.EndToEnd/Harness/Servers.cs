using System.Diagnostics;
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

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromMinutes(2) };

    private readonly NpgsqlConnectionStringBuilder _postgres = new(Required("FOLLOWUP_TEST_POSTGRES"));
    private readonly Uri _amqp = new(Required("FOLLOWUP_TEST_AMQP"));

    public static Servers FromEnvironment { get; } = new();

    /// <summary>The folder of the built services.</summary>
    public string Bin { get; } = Required("FOLLOWUP_BIN");

    /// <summary>The broker user that performs every operation.</summary>
    public string BrokerUser => Uri.UnescapeDataString(_amqp.UserInfo.Split(':')[0]);

    /// <summary>The URI of the management API as Applications gets it, with the credentials of the services' own user.</summary>
    public string Management =>
        new UriBuilder(Required("FOLLOWUP_TEST_MANAGEMENT"))
        {
            UserName = _amqp.UserInfo.Split(':')[0],
            Password = _amqp.UserInfo.Split(':')[1],
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
    /// <returns>The URI of the virtual host.</returns>
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
        return new UriBuilder(_amqp) { Path = "/" + name }.Uri;
    }

    /// <summary>Creates a user, or changes the password and the permissions of one, as the broker's operator can.</summary>
    /// <param name="permission">The names that the user may configure, write to and read from; every name unless given.</param>
    public async Task CreateUser(string virtualHost, string user, string password, string permission = ".*")
    {
        await Manage(HttpMethod.Put, $"api/users/{Uri.EscapeDataString(user)}", new { password, tags = "" });
        await Manage(
            HttpMethod.Put,
            $"api/permissions/{virtualHost}/{Uri.EscapeDataString(user)}",
            new
            {
                configure = permission,
                write = permission,
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

    /// <summary>Kills PostgreSQL, and with it both services' databases.</summary>
    public Task KillDatabase() => Script("database-kill");

    /// <summary>Stops PostgreSQL, and with it every connection.</summary>
    public Task StopDatabase() => Script("database-stop");

    public Task StartDatabase() => Script("database-start");

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

    private async Task Manage(HttpMethod method, string path, object? body)
    {
        var management = Environment.GetEnvironmentVariable("FOLLOWUP_TEST_MANAGEMENT");
        if (string.IsNullOrEmpty(management))
            throw new InvalidOperationException(
                "Every pair of services gets its own virtual host, which needs RabbitMQ's management plugin: "
                    + "FOLLOWUP_TEST_MANAGEMENT is empty."
            );

        using var request = new HttpRequestMessage(method, new Uri(new Uri(management.TrimEnd('/') + "/"), path));
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(_amqp.UserInfo)))
        );
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var response = await Http.SendAsync(request);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException(
                $"{method} {path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}"
            );
    }

    private static async Task Script(string what)
    {
        var start = new ProcessStartInfo(Required("FOLLOWUP_TEST_SCRIPT"), ["servers", what, Required("FOLLOWUP_TEST_SERVERS")])
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
