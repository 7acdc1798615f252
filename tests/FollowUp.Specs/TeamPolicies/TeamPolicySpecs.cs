using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using FollowUp.Scheduler;
using FollowUp.Scheduler.Planning;
using FollowUp.Scheduler.Projections;
using FollowUp.Scheduler.TeamPolicies;
using FollowUp.Specs.Planning;
using PolicyChanged = FollowUp.Scheduler.TeamPolicies.PolicyChanged;

namespace FollowUp.Specs.TeamPolicies;

public sealed class TeamPolicySpecs
{
    private static readonly DateTimeOffset Now = Story.At("2026-03-02T10:00:00Z");
    private static readonly Policy Strict = Policy.Default with { RequireContact = true };

    [Fact]
    public void The_first_change_makes_the_second_version()
    {
        var domainEvent = Assert.IsType<PolicyChanged>(Assert.Single(new TeamPolicy().Decide(new(Strict, null, "ana", Now))));
        Assert.Equal(
            (2, 2, true, "ana", Now),
            (domainEvent.Version, domainEvent.Policy.Version, domainEvent.Policy.RequireContact, domainEvent.By, domainEvent.At)
        );
        var after = new TeamPolicy().Evolve(domainEvent);
        Assert.Equal((2, "ana", Now), (after.Policy.Version, after.ChangedBy, after.ChangedAt!.Value));
        Assert.Equal(3, Assert.IsType<PolicyChanged>(Assert.Single(after.Decide(new(Policy.Default, 2, "ben", Now)))).Version);
    }

    [Fact]
    public void The_same_policy_is_no_change()
    {
        Assert.Empty(new TeamPolicy().Decide(new(Policy.Default with { Version = 17 }, null, "ana", Now)));
        Assert.Empty(new TeamPolicy().Evolve(new PolicyChanged(2, Strict, "ana", Now)).Decide(new(Strict, 2, "ana", Now)));
    }

    [Fact]
    public void A_policy_that_was_written_from_an_older_one_is_refused() =>
        Assert.Equal(
            "changedMeanwhile",
            Assert
                .Throws<RefusedException>(() =>
                    new TeamPolicy().Evolve(new PolicyChanged(2, Strict, "ana", Now)).Decide(new(Policy.Default, 1, "ben", Now))
                )
                .Code
        );

    [Fact]
    public void A_preview_of_what_was_released_late_does_not_say_that_it_lapses()
    {
        var situation = KnownApplication.Empty.Apply(
            new ApplicationSubmitted(Guid.NewGuid(), "c-1", new("Acme"), new("Clerk"), Approach.Direct, [], Now)
        );
        var plan = new FollowUpPlan { Id = situation.Application };
        void Adopt(Policy policy, DateTimeOffset now) =>
            plan = plan.Decide(new Replan(Planner.Plan(situation, policy, now), now, IsOtherPolicy: true))
                .Aggregate(plan, (x, domainEvent) => x.Evolve(domainEvent));
        Adopt(Strict, Now);
        Adopt(Policy.Default with { Version = 3 }, Now.AddDays(60));
        var slot = plan.Slots[1];
        Assert.Equal((SlotStatus.Planned, Now.AddDays(60)), (slot.Status, slot.ReleasedAt!.Value));
        AgendaEntry[] rows = [AgendaEntry.Of(situation, slot, null)];

        var longer = Policy.Default with { Version = 4, Unknown = Policy.Default.Unknown with { Window = 12 } };
        var change = Assert.Single(PolicyPreview.Changes(situation, rows, longer, Now.AddDays(60).AddHours(1)));

        Assert.Equal((PreviewChange.Moves, SlotStatus.Planned), (change.Change, change.After.Status));
    }

    [Fact]
    public void A_preview_says_what_a_change_then_does()
    {
        var situation = KnownApplication.Empty.Apply(
            new ApplicationSubmitted(Guid.NewGuid(), "c-1", new("Acme"), new("Clerk"), Approach.Direct, [], Now)
        );
        var plan = new FollowUpPlan { Id = situation.Application };
        foreach (var domainEvent in plan.Decide(new Replan(Planner.Plan(situation, Policy.Default, Now), Now)))
            plan = plan.Evolve(domainEvent);
        AgendaEntry[] Rows() => [.. plan.Slots.Values.Select(x => AgendaEntry.Of(situation, x, null))];
        PreviewItem[] Changes(Policy policy) => [.. PolicyPreview.Changes(situation, Rows(), policy, Now)];
        void Adopt(Policy policy) =>
            plan = plan.Decide(new Replan(Planner.Plan(situation, policy, Now), Now))
                .Aggregate(plan, (x, domainEvent) => x.Evolve(domainEvent));

        Assert.Empty(Changes(Policy.Default));
        Assert.Empty(Changes(Policy.Default with { Version = 2, SilenceWait = 30 }));
        var slower = Policy.Default with { Version = 2, Unknown = Policy.Default.Unknown with { Wait = 12 } };
        var moves = Assert.Single(Changes(slower));
        Assert.Equal((PreviewChange.Moves, plan.Slots[1].DueAt), (moves.Change, moves.Before.DueAt));
        var withheld = Assert.Single(Changes(Strict));
        Assert.Equal(
            (PreviewChange.Withheld, SlotStatus.Withheld, "contactRequired"),
            (withheld.Change, withheld.After.Status, withheld.After.Reasons[0].Code)
        );

        Adopt(slower);
        Assert.Equal(moves.After.DueAt, plan.Slots[1].DueAt);
        Assert.Empty(Changes(slower));
        Adopt(Strict);
        Assert.Equal(PreviewChange.Released, Assert.Single(Changes(Policy.Default)).Change);

        // A person's override of the slot counts in the preview as it does in the change.
        plan = plan.Decide(new OverrideSlot(1, OverrideReason.KnownThere, "ana", Planner.Plan(situation, Strict, Now), Now))
            .Aggregate(plan, (x, domainEvent) => x.Evolve(domainEvent));
        Assert.Equal(SlotStatus.Planned, plan.Slots[1].Status);
        Assert.Empty(Changes(Strict));
        plan = plan.Evolve(new Snoozed(1, plan.Slots[1].DueAt!.Value.AddDays(1), "ana", Now));
        Assert.Empty(Changes(Strict));
        Assert.Equal(PreviewChange.Withheld, Assert.Single(Changes(Strict with { NoneBeforeInterview = true })).Change);
    }

    [Fact]
    public void A_row_of_the_agenda_holds_all_of_its_slot_that_planning_asks_for()
    {
        var slot = new Slot(1)
        {
            Status = SlotStatus.Planned,
            Plan = Domain.Slots.Open(),
            PolicyVersion = 3,
            SnoozedUntil = Domain.Slots.DueAt.AddDays(1),
            Override = new(1, OverrideReason.Outdated, ["noContact"], "ana", Now),
            Assignee = "ben",
        };
        var back = AgendaEntry.Of(KnownApplication.Empty, slot, null).ToSlot();
        Assert.Equal(
            (slot.Plan, slot.DueAt, slot.Status, slot.Assignee, slot.PolicyVersion),
            (back.Plan, back.DueAt, back.Status, back.Assignee, back.PolicyVersion)
        );
        Assert.Equal(
            (slot.Override.Because, slot.Override.By, slot.Override.Despite[0]),
            (back.Override!.Because, back.Override.By, back.Override.Despite[0])
        );
        var withheld = AgendaEntry
            .Of(KnownApplication.Empty, new Slot(1) { Status = SlotStatus.Withheld, Why = Domain.Slots.Shut() }, null)
            .ToSlot();
        Assert.Equal(Domain.Slots.Shut(), withheld.Why);
    }

    [Theory]
    [InlineData("Acme Ltd", " ACME   ltd "), InlineData("Ångström", "ÅNGSTRÖM")]
    public void Employers_are_equal_whatever_their_case_and_spaces(string a, string b) =>
        Assert.Equal(AgendaEntry.KeyOf(a), AgendaEntry.KeyOf(b));
}
