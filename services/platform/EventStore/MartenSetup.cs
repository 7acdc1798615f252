using System.Text.Json;
using System.Text.Json.Serialization;
using FollowUp.Platform.Inbox;
using FollowUp.Platform.Outbox;
using FollowUp.Platform.Security;
using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.MultiTenancy;
using Marten;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Weasel.Core;

namespace FollowUp.Platform.EventStore;

/// <summary>Marten as this product needs it. Each unusual line avoids a trap that was observed; its comment names the trap.</summary>
internal static class MartenSetup
{
    public static void AddEventStore(
        this IServiceCollection services,
        IConfiguration configuration,
        string connectionString,
        Action<StoreOptions> configure
    )
    {
        var connection = DatabaseConnection.Complete(connectionString);
        services.AddSingleton(StandbySettings.Read(configuration));
        services.AddSingleton<StoreGuard>();
        services.AddSingleton(x => DatabaseConnection.Source(connection, "followup", x.GetRequiredService<StoreGuard>()));
        services.AddSingleton(_ => new SearchDatabase(connection));
        services.AddSingleton<AppendSignal>();
        services.AddHostedService<AppendSignalListener>();
        services.AddScoped<TeamSession>();
        services.AddSingleton<StoreLives>();
        services.AddHostedService<SchemaCreation>();
        services
            .AddMarten(provider => Options(provider.GetRequiredService<AppendSignal>(), configure))
            .UseNpgsqlDataSource()
            .UseLightweightSessions()
            .AddAsyncDaemon(DaemonMode.HotCold);
    }

    private static StoreOptions Options(AppendSignal signal, Action<StoreOptions> configure)
    {
        var options = new StoreOptions();
        options.DatabaseSchemaName = "followup";
        UseJson(options);
        options.AutoCreateSchemaObjects = AutoCreate.CreateOrUpdate;

        options.Events.TenancyStyle = TenancyStyle.Conjoined;
        options.Policies.AllDocumentsAreMultiTenanted();
        options.Events.StreamIdentity = StreamIdentity.AsGuid;
        options.Events.MetadataConfig.CorrelationIdEnabled = true;
        options.Events.MetadataConfig.CausationIdEnabled = true;
        options.Events.MetadataConfig.UserNameEnabled = true;
        options.Events.MetadataConfig.HeadersEnabled = true;
        options.Events.UseAdvisoryLockTransaction = true; // otherwise no subscription ever starts, see Directory.Build.props
        // otherwise a losing append leaves a gap in the sequence that stalls the outbox publisher for seconds
        options.Events.UseExclusiveLockOnConcurrentAppends = true;
        // an event that can't be read must stop the outbox publisher with an error, and not be skipped
        options.Projections.Errors.SkipApplyErrors = false;
        options.Projections.Errors.SkipSerializationErrors = false;
        options.Projections.Errors.SkipUnknownEvents = false;
        options.Projections.LeadershipPollingTime = 1000; // ms: a standby takes over within a second or two of the lock's release
        options.Projections.Wakeup = signal;
        options.Listeners.Add(signal);

        options.Schema.For<ApiKey>().SingleTenanted();
        options.Schema.For<Integration>().SingleTenanted();
        options.Schema.For<IdempotencyRecord>().UseNumericRevisions(false);
        options.Schema.For<StoreId>().SingleTenanted();
        options.Schema.For<SiblingLife>().SingleTenanted();
        options.Schema.For<TeamBacklog>().SingleTenanted();
        configure(options);
        return options;
    }

    /// <summary>The JSON of stored events and documents, which must stay readable for ever.</summary>
    internal static void UseJson(StoreOptions options) =>
        options.UseSystemTextJsonForSerialization(
            EnumStorage.AsString,
            Casing.CamelCase,
            json =>
            {
                json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
                json.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            }
        );
}
