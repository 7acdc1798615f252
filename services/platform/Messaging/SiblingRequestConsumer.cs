using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Contracts.MassTransit;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Http;
using FollowUp.Platform.Inbox;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace FollowUp.Platform.Messaging;

/// <summary>
/// Takes the requests of the sibling service and replies to them. A request that fails is answered with the refusal and not retried: the
/// sibling asks again.
/// </summary>
internal sealed partial class SiblingRequestConsumer(
    IEnumerable<ISiblingRequestHandler> handlers,
    ServiceDefinition service,
    InboxFence fence,
    StoreLives lives,
    Publisher publisher,
    BusSettings settings,
    TimeProvider time,
    ILogger<SiblingRequestConsumer> log
) : IConsumer<RawMessage>
{
    public const ushort Prefetch = 4;

    public async Task Consume(ConsumeContext<RawMessage> context)
    {
        var (properties, ct) = (context.ReceiveContext.GetPayload<RabbitMqBasicConsumeContext>().Properties, context.CancellationToken);
        if (properties.UserId != settings.User || string.IsNullOrEmpty(properties.ReplyTo))
        {
            LogForeign(log, properties.UserId);
            return;
        }
        try
        {
            var request = EnvelopeParser.Envelope(context.Message.Body, properties.ContentType);
            await Reply(request, await Answer(request, ct), properties.ReplyTo, properties.CorrelationId, ct);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogNoReply(log, exception.Message);
        }
    }

    private async Task<(string Type, object Data)> Answer(CloudEvent request, CancellationToken ct)
    {
        try
        {
            // before the request is answered: what the earlier life sent is then not applied any more
            await fence.Notice(request, ct);
            if (!fence.IsCurrent(request))
                throw new RefusedException("behind", "The request is from a life of the store that another has replaced.");
            var handler =
                handlers.FirstOrDefault(x => x.Takes(request.Type))
                ?? throw new UnreadableException("unknownType", $"This service does not take a {request.Type}.");
            return await handler.Handle(request, ct);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailed(log, exception, request.Type);
            return (Catalogue.Rejected, Problems.Explain(exception).ToContract());
        }
    }

    private Task Reply(CloudEvent request, (string Type, object Data) answer, string replyTo, string? correlation, CancellationToken ct) =>
        publisher.Reply(
            replyTo,
            new CloudEvent
            {
                Id = Guid.CreateVersion7().ToString(),
                Source = service.Source,
                Type = answer.Type,
                Time = time.GetUtcNow(),
                ReplayIncarnation = lives.Incarnation,
                CausationId = request.Id,
                DataContentType = "application/json",
                Data = JsonSerializer.SerializeToElement(answer.Data, answer.Data.GetType(), Json.Lenient),
            },
            correlation,
            ct
        );

    [LoggerMessage(Level = LogLevel.Warning, Message = "A request that is not the sibling service's was dropped; its sender is {User}")]
    private static partial void LogForeign(ILogger log, string? user);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sibling's request {Type} failed; the sibling asks again")]
    private static partial void LogFailed(ILogger log, Exception exception, string type);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "A request of the sibling could not be answered; the sibling asks again: {Reason}"
    )]
    private static partial void LogNoReply(ILogger log, string reason);
}
