using FollowUp.Contracts;
using FollowUp.Hosting;
using FollowUp.Hosting.Keys;
using FollowUp.Hosting.Store;
using Marten;

namespace FollowUp.Scheduler.Reading;

/// <summary>Every slot of an application, and why it is as it is.</summary>
internal static class GetPlan
{
    public sealed record PlanDetail(Guid Application, long AsOf, long Version, string Candidate, IReadOnlyList<GetAgenda.Item> Slots, DateTimeOffset? ClosingProposedAt);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/applications/{id}/plan", async (Guid id, TeamSession sessions, CancellationToken ct) =>
    {
        await using var session = sessions.Query();
        // Version first: what is shown may be newer than what it says, never older.
        var watch = await session.LoadAsync<Watch>(id, ct);
        if (watch is null or { Version: 0 }) throw RefusedException.NotFound("unknownApplication", "Your team has no application with that id, or the Scheduler hasn't heard of it yet.");
        var state = await session.Events.FetchStreamStateAsync(id, ct);
        var plan = await session.Events.AggregateStreamAsync<FollowUpPlan>(id, token: ct) ?? new();
        return TypedResults.Json(new PlanDetail(id, watch.Version, state?.Version ?? 0, watch.Situation.Candidate, [.. plan.Slots.Values.Select(x => GetAgenda.Of(AgendaEntry.Of(watch.Situation, x)))],
            plan.Proposed?.At), Json.Lenient);
    }).RequireScope(Scopes.Read).Described("Every slot of an application, and why it is as it is.", typeof(PlanDetail));
}
