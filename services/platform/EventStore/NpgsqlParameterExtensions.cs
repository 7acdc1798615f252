using Npgsql;
using NpgsqlTypes;

namespace FollowUp.Platform.EventStore;

/// <summary>Named parameters that may be null: PostgreSQL must be told the type of a null, or it takes it for a text.</summary>
public static class NpgsqlParameterExtensions
{
    /// <summary>Adds a <c>text</c>.</summary>
    /// <param name="parameters">A command's parameters.</param>
    /// <param name="name">Its name, without <c>@</c>.</param>
    /// <param name="value">Its value.</param>
    public static void AddText(this NpgsqlParameterCollection parameters, string name, string? value) =>
        parameters.Add(name, NpgsqlDbType.Text, value);

    /// <summary>Adds an <c>integer</c>.</summary>
    /// <inheritdoc cref="AddText"/>
    public static void AddNumber(this NpgsqlParameterCollection parameters, string name, int? value) =>
        parameters.Add(name, NpgsqlDbType.Integer, value);

    /// <summary>Adds a <c>boolean</c>.</summary>
    /// <inheritdoc cref="AddText"/>
    public static void AddFlag(this NpgsqlParameterCollection parameters, string name, bool? value) =>
        parameters.Add(name, NpgsqlDbType.Boolean, value);

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
