using Marten;

namespace FollowUp.Applications.Queries;

/// <summary>The states of several applications at once.</summary>
internal static class ApplicationStates
{
    public static async Task<Dictionary<Guid, JobApplication>> Of(IQuerySession session, Guid[] ids, CancellationToken ct)
    {
        var events = await session.Events.QueryAllRawEvents().Where(x => x.StreamId.IsOneOf(ids)).OrderBy(x => x.Version).ToListAsync(ct);
        return events
            .GroupBy(x => x.StreamId)
            .ToDictionary(x => x.Key, x => x.Aggregate(new JobApplication { Id = x.Key }, (state, e) => state.Evolve(e.Data)));
    }
}
