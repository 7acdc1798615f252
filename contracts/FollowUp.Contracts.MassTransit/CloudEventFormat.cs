using System.Diagnostics.CodeAnalysis;
using System.Net.Mime;
using System.Runtime.Serialization;
using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;

namespace FollowUp.Contracts.MassTransit;

/// <summary>
/// Structured CloudEvents for MassTransit. What a message is stands in the message, so only a consumer of that type gets it; and what has
/// not all that its type must have is an error, not a message of nulls.
/// </summary>
internal sealed class CloudEventFormat : ISerializerFactory
{
    public static readonly ContentType Structured = new(CloudEvent.MediaType);
    public ContentType ContentType => Structured;

    public IMessageSerializer CreateSerializer() => new CloudEventSerializer(null);

    public IMessageDeserializer CreateDeserializer() => new CloudEventSerializer(null);
}

/// <param name="origin">The event that is being handled: what forwards or redelivers it keeps its envelope.</param>
internal sealed class CloudEventSerializer(CloudEvent? origin) : IMessageSerializer, IMessageDeserializer
{
    public ContentType ContentType => CloudEventFormat.Structured;

    public void Probe(ProbeContext context) => context.CreateScope("cloudevents").Add("contentType", ContentType.MediaType);

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class =>
        new BytesMessageBody(
            JsonSerializer.SerializeToUtf8Bytes(
                context.Message switch
                {
                    CloudEvent message => message,
                    _ when origin is not null && Catalogue.Find(origin.Type) == context.Message.GetType() => origin,
                    _ => throw new SerializationException($"{typeof(T)} doesn't travel as a CloudEvent of FollowUp."),
                },
                Json.Lenient
            )
        );

    public ConsumeContext Deserialize(ReceiveContext receiveContext)
    {
        var context = Read(receiveContext.Body.GetBytes(), receiveContext.TransportHeaders, receiveContext.InputAddress);
        receiveContext.AddOrUpdatePayload(() => context.Message, _ => context.Message);
        return new BodyConsumeContext(receiveContext, context);
    }

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
        Read(body.GetBytes(), headers, destinationAddress);

    public MessageBody GetMessageBody(string text) => new StringMessageBody(text);

    private static Context Read(byte[] body, Headers headers, Uri? destination)
    {
        try
        {
            var message = JsonSerializer.Deserialize<CloudEvent>(body, Json.Lenient) ?? throw new JsonException("The message is null.");
            if (message.SpecVersion != "1.0")
                throw new JsonException("Only CloudEvents 1.0 is understood.");
            if (
                string.IsNullOrWhiteSpace(message.Id)
                || string.IsNullOrWhiteSpace(message.Source)
                || string.IsNullOrWhiteSpace(message.Type)
            )
                throw new JsonException("A CloudEvent must have id, source and type.");
            var type = message.Type == Catalogue.Rejected ? typeof(CommandRejected) : Catalogue.Find(message.Type);
            var record =
                type is null ? null
                : message.Data.ValueKind == JsonValueKind.Object ? message.Data.Deserialize(type, Json.Whole)
                : throw new JsonException($"The data of a {message.Type} must be an object.");
            return new(message, record, new RawMessageContext(headers, destination!, default));
        }
        catch (JsonException exception)
        {
            throw new SerializationException($"The message is not a CloudEvent of FollowUp: {exception.Message}", exception);
        }
    }

    private sealed class Context(CloudEvent message, object? record, MessageContext transport) : SerializerContext
    {
        public CloudEvent Message => message;

        public string[] SupportedMessageTypes { get; } =
            record is null
                ? [MessageUrn.ForTypeString<CloudEvent>()]
                :
                [
                    MessageUrn.ForTypeString(record.GetType()),
                    .. record
                        .GetType()
                        .GetInterfaces()
                        .Where(x => x.Assembly == typeof(Catalogue).Assembly)
                        .Select(MessageUrn.ForTypeString),
                    MessageUrn.ForTypeString<CloudEvent>(),
                ];

        public bool IsSupportedMessageType<T>()
            where T : class => IsSupportedMessageType(typeof(T));

        public bool IsSupportedMessageType(Type messageType) =>
            messageType == typeof(CloudEvent)
            || (messageType.Assembly == typeof(Catalogue).Assembly && messageType.IsInstanceOfType(record));

        public bool TryGetMessage<T>(out T? found)
            where T : class
        {
            found = TryGetMessage(typeof(T), out var it) ? (T)it : null;
            return found is not null;
        }

        public bool TryGetMessage(Type messageType, [NotNullWhen(true)] out object? found)
        {
            found =
                messageType == typeof(CloudEvent) ? message
                : IsSupportedMessageType(messageType) ? record
                : null;
            return found is not null;
        }

        public IMessageSerializer GetMessageSerializer() => new CloudEventSerializer(message);

        public IMessageSerializer GetMessageSerializer<T>(MessageEnvelope envelope, T ofMessage)
            where T : class => GetMessageSerializer();

        public IMessageSerializer GetMessageSerializer(object ofMessage, string[] messageTypes) => GetMessageSerializer();

        public Dictionary<string, object> ToDictionary<T>(T? ofMessage)
            where T : class => [];

        public T? DeserializeObject<T>(object? value, T? defaultValue = default)
            where T : class => SystemTextJsonMessageSerializer.Instance.DeserializeObject(value, defaultValue);

        public T? DeserializeObject<T>(object? value, T? defaultValue = null)
            where T : struct => SystemTextJsonMessageSerializer.Instance.DeserializeObject(value, defaultValue);

        public MessageBody SerializeObject(object? value) => SystemTextJsonMessageSerializer.Instance.SerializeObject(value);

        public Guid? MessageId { get; } = Guid.TryParse(message.Id, out var id) ? id : null;
        public Guid? CorrelationId { get; } = Guid.TryParse(message.CorrelationId, out var id) ? id : null;
        public Guid? InitiatorId { get; } = Guid.TryParse(message.CausationId, out var id) ? id : null;
        public DateTime? SentTime => message.Time?.UtcDateTime;
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
}
