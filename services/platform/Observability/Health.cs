using FollowUp.Contracts;
using FollowUp.Contracts.MassTransit;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Outbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FollowUp.Platform.Observability;

/// <summary>
/// Checks the broker by a message that this service sends to itself every 2 s and receives again. The bus's own health check can report a
/// healthy bus with the broker dead, and an unhealthy bus with the broker back.
/// </summary>
internal sealed partial class BusCheck(RequestClient requests, TopologyDeclaration topology, TimeProvider time, ILogger<BusCheck> log)
    : BackgroundService,
        IHealthCheck
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2),
        MaxAge = TimeSpan.FromSeconds(12);
    private DateTimeOffset? _lastReply;
    private bool _isUnreachable;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await requests.Ping(stoppingToken);
                if (_isUnreachable)
                    LogReachable(log);
                (_lastReply, _isUnreachable) = (time.GetUtcNow(), false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                if (!_isUnreachable && _lastReply is not null)
                    LogUnreachable(log, exception.GetBaseException().Message);
                _isUnreachable = _lastReply is not null;
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!topology.Declared.IsCompletedSuccessfully)
            return Task.FromResult(HealthCheckResult.Unhealthy("The exchanges and queues could not be declared yet."));
        return Task.FromResult(
            _lastReply is { } at && time.GetUtcNow() - at < MaxAge
                ? HealthCheckResult.Healthy("The broker answers.")
                : HealthCheckResult.Unhealthy("The broker does not deliver a message from this service to itself.")
        );
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker does not answer: {Reason}")]
    private static partial void LogUnreachable(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The broker answers again")]
    private static partial void LogReachable(ILogger log);
}

internal static class HealthSetup
{
    // MassTransit adds a check of its own, which can be wrong in both directions.
    private static readonly string[] Ours = ["startup", "database", "broker", "outbox"];

    public static void AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<DatabaseCheck>().AddHostedService(x => x.GetRequiredService<DatabaseCheck>());
        services.AddSingleton<BusCheck>().AddHostedService(x => x.GetRequiredService<BusCheck>());
        services.AddSingleton<OutboxMonitor>().AddHostedService(x => x.GetRequiredService<OutboxMonitor>());
        services
            .AddHealthChecks()
            .AddCheck<StartupCheck>("startup")
            .AddCheck<DatabaseCheck>("database")
            .AddCheck<BusCheck>("broker")
            .AddCheck<OutboxMonitor>("outbox");
    }

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        // the process answers: a restart doesn't help against a database or a broker that is away
        Map("/health/live", _ => false);
        Map("/health/startup", x => x.Name == "startup");
        Map("/health/ready", x => Ours.Contains(x.Name));

        void Map(string path, Func<HealthCheckRegistration, bool> isAsked) =>
            app.MapHealthChecks(path, new() { Predicate = isAsked, ResponseWriter = Write }).AllowAnonymous();
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
