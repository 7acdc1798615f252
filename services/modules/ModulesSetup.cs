using FollowUp.Modules.Convergence;
using FollowUp.Modules.DeadLetters;
using FollowUp.Modules.Feed;
using FollowUp.Modules.Replays;
using FollowUp.Platform;
using FollowUp.Platform.Messaging;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FollowUp.Modules;

/// <summary>
/// The modules that both services have beside their own domain: the feed, replays, dead letters and the comparison with the sibling.
/// </summary>
public static class ModulesSetup
{
    /// <summary>Registers the services of the modules.</summary>
    /// <param name="builder">The host's builder.</param>
    public static void AddModules(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<EventFeed>().AddSingleton<LiveFeed>();
        services.AddSingleton(x => new FeedPositions(x.GetRequiredService<EventFeed>()));
        services.AddSingleton<ReplayHistory>().AddSingleton<ReplayService>().AddHostedService<ReplayWorker>();
        services.AddSingleton<IConfigureMarten, ModuleDocuments>();
        services.AddSingleton<ProgressReader>().AddSingleton<HistorySender>().AddSingleton<SiblingClient>();
        services.AddSingleton(x => new SiblingHistory(x.GetRequiredService<SiblingClient>()));
        services.AddSingleton(x => new OwnHistory(x.GetRequiredService<HistorySender>()));
        services.AddSingleton<ISiblingRequestHandler, ConvergenceRequests>().AddHostedService<ConvergenceService>();
        services.AddSingleton(x => new DeadLetterQueues(
            x.GetRequiredService<BusSettings>(),
            QueuesOf(x),
            x.GetRequiredService<SenderIdentity>(),
            x.GetRequiredService<NpgsqlDataSource>(),
            x.GetRequiredService<ILogger<DeadLetterQueues>>()
        ));
    }

    /// <summary>Maps the routes of the modules.</summary>
    /// <param name="app">The application.</param>
    public static void MapModules(this IEndpointRouteBuilder app)
    {
        app.MapEvents();
        app.MapReplays();
        DeadLetterRoutes.Map(app);
    }

    private static string[] QueuesOf(IServiceProvider services)
    {
        var definition = services.GetRequiredService<ServiceDefinition>();
        string[] own = [definition.Inbox, definition.CommandQueue];
        return services.GetService<ISiblingMessageHandler>() is { } sibling ? [.. own, sibling.Queue] : own;
    }

    private sealed class ModuleDocuments : IConfigureMarten
    {
        public void Configure(IServiceProvider services, StoreOptions options)
        {
            // The worker that sends a replay and the caller that cancels it may write at the same time.
            options.Schema.For<Replay>().SingleTenanted().UseOptimisticConcurrency(true).Index(x => x.State);
            options.Schema.For<Comparison>().SingleTenanted();
        }
    }
}
