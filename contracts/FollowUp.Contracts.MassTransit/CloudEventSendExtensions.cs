using MassTransit;

namespace FollowUp.Contracts.MassTransit;

/// <summary>Sends CloudEvents to an exchange of RabbitMQ by routing key, whatever serialization the bus has.</summary>
public static class CloudEventSendExtensions
{
    /// <summary>
    /// MassTransit's address of RabbitMQ's default exchange, which it doesn't declare: the routing key is the name of a queue.
    /// </summary>
    public static Uri DefaultExchange { get; } = new("exchange:amq.rabbitmq.reply-to");

    /// <summary>Sends a CloudEvent, persistent and mandatory, with the AMQP properties message_id, type and timestamp.</summary>
    /// <param name="exchange">The endpoint of the exchange.</param>
    /// <param name="routingKey">The routing key.</param>
    /// <param name="message">The message.</param>
    /// <param name="configure">Sets further AMQP properties.</param>
    /// <param name="ct">Ends the attempt, with some delay: MassTransit doesn't watch the token at every step.</param>
    /// <returns>Ends when the broker has confirmed the message.</returns>
    /// <exception cref="MassTransitException">The broker did not confirm the message, or returned it because no queue takes it.</exception>
    public static Task SendCloudEvent(
        this ISendEndpoint exchange,
        string routingKey,
        CloudEvent message,
        Action<RabbitMqSendContext>? configure = null,
        CancellationToken ct = default
    ) =>
        Send(
            exchange,
            routingKey,
            message,
            context =>
            {
                if (Guid.TryParse(message.Id, out var id))
                    context.MessageId = id;
                context.BasicProperties.Type = message.Type;
                if (message.Time is { } time)
                    context.BasicProperties.Timestamp = new(time.ToUnixTimeSeconds());
                configure?.Invoke(context);
            },
            ct
        );

    /// <summary>Sends bytes, persistent and mandatory.</summary>
    /// <inheritdoc cref="SendCloudEvent"/>
    public static Task SendRawMessage(
        this ISendEndpoint exchange,
        string routingKey,
        RawMessage message,
        Action<RabbitMqSendContext>? configure = null,
        CancellationToken ct = default
    ) => Send(exchange, routingKey, message, configure, ct);

    private static Task Send<T>(
        ISendEndpoint exchange,
        string routingKey,
        T message,
        Action<RabbitMqSendContext>? configure,
        CancellationToken ct
    )
        where T : class =>
        exchange.Send(
            message,
            context =>
            {
                if (!context.TryGetPayload(out RabbitMqSendContext? rabbit))
                    throw new NotSupportedException("FollowUp is on RabbitMQ.");
                context.Serializer = CloudEventFormat.Raw.CreateSerializer();
                rabbit.RoutingKey = routingKey;
                rabbit.Mandatory = true; // a message that no queue takes is confirmed as well, unless it is mandatory
                rabbit.Durable = true;
                configure?.Invoke(rabbit);
            },
            ct
        );
}
