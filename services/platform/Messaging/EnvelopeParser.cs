using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform.Security;

namespace FollowUp.Platform.Messaging;

/// <summary>
/// Parses received messages, and trusts nothing in them: an empty body, a missing field or another content type all arrive here.
/// </summary>
internal static class EnvelopeParser
{
    /// <summary>
    /// The message that says how far an application is, where no event can say it: the sibling doesn't have the application. It goes from
    /// the sibling to the inbox, and an older version ignores it.
    /// </summary>
    public const string Extent = "followup.private.extent.v1";

    private const int MaxBytes = 1024 * 1024; // far above any message of the catalogue: the longest has a policy in it, of 200 KB at most
    private const int MaxAttributeLength = 255; // as a short string of AMQP; ids of ours have 36

    public static CloudEvent Envelope(byte[] body, string? contentType)
    {
        if (body.Length == 0)
            throw new UnreadableException("emptyMessage", "The message is empty.");
        if (body.Length > MaxBytes)
            throw new UnreadableException("tooLarge", $"The message is larger than {MaxBytes} bytes.");
        if (contentType?.Split(';')[0].Trim() is not (CloudEvent.MediaType or null))
            throw new UnreadableException("wrongContentType", $"The content type must be {CloudEvent.MediaType}.");
        CloudEvent? message;
        try
        {
            message = JsonSerializer.Deserialize<CloudEvent>(body, Json.Lenient);
        }
        catch (JsonException exception)
        {
            throw exception.Message.Contains("missing required properties", StringComparison.Ordinal)
                ? new UnreadableException("missingAttribute", "A CloudEvent must have specversion, id, source and type.")
                : new UnreadableException(
                    "malformedJson",
                    $"The message is not a CloudEvent in JSON ({exception.Path ?? "$"}, line {(exception.LineNumber ?? 0) + 1})."
                );
        }
        if (message is null)
            throw new UnreadableException("malformedJson", "The message is null.");
        if (message.SpecVersion != "1.0")
            throw new UnreadableException("wrongSpecVersion", "Only CloudEvents 1.0 is understood.");
        if (string.IsNullOrWhiteSpace(message.Id) || string.IsNullOrWhiteSpace(message.Source) || string.IsNullOrWhiteSpace(message.Type))
            throw new UnreadableException("missingAttribute", "A CloudEvent must have id, source and type.");
        MustBePlain(message.Id, "id");
        MustBePlain(message.Source, "source");
        MustBePlain(message.Type, "type");
        return message;
    }

    /// <summary>
    /// Checks an attribute that is stored with all consequences of the message: it must be short, and without characters that the database
    /// can't store, as U+0000.
    /// </summary>
    public static void MustBePlain(string? value, string attribute)
    {
        if (value?.Length > MaxAttributeLength)
            throw new UnreadableException("badAttribute", $"The {attribute} has more than {MaxAttributeLength} characters.");
        if (value?.Any(char.IsControl) is true)
            throw new UnreadableException("badAttribute", $"The {attribute} must not contain control characters.");
    }

    /// <summary>
    /// An event of the other service, or null for a source or type that doesn't concern this service. An event of a type that is newer
    /// than this service is accepted for its sequence alone, or all later events of the application would wait for it for ever.
    /// </summary>
    public static IncomingEvent? Event(CloudEvent message, string source, string? routingKey, string? own = null)
    {
        if (!(message.Source == source || (message.Source == own && message.Replay is not null)) || !Concerns(message.Type))
            return null;
        if (!TeamName.IsValid(message.Team))
            throw new UnreadableException("missingAttribute", "The event must name its team.");
        if (
            routingKey is not null
            && routingKey.Contains('.')
            && routingKey.Split('.')[0] != message.Team
            && !routingKey.StartsWith("followup.", StringComparison.Ordinal)
        )
            throw new UnreadableException("foreignTeam", "The event's team is not that of its routing key.");
        if (!Guid.TryParse(message.Subject, out var application))
            throw new UnreadableException("missingAttribute", "The event's subject must be an application's id.");
        if (message.Type == Extent)
            return new(message, message.Team!, application, 0, message.Data);
        if (message.Sequence is not > 0)
            throw new UnreadableException("missingAttribute", "The event's sequence must be a number from 1.");
        return new(
            message,
            message.Team!,
            application,
            message.Sequence.Value,
            Catalogue.Find(message.Type) is { } type ? ContractParser.Parse(message, type) : message.Data
        );
    }

    private static bool Concerns(string type) =>
        type.StartsWith("followup.application.", StringComparison.Ordinal)
        || type.StartsWith("followup.follow-up.", StringComparison.Ordinal)
        || Catalogue.Find(type) is not null
        || type == Extent;
}
