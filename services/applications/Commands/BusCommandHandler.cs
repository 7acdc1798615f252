using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.Http;
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
    private const int MostInKey = HttpCommands.MostInKey;

    public async Task<object> Handle(IncomingCommand command, CancellationToken ct)
    {
        var (message, team, application, data) = command;
        new InputChecks()
            .That(message.Id.Length <= MostInKey, "id", $"It has at most {MostInKey} characters.")
            .That(message.Source.Length <= MostInKey, "source", $"It has at most {MostInKey} characters.")
            .Refuse();
        var context = new CommandContext(
            new Caller(team, message.RecordedBy ?? "bus", message.Principal),
            IdempotencyKey: $"bus:{message.Source}:{message.Id}",
            Fingerprint: HttpCommands.Fingerprint($"{message.Type} {application}", message.Data),
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
        catch (RefusedException refused) when (refused.HttpStatus() is 400 or 409 && command.IsAwaited)
        {
            await Keep(refused, context, ct);
            throw;
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

    private async Task Keep(RefusedException refused, CommandContext context, CancellationToken ct)
    {
        await using var session = store.LightweightSession(context.Caller.Team);
        handler.Writer.Remember(session, context, new(refused.HttpStatus(), Version: 0, Body: refused.ToContract()));
        try
        {
            await session.SaveChangesAsync(ct);
        }
        catch (JasperFx.DocumentAlreadyExistsException) { } // the same message, at the same time: the first answer stands
    }

    private static RefusedException Refused(CommandResult answer) =>
        RefusedException.Of(((JsonElement)answer.Body!).Deserialize<CommandRejected>(Json.Lenient)!);
}
