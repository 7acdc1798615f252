using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Configuration;
using RabbitMQ.Client.Exceptions;

namespace FollowUp.Platform.Messaging;

// See docs/decisions/0029-consumers-come-back.md
/// <summary>
/// How MassTransit's transports connect again: every second, whatever kept them away. Its own policy gives up for good when the broker
/// refuses the password, and waits 3 to 30 s otherwise. No setting changes that, so the field that holds the policy is replaced; a spec
/// notices a version without that field.
/// </summary>
internal static class TransportRetries
{
    /// <summary>
    /// Retries the errors that MassTransit retries, and a refused password as well. The transport itself pauses for a second before each
    /// attempt.
    /// </summary>
    internal static IRetryPolicy Policy { get; } =
        Retry.CreatePolicy(x =>
        {
            x.Handle<ConnectionException>();
            x.Handle<AlreadyClosedException>();
            x.Handle<EndOfStreamException>();
            x.Handle<OperationInterruptedException>(exception => exception.ChannelShouldBeClosed());
            x.Handle<NotSupportedException>(exception =>
                exception.Message.Contains("Pipelining of requests forbidden", StringComparison.Ordinal)
            );
            x.Intervals(TimeSpan.Zero);
        });

    /// <summary>Sets the policy of a bus that is being configured, for its consumers and its senders.</summary>
    public static void RetryEverySecond(this IRabbitMqBusFactoryConfigurator bus) => PolicyOf(bus) = Policy;

    internal static ref IRetryPolicy PolicyOf(IRabbitMqBusFactoryConfigurator bus) =>
        ref PolicyField((RabbitMqHostConfiguration)HostOf(bus));

    internal static IRabbitMqHostConfiguration HostOf(IRabbitMqBusFactoryConfigurator bus) =>
        HostField((RabbitMqBusFactoryConfigurator)bus);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_hostConfiguration")]
    private static extern ref IRabbitMqHostConfiguration HostField(RabbitMqBusFactoryConfigurator bus);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<ReceiveTransportRetryPolicy>k__BackingField")]
    private static extern ref IRetryPolicy PolicyField(RabbitMqHostConfiguration host);
}
