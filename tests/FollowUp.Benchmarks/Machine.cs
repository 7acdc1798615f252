using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace FollowUp.Benchmarks;

/// <summary>The machine that the figures are measured on.</summary>
internal static class Machine
{
    public static async Task<string> Describe(string database)
    {
        var cpu =
            File.ReadLines("/proc/cpuinfo").FirstOrDefault(x => x.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            ?? "unknown CPU";
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1L << 30);
        var dataSource = NpgsqlDataSource.Create(database);
        await using (dataSource)
        {
            await using var version = dataSource.CreateCommand("show server_version");
            var postgres = ((string)(await version.ExecuteScalarAsync())!).Split(' ')[0];
            return $"{Environment.ProcessorCount} cores ({cpu}), {memory} GiB, "
                + $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.FrameworkDescription}, "
                + $"PostgreSQL {postgres}, RabbitMQ {await Broker("rabbitmq_version") ?? "unknown"}; "
                + "client, servers and services all on it";
        }
    }

    /// <summary>The machine's speed at this moment: inserts a second of rows of an event's size, each in its own transaction.</summary>
    public static async Task<double> RawInserts(string database, TimeSpan time)
    {
        await using var dataSource = NpgsqlDataSource.Create(database);
        await using (var create = dataSource.CreateCommand("create table yardstick (id uuid primary key, data jsonb not null)"))
            await create.ExecuteNonQueryAsync();
        var data = "{\"padding\":\"" + new string('x', 400) + "\"}";
        var start = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        var count = 0;
                        for (; Stopwatch.GetElapsedTime(start) < time; count++)
                        {
                            await using var insert = dataSource.CreateCommand("insert into yardstick values ($1, $2::jsonb)");
                            insert.Parameters.Add(new NpgsqlParameter { Value = Guid.NewGuid() });
                            insert.Parameters.Add(new NpgsqlParameter { Value = data });
                            await insert.ExecuteNonQueryAsync();
                        }

                        return count;
                    })
                )
        );
        var rate = counts.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
        await using (var drop = dataSource.CreateCommand("drop table yardstick"))
            await drop.ExecuteNonQueryAsync();
        return rate;
    }

    /// <summary>The process ids of PostgreSQL's postmaster and of the broker; null where they are unknown.</summary>
    public static async Task<(int? Postgres, int? Broker)> ServerProcesses(string database)
    {
        await using var dataSource = NpgsqlDataSource.Create(database);
        await using var backend = dataSource.CreateCommand("select pg_backend_pid()");
        var postmaster = Parent((int)(await backend.ExecuteScalarAsync())!);
        return (postmaster, int.TryParse(await Node("os_pid"), CultureInfo.InvariantCulture, out var broker) ? broker : null);
    }

    /// <summary>The processor time of a process and its children, including children that have ended.</summary>
    public static TimeSpan CpuTime(int process)
    {
        if (process == Environment.ProcessId)
            return Process.GetCurrentProcess().TotalProcessorTime; // without its children, which are the measured services
        var ticks = Stat(process) is { } own ? Ticks(own, 11, 4) : 0; // utime, stime, cutime, cstime
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (
                int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var child)
                && Parent(child) == process
                && Stat(child) is { } stat
            )
                ticks += Ticks(stat, 11, 2);
        }

        return TimeSpan.FromSeconds(ticks / 100.0); // USER_HZ is 100 on every Linux that .NET runs on
    }

    /// <summary>The resident memory of a process now and at its highest, in MiB.</summary>
    public static (long Now, long Most) Memory(int process)
    {
        long Of(string what) =>
            File.ReadLines($"/proc/{process}/status")
                .Where(x => x.StartsWith(what + ":", StringComparison.Ordinal))
                .Select(x =>
                    long.Parse(x.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024
                )
                .FirstOrDefault();
        return (Of("VmRSS"), Of("VmHWM"));
    }

    private static int? Parent(int process) => Stat(process) is { } stat ? int.Parse(stat[1], CultureInfo.InvariantCulture) : null;

    private static long Ticks(string[] stat, int first, int count) =>
        stat.Skip(first).Take(count).Sum(x => long.Parse(x, CultureInfo.InvariantCulture));

    /// <summary>The fields behind the command's name, which may hold anything: the first is the state, the second the parent.</summary>
    private static string[]? Stat(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // the process has ended meanwhile
        }
    }

    private static async Task<string?> Broker(string property) => (await Ask("api/overview"))?.Text(property);

    private static async Task<string?> Node(string property) => (await Ask("api/nodes"))?.Text("0." + property);

    private static async Task<JsonElement?> Ask(string path)
    {
        if (Environment.GetEnvironmentVariable("FOLLOWUP_TEST_MANAGEMENT") is not { Length: > 0 } management)
            return null;
        var user = Uri.UnescapeDataString(new Uri(Environment.GetEnvironmentVariable("FOLLOWUP_TEST_AMQP")!).UserInfo);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes(user))
        );
        return JsonDocument.Parse(await http.GetStringAsync(new Uri(new Uri(management.TrimEnd('/') + "/"), path))).RootElement;
    }
}
