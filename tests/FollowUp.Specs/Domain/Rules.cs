using FollowUp.Contracts;
using FollowUp.Scheduler.Planning;
using static FollowUp.Specs.Domain.Applications;
using static FollowUp.Specs.Domain.Slots;

namespace FollowUp.Specs.Domain;

/// <summary>
/// The twelve rules, as far as the aggregates enforce them; the planner decides what should be planned: see the specs in Planning.
/// </summary>
public sealed class Rules
{
    [Fact]
    public void Rule_1_One_follow_up_per_stage_for_all_clients()
    {
        Plan.Given(Planned(), Due(), Slots.Claimed("ana"))
            .When(Claim("ben"))
            .ThenRefused("claimedByAnother")
            .When(Settle("cem"))
            .ThenRefused("claimedByAnother");
        Plan.Given(Planned(), Due(), Slots.Claimed("ana"), Slots.Settled("ana"))
            .When(Claim("ben"))
            .ThenRefused("alreadyMade")
            .When(Settle("cem"))
            .ThenRefused("alreadyMade");
        Application.Given(Applied, Made("ana")).When(Applications.Settled("ben")).ThenRefused("alreadyMade");
    }

    [Fact]
    public void Rule_1_A_stage_has_its_own_follow_up() =>
        Plan.Given(Planned(), Slots.Claimed("ana"), Slots.Settled("ana"), Planned(2))
            .When(Claim("ben", desired: Want(Open(2)), stage: 2))
            .Then(Slots.Claimed("ben", stage: 2));

    [Fact]
    public void Rule_2_One_cover_letter_per_application()
    {
        Application.Given(Applied).When(Send()).Then(Letter).When(Send()).ThenRefused("coverLetterAlreadySent");
        Application.Given(Applied, Letter, Interview(1), Rejected, Again).When(Send()).ThenRefused("coverLetterAlreadySent");
    }

    [Fact]
    public void Rule_3_A_call_is_refused_once_the_posting_says_no_phone_calls()
    {
        var noPhone = Open(channels: Channel.Email);
        Plan.Given(Planned(), Due())
            .When(Replan(Want(noPhone)))
            .Then("Planned") // it stays due
            .When(Claim("ana", desired: Want(noPhone), channel: Channel.Phone))
            .ThenRefused("channelNotPermitted");
        Plan.Given(Planned(noPhone), Due())
            .When(Settle("ana", desired: Want(noPhone), channel: Channel.Phone))
            .ThenRefused("channelNotPermitted");
        Plan.Given(Planned()).When(Replan(Want(Shut()))).Then(Withheld()).When(Claim("ana", desired: Want(Shut()))).ThenRefused("withheld");
    }

    [Fact]
    public void Rule_4_And_5_What_is_withheld_can_be_claimed_once_it_is_planned() =>
        Plan.Given(Withheld())
            .When(Claim("ana", desired: Want(Shut())))
            .ThenRefused("withheld")
            .When(Replan(Want(), Early))
            .Then(Planned())
            .When(Claim("ben"))
            .Then("Claimed");

    [Fact]
    public void Rule_6_A_promise_lies_after_the_letter_and_at_most_30_days_out()
    {
        Application.Given(Applied).When(Send("2026-03-02")).ThenRefused("badInput");
        Application.Given(Applied).When(Send("2026-04-02")).ThenRefused("badInput");
        Application.Given(Applied).When(Send("2026-04-01")).Then("CoverLetterSent");
    }

    [Fact]
    public void Rule_7_A_response_before_the_follow_up_waives_the_slot() =>
        Plan.Given(Planned(), Due())
            .When(Replan(Want(Gone())))
            .Then(Waived())
            .When(Claim("ana", desired: Want(Gone())))
            .ThenRefused("waived");

    [Fact]
    public void Rule_7_A_response_that_names_a_date_replans_even_a_lapsed_slot()
    {
        var replanned = Open(due: Late.AddDays(2), ends: Late.AddDays(9)) with
        {
            Anchor = new(AnchorKind.PromisedNextStep, new(2026, 3, 24)),
        };
        Plan.Given(Planned(), Due(), Lapsed()).When(Replan(Want(replanned), Late)).Then(Planned(replanned));
        Plan.Given(Planned(), Waived()).When(Replan(Want(replanned), Late)).Then(Planned(replanned));
    }

    [Fact]
    public void Rule_8_An_interview_waives_the_slot_left_behind_unless_made_or_claimed()
    {
        var next = Want(Gone(Left, at: Early), Open(2));
        Plan.Given(Planned()).When(Replan(next, Early)).Then(Waived(Left, Early), Planned(2));
        Plan.Given(Planned(), Due(), Slots.Claimed("ana"))
            .When(Replan(next, DueAt.AddDays(1)))
            .Then("Planned Due")
            .When(Settle("ana", desired: next))
            .Then(Slots.Settled("ana"));
        Plan.Given(Planned(), Due(), Slots.Claimed("ana"), Slots.Settled("ana"))
            .When(Replan(Want(new DesiredSlot.Settled(1, Id("ana"), "ana", Channel.Phone, During), Open(2)), During))
            .Then("Planned Due");
    }

    [Fact]
    public void Rule_8_A_slot_left_behind_while_claimed_is_waived_when_the_claim_ends()
    {
        var next = Want(Gone(Left), Open(2));
        Plan.Given(Planned(), Due(), Slots.Claimed("ana"), Planned(2), Due(2))
            .When(Tick(During + Quarter, next))
            .Then(Expired("ana"), Waived(Left))
            .When(Settle("ana", During.AddHours(1), next))
            .ThenRefused("stageClosed");
    }

    [Fact]
    public void Rule_8_A_cancelled_interview_keeps_its_stage_and_the_next_opens_another() =>
        Application
            .Given(Applied, Interview(1), Cancelled(1))
            .And(x => Assert.Equal(2, x.CurrentStage))
            .When(Schedule(12))
            .Then(Interview(2, 12));

    [Fact]
    public void Rule_9_Closing_waives_what_is_open_and_nothing_but_a_reopening_follows()
    {
        Plan.Given(Planned(), Due(), Withheld(2))
            .When(Replan(Want(Gone(Over), Gone(Over, 2))))
            .Then(Waived(Over), Waived(Over, stage: 2))
            .When(Claim("ana", desired: Want(Gone(Over))))
            .ThenRefused("waived");
        Application
            .Given(Applied, Rejected)
            .When(Schedule(12))
            .ThenRefused("closed")
            .When(Reopen())
            .Then(Again)
            .When(Schedule(12))
            .Then("InterviewScheduled");
    }

    [Fact]
    public void Rule_9_A_claim_outlives_the_closing_and_what_it_settles_is_recorded()
    {
        Plan.Given(Planned(), Due(), Slots.Claimed("ana"))
            .When(Replan(Want(Gone(Over))))
            .Then()
            .When(Settle("ana", desired: Want(Gone(Over))))
            .Then(Slots.Settled("ana"));
        Application.Given(Applied, Rejected).When(Applications.Settled("ana")).Then(Made("ana"));
    }

    [Fact]
    public void Rule_10_An_unused_slot_lapses_and_can_not_be_claimed() =>
        Plan.Given(Planned(), Due()).When(Tick(EndsAt)).Then(Lapsed(EndsAt)).When(Claim("ana", Late)).ThenRefused("lapsed");

    [Fact]
    public void Rule_10_Silence_proposes_and_closes_nothing()
    {
        var silent = new DesiredPlan("c-1", 1, [new DesiredSlot.Settled(1, Id("ana"), "ana", Channel.Phone, During)], new(1, During, Late));
        Plan.Given(Planned(), Due(), Slots.Claimed("ana"), Slots.Settled("ana"))
            .When(Tick(Late, silent))
            .Then("ClosingProposed")
            .And(plan => Assert.Equal(SlotStatus.Made, plan.Find(1).Status));
    }

    [Fact]
    public void Rule_11_What_is_planned_or_withheld_keeps_every_reason_with_the_policy_version()
    {
        Plan.When(Replan(Want() with { PolicyVersion = 7 }, Early))
            .And(plan =>
                Assert.Equal(
                    (7, Because, new(AnchorKind.Submission, new(2026, 3, 2)), "personnelOffice"),
                    (
                        plan.Find(1).PolicyVersion,
                        plan.Find(1).Plan!.Reasons.Single(),
                        plan.Find(1).Plan!.Anchor,
                        plan.Find(1).Plan!.Situation
                    )
                )
            );
        Plan.When(Replan(Want(Shut()) with { PolicyVersion = 7 }, Early))
            .And(plan => Assert.Equal((7, "noContact"), (plan.Find(1).PolicyVersion, plan.Find(1).Why!.Because.Code)));
        Plan.Given(Planned()).When(Replan(Want(Gone()))).And(plan => Assert.Equal(Answered, plan.Find(1).WaivedBecause));
    }

    [Fact]
    public void Rule_12_New_facts_replan_what_is_open_and_what_is_made_stays_made()
    {
        Plan.Given(Planned(), Due()).When(Replan(Want(Shut()))).Then(Withheld()).When(Replan(Want(), Early)).Then(Planned());
        var made = Plan.Given(Planned(), Due(), Slots.Claimed("ana"), Slots.Settled("ana"));
        foreach (
            var desired in new DesiredSlot[]
            {
                Open(due: Late),
                Shut(),
                Gone(),
                Gone(Left),
                new DesiredSlot.Settled(1, Id("zoe"), "zoe", Channel.Email, Late),
            }
        )
            made.When(Replan(Want(desired), Late)).Then().And(plan => Assert.Equal("ana", plan.Find(1).Made!.By));
    }
}
