using FollowUp.Platform.Observability;
using Npgsql;

namespace FollowUp.Scheduler.DueSlots;

/// <summary>
/// Counts the slots by state, and the events that wait for their predecessors, every half minute, or less often if there are so many that
/// counting takes long.
/// </summary>
internal sealed partial class SlotMetrics(NpgsqlDataSource database, TimeProvider time, ILogger<SlotMetrics> log) : BackgroundService
{
    private const int Rest = 100; // counting takes at most one percent of one connection's time, however many slots there are
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(30);
    private volatile IReadOnlyDictionary<string, long> _slots = new Dictionary<string, long>(StringComparer.Ordinal);
    private long _early;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Telemetry.Meter.CreateObservableGauge(
            "followup.slots",
            () =>
                _slots.Select(x => new System.Diagnostics.Metrics.Measurement<long>(
                    x.Value,
                    new KeyValuePair<string, object?>("status", x.Key)
                )),
            "{slot}",
            "Slots by state"
        );
        Telemetry.Meter.CreateObservableGauge(
            "followup.inbox.early",
            () => Interlocked.Read(ref _early),
            "{application}",
            "Applications with events that wait for their predecessors"
        );
        while (!stoppingToken.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            try
            {
                await Count(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogUncounted(log, exception.Message);
            }
            await Task.Delay(Pause(time.GetElapsedTime(began)), time, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>How long to wait after a count of the given duration.</summary>
    internal static TimeSpan Pause(TimeSpan took) => took * Rest > Least ? took * Rest : Least;

    private async Task Count(CancellationToken ct)
    {
        var slots = new Dictionary<string, long>(StringComparer.Ordinal);
        await using (var command = database.CreateCommand("select lower(status), count(*) from followup.mt_doc_agendaentry group by 1"))
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
                slots[reader.GetString(0)] = reader.GetInt64(1);
        _slots = slots;
        await using var early = database.CreateCommand("select count(*) from followup.mt_doc_applicationstate where early_count > 0");
        Interlocked.Exchange(ref _early, (long)(await early.ExecuteScalarAsync(ct))!);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The slots could not be counted, so the slot metrics are out of date: {Reason}")]
    private static partial void LogUncounted(ILogger log, string reason);
}
