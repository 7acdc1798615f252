using MassTransit;
using MassTransit.Configuration;

namespace FollowUp.Contracts.MassTransit;

/// <summary>Binds a queue to the events that its consumers take, and fails the bus's configuration if they take none.</summary>
internal sealed class EventBindings(IRabbitMqReceiveEndpointConfigurator endpoint, string queue, string team)
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
