using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Security;
using Marten;
using Public = FollowUp.Contracts.Commands;

namespace FollowUp.Applications.Commands;

/// <summary>
/// What other systems command over the bus: the same commands as over HTTP, checked and recorded by the same code. A message's source and
/// id
/// are its idempotency key; what was answered to it is kept, so that the same message is done once and answered the same, days later too.
/// </summary>
internal sealed class BusCommandHandler(CommandHandler commanding, IDocumentStore store) : IBusCommandHandler
{
    private const int MostInKey = 200; // as the idempotency key of HTTP

    public async Task<object> Handle(IncomingCommand command, CancellationToken ct)
    {
        var (message, team, application, data) = command;
        new InputChecks()
            .That(message.Id.Length <= MostInKey, "id", $"It has at most {MostInKey} characters.")
            .That(message.Source.Length <= MostInKey, "source", $"It has at most {MostInKey} characters.")
            .Refuse();
        var conditions = new CommandContext(
            new Caller(team, message.RecordedBy ?? "bus"),
            IdempotencyKey: $"bus:{message.Source}:{message.Id}",
            Fingerprint: HttpCommands.Fingerprint($"{message.Type} {application}", message.Data),
            Correlation: message.CorrelationId,
            Causation: message.Id
        );
        CommandResult answer;
        try
        {
            answer =
                await commanding.Recorder.Before(conditions, ct)
                ?? await commanding.Handle(application, From(data, message), conditions, ct);
        }
        // what nobody was told is parked, and may be put back when its reason is gone
        catch (RefusedException refused) when (refused.Status is 400 or 409 && command.IsAwaited)
        {
            await Keep(refused, conditions, ct);
            throw;
        }
        if (answer.Status >= 400)
            throw Refused(answer);
        return new Public.CommandAccepted(
            answer.Status,
            answer.Version,
            answer.Location,
            answer.Body is null ? null : JsonSerializer.SerializeToElement(answer.Body, answer.Body.GetType(), Json.Lenient)
        );
    }

    /// <summary>The one mapping of the public commands to this service's own.</summary>
    internal static ICommand From(object command, CloudEvent message) =>
        command switch
        {
            Public.SubmitApplication x => new SubmitApplication(
                x.Candidate,
                Of(x.Employer),
                Of(x.Posting),
                x.Approach,
                x.Contacts?.Select(Of).ToArray(),
                x.SubmittedAt
            ),
            Public.SendCoverLetter x => new SendCoverLetter(x.PromisedFollowUpOn, x.At),
            Public.RecordContact x => new RecordContact(x.Name, x.Role, x.Email, x.Phone, x.Profile, x.At),
            Public.RecordResponse x => new RecordResponse(x.PromisedNextStepOn, x.At),
            Public.ScheduleInterview x => new ScheduleInterview(x.StartsAt, x.EndsAt, x.With, x.At),
            Public.RescheduleInterview x => new RescheduleInterview(x.StartsAt, x.EndsAt, x.At) { Interview = x.Interview },
            Public.CancelInterview x => new CancelInterview(x.Interview, x.At),
            Public.RecordFollowUp x => new RecordFollowUp(x.Channel, x.By, x.Stage, x.MadeAt, x.ClaimId, x.Note),
            Public.AmendApplication => new AmendApplication(message.Data), // as it was written: a null means something there
            Public.CloseApplication x => new CloseApplication(x.Reason, x.At),
            Public.ReopenApplication x => new ReopenApplication(x.At),
            _ => throw new RefusedException("unknownType", "Nobody here takes that command.", 400),
        };

    private static EmployerInput Of(Employer x) => new(x.Name, x.HiringProcess, x.TimeZone, x.Country, x.Region);

    private static PostingInput Of(Posting x) =>
        new(x.Title, x.Url, x.ClosesOn, x.Instructions is { } i ? new(i.NoPhoneCalls, i.NoContact, i.SubmitBy) : null);

    // a null in the list is refused by the check
    private static ContactInput Of(Public.NewContact? x) => x is null ? null! : new(x.Name, x.Role, x.Email, x.Phone, x.Profile);

    private async Task Keep(RefusedException refused, CommandContext conditions, CancellationToken ct)
    {
        await using var session = store.LightweightSession(conditions.Caller.Team);
        var rejected = new CommandRejected(
            refused.Status,
            refused.Code,
            "",
            refused.Message,
            refused.Errors,
            refused.RetryAfter,
            refused.Reason
        );
        session.Insert(
            new IdempotencyRecord
            {
                Id = conditions.IdempotencyKey!,
                Fingerprint = conditions.Fingerprint!,
                Status = refused.Status,
                Body = JsonSerializer.Serialize(rejected, Json.Lenient),
                At = commanding.Now,
            }
        );
        try
        {
            await session.SaveChangesAsync(ct);
        }
        catch (JasperFx.DocumentAlreadyExistsException) { } // the same message, at the same time: the first answer stands
    }

    private static RefusedException Refused(CommandResult answer) =>
        RefusedException.Of(((JsonElement)answer.Body!).Deserialize<CommandRejected>(Json.Lenient)!);
}
