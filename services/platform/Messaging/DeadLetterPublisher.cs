using System.Globalization;
using MassTransit;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace FollowUp.Platform.Messaging;

/// <summary>
/// Puts what can't be handled into <c>&lt;queue&gt;.error</c>, as it came, with the reason in headers: nothing is dropped, nobody is held
/// up.
/// What it had of properties and headers stands in headers of our own: kept as they were, a <c>user_id</c> would be refused by the
/// broker, and a <c>CC</c> would send it on to other queues in our name.
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
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)];

    // A message's headers travel in one frame of at most 131,072 bytes (the broker's default), which no client splits: above that the
    // broker closes
    // the connection, for all teams, each time that the message is tried again. All else in it has at most 255 bytes each.
    private const int MostOfReason = 1000,
        MostOfTheirs = 32 * 1024;

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
                        context.BasicProperties.UserId = settings.User; // so that nobody else's headers pass for ours
                        context.BasicProperties.Headers = new Dictionary<string, object?>(headers, StringComparer.Ordinal);
                    },
                    ct
                );
                LogParked(log, queue, code, (string)headers[Reason]!);
                return;
            }
            // Given up, it would go to the transport's own move, which copies user_id and is refused for it.
            catch (Exception exception) when (!ct.IsCancellationRequested)
            {
                if (attempt == 0)
                    LogWaiting(log, queue, exception.Message);
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
        var theirs = all.Where(x => !x.Key.StartsWith("retried-", StringComparison.Ordinal))
            .ToDictionary(x => x.Key, x => x.Value, StringComparer.Ordinal);
        if (AmqpHeaders.Bytes(theirs) is var bytes && bytes <= MostOfTheirs)
            headers[Headers] = theirs;
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

    // Not in the middle of a character.
    private static string Cut(string text) =>
        text.Length <= MostOfReason ? text : $"{text[..(char.IsHighSurrogate(text[MostOfReason - 1]) ? MostOfReason - 1 : MostOfReason)]}…";

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message from {Queue} was parked: {Code}. {Reason}")]
    private static partial void LogParked(ILogger log, string queue, string code, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message from {Queue} can't be parked yet: {Reason}")]
    private static partial void LogWaiting(ILogger log, string queue, string reason);
}
