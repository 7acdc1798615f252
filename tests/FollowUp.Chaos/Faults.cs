using Npgsql;

namespace FollowUp.Chaos;

/// <summary>Carries out the faults of a schedule, and mends what each of them broke.</summary>
internal sealed class Faults(Pair pair, Broker broker, Load load, string listenersQueue)
{
    private const string Events = "followup.events",
        Commands = "followup.commands";
    private static readonly string[] Inboxes = ["followup.applications.inbox", "followup.scheduler.inbox"];
    private static readonly string[] Queues =
    [
        .. Inboxes,
        "followup.applications.commands",
        "followup.scheduler.commands",
        "followup.scheduler.requests",
        "followup.applications.convergence",
        "followup.scheduler.convergence",
    ];
    private static readonly TimeSpan Readiness = TimeSpan.FromMinutes(2),
        Rebinding = TimeSpan.FromMinutes(1),
        Publishing = TimeSpan.FromSeconds(20); // how much later than its time an event may be published

    private readonly List<DeafTime> _deaf = [];

    /// <summary>The times in which the listener could not hear.</summary>
    public IReadOnlyList<DeafTime> Deaf => _deaf;

    /// <summary>Breaks something for as long as the fault lasts, and mends it. A node that was started need not be ready yet.</summary>
    public Task Carry(Fault fault) =>
        fault.Kind.Name switch
        {
            _ when fault.Kind == FaultKind.NodeKilled => Down(Node(fault), fault, x => x.Kill()),
            _ when fault.Kind == FaultKind.NodeRestarted => Down(Node(fault), fault, x => x.Stop()),
            _ when fault.Kind == FaultKind.NodeFrozen => Frozen(Node(fault), fault),
            _ when fault.Kind == FaultKind.ServiceKilled => Task.WhenAll(Service(fault).Select(x => Down(x, fault, y => y.Kill()))),
            _ when fault.Kind == FaultKind.BrokerStopped => Down(Servers.StopBroker, fault, Servers.StartBroker),
            _ when fault.Kind == FaultKind.BrokerKilled => Down(Servers.KillBroker, fault, Servers.StartBroker),
            _ when fault.Kind == FaultKind.BrokerFrozen => Down(Servers.FreezeBroker, fault, Servers.ThawBroker),
            _ when fault.Kind == FaultKind.BrokerConnectionsClosed => broker.CloseConnections(),
            _ when fault.Kind == FaultKind.PasswordRefused => Down(Refuse, fault, broker.AcceptPassword),
            _ when fault.Kind == FaultKind.QueuePurged => Empty(Queues[fault.Target % Queues.Length], broker.Purge),
            _ when fault.Kind == FaultKind.QueueDeleted => Empty(Queues[fault.Target % Queues.Length], broker.DeleteQueue),
            _ when fault.Kind == FaultKind.BindingDeleted => Unbind(fault.Target),
            _ when fault.Kind == FaultKind.ExchangeDeleted => Delete(fault.Target % 2 == 0 ? Events : Commands),
            _ when fault.Kind == FaultKind.DatabaseStopped => Down(Servers.StopDatabase, fault, Servers.StartDatabase),
            _ when fault.Kind == FaultKind.DatabaseKilled => Down(Servers.KillDatabase, fault, Servers.StartDatabase),
            _ when fault.Kind == FaultKind.DatabaseConnectionsClosed => Sql(
                Database(fault),
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
                TimeSpan.Zero
            ),
            _ when fault.Kind == FaultKind.TransactionLeftOpen => Sql(
                Database(fault),
                "select nextval('followup.mt_events_sequence')", // as an append that goes no further: its number is not final
                fault.Lasts
            ),
            var name => throw new ArgumentOutOfRangeException(nameof(fault), name, "There is no such fault."),
        };

    /// <summary>Starts the nodes that have ended by themselves, as an orchestrator does, and waits until all are ready.</summary>
    /// <returns>The nodes that had ended, or don't get ready.</returns>
    public async Task<IReadOnlyList<string>> Revive()
    {
        var complaints = new List<string>();
        foreach (var node in pair.Services.Where(x => !x.IsRunning))
        {
            complaints.Add($"{node.Name} has ended by itself");
            node.Start();
        }
        foreach (var node in pair.Services)
        {
            try
            {
                await node.IsReady(Readiness);
            }
            catch (Exception e) when (e is TimeoutException or InvalidOperationException)
            {
                complaints.Add($"{node.Name} is not ready: {e.Message}");
            }
        }
        return complaints;
    }

    private static Servers Servers => Servers.FromEnvironment;

    private Service Node(Fault fault)
    {
        Service[] all = [.. pair.Services];
        return all[fault.Target % all.Length];
    }

    private IReadOnlyList<Service> Service(Fault fault) => fault.Target % 2 == 0 ? pair.Applications : pair.Scheduler;

    private string Database(Fault fault) => fault.Target % 2 == 0 ? pair.ApplicationsDatabase : pair.SchedulerDatabase;

    private static async Task Down(Service node, Fault fault, Func<Service, Task> strike)
    {
        await strike(node);
        await Task.Delay(fault.Lasts);
        node.Start();
    }

    private static async Task Frozen(Service node, Fault fault)
    {
        node.Freeze();
        try
        {
            await Task.Delay(fault.Lasts);
        }
        finally
        {
            node.Thaw();
        }
    }

    private static async Task Down(Func<Task> strike, Fault fault, Func<Task> mend)
    {
        try
        {
            await strike();
            await Task.Delay(fault.Lasts);
        }
        finally
        {
            await mend();
        }
    }

    private async Task Refuse()
    {
        await broker.RefusePassword();
        await broker.CloseConnections(); // the broker asks for it only at the start of a connection
    }

    private async Task Empty(string queue, Func<string, Task> strike)
    {
        await strike(queue);
        load.Emptied(queue);
    }

    private Task Unbind(int target)
    {
        var inbox = Inboxes[target % Inboxes.Length];
        return broker.DeleteBinding(Events, inbox, target / Inboxes.Length);
    }

    private async Task Delete(string exchange)
    {
        var from = DateTimeOffset.UtcNow - Publishing;
        await broker.DeleteExchange(exchange);
        if (exchange != Events)
            return;
        await broker.IsBound(Events, listenersQueue, Rebinding);
        _deaf.Add(new(from, DateTimeOffset.UtcNow));
    }

    private static async Task Sql(string database, string statement, TimeSpan open)
    {
        // without the harness's options: the server's own limit ends what is idle for too long
        var settings = new NpgsqlConnectionStringBuilder(database) { Pooling = false, Options = null };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand(statement, connection, transaction))
            await command.ExecuteNonQueryAsync();
        await Task.Delay(open);
        try
        {
            await transaction.RollbackAsync();
        }
        catch (NpgsqlException)
        {
            // The server has ended a transaction that was idle for too long.
        }
    }
}
