using System.Diagnostics;
using System.Globalization;

namespace FollowUp.Harness;

/// <summary>
/// A machine of its own for the nodes that run on it: a network namespace, connected to this one by a pair of virtual devices. The servers
/// listen on 127.0.0.1; a rule of the firewall leads what arrives from the namespace to them, so that nothing stands between a node's
/// socket and a server's. A part of the connection, or all of it, can be made to drop every packet without a word.
/// </summary>
public sealed class RemoteMachine : IDisposable
{
    private static int _count;

    private readonly string _name;
    private readonly string _device;
    private readonly List<(string[] Here, string[] There)> _dropped = [];

    private RemoteMachine(int number)
    {
        _name = string.Create(CultureInfo.InvariantCulture, $"fu{Environment.ProcessId}n{number}");
        _device = string.Create(CultureInfo.InvariantCulture, $"fu{Environment.ProcessId}d{number}");
        var network = string.Create(CultureInfo.InvariantCulture, $"10.{Environment.ProcessId % 200 + 20}.{number % 250}");
        (Gateway, Address) = (network + ".1", network + ".2");
    }

    /// <summary>This machine's address, at which the servers are reached from that one.</summary>
    public string Gateway { get; }

    /// <summary>That machine's address, as seen from here.</summary>
    public string Address { get; }

    /// <summary>What comes before a command that is to run on that machine.</summary>
    public IReadOnlyList<string> Enter => ["ip", "netns", "exec", _name];

    /// <summary>Why this machine can't have others within itself; null where it can.</summary>
    public static string? Obstacle()
    {
        try
        {
            using var machine = Start();
            return null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"Network namespaces need root, iproute2 and iptables: {exception.Message}";
        }
    }

    public static RemoteMachine Start()
    {
        var machine = new RemoteMachine(Interlocked.Increment(ref _count));
        try
        {
            machine.Connect();
            return machine;
        }
        catch
        {
            machine.Dispose();
            throw;
        }
    }

    private void Connect()
    {
        Run("ip", "netns", "add", _name);
        Run("ip", "link", "add", _device, "type", "veth", "peer", "name", "eth0", "netns", _name);
        Run("ip", "addr", "add", Gateway + "/30", "dev", _device);
        Run("ip", "link", "set", _device, "up");
        Run("ip", "-n", _name, "addr", "add", Address + "/30", "dev", "eth0");
        Run("ip", "-n", _name, "link", "set", "eth0", "up");
        Run("ip", "-n", _name, "link", "set", "lo", "up");
        File.WriteAllText($"/proc/sys/net/ipv4/conf/{_device}/route_localnet", "1");
        Run("iptables", ["-w", "-t", "nat", "-A", .. ToServers]);
    }

    private string[] ToServers => ["PREROUTING", "-i", _device, "-p", "tcp", "-j", "DNAT", "--to-destination", "127.0.0.1"];

    /// <summary>Drops every packet between the machine and the servers, from now on and in both directions.</summary>
    /// <param name="port">Only those of the server with this port.</param>
    public void CutOff(int? port = null)
    {
        var number = port?.ToString(CultureInfo.InvariantCulture);
        string[] here = ["PREROUTING", "-i", _device, "-p", "tcp", .. number is null ? (string[])[] : ["--dport", number], "-j", "DROP"];
        string[] there = ["INPUT", "-i", "eth0", "-p", "tcp", .. number is null ? (string[])[] : ["--sport", number], "-j", "DROP"];
        Run("iptables", ["-w", "-t", "raw", "-A", .. here]);
        _dropped.Add((here, there));
        Run("ip", ["netns", "exec", _name, "iptables", "-w", "-A", .. there]);
    }

    /// <summary>Lets every packet through again.</summary>
    public void Reconnect()
    {
        foreach (var (here, there) in _dropped)
        {
            Run("iptables", ["-w", "-t", "raw", "-D", .. here]);
            Run("ip", ["netns", "exec", _name, "iptables", "-w", "-D", .. there]);
        }
        _dropped.Clear();
    }

    /// <summary>Sends a GET request from the machine to itself, which works while it is cut off.</summary>
    /// <returns>The status; 0 without a response.</returns>
    public async Task<int> Get(Uri address)
    {
        using var process = Process.Start(
            Start("ip", "netns", "exec", _name, "curl", "-s", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}", address.ToString())
        )!;
        var status = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return int.Parse(status, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        foreach (var (here, _) in _dropped)
            Try("iptables", ["-w", "-t", "raw", "-D", .. here]);
        Try("iptables", ["-w", "-t", "nat", "-D", .. ToServers]);
        Try("ip", "netns", "del", _name);
        Try("ip", "link", "del", _device);
    }

    private static void Try(string program, params string[] arguments)
    {
        try
        {
            Run(program, arguments);
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It was not made, or is gone with the namespace.
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(Start(program, arguments)) ?? throw new InvalidOperationException($"{program} did not start.");
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {errors.Trim()}");
    }

    private static ProcessStartInfo Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin";
        return start;
    }
}
