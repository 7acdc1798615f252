using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.Modules.Convergence;
using Marten;

namespace FollowUp.Applications.Subscriptions;

/// <summary>
/// The Scheduler's own events, as this service received them: a Scheduler that lost its store restores every claim and every made follow-up
/// from them, and continues its sequence numbers where they ended.
/// </summary>
internal sealed class SchedulerDecisions(IDocumentStore store) : IKeptEvents
{
    public async Task<ILookup<Guid, CloudEvent>> Find(string team, IReadOnlyCollection<Guid> streams, CancellationToken ct)
    {
        await using var session = store.QuerySession(team);
        var plans = await session.LoadManyAsync<SchedulerPlan>(ct, [.. streams]);
        return plans
            .SelectMany(plan => plan.Decisions, (plan, x) => (plan.Id, Event: Published(team, plan.Id, x)))
            .ToLookup(x => x.Id, x => x.Event);
    }

    /// <summary>A decision as it was published.</summary>
    internal static CloudEvent Published(string team, Guid stream, Decision x) =>
        new()
        {
            Id = x.Id ?? Guid.CreateVersion7().ToString(),
            Source = Catalogue.Scheduler,
            Type = x.Type,
            Subject = stream.ToString(),
            Time = x.At,
            Team = team,
            Sequence = x.Sequence,
            SequenceType = "Integer",
            Incarnation = x.Incarnation,
            RecordedBy = x.By,
            CorrelationId = x.CorrelationId,
            CausationId = x.CausationId,
            TraceParent = x.TraceParent,
            Principal = x.Principal,
            DataContentType = "application/json",
            Data = x.Data,
        };
}
