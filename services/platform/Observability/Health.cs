using FollowUp.Contracts;
using FollowUp.Contracts.MassTransit;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Outbox;
using FollowUp.Platform.Stopping;
using MassTransit;
using MassTransit.Transports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FollowUp.Platform.Observability;

/// <summary>
/// Checks the broker by a message that this service sends to itself twice a second and receives again, by the consumers of its queues, and
/// by the confirmations of what it sends.
/// The bus's own health check can report a healthy bus with the broker dead, and an unhealthy bus with the broker back.
/// </summary>
internal sealed partial class BusCheck(
    RequestClient requests,
    IBusControl bus,
    TopologyDeclaration topology,
    Confirmations confirmations,
    AwakeTime awake,
    TimeProvider time,
    ILogger<BusCheck> log
) : BackgroundService, IHealthCheck
{
    // Together the check says within 3 s that the broker is gone, and that it is back.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500),
        Timeout = TimeSpan.FromSeconds(2),
        MaxAge = TimeSpan.FromSeconds(2.5);
    private static readonly HashSet<string> Shared = Topology
        .Objects.OfType<BrokerQueue>()
        .Select(x => x.Name)
        .ToHashSet(StringComparer.Ordinal);
    private Reply? _last;
    private bool _isUnreachable;

    private sealed record Reply(TimeSpan At);

    /// <summary>Whether the broker has just delivered a message from this service to itself.</summary>
    public bool Delivers => Volatile.Read(ref _last) is { } last && awake.Now - last.At < MaxAge;

    /// <summary>The receiving ends of the bus, except MassTransit's own, which no consumer uses.</summary>
    public IReadOnlyList<IReceiveEndpoint> Endpoints() => [.. Results().Select(x => x.ReceiveEndpoint)];

    /// <summary>Those of the queues that all nodes share; the others receive this node's own replies.</summary>
    public IReadOnlyList<IReceiveEndpoint> OfQueues() => [.. Endpoints().Where(x => Shared.Contains(QueueOf(x)))];

    /// <summary>Those that have no consumer on the broker at the moment.</summary>
    public IReadOnlyList<IReceiveEndpoint> Deaf() =>
        [.. Results().Where(x => x.Status != BusHealthStatus.Healthy).Select(x => x.ReceiveEndpoint)];

    public static string QueueOf(IReceiveEndpoint endpoint) => endpoint.InputAddress.Segments[^1];

    private IEnumerable<EndpointHealthResult> Results() =>
        bus.CheckHealth().Endpoints.Values.Where(x => x.ReceiveEndpoint is not ReceiveEndpoint { IsBusEndpoint: true });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await requests.Ping(Timeout, stoppingToken);
                if (_isUnreachable)
                    LogReachable(log);
                _isUnreachable = false;
                Volatile.Write(ref _last, new(awake.Now));
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                if (_isUnreachable || _last is null || Delivers)
                    continue;
                LogUnreachable(log, exception.GetBaseException().Message);
                _isUnreachable = true;
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var problem =
            !topology.Declared.IsCompletedSuccessfully ? "The exchanges and queues could not be declared yet."
            : topology.Missing is { Count: > 0 } missing
                ? $"These were lost on the broker and are not declared again yet: {string.Join(", ", missing)}."
            : !Delivers ? "The broker does not deliver a message from this service to itself."
            : confirmations.Unconfirmed is { } key ? $"The broker does not confirm what this service sends with the routing key {key}."
            : Deaf() is { Count: > 0 } deaf ? $"No consumer receives from {string.Join(", ", deaf.Select(QueueOf))}."
            : null;
        return Task.FromResult(problem is null ? HealthCheckResult.Healthy("The broker answers.") : HealthCheckResult.Unhealthy(problem));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker does not answer: {Reason}")]
    private static partial void LogUnreachable(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The broker answers again")]
    private static partial void LogReachable(ILogger log);
}

internal static class HealthSetup
{
    // MassTransit adds a check of its own, which can be wrong in both directions.
    internal static readonly string[] Ours = ["startup", "database", "broker", "outbox", "stopping"];

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
            .AddCheck<OutboxMonitor>("outbox")
            .AddCheck<OrderlyStop>("stopping");
        services.AddSingleton<IHealthCheckPublisher, HealthMetric>();
        services.Configure<HealthCheckPublisherOptions>(x =>
        {
            x.Predicate = check => Ours.Contains(check.Name);
            x.Period = HealthMetric.Period;
        });
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
