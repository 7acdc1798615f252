using FollowUp.Contracts;
using FollowUp.Scheduler;
using FollowUp.Scheduler.Planning;
using static FollowUp.Specs.Domain.Slots;

namespace FollowUp.Specs.Domain;

/// <summary>Assigning, snoozing and overriding a slot.</summary>
public sealed class SlotCommandSpecs
{
    private static readonly Reason NoContact = new("noContact", "The posting asks not to be contacted."),
        MassMailing = new("massMailing", "It was a mass mailing.");
    private static readonly DateTimeOffset Later = DueAt.AddDays(4);

    private static DesiredSlot.Withheld Shut(params Reason[] because) =>
        new(1, Because.Code, [.. because, Because]) { Otherwise = _ => Open() };

    private static Func<FollowUpPlan, object[]> Assign(string? to, DateTimeOffset? at = null) =>
        plan => plan.Decide(new AssignSlot(1, to, "ana", Want(), at ?? During));

    private static Func<FollowUpPlan, object[]> Snooze(
        DateTimeOffset until,
        DateTimeOffset? at = null,
        int most = 1,
        DesiredPlan? desired = null
    ) => plan => plan.Decide(new SnoozeSlot(1, until, "ana", most, desired ?? Want(), at ?? During));

    private static Func<FollowUpPlan, object[]> Override(DesiredPlan desired, OverrideReason because = OverrideReason.Judgement) =>
        plan => plan.Decide(new OverrideSlot(1, because, "ana", desired, Early));

    private static readonly Snoozed PutOff = new(1, Later, "ana", During);
    private static readonly Overridden AllTheSame = new(1, OverrideReason.Judgement, ["noContact"], "ana", Early);

    [Fact]
    public void A_slot_is_assigned_once_and_unassigned_again() =>
        Assert.Multiple(
            () => Plan.Given(Planned()).When(Assign("ben")).Then(new Assigned(1, "ben", "ana", During)),
            () => Plan.Given(Planned(), new Assigned(1, "ben", "ana", Early)).When(Assign("ben")).Then(),
            () => Plan.Given(Planned(), new Assigned(1, "ben", "ana", Early)).When(Assign(null)).Then(new Assigned(1, null, "ana", During)),
            () => Plan.Given(Withheld()).When(Assign("ben")).Then(new Assigned(1, "ben", "ana", During))
        );

    [Fact]
    public void A_finished_slot_can_not_be_assigned() =>
        Assert.Multiple(
            () => Plan.Given(Planned(), Due(), Claimed("ben"), Settled("ben")).When(Assign("carl")).ThenRefused("alreadyMade"),
            () => Plan.Given(Planned(), Waived()).When(Assign("carl")).ThenRefused("waived"),
            () => Plan.Given(Planned(), Lapsed()).When(Assign("carl")).ThenRefused("lapsed"),
            () => Plan.Given().When(Assign("carl")).ThenRefused("unknownStage")
        );

    [Fact]
    public void An_assignment_prevents_no_claim() =>
        Plan.Given(Planned(), Due(), new Assigned(1, "ben", "ana", Early)).When(Claim("carl")).Then(Claimed("carl"));

    [Fact]
    public void A_slot_is_put_off_and_comes_due_again() =>
        Assert.Multiple(
            () => Plan.Given(Planned(), Due()).When(Snooze(Later)).Then(PutOff),
            () => Plan.Given(Planned(), Due(), PutOff).When(Tick(Later.AddMinutes(-1))).Then(),
            () => Plan.Given(Planned(), Due(), PutOff).When(Tick(Later)).Then(Due() with { DueAt = Later }),
            () => Plan.Given(Planned(), Due(), PutOff).When(Tick(Late)).Then(Lapsed()),
            () => Assert.Equal(Later, After(Planned(), Due(), PutOff).NextMoment(Want()))
        );

    [Fact]
    public void It_is_put_off_within_its_window_and_into_the_future() =>
        Assert.Multiple(
            () => Plan.Given(Planned(), Due()).When(Snooze(EndsAt)).ThenRefused("outsideWindow"),
            () => Plan.Given(Planned(), Due()).When(Snooze(During)).ThenRefused("outsideWindow"),
            // the new due date would be no later than the present one
            () => Plan.Given(Planned()).When(Snooze(DueAt, Early)).ThenRefused("outsideWindow"),
            () => Plan.Given(Planned()).When(Snooze(DueAt.AddHours(1), Early)).Then(PutOff with { DueAt = DueAt.AddHours(1), At = Early })
        );

    [Fact]
    public void It_is_put_off_as_often_as_the_policy_says() =>
        Assert.Multiple(
            () => Plan.Given(Planned(), Due(), PutOff).When(Snooze(Later)).Then(), // the same command again
            () => Plan.Given(Planned(), Due(), PutOff).When(Snooze(Later.AddDays(1))).ThenRefused("alreadySnoozed"),
            () =>
                Plan.Given(Planned(), Due(), PutOff).When(Snooze(Later.AddDays(1), most: 2)).Then(PutOff with { DueAt = Later.AddDays(1) }),
            () => Plan.Given(Planned(), Due()).When(Snooze(Later, most: 0)).ThenRefused("alreadySnoozed")
        );

    [Fact]
    public void A_slot_that_is_not_open_can_not_be_snoozed() =>
        Assert.Multiple(
            () => Plan.Given(Planned(), Due(), Claimed("ben")).When(Snooze(Later)).ThenRefused("claimedByAnother"),
            () => Plan.Given(Withheld()).When(Snooze(Later)).ThenRefused("withheld"),
            () => Plan.Given(Planned(), Due(), Claimed("ben"), Settled("ben")).When(Snooze(Later)).ThenRefused("alreadyMade")
        );

    [Fact]
    public void A_replan_that_keeps_the_due_date_keeps_the_snooze_and_another_does_not() =>
        Assert.Multiple(
            () =>
                Plan.Given(Planned(), Due(), PutOff)
                    .When(Replan(Want(Open(channels: Channel.Email))))
                    .Then(Planned(Open(channels: Channel.Email)), PutOff),
            () =>
                Plan.Given(Planned(), Due(), PutOff, Planned(Open(channels: Channel.Email)), PutOff)
                    .When(Snooze(Later.AddDays(1), most: 2))
                    .Then(PutOff with { DueAt = Later.AddDays(1) }), // the repeated command counts once
            () =>
                Plan.Given(Planned(), Due(), PutOff)
                    .When(Replan(Want(Open(due: DueAt.AddDays(2)))))
                    .Then(Planned(Open(due: DueAt.AddDays(2))))
        );

    [Fact]
    public void Put_off_it_may_be_claimed_and_let_go_of() =>
        Assert.Multiple(
            () => Plan.Given(Planned(), Due(), PutOff).When(Claim("ben")).Then(Claimed("ben")),
            () => Plan.Given(Planned(), Due(), PutOff, Claimed("ben")).When(Release("ben")).Then(Released("ben")),
            () =>
                Assert.Equal(
                    (SlotStatus.Planned, Later),
                    (
                        After(Planned(), Due(), PutOff, Claimed("ben"), Released("ben")).Slots[1].Status,
                        After(Planned(), Due(), PutOff, Claimed("ben"), Released("ben")).Slots[1].DueAt
                    )
                )
        );

    [Fact]
    public void A_withheld_slot_is_planned_by_an_override_with_a_reason() =>
        Plan.Given(Withheld()).When(Override(Want(Shut(NoContact)))).Then(AllTheSame, Planned());

    [Fact]
    public void Overridden_it_stays_as_long_as_nothing_else_withholds_it() =>
        Assert.Multiple(
            () => Plan.Given(Withheld(), AllTheSame, Planned()).When(Replan(Want(Shut(NoContact)), Early)).Then(),
            () =>
                Plan.Given(Withheld(), AllTheSame, Planned())
                    .When(Replan(Want(Shut(MassMailing))))
                    .Then(new Withheld(1, "c-1", Because.Code, 1, [MassMailing, Because])),
            () =>
                Plan.Given(Withheld(), AllTheSame, Planned())
                    .When(Replan(Want(Shut(NoContact, MassMailing))))
                    .Then(new Withheld(1, "c-1", Because.Code, 1, [NoContact, MassMailing, Because])),
            () => Plan.Given(Withheld(), AllTheSame, Planned()).When(Replan(Want(Gone()))).Then(Waived())
        );

    [Fact]
    public void Asked_again_it_is_overridden_once() =>
        Assert.Multiple(
            () => Plan.Given(Withheld(), AllTheSame, Planned()).When(Override(Want(Shut(NoContact)))).Then(),
            () =>
                Plan.Given(Withheld(), AllTheSame, Planned())
                    .When(Override(Want(Shut(NoContact)), OverrideReason.Outdated))
                    .ThenRefused("notWithheld")
        );

    [Fact]
    public void Only_what_is_withheld_is_overridden_and_only_where_it_makes_sense() =>
        Assert.Multiple(
            () => Plan.Given(Planned()).When(Override(Want())).ThenRefused("notWithheld"),
            () => Plan.Given(Planned(), Waived()).When(Override(Want(Gone()))).ThenRefused("waived"),
            () => Plan.Given(Planned(), Lapsed()).When(Override(Want())).ThenRefused("lapsed"),
            () => Plan.Given(Withheld()).When(Override(Want(Shut(NoContact) with { Otherwise = null }))).ThenRefused("cantBeOverridden")
        );

    [Fact]
    public void A_guard_refuses_a_claim_that_nothing_else_refuses()
    {
        var guard = new Reason("contactJustFollowedUp", "The same person was followed up.");
        object[] Ask(FollowUpPlan plan) => plan.Decide(new ClaimSlot(1, Id("ben"), "ben", null, Quarter, Want(), During, guard));

        Plan.Given(Planned(), Due()).When(Ask).Then(new Refused(1, Id("ben"), "ben", guard, During));
        Plan.Given(Planned(), Due(), Claimed("ben")).When(Ask).Then(); // the claim was granted before
        Plan.Given(Planned(), Waived()).When(Ask).Then(new Refused(1, Id("ben"), "ben", Reasons.IsWaived(Answered), During));
    }

    private static FollowUpPlan After(params object[] events) =>
        events.Aggregate(new FollowUpPlan { Id = Subject }, (plan, domainEvent) => plan.Evolve(domainEvent));
}
