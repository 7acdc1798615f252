using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace FollowUp.Platform.Http;

/// <summary>
/// Describes the types that converters of ours read and write. Without it the API description would allow any value for them.
/// </summary>
internal static class OpenApiSchemas
{
    public static void DescribeConvertedTypes(this OpenApiOptions options)
    {
        // Two nested types of one name, as the item of a list and of a timeline, would share one description.
        options.CreateSchemaReferenceId = type =>
            OpenApiOptions.CreateDefaultSchemaReferenceId(type) is { } id
                ? (type.Type is { DeclaringType: { } outer, IsGenericType: false } ? outer.Name : "") + id
                : null;
        options.AddSchemaTransformer(
            (schema, context, _) =>
            {
                var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
                if (type.IsEnum)
                    (schema.Type, schema.Enum) = (
                        JsonSchemaType.String,
                        [.. Enum.GetNames(type).Select(x => JsonNamingPolicy.CamelCase.ConvertName(x))]
                    );
                else if (type == typeof(DateTimeOffset))
                    (schema.Type, schema.Format) = (
                        type == context.JsonTypeInfo.Type ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null,
                        "date-time"
                    );
                // Nothing is written as null, so only what can't be null is always there.
                if (schema.Required is { Count: > 0 } required)
                    foreach (var property in context.JsonTypeInfo.Properties.Where(CanBeAbsent))
                        required.Remove(property.Name);
                return Task.CompletedTask;
            }
        );
    }

    private static bool CanBeAbsent(JsonPropertyInfo property) =>
        property.PropertyType.IsValueType ? Nullable.GetUnderlyingType(property.PropertyType) is not null : property.IsGetNullable;
}
