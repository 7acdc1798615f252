using System.Net.Mime;
using MassTransit;

namespace FollowUp.Contracts.MassTransit;

/// <summary>Structured CloudEvents as a serialization of MassTransit.</summary>
internal sealed class CloudEventFormat : ISerializerFactory
{
    public static readonly ContentType Structured = new(CloudEvent.MediaType);

    /// <summary>
    /// A message has the type that its envelope names, so that only a consumer of that type receives it. A message that lacks a part its
    /// type requires is an error, not a message of nulls.
    /// </summary>
    public static readonly CloudEventFormat Typed = new(parses: true);

    /// <summary>Every message is a <see cref="RawMessage"/>.</summary>
    public static readonly CloudEventFormat Raw = new(parses: false);

    private readonly CloudEventSerializer _serializer;

    private CloudEventFormat(bool parses) => _serializer = new(parses);

    public ContentType ContentType => Structured;

    public IMessageSerializer CreateSerializer() => _serializer;

    public IMessageDeserializer CreateDeserializer() => _serializer;
}
