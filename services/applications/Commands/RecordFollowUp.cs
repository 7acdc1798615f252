using FollowUp.Applications.Candidates;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;
using Marten;

namespace FollowUp.Applications.Commands;

/// <summary>A follow-up was made.</summary>
public sealed record RecordFollowUp(
    Channel Channel,
    string By,
    int? Stage = null,
    DateTimeOffset? MadeAt = null,
    Guid? ClaimId = null,
    string? Note = null
) : ICommand
{
    public void Check(InputChecks checks, DateTimeOffset now) =>
        checks
            .Text(By, "by", 200)
            .OptionalText(Note, "note", 4000)
            .NotInTheFuture(MadeAt, "madeAt", now)
            .That(ClaimId != Guid.Empty, "claimId", "It must not be the empty id.");

    public Task<CommandResult> Handle(Guid application, CommandContext conditions, CommandHandler with, CancellationToken ct) =>
        with.FollowUps.Record(application, this, conditions, ct);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPost(
                "/applications/{id}/follow-ups",
                (Guid id, RecordFollowUp command, Caller caller, HttpContext http, CommandHandler commanding, CancellationToken ct) =>
                    commanding.OverHttp(id, command, caller, http, ct)
            )
            .RequireScope(Scopes.Record)
            .Describe("A follow-up was made: settles the claim at the Scheduler, then records it.", typeof(Recorded));

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
}

/// <summary>The Scheduler has settled a claim.</summary>
public sealed record RecordSettled(int Stage, Guid ClaimId, Channel Channel, string By, DateTimeOffset MadeAt)
{
    public static RecordSettled Of(FollowUpSettled x) => new(x.Stage, x.ClaimId, x.Channel, x.By, x.MadeAt);
}

// See docs/decisions/0002-settle-then-record.md
/// <summary>
/// Settle first, record then: the Scheduler is the one authority on whether a follow-up may be made. A crash between the two steps
/// is healed by asking again with the same claim, or by the Scheduler's own word that it settled (Listening/WhenTheSchedulerSpoke.cs).
/// </summary>
public sealed class RecordFollowUpHandler(ApplicationWriter recorder, IDocumentStore store, SchedulerClient scheduler, TimeProvider time)
{
    public async Task<CommandResult> Record(Guid id, RecordFollowUp command, CommandContext conditions, CancellationToken ct)
    {
        if (await recorder.Before(conditions, ct) is { } before)
            return before;
        var claimId =
            command.ClaimId
            ?? (
                conditions.IdempotencyKey is { } key
                    ? DeterministicId.From(conditions.Caller.Team, "claim", id.ToString(), key)
                    : Guid.NewGuid()
            );
        var (stage, version) = await MayRecord(id, command, claimId, conditions, ct);
        var settled = await Settle(
            id,
            new SettleFollowUp(stage, claimId, command.By.Trim(), command.Channel, command.MadeAt ?? time.GetUtcNow(), AsOf: version),
            conditions,
            ct
        );
        var made = RecordSettled.Of(settled);
        var candidate = "";
        // What was asked of the version was judged before settling; what is settled is recorded whatever else happened since.
        return await recorder.Record(
            id,
            conditions with
            {
                IfMatch = null,
            },
            application =>
            {
                candidate = application.Candidate;
                return application.Decide(made);
            },
            (application, _, now) =>
                new(201, now, null, new RecordFollowUp.Recorded(id, made.Stage, made.ClaimId, made.Channel, made.By, made.MadeAt, now)),
            anyway: async (session, ct) =>
            {
                // Who comes back after a lost answer may find the follow-up recorded by the Scheduler's word, in which no note stands.
                if (command.Note is { } note && await session.LoadAsync<Note>(Note.IdOf(id, claimId), ct) is null)
                    session.Store(Note.Of(id, candidate, note, conditions.Caller.Name, time.GetUtcNow(), claimId));
            },
            ct: ct
        );
    }

    private async Task<(int Stage, long Version)> MayRecord(
        Guid id,
        RecordFollowUp command,
        Guid claimId,
        CommandContext conditions,
        CancellationToken ct
    )
    {
        await using var session = store.QuerySession(conditions.Caller.Team);
        var application = await session.Events.AggregateStreamAsync<JobApplication>(id, token: ct) ?? new();
        var (stage, _) = application.MayRecord(command.Stage, claimId);
        var state = await session.Events.FetchStreamStateAsync(id, ct);
        if (conditions.IfMatch is { } expected && expected != state!.Version)
            throw new RefusedException(
                "changedMeanwhile",
                $"The application changed meanwhile; it is now at version {state.Version}. Look at it again."
            );
        return (stage, state!.Version);
    }

    private async Task<FollowUpSettled> Settle(Guid id, SettleFollowUp command, CommandContext conditions, CancellationToken ct)
    {
        try
        {
            return await scheduler.Ask<FollowUpSettled>(conditions.Caller, id, command, ct, correlation: conditions.Correlation);
        }
        catch (RefusedException refused)
        {
            refused.More["claimId"] = command.ClaimId;
            throw;
        }
    }
}
