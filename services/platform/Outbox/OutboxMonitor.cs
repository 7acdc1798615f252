using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Observability;
using JasperFx;
using JasperFx.Events.Daemon;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FollowUp.Platform.Outbox;

/// <summary>How far the outbox publisher is behind, measured in the database.</summary>
/// <param name="Events">The number of events not yet published.</param>
/// <param name="Seconds">The age of the oldest of these events.</param>
internal sealed record OutboxLag(long Events, double Seconds);

/// <summary>
/// Measures the lag of the outbox publisher in the database every second, and repairs the one state that Marten's coordinator doesn't: it
/// never restarts an agent that a hand-over stopped, so that after two hand-overs the leader would publish nothing.
/// </summary>
internal sealed partial class OutboxMonitor(
    NpgsqlDataSource database,
    IProjectionCoordinator coordinator,
    AppendSignal signal,
    StoreGuard guard,
    AwakeTime awake,
    TimeProvider time,
    ILogger<OutboxMonitor> log
) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan MaxLag = TimeSpan.FromSeconds(30),
        MaxAge = TimeSpan.FromSeconds(15),
        MaxHandOver = TimeSpan.FromSeconds(10);
    // What was restored or imported has the time of long ago.
    private const string LagQuery = $"""
        select (select coalesce(max(seq_id), 0) from followup.mt_events) - p.seq,
               coalesce(extract(epoch from clock_timestamp() - (
                   select e.timestamp from followup.mt_events e
                   where e.seq_id > p.seq and isfinite(e.timestamp)
                       and e.headers -> '{SessionFactory.Restored}' is null and e.headers -> '{SessionFactory.Replay}' is null
                   order by e.seq_id limit 1)), 0)::float8,
               exists (
                   select 1 from pg_locks l
                   where l.locktype = 'advisory' and l.classid = 0 and l.granted
                       and l.database = (select oid from pg_database where datname = current_database()))
        from (select coalesce((select last_seq_id from followup.mt_event_progression where name = 'outbox:All'), 0) as seq) p
        """;
    private (OutboxLag Lag, long At)? _measured;
    private long? _lastLedAt;
    private int _timesStopped;

    public OutboxLag? Lag => _measured?.Lag;

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Telemetry.Meter.CreateObservableGauge("followup.outbox.lag.events", () => Lag?.Events ?? 0, "{event}", "Events not yet published");
        Telemetry.Meter.CreateObservableGauge(
            "followup.outbox.lag.seconds",
            () => Lag?.Seconds ?? 0,
            "s",
            "Age of the oldest event not yet published"
        );
        // Two loops: an agent is restarted also while the measurement waits for a database that hangs.
        return Task.WhenAll(
            EverySecond(() => Measure(stoppingToken), stoppingToken),
            EverySecond(
                () =>
                {
                    RestartStoppedAgents();
                    return Task.CompletedTask;
                },
                stoppingToken
            )
        );
    }

    private async Task EverySecond(Func<Task> act, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        do
        {
            try
            {
                await act();
            }
            catch (Exception exception) when (!ct.IsCancellationRequested)
            {
                LogFailed(log, exception.Message);
            }
        } while (await timer.WaitForNextTickAsync(ct));
    }

    private async Task Measure(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await guard.Check(connection);
        await using var command = new NpgsqlCommand(LagQuery, connection) { CommandTimeout = 10 };
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var now = awake.GetTimestamp();
        // a restored store's progress or clock may be ahead of its events
        _measured = (new(Math.Max(0, reader.GetInt64(0)), Math.Max(0, reader.GetDouble(1))), now);
        if (reader.GetBoolean(2))
            _lastLedAt = now;
    }

    private void RestartStoppedAgents()
    {
        var daemon = coordinator.DaemonForMainDatabase();
        var agents = daemon.CurrentAgents();
        signal.PublishesHere = agents.Any(x => x.Status == AgentStatus.Running);
        var stopped = agents.Where(x => x.Status == AgentStatus.Stopped).ToArray();
        _timesStopped = stopped.Length == 0 ? 0 : _timesStopped + 1;
        if (_timesStopped < 2)
            return; // an agent that is being stopped or started is in this state for a moment
        foreach (var agent in stopped)
        {
            LogEjected(log, agent.Name.Identity);
            daemon.EjectPausedShard(agent.Name.Identity);
        }
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (_measured is not { } measured)
            return Task.FromResult(HealthCheckResult.Unhealthy("The outbox lag has not been measured yet."));
        var lag = measured.Lag;
        var data = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["facts"] = lag.Events,
            ["seconds"] = Math.Round(lag.Seconds, 1),
            ["here"] = signal.PublishesHere,
        };
        if (awake.GetElapsedTime(measured.At) > MaxAge)
            return Task.FromResult(HealthCheckResult.Unhealthy("The outbox lag could not be measured lately.", data: data));
        // no node has the lock for a moment when one hands over
        if (!signal.PublishesHere && (_lastLedAt is not { } led || awake.GetElapsedTime(led) > MaxHandOver))
            return Task.FromResult(HealthCheckResult.Unhealthy("No node runs the outbox publisher.", data: data));
        return Task.FromResult(
            lag.Seconds > MaxLag.TotalSeconds
                ? HealthCheckResult.Unhealthy($"The outbox is {lag.Seconds:F0} s behind.", data: data)
                : HealthCheckResult.Healthy("The outbox publisher runs.", data)
        );
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The agent {Agent} of the outbox publisher had stopped and would not restart by itself; starting it again"
    )]
    private static partial void LogEjected(ILogger log, string agent);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not watch the outbox publisher; trying again in a second: {Reason}")]
    private static partial void LogFailed(ILogger log, string reason);
}
