using System.Globalization;
using System.Text.RegularExpressions;

namespace FollowUp.Harness;

/// <summary>
/// Applications and Scheduler, each with a database of its own, on a virtual host of their own. One node of each service, or more.
/// </summary>
public sealed partial class Pair : IAsyncDisposable
{
    private static readonly string Run = $"{DateTime.UtcNow:MMddHHmmss}{Random.Shared.Next(36 * 36):x}";
    private static int _count;

    private const string MayBeIdle = ";Options=-c idle_in_transaction_session_timeout=0";

    private readonly string _name = $"e2e_{Run}_{Interlocked.Increment(ref _count)}";
    private readonly Dictionary<string, Team> _teams = [];
    private readonly Queue<Team> _spare = [];
    private readonly SemaphoreSlim _teamsGate = new(1);
    private readonly Servers _servers;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly bool _hasOwnUser;
    private readonly RemoteMachine? _machine;
    private int _next;
    private bool _hasFailed;

    private Pair(Servers servers, IReadOnlyDictionary<string, string>? settings, bool hasOwnUser, RemoteMachine? machine) =>
        (_servers, _settings, _hasOwnUser, _machine) = (servers, settings ?? new Dictionary<string, string>(), hasOwnUser, machine);

    public IReadOnlyList<Service> Applications { get; private set; } = [];

    public IReadOnlyList<Service> Scheduler { get; private set; } = [];

    public IEnumerable<Service> Services => Applications.Concat(Scheduler);

    /// <summary>The virtual host's URI, at the first node of the broker.</summary>
    public Uri Bus { get; private set; } = null!;

    public string BrokerUser => _servers.BrokerUser;

    /// <summary>The broker user of the services alone, in a pair that has one.</summary>
    public string OwnUser => _name;

    /// <summary>The password of <see cref="OwnUser"/> that the services have.</summary>
    public const string OwnPassword = "own";

    /// <summary>Gives the services' own user this password and permission; its connections stay.</summary>
    public Task GiveOwnUser(string password = OwnPassword, string permission = ".*", string? write = null) =>
        _servers.CreateUser(_name, OwnUser, password, permission, write);

    /// <summary>Closes the connections of the services' own user, and gives it this password and permission.</summary>
    public async Task DisconnectOwnUser(string password = OwnPassword, string permission = ".*", string? write = null)
    {
        await _servers.DropUser(OwnUser);
        await GiveOwnUser(password, permission, write);
    }

    /// <summary>Deletes the virtual host, which closes every connection to it.</summary>
    public Task LoseVirtualHost() => _servers.DropVirtualHost(_name);

    /// <summary>Makes the virtual host again: empty, with the permissions of the services' user.</summary>
    public Task GiveVirtualHost() => _servers.CreateVirtualHost(_name);

    /// <summary>The connection string for the tests: a transaction of theirs may be idle for as long as a test needs it.</summary>
    public string ApplicationsDatabase { get; private set; } = "";

    /// <inheritdoc cref="ApplicationsDatabase"/>
    public string SchedulerDatabase { get; private set; } = "";

    /// <summary>Every message that was published on the event exchange since the start.</summary>
    public Wire Wire { get; private set; } = null!;

    /// <summary>The team <c>default</c>, with every scope.</summary>
    public Team Default { get; private set; } = null!;

    /// <param name="nodes">The number of nodes of each service.</param>
    /// <param name="listening">Whether to receive every message; a benchmark saves that time.</param>
    /// <param name="settings">
    /// Additional settings of both services, by the names of their environment variables, such as <c>Oidc__Authority</c>.
    /// </param>
    /// <param name="fill">Fills the databases of Applications and Scheduler before the services start.</param>
    /// <param name="hasOwnUser">Whether the services connect as <see cref="OwnUser"/>, which a test may refuse.</param>
    /// <param name="machine">Where the first node of each service runs; null for this machine.</param>
    /// <param name="servers">PostgreSQL and RabbitMQ; those of the test run unless given.</param>
    public static async Task<Pair> Start(
        int nodes = 1,
        bool listening = true,
        IReadOnlyDictionary<string, string>? settings = null,
        Func<string, string, Task>? fill = null,
        bool hasOwnUser = false,
        RemoteMachine? machine = null,
        Servers? servers = null
    )
    {
        var pair = new Pair(servers ?? Servers.FromEnvironment, settings, hasOwnUser, machine);
        try
        {
            await pair.StartAll(nodes, fill);
            if (listening && pair.Wire is null)
                pair.Wire = await Wire.Tap(pair._servers.Nodes(pair.Bus));
            return pair;
        }
        catch
        {
            pair._hasFailed = true;
            await pair.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// The team that the tests of this pair know by that name: a team of its own, created at the first request. The returned team has the
    /// name by which FollowUp knows it.
    /// </summary>
    public async Task<Team> Team(string name)
    {
        await _teamsGate.WaitAsync();
        try
        {
            if (_teams.TryGetValue(name, out var known))
                return known;
            if (_spare.Count == 0)
                await MakeTeams();
            return _teams[name] = _spare.Dequeue();
        }
        finally
        {
            _teamsGate.Release();
        }
    }

    // Creates teams as an operator does: with the command, which starts a process. Each process therefore creates more than one team.
    private async Task MakeTeams()
    {
        // the broker's users, which are named after their teams, are those of all pairs of a test run
        var pair = _name.Replace('_', '-');
        string[] names =
        [
            .. Enumerable.Range(_teams.Count + 1, 10).Select(x => string.Create(CultureInfo.InvariantCulture, $"{pair}-{x}")),
        ];
        var printed = await Applications
            .First(x => x.IsRunning)
            .Command(["key", .. names.SelectMany(x => new[] { "--team", x }), "--name", "end-to-end"]);
        var keys = printed.Split('\n');
        if (keys.Length != names.Length || keys.Any(x => !x.StartsWith("fu_", StringComparison.Ordinal)))
            throw new InvalidOperationException($"The command key is to print the keys and nothing else on stdout. It printed: {printed}");
        foreach (var (name, key) in names.Zip(keys))
            _spare.Enqueue(Known(name, key));
    }

    private Team Known(string name, string key) => new(name, key, new Api(NextApplications, key), new Api(NextScheduler, key));

    /// <summary>A broker user that FollowUp didn't create, with every permission; the user is deleted at the end of the test.</summary>
    public async Task Stranger(string user, Func<Integration, Task> act)
    {
        await _servers.CreateUser(_name, user, "strange");
        try
        {
            await using var stranger = await Integration.Connect(this, user, "strange");
            await act(stranger);
        }
        finally
        {
            await _servers.DropUser(user);
        }
    }

    /// <summary>
    /// Whether the pair is as it was at its start, except for the recorded data: every node runs, within a while, and reports that it is
    /// ready.
    /// </summary>
    public async Task<bool> IsFit()
    {
        try
        {
            foreach (var service in Services.Where(x => !x.IsRunning))
                service.Start();
            foreach (var service in Services)
                await service.IsReady(TimeSpan.FromSeconds(30));
            return true;
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The end of every node's log.</summary>
    public string Tail(int lines = 40) => string.Join("\n\n", Services.Select(x => x.Tail(lines)));

    /// <summary>Keeps the databases and the virtual host of this pair when <c>./followup test --keep</c> asks for it.</summary>
    /// <returns>The information for a reader of the failure: the end of every node's log, and the names of what was kept.</returns>
    public string Failed()
    {
        _hasFailed = true;
        return IsKept ? $"{Tail()}\n\n--- kept: databases {_name}_applications and {_name}_scheduler, virtual host {_name}" : Tail();
    }

    private bool IsKept =>
        (_hasFailed || Wire is { HasBrokenPromise: true }) && Environment.GetEnvironmentVariable("FOLLOWUP_TEST_KEEP") is { Length: > 0 };

    public async ValueTask DisposeAsync()
    {
        if (Wire is not null)
            await Wire.DisposeAsync();
        await Task.WhenAll(Services.Select(x => x.DisposeAsync().AsTask()));
        if (IsKept)
            return;
        await _servers.DropDatabase(_name + "_applications");
        await _servers.DropDatabase(_name + "_scheduler");
        if (Bus is not null)
            await _servers.DropVirtualHost(_name);
        if (_hasOwnUser)
            await _servers.DropUser(OwnUser);
    }

    private async Task StartAll(int nodes, Func<string, string, Task>? fill)
    {
        Bus = await _servers.CreateVirtualHost(_name);
        if (_hasOwnUser)
            await GiveOwnUser();
        var applications = await _servers.CreateDatabase(_name + "_applications");
        var scheduler = await _servers.CreateDatabase(_name + "_scheduler");
        ApplicationsDatabase = applications + MayBeIdle;
        SchedulerDatabase = scheduler + MayBeIdle;
        if (fill is not null)
        {
            await fill(ApplicationsDatabase, SchedulerDatabase);
            Wire = await Wire.Tap(_servers.Nodes(Bus)); // also receives what the services publish at their start
        }
        Applications =
        [
            .. Enumerable.Range(1, nodes).Select(x => Node("applications", "FollowUp.Applications.Host.dll", applications, x, nodes)),
        ];
        Scheduler = [.. Enumerable.Range(1, nodes).Select(x => Node("scheduler", "FollowUp.Scheduler.dll", scheduler, x, nodes))];
        foreach (var (name, value) in _settings)
        {
            foreach (var node in Services)
                node.Set(name, value);
        }

        await using (await _servers.LockStart())
        {
            foreach (var service in Services)
                service.Start();
            await Task.WhenAll(Services.Select(x => x.IsReady()));
        }

        if (fill is not null)
        {
            Default = _teams["default"] = Known(
                "default",
                await Applications[0].Command("key", "--team", "default", "--name", "end-to-end")
            );
            await Eventually.Get(() => Default.Scheduler.Get("/follow-ups?limit=1"), x => x.Status == 200); // the key arrives over the bus
            return;
        }

        // At the first start, one of the nodes prints the first key, once.
        var key = await Eventually.Get(
            () =>
                Task.FromResult(
                    Applications
                        .SelectMany(x => x.Lines())
                        .Select(x => FirstKey().Match(x))
                        .FirstOrDefault(x => x.Success)
                        ?.Groups["key"]
                        .Value
                ),
            x => x is not null
        );
        Default = _teams["default"] = Known("default", key!);
    }

    private Service Node(string service, string assembly, string database, int number, int nodes)
    {
        var machine = number == 1 ? _machine : null;
        string Reached(string address) =>
            machine is null ? address : address.Replace("127.0.0.1", machine.Gateway, StringComparison.Ordinal);
        return new(
            nodes == 1 ? $"{_name}-{service}" : $"{_name}-{service}-{number}",
            Path.Combine(_servers.Bin, service, assembly),
            new Dictionary<string, string>
            {
                ["ConnectionStrings__FollowUp"] =
                    $"{Reached(database)};Application Name={service}-{number};Connection Idle Lifetime=60;Connection Pruning Interval=10",
                ["Bus__Uri"] = Reached(
                    _hasOwnUser ? new UriBuilder(Bus) { UserName = OwnUser, Password = OwnPassword }.Uri.ToString() : _servers.Setting(Bus)
                ),
                ["Bus__Management"] = Reached(_servers.Management),
                ["Shutdown__Pause"] = nodes == 1 ? "0" : "2", // a single node's clients have nowhere else to go
            },
            Service.Logs,
            machine
        );
    }

    [GeneratedRegex("First key of team \"default\".*: (?<key>fu_.+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FirstKey();

    private Uri NextApplications() => Next(Applications);

    private Uri NextScheduler() => Next(Scheduler);

    /// <summary>Alternates between the running nodes, as a load balancer does.</summary>
    private Uri Next(IReadOnlyList<Service> nodes)
    {
        if (nodes.Count == 1)
            return nodes[0].Address;
        var running = nodes.Where(x => x.IsRunning).ToList();
        return (running.Count == 0 ? nodes[0] : running[(Interlocked.Increment(ref _next) & int.MaxValue) % running.Count]).Address;
    }
}
