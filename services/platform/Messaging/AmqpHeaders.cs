using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace FollowUp.Platform.Messaging;

/// <summary>Reads AMQP header tables, in which a string arrives as bytes.</summary>
internal static class AmqpHeaders
{
    public static string? Text(this IDictionary<string, object?>? table, string name) =>
        table is not null && table.TryGetValue(name, out var value) ? Text(value) : null;

    public static DateTimeOffset? Instant(this IDictionary<string, object?>? table, string name) =>
        table is not null && table.TryGetValue(name, out var value)
            ? value is AmqpTimestamp timestamp
                ? Instant(timestamp)
                : DateTimeOffset.TryParse(Text(value), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
                    ? instant
                    : null
            : null;

    /// <summary>Null for a number of seconds outside the range of dates: a sender may have put any number there.</summary>
    public static DateTimeOffset? Instant(AmqpTimestamp timestamp) =>
        timestamp.UnixTime >= 0 && timestamp.UnixTime <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(timestamp.UnixTime)
            : null;

    public static string? Text(object? value) =>
        value switch
        {
            null => null,
            string text => text,
            byte[] bytes => Encoding.UTF8.GetString(bytes),
            AmqpTimestamp timestamp => Instant(timestamp)?.ToString("O", CultureInfo.InvariantCulture),
            IDictionary<string, object?> table => $"{{{string.Join(", ", table.Select(x => $"{x.Key}={Text(x.Value)}"))}}}",
            System.Collections.IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Text))}]",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };

    /// <summary>The size of a value in a frame, in bytes.</summary>
    public static long Bytes(object? value) =>
        value switch
        {
            null => 1,
            string text => 5 + Encoding.UTF8.GetByteCount(text),
            byte[] bytes => 5 + bytes.Length,
            BinaryTableValue binary => 5 + (binary.Bytes?.Length ?? 0),
            IDictionary<string, object?> table => 5 + table.Sum(x => 1 + Encoding.UTF8.GetByteCount(x.Key) + Bytes(x.Value)),
            System.Collections.IEnumerable items => 5 + items.Cast<object?>().Sum(Bytes),
            _ => 9, // the longest number
        };
}
