using MassTransit;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace FollowUp.Hosting.Bus;

/// <summary>Puts what can't be handled into <c>&lt;queue&gt;.error</c>, as it came, with the reason in headers: nothing is dropped, nobody is held up.</summary>
internal sealed partial class Parking(Publisher publisher, TimeProvider time, ILogger<Parking> log)
{
    public async Task Park(string queue, byte[] body, IReadOnlyBasicProperties properties, string code, string reason, CancellationToken ct)
    {
        await publisher.SendTo(Topology.ErrorQueue(queue), body, context =>
        {
            context.ContentType = null;
            context.Headers.Set("reason-code", code);
            context.Headers.Set("reason", reason);
            context.Headers.Set("parked-at", time.GetUtcNow().ToString("O", System.Globalization.CultureInfo.InvariantCulture));
            context.Headers.Set("original-queue", queue);
            if (properties.ContentType is { Length: > 0 } type) context.Headers.Set("original-content-type", type);
            if (properties.MessageId is { Length: > 0 } message) context.Headers.Set("original-message-id", message);
            if (properties.CorrelationId is { Length: > 0 } correlation) context.Headers.Set("original-correlation-id", correlation);
            if (properties.ReplyTo is { Length: > 0 } reply) context.Headers.Set("original-reply-to", reply);
            if (properties.UserId is { Length: > 0 } user) context.Headers.Set("original-user-id", user);
        }, ct);
        LogParked(log, queue, code, reason);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message from {Queue} was parked: {Code}. {Reason}")]
    private static partial void LogParked(ILogger log, string queue, string code, string reason);
}
