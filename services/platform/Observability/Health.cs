using FollowUp.Contracts;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Outbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FollowUp.Platform.Observability;

internal sealed class DatabaseCheck(NpgsqlDataSource database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand("select 1");
        command.CommandTimeout = 3;
        await command.ExecuteScalarAsync(cancellationToken);
        return HealthCheckResult.Healthy("The database answers.");
    }
}

/// <summary>
/// Checks the broker by a message that this service sends to itself every 2 s and receives again. The bus's own health check can report a
/// healthy bus with the broker dead, and an unhealthy bus with the broker back.
/// </summary>
internal sealed partial class BusCheck(RequestClient questions, TopologyDeclaration topology, TimeProvider time, ILogger<BusCheck> log)
    : BackgroundService,
        IHealthCheck
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2),
        Stale = TimeSpan.FromSeconds(12);
    private DateTimeOffset? _back;
    private bool _away;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await questions.Request(
                    questions.ReplyQueue,
                    new CloudEvent
                    {
                        Id = Guid.NewGuid().ToString(),
                        Source = "/followup/self",
                        Type = "followup.ping",
                    },
                    stoppingToken
                );
                if (_away)
                    LogBack(log);
                (_back, _away) = (time.GetUtcNow(), false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                if (!_away && _back is not null)
                    LogAway(log, exception.GetBaseException().Message);
                _away = _back is not null;
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!topology.Declared.IsCompletedSuccessfully)
            return Task.FromResult(HealthCheckResult.Unhealthy("The exchanges and queues could not be declared yet."));
        return Task.FromResult(
            _back is { } back && time.GetUtcNow() - back < Stale
                ? HealthCheckResult.Healthy("The broker answers.")
                : HealthCheckResult.Unhealthy("The broker does not deliver a message from this service to itself.")
        );
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker does not answer: {Reason}")]
    private static partial void LogAway(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The broker answers again")]
    private static partial void LogBack(ILogger log);
}

internal static class HealthSetup
{
    // MassTransit adds a check of its own, which can be wrong in both directions.
    private static readonly string[] Ours = ["database", "broker", "outbox"];

    public static void AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<BusCheck>().AddHostedService(x => x.GetRequiredService<BusCheck>());
        services.AddSingleton<OutboxMonitor>().AddHostedService(x => x.GetRequiredService<OutboxMonitor>());
        services
            .AddHealthChecks()
            .AddCheck<DatabaseCheck>("database", timeout: TimeSpan.FromSeconds(5))
            .AddCheck<BusCheck>("broker")
            .AddCheck<OutboxMonitor>("outbox");
    }

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false, ResponseWriter = Write }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new() { Predicate = x => Ours.Contains(x.Name), ResponseWriter = Write }).AllowAnonymous();
    }

    private static Task Write(HttpContext http, HealthReport report) =>
        http.Response.WriteAsJsonAsync(
            new
            {
                Status = report.Status.ToString().ToLowerInvariant(),
                Checks = report.Entries.ToDictionary(
                    x => x.Key,
                    x => new
                    {
                        Status = x.Value.Status.ToString().ToLowerInvariant(),
                        x.Value.Description,
                        Data = x.Value.Data.Count > 0 ? x.Value.Data : null,
                    },
                    StringComparer.Ordinal
                ),
            },
            Json.Lenient
        );
}
