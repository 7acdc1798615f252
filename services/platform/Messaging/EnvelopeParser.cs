using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform.Security;

namespace FollowUp.Platform.Messaging;

/// <summary>An event that was read and found good.</summary>
/// <param name="Event">The envelope.</param>
/// <param name="Team">Whose it is.</param>
/// <param name="Application">The application's id.</param>
/// <param name="Sequence">The version of the application's stream at the source, from 1.</param>
/// <param name="Contract">The record inside.</param>
public sealed record IncomingEvent(CloudEvent Event, string Team, Guid Application, long Sequence, object Contract);

/// <summary>A message can't be taken as what it should be; it will be parked with this reason.</summary>
/// <param name="code">Stable, camelCase.</param>
/// <param name="message">A sentence.</param>
public sealed class UnreadableException(string code, string message) : Exception(message)
{
    /// <summary>Stable, camelCase.</summary>
    public string Code { get; } = code;
}

/// <summary>Reads what comes in, and trusts nothing: an empty body, a missing field, or another content type all arrive here.</summary>
internal static class EnvelopeParser
{
    private const int MostBytes = 1024 * 1024; // far above any message of the catalogue: the longest has a policy in it, of 200 KB at most
    private const int MostInAttribute = 255; // as a short text of AMQP; ids of ours have 36

    public static CloudEvent Envelope(byte[] body, string? contentType)
    {
        if (body.Length == 0)
            throw new UnreadableException("emptyMessage", "The message is empty.");
        if (body.Length > MostBytes)
            throw new UnreadableException("tooLarge", $"The message is larger than {MostBytes} bytes.");
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
    /// What is kept with all that a message causes: short, and without characters that the database can't keep, as U+0000.
    /// </summary>
    public static void MustBePlain(string? value, string attribute)
    {
        if (value?.Length > MostInAttribute)
            throw new UnreadableException("badAttribute", $"The {attribute} has more than {MostInAttribute} characters.");
        if (value?.Any(char.IsControl) is true)
            throw new UnreadableException("badAttribute", $"The {attribute} must not contain control characters.");
    }

    /// <summary>
    /// An event of the other service, or null for what doesn't concern this reader. One of a type that is newer than
    /// this reader is taken in for its number alone, or all that follows it would wait for ever.
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
        if (message.Sequence is not > 0)
            throw new UnreadableException("missingAttribute", "The event's sequence must be a number from 1.");
        return new(
            message,
            message.Team!,
            application,
            message.Sequence.Value,
            Catalogue.Find(message.Type) is { } type ? Open(message, type) : message.Data
        );
    }

    private static bool Concerns(string type) =>
        type.StartsWith("followup.application.", StringComparison.Ordinal)
        || type.StartsWith("followup.follow-up.", StringComparison.Ordinal)
        || Catalogue.Find(type) is not null;

    public static object Open(CloudEvent message, Type type)
    {
        if (message.Data.ValueKind != JsonValueKind.Object)
            throw new UnreadableException("badData", $"The data of a {message.Type} must be an object.");
        if (Missing(message.Data, type, "") is { } missing)
            throw new UnreadableException("badData", $"The data of a {message.Type} must have {missing}.");
        try
        {
            return message.Data.Deserialize(type, Json.Lenient)!;
        }
        catch (JsonException exception)
        {
            throw new UnreadableException("badData", $"The data is not that of a {message.Type} ({exception.Path}).");
        }
    }

    // A reader ignores what it doesn't know, but what is missing would arrive as a null or a zero that nobody meant.
    private static string? Missing(JsonElement data, Type type, string path)
    {
        foreach (var (name, part, isRequired) in Parts.GetOrAdd(type, PartsOf))
        {
            if (!data.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            {
                if (isRequired)
                    return path + name;
            }
            else if (part is not null && value.ValueKind == JsonValueKind.Object && Missing(value, part, $"{path}{name}.") is { } inside)
                return inside;
            else if (part is not null && value.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in value.EnumerateArray())
                    if (item.ValueKind != JsonValueKind.Object || Missing(item, part, $"{path}{name}[].") is not null)
                        return $"{path}{name}, each whole";
            }
        }
        return null;
    }

    private static readonly ConcurrentDictionary<Type, (string Name, Type? Part, bool IsRequired)[]> Parts = new();

    private static (string Name, Type? Part, bool IsRequired)[] PartsOf(Type type)
    {
        var nullability = new NullabilityInfoContext();
        return
        [
            .. type.GetConstructors()
                .MaxBy(x => x.GetParameters().Length)!
                .GetParameters()
                .Select(x =>
                {
                    var inner =
                        x.ParameterType.IsGenericType && x.ParameterType != typeof(string)
                            ? x.ParameterType.GetGenericArguments()[0]
                            : x.ParameterType;
                    var isRequired = !x.HasDefaultValue && nullability.Create(x).WriteState != NullabilityState.Nullable;
                    return (
                        JsonNamingPolicy.CamelCase.ConvertName(x.Name!),
                        inner.IsClass && inner.Namespace == typeof(CloudEvent).Namespace ? inner : null,
                        isRequired
                    );
                }),
        ];
    }
}
