using System.Text.Json;
using System.Text.Json.Serialization;
using FollowUp.Contracts;
using FollowUp.Contracts.MassTransit;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Http;
using FollowUp.Platform.Inbox;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Observability;
using FollowUp.Platform.Outbox;
using FollowUp.Platform.Security;
using Marten;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace FollowUp.Platform;

/// <summary>What makes a service of this pair the service it is; everything else both have in common.</summary>
public sealed record ServiceDefinition
{
    /// <summary><c>applications</c> or <c>scheduler</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The source of its events.</summary>
    public required string Source { get; init; }

    /// <summary>The source whose events it hears.</summary>
    public required string Hears { get; init; }

    /// <summary>Where it hears them.</summary>
    public required string Inbox { get; init; }

    /// <summary>Where it takes commands.</summary>
    public required string CommandQueue { get; init; }

    /// <summary>The commands it takes.</summary>
    public IReadOnlySet<Type> Commands { get; init; } = new HashSet<Type>();

    /// <summary>The requests that it takes from its sibling alone, and the replies.</summary>
    public InternalMessages InternalMessages { get; init; } = InternalMessages.None;

    /// <summary>
    /// Whether an event announces that a command was refused. Such a command doesn't become a dead letter when its sender wants no answer.
    /// </summary>
    public Func<object, RefusedException, bool> IsRefusalAnnounced { get; init; } = (_, _) => false;

    /// <summary>Whether it takes back its own past events, when it is rebuilt from what the other heard of it.</summary>
    public bool TakesBackItsOwn { get; init; }

    /// <summary>What an older store of this service needs first: steps of <see cref="StoreUpgrade"/>.</summary>
    public IReadOnlyList<string> Upgrades { get; init; } = [];

    /// <summary>Its documents, projections and facts.</summary>
    public required Action<StoreOptions> Store { get; init; }
}

/// <summary>What both services need to run: bus, store, keys, problems, telemetry, health.</summary>
public static class Service
{
    /// <summary>The largest request body of an ordinary route, in bytes: several times the fullest submission there can be.</summary>
    public const int MostBytes = 256 * 1024;

    private const int MostDrained = 10 * 1024 * 1024;

    /// <summary>Adds everything that both services need.</summary>
    /// <typeparam name="TInbox">What it does with the other's events.</typeparam>
    /// <typeparam name="TBorder">What others see of its facts.</typeparam>
    /// <param name="builder">The host's builder.</param>
    /// <param name="description">What makes this service the service it is.</param>
    public static void AddService<TInbox, TBorder>(this WebApplicationBuilder builder, ServiceDefinition description)
        where TInbox : class, IEventHandler
        where TBorder : class, IContractMapper
    {
        builder.AddStore<TBorder>(description);
        builder.AddBus<TInbox>(description);
        builder.AddTelemetry(description.Name);
        builder.Services.AddHealth();
        builder.Services.AddKeys();
        builder.Services.AddSingleton<HighWater>();
        builder.Services.AddProblems();
        builder.Services.ConfigureHttpJsonOptions(x => Json.Configure(x.SerializerOptions, JsonUnmappedMemberHandling.Disallow));
        builder.Services.Configure<RouteHandlerOptions>(x => x.ThrowOnBadRequest = true);
        builder.Services.AddOpenApi(
            "v1",
            x =>
                x.AddOperationTransformer(PropertyInPath.Describe)
                    .AddSchemaTransformer(
                        (schema, context, _) =>
                        {
                            // What converters of ours read, the description would otherwise take for anything at all.
                            var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
                            if (type.IsEnum)
                                (schema.Type, schema.Enum) = (
                                    JsonSchemaType.String,
                                    [.. Enum.GetNames(type).Select(x => JsonNamingPolicy.CamelCase.ConvertName(x))]
                                );
                            else if (type == typeof(DateTimeOffset))
                                (schema.Type, schema.Format) = (
                                    type == context.JsonTypeInfo.Type ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null,
                                    "date-time"
                                );
                            return Task.CompletedTask;
                        }
                    )
        );
        builder.Services.Configure<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>(x =>
        {
            x.AddServerHeader = false;
            x.Limits.MaxRequestBodySize = MostDrained;
        });
        builder.Services.Configure<HostOptions>(x =>
        {
            x.ShutdownTimeout = TimeSpan.FromSeconds(15);
            x.ServicesStartConcurrently = true; // the outbox publisher and the bus must not wait for each other while one of the servers is away
        });
    }

    /// <summary>Adds the event store alone: what a command-line tool of the service needs.</summary>
    /// <typeparam name="TBorder">What others see of its facts.</typeparam>
    /// <param name="builder">The host's builder.</param>
    /// <param name="description">What makes this service the service it is.</param>
    public static void AddStore<TBorder>(this WebApplicationBuilder builder, ServiceDefinition description)
        where TBorder : class, IContractMapper
    {
        builder.Configuration.AddSecrets();
        builder.Services.AddSingleton(description);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddSingleton<IContractMapper, TBorder>();
        builder.Services.AddSingleton<Publisher>(); // the outbox publisher needs it to be made, also where nothing is published
        builder.Services.AddSingleton<OutboxPublisher>();
        builder.Services.AddEventStore(
            builder.Configuration.Require("ConnectionStrings:FollowUp", "the PostgreSQL connection string of this service's own database"),
            description.Store
        );
        builder.Services.AddSingleton<IConfigureMarten, OutboxRegistration>();
        builder
            .Logging.AddFilter("Marten", LogLevel.Warning)
            // it logs each append that lost a race, with all parameters; what fails is thrown as well
            .AddFilter("Marten.IDocumentStore", LogLevel.None)
            .AddFilter("JasperFx", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None) // Problems logs what is worth it
            // a wrong key is the caller's error, and is answered
            .AddFilter("FollowUp.Platform.Security.ApiKeyAuthentication", LogLevel.Warning)
            // it warns that its keys lie unencrypted in the database, where everything else lies
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
            // a form that has grown old is its sender's business, and is answered
            .AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.None)
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None) // /health/ready says it to whoever asks
            .AddFilter("Npgsql", LogLevel.Warning)
            // it logs every failed attempt with its stack; outbox, dead letters and bus check say what matters, once
            .AddFilter("MassTransit", LogLevel.None)
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
    }

    private static void AddBus<TInbox>(this WebApplicationBuilder builder, ServiceDefinition description)
        where TInbox : class, IEventHandler
    {
        var services = builder.Services;
        var uri = builder.Configuration.Require("Bus:Uri", "the AMQP URI of the broker, as amqp://user:password@host:5672/");
        services.AddSingleton(
            new BusSettings(
                Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && parsed.Scheme is "amqp" or "amqps"
                    ? parsed!
                    : throw new SettingException("Bus:Uri must be an AMQP URI, as amqp://user:password@host:5672/."),
                description.Name
            )
        );
        services.AddSingleton(Management(builder.Configuration["Bus:Management"]));
        services.AddSingleton(x => new BrokerUsers(x.GetRequiredService<BusSettings>(), x.GetRequiredService<ManagementSettings>()));
        services.AddSingleton<SenderIdentity>();
        services.AddSingleton(
            new InboxSettings(description.Inbox, description.Hears, description.TakesBackItsOwn ? description.Source : null)
        );
        services.AddSingleton(
            new CommandSettings(
                description.CommandQueue,
                description.Source,
                description.Commands,
                description.InternalMessages,
                description.IsRefusalAnnounced
            )
        );
        services.AddSingleton<TopologyDeclaration>().AddHostedService(x => x.GetRequiredService<TopologyDeclaration>());
        services.AddSingleton<DeadLetterPublisher>();
        services.AddSingleton<NoReplyRetryPolicy>();
        services.AddSingleton(x => new RequestClient(x.GetRequiredService<IBus>(), x.GetRequiredService<BusSettings>().User));
        services.AddSingleton<IEventHandler, TInbox>();
        services.AddSingleton<InboxBatcher>().AddHostedService(x => x.GetRequiredService<InboxBatcher>());
        services.AddMassTransit(x =>
        {
            x.AddConsumer<InboxConsumer>();
            if (description.Commands.Count > 0)
                x.AddConsumer<CommandConsumer>();
            if (services.Any(s => s.ServiceType == typeof(ISiblingMessageHandler)))
                x.AddConsumer<SiblingMessageConsumer>();
            x.UsingRabbitMq((context, bus) => BusSetup.Configure(context, bus, description));
        });
        // a broker that is away must not keep HTTP from answering
        services.AddOptions<MassTransitHostOptions>().Configure(x => x.WaitUntilStarted = false);
    }

    private static ManagementSettings Management(string? uri) =>
        uri?.Trim() switch
        {
            null or "" => new(null),
            var text
                when Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var parsed)
                    && parsed.Scheme is "http" or "https" => new(parsed),
            _ => throw new SettingException(
                "Bus:Management must be an http or https address of the broker's management API, as https://user:password@host:15671/."
            ),
        };

    /// <summary>Adds what every request passes through, and the routes that both services have.</summary>
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

internal sealed class OutboxRegistration(OutboxPublisher publisher) : IConfigureMarten
{
    public void Configure(IServiceProvider services, StoreOptions options) => options.Projections.Subscribe(publisher);
}

/// <summary>A setting is missing or wrong. Says which, and what it is for.</summary>
/// <param name="message">A sentence.</param>
public sealed class SettingException(string message) : Exception(message);

/// <summary>Where settings come from.</summary>
public static class Settings
{
    /// <summary>
    /// Reads the files of the directory that <c>FOLLOWUP_SECRETS</c> names: each file's name is a setting, as <c>Bus__Uri</c>.
    /// </summary>
    /// <param name="configuration">The configuration.</param>
    public static void AddSecrets(this ConfigurationManager configuration)
    {
        if (configuration["FOLLOWUP_SECRETS"] is not { Length: > 0 } directory || !Directory.Exists(directory))
            return;
        if (!configuration.Sources.OfType<KeyPerFileConfigurationSource>().Any()) // each part of a service asks for them
            configuration.AddKeyPerFile(directory, optional: true);
    }

    /// <summary>A setting that has no default: no secret has one that works.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="name">As <c>Bus:Uri</c>.</param>
    /// <param name="what">What it is.</param>
    /// <exception cref="SettingException">It is missing.</exception>
    public static string Require(this IConfiguration configuration, string name, string what) =>
        configuration[name] is { Length: > 0 } value
            ? value.Trim()
            : throw new SettingException(
                $"{name} is not set: {what}. Set {name.Replace(":", "__", StringComparison.Ordinal)} in the environment, "
                    + "or a file of that name in the directory named by FOLLOWUP_SECRETS."
            );
}
