using System.Text.Json.Serialization;
using FollowUp.Contracts;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Http;
using FollowUp.Platform.Inbox;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Observability;
using FollowUp.Platform.Outbox;
using FollowUp.Platform.Security;
using FollowUp.Platform.Stopping;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Scalar.AspNetCore;

namespace FollowUp.Platform;

/// <summary>Composes what both services need to run: bus, store, API keys, problems, telemetry, health.</summary>
public static class Service
{
    /// <summary>The largest request body of an ordinary route, in bytes: several times the longest possible submission.</summary>
    public const int MostBytes = 256 * 1024;

    private const int MaxDrainedBytes = 10 * 1024 * 1024;

    /// <summary>Adds everything that both services need.</summary>
    /// <typeparam name="TEventHandler">Handles the sibling's events.</typeparam>
    /// <typeparam name="TContractMapper">Maps the service's events to contracts.</typeparam>
    /// <param name="builder">The host's builder.</param>
    /// <param name="definition">The service.</param>
    public static void AddService<TEventHandler, TContractMapper>(this WebApplicationBuilder builder, ServiceDefinition definition)
        where TEventHandler : class, IEventHandler
        where TContractMapper : class, IContractMapper
    {
        builder.Configuration.AddSecrets();
        // The host stops in the reverse order: with the bus gone, the outbox publisher would wait for confirmations and not hand over.
        builder.AddBus<TEventHandler>(definition);
        builder.AddStore<TContractMapper>(definition);
        builder.AddTelemetry(definition.Name);
        builder.Services.AddHealth();
        builder.Services.AddSingleton<BacklogPublisher>().AddHostedService(x => x.GetRequiredService<BacklogPublisher>());
        builder.Services.AddOrderlyStop(builder.Configuration);
        builder.Services.AddHostedService<LastResort>();
        builder.Services.AddKeys();
        builder.Services.AddSingleton<HighWater>();
        builder.Services.AddProblems();
        builder.Services.ConfigureHttpJsonOptions(x => Json.Configure(x.SerializerOptions, JsonUnmappedMemberHandling.Disallow));
        builder.Services.Configure<RouteHandlerOptions>(x => x.ThrowOnBadRequest = true);
        builder.Services.AddOpenApi("v1", x => x.AddOperationTransformer(PropertyInPath.Describe).DescribeConvertedTypes());
        builder.Services.Configure<KestrelServerOptions>(x =>
        {
            x.AddServerHeader = false;
            x.Limits.MaxRequestBodySize = MaxDrainedBytes;
        });
        builder.Services.AddSingleton<IStartupFilter, HeadRequests>();
        builder.Services.Configure<HostOptions>(x =>
        {
            // The outbox publisher and the bus must not wait for each other while the database or the broker is unavailable.
            x.ServicesStartConcurrently = true;
        });
    }

    /// <summary>Adds the event store alone: what a command-line tool of the service needs.</summary>
    /// <typeparam name="TContractMapper">Maps the service's events to contracts.</typeparam>
    /// <param name="builder">The host's builder.</param>
    /// <param name="definition">The service.</param>
    public static void AddStore<TContractMapper>(this WebApplicationBuilder builder, ServiceDefinition definition)
        where TContractMapper : class, IContractMapper
    {
        builder.Configuration.AddSecrets();
        builder.Services.AddSingleton(definition);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddSingleton<IContractMapper, TContractMapper>();
        builder.Services.AddSingleton<AwakeTime>();
        builder.Services.AddSingleton<Publisher>(); // a dependency of the outbox publisher, also where no event is published
        builder.Services.AddSingleton<InboxShares>();
        builder.Services.AddSingleton<EventPublisher>();
        builder.Services.AddSingleton<OutboxPublisher>();
        builder.Services.AddEventStore(
            builder.Configuration,
            builder.Configuration.Require("ConnectionStrings:FollowUp", "the PostgreSQL connection string of this service's own database"),
            definition.Store
        );
        builder.Services.AddSingleton<IConfigureMarten, OutboxRegistration>();
        builder.Logging.AddLogFilters();
    }

    /// <summary>Runs the service until it is told to stop.</summary>
    /// <param name="app">The application.</param>
    /// <returns>The exit code: 2 for a setting that can't be used, whose reason is then on standard error.</returns>
    public static async Task<int> RunService(this WebApplication app)
    {
        try
        {
            await app.RunAsync();
            return Environment.ExitCode;
        }
        catch (Exception exception) when (exception.GetBaseException() is SettingException setting)
        {
            await Console.Error.WriteLineAsync(setting.Message);
            return 2;
        }
    }

    /// <summary>Adds the middleware of every request, and the routes that both services have.</summary>
    /// <param name="app">The application.</param>
    public static void UseService(this WebApplication app)
    {
        app.UseRequestMetrics();
        app.UseProblems();
        app.UseBodyLimit();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealth();
        app.MapPrometheusScrapingEndpoint("/metrics").AllowAnonymous();
        app.MapOpenApi().AllowAnonymous();
        app.MapScalarApiReference("/reference", x => x.DisableDefaultFonts()).AllowAnonymous();
    }
}
