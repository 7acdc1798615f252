using FollowUp.Applications.Commands;
using FollowUp.Applications.Projections;
using FollowUp.Applications.Queries;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Inbox;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Security;
using Marten;

namespace FollowUp.Applications.Subscriptions;

/// <summary>
/// Applies the Scheduler's events to each application's plan, in order and once, whatever the order and number of their arrivals. A settled
/// follow-up is also recorded as an event of the application, unless that exists: this repairs a crash between the two steps.
/// </summary>
internal sealed partial class SchedulerEventsHandler(IDocumentStore store, ApplicationWriter writer, ILogger<SchedulerEventsHandler> log)
    : IEventHandler
{
    public async Task Handle(string team, IReadOnlyList<IncomingEvent> batch, CancellationToken ct)
    {
        var settled = new List<(FollowUpSettled Made, CloudEvent Settled)>();
        await using var session = store.LightweightSession(team);
        var known = (await session.LoadManyAsync<SchedulerPlan>(ct, batch.Select(x => x.Application).Distinct().ToArray())).ToDictionary(
            x => x.Id
        );
        foreach (var messages in batch.GroupBy(x => x.Application))
        {
            var before = known.GetValueOrDefault(messages.Key) ?? new SchedulerPlan { Id = messages.Key };
            var after = before;
            foreach (var message in messages)
                after = ApplyInOrder(after, message, settled);
            if (!ReferenceEquals(before, after))
                session.Store(after);
        }
        // The command that settled a follow-up has recorded it by now, as a rule.
        var states = await ApplicationStates.Of(session, [.. settled.Select(x => x.Made.Application).Distinct()], ct);
        settled.RemoveAll(x => states.GetValueOrDefault(x.Made.Application)?.HasRecorded(x.Made.ClaimId) is true);
        // Recorded before the plan is stored: if recording fails, no plan is stored, and the whole batch is delivered again.
        await Task.WhenAll(settled.Select(x => MustBeRecorded(team, x.Made, x.Settled, ct)));
        await session.SaveChangesAsync(ct);
    }

    /// <summary>Applies an event and the early events that waited for it.</summary>
    internal static SchedulerPlan ApplyInOrder(
        SchedulerPlan plan,
        IncomingEvent message,
        List<(FollowUpSettled Made, CloudEvent Settled)> settled
    )
    {
        var before = new SequenceGate(plan.Version, plan.Early);
        var (after, ready) = before.Receive(message);
        if (after == before)
            return plan;
        plan = plan with { Early = after.Early };
        foreach (var next in ready)
        {
            if (next.Contract is FollowUpSettled made)
                settled.Add((made, next.Event));
            plan = plan.Apply(next.Event, next.Sequence, next.Contract);
        }
        return plan;
    }

    private async Task MustBeRecorded(string team, FollowUpSettled made, CloudEvent settled, CancellationToken ct)
    {
        try
        {
            await writer.Write(
                made.Application,
                new(
                    new Caller(team, settled.RecordedBy ?? "scheduler", settled.Principal),
                    Correlation: settled.CorrelationId,
                    Causation: settled.Id
                ),
                work =>
                {
                    work.Append(work.State.Decide(RecordSettled.Of(made)));
                    return new(201, work.Version);
                },
                ct
            );
        }
        // a transient refusal ("busy") is thrown, so that the batch is retried
        catch (RefusedException exception) when (!TransientErrors.IsTransient(exception))
        {
            // a retry can't succeed; the services disagree, which an operator must see
            LogDisagree(log, made.Application, made.Stage, exception.Code, exception.Message);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The Scheduler settled the follow-up of stage {Stage} of application {Application}, but Applications can't record it "
            + "({Code}): {Reason} The services disagree: compare the application's timeline with its plan"
    )]
    private static partial void LogDisagree(ILogger log, Guid application, int stage, string code, string reason);
}
