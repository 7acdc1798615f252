using System.Diagnostics;
using System.Globalization;

namespace FollowUp.Harness;

/// <summary>
/// One node of one service: a process of its own, which can be stopped, killed and started again on the same port. The operating system
/// chooses the port at the first start. Linux prefers other ports for outgoing connections, so the port is usually still free after a
/// restart; if another process has taken it, the node starts again until the port is free.
/// </summary>
public sealed class Service : IAsyncDisposable
{
    private const string Listening = "Now listening on: "; // Kestrel's log line
    private const string PortTaken = "address already in use";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(30) };

    private readonly string _assembly;
    private readonly RemoteMachine? _machine;
    private readonly Dictionary<string, string> _settings;
    private readonly StreamWriter _log;
    private Process? _process;
    private long _startedAt;
    private volatile Uri? _address;
    private volatile bool _isListening;
    private volatile bool _foundPortTaken;

    /// <summary>The directory of the logs of services.</summary>
    public static string Logs { get; } =
        Environment.GetEnvironmentVariable("FOLLOWUP_TEST_LOGS") is { Length: > 0 } logs
            ? logs
            : Path.Combine(Path.GetTempPath(), "followup-e2e");

    /// <param name="machine">Where the node runs; null for this machine.</param>
    public Service(
        string name,
        string assembly,
        IReadOnlyDictionary<string, string> settings,
        string logDirectory,
        RemoteMachine? machine = null
    )
    {
        Name = name;
        _machine = machine;
        _assembly = assembly;
        _settings = new Dictionary<string, string>(settings, StringComparer.Ordinal);
        Directory.CreateDirectory(logDirectory);
        LogFile = Path.Combine(logDirectory, name + ".log");
        _log = new StreamWriter(new FileStream(LogFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill(_process);
    }

    public string Name { get; }

    /// <summary>The node's address: known when the node is ready for the first time, and unchanged from then on.</summary>
    public Uri Address => _address ?? throw new InvalidOperationException($"{Name} has not listened yet.");

    public string LogFile { get; }

    /// <summary>The time from the last start of the process until the node reported that it was ready.</summary>
    public TimeSpan TimeToReady { get; private set; }

    public bool IsRunning => _process is { HasExited: false };

    public int ProcessId => _process?.Id ?? throw new InvalidOperationException($"{Name} is not running.");

    /// <summary>Changes a setting; the change takes effect at the next start.</summary>
    public void Set(string setting, string? value)
    {
        if (value is null)
            _settings.Remove(setting);
        else
            _settings[setting] = value;
    }

    public void Start()
    {
        if (IsRunning)
            throw new InvalidOperationException($"{Name} is running already.");
        Note("starting");
        _startedAt = Stopwatch.GetTimestamp();
        _isListening = _foundPortTaken = false;
        _process = Run([]);
        _process.OutputDataReceived += (_, line) => Write(line.Data);
        _process.ErrorDataReceived += (_, line) => Write(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public async Task StartAndWait()
    {
        Start();
        await IsReady();
    }

    public async Task IsReady(TimeSpan? deadline = null)
    {
        await Eventually.Get(AskWhetherReady, x => x?.Status == 200, deadline ?? Eventually.PatienceAtStart, $"{Name} is ready");
        TimeToReady = Stopwatch.GetElapsedTime(_startedAt);
    }

    private async Task<Answer?> AskWhetherReady()
    {
        if (IsRunning)
            return _isListening ? await Health() : null; // until it listens, another process may answer at its address
        if (_process is not null)
            await _process.WaitForExitAsync(); // also waits for the last lines of the log
        if (!_foundPortTaken)
            throw new InvalidOperationException($"{Name} ended instead of getting ready.\n{Tail()}");
        Note("another process has the port");
        Start();
        return null;
    }

    /// <summary>Waits until the process has ended by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> HasEnded()
    {
        await _process!.WaitForExitAsync().WaitAsync(Eventually.PatienceAtStart);
        return _process.ExitCode;
    }

    public async Task<Answer> Health()
    {
        using var response = await Http.GetAsync(new Uri(Address, "/health/ready"));
        return new Answer(
            $"{Name} /health/ready",
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            null,
            null,
            null,
            null
        );
    }

    /// <summary>Runs the service's executable once, with the same environment, for one of its commands.</summary>
    /// <returns>What the command printed on stdout.</returns>
    public async Task<string> Command(params string[] arguments)
    {
        using var process = Run(arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Eventually.Patience);
        return process.ExitCode == 0
            ? output.Trim()
            : throw new InvalidOperationException(
                $"{Name} {string.Join(' ', arguments)}: exit code {process.ExitCode}\n{output}\n{await errors}"
            );
    }

    /// <summary>kill -9: the process gets no chance to clean up.</summary>
    public async Task Kill()
    {
        Note("kill -9");
        Kill(_process);
        if (_process is not null)
            await _process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP: the process does nothing, and its connections stay open.</summary>
    public void Freeze()
    {
        Note("SIGSTOP");
        Servers.Signal(ProcessId, "STOP");
    }

    public void Thaw()
    {
        Note("SIGCONT");
        Servers.Signal(ProcessId, "CONT");
    }

    /// <summary>SIGTERM, as an orchestrator sends it.</summary>
    public async Task Stop()
    {
        if (!IsRunning)
            return;
        Note("SIGTERM");
        using (var kill = Process.Start("kill", ["-TERM", ProcessId.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        try
        {
            await _process!.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException)
        {
            Note("did not stop within 30 s of SIGTERM");
            await Kill();
        }
    }

    /// <summary>The end of the log, for a reader of a failed test.</summary>
    public string Tail(int lines = 40) => $"--- the last of {LogFile}\n{string.Join('\n', Lines().TakeLast(lines))}";

    public IReadOnlyList<string> Lines()
    {
        using var file = new StreamReader(new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return file.ReadToEnd().Split('\n');
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        lock (_log)
            _log.Dispose();
    }

    private Process Run(IEnumerable<string> arguments)
    {
        string[] command = [.. _machine?.Enter ?? [], "dotnet", _assembly, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(_assembly)!,
        };
        foreach (var (name, value) in _settings)
            start.Environment[name] = value;
        start.Environment["ASPNETCORE_URLS"] = _address?.ToString().TrimEnd('/') ?? $"http://{_machine?.Address ?? "127.0.0.1"}:0";
        return Process.Start(start) ?? throw new InvalidOperationException($"{Name} did not start.");
    }

    private void Note(string what) => Write($"*** {DateTimeOffset.UtcNow:HH:mm:ss.fff} the tests: {what}");

    private void Write(string? line)
    {
        if (line is null)
            return;
        if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
        {
            _address ??= new Uri(line[(at + Listening.Length)..].Trim());
            _isListening = true;
        }

        if (line.Contains(PortTaken, StringComparison.OrdinalIgnoreCase))
            _foundPortTaken = true;
        lock (_log)
        {
            if (_log.BaseStream is { CanWrite: true })
                _log.WriteLine(line);
        }
    }

    private static void Kill(Process? process)
    {
        try
        {
            process?.Kill();
        }
        catch (InvalidOperationException)
        {
            // The process has already ended.
        }
    }
}
