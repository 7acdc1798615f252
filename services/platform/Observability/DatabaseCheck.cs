using FollowUp.Platform.Concurrency;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace FollowUp.Platform.Observability;

/// <summary>
/// Asks the database twice a second, on a connection of its own, whether it answers and can be written to. A health request then waits for
/// nothing, and a link that drops everything is reported within 3 s.
/// </summary>
internal sealed class DatabaseCheck(NpgsqlDataSource database, AwakeTime awake) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500),
        Patience = TimeSpan.FromSeconds(2),
        MaxAge = TimeSpan.FromSeconds(2.5);

    private long? _answeredAt;
    private bool _isReadOnly;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Ask(stoppingToken);
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested) { } // the age of the last answer says it
            catch (OperationCanceledException)
            {
                return;
            }
            await Task.Delay(Interval / 2, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private async Task Ask(CancellationToken ct)
    {
        using var late = new CancellationTokenSource(Patience, awake);
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        var connection = await database.OpenConnectionAsync(opening.Token);
        var asked = Task.CompletedTask;
        try
        {
            while (true)
            {
                var answer = IsReadOnly(connection);
                asked = answer;
                _isReadOnly = await answer.WaitAsync(Patience, awake, ct);
                _answeredAt = awake.GetTimestamp();
                await Task.Delay(Interval, ct);
            }
        }
        finally
        {
            // A connection that hangs is left to the kernel's limit: it can't be closed before its command has ended.
            _ = asked.ContinueWith(_ => connection.DisposeAsync().AsTask(), TaskScheduler.Default);
        }
    }

    private static async Task<bool> IsReadOnly(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("select current_setting('transaction_read_only')::boolean", connection);
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Whether the database answers and takes changes.</summary>
    public bool IsUsable => Problem is null;

    private string? Problem =>
        _answeredAt is not { } at || awake.GetElapsedTime(at) > MaxAge ? "The database does not answer."
        : _isReadOnly ? "The database takes no changes: it is a standby, or was set to read only."
        : null;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Problem is { } problem ? HealthCheckResult.Unhealthy(problem) : HealthCheckResult.Healthy("The database answers."));
}

/// <summary>Whether the service has started: its schema is there, and it takes requests.</summary>
internal sealed class StartupCheck(IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            lifetime.ApplicationStarted.IsCancellationRequested
                ? HealthCheckResult.Healthy("The service has started.")
                : HealthCheckResult.Unhealthy("The service is starting.")
        );
}
