using FollowUp.Contracts;
using FollowUp.Scheduler;
using FollowUp.Scheduler.Planning;
using static FollowUp.Specs.Domain.Slots;

namespace FollowUp.Specs.Domain;

public sealed class FollowUpPlanSpecs
{
    // Claims

    [Fact]
    public void A_due_slot_is_granted_with_the_first_epoch() =>
        Plan.Given(Planned(), Due()).When(Claim("ana", channel: Channel.Phone)).Then(Claimed("ana", channel: Channel.Phone));

    [Fact]
    public void A_planned_slot_may_be_claimed_early() => Plan.Given(Planned()).When(Claim("ana", Early)).Then(Claimed("ana", at: Early));

    [Fact]
    public void A_claim_of_a_made_slot_is_refused_and_names_its_maker() =>
        Plan.Given(Planned(), Due(), Claimed("ana"), Settled("ana"))
            .When(Claim("ben", desired: Want(new DesiredSlot.Settled(1, Id("ana"), "ana", Channel.Phone, During))))
            .ThenRefused("alreadyMade")
            .And(plan =>
                Assert.Equal("The follow-up of stage 1 was made on 2026-03-10 by ana (phone).", plan.Claims[Id("ben")].Refusal!.Sentence)
            );

    [Fact]
    public void A_claimed_slot_is_refused_and_the_refusal_says_until_when() =>
        Plan.Given(Planned(), Due(), Claimed("ana"))
            .When(Claim("ben", During.AddMinutes(14)))
            .ThenRefused("claimedByAnother")
            .And(plan => Assert.Equal("ana holds the claim until 2026-03-10 09:15:00 UTC.", plan.Claims[Id("ben")].Refusal!.Sentence))
            .And(plan => Assert.Equal("ana", plan.Find(1).Claim!.By));

    [Fact]
    public void A_withheld_slot_is_refused_and_the_refusal_says_why() =>
        Plan.Given(Withheld())
            .When(Claim("ben", desired: Want(Shut())))
            .ThenRefused("withheld")
            .And(plan =>
                Assert.Equal("The follow-up is withheld. The posting asks not to be contacted.", plan.Claims[Id("ben")].Refusal!.Sentence)
            );

    [Fact]
    public void A_waived_slot_is_refused() =>
        Plan.Given(Planned(), Waived()).When(Claim("ben", desired: Want(Gone()))).ThenRefused("waived");

    [Fact]
    public void A_lapsed_slot_is_refused() => Plan.Given(Planned(), Due(), Lapsed()).When(Claim("ben", Late)).ThenRefused("lapsed");

    [Fact]
    public void A_slot_left_behind_is_refused_as_such() =>
        Plan.Given(Planned(), Waived(Left), Planned(2)).When(Claim("ben", desired: Want(Gone(Left), Open(2)))).ThenRefused("stageClosed");

    [Fact]
    public void A_channel_that_is_not_among_the_slots_is_refused() =>
        Plan.Given(Planned(), Due())
            .When(Claim("ben", channel: Channel.InPerson))
            .ThenRefused("channelNotPermitted")
            .And(plan =>
                Assert.Equal(
                    "A visit is not among the channels of this follow-up: phone, e-mail.",
                    plan.Claims[Id("ben")].Refusal!.Sentence
                )
            );

    [Theory, InlineData(0), InlineData(2), InlineData(-1)]
    public void A_stage_that_is_not_there_is_refused_with_nothing_recorded(int stage)
    {
        Plan.Given(Planned()).When(Claim("ben", stage: stage)).ThenRefused("unknownStage").And(plan => Assert.Empty(plan.Claims));
        Plan.Given(Planned()).When(Settle("ben", stage: stage)).ThenRefused("unknownStage");
        Plan.Given(Planned()).When(Release("ben", stage: stage)).ThenRefused("unknownStage");
    }

    [Fact]
    public void No_slot_at_all_is_an_unknown_stage() => Plan.When(Claim("ben")).ThenRefused("unknownStage");

    [Fact]
    public void A_refusal_records_who_asked_and_changes_no_slot() =>
        Plan.Given(Planned(), Due(), Claimed("ana"))
            .When(Claim("ben"))
            .Then("Refused")
            .And(plan => Assert.Equal((SlotStatus.Claimed, "ana", 1), (plan.Find(1).Status, plan.Find(1).Claim!.By, plan.Find(1).Epoch)));

    [Fact]
    public void A_granted_claim_asked_again_gets_the_same_answer() =>
        Plan.Given(Planned(), Due(), Claimed("ana"))
            .When(Claim("ana", During.AddMinutes(5)))
            .Then()
            .And(plan =>
                Assert.Equal((1, During + Quarter), (plan.Claims[Id("ana")].Granted!.Epoch, plan.Claims[Id("ana")].Granted!.ExpiresAt))
            );

    [Fact]
    public void A_refused_claim_asked_again_gets_the_same_answer_even_when_the_slot_is_free_by_then() =>
        Plan.Given(Planned(), Due(), Claimed("ana"))
            .When(Claim("ben"))
            .ThenRefused("claimedByAnother")
            .When(Release("ana"))
            .Then("Released")
            .When(Claim("ben"))
            .Then()
            .And(plan => Assert.Equal("claimedByAnother", plan.Claims[Id("ben")].Refusal!.Code));

    [Fact]
    public void A_granted_claim_asked_again_after_it_ran_out_gets_the_same_answer_and_no_second_lease() =>
        Plan.Given(Planned(), Due(), Claimed("ana"), Expired("ana"))
            .When(Claim("ana", During.AddHours(1)))
            .Then()
            .And(plan => Assert.Null(plan.Find(1).Claim));

    [Fact]
    public void A_claim_id_belongs_to_one_stage() =>
        Plan.Given(Planned(), Planned(2), Claimed("ana"))
            .When(Claim("ana", stage: 2, desired: Want(Open(), Open(2))))
            .ThenRefused("differentContent");

    [Fact]
    public void Every_grant_has_a_greater_epoch() =>
        Plan.Given(Planned(), Due())
            .When(Claim("ana"))
            .Then(Claimed("ana", epoch: 1))
            .When(Release("ana"))
            .Then(Released("ana"))
            .When(Claim("ben", During.AddMinutes(1)))
            .Then(Claimed("ben", epoch: 2, at: During.AddMinutes(1)))
            .When(Claim("cem", During.AddHours(1)))
            .Then(Expired("ben", During.AddMinutes(1)), Claimed("cem", epoch: 3, at: During.AddHours(1)));

    [Fact]
    public void A_claim_that_ran_out_frees_the_slot_to_the_very_moment()
    {
        var held = Plan.Given(Planned(), Due(), Claimed("ana"));
        held.When(Claim("ben", During + Quarter - TimeSpan.FromTicks(1))).ThenRefused("claimedByAnother");
        held.When(Claim("ben", During + Quarter)).Then(Expired("ana"), Claimed("ben", epoch: 2, at: During + Quarter));
    }

    [Fact]
    public void A_claim_ends_the_claims_of_every_stage_that_ran_out() =>
        Plan.Given(Planned(), Due(), Claimed("ana"), Planned(2))
            .When(Claim("ben", During.AddHours(1), Want(Gone(Left), Open(2)), stage: 2))
            .Then("Expired Waived Claimed");

    [Fact]
    public void A_window_that_ended_unnoticed_is_still_lapsing_and_may_be_claimed() =>
        Plan.Given(Planned(), Due()).When(Claim("ana", EndsAt)).Then(Claimed("ana", at: EndsAt));

    // Settling

    [Fact]
    public void A_claim_is_settled_with_its_own_epoch() =>
        Plan.Given(Planned(), Due(), Claimed("ana"))
            .When(Settle("ana", epoch: 1))
            .Then(Settled("ana"))
            .And(plan => Assert.Equal((SlotStatus.Made, null), (plan.Find(1).Status, plan.Find(1).Claim)));

    [Fact]
    public void Without_a_claim_settling_claims_first() =>
        Plan.Given(Planned(), Due()).When(Settle("ana")).Then(Claimed("ana", channel: Channel.Phone), Settled("ana"));

    [Fact]
    public void Settling_keeps_the_channel_and_the_hour_of_the_settler() =>
        Plan.Given(Planned(), Due(), Claimed("ana", channel: Channel.Phone))
            .When(plan =>
                plan.Decide(new SettleSlot(1, Id("ana"), "ana", Channel.Email, During.AddMinutes(-3), null, Quarter, Want(), During))
            )
            .Then(Settled("ana", at: During.AddMinutes(-3), channel: Channel.Email));

    [Fact]
    public void Settled_twice_is_settled_once() =>
        Plan.Given(Planned(), Due())
            .When(Settle("ana"))
            .Then("Claimed Settled")
            .When(Settle("ana"))
            .Then()
            .When(Settle("ana", channel: Channel.Email))
            .Then();

    [Fact]
    public void A_settled_claim_never_runs_out() =>
        Plan.Given(Planned(), Due(), Claimed("ana"), Settled("ana")).When(Tick(Late)).Then().When(Settle("ana", Late)).Then();

    [Fact]
    public void A_second_settlement_is_refused_for_good() =>
        Plan.Given(Planned(), Due(), Claimed("ana"), Settled("ana"))
            .When(Settle("ben"))
            .ThenRefused("alreadyMade")
            .When(Settle("ben"))
            .Then()
            .And(plan => Assert.Equal("ana", plan.Find(1).Made!.By));

    [Fact]
    public void Settling_over_another_claim_is_refused() =>
        Plan.Given(Planned(), Due(), Claimed("ana")).When(Settle("ben")).ThenRefused("claimedByAnother");

    [Fact]
    public void Settling_late_is_allowed_until_another_claim_is_granted()
    {
        Plan.Given(Planned(), Due(), Claimed("ana"), Expired("ana"))
            .When(Settle("ana", During.AddHours(2), epoch: 1))
            .Then(Settled("ana", at: During.AddHours(2)));
        Plan.Given(Planned(), Due(), Claimed("ana"))
            .When(Settle("ana", During.AddHours(2)))
            .Then(Expired("ana"), Settled("ana", at: During.AddHours(2)));
    }

    [Fact]
    public void Settling_late_is_refused_while_another_holds_the_claim()
    {
        var refused = Plan.Given(Planned(), Due(), Claimed("ana"), Expired("ana"), Claimed("ben", 2, During.AddHours(1)))
            .When(Settle("ana", During.AddHours(1), epoch: 1))
            .ThenRefused("claimedByAnother");
        Assert.StartsWith("The claim ran out, and ben holds it until", refused.Refusal!.Message, StringComparison.Ordinal);
        Assert.False(refused.Refusal.CanBeRecorded);
    }

    [Fact]
    public void Settling_late_is_refused_even_after_another_claim_was_released() =>
        Plan.Given(Planned(), Due(), Claimed("ana"), Expired("ana"), Claimed("ben", 2, During.AddHours(1)), Released("ben"))
            .When(Settle("ana", During.AddHours(2)))
            .ThenRefused("claimedByAnother");

    [Fact]
    public void Settling_late_is_refused_when_another_made_the_follow_up() =>
        Plan.Given(Planned(), Due(), Claimed("ana"), Expired("ana"), Claimed("ben", 2, During.AddHours(1)), Settled("ben", 2))
            .When(Settle("ana", During.AddHours(2)))
            .ThenRefused("alreadyMade");

    [Fact]
    public void Settling_late_a_refused_settlement_does_not_change_what_the_claim_was_answered() =>
        Plan.Given(Planned(), Due(), Claimed("ana"), Expired("ana"), Claimed("ben", 2, During.AddHours(1)))
            .When(Settle("ana", During.AddHours(1)))
            .ThenRefused("claimedByAnother")
            .When(Claim("ana"))
            .Then()
            .And(plan => Assert.Equal(1, plan.Claims[Id("ana")].Granted?.Epoch));

    [Fact]
    public void A_released_claim_may_still_be_settled_by_its_holder_without_another_claim_since() =>
        Plan.Given(Planned(), Due(), Claimed("ana"), Released("ana")).When(Settle("ana")).Then(Settled("ana"));

    [Theory, InlineData(0), InlineData(2)]
    public void Another_epoch_than_was_granted_is_stale(int epoch) =>
        Plan.Given(Planned(), Due(), Claimed("ana"))
            .When(Settle("ana", epoch: epoch))
            .ThenRefused("staleEpoch")
            .When(Settle("ana", epoch: 1))
            .Then(Settled("ana"));

    [Fact]
    public void An_epoch_of_a_claim_that_was_never_granted_is_stale() =>
        Plan.Given(Planned(), Due()).When(Settle("ana", epoch: 1)).ThenRefused("staleEpoch");

    [Fact]
    public void What_was_refused_to_a_claim_is_recorded_once_it_has_happened() =>
        Plan.Given(Planned(), Due(), Claimed("ana"))
            .When(Claim("ben"))
            .Then("Refused")
            .When(Settle("ben"))
            .ThenRefused("claimedByAnother")
            .When(Release("ana"))
            .When(Settle("ben"))
            .Then("Claimed Settled")
            .And(plan => Assert.Equal("ben", plan.Find(1).Made?.By))
            .And(plan => Assert.Equal("claimedByAnother", plan.Claims[Id("ben")].RefusedFirst?.Code)); // the answer to the claim stays

    [Fact]
    public void A_second_follow_up_under_a_refused_claim_stays_refused_and_changes_no_answer() =>
        Plan.Given(Planned(), Due(), Claimed("ana"))
            .When(Claim("ben"))
            .Then("Refused")
            .When(Settle("ana"))
            .When(Settle("ben"))
            .ThenRefused("alreadyMade")
            .And(plan => Assert.Equal("claimedByAnother", plan.Claims[Id("ben")].Refusal?.Code));

    [Fact]
    public void A_wrong_channel_does_not_cost_the_claim() =>
        Plan.Given(Planned(), Due(), Claimed("ana"))
            .When(Settle("ana", channel: Channel.InPerson))
            .ThenRefused("channelNotPermitted")
            .And(plan => Assert.Equal("ana", plan.Find(1).Claim?.By))
            .When(Claim("ana"))
            .Then()
            .When(Settle("ana", channel: Channel.Email))
            .Then(Settled("ana", channel: Channel.Email));

    [Fact]
    public void A_claim_settled_with_a_wrong_channel_may_still_be_released() =>
        Plan.Given(Planned(), Due(), Claimed("ana"))
            .When(Settle("ana", channel: Channel.InPerson))
            .ThenRefused("channelNotPermitted")
            .When(Release("ana"))
            .Then(Released("ana"));

    [Fact]
    public void Settling_by_a_wrong_channel_without_a_claim_is_refused() =>
        Plan.Given(Planned(), Due()).When(Settle("ana", channel: Channel.InPerson)).ThenRefused("channelNotPermitted");

    [Fact]
    public void Settling_what_is_withheld_waived_or_lapsed_is_refused()
    {
        Plan.Given(Withheld()).When(Settle("ana", desired: Want(Shut()))).ThenRefused("withheld");
        Plan.Given(Planned(), Waived()).When(Settle("ana", desired: Want(Gone()))).ThenRefused("waived");
        Plan.Given(Planned(), Lapsed()).When(Settle("ana", Late)).ThenRefused("lapsed");
        Plan.Given(Planned(), Waived(Left), Planned(2)).When(Settle("ana", desired: Want(Gone(Left), Open(2)))).ThenRefused("stageClosed");
    }

    // Releasing

    [Fact]
    public void A_live_claim_is_let_go_of_and_the_slot_is_as_before()
    {
        Plan.Given(Planned(), Due(), Claimed("ana"))
            .When(Release("ana"))
            .Then(Released("ana"))
            .And(plan => Assert.Equal((SlotStatus.Due, null), (plan.Find(1).Status, plan.Find(1).Claim)));
        Plan.Given(Planned(), Claimed("ana", at: Early))
            .When(Release("ana", Early))
            .Then(Released("ana", Early))
            .And(plan => Assert.Equal(SlotStatus.Planned, plan.Find(1).Status));
    }

    [Fact]
    public void Events_that_waited_for_the_claim_follow_its_release() =>
        Plan.Given(Planned(), Due(), Claimed("ana"))
            .When(Replan(Want(Gone())))
            .Then()
            .When(Release("ana", desired: Want(Gone())))
            .Then(Released("ana"), Waived());

    [Fact]
    public void A_claim_that_ended_is_let_go_of_without_a_word()
    {
        Plan.Given(Planned(), Due(), Claimed("ana"), Expired("ana")).When(Release("ana")).Then();
        Plan.Given(Planned(), Due(), Claimed("ana"), Expired("ana"), Claimed("ben", 2))
            .When(Release("ana"))
            .Then()
            .And(plan => Assert.Equal("ben", plan.Find(1).Claim!.By));
    }

    [Fact]
    public void A_settled_claim_can_not_be_let_go_of() =>
        Plan.Given(Planned(), Due(), Claimed("ana"), Settled("ana")).When(Release("ana")).ThenRefused("alreadyMade");

    [Fact]
    public void A_claim_that_was_never_granted_can_not_be_released()
    {
        Plan.Given(Planned(), Due()).When(Release("ana")).ThenRefused("unknownClaim");
        Plan.Given(Planned(), Due(), Claimed("ana")).When(Claim("ben")).When(Release("ben")).ThenRefused("unknownClaim");
    }

    // Due dates, expired claims and lapsing

    [Fact]
    public void A_slot_becomes_due_to_the_very_moment()
    {
        Plan.Given(Planned()).When(Tick(DueAt.AddTicks(-1))).Then();
        Plan.Given(Planned()).When(Tick(DueAt)).Then(Due());
    }

    [Fact]
    public void A_window_ends_to_the_very_moment()
    {
        Plan.Given(Planned(), Due()).When(Tick(EndsAt.AddTicks(-1))).Then();
        Plan.Given(Planned(), Due()).When(Tick(EndsAt)).Then(Lapsed(EndsAt));
    }

    [Fact]
    public void A_slot_missed_in_a_long_absence_lapses_without_a_late_due_event() => Plan.Given(Planned()).When(Tick(Late)).Then(Lapsed());

    [Fact]
    public void The_clock_says_nothing_twice() =>
        Plan.Given(Planned())
            .When(Tick(DueAt))
            .Then("Due")
            .When(Tick(DueAt))
            .Then()
            .When(Tick(EndsAt))
            .Then("Lapsed")
            .When(Tick(Late))
            .Then();

    [Fact]
    public void An_expired_claim_ends_at_the_time_of_its_expiry() =>
        Plan.Given(Planned(), Due(), Claimed("ana"))
            .When(Tick(During.AddHours(5)))
            .Then(Expired("ana"))
            .And(plan => Assert.Equal(SlotStatus.Due, plan.Find(1).Status));

    [Fact]
    public void A_slot_claimed_across_its_due_time_becomes_due_when_the_claim_ends()
    {
        var held = Plan.Given(Planned(), Claimed("ana", at: DueAt.AddMinutes(-5)));
        held.When(Tick(DueAt)).Then();
        held.When(Tick(DueAt.AddMinutes(10))).Then(Expired("ana", DueAt.AddMinutes(-5)), Due());
        held.When(Release("ana", DueAt.AddMinutes(1))).Then(Released("ana", DueAt.AddMinutes(1)), Due());
    }

    [Fact]
    public void A_slot_claimed_across_the_end_of_its_window_may_be_settled_and_lapses_only_when_the_claim_ends()
    {
        var claimed = EndsAt.AddMinutes(-5);
        var held = Plan.Given(Planned(), Due(), Claimed("ana", at: claimed));
        held.When(Tick(EndsAt)).Then();
        held.When(Settle("ana", EndsAt.AddMinutes(5))).Then(Settled("ana", at: EndsAt.AddMinutes(5)));
        held.When(Tick(EndsAt.AddMinutes(10))).Then(Expired("ana", claimed), Lapsed(EndsAt.AddMinutes(10)));
        held.When(Release("ana", EndsAt)).Then(Released("ana", EndsAt), Lapsed(EndsAt));
    }

    [Fact]
    public void Silence_is_proposed_once_and_again_only_after_another_follow_up()
    {
        DesiredPlan Silent(int stage, DateTimeOffset since) =>
            new("c-1", 1, [new DesiredSlot.Settled(stage, Id("ana"), "ana", Channel.Phone, since)], new(stage, since, since.AddDays(28)));
        var made = Plan.Given(Planned(), Due(), Claimed("ana"), Settled("ana"));
        made.When(Tick(During.AddDays(28).AddTicks(-1), Silent(1, During))).Then();
        made.When(Tick(During.AddDays(28), Silent(1, During)))
            .Then(new FollowUp.Scheduler.ClosingProposed(1, During, During.AddDays(28)))
            .When(Tick(During.AddDays(60), Silent(1, During)))
            .Then()
            .When(Replan(Silent(1, During), During.AddDays(60)))
            .Then()
            .Given(Settled("ana", stage: 2, at: During.AddDays(61)))
            .When(Tick(During.AddDays(99), Silent(2, During.AddDays(61))))
            .Then("ClosingProposed");
    }

    [Fact]
    public void A_proposal_to_close_is_withdrawn_when_nothing_bears_it_any_more()
    {
        var silence = new Silence(1, During, During.AddDays(28));
        var settled = new DesiredSlot.Settled(1, Id("ana"), "ana", Channel.Phone, During);
        var proposed = Plan.Given(Planned(), Due(), Claimed("ana"), Settled("ana"))
            .When(Tick(During.AddDays(28), Want(settled) with { Silence = silence }))
            .Then("ClosingProposed");
        proposed.When(Replan(Want(settled), During.AddDays(29))).Then("ClosingProposalWithdrawn").And(x => Assert.Null(x.Proposed));
        // closing settles it
        proposed.When(Replan(Want(settled) with { IsOver = true }, During.AddDays(29))).Then();
        // a follow-up that was taken back got no answer to wait for
        proposed
            .When(Replan(Want() with { RetractedClaims = [Id("ana")] }, During.AddDays(2)))
            .Then("Unsettled Planned Due ClosingProposalWithdrawn");
    }

    [Fact]
    public void Closing_is_not_proposed_as_long_as_the_follow_up_can_be_made_unless_they_said_no()
    {
        var silence = new Silence(1, Early, Early);
        Plan.Given(Planned()).When(Tick(During, Want() with { Silence = silence })).Then("Due");
        Plan.Given(Planned()).When(Tick(During, Want() with { Silence = silence with { IsRejected = true } })).Then("Due ClosingProposed");
    }

    // Planning

    [Fact]
    public void A_slot_that_is_due_already_is_planned_and_becomes_due_at_once() =>
        Plan.When(Replan(Want(), Early)).Then(Planned()).When(Replan(Want(), DueAt)).Then(Due());

    [Fact]
    public void A_slot_planned_late_is_due_or_lapsed_at_once()
    {
        Plan.When(Replan(Want())).Then(Planned(), Due());
        Plan.When(Replan(Want(), Late)).Then(Planned(), Lapsed());
    }

    [Fact]
    public void The_same_plan_appends_no_event_in_any_state()
    {
        Plan.Given(Planned()).When(Replan(Want(), Early)).Then();
        Plan.Given(Planned(), Due()).When(Replan(Want())).Then();
        Plan.Given(Withheld()).When(Replan(Want(Shut()))).Then();
        Plan.Given(Planned(), Waived()).When(Replan(Want(Gone()))).Then();
    }

    [Fact]
    public void Another_reason_to_waive_that_came_first_is_said() =>
        Plan.Given(Planned(), Waived(Over)).When(Replan(Want(Gone(at: Early)))).Then(Waived(at: Early));

    [Fact]
    public void A_moved_date_is_planned_again_and_not_due_until_then() =>
        Plan.Given(Planned(), Due())
            .When(Replan(Want(Open(due: DueAt.AddDays(4)))))
            .Then(Planned(Open(due: DueAt.AddDays(4))))
            .And(plan => Assert.Equal(SlotStatus.Planned, plan.Find(1).Status))
            .When(Tick(DueAt.AddDays(4), Want(Open(due: DueAt.AddDays(4)))))
            .Then("Due");

    [Fact]
    public void A_replan_waits_for_the_claim_to_end()
    {
        var moved = Want(Open(due: DueAt.AddDays(5)));
        Plan.Given(Planned(), Due(), Claimed("ana"))
            .When(Replan(moved))
            .Then()
            .And(plan => Assert.Equal(DueAt, plan.Find(1).Plan!.DueAt))
            .When(Tick(During + Quarter, moved))
            .Then(Expired("ana"), Planned(Open(due: DueAt.AddDays(5))));
    }

    [Fact]
    public void An_expired_claim_ends_before_the_slot_is_replanned()
    {
        var at = During.AddHours(1);
        Plan.Given(Planned(), Due(), Claimed("ana")).When(Replan(Want(Shut()), at)).Then(Expired("ana"), Withheld());
        Plan.Given(Planned(), Due(), Claimed("ana")).When(Replan(Want(Gone()), at)).Then(Expired("ana"), Waived());
        Plan.Given(Planned(), Due(), Claimed("ana"))
            .When(Replan(Want(Open(due: at.AddDays(1))), at))
            .Then(Expired("ana"), Planned(Open(due: at.AddDays(1))));
    }

    [Fact]
    public void Made_comes_before_any_claim_when_Applications_says_so() =>
        Plan.Given(Planned(), Due(), Claimed("ana"))
            .When(Replan(Want(new DesiredSlot.Settled(1, Id("zoe"), "zoe", Channel.Email, During))))
            .Then(Settled("zoe", epoch: 2, channel: Channel.Email))
            .When(Settle("ana", desired: Want(new DesiredSlot.Settled(1, Id("zoe"), "zoe", Channel.Email, During))))
            .ThenRefused("alreadyMade");

    [Fact]
    public void A_plan_rebuilt_from_events_alone_knows_what_was_made() =>
        Plan.When(Replan(Want(new DesiredSlot.Settled(1, Id("zoe"), "zoe", Channel.Email, During))))
            .Then(Settled("zoe", channel: Channel.Email))
            .When(Claim("ana"))
            .ThenRefused("alreadyMade");

    [Fact]
    public void A_lapsed_slot_returns_for_a_fact_that_opens_its_window_again_and_not_for_another_policy()
    {
        var lapsed = Plan.Given(Planned(), Due(), Lapsed());
        lapsed.When(Replan(Want(Open()), Late)).Then();
        var another = Open(due: Late.AddDays(3), ends: Late.AddDays(9), anchor: 20);
        lapsed.When(plan => plan.Decide(new Replan(Want(another), Late, IsOtherPolicy: true))).Then();
        lapsed.When(Replan(Want(another), Late)).Then(Planned(another)).When(Claim("ana", Late, Want(another))).Then("Claimed");
    }

    [Fact]
    public void A_response_within_the_window_waives_even_when_recorded_late() =>
        Plan.Given(Planned(), Due(), Lapsed()).When(Replan(Want(Gone(at: EndsAt)), Late)).Then(Waived(at: EndsAt));

    [Fact]
    public void Reopened_is_planned_as_before() =>
        Plan.Given(Planned(), Due(), Waived(Over)).When(Replan(Want())).Then(Planned(), Due()).When(Claim("ana")).Then("Claimed");

    [Fact]
    public void Reopened_after_its_window_lapses() =>
        Plan.Given(Planned(), Waived(Over)).When(Replan(Want(), Late)).Then(Planned(), Lapsed());

    [Fact]
    public void A_policy_that_decides_the_same_says_nothing_new() =>
        Plan.Given(Planned()).When(Replan(Want() with { PolicyVersion = 2 }, Early)).Then();

    // The next moment at which the plan needs a tick

    public static TheoryData<string, object[], string?> Moments =>
        new()
        {
            { "planned: when it is due", [Planned()], "2026-03-09T09:00:00Z" },
            { "due: when its window ends", [Planned(), Due()], "2026-03-24T00:00:00Z" },
            { "claimed: when the claim runs out", [Planned(), Due(), Claimed("ana")], "2026-03-10T09:15:00Z" },
            { "released: as before", [Planned(), Due(), Claimed("ana"), Released("ana")], "2026-03-24T00:00:00Z" },
            { "withheld: never", [Withheld()], null },
            { "made: never", [Planned(), Claimed("ana"), Settled("ana")], null },
            { "waived: never", [Planned(), Waived()], null },
            { "lapsed: never", [Planned(), Lapsed()], null },
            { "nothing: never", [], null },
            { "several: the first", [Planned(), Waived(Left), Planned(2), Due(2), Claimed("ana", stage: 2)], "2026-03-10T09:15:00Z" },
            { "a window shorter than the wait: its end", [Planned(Open(due: EndsAt.AddDays(1)))], "2026-03-24T00:00:00Z" },
        };

    [Theory, MemberData(nameof(Moments))]
    public void The_next_moment_is_that_of_the_slots(string what, object[] events, string? at)
    {
        Assert.NotEmpty(what);
        Plan.Given(events).And(plan => Assert.Equal(at is null ? null : At(at), plan.NextMoment(Want())));
    }

    [Fact]
    public void The_next_moment_is_that_of_silence_until_it_is_proposed()
    {
        var silent = Want() with { Silence = new(1, During, During.AddDays(28)) };
        var made = Plan.Given(Planned(), Claimed("ana"), Settled("ana"));
        made.And(plan => Assert.Equal(During.AddDays(28), plan.NextMoment(silent)));
        made.When(Tick(During.AddDays(28), silent)).Then("ClosingProposed").And(plan => Assert.Null(plan.NextMoment(silent)));
    }
}
