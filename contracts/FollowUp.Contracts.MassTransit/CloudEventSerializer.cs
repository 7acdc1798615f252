using System.Net.Mime;
using System.Runtime.Serialization;
using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;

namespace FollowUp.Contracts.MassTransit;

/// <summary>Writes the envelope to the wire and reads it from there; the only code that does so for MassTransit.</summary>
/// <param name="parses">Whether messages are parsed, or handed on as <see cref="RawMessage"/>.</param>
/// <param name="origin">The event that is being handled: a forwarded or redelivered message keeps its envelope.</param>
internal sealed class CloudEventSerializer(bool parses, CloudEvent? origin = null) : IMessageSerializer, IMessageDeserializer
{
    public ContentType ContentType => CloudEventFormat.Structured;

    public void Probe(ProbeContext context) => context.CreateScope("cloudevents").Add("contentType", ContentType.MediaType);

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class =>
        new BytesMessageBody(
            context.Message switch
            {
                RawMessage message => message.Body,
                CloudEvent message => JsonSerializer.SerializeToUtf8Bytes(message, Json.Lenient),
                _ when origin is not null && Catalogue.Find(origin.Type) == context.Message.GetType() =>
                    JsonSerializer.SerializeToUtf8Bytes(origin, Json.Lenient),
                _ => throw new SerializationException($"{typeof(T)} doesn't travel as a CloudEvent of FollowUp."),
            }
        );

    public MessageBody GetMessageBody(string text) => new StringMessageBody(text);

    public ConsumeContext Deserialize(ReceiveContext receiveContext)
    {
        var context = Read(receiveContext.Body.GetBytes(), receiveContext.TransportHeaders, receiveContext.InputAddress);
        if (context.Envelope is { } envelope)
            receiveContext.AddOrUpdatePayload(() => envelope, _ => envelope);
        return new BodyConsumeContext(receiveContext, context);
    }

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
        Read(body.GetBytes(), headers, destinationAddress);

    private CloudEventContext Read(byte[] body, Headers headers, Uri? destination)
    {
        var transport = new RawMessageContext(headers, destination!, default);
        if (!parses)
            return new(this, transport, null, new RawMessage(body));
        try
        {
            var message = ParseEnvelope(body);
            var serializer = new CloudEventSerializer(parses, message);
            return ParseData(message) is { } data
                ? new(serializer, transport, message, data, message)
                : new(serializer, transport, message, message);
        }
        catch (JsonException exception)
        {
            throw new SerializationException($"The message is not a CloudEvent of FollowUp: {exception.Message}", exception);
        }
    }

    /// <exception cref="JsonException">The body is no CloudEvent.</exception>
    internal static CloudEvent ParseEnvelope(byte[] body)
    {
        var message = JsonSerializer.Deserialize<CloudEvent>(body, Json.Lenient) ?? throw new JsonException("The message is null.");
        if (message.SpecVersion != "1.0")
            throw new JsonException("Only CloudEvents 1.0 is understood.");
        if (string.IsNullOrWhiteSpace(message.Id) || string.IsNullOrWhiteSpace(message.Source) || string.IsNullOrWhiteSpace(message.Type))
            throw new JsonException("A CloudEvent must have id, source and type.");
        return message;
    }

    // Null for a type that this version doesn't know.
    private static object? ParseData(CloudEvent message)
    {
        if ((message.Type == Catalogue.Rejected ? typeof(CommandRejected) : Catalogue.Find(message.Type)) is not { } type)
            return null;
        return message.Data.ValueKind == JsonValueKind.Object
            ? message.Data.Deserialize(type, Json.Whole)
            : throw new JsonException($"The data of a {message.Type} must be an object.");
    }
}
