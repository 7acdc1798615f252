using System.Diagnostics;
using FollowUp.Contracts;
using FollowUp.Contracts.MassTransit;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Observability;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace FollowUp.Platform.Inbox;

/// <summary>Receives events from the inbox queue: parses them, hands them over, and publishes unreadable ones as dead letters.</summary>
internal sealed partial class InboxConsumer(
    InboxBatcher batcher,
    DeadLetterPublisher deadLetters,
    SenderIdentity senders,
    InboxSettings settings,
    InboxFence fence,
    ILogger<InboxConsumer> log
) : IConsumer<RawMessage>
{
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2)];

    public async Task Consume(ConsumeContext<RawMessage> context)
    {
        var rabbit = context.ReceiveContext.GetPayload<MassTransit.RabbitMqBasicConsumeContext>();
        CloudEvent envelope;
        IncomingEvent? message;
        try
        {
            envelope = EnvelopeParser.Envelope(context.Message.Body, rabbit.Properties.ContentType);
            message = EnvelopeParser.Event(envelope, settings.Source, senders.OriginOf(rabbit).RoutingKey, settings.Own);
        }
        catch (UnreadableException exception)
        {
            await deadLetters.Publish(
                settings.Queue,
                context.Message.Body,
                rabbit,
                exception.Code,
                exception.Message,
                context.CancellationToken
            );
            return;
        }
        if (message is null)
            return; // a type or source that this service doesn't use
        using var activity = Telemetry.Source.StartActivity(envelope.Type, ActivityKind.Consumer, parentId: envelope.TraceParent);
        if (activity is not null)
            message = message with { Event = message.Event with { TraceParent = activity.Id } }; // its consequences are traced to this span
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await fence.Notice(envelope, context.CancellationToken);
                await batcher.Handle(message);
                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException && TransientErrors.IsTransient(exception))
            {
                // The database is unavailable or busy: the event stays unacknowledged until it is back, and doesn't become a dead letter.
                LogWaiting(log, exception, envelope.Type, envelope.Subject);
                await Task.Delay(Pauses[Math.Min(attempt, Pauses.Length - 1)], context.CancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException && attempt < Pauses.Length - 1)
            {
                LogWaiting(log, exception, envelope.Type, envelope.Subject);
                await Task.Delay(Pauses[attempt], context.CancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogDeadLetter(log, exception, envelope.Type, envelope.Subject);
                await deadLetters.Publish(
                    settings.Queue,
                    context.Message.Body,
                    rabbit,
                    "handlerFailed",
                    exception.Message,
                    context.CancellationToken
                );
                return;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not handle {Type} of application {Application}; trying again")]
    private static partial void LogWaiting(ILogger log, Exception exception, string type, string? application);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Could not handle {Type} of application {Application} after all retries; moving it to the dead letters (GET /parked)"
    )]
    private static partial void LogDeadLetter(ILogger log, Exception exception, string type, string? application);
}

/// <summary>The inbox of this service.</summary>
/// <param name="Queue">Its queue.</param>
/// <param name="Source">The service whose events it handles.</param>
/// <param name="Own">This service's own source, if it restores its own events from a replay.</param>
internal sealed record InboxSettings(string Queue, string Source, string? Own);
