using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;
using FollowUp.Scheduler.Commands;
using FollowUp.Scheduler.DueSlots;
using FollowUp.Scheduler.Planning;
using FollowUp.Scheduler.Projections;
using FollowUp.Scheduler.TeamPolicies;

namespace FollowUp.Scheduler.Queries;

/// <summary>Every slot of an application, and the reasons for its state.</summary>
internal static class GetPlan
{
    public sealed record PlanDetail(
        Guid Application,
        long AsOf,
        long Version,
        string Candidate,
        IReadOnlyList<GetAgenda.Item> Slots,
        DateTimeOffset? ClosingProposedAt
    );

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet(
                "/applications/{id}/plan",
                async (
                    Guid id,
                    Caller caller,
                    TeamSession sessions,
                    TeamPolicyStore policies,
                    Warnings warnings,
                    DatabaseClock clock,
                    CancellationToken ct
                ) =>
                {
                    await using var session = sessions.Query();
                    // The state, and with it the version, is read first: the slots may be newer than the version that the answer names, but
                    // never older.
                    var watch = await session.LoadAsync<ApplicationState>(id, ct);
                    if (watch is { Version: 0, Rebuild: not null })
                        throw new RefusedException(
                            "behind",
                            "The Scheduler has not seen all of this application yet. Please try again.",
                            retryAfter: 1
                        );
                    if (watch is null or { Version: 0 })
                        throw new RefusedException(
                            "unknownApplication",
                            "Your team has no application with that id, or the Scheduler hasn't heard of it yet."
                        );
                    var state = await session.Events.FetchStreamStateAsync(id, ct);
                    var plan = await session.Events.AggregateStreamAsync<FollowUpPlan>(id, token: ct) ?? new();
                    var policy = await policies.Of(caller.Team, ct);
                    var proposed = plan.ProposedFor(Planner.Plan(watch.Known, policy, await clock.Now(ct)));
                    var entries = plan.Slots.Values.Select(x => AgendaEntry.Of(watch.Known, x, proposed)).ToArray();
                    var notes = (
                        await session.LoadManyAsync<OverrideNote>(ct, [.. entries.Where(x => x.Override is not null).Select(x => x.Id)])
                    ).ToDictionary(x => x.Id, x => x.Note, StringComparer.Ordinal);
                    var warned = await warnings.Of(caller.Team, entries, policy, ct);
                    return TypedResults.Json(
                        new PlanDetail(
                            id,
                            watch.Version,
                            state?.Version ?? 0,
                            watch.Known.Candidate,
                            [.. entries.Select(x => GetAgenda.Of(x, warned, notes.GetValueOrDefault(x.Id)))],
                            proposed?.At
                        ),
                        Json.Lenient
                    );
                }
            )
            .RequireScope(Scopes.Read)
            .Describe("Every slot of an application, and the reasons for its state.", typeof(PlanDetail));
}
