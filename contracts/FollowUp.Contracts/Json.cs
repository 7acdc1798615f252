using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace FollowUp.Contracts;

/// <summary>
/// The one serializer of everything that leaves or enters: camelCase, enums as camelCase strings, RFC 3339 instants, no nulls, no
/// indentation.
/// </summary>
public static class Json
{
    /// <summary>For messages and answers: a reader ignores what it does not know.</summary>
    public static JsonSerializerOptions Lenient { get; } = Build(JsonUnmappedMemberHandling.Skip);

    /// <summary>
    /// As <see cref="Lenient"/>, for a reader that trusts nobody: what has no default and can't be null must be there, or it would arrive
    /// as a null or a zero that nobody meant.
    /// </summary>
    public static JsonSerializerOptions Whole { get; } = BuildWhole();

    /// <summary>For requests and commands: a property nobody knows is refused, so that a typo can't lose a fact.</summary>
    public static JsonSerializerOptions Strict { get; } = Build(JsonUnmappedMemberHandling.Disallow);

    /// <summary>Gives <paramref name="options"/> the settings of this product.</summary>
    /// <param name="options">Options that are still open to change.</param>
    /// <param name="unknown">What to do with a property nobody knows.</param>
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
        // A request that leaves out what has no default would otherwise mean the first word of an enum: "closed" would mean rejected.
        options.RespectRequiredConstructorParameters = unknown == JsonUnmappedMemberHandling.Disallow;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping; // JSON is never put into a page unescaped
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
    /// A word of an enum as it is documented. The usual converter takes it in any case, with blanks around it, and several with commas
    /// between.
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

    /// <summary>An instant without an offset is a guess at somebody's time zone: refused.</summary>
    private sealed class InstantWithOffset : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var instant) && HasOffset(reader.GetString()!)
                ? instant
                : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value);

        private static bool HasOffset(string text) =>
            text.EndsWith('Z')
            || (text.IndexOf('T', StringComparison.Ordinal) is > 0 and var time && text.AsSpan(time).ContainsAny('+', '-'));
    }
}
