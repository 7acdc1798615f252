using System.Text.Json;
using CsCheck;
using FollowUp.Applications.Projections;
using FollowUp.Applications.Subscriptions;
using FollowUp.Contracts;
using FollowUp.Platform.Messaging;
using FollowUp.Scheduler;
using FollowUp.Scheduler.Planning;
using FollowUp.Scheduler.Projections;
using FollowUp.Scheduler.Subscriptions;
using FollowUp.Specs.Guards;
using FollowUp.Specs.Planning;
using Marten;
using ContractMapper = FollowUp.Scheduler.Publishing.ContractMapper;

namespace FollowUp.Specs.Domain;

public sealed class PlanProperties
{
    private const int Often = 1000; // some thirty thousand steps per property; all properties together take a few seconds
    private static readonly Gen<Step[]> Steps = Step.Any.Array[1, 60];
    private static readonly ISerializer Stored = Samples.Stored;

    [Fact]
    public void Whatever_many_claimants_do_in_whatever_order_no_stage_has_two_follow_ups() =>
        Steps.Sample(
            steps =>
            {
                var made = new HashSet<int>();
                foreach (var fact in World.After(steps).Events)
                {
                    if (fact is Settled settled && !made.Add(settled.Stage))
                        return false;
                    if (fact is Unsettled mistake)
                        made.Remove(mistake.Stage);
                }
                return true;
            },
            iter: Often
        );

    [Fact]
    public void No_two_claims_of_a_stage_are_ever_live_at_once() =>
        Steps.Sample(
            steps =>
            {
                var live = new Dictionary<int, Claimed>();
                foreach (var domainEvent in World.After(steps).Events)
                {
                    if (domainEvent is Claimed claimed)
                    {
                        if (live.TryGetValue(claimed.Stage, out var other))
                            return false;
                        live[claimed.Stage] = claimed;
                    }
                    // Only the claim's holder or the claim's expiry ends a claim.
                    if (domainEvent is Released released && live.Remove(released.Stage, out var let) && let.ClaimId != released.ClaimId)
                        return false;
                    if (
                        domainEvent is Expired expired
                        && live.Remove(expired.Stage, out var past)
                        && (past.ClaimId != expired.ClaimId || past.ExpiresAt != expired.At)
                    )
                        return false;
                    if (domainEvent is Settled settled && live.Remove(settled.Stage, out var used) && used.ClaimId != settled.ClaimId)
                        return false;
                    if (domainEvent is Waived or Lapsed or Withheld or Planned && live.ContainsKey(StageOf(domainEvent)))
                        return false;
                }
                return true;
            },
            iter: Often
        );

    [Fact]
    public void Epochs_only_grow() =>
        Steps.Sample(
            steps =>
                World
                    .After(steps)
                    .Events.OfType<Claimed>()
                    .GroupBy(x => x.Stage)
                    .All(x => x.Zip(x.Skip(1)).All(pair => pair.First.Epoch < pair.Second.Epoch)),
            iter: Often
        );

    [Fact]
    public void The_same_claim_always_gets_the_same_answer_however_often_and_late_it_asks() =>
        Step
            .Any.Array[1, 40]
            .Sample(
                steps =>
                {
                    var world = World.After(steps.SelectMany(x => new[] { x, x }));
                    foreach (var step in steps)
                        world.Do(step); // all steps a second time; the world compares each result with the earlier ones
                },
                iter: Often
            );

    [Fact]
    public void Stale_decisions_do_happen_here_and_so_do_claims_settlements_and_refusals()
    {
        var (rejected, kinds) = (0, new HashSet<Type>());
        Steps.Sample(
            steps =>
            {
                var world = World.After(steps);
                lock (kinds)
                {
                    rejected += world.Rejected;
                    kinds.UnionWith(world.Events.Select(x => x.GetType()));
                }
            },
            iter: Often
        );
        Assert.True(rejected > Often / 2, $"{rejected}");
        Assert.Equal(
            FollowUp
                .Scheduler.SchedulerService.Facts.Where(x => x != typeof(FollowUp.Scheduler.TeamPolicies.PolicyChanged))
                .Select(x => x.Name)
                .Order(),
            kinds.Select(x => x.Name).Order()
        );
    }

    [Fact]
    public void The_view_of_Applications_agrees_with_the_plan() =>
        Steps.Sample(
            steps =>
            {
                var world = World.After([]);
                foreach (var step in steps)
                {
                    world.Do(step);
                    Assert.Equal(world.Plan.Slots.Keys, world.View.Slots.Keys);
                    foreach (var (slot, view) in world.Plan.Slots.Values.Zip(world.View.Slots.Values))
                    {
                        Assert.Equal(slot.Status, view.Status);
                        Assert.Equal(
                            (slot.Claim?.ClaimId, slot.Claim?.By, slot.Claim?.Channel, slot.Claim?.ExpiresAt),
                            (view.Claim?.ClaimId, view.Claim?.By, view.Claim?.Channel, view.Claim?.ExpiresAt)
                        );
                        Assert.Equal(
                            (slot.Made?.By, slot.Made?.Channel, slot.Made?.MadeAt),
                            (view.Made?.By, view.Made?.Channel, view.Made?.MadeAt)
                        );
                        Assert.Equal((slot.DueAt, slot.Plan?.WindowEndsAt), (view.DueAt, view.WindowEndsAt));
                    }
                    Assert.Equal(world.Plan.Proposed?.At, world.View.ClosingProposedAt);
                }
            },
            iter: Often / 10
        );

    [Fact]
    public void After_time_was_taken_in_every_moment_lies_ahead_so_that_the_clock_does_not_spin() =>
        // The world checks this after each tick.
        Steps.Sample(steps => World.After(steps.SelectMany(x => new[] { x, new Step(Act.Tick, 1, 0, 0, 0, 0) })), iter: Often / 3);

    // Deliveries: any order, any number of repetitions, any batches, and everything stored and loaded between two batches

    private static readonly Gen<object[]> Happened = Gen.Select(
        PlannerProperties.Submitted,
        PlannerProperties.Later.Array[0, 10],
        (first, later) => later.Where(x => x is IApplicationEvent).Prepend(first).ToArray()
    );

    private static readonly Gen<object[]> Contracts = Steps.Select(steps =>
        World.After(steps).Events.Select(x => ContractMapper.Map(Slots.Subject, x)!).Take(25).ToArray()
    );

    private static Gen<(IncomingEvent[] Sent, IncomingEvent[][] Batches)> Delivered(Gen<object[]> contracts, string source) =>
        contracts.SelectMany(all =>
        {
            var sent = all.Select((x, i) => Message(x, i + 1, source)).ToArray();
            return Gen.Select(Gen.Int[0, sent.Length - 1].Array[0, 8], Gen.Int[1, 6])
                .SelectMany(
                    (again, size) =>
                        Gen.Shuffle(sent.Concat(again.Select(i => sent[i])).ToArray())
                            .Select(shuffled => (sent, shuffled.Chunk(size).ToArray()))
                );
        });

    private static IncomingEvent Message(object contract, long sequence, string source) =>
        new(
            new()
            {
                Id = $"{sequence}",
                Source = source,
                Type = Catalogue.NameOf(contract.GetType()),
                Subject = Slots.Subject.ToString(),
                Team = "t1",
                Sequence = sequence,
                Time = Slots.DueAt,
                Data = JsonSerializer.SerializeToElement(contract, contract.GetType(), Json.Lenient),
            },
            "t1",
            Slots.Subject,
            sequence,
            contract
        );

    [Fact]
    public void However_events_are_delivered_the_Scheduler_ends_in_the_same_state() =>
        Delivered(Happened, Catalogue.Applications)
            .Sample(
                delivery =>
                {
                    var inOrder = ApplyAll([delivery.Sent]);
                    var asItCame = ApplyAll(delivery.Batches);
                    Assert.Equal(delivery.Sent.Length, asItCame.State.Version);
                    Assert.Empty(asItCame.State.Early);
                    Assert.Equal(Stored.ToJson(inOrder.State), Stored.ToJson(asItCame.State));
                    Assert.Equal(inOrder.Events.Select(x => Stored.ToJson(x)), asItCame.Events.Select(x => Stored.ToJson(x)));
                },
                iter: Often / 3
            );

    private static (ApplicationState State, List<object> Events) ApplyAll(IncomingEvent[][] batches)
    {
        var now = Story.At("2026-06-01T00:00:00Z");
        var (watch, plan, events) = (
            new ApplicationState { Id = Slots.Subject },
            new FollowUpPlan { Id = Slots.Subject },
            new List<object>()
        );
        foreach (var batch in batches)
        {
            foreach (var message in batch)
            {
                (watch, var decided) = ApplicationEventsHandler.ApplyInOrder(
                    watch,
                    plan,
                    message,
                    x => Planner.Plan(x.Known, Policy.Default, Story.Later),
                    now
                );
                plan = decided.Aggregate(plan, (current, x) => current.Evolve(x.Fact));
                events.AddRange(decided.Select(x => x.Fact));
            }
            watch = Again(watch);
        }
        return (watch, events);
    }

    [Fact]
    public void However_decisions_are_delivered_Applications_ends_in_the_same_state() =>
        Delivered(Contracts, Catalogue.Scheduler)
            .Sample(
                delivery =>
                {
                    var inOrder = Hear([delivery.Sent]);
                    var asItCame = Hear(delivery.Batches);
                    Assert.Equal(delivery.Sent.Length, asItCame.View.Version);
                    Assert.Empty(asItCame.View.Early);
                    Assert.Equal(Stored.ToJson(inOrder.View), Stored.ToJson(asItCame.View));
                    // Each settlement occurs at least once.
                    var settled = inOrder.Settled.ConvertAll(Stored.ToJson);
                    Assert.Equal(settled.Distinct(), asItCame.Settled.ConvertAll(Stored.ToJson).Distinct().OrderBy(settled.IndexOf));
                },
                iter: Often / 10
            );

    private static (SchedulerPlan View, List<FollowUpSettled> Settled) Hear(IncomingEvent[][] batches)
    {
        var (view, settled) = (new SchedulerPlan { Id = Slots.Subject }, new List<(FollowUpSettled Made, CloudEvent Settled)>());
        foreach (var batch in batches)
            view = Again(batch.Aggregate(view, (current, message) => SchedulerEventsHandler.ApplyInOrder(current, message, settled)));
        return (view, [.. settled.Select(x => x.Made)]);
    }

    private static T Again<T>(T document)
        where T : notnull
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Stored.ToJson(document)));
        return Stored.FromJson<T>(stream);
    }

    private static int StageOf(object domainEvent) =>
        domainEvent switch
        {
            Planned x => x.Stage,
            Withheld x => x.Stage,
            Waived x => x.Stage,
            Lapsed x => x.Stage,
            _ => 0,
        };
}
