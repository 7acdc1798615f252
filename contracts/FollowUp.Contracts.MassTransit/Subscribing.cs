using MassTransit;
using MassTransit.Configuration;

namespace FollowUp.Contracts.MassTransit;

/// <summary>Hearing FollowUp's events.</summary>
public static class Subscribing
{
    /// <summary>
    /// Receives events of FollowUp in a quorum queue of one's own: a plain <c>IConsumer&lt;FollowUpDue&gt;</c> works. The queue is bound to
    /// exactly what its consumers take: a record, <see cref="ISlotEvent"/> or <see cref="IApplicationEvent"/> for all of a kind, or
    /// <see cref="CloudEvent"/> for everything. The rest of the bus stays as it is.
    /// </summary>
    /// <remarks>
    /// Events come one after the other, because those of one application come in the order of their <see cref="CloudEvent.Sequence"/>, and
    /// at least once: deduplicate by <see cref="CloudEvent.Id"/>. What can't be read or handled is moved to <c>&lt;queue&gt;_error</c>. The
    /// account needs the right to configure and write what is named as the queue, and to read <see cref="Addresses.Events"/>.
    /// </remarks>
    /// <param name="bus">The bus.</param>
    /// <param name="queue">The queue's name.</param>
    /// <param name="team">The team, or <c>*</c> for all that the account may read.</param>
    /// <param name="configure">Adds consumers, as <c>endpoint.ConfigureConsumer&lt;WhenDue&gt;(context)</c>.</param>
    /// <exception cref="ArgumentException">The team can't be one.</exception>
    /// <exception cref="ConfigurationException">When the bus is made: no consumer takes an event of FollowUp.</exception>
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
                endpoint.ConfigureConsumeTopology = false; // an exchange a message type is MassTransit's own way: ours is one for all
                endpoint.PublishFaults = false;
                endpoint.SetQuorumQueue();
                endpoint.ConcurrentMessageLimit = 1;
                endpoint.AddDeserializer(new CloudEventFormat());
                endpoint.DiscardSkippedMessages(); // a type newer than its reader has the old one's topic, and isn't an error
                var bindings = new Bindings(endpoint, queue, team);
                endpoint.ConnectConsumerConfigurationObserver(bindings);
                endpoint.ConnectHandlerConfigurationObserver(bindings);
                configure(endpoint);
                endpoint.AddEndpointSpecification(bindings); // the last: consumers say what they take when they are validated
            }
        );
    }

    /// <summary>The envelope of the event that is being consumed: its id, team, sequence and subject.</summary>
    /// <param name="context">The context of a message that came by <see cref="SubscribeToFollowUp"/>.</param>
    /// <exception cref="InvalidOperationException">The message is not FollowUp's.</exception>
    public static CloudEvent CloudEvent(this ConsumeContext context) =>
        context.TryGetPayload<CloudEvent>(out var message)
            ? message
            : throw new InvalidOperationException("The message is not FollowUp's.");

    private sealed class Bindings(IRabbitMqReceiveEndpointConfigurator endpoint, string queue, string team)
        : IConsumerConfigurationObserver,
            IHandlerConfigurationObserver,
            IReceiveEndpointSpecification
    {
        private readonly HashSet<string> _bound = [];

        public IEnumerable<ValidationResult> Validate() =>
            _bound.Count > 0 ? [] : [this.Failure("FollowUp", $"no consumer of the queue {queue} takes an event")];

        public void Configure(IReceiveEndpointBuilder builder) { }

        public void ConsumerConfigured<TConsumer>(IConsumerConfigurator<TConsumer> configurator)
            where TConsumer : class { }

        public void ConsumerMessageConfigured<TConsumer, TMessage>(IConsumerMessageConfigurator<TConsumer, TMessage> configurator)
            where TConsumer : class
            where TMessage : class => Bind(typeof(TMessage));

        public void HandlerConfigured<TMessage>(IHandlerConfigurator<TMessage> configurator)
            where TMessage : class => Bind(typeof(TMessage));

        private void Bind(Type message)
        {
            if (message == typeof(CloudEvent))
                Bind($"{team}.#");
            if (message.Assembly != typeof(Catalogue).Assembly)
                return;
            foreach (var (type, name) in Catalogue.ApplicationEvents.Concat(Catalogue.SchedulerEvents))
                if (message.IsAssignableFrom(type))
                    Bind(Catalogue.RoutingKey(team, name));
        }

        private void Bind(string key)
        {
            if (!_bound.Add(key))
                return;
            endpoint.Bind(Addresses.Events, exchange => (exchange.ExchangeType, exchange.RoutingKey) = ("topic", key));
        }
    }
}
