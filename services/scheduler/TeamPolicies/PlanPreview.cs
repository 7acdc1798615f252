using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using FollowUp.Scheduler.DueSlots;
using FollowUp.Scheduler.Planning;
using FollowUp.Scheduler.Projections;

namespace FollowUp.Scheduler.TeamPolicies;

/// <summary>
/// Plans applications that aren't recorded, by the team's policy: their events go through the same decisions as those of any application,
/// but no event is written.
/// </summary>
internal sealed class PlanPreview(TeamPolicyStore policies, DatabaseClock clock)
{
    public async Task<PlansAnswer> Of(string team, IReadOnlyList<PreviewedApplication> applications, CancellationToken ct)
    {
        if (applications.Count > PreviewPlans.Most)
            throw RefusedException.BadInput("applications", $"It must not have more than {PreviewPlans.Most} items.");
        var (policy, now) = (await policies.Of(team, ct), await clock.Now(ct));
        return new([.. applications.Select(x => Plan(x, policy, now)).OfType<PreviewedPlan>()]);
    }

    /// <summary>The slot of the stage that the application would be in; null if it would have none.</summary>
    internal static PreviewedPlan? Plan(PreviewedApplication application, Policy policy, DateTimeOffset now)
    {
        var known = application.Events.Aggregate(KnownApplication.Empty, (x, e) => x.Apply(Read(e)));
        var plan = new FollowUpPlan { Id = application.Application };
        foreach (var fact in plan.Decide(new Replan(Planner.Plan(known, policy, now), now)))
            plan = plan.Evolve(fact);
        return known.InOrder() is [.., var stage] && plan.Slots.TryGetValue(stage.Stage, out var slot)
            ? new(application.Application, PolicyPreview.LookOf(AgendaEntry.Of(known, slot, null)), plan.Proposed is not null)
            : null;
    }

    private static object Read(PreviewedEvent e) =>
        Catalogue.Find(e.Type) is { } type && Catalogue.ApplicationEvents.ContainsKey(type)
            ? e.Data.Deserialize(type, Json.Whole)!
            : throw new RefusedException("unknownType", $"{e.Type} is no event of an application.");
}
