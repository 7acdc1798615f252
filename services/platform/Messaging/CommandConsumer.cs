using System.Diagnostics;
using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Contracts.MassTransit;
using FollowUp.Platform.Http;
using FollowUp.Platform.Observability;
using FollowUp.Platform.Security;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace FollowUp.Platform.Messaging;

/// <summary>A command from the bus, read and found good.</summary>
/// <param name="Message">The envelope; its id is the idempotency key.</param>
/// <param name="Team">Whose it is.</param>
/// <param name="Application">The application's id.</param>
/// <param name="Command">The record inside.</param>
public sealed record IncomingCommand(CloudEvent Message, string Team, Guid Application, object Command)
{
    /// <summary>Whether it is one of <see cref="InternalMessages.Requests"/>.</summary>
    public bool IsInternal { get; init; }

    /// <summary>Whether somebody is told how it ends.</summary>
    public bool IsAwaited { get; init; } = true;
}

/// <summary>What a service does when it is commanded over the bus.</summary>
public interface IBusCommandHandler
{
    /// <summary>Carries a command out.</summary>
    /// <param name="command">The command.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>The contract that answers it.</returns>
    /// <exception cref="RefusedException">It is refused.</exception>
    Task<object> Handle(IncomingCommand command, CancellationToken ct);
}

// See docs/decisions/0012-commands-over-the-bus.md
/// <summary>Takes commands from the queue, one by one and many at a time, and answers whoever asked for an answer.</summary>
internal sealed partial class CommandConsumer(
    IBusCommandHandler commands,
    Publisher publisher,
    DeadLetterPublisher parking,
    SenderIdentity senders,
    NoReplyRetryPolicy unanswered,
    CommandSettings settings,
    TimeProvider time,
    ILogger<CommandConsumer> log
) : IConsumer<RawMessage>
{
    public async Task Consume(ConsumeContext<RawMessage> context)
    {
        var rabbit = context.ReceiveContext.GetPayload<RabbitMqBasicConsumeContext>();
        var properties = rabbit.Properties;
        var isAwaited = !string.IsNullOrEmpty(properties.ReplyTo);
        Sender? sender = null;
        CloudEvent? message = null;
        IncomingCommand? command = null;
        CloudEvent answer;
        try
        {
            sender = await Try(async () => await senders.Of(senders.OriginOf(rabbit).User, context.CancellationToken));
            message = EnvelopeParser.Envelope(context.Message.Body, properties.ContentType);
            command = Read(sender.Authorize(message, properties.ReplyTo), sender) with { IsAwaited = isAwaited };
            using var activity = Telemetry.Source.StartActivity(message.Type, ActivityKind.Consumer, parentId: message.TraceParent);
            answer = Answer(command.Message, await Try(() => commands.Handle(command, context.CancellationToken)));
        }
        catch (UnreadableException exception)
        {
            await parking.Publish(
                settings.Queue,
                context.Message.Body,
                rabbit,
                exception.Code,
                exception.Message,
                context.CancellationToken
            );
            answer = Answer(message, new CommandRejected(400, exception.Code, Problems.TitleOf(400), exception.Message));
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !context.CancellationToken.IsCancellationRequested)
        {
            var refused = Problems.Explain(exception);
            if (refused.Status >= 500 && exception is not RefusedException)
                LogFailed(log, exception, message?.Type ?? "A command", message?.Subject);
            // What will never work is kept for somebody to look at; what may work next time is the asker's to repeat, if they are told. So
            // is what a page asked: whoever looks at it has been told.
            var isKept =
                refused.Status == 500
                || exception is JsonException
                || (command is null && refused.Status < 500)
                || (!isAwaited && !(command is not null && settings.IsAnnounced(command.Command, refused)));
            if (command is not { IsInternal: true } && isKept)
                await parking.Publish(
                    settings.Queue,
                    context.Message.Body,
                    rabbit,
                    refused.Code,
                    exception.Message,
                    context.CancellationToken
                );
            answer = Answer(
                message,
                new CommandRejected(
                    refused.Status,
                    refused.Code,
                    Problems.TitleOf(refused.Status),
                    refused.Message,
                    refused.Errors,
                    refused.RetryAfter,
                    refused.Reason
                )
            );
        }
        Telemetry.Commands.Add(
            1,
            new("command", LabelOf(message, settings.Takes, settings.Internals)),
            new("outcome", answer.Type == Catalogue.Rejected ? answer.Data.GetProperty("code").GetString() : "done")
        );
        if (!isAwaited || !(sender ?? Sender.Unknown).MayBeAnsweredAt(properties.ReplyTo))
            return;
        try
        {
            await publisher.SendTo(
                properties.ReplyTo!,
                answer,
                reply =>
                {
                    reply.BasicProperties.CorrelationId = properties.CorrelationId ?? message?.Id;
                    reply.Mandatory = false; // direct reply-to delivers, and returns the message as unroutable all the same
                },
                context.CancellationToken
            );
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // the asker is gone; what was decided stands, and asking again gets the same answer
            LogUnanswered(log, exception, properties.ReplyTo!);
        }

        Task<T> Try<T>(Func<Task<T>> attempt) => isAwaited ? attempt() : unanswered.Try(attempt, message, context.CancellationToken);
    }

    // Anybody can send any type, and a label is kept for as long as the process runs.
    internal static string LabelOf(CloudEvent? message, IReadOnlySet<Type> takes, InternalMessages internals) =>
        message is null ? "unreadable"
        : (Catalogue.Find(message.Type) ?? internals.FindRequest(message.Type)) is { } type && takes.Contains(type) ? message.Type
        : "unknown";

    private IncomingCommand Read(CloudEvent message, Sender sender)
    {
        var asked = sender.IsOurs ? settings.Internals.FindRequest(message.Type) : null; // to anybody else there is no such type
        if ((asked ?? Catalogue.Find(message.Type)) is not { } type || !settings.Takes.Contains(type))
            throw new UnreadableException("unknownType", $"Nobody here takes a {message.Type}.");
        EnvelopeParser.MustBePlain(message.CorrelationId, "correlationid");
        if (!TeamName.IsValid(message.Team))
            throw new UnreadableException("missingAttribute", "The command must name its team.");
        if (!Guid.TryParse(message.Subject, out var application))
            throw new UnreadableException("missingAttribute", "The command's subject must be an application's id.");
        if (message.Data.ValueKind != JsonValueKind.Object)
            throw new UnreadableException("badData", $"The data of a {message.Type} must be an object.");
        // of the pair's two halves one may be newer
        var data = message.Data.Deserialize(type, asked is null ? Json.Strict : Json.Whole)!;
        return new(message, message.Team!, application, data) { IsInternal = asked is not null };
    }

    private CloudEvent Answer(CloudEvent? command, object contract) =>
        new()
        {
            Id = Guid.CreateVersion7().ToString(),
            Source = settings.Source,
            Type = settings.Internals.NameOf(contract.GetType()),
            Subject = command?.Subject,
            Team = command?.Team,
            Time = time.GetUtcNow(),
            CorrelationId = command?.CorrelationId,
            CausationId = command?.Id,
            DataContentType = "application/json",
            Data = JsonSerializer.SerializeToElement(contract, contract.GetType(), Json.Lenient),
        };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Type} for {Application} failed")]
    private static partial void LogFailed(ILogger log, Exception exception, string type, string? application);

    [LoggerMessage(Level = LogLevel.Information, Message = "Nobody took the answer at {ReplyTo}")]
    private static partial void LogUnanswered(ILogger log, Exception exception, string replyTo);
}

/// <summary>The commands that this service takes.</summary>
/// <param name="Queue">Their queue.</param>
/// <param name="Source">The service's own source.</param>
/// <param name="Takes">Their records.</param>
/// <param name="Internals">The requests and replies of the sibling.</param>
/// <param name="IsAnnounced">See <see cref="ServiceDefinition.IsRefusalAnnounced"/>.</param>
internal sealed record CommandSettings(
    string Queue,
    string Source,
    IReadOnlySet<Type> Takes,
    InternalMessages Internals,
    Func<object, RefusedException, bool> IsAnnounced
);
