using MassTransit;

namespace FollowUp.Contracts.MassTransit;

/// <summary>Receives FollowUp's events.</summary>
public static class SubscriptionExtensions
{
    /// <summary>
    /// Receives events of FollowUp in a quorum queue of the subscriber: a plain <c>IConsumer&lt;FollowUpDue&gt;</c> works. The queue is
    /// bound to exactly what its consumers take: a record, <see cref="ISlotEvent"/> or <see cref="IApplicationEvent"/> for all of a kind,
    /// or <see cref="CloudEvent"/> for everything. The rest of the bus stays as it is.
    /// </summary>
    /// <remarks>
    /// Events are handled one after the other, because those of one application arrive in the order of their
    /// <see cref="CloudEvent.Sequence"/>, and they arrive at least once: deduplicate by <see cref="CloudEvent.Id"/>. A message that can't
    /// be parsed or handled is moved to <c>&lt;queue&gt;_error</c>. The account needs the right to configure and write what is named as the
    /// queue, and to read <see cref="Addresses.Events"/>.
    /// </remarks>
    /// <param name="bus">The bus.</param>
    /// <param name="queue">The queue's name.</param>
    /// <param name="team">The team, or <c>*</c> for all that the account may read.</param>
    /// <param name="configure">Adds consumers, as <c>endpoint.ConfigureConsumer&lt;WhenDue&gt;(context)</c>.</param>
    /// <exception cref="ArgumentException">The team can't be one.</exception>
    /// <exception cref="ConfigurationException">When the bus is created: no consumer takes an event of FollowUp.</exception>
    public static void SubscribeToFollowUp(
        this IRabbitMqBusFactoryConfigurator bus,
        string queue,
        string team,
        Action<IRabbitMqReceiveEndpointConfigurator> configure
    )
    {
        if (string.IsNullOrWhiteSpace(team) || team.AsSpan().ContainsAny('.', '#', ' '))
            throw new ArgumentException("A team is one word, or * for all.", nameof(team));
        bus.ReceiveEndpoint(
            queue,
            endpoint =>
            {
                // MassTransit would declare an exchange for each message type; FollowUp has one for all
                endpoint.ConfigureConsumeTopology = false;
                endpoint.PublishFaults = false;
                endpoint.SetQuorumQueue();
                endpoint.ConcurrentMessageLimit = 1;
                endpoint.AddDeserializer(CloudEventFormat.Typed);
                endpoint.DiscardSkippedMessages(); // a newer version of a type has the same topic, and isn't an error
                var bindings = new EventBindings(endpoint, queue, team);
                endpoint.ConnectConsumerConfigurationObserver(bindings);
                endpoint.ConnectHandlerConfigurationObserver(bindings);
                configure(endpoint);
                endpoint.AddEndpointSpecification(bindings); // the last: the observers are notified when the consumers are validated
            }
        );
    }

    /// <summary>The envelope of the event that is being consumed: its id, team, sequence and subject.</summary>
    /// <param name="context">The context of a message that arrived by <see cref="SubscribeToFollowUp"/>.</param>
    /// <exception cref="InvalidOperationException">The message is not FollowUp's.</exception>
    public static CloudEvent CloudEvent(this ConsumeContext context) =>
        context.TryGetPayload<CloudEvent>(out var message)
            ? message
            : throw new InvalidOperationException("The message is not FollowUp's.");
}
