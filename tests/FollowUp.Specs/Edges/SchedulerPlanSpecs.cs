using System.Text.Json;
using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.Specs.Domain;

namespace FollowUp.Specs.Edges;

/// <summary>Applications' view of the Scheduler's decisions.</summary>
public sealed class SchedulerPlanSpecs
{
    private static readonly DateTimeOffset Now = Slots.During;
    private static readonly FollowUpPlanned Planned = new(
        Slots.Subject,
        1,
        "c-1",
        Slots.DueAt,
        Slots.EndsAt,
        [Channel.Email],
        null,
        "unknown",
        new(AnchorKind.Submission, new(2026, 3, 2), Basis.Declared),
        1,
        [Slots.Because]
    );
    private static readonly FollowUpWithheld Withheld = new(Slots.Subject, 1, "c-1", "unknown", 1, [Slots.Because], [Slots.Answered]);
    private static readonly FollowUpDue Due = new(Slots.Subject, 1, "c-1", Slots.DueAt, Slots.EndsAt, [Channel.Email], null);

    private static SchedulerPlan After(params object[] events) =>
        events.Aggregate(
            new SchedulerPlan { Id = Slots.Subject },
            (view, contract) =>
                view.Apply(
                    new()
                    {
                        Id = "1",
                        Source = Catalogue.Scheduler,
                        Type = Catalogue.NameOf(contract.GetType()),
                        Data = JsonSerializer.SerializeToElement(contract, contract.GetType(), Json.Lenient),
                    },
                    view.Version + 1,
                    contract
                )
        );

    [Fact]
    public void An_assignee_keeps_the_slot_until_the_assignment_is_removed()
    {
        var assigned = new FollowUpAssigned(Slots.Subject, 1, "ben", "ana", Now);
        Assert.Equal("ben", After(Planned, assigned).Slots[1].Assignee);
        Assert.Equal("ben", After(Planned, assigned, Withheld, Planned, Due).Slots[1].Assignee);
        Assert.Null(After(Planned, assigned, assigned with { To = null }).Slots[1].Assignee);
    }

    [Fact]
    public void A_snoozed_one_is_planned_for_later()
    {
        var slot = After(Planned, Due, new FollowUpSnoozed(Slots.Subject, 1, Slots.DueAt.AddDays(3), "ben", Now)).Slots[1];
        Assert.Equal(
            (SlotStatus.Planned, Slots.DueAt.AddDays(3), Slots.EndsAt, false),
            (slot.Status, slot.DueAt!.Value, slot.WindowEndsAt!.Value, slot.WasDue)
        );
    }

    [Fact]
    public void A_claim_that_ran_out_is_remembered_until_the_next_one()
    {
        var claimed = new FollowUpClaimed(Slots.Subject, 1, Guid.NewGuid(), "ana", null, 1, Now, Now.AddMinutes(15));
        var slot = After(Planned, Due, claimed, new ClaimExpired(Slots.Subject, 1, claimed.ClaimId, "ana", claimed.ExpiresAt)).Slots[1];
        Assert.Equal(
            (SlotStatus.Due, null, new ClaimView(claimed.ClaimId, "ana", null, claimed.ExpiresAt)),
            (slot.Status, slot.Claim, slot.RanOut)
        );
        var other = claimed with { ClaimId = Guid.NewGuid(), By = "ben", Epoch = 2 };
        Assert.Null(
            After(Planned, Due, claimed, new ClaimExpired(Slots.Subject, 1, claimed.ClaimId, "ana", claimed.ExpiresAt), other)
                .Slots[1]
                .RanOut
        );
        Assert.Null(After(Planned, Due, claimed, new ClaimReleased(Slots.Subject, 1, claimed.ClaimId, "ana", Now)).Slots[1].RanOut);
    }

    [Fact]
    public void A_claim_is_theirs_as_long_as_it_holds()
    {
        var slot = After(
            Planned,
            Due,
            new FollowUpClaimed(Slots.Subject, 1, Guid.NewGuid(), "ana", null, 1, Now, Now.AddMinutes(15), Principal: "key:1")
        ).Slots[1];
        Assert.NotNull(slot.ClaimOf("key:1", "ana", Now));
        Assert.Null(slot.ClaimOf("key:2", "ana", Now));
        Assert.Null(slot.ClaimOf("key:1", "ben", Now));
        Assert.NotNull(slot.ClaimAt(Now.AddMinutes(14)));
        Assert.Null(slot.ClaimAt(Now.AddMinutes(15))); // even before the event of the claim's expiry has arrived
    }

    [Fact]
    public void An_override_is_visible_with_the_plan_that_follows_from_it()
    {
        var slot = After(
            Withheld,
            new FollowUpOverridden(Slots.Subject, 1, OverrideReason.EmployerAgreed, ["noContact"], "ana", Now),
            Planned
        ).Slots[1];
        Assert.Equal((SlotStatus.Planned, new OverrideView(OverrideReason.EmployerAgreed, "ana", Now)), (slot.Status, slot.Override));
        Assert.Empty(slot.OpensWhen);
    }

    [Fact]
    public void A_withheld_one_says_what_would_open_it()
    {
        Assert.Equal([Slots.Answered], After(Withheld).Slots[1].OpensWhen);
        Assert.Empty(After(Withheld with { OpensWhen = null }).Slots[1].OpensWhen); // an event from before this property existed
        Assert.Empty(After(Withheld, new FollowUpWaived(Slots.Subject, 1, Slots.Over, Now)).Slots[1].OpensWhen);
    }

    [Fact]
    public void A_proposal_to_close_stands_until_it_is_closed_answered_or_goes_on()
    {
        var view = After(Planned, new ClosingProposed(Slots.Subject, 1, ClosingReason.NoResponse, Slots.DueAt, Now));
        Assert.Equal(Now, view.ClosingProposal(isClosed: false, 1, null));
        Assert.Equal(Now, view.ClosingProposal(isClosed: false, 1, Now.AddDays(-1)));
        Assert.Null(view.ClosingProposal(isClosed: true, 1, null));
        Assert.Null(view.ClosingProposal(isClosed: false, 1, Now));
        Assert.Null(view.ClosingProposal(isClosed: false, 2, null));
        // A view stored before the stage was part of it.
        Assert.Equal(Now, (view with { ClosingProposedIn = null }).ClosingProposal(isClosed: false, 2, null));
        Assert.Null(After(Planned).ClosingProposal(isClosed: false, 1, null));
    }

    [Fact]
    public void A_policy_is_kept_whole_and_has_no_slots()
    {
        var view = After(new PolicyChanged(2, JsonSerializer.SerializeToElement(new { version = 2 }), "ana", Now));
        Assert.Equal((1L, null), (view.Version, view.Status));
        Assert.Equal(2, Assert.Single(view.Decisions).Data.GetProperty("version").GetInt32());
    }
}
