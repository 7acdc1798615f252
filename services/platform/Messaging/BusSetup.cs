using FollowUp.Contracts.MassTransit;
using FollowUp.Platform.Inbox;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FollowUp.Platform.Messaging;

/// <summary>MassTransit and the messaging services, as this product needs them.</summary>
internal static class BusSetup
{
    // Two batches of the inbox, so that one is gathered while the other is written.
    internal const ushort Prefetch = 400;

    public static void AddBus<TEventHandler>(this WebApplicationBuilder builder, ServiceDefinition definition)
        where TEventHandler : class, IEventHandler
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        services.AddSingleton(
            BusSettings.Parse(
                configuration.Require("Bus:Uri", "the AMQP URI of the broker, as amqp://user:password@host:5672/"),
                definition.Name
            )
        );
        services.AddSingleton(ManagementSettings.Parse(configuration["Bus:Management"]));
        services.AddSingleton(x => new BrokerUsers(x.GetRequiredService<BusSettings>(), x.GetRequiredService<ManagementSettings>()));
        services.AddSingleton(x => new IntegrationUsers(
            x.GetRequiredService<BrokerUsers>(),
            x.GetRequiredService<ILogger<IntegrationUsers>>()
        ));
        services.AddSingleton<SenderIdentity>();
        services.AddSingleton(
            new InboxSettings(definition.Inbox, definition.SiblingSource, definition.RestoresOwnEvents ? definition.Source : null)
        );
        services.AddSingleton(
            new CommandSettings(
                definition.CommandQueue,
                definition.Source,
                definition.Commands,
                definition.InternalMessages,
                definition.IsRefusalAnnounced
            )
        );
        services.AddSingleton<TopologyDeclaration>().AddHostedService(x => x.GetRequiredService<TopologyDeclaration>());
        services.AddSingleton<DeadLetterPublisher>();
        services.AddSingleton<MessagesInHand>();
        services.AddSingleton<BusConnection>();
        services.AddSingleton<RequestGate>();
        services.AddSingleton<Confirmations>();
        services.AddSingleton<NoReplyRetryPolicy>();
        services.AddSingleton(x => new RequestClient(
            new Lazy<IBus>(x.GetRequiredService<IBus>), // the bus is configured with the client
            x.GetRequiredService<BusSettings>().User
        ));
        services.AddSingleton<IEventHandler, TEventHandler>();
        services.AddSingleton<InboxFence>();
        services.AddSingleton<InboxBatcher>().AddHostedService(x => x.GetRequiredService<InboxBatcher>());
        services.AddMassTransit(x =>
        {
            x.DisableUsageTelemetry(); // it reports to MassTransit's makers, and a race in it can fail the start of the bus
            x.AddConsumer<InboxConsumer>();
            if (definition.Commands.Count > 0)
                x.AddConsumer<CommandConsumer>();
            if (services.Any(s => s.ServiceType == typeof(ISiblingMessageHandler)))
                x.AddConsumer<SiblingMessageConsumer>();
            x.AddConsumer<SiblingRequestConsumer>();
            x.UsingRabbitMq((context, bus) => Configure(context, bus, definition));
        });
        services.RemoveMassTransitHostedService().AddHostedService<BusWatchdog>();
    }

    private static void Configure(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator bus, ServiceDefinition definition)
    {
        var settings = context.GetRequiredService<BusSettings>();
        bus.Host(
            settings.Uri,
            $"followup-{definition.Name}",
            host =>
            {
                if (settings.Nodes.Count > 1)
                    host.UseCluster(nodes =>
                    {
                        foreach (var node in settings.Nodes)
                            nodes.Node(node.Authority);
                    });
                host.Heartbeat(BusSettings.Heartbeat);
                host.RequestedConnectionTimeout(BusSettings.ConnectTimeout);
                host.ContinuationTimeout(TimeSpan.FromSeconds(10));
                host.PublisherConfirmation = true;
            }
        );
        bus.RetryEverySecond();
        context.GetRequiredService<BusConnection>().Take(bus);
        bus.UseRawMessages(); // See docs/decisions/0004-own-envelope-over-masstransit.md
        bus.SendTopology.ErrorQueueNameFormatter = new ErrorQueueNames();
        bus.SendTopology.DeadLetterQueueNameFormatter = new ErrorQueueNames();

        ReceiveEndpoint<InboxConsumer>(definition.Inbox, Topology.Arguments(definition.Inbox));
        if (definition.Commands.Count > 0)
            ReceiveEndpoint<CommandConsumer>(definition.CommandQueue, Topology.Arguments(definition.CommandQueue));
        if (definition.RequestQueue is { } requests)
            ReceiveEndpoint<CommandConsumer>(requests, Topology.RequestArguments());
        if (context.GetService<ISiblingMessageHandler>() is { } siblingMessages)
            ReceiveEndpoint<SiblingMessageConsumer>(siblingMessages.Queue, Topology.Arguments(siblingMessages.Queue));
        if (context.GetServices<ISiblingRequestHandler>().Any())
            ReceiveEndpoint<SiblingRequestConsumer>(
                Topology.SiblingRequests(definition.Name),
                Topology.RequestArguments(),
                SiblingRequestConsumer.Prefetch
            );
        context.GetRequiredService<RequestClient>().ConfigureReplyQueue(bus);

        void ReceiveEndpoint<TConsumer>(string queue, Dictionary<string, object?> arguments, ushort prefetch = Prefetch)
            where TConsumer : class, IConsumer =>
            bus.ReceiveEndpoint(
                queue,
                endpoint =>
                {
                    endpoint.ConfigureConsumeTopology = false;
                    endpoint.PublishFaults = false;
                    endpoint.PrefetchCount = prefetch;
                    endpoint.ConcurrentMessageLimit = prefetch;
                    foreach (var (name, value) in arguments)
                        endpoint.SetQueueArgument(name, value);
                    endpoint.UseFilter(context.GetRequiredService<MessagesInHand>());
                    endpoint.ConfigureConsumer<TConsumer>(context);
                }
            );
    }

    private sealed class ErrorQueueNames : IErrorQueueNameFormatter, IDeadLetterQueueNameFormatter
    {
        public string FormatErrorQueueName(string queueName) => Topology.ErrorQueue(queueName);

        public string FormatDeadLetterQueueName(string queueName) => Topology.ErrorQueue(queueName);
    }
}
