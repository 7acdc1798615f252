using Npgsql;
using NpgsqlTypes;

namespace FollowUp.Platform.EventStore;

/// <summary>Named parameters that may be null. PostgreSQL takes a null without a type for a text, so each method names the type.</summary>
public static class NpgsqlParameterExtensions
{
    /// <summary>Adds a <c>text</c>.</summary>
    /// <param name="parameters">The parameters of a command.</param>
    /// <param name="name">The parameter's name, without <c>@</c>.</param>
    /// <param name="value">The parameter's value.</param>
    public static void AddText(this NpgsqlParameterCollection parameters, string name, string? value) =>
        parameters.Add(name, NpgsqlDbType.Text, value);

    /// <summary>Adds an <c>integer</c>.</summary>
    /// <inheritdoc cref="AddText"/>
    public static void AddNumber(this NpgsqlParameterCollection parameters, string name, int? value) =>
        parameters.Add(name, NpgsqlDbType.Integer, value);

    /// <summary>Adds a <c>timestamptz</c>.</summary>
    /// <inheritdoc cref="AddText"/>
    public static void AddInstant(this NpgsqlParameterCollection parameters, string name, DateTimeOffset? value) =>
        parameters.Add(name, NpgsqlDbType.TimestampTz, value?.UtcDateTime);

    /// <summary>Adds a <c>uuid</c>.</summary>
    /// <inheritdoc cref="AddText"/>
    public static void AddId(this NpgsqlParameterCollection parameters, string name, Guid? value) =>
        parameters.Add(name, NpgsqlDbType.Uuid, value);

    private static void Add(this NpgsqlParameterCollection parameters, string name, NpgsqlDbType type, object? value) =>
        parameters.Add(new NpgsqlParameter(name, type) { Value = value ?? DBNull.Value });
}
