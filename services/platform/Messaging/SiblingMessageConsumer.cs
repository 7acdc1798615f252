using FollowUp.Contracts.MassTransit;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Inbox;
using MassTransit;

namespace FollowUp.Platform.Messaging;

/// <summary>
/// Receives the messages of the sibling service: retries transient errors without end, and publishes a message that can't be handled as a
/// dead letter.
/// </summary>
internal sealed class SiblingMessageConsumer(ISiblingMessageHandler handler, InboxFence fence, DeadLetterPublisher deadLetters)
    : IConsumer<RawMessage>
{
    public async Task Consume(ConsumeContext<RawMessage> context)
    {
        var rabbit = context.ReceiveContext.GetPayload<RabbitMqBasicConsumeContext>();
        try
        {
            var message = EnvelopeParser.Envelope(context.Message.Body, rabbit.Properties.ContentType);
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await fence.Notice(message, context.CancellationToken);
                    if (fence.IsCurrent(message))
                        await handler.Handle(message, context.CancellationToken);
                    return;
                }
                catch (Exception exception) when (TransientErrors.IsTransient(exception))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(100 * attempt, 2000)), context.CancellationToken);
                }
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            await deadLetters.Publish(
                handler.Queue,
                context.Message.Body,
                rabbit,
                (exception as UnreadableException)?.Code ?? "handlerFailed",
                exception.Message,
                context.CancellationToken
            );
        }
    }
}
