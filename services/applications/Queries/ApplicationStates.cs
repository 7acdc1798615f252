using JasperFx.Events;
using Marten;

namespace FollowUp.Applications.Queries;

/// <summary>The states of several applications at once.</summary>
internal static class ApplicationStates
{
    public static async Task<Dictionary<Guid, JobApplication>> Of(IQuerySession session, Guid[] ids, CancellationToken ct) =>
        (await EventsOf(session, ids, ct)).ToDictionary(x => x.Key, x => After(x.Key, x.Select(e => e.Data)));

    /// <summary>The events of each application, in their order.</summary>
    public static async Task<IEnumerable<IGrouping<Guid, IEvent>>> EventsOf(IQuerySession session, Guid[] ids, CancellationToken ct)
    {
        if (ids.Length == 0)
            return [];
        var events = await session.Events.QueryAllRawEvents().Where(x => x.StreamId.IsOneOf(ids)).OrderBy(x => x.Version).ToListAsync(ct);
        return events.GroupBy(x => x.StreamId);
    }

    /// <summary>The state of a new application after its events.</summary>
    public static JobApplication After(Guid id, IEnumerable<object> facts) =>
        facts.Aggregate(new JobApplication { Id = id }, (state, fact) => state.Evolve(fact));
}
