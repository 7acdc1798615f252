using FollowUp.Applications.Candidates;
using FollowUp.Applications.Queries;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Inbox;
using Marten;

namespace FollowUp.Applications.Commands;

// See docs/decisions/0002-settle-then-record.md
/// <summary>
/// A follow-up was made. It is settled first and recorded then: the Scheduler is the one authority on whether it may be made. A crash
/// between the two steps is healed by the same command with the same claim, or by the Scheduler's event that it settled
/// (Subscriptions/SchedulerEventsHandler.cs).
/// </summary>
internal static class RecordFollowUpHandler
{
    public static CommandDefinition<RecordFollowUp> Definition { get; } =
        new()
        {
            Routes = [CommandRoute.Body<RecordFollowUp>("POST", "/applications/{id}/follow-ups")],
            Summary = "A follow-up was made: settles the claim at the Scheduler, then records it.",
            Answer = typeof(Recorded),
            Checks = Check,
            Action = Handle,
        };

    /// <summary>What is answered.</summary>
    public sealed record Recorded(
        Guid Application,
        int Stage,
        Guid ClaimId,
        Channel Channel,
        string By,
        DateTimeOffset MadeAt,
        long Version
    );

    private static void Check(RecordFollowUp x, InputChecks checks, DateTimeOffset now) =>
        checks
            .Text(x.By, "by", 200)
            .OptionalText(x.Note, "note", 4000)
            .NotInTheFuture(x.MadeAt, "madeAt", now)
            .That(x.ClaimId != Guid.Empty, "claimId", "It must not be the empty id.");

    private static async Task<CommandResult> Handle(
        Guid id,
        RecordFollowUp command,
        CommandContext context,
        CommandHandler handler,
        CancellationToken ct
    )
    {
        if (await handler.Writer.FindAnswer(context, ct) is { } before)
            return before;
        var claimId = command.ClaimId ?? ClaimFor(id, context);
        var (stage, version) = await MayRecord(id, command, claimId, context, handler.Store, handler.Now, ct);
        var settle = new SettleFollowUp(
            stage,
            claimId,
            command.By.Trim(),
            command.Channel,
            command.MadeAt ?? handler.Now,
            AsOf: version,
            Happened: command.Happened
        );
        var (settled, reply) = await Settle(id, settle, context, handler.Scheduler, ct);
        var made = RecordSettled.Of(settled);
        // What was asked of the version was judged before settling; what is settled is recorded whatever else happened since.
        var unconditional = context with
        {
            IfMatch = null,
        };
        return await (
            command.Note is not { } note
                ? handler.Writer.Write(id, unconditional, Record, ct)
                : handler.Writer.Write(
                    id,
                    unconditional,
                    async work =>
                    {
                        var answer = Record(work);
                        // After a lost answer the Scheduler's event may have recorded the follow-up, which has no note.
                        if (await work.Session.LoadAsync<Note>(Note.IdOf(id, claimId), ct) is null)
                            work.Session.Store(Note.Of(id, work.State.Candidate, note, context.Caller.Name, handler.Now, claimId));
                        return answer;
                    },
                    ct
                )
        );

        CommandResult Record(ApplicationUnitOfWork work)
        {
            work.Append(work.State.Decide(made));
            if (work.HasAppended)
                InboxFence.Require(work.Session, reply);
            return new(
                201,
                work.Version,
                Body: new Recorded(id, made.Stage, made.ClaimId, made.Channel, made.By, made.MadeAt, work.Version)
            );
        }
    }

    private static Guid ClaimFor(Guid id, CommandContext context) =>
        context.IdempotencyKey is { } key ? DeterministicId.From(context.Caller.Team, "claim", id.ToString(), key.Id) : Guid.NewGuid();

    private static async Task<(int Stage, long Version)> MayRecord(
        Guid id,
        RecordFollowUp command,
        Guid claimId,
        CommandContext context,
        IDocumentStore store,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var session = store.QuerySession(context.Caller.Team);
        var events = await session.Events.FetchStreamAsync(id, token: ct);
        var application = ApplicationStates.After(id, events.Select(x => x.Data));
        var (stage, before) = application.MayRecord(command.Stage, claimId, command.MadeAt ?? now);
        if (before is null && command.MadeAt is { } madeAt)
            application.MustFollowSubmission(madeAt, "madeAt");
        var version = events[^1].Version;
        if (context.IfMatch?.Admits(version) is false)
            throw ApplicationWriter.Stale(version);
        return (stage, version);
    }

    private static async Task<(FollowUpSettled Made, CloudEvent Reply)> Settle(
        Guid id,
        SettleFollowUp command,
        CommandContext context,
        SchedulerClient scheduler,
        CancellationToken ct
    )
    {
        try
        {
            return await scheduler.Settle(context.Caller, id, command, context.Correlation, ct);
        }
        catch (RefusedException refused)
        {
            refused.More["claimId"] = command.ClaimId;
            throw;
        }
    }
}
