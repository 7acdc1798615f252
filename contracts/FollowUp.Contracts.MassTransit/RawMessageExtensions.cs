using MassTransit;

namespace FollowUp.Contracts.MassTransit;

/// <summary>Configures a bus that carries CloudEvents and leaves their parsing to its consumers.</summary>
public static class RawMessageExtensions
{
    /// <summary>
    /// Replaces the serialization of the whole bus: an <c>IConsumer&lt;RawMessage&gt;</c> receives every message of its queue, whatever
    /// content type the message has, and the bus sends <see cref="CloudEvent"/> and <see cref="RawMessage"/> only. MassTransit adds no
    /// headers of its own.
    /// </summary>
    /// <param name="bus">The bus.</param>
    public static void UseRawMessages(this IBusFactoryConfigurator bus)
    {
        bus.ClearSerialization();
        bus.AddSerializer(CloudEventFormat.Raw, isSerializer: true);
        bus.AddDeserializer(CloudEventFormat.Raw, isDefault: true);
    }

    /// <summary>The same for one receive endpoint.</summary>
    internal static void UseRawMessages(this IReceiveEndpointConfigurator endpoint)
    {
        endpoint.ClearSerialization();
        endpoint.AddSerializer(CloudEventFormat.Raw, isSerializer: true);
        endpoint.AddDeserializer(CloudEventFormat.Raw, isDefault: true);
    }
}
