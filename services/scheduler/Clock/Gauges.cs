using FollowUp.Hosting.Seeing;
using Npgsql;

namespace FollowUp.Scheduler.Clock;

/// <summary>Slots by state, and events that wait for their predecessors: counted every half minute, because counting costs.</summary>
internal sealed partial class Gauges(NpgsqlDataSource database, TimeProvider time, ILogger<Gauges> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private volatile IReadOnlyDictionary<string, long> _slots = new Dictionary<string, long>(StringComparer.Ordinal);
    private long _early;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Telemetry.Meter.CreateObservableGauge("followup.slots", () => _slots.Select(x => new System.Diagnostics.Metrics.Measurement<long>(x.Value, new KeyValuePair<string, object?>("status", x.Key))), "{slot}", "Slots by state");
        Telemetry.Meter.CreateObservableGauge("followup.inbox.early", () => Interlocked.Read(ref _early), "{application}", "Applications with events that wait for their predecessors");
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try { await Count(stoppingToken); }
            catch (Exception exception) when (exception is not OperationCanceledException) { LogUncounted(log, exception.Message); }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Count(CancellationToken ct)
    {
        var slots = new Dictionary<string, long>(StringComparer.Ordinal);
        await using (var command = database.CreateCommand("select lower(status), count(*) from followup.mt_doc_agendaentry group by 1"))
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct)) slots[reader.GetString(0)] = reader.GetInt64(1);
        _slots = slots;
        await using var early = database.CreateCommand("select count(*) from followup.mt_doc_watch where early_count > 0");
        Interlocked.Exchange(ref _early, (long)(await early.ExecuteScalarAsync(ct))!);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The slots could not be counted: {Reason}")]
    private static partial void LogUncounted(ILogger log, string reason);
}
