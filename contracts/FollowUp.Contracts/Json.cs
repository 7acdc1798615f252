using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace FollowUp.Contracts;

/// <summary>
/// The serializer of all messages, requests and responses: camelCase, enums as camelCase strings, RFC 3339 instants, no nulls, no
/// indentation.
/// </summary>
public static class Json
{
    /// <summary>For messages and responses: a reader ignores unknown properties.</summary>
    public static JsonSerializerOptions Lenient { get; } = Build(JsonUnmappedMemberHandling.Skip);

    /// <summary>
    /// As <see cref="Lenient"/>, for a reader that validates: a property without a default that can't be null must be present. Otherwise it
    /// would be read as null or zero, which the sender didn't mean.
    /// </summary>
    public static JsonSerializerOptions Whole { get; } = BuildWhole();

    /// <summary>For requests and commands: an unknown property is refused, so that a typing error can't lose data.</summary>
    public static JsonSerializerOptions Strict { get; } = Build(JsonUnmappedMemberHandling.Disallow);

    /// <summary>Applies FollowUp's settings to <paramref name="options"/>.</summary>
    /// <param name="options">Options that can still be changed.</param>
    /// <param name="unknown">How unknown properties are handled.</param>
    public static void Configure(JsonSerializerOptions options, JsonUnmappedMemberHandling unknown)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DictionaryKeyPolicy = null;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.UnmappedMemberHandling = unknown;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        // Otherwise a request that leaves out an enum without a default would get its first value: "closed" would mean rejected.
        options.RespectRequiredConstructorParameters = unknown == JsonUnmappedMemberHandling.Disallow;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping; // safe, because JSON is never put into a page unescaped
        options.WriteIndented = false;
        options.MaxDepth = 32;
        if (unknown == JsonUnmappedMemberHandling.Disallow)
        {
            options.Converters.Add(new ExactWords());
            options.Converters.Add(new InstantWithOffset());
        }
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
    }

    private static JsonSerializerOptions Build(JsonUnmappedMemberHandling unknown)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.General);
        Configure(options, unknown);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private static JsonSerializerOptions BuildWhole()
    {
        var options = new JsonSerializerOptions(Lenient);
        options.TypeInfoResolver = options.TypeInfoResolver!.WithAddedModifier(type =>
        {
            foreach (var property in type.Properties)
                property.IsRequired |=
                    property.AssociatedParameter is { HasDefaultValue: false }
                    && !property.IsGetNullable
                    && Nullable.GetUnderlyingType(property.PropertyType) is null;
        });
        options.MakeReadOnly();
        return options;
    }

    /// <summary>
    /// Reads an enum's value only as it is documented. The usual converter accepts any case, surrounding blanks, and several values with
    /// commas.
    /// </summary>
    private sealed class ExactWords : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(ExactWord<>).MakeGenericType(typeToConvert))!;
    }

    private sealed class ExactWord<T> : JsonConverter<T>
        where T : struct, Enum
    {
        private static readonly FrozenDictionary<string, T> Words = Enum.GetValues<T>().ToFrozenDictionary(Word, StringComparer.Ordinal);

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && Words.TryGetValue(reader.GetString()!, out var value)
                ? value
                : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Word(value));

        private static string Word(T value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
    }

    /// <summary>Reads an instant only with an offset: without one, the time zone would be a guess.</summary>
    private sealed class InstantWithOffset : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var instant) && HasOffset(reader.GetString()!)
                ? instant
                : throw new JsonException($"The JSON value could not be converted to {nameof(DateTimeOffset)}.");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value);

        private static bool HasOffset(string text) =>
            text.EndsWith('Z')
            || (text.IndexOf('T', StringComparison.Ordinal) is > 0 and var time && text.AsSpan(time).ContainsAny('+', '-'));
    }
}
