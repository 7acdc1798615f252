using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Security;
using Marten;

namespace FollowUp.Applications.Commands;

/// <summary>
/// Commands from the bus: the same records as over HTTP, handled by the same definitions. A message's source and id are its idempotency
/// key; the answer is kept, so that the same message is handled once and answered the same, days later too.
/// </summary>
internal sealed class BusCommandHandler(CommandHandler handler, IDocumentStore store) : IBusCommandHandler
{
    public async Task<object> Handle(IncomingCommand command, CancellationToken ct)
    {
        var (message, team, application, data) = command;
        var key = IdempotencyKey.Of(message, application);
        var context = new CommandContext(
            new Caller(team, message.RecordedBy ?? "bus", message.Principal),
            IdempotencyKey: key,
            Correlation: message.CorrelationId,
            Causation: message.Id,
            Written: message.Data
        );
        CommandResult answer;
        try
        {
            answer = await handler.Writer.FindAnswer(context, ct) ?? await handler.Handle(application, data, context, ct);
        }
        // a refusal that has no reader is parked instead, and may be put back when its reason is gone
        catch (RefusedException refused) when (IdempotencyKey.Keeps(refused) && command.IsAwaited)
        {
            if (await key.Keep(store, team, refused, handler.Now, ct))
                throw;
            answer = (await handler.Writer.FindAnswer(context, ct))!; // the same message was answered meanwhile
        }
        if (answer.Status >= 400)
            throw Refused(answer);
        return new CommandAccepted(
            answer.Status,
            answer.Version,
            answer.Location,
            answer.Body is null ? null : JsonSerializer.SerializeToElement(answer.Body, answer.Body.GetType(), Json.Lenient)
        );
    }

    private static RefusedException Refused(CommandResult answer) =>
        RefusedException.Of(((JsonElement)answer.Body!).Deserialize<CommandRejected>(Json.Lenient)!);
}
