using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using FollowUp.Contracts;

namespace FollowUp.Platform.Messaging;

/// <summary>
/// Turns the data of an event into the record of its contract. Unknown properties are ignored; a missing one would arrive as a null or a
/// zero that its sender didn't mean, so it is an error that names the property.
/// </summary>
internal static class ContractParser
{
    private static readonly ConcurrentDictionary<Type, (string Name, Type? Part, bool IsRequired)[]> Parts = new();

    /// <exception cref="UnreadableException">The data is not that of the contract.</exception>
    public static object Parse(CloudEvent message, Type type)
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
