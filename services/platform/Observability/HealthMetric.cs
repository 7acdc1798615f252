using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FollowUp.Platform.Observability;

/// <summary>The checks of readiness as a metric, every few seconds: 1 for a check that passes, 0 for another.</summary>
internal sealed class HealthMetric : IHealthCheckPublisher
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private volatile HealthReport? _report;

    public HealthMetric() =>
        Telemetry.Meter.CreateObservableGauge(
            "followup.health",
            () => _report?.Entries.Select(x => Measure(x.Key, x.Value)) ?? [],
            "{check}",
            "Whether a check of readiness passes"
        );

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        _report = report;
        return Task.CompletedTask;
    }

    private static Measurement<int> Measure(string check, HealthReportEntry entry) =>
        new(entry.Status == HealthStatus.Healthy ? 1 : 0, new KeyValuePair<string, object?>("check", check));
}
