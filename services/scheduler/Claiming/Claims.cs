using System.Diagnostics.Metrics;
using System.Xml;
using FollowUp.Contracts;
using FollowUp.Hosting;
using FollowUp.Hosting.Bus;
using FollowUp.Hosting.Seeing;
using FollowUp.Hosting.Store;
using FollowUp.Scheduler.Clock;
using FollowUp.Scheduler.Policies;
using Marten;
using Npgsql;

namespace FollowUp.Scheduler.Claiming;

/// <summary>
/// Claim, settle, release: the same three over HTTP and the bus. The decision is stored with the claim's id in the same transaction
/// as its effect, and racing ones are decided one after the other, because each appends to the application's stream at the version it saw.
/// </summary>
internal sealed class Claims(IDocumentStore store, Planning planning, StoreClock clock, Arrivals arrivals, NpgsqlDataSource database, Wakeup wakeup, TimeProvider time) : ICommands
{
    private const int MostAttempts = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4), Look = TimeSpan.FromMilliseconds(50);
    private static readonly Counter<long> Answers = Telemetry.Meter.CreateCounter<long>("followup.claims", "{claim}", "Claims, by what was asked and answered");
    // Racers of one application on this node stand in line here, rather than all but one losing at the database.
    private readonly SemaphoreSlim[] _lines = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    public async Task<object> Handle(Commanded command, CancellationToken ct)
    {
        var (message, team, application, _) = command;
        switch (command.Command)
        {
            case ClaimFollowUp claim:
                var (asked, _, _) = await Claim(team, application, claim, ct, message.RecordedBy, message);
                return Granted(application, asked) ?? throw Refusal(asked);
            case SettleFollowUp settle: return await Settle(team, application, settle, message.RecordedBy ?? settle.By, ct, message);
            case ReleaseClaim release:
                await Release(team, application, release.Stage, release.ClaimId, message.RecordedBy ?? "bus", ct, message);
                return new ClaimReleased(application, release.Stage, release.ClaimId, message.RecordedBy ?? "bus", time.GetUtcNow());
            default: throw new RefusedException("unknownType", "Nobody here takes that command.", 400);
        }
    }

    public async Task<(Asked Asked, Slot Slot, DateTimeOffset Now)> Claim(string team, Guid application, ClaimFollowUp command, CancellationToken ct, string? by = null, CloudEvent? cause = null)
    {
        new Checks().Text(command.By, "by", 200).That(command.ClaimId != Guid.Empty, "claimId", "It must not be the empty id.").That(command.AsOf is not < 0, "asOf", "It must be a version of the application.").Refuse();
        var length = LengthOf(command.For, planning.PolicyOf(team));
        var (plan, now) = await Decide(team, application, by ?? command.By, command.AsOf,
            (plan, wanted, now) => plan.Decide(new ClaimSlot(command.Stage, command.ClaimId, command.By.Trim(), command.Channel, length, wanted, now)), cause, ct);
        var asked = plan.Claims[command.ClaimId];
        Answers.Add(1, new("asked", "claim"), new("answer", asked.Granted is null ? asked.Refusal?.Code : "granted"));
        return (asked, plan.Find(command.Stage), now);
    }

    public async Task<FollowUpSettled> Settle(string team, Guid application, SettleFollowUp command, string by, CancellationToken ct, CloudEvent? cause = null)
    {
        new Checks().Text(command.By, "by", 200).That(command.ClaimId != Guid.Empty, "claimId", "It must not be the empty id.").That(command.AsOf is not < 0, "asOf", "It must be a version of the application.").Refuse();
        var length = LengthOf(null, planning.PolicyOf(team));
        var (plan, _) = await Decide(team, application, by, command.AsOf,
            (plan, wanted, now) => plan.Decide(new SettleSlot(command.Stage, command.ClaimId, command.By.Trim(), command.Channel, command.MadeAt, command.Epoch, length, wanted, now)), cause, ct);
        var made = plan.Find(command.Stage).Made;
        var settled = made?.ClaimId == command.ClaimId ? made : null;
        Answers.Add(1, new("asked", "settle"), new("answer", settled is null ? plan.Claims[command.ClaimId].Refusal?.Code ?? "refused" : "settled"));
        return settled is null
            ? throw Refusal(plan.Claims[command.ClaimId])
            : new(application, settled.Stage, settled.ClaimId, settled.By, settled.Channel, settled.Epoch, settled.MadeAt);
    }

    public async Task Release(string team, Guid application, int stage, Guid claimId, string by, CancellationToken ct, CloudEvent? cause = null)
    {
        await Decide(team, application, by, null, (plan, wanted, now) => plan.Decide(new ReleaseSlot(stage, claimId, wanted, now)), cause, ct);
        Answers.Add(1, new("asked", "release"), new("answer", "released"));
    }

    public static FollowUpClaimed? Granted(Guid application, Asked asked) => asked.Granted is { } x
        ? new(application, x.Stage, x.ClaimId, x.By, x.Channel, x.Epoch, x.At.ToUniversalTime(), x.ExpiresAt.ToUniversalTime())
        : null;

    public static RefusedException Refusal(Asked asked) => new(asked.Refusal!.Code, asked.Refusal.Sentence);

    private async Task<(FollowUpPlan Plan, DateTimeOffset Now)> Decide(string team, Guid application, string by, long? asOf,
        Func<FollowUpPlan, Wanted, DateTimeOffset, object[]> decide, CloudEvent? cause, CancellationToken ct)
    {
        var line = _lines[(uint)application.GetHashCode() % _lines.Length];
        var asked = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            await line.WaitAsync(ct);
            try
            {
                await using var connection = await database.OpenConnectionAsync(ct);
                await using var transaction = await connection.BeginTransactionAsync(ct);
                // Racers on other nodes stand in line at the database, rather than lose one after the other and try again. The inbox and the
                // clock don't: they meet a claim seldom, and the stream's version still decides.
                await Line.StandIn(transaction, $"claim {team} {application}", ct);
                await using var session = store.Open(team, by, cause?.CorrelationId, cause?.Id, transaction);
                var opened = (await Planning.Open(session, [application], ct))[application];
                if (opened.Watch.Version >= Math.Max(asOf ?? 1, 1) && opened.Watch.Rebuild is null)
                {
                    var now = await clock.Now(ct);
                    opened.Add(decide(opened.Plan, planning.Wanted(team, opened, opened.Watch), now));
                    planning.Write(team, session, opened, now);
                    await session.SaveChangesAsync(ct);
                    await transaction.CommitAsync(ct);
                    if (opened.Facts.Count > 0) wakeup.Appended();
                    planning.Committed(opened);
                    return (opened.Plan, now);
                }
                if (asOf is null && opened.Watch.Rebuild is null) throw RefusedException.NotFound("unknownApplication", "Your team has no application with that id, or the Scheduler hasn't heard of it yet.");
            }
            catch (Exception exception) when (attempt < MostAttempts && Passing.IsConflict(exception))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 5 * attempt)), time, ct);
                continue;
            }
            finally
            {
                line.Release();
            }
            if (time.GetElapsedTime(asked) > Patience)
                throw new RefusedException("behind", asOf is null ? "The Scheduler has not seen all of this application yet. Please try again." : $"The Scheduler has not seen version {asOf} of this application yet. Please try again.", 503, retryAfter: 1);
            await arrivals.Next(team, application, Look, ct);
        }
    }

    private static TimeSpan LengthOf(string? asked, Policy policy)
    {
        var most = TimeSpan.FromMinutes(policy.ClaimMinutes);
        if (asked is null) return most;
        try
        {
            var length = XmlConvert.ToTimeSpan(asked);
            if (length >= TimeSpan.FromSeconds(1)) return length < most ? length : most;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException) { }
        throw RefusedException.BadInput("for", "It must be an ISO 8601 duration of at least a second, as PT10M.");
    }
}
