using System.Diagnostics.CodeAnalysis;
using System.Net.Mime;
using FollowUp.Contracts;
using MassTransit;
using MassTransit.Serialization;

namespace FollowUp.Platform.Messaging;

// See docs/decisions/0004-own-envelope-over-masstransit.md
/// <summary>
/// A message as it is on the wire: bytes. MassTransit carries it, and neither looks inside nor adds headers of its own, so that
/// a malformed message reaches our code (which parks it with a reason) and nothing of .NET shows to others.
/// </summary>
/// <param name="Body">The structured CloudEvent, UTF-8.</param>
internal sealed record Delivery(byte[] Body);

internal sealed class DeliverySerializerFactory : ISerializerFactory
{
    public static readonly ContentType Structured = new(CloudEvent.MediaType);
    public ContentType ContentType => Structured;

    public IMessageSerializer CreateSerializer() => new DeliverySerializer();

    public IMessageDeserializer CreateDeserializer() => new DeliverySerializer();
}

internal sealed class DeliverySerializer : IMessageSerializer, IMessageDeserializer
{
    public ContentType ContentType => DeliverySerializerFactory.Structured;

    public void Probe(ProbeContext context) => context.CreateScope("cloudevents").Add("contentType", ContentType.MediaType);

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class =>
        context.Message is Delivery delivery
            ? new BytesMessageBody(delivery.Body)
            : throw new NotSupportedException($"Only {nameof(Delivery)} goes over this bus, not {typeof(T)}.");

    public ConsumeContext Deserialize(ReceiveContext receiveContext) =>
        new BodyConsumeContext(
            receiveContext,
            Deserialize(receiveContext.Body, receiveContext.TransportHeaders, receiveContext.InputAddress)
        );

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
        new Context(this, body.GetBytes(), new RawMessageContext(headers, destinationAddress!, default));

    public MessageBody GetMessageBody(string text) => new StringMessageBody(text);

    private sealed class Context(DeliverySerializer serializer, byte[] body, MessageContext inner) : SerializerContext
    {
        private static readonly string[] Types = [MessageUrn.ForTypeString<Delivery>()];
        public string[] SupportedMessageTypes => Types;

        public bool IsSupportedMessageType<T>()
            where T : class => typeof(T) == typeof(Delivery);

        public bool IsSupportedMessageType(Type messageType) => messageType == typeof(Delivery);

        public bool TryGetMessage<T>(out T? message)
            where T : class
        {
            message = typeof(T) == typeof(Delivery) ? (T)(object)new Delivery(body) : null;
            return message is not null;
        }

        public bool TryGetMessage(Type messageType, [NotNullWhen(true)] out object? message)
        {
            message = messageType == typeof(Delivery) ? new Delivery(body) : null;
            return message is not null;
        }

        public IMessageSerializer GetMessageSerializer() => serializer;

        public IMessageSerializer GetMessageSerializer<T>(MessageEnvelope envelope, T message)
            where T : class => serializer;

        public IMessageSerializer GetMessageSerializer(object message, string[] messageTypes) => serializer;

        public Dictionary<string, object> ToDictionary<T>(T? message)
            where T : class => [];

        public T? DeserializeObject<T>(object? value, T? defaultValue = default)
            where T : class => SystemTextJsonMessageSerializer.Instance.DeserializeObject(value, defaultValue);

        public T? DeserializeObject<T>(object? value, T? defaultValue = null)
            where T : struct => SystemTextJsonMessageSerializer.Instance.DeserializeObject(value, defaultValue);

        public MessageBody SerializeObject(object? value) => SystemTextJsonMessageSerializer.Instance.SerializeObject(value);

        public Guid? MessageId => null; // a foreign message id need not be a Guid; the event's own id is the one that counts
        public Guid? RequestId => null;
        public Guid? CorrelationId => null;
        public Guid? ConversationId => null;
        public Guid? InitiatorId => null;
        public DateTime? ExpirationTime => null;
        public Uri? SourceAddress => null;
        public Uri? DestinationAddress => inner.DestinationAddress;
        public Uri? ResponseAddress => null;
        public Uri? FaultAddress => null;
        public DateTime? SentTime => null;
        public Headers Headers => inner.Headers;
        public HostInfo Host => inner.Host;
    }
}
