using FollowUp.Platform.Concurrency;
using Marten;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FollowUp.Platform.EventStore;

/// <summary>
/// Brings the database's schema to the state that this version needs, before anything else starts. Waits while the database is unavailable.
/// </summary>
internal sealed partial class SchemaCreation(
    IDocumentStore store,
    NpgsqlDataSource database,
    ServiceDefinition service,
    StoreLives lives,
    ILogger<SchemaCreation> log
) : IHostedLifecycleService
{
    // Two nodes create the schema at once: the second attempt of the slower one finds it done.
    public Task StartingAsync(CancellationToken cancellationToken) =>
        DatabaseWait.Run(
            async ct =>
            {
                await PoolerCheck.Run(database, ct);
                await StoreUpgrade.Run(database, service.Upgrades, ct);
                await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
                await lives.Open(ct);
            },
            reason => LogWaiting(log, reason),
            cancellationToken,
            (exception, attempt) => exception is Marten.Exceptions.MartenSchemaException && attempt < 5
        );

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is unavailable; trying again every second: {Reason}")]
    private static partial void LogWaiting(ILogger log, string reason);
}
