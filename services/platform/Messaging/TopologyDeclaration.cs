using System.Diagnostics.Metrics;
using System.Text.Json;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Observability;
using FollowUp.Platform.Security;
using Marten;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace FollowUp.Platform.Messaging;

// See docs/decisions/0029-consumers-come-back.md
/// <summary>
/// Declares the exchanges, queues and bindings on the broker, and keeps them there: looks every 2 s whether one of them is lost, and
/// declares all of them again when one is, and every fourth time in any case. AMQP can't look for a binding, so a lost one is noticed with
/// the broker's management API, or when an event is returned because no queue takes it; otherwise it is restored without notice. The
/// permissions of the integrations are kept likewise (<see cref="IntegrationUsers"/>).
/// </summary>
internal sealed partial class TopologyDeclaration : BackgroundService
{
    private const int LooksBetweenDeclarations = 4;
    private const string LostBindings = "bindings of the exchange " + Topology.Events;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2),
        Pause = TimeSpan.FromMilliseconds(250),
        PauseAfterFailure = TimeSpan.FromSeconds(1),
        ManagementTimeout = TimeSpan.FromSeconds(3),
        MaxAge = TimeSpan.FromSeconds(5),
        Lately = TimeSpan.FromMinutes(5);
    private static readonly Counter<long> Restored = Telemetry.Meter.CreateCounter<long>(
        "followup.topology.restored",
        "{object}",
        "Exchanges, queues and bindings that were lost on the broker and declared again"
    );

    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously),
        _declared = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly BusSettings _settings;
    private readonly ServiceDefinition _definition;
    private readonly IDocumentStore _store;
    private readonly RequestGate _requests;
    private readonly AwakeTime _awake;
    private readonly IntegrationUsers _users;
    private readonly ILogger _log;
    private readonly BrokerManagement? _management;
    private IReadOnlyList<Integration> _integrations = [];
    private HashSet<BrokerObject> _seen = [];
    private IConnection? _connection;
    private IChannel? _channel;
    private volatile IReadOnlyList<string> _missing = [];
    private volatile bool _isHinted,
        _areBindingsSuspect;
    private TimeSpan _reconciled = -MaxAge;
    private volatile Loss? _loss;

    private sealed record Loss(string Names, TimeSpan FoundAt);

    public TopologyDeclaration(
        BusSettings settings,
        ManagementSettings management,
        ServiceDefinition definition,
        IDocumentStore store,
        RequestGate requests,
        AwakeTime awake,
        IntegrationUsers users,
        ILogger<TopologyDeclaration> log
    )
    {
        (_settings, _definition, _store, _requests) = (settings, definition, store, requests);
        (_awake, _users, _log) = (awake, users, log);
        _management = management.Uri is { } uri ? new(uri, settings.User, settings.Password) : null;
    }

    /// <summary>Ends when the broker has accepted the first connection.</summary>
    public Task Connected => _connected.Task;

    /// <summary>Ends when everything was declared for the first time.</summary>
    public Task Declared => _declared.Task;

    /// <summary>What was lost on the broker and isn't declared again yet.</summary>
    public IReadOnlyList<string> Missing => _missing;

    /// <summary>What was found to be lost on the broker in the last minutes; null for nothing.</summary>
    public string? LostLately => _loss is { } loss && _awake.Now - loss.FoundAt < Lately ? loss.Names : null;

    /// <summary>Whether the broker lately did all that was asked over a connection that isn't MassTransit's.</summary>
    public bool BrokerAnswers => _awake.Now - _reconciled < MaxAge;

    /// <summary>Looks and declares at once, after a hint that something was lost.</summary>
    public void LookNow()
    {
        _isHinted = true;
        try
        {
            if (_signal.CurrentCount == 0)
                _signal.Release();
        }
        catch (SemaphoreFullException) { } // another thread signalled first, which has the same effect
    }

    /// <summary>Takes the bindings of events for lost, as an event was returned.</summary>
    public void SuspectBindings()
    {
        _areBindingsSuspect = true;
        LookNow();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var (looks, failures) = (0, 0); !stoppingToken.IsCancellationRequested; looks++)
        {
            try
            {
                await Reconcile(looks % LooksBetweenDeclarations == 0, stoppingToken);
                failures = 0;
                await Task.Delay(Pause, stoppingToken);
                await _signal.WaitAsync(Interval - Pause, stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested) { }
            catch (Exception exception)
            {
                if (failures++ % 10 == 0)
                    LogRetrying(_log, _settings.Hosts, exception.Message);
                looks = -1; // the next round declares
                await Disconnect();
                await Task.Delay(PauseAfterFailure, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
        await Disconnect();
    }

    private async Task Reconcile(bool declares, CancellationToken ct)
    {
        var (isHinted, areBindingsSuspect) = (_isHinted, _areBindingsSuspect);
        _isHinted = _areBindingsSuspect = false;
        var wanted = await Wanted(ct);
        var missing = await FindMissing(wanted, ct);
        if (missing.Count > 0)
        {
            wanted = await Wanted(ct); // an integration that was revoked meanwhile has lost nothing
            missing.IntersectWith(wanted);
        }
        // Only what this process has seen is lost: while a broker starts for the first time, there is nothing yet.
        var lost = missing.Where(_seen.Contains).ToArray();
        var suspect = areBindingsSuspect && lost.Length == 0 && Declared.IsCompletedSuccessfully;
        if (lost.Length > 0 || suspect)
            _missing = suspect ? [LostBindings] : [.. lost.Select(x => x.ToString()!)];
        if (declares || isHinted || missing.Count > 0)
        {
            await Declare(wanted, ct);
            _areBindingsSuspect = false; // what was returned until now was returned before
            await _users.Reconcile(_integrations, () => Integrations(ct), Restored, ct);
        }
        _seen = [.. wanted];
        _declared.TrySetResult();
        _reconciled = _awake.Now;
        if (_missing.Count == 0)
            return;
        _loss = new(string.Join(", ", _missing), _awake.Now);
        LogRestored(_log, _loss.Names);
        foreach (var kind in lost.Select(x => x.Kind).Concat(suspect ? ["binding"] : Array.Empty<string>()))
            Restored.Add(1, new KeyValuePair<string, object?>("kind", kind));
        _missing = [];
    }

    private async Task<IReadOnlyList<BrokerObject>> Wanted(CancellationToken ct)
    {
        if (_definition.HasIntegrationQueues)
            _integrations = await Integrations(ct) ?? _integrations;
        return [.. Topology.Objects, .. _integrations.SelectMany(Topology.ObjectsOf)];
    }

    // Null while the database is unavailable, which must not keep the topology from being declared.
    private async Task<IReadOnlyList<Integration>?> Integrations(CancellationToken ct)
    {
        try
        {
            await using var session = _store.QuerySession();
            return await session.Query<Integration>().Where(x => x.RevokedAt == null).ToListAsync(ct);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<HashSet<BrokerObject>> FindMissing(IReadOnlyList<BrokerObject> wanted, CancellationToken ct)
    {
        var missing = new HashSet<BrokerObject>();
        foreach (var entity in wanted.OfType<BrokerEntity>())
        {
            try
            {
                if (await entity.Look(await Channel(ct), ct) is { QueueName: Topology.SchedulerRequests } requests)
                    _requests.Saw(requests.ConsumerCount);
            }
            catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.NotFound)
            {
                missing.Add(entity);
            }
        }
        if (await Bound(ct) is { } bound)
        {
            // An exchange or a queue that is lost has lost its bindings, too: it stands for them.
            var gone = missing.OfType<BrokerEntity>().Select(x => x.Name).ToHashSet(StringComparer.Ordinal);
            missing.UnionWith(
                wanted.OfType<BrokerBinding>().Where(x => !bound.Contains(x) && !gone.Contains(x.Queue) && !gone.Contains(x.Exchange))
            );
        }
        return missing;
    }

    /// <summary>The bindings on the broker; null without a management API that answers.</summary>
    private async Task<HashSet<BrokerBinding>?> Bound(CancellationToken ct)
    {
        if (_management is null)
            return null;
        try
        {
            var path = $"api/bindings/{Uri.EscapeDataString(_settings.VirtualHost)}";
            if (await _management.Send(HttpMethod.Get, path, null, ct).WaitAsync(ManagementTimeout, ct) is not { } listed)
                return null;
            using var bindings = JsonDocument.Parse(listed);
            return
            [
                .. bindings
                    .RootElement.EnumerateArray()
                    .Select(x => new BrokerBinding(Text(x, "destination"), Text(x, "source"), Text(x, "routing_key"))),
            ];
        }
        catch (Exception exception) when (exception is RefusedException or TimeoutException or JsonException)
        {
            return null;
        }
        static string Text(JsonElement binding, string name) => binding.GetProperty(name).GetString()!;
    }

    private async Task Declare(IReadOnlyList<BrokerObject> wanted, CancellationToken ct)
    {
        foreach (var one in wanted)
            await one.Declare(await Channel(ct), ct);
        if (!_definition.HasIntegrationQueues || await Integrations(ct) is not { } now)
            return;
        // The queue of an integration that was revoked while it was being declared would fill without a reader.
        foreach (var revoked in _integrations.ExceptBy(now.Select(x => x.Id), x => x.Id))
            await (await Channel(ct)).QueueDeleteAsync(Topology.IntegrationQueue(revoked.Id), false, false, cancellationToken: ct);
    }

    // A broker that answers 404 closes the channel.
    private async Task<IChannel> Channel(CancellationToken ct)
    {
        if (_channel is { IsOpen: true })
            return _channel;
        if (_channel is not null)
            await _channel.DisposeAsync();
        _channel = null;
        _connection ??= await _settings.Connect("topology", ct);
        _connected.TrySetResult();
        return _channel = await _connection.CreateChannelAsync(cancellationToken: ct);
    }

    private async Task Disconnect()
    {
        try
        {
            if (_connection is not null)
                await _connection.DisposeAsync();
        }
        catch (Exception exception) when (BrokerErrors.Is(exception, CancellationToken.None)) { } // it was lost
        (_connection, _channel) = (null, null);
    }

    public override void Dispose()
    {
        base.Dispose();
        _signal.Dispose();
        _management?.Dispose();
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The exchanges and queues can't be declared on the broker at {Hosts}; retrying every second: {Reason}"
    )]
    private static partial void LogRetrying(ILogger log, string hosts, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "These were lost on the broker and are declared again; events published meanwhile may have missed a reader: {Names}"
    )]
    private static partial void LogRestored(ILogger log, string names);
}
