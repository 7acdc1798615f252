using FollowUp.Contracts.MassTransit;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Inbox;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace FollowUp.Platform.Messaging;

/// <summary>MassTransit as this product needs it.</summary>
internal static class BusSetup
{
    internal const ushort Prefetch = 400; // two lanes' batches, so that one is always being gathered while another is written

    public static void Configure(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator bus, ServiceDefinition description)
    {
        var settings = context.GetRequiredService<BusSettings>();
        bus.Host(
            settings.Uri,
            $"followup-{description.Name}",
            host =>
            {
                host.Heartbeat(TimeSpan.FromSeconds(10));
                host.PublisherConfirmation = true;
            }
        );
        bus.UseRawMessages(); // See docs/decisions/0004-own-envelope-over-masstransit.md
        bus.SendTopology.ErrorQueueNameFormatter = new ErrorQueues();
        bus.SendTopology.DeadLetterQueueNameFormatter = new ErrorQueues();

        Endpoint<InboxConsumer>(description.Inbox);
        if (description.Commands.Count > 0)
            Endpoint<CommandConsumer>(description.CommandQueue);
        if (context.GetService<ISiblingMessageHandler>() is { } secret)
            Endpoint<SiblingMessageConsumer>(secret.Queue);

        void Endpoint<TConsumer>(string queue)
            where TConsumer : class, IConsumer =>
            bus.ReceiveEndpoint(
                queue,
                endpoint =>
                {
                    endpoint.ConfigureConsumeTopology = false;
                    endpoint.PublishFaults = false;
                    endpoint.PrefetchCount = Prefetch;
                    endpoint.ConcurrentMessageLimit = Prefetch;
                    foreach (var (name, value) in Topology.Arguments(queue))
                        endpoint.SetQueueArgument(name, value);
                    endpoint.ConfigureConsumer<TConsumer>(context);
                }
            );
    }

    private sealed class ErrorQueues : IErrorQueueNameFormatter, IDeadLetterQueueNameFormatter
    {
        public string FormatErrorQueueName(string queueName) => Topology.ErrorQueue(queueName);

        public string FormatDeadLetterQueueName(string queueName) => Topology.ErrorQueue(queueName);
    }
}

/// <summary>Hears what a sibling tells this service alone.</summary>
public interface ISiblingMessageHandler
{
    /// <summary>The queue.</summary>
    string Queue { get; }

    /// <summary>Handles one message. When it returns, it is durable.</summary>
    /// <param name="message">The message.</param>
    /// <param name="ct">Ends the attempt.</param>
    Task Handle(Contracts.CloudEvent message, CancellationToken ct);
}

internal sealed class SiblingMessageConsumer(ISiblingMessageHandler inbox, DeadLetterPublisher parking) : IConsumer<RawMessage>
{
    public async Task Consume(ConsumeContext<RawMessage> context)
    {
        var rabbit = context.ReceiveContext.GetPayload<RabbitMqBasicConsumeContext>();
        try
        {
            var message = EnvelopeParser.Envelope(context.Message.Body, rabbit.Properties.ContentType);
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await inbox.Handle(message, context.CancellationToken);
                    return;
                }
                catch (Exception exception) when (TransientErrors.IsTransient(exception))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(100 * attempt, 2000)), context.CancellationToken);
                }
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            await parking.Publish(
                inbox.Queue,
                context.Message.Body,
                rabbit,
                (exception as UnreadableException)?.Code ?? "handlerFailed",
                exception.Message,
                context.CancellationToken
            );
        }
    }
}
