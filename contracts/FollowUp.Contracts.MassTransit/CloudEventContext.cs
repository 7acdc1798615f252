using System.Diagnostics.CodeAnalysis;
using MassTransit;
using MassTransit.Serialization;

namespace FollowUp.Contracts.MassTransit;

/// <summary>A received message in the forms in which a consumer may take it.</summary>
/// <param name="serializer">Writes what is sent from this context.</param>
/// <param name="transport">What the transport knows of the message.</param>
/// <param name="envelope">The parsed envelope; null for a <see cref="RawMessage"/>, whose id need not be a Guid and isn't read.</param>
/// <param name="messages">The forms: the record of the contract and the envelope, or the raw message.</param>
internal sealed class CloudEventContext(
    CloudEventSerializer serializer,
    MessageContext transport,
    CloudEvent? envelope,
    params object[] messages
) : SerializerContext
{
    public CloudEvent? Envelope => envelope;

    public string[] SupportedMessageTypes =>
        [
            .. messages
                .SelectMany(x =>
                    x.GetType().GetInterfaces().Where(contract => contract.Assembly == typeof(Catalogue).Assembly).Prepend(x.GetType())
                )
                .Select(MessageUrn.ForTypeString),
        ];

    public bool IsSupportedMessageType<T>()
        where T : class => IsSupportedMessageType(typeof(T));

    public bool IsSupportedMessageType(Type messageType) => TryGetMessage(messageType, out _);

    public bool TryGetMessage<T>(out T? message)
        where T : class
    {
        message = TryGetMessage(typeof(T), out var found) ? (T)found : null;
        return message is not null;
    }

    public bool TryGetMessage(Type messageType, [NotNullWhen(true)] out object? message)
    {
        // else a consumer of object would take every message
        var isContract = messageType.Assembly == typeof(Catalogue).Assembly || messageType == typeof(RawMessage);
        message = isContract ? Array.Find(messages, messageType.IsInstanceOfType) : null;
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

    public Guid? MessageId { get; } = Guid.TryParse(envelope?.Id, out var id) ? id : null;
    public Guid? CorrelationId { get; } = Guid.TryParse(envelope?.CorrelationId, out var id) ? id : null;
    public Guid? InitiatorId { get; } = Guid.TryParse(envelope?.CausationId, out var id) ? id : null;
    public DateTime? SentTime => envelope?.Time?.UtcDateTime;
    public Uri? DestinationAddress => transport.DestinationAddress;
    public Headers Headers => transport.Headers;
    public HostInfo Host => transport.Host;
    public Guid? RequestId => null;
    public Guid? ConversationId => null;
    public DateTime? ExpirationTime => null;
    public Uri? SourceAddress => null;
    public Uri? ResponseAddress => null;
    public Uri? FaultAddress => null;
}
