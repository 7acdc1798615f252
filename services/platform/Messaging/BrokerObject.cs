using RabbitMQ.Client;

namespace FollowUp.Platform.Messaging;

/// <summary>An exchange, a queue or a binding that must exist on the broker. Its text names it in log lines.</summary>
internal abstract record BrokerObject
{
    /// <summary><c>exchange</c>, <c>queue</c> or <c>binding</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Creates the object unless it exists.</summary>
    public abstract Task Declare(IChannel channel, CancellationToken ct);
}

/// <summary>An object that AMQP can look for: the broker closes the channel with 404 if it doesn't exist.</summary>
internal abstract record BrokerEntity(string Name) : BrokerObject
{
    /// <returns>What the broker says of a queue; null for an exchange.</returns>
    public abstract Task<QueueDeclareOk?> Look(IChannel channel, CancellationToken ct);
}

internal sealed record BrokerExchange(string Name, string Type) : BrokerEntity(Name)
{
    public override string Kind => "exchange";

    public override Task Declare(IChannel channel, CancellationToken ct) =>
        channel.ExchangeDeclareAsync(Name, Type, durable: true, autoDelete: false, cancellationToken: ct);

    public override async Task<QueueDeclareOk?> Look(IChannel channel, CancellationToken ct)
    {
        await channel.ExchangeDeclarePassiveAsync(Name, ct);
        return null;
    }

    public override string ToString() => $"exchange {Name}";
}

internal sealed record BrokerQueue(string Name, IDictionary<string, object?> Arguments) : BrokerEntity(Name)
{
    public override string Kind => "queue";

    public override Task Declare(IChannel channel, CancellationToken ct) =>
        channel.QueueDeclareAsync(Name, durable: true, exclusive: false, autoDelete: false, arguments: Arguments, cancellationToken: ct);

    public override async Task<QueueDeclareOk?> Look(IChannel channel, CancellationToken ct) =>
        await channel.QueueDeclarePassiveAsync(Name, ct);

    // A name is a queue's identity; two tables of the same arguments aren't equal.
    public bool Equals(BrokerQueue? other) => other?.Name == Name;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => $"queue {Name}";
}

internal sealed record BrokerBinding(string Queue, string Exchange, string Key) : BrokerObject
{
    public override string Kind => "binding";

    public override Task Declare(IChannel channel, CancellationToken ct) =>
        channel.QueueBindAsync(Queue, Exchange, Key, cancellationToken: ct);

    public override string ToString() => $"binding of {Queue} to {Exchange} by {Key}";
}
