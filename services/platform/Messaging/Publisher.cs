using System.Collections.Concurrent;
using System.Text.Json;
using FollowUp.Contracts;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace FollowUp.Platform.Messaging;

/// <summary>The broker did not confirm in time. Not a cancellation: a cancellation that leaks into the daemon stops it silently.</summary>
public sealed class PublishTimeoutException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Sends to the broker, and returns only when the broker has it.</summary>
/// <remarks>
/// A publish can hang for ever after the broker restarted, and the token that ends it can fire late: so both a token and a wait.
/// A message that no queue takes is confirmed as well, unless it is mandatory: so all are.
/// </remarks>
internal sealed class Publisher(IServiceProvider services)
{
    /// <summary>
    /// How many messages may wait for their confirmation at once. With 300 in flight a restarted broker left all of them hanging; beyond 8
    /// little is gained (docs/benchmarks.md, bus).
    /// </summary>
    public const int MostInFlight = 64;

    // not before the bus is made: what makes it needs the publisher
    private readonly Lazy<IBus> _bus = new(services.GetRequiredService<IBus>);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10),
        LastPatience = TimeSpan.FromSeconds(15); // measured: design notes, 10 s recovers all after a restart
    private static readonly Uri EventsAddress = new($"exchange:{Topology.Events}?type=topic");

    // MassTransit's address of the default exchange: the routing key is the queue's name.
    private static readonly Uri QueuesAddress = new("exchange:amq.rabbitmq.reply-to");
    private readonly ConcurrentDictionary<Uri, Task<ISendEndpoint>> _endpoints = new();

    /// <summary>Publishes an event.</summary>
    public Task Publish(CloudEvent message, CancellationToken ct) =>
        Send(EventsAddress, Catalogue.RoutingKey(message.Team!, message.Type), message, null, ct);

    /// <summary>Sends to one queue by its name.</summary>
    public Task SendTo(string queue, CloudEvent message, Action<RabbitMqSendContext>? more, CancellationToken ct) =>
        Send(QueuesAddress, queue, message, more, ct);

    /// <summary>Sends bytes as they are to one queue by its name.</summary>
    public Task SendTo(string queue, byte[] body, Action<RabbitMqSendContext>? more, CancellationToken ct) =>
        Send(QueuesAddress, queue, new Delivery(body), more, ct);

    private Task Send(Uri address, string routingKey, CloudEvent message, Action<RabbitMqSendContext>? more, CancellationToken ct) =>
        Send(
            address,
            routingKey,
            new Delivery(JsonSerializer.SerializeToUtf8Bytes(message, Json.Lenient)),
            context =>
            {
                if (Guid.TryParse(message.Id, out var id))
                    context.MessageId = id;
                context.BasicProperties.Type = message.Type;
                if (message.Time is { } time)
                    context.BasicProperties.Timestamp = new(time.ToUnixTimeSeconds());
                more?.Invoke(context);
            },
            ct
        );

    private async Task Send(Uri address, string routingKey, Delivery delivery, Action<RabbitMqSendContext>? more, CancellationToken ct)
    {
        var endpoint = await _endpoints.GetOrAdd(address, x => _bus.Value.GetSendEndpoint(x));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            await endpoint
                .Send(
                    delivery,
                    context =>
                    {
                        if (!context.TryGetPayload(out RabbitMqSendContext? rabbit))
                            throw new NotSupportedException("This bus runs on RabbitMQ.");
                        rabbit.RoutingKey = routingKey;
                        rabbit.Mandatory = true;
                        rabbit.Durable = true;
                        more?.Invoke(rabbit);
                    },
                    patience.Token
                )
                .WaitAsync(LastPatience, ct);
        }
        catch (OperationCanceledException exception) when (!ct.IsCancellationRequested)
        {
            throw new PublishTimeoutException($"The broker did not confirm within {Patience.TotalSeconds} s.", exception);
        }
        catch (TimeoutException exception)
        {
            throw new PublishTimeoutException($"The broker did not confirm within {LastPatience.TotalSeconds} s.", exception);
        }
    }
}
