using System.Globalization;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace FollowUp.Hosting.Bus;

/// <summary>
/// Puts what can't be handled into <c>&lt;queue&gt;.error</c>, as it came, with the reason in headers: nothing is dropped, nobody is held up.
/// What it had of properties and headers stands in headers of our own: kept as they were, a <c>user_id</c> would be refused by the
/// broker, and a <c>CC</c> would send it on to other queues in our name.
/// </summary>
internal sealed partial class Parking(Publisher publisher, Senders senders, BusSettings settings, TimeProvider time, ILogger<Parking> log)
{
    internal const string Id = "parked-id", At = "parked-at", FirstSeen = "first-seen", Code = "reason-code", Reason = "reason", Original = "original-", Headers = "original-headers";
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)];

    public async Task Park(string queue, byte[] body, RabbitMqBasicConsumeContext rabbit, string code, string reason, CancellationToken ct)
    {
        var (properties, origin, now) = (rabbit.Properties, senders.OriginOf(rabbit), time.GetUtcNow());
        var headers = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [Id] = Guid.CreateVersion7().ToString(),
            [At] = now.ToString("O", CultureInfo.InvariantCulture),
            [FirstSeen] = (origin.FirstSeen ?? now).ToString("O", CultureInfo.InvariantCulture),
            [Code] = code,
            [Reason] = reason,
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
        if (properties.IsTimestampPresent()) headers[Original + "timestamp"] = properties.Timestamp;
        if (properties.Headers is { Count: > 0 } theirs)
            headers[Headers] = theirs.Where(x => !x.Key.StartsWith("retried-", StringComparison.Ordinal)).ToDictionary(x => x.Key, x => x.Value, StringComparer.Ordinal);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await publisher.SendTo(Topology.ErrorQueue(queue), body, context =>
                {
                    context.ContentType = null;
                    context.BasicProperties.UserId = settings.User; // so that nobody else's headers pass for ours
                    context.BasicProperties.Headers = new Dictionary<string, object?>(headers, StringComparer.Ordinal);
                }, ct);
                LogParked(log, queue, code, reason);
                return;
            }
            // Given up, it would go to the transport's own move, which copies user_id and is refused for it.
            catch (Exception exception) when (!ct.IsCancellationRequested)
            {
                if (attempt == 0) LogWaiting(log, queue, exception.Message);
                await Task.Delay(Pauses[Math.Min(attempt, Pauses.Length - 1)], ct);
            }
        }

        void Keep(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) headers[Original + name] = value;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message from {Queue} was parked: {Code}. {Reason}")]
    private static partial void LogParked(ILogger log, string queue, string code, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message from {Queue} can't be parked yet: {Reason}")]
    private static partial void LogWaiting(ILogger log, string queue, string reason);
}
