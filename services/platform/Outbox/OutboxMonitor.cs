using FollowUp.Platform.Observability;
using JasperFx;
using JasperFx.Events.Daemon;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FollowUp.Platform.Outbox;

/// <summary>How far the outbox publisher is behind, measured in the database.</summary>
/// <param name="Facts">The number of events not yet published.</param>
/// <param name="Seconds">The age of the oldest of these events.</param>
public sealed record OutboxLag(long Facts, double Seconds);

/// <summary>
/// Measures the lag of the outbox publisher in the database every second, and repairs the one state that Marten's coordinator doesn't: it
/// never restarts an agent that a hand-over stopped, so that after two hand-overs the leader would publish nothing.
/// </summary>
internal sealed partial class OutboxMonitor(
    NpgsqlDataSource database,
    IProjectionCoordinator coordinator,
    AppendSignal wakeup,
    TimeProvider time,
    ILogger<OutboxMonitor> log
) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan MostBehind = TimeSpan.FromSeconds(30),
        MostBlind = TimeSpan.FromSeconds(15);
    private const string Question = """
        select (select coalesce(max(seq_id), 0) from followup.mt_events) - p.seq,
               coalesce(extract(epoch from clock_timestamp() - (
                   select e.timestamp from followup.mt_events e
                   where e.seq_id > p.seq and isfinite(e.timestamp) order by e.seq_id limit 1)), 0)::float8,
               exists (
                   select 1 from pg_locks l
                   where l.locktype = 'advisory' and l.classid = 0 and l.granted
                       and l.database = (select oid from pg_database where datname = current_database()))
        from (select coalesce((select last_seq_id from followup.mt_event_progression where name = 'outbox:All'), 0) as seq) p
        """;
    private (OutboxLag Lag, bool SomebodyHolds, DateTimeOffset At)? _seen;
    private int _stoppedSeen;

    public OutboxLag? Lag => _seen?.Lag;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        Telemetry.Meter.CreateObservableGauge("followup.outbox.lag.events", () => Lag?.Facts ?? 0, "{event}", "Events not yet published");
        Telemetry.Meter.CreateObservableGauge(
            "followup.outbox.lag.seconds",
            () => Lag?.Seconds ?? 0,
            "s",
            "Age of the oldest event not yet published"
        );
        do
        {
            try
            {
                await Look(stoppingToken);
                Mend();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogBlind(log, exception.Message);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Look(CancellationToken ct)
    {
        await using var command = database.CreateCommand(Question);
        command.CommandTimeout = 10;
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        _seen = (new(reader.GetInt64(0), reader.GetDouble(1)), reader.GetBoolean(2), time.GetUtcNow());
    }

    private void Mend()
    {
        var daemon = coordinator.DaemonForMainDatabase();
        var agents = daemon.CurrentAgents();
        wakeup.PublishesHere = agents.Any(x => x.Status == AgentStatus.Running);
        var stopped = agents.Where(x => x.Status == AgentStatus.Stopped).ToArray();
        _stoppedSeen = stopped.Length == 0 ? 0 : _stoppedSeen + 1;
        if (_stoppedSeen < 2)
            return; // an agent that is being stopped or started is in this state for a moment
        foreach (var agent in stopped)
        {
            LogEjected(log, agent.Name.Identity);
            daemon.EjectPausedShard(agent.Name.Identity);
        }
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (_seen is not var (lag, holds, at) || _seen is null)
            return Task.FromResult(HealthCheckResult.Unhealthy("The outbox lag has not been measured yet."));
        var data = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["facts"] = lag.Facts,
            ["seconds"] = Math.Round(lag.Seconds, 1),
            ["here"] = wakeup.PublishesHere,
        };
        if (time.GetUtcNow() - at > MostBlind)
            return Task.FromResult(HealthCheckResult.Unhealthy("The outbox lag could not be measured lately.", data: data));
        if (!holds && !wakeup.PublishesHere)
            return Task.FromResult(HealthCheckResult.Unhealthy("No node runs the outbox publisher.", data: data));
        return Task.FromResult(
            lag.Seconds > MostBehind.TotalSeconds
                ? HealthCheckResult.Unhealthy($"The outbox is {lag.Seconds:F0} s behind.", data: data)
                : HealthCheckResult.Healthy("The outbox publisher runs.", data)
        );
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The agent {Agent} of the outbox publisher had stopped and would not restart by itself; starting it again"
    )]
    private static partial void LogEjected(ILogger log, string agent);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not measure the outbox lag; trying again in a second: {Reason}")]
    private static partial void LogBlind(ILogger log, string reason);
}
