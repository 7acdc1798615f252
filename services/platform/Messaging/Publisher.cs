using FollowUp.Contracts;
using FollowUp.Contracts.MassTransit;
using FollowUp.Platform.Concurrency;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace FollowUp.Platform.Messaging;

/// <summary>Sends to the broker, and returns only when the broker has confirmed the message.</summary>
/// <remarks>
/// A publish can hang for ever after the broker restarted, and the token that ends it can fire late: so each has both a token and a wait.
/// </remarks>
internal sealed class Publisher(IServiceProvider services, AwakeTime awake)
{
    /// <summary>
    /// How many messages may wait for their confirmation at once. With 300 in flight a restarted broker left all of them hanging; beyond 8
    /// little is gained (docs/benchmarks.md, bus).
    /// </summary>
    public const int MostInFlight = 64;

    // Lazy, because the construction of the bus needs the publisher.
    private readonly Lazy<IBus> _bus = new(services.GetRequiredService<IBus>);

    // After it lost its connection, MassTransit 8.5.12 can hang for as long as a publish may take; the next attempt then succeeds.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5),
        LastTimeout = TimeSpan.FromSeconds(8);
    private static readonly Uri EventsExchange = new($"exchange:{Topology.Events}?type=topic");

    /// <summary>Publishes an event.</summary>
    /// <exception cref="MessageReturnedException">No queue is bound to the event: the bindings were lost.</exception>
    public async Task Publish(CloudEvent message, CancellationToken ct)
    {
        try
        {
            await Send(
                EventsExchange,
                (exchange, token) =>
                    exchange.SendCloudEvent(Catalogue.RoutingKey(message.Team!, message.Type), message, configure: null, token),
                ct
            );
        }
        catch (MessageReturnedException)
        {
            services.GetService<TopologyDeclaration>()?.SuspectBindings();
            throw;
        }
    }

    /// <summary>Sends to one queue by its name.</summary>
    public Task SendTo(string queue, CloudEvent message, Action<RabbitMqSendContext>? configure, CancellationToken ct) =>
        Send(CloudEventSendExtensions.DefaultExchange, (exchange, token) => exchange.SendCloudEvent(queue, message, configure, token), ct);

    /// <summary>Sends a reply to the queue that a message names.</summary>
    /// <param name="replyTo">The queue.</param>
    /// <param name="reply">The reply.</param>
    /// <param name="correlation">The correlation id by which the sender knows it.</param>
    /// <param name="ct">Ends the attempt.</param>
    public Task Reply(string replyTo, CloudEvent reply, string? correlation, CancellationToken ct) =>
        SendTo(
            replyTo,
            reply,
            context =>
            {
                context.BasicProperties.CorrelationId = correlation;
                context.Mandatory = false; // direct reply-to delivers, but also returns the message as unroutable
            },
            ct
        );

    /// <summary>Sends bytes as they are to one queue by its name.</summary>
    public Task SendTo(string queue, byte[] body, Action<RabbitMqSendContext>? configure, CancellationToken ct) =>
        Send(
            CloudEventSendExtensions.DefaultExchange,
            (exchange, token) => exchange.SendRawMessage(queue, new(body), configure, token),
            ct
        );

    private async Task Send(Uri address, Func<ISendEndpoint, CancellationToken, Task> send, CancellationToken ct)
    {
        var exchange = await _bus.Value.GetSendEndpoint(address).WaitAsync(ct);
        using var late = new CancellationTokenSource(Timeout, awake);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        try
        {
            await send(exchange, timeout.Token).WaitAsync(LastTimeout, awake, ct);
        }
        catch (OperationCanceledException exception) when (!ct.IsCancellationRequested)
        {
            throw new PublishTimeoutException($"The broker did not confirm within {Timeout.TotalSeconds} s.", exception);
        }
        catch (TimeoutException exception)
        {
            throw new PublishTimeoutException($"The broker did not confirm within {LastTimeout.TotalSeconds} s.", exception);
        }
    }
}
