using System.Diagnostics.Metrics;
using System.Globalization;
using FollowUp.Platform.Observability;
using MassTransit;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace FollowUp.Platform.Messaging;

/// <summary>
/// Publishes a message that can't be handled to <c>&lt;queue&gt;.error</c>, with its body unchanged and the reason in headers: no message
/// is dropped, and none blocks the messages behind it. The original properties and headers are kept inside headers of our own: if they were
/// kept as they are, the broker would refuse a <c>user_id</c>, and a <c>CC</c> would route the message to other queues in our name.
/// </summary>
internal sealed partial class DeadLetterPublisher(
    Publisher publisher,
    SenderIdentity senders,
    BusSettings settings,
    TimeProvider time,
    ILogger<DeadLetterPublisher> log
)
{
    internal const string Id = "parked-id",
        At = "parked-at",
        FirstSeen = "first-seen",
        Code = "reason-code",
        Reason = "reason",
        Original = "original-",
        Headers = "original-headers";
    private static readonly Counter<long> DeadLetters = Telemetry.Meter.CreateCounter<long>(
        "followup.dead.letters",
        "{message}",
        "Messages that could not be handled and were moved to the dead letters"
    );
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)];

    // A message's headers travel in one frame of at most 131,072 bytes (the broker's default), which no client splits: above that the
    // broker closes the connection, for all teams, at each attempt to publish the message. Every other part has at most 255 bytes.
    private const int MaxReasonLength = 1000,
        MaxOriginalHeaderBytes = 32 * 1024;

    public async Task Publish(
        string queue,
        byte[] body,
        RabbitMqBasicConsumeContext rabbit,
        string code,
        string reason,
        CancellationToken ct
    )
    {
        var headers = HeadersOf(queue, rabbit.Properties, senders.OriginOf(rabbit), code, reason, time.GetUtcNow());
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await publisher.SendTo(
                    Topology.ErrorQueue(queue),
                    body,
                    context =>
                    {
                        context.ContentType = null;
                        context.BasicProperties.UserId = settings.User; // so that no other sender's headers pass for ours
                        context.BasicProperties.Headers = new Dictionary<string, object?>(headers, StringComparer.Ordinal);
                    },
                    ct
                );
                DeadLetters.Add(1, new KeyValuePair<string, object?>("queue", queue));
                LogDeadLetter(log, queue, code, (string)headers[Reason]!);
                return;
            }
            // If this gave up, MassTransit would move the message itself, with its user_id, and the broker would refuse it.
            catch (Exception exception) when (!ct.IsCancellationRequested)
            {
                if (attempt == 0)
                    LogRetrying(log, queue, exception.Message);
                await Task.Delay(Pauses[Math.Min(attempt, Pauses.Length - 1)], ct);
            }
        }
    }

    internal static Dictionary<string, object?> HeadersOf(
        string queue,
        IReadOnlyBasicProperties properties,
        OriginalDelivery origin,
        string code,
        string reason,
        DateTimeOffset now
    )
    {
        var headers = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [Id] = Guid.CreateVersion7().ToString(),
            [At] = now.ToString("O", CultureInfo.InvariantCulture),
            [FirstSeen] = (origin.FirstSeen ?? now).ToString("O", CultureInfo.InvariantCulture),
            [Code] = code,
            [Reason] = Cut(reason),
            [Original + "queue"] = queue,
            [Original + "exchange"] = origin.Exchange,
            [Original + "routing-key"] = origin.RoutingKey,
        };
        Keep("user-id", origin.User);
        Keep("content-type", properties.ContentType);
        Keep("content-encoding", properties.ContentEncoding);
        Keep("message-id", properties.MessageId);
        Keep("correlation-id", properties.CorrelationId);
        Keep("reply-to", properties.ReplyTo);
        Keep("type", properties.Type);
        Keep("app-id", properties.AppId);
        if (properties.IsTimestampPresent())
            headers[Original + "timestamp"] = properties.Timestamp;
        if (properties.Headers is not { Count: > 0 } all)
            return headers;
        var original = all.Where(x => !x.Key.StartsWith("retried-", StringComparison.Ordinal))
            .ToDictionary(x => x.Key, x => x.Value, StringComparer.Ordinal);
        if (AmqpHeaders.Bytes(original) is var bytes && bytes <= MaxOriginalHeaderBytes)
            headers[Headers] = original;
        else
            headers[Reason] = string.Create(
                CultureInfo.InvariantCulture,
                $"{headers[Reason]} (The headers that it came with are left out here: at {bytes:N0} bytes they are too large to be kept.)"
            );
        return headers;

        void Keep(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                headers[Original + name] = value;
        }
    }

    // Never cuts between the two halves of a surrogate pair.
    private static string Cut(string text) =>
        text.Length <= MaxReasonLength
            ? text
            : $"{text[..(char.IsHighSurrogate(text[MaxReasonLength - 1]) ? MaxReasonLength - 1 : MaxReasonLength)]}…";

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message from {Queue} was moved to the dead letters: {Code}. {Reason}")]
    private static partial void LogDeadLetter(ILogger log, string queue, string code, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A message from {Queue} can't be moved to the dead letters; it stays in its queue and the move is retried: {Reason}"
    )]
    private static partial void LogRetrying(ILogger log, string queue, string reason);
}
