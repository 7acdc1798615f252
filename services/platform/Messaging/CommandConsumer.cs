using System.Diagnostics;
using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Contracts.MassTransit;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Http;
using FollowUp.Platform.Observability;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace FollowUp.Platform.Messaging;

// See docs/decisions/0012-commands-over-the-bus.md
/// <summary>Takes commands from the queue, each on its own and many in parallel, and replies to the senders that asked for it.</summary>
internal sealed partial class CommandConsumer(
    IBusCommandHandler handler,
    Publisher publisher,
    DeadLetterPublisher deadLetters,
    SenderIdentity senders,
    NoReplyRetryPolicy noReplyRetries,
    CommandSettings settings,
    StoreLives lives,
    TimeProvider time,
    ILogger<CommandConsumer> log
) : IConsumer<RawMessage>
{
    public async Task Consume(ConsumeContext<RawMessage> context)
    {
        var rabbit = context.ReceiveContext.GetPayload<RabbitMqBasicConsumeContext>();
        var properties = rabbit.Properties;
        var ct = context.CancellationToken;
        var isAwaited = !string.IsNullOrEmpty(properties.ReplyTo);
        Sender? sender = null;
        CloudEvent? message = null;
        IncomingCommand? command = null;
        CloudEvent reply;
        try
        {
            sender = await Try(async () => await senders.Of(senders.OriginOf(rabbit).User, ct));
            message = EnvelopeParser.Envelope(context.Message.Body, properties.ContentType);
            command = CommandParser.Parse(sender.Authorize(message, properties.ReplyTo), sender, settings) with { IsAwaited = isAwaited };
            using var activity = Telemetry.Source.StartActivity(message.Type, ActivityKind.Consumer, parentId: message.TraceParent);
            reply = Reply(command.Message, await Try(() => handler.Handle(command, ct)));
        }
        catch (UnreadableException exception)
        {
            await DeadLetter(exception.Code, exception.Message);
            reply = Reply(message, new CommandRejected(400, exception.Code, Problems.TitleOf(400), exception.Message));
        }
        catch (Exception exception) when (!ct.IsCancellationRequested) // a message that is given back is another consumer's
        {
            var refused = Problems.Explain(exception);
            if (refused.HttpStatus() >= 500 && exception is not RefusedException)
                LogFailed(log, exception, message?.Type ?? "A command", message?.Subject);
            if (IsDeadLetter(exception, refused, command, isAwaited))
                await DeadLetter(refused.Code, exception.Message);
            reply = Reply(message, refused.ToContract());
        }
        Telemetry.Commands.Add(
            1,
            new("command", CommandParser.LabelOf(message, settings.Commands, settings.InternalMessages)),
            new("outcome", reply.Type == Catalogue.Rejected ? reply.Data.GetProperty("code").GetString() : "done")
        );
        if (isAwaited && (sender ?? Sender.Unknown).MayBeAnsweredAt(properties.ReplyTo))
            await Send(reply, properties.ReplyTo!, properties.CorrelationId ?? message?.Id, ct);

        Task<T> Try<T>(Func<Task<T>> attempt) => isAwaited ? attempt() : noReplyRetries.Try(attempt, message, ct);

        Task DeadLetter(string code, string reason) => deadLetters.Publish(settings.Queue, context.Message.Body, rabbit, code, reason, ct);
    }

    /// <summary>
    /// A message that will never succeed is kept for the operator. A message that may succeed next time is its sender's to send again, if
    /// the sender gets the reply. So is an internal request: the page that asked shows the failure.
    /// </summary>
    private bool IsDeadLetter(Exception exception, RefusedException refused, IncomingCommand? command, bool isAwaited) =>
        command is not { IsInternal: true }
        && (
            refused.HttpStatus() == 500
            || exception is JsonException
            || (command is null && refused.HttpStatus() < 500)
            || (!isAwaited && !(command is not null && settings.IsRefusalAnnounced(command.Command, refused)))
        );

    private CloudEvent Reply(CloudEvent? command, object contract) =>
        new()
        {
            Id = Guid.CreateVersion7().ToString(),
            Source = settings.Source,
            Type = settings.InternalMessages.NameOf(contract.GetType()),
            Subject = command?.Subject,
            Team = command?.Team,
            Time = time.GetUtcNow(),
            Incarnation = lives.Incarnation,
            CorrelationId = command?.CorrelationId,
            CausationId = command?.Id,
            DataContentType = "application/json",
            Data = JsonSerializer.SerializeToElement(contract, contract.GetType(), Json.Lenient),
        };

    private async Task Send(CloudEvent reply, string replyTo, string? correlation, CancellationToken ct)
    {
        try
        {
            await publisher.Reply(replyTo, reply, correlation, ct);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The sender is gone. The decision stands, and the same message gets the same reply.
            LogNoReply(log, exception, replyTo);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Type} for application {Application} failed")]
    private static partial void LogFailed(ILogger log, Exception exception, string type, string? application);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "A reply could not be delivered to {ReplyTo}; the decision stands, and the command gets the same reply if it is repeated"
    )]
    private static partial void LogNoReply(ILogger log, Exception exception, string replyTo);
}
