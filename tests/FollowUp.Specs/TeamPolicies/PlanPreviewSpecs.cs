using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using FollowUp.Scheduler;
using FollowUp.Scheduler.Planning;
using FollowUp.Scheduler.TeamPolicies;
using FollowUp.Specs.Planning;

namespace FollowUp.Specs.TeamPolicies;

/// <summary>The plans of applications that aren't recorded are those that they will have.</summary>
public sealed class PlanPreviewSpecs
{
    private static readonly DateTimeOffset Now = Story.At("2026-03-02T10:00:00Z");
    private static readonly Guid Id = Guid.Parse("0195a4c2-6b1f-7e4a-9d3c-5a8f1e2b4c6d");

    [Theory]
    [InlineData(0, SlotStatus.Planned), InlineData(12, SlotStatus.Due), InlineData(60, SlotStatus.Lapsed)]
    public void It_is_due_as_it_would_be_once_recorded(int ago, SlotStatus status)
    {
        var submitted = Submitted(Now.AddDays(-ago));
        var known = KnownApplication.Empty.Apply(submitted);
        var plan = new FollowUpPlan { Id = Id };
        foreach (var fact in plan.Decide(new Replan(Planner.Plan(known, Policy.Default, Now), Now)))
            plan = plan.Evolve(fact);

        var preview = Plan(Policy.Default, submitted)!;

        Assert.Equal((Id, status), (preview.Application, preview.Slot.Status));
        Assert.Equal(plan.Slots[1].DueAt?.ToUniversalTime(), preview.Slot.DueAt);
        Assert.NotEmpty(preview.Slot.Reasons);
    }

    [Fact]
    public void It_is_the_follow_up_of_the_last_stage_and_by_the_teams_policy()
    {
        var interview = new InterviewScheduled(Id, 1, 2, Now.AddDays(-1), Now.AddDays(-1).AddHours(1), null, Now.AddDays(-3));
        Assert.Equal("afterInterview", Plan(Policy.Default, Submitted(Now.AddDays(-9)), interview)!.Slot.Situation);
        Assert.Equal(SlotStatus.Withheld, Plan(Policy.Default with { RequireContact = true }, Submitted(Now.AddDays(-1)))!.Slot.Status);
    }

    [Fact]
    public void What_is_closed_has_a_follow_up_that_is_waived() =>
        Assert.Equal(
            (SlotStatus.Waived, "applicationClosed"),
            Plan(Policy.Default, Submitted(Now.AddDays(-9)), new ApplicationClosed(Id, ClosingReason.Rejected, Now.AddDays(-1))) is { } x
                ? (x.Slot.Status, x.Slot.Reasons[0].Code)
                : default
        );

    [Fact]
    public void An_application_without_a_submission_has_no_plan() => Assert.Null(Plan(Policy.Default));

    [Fact]
    public void What_is_no_event_of_an_application_is_refused() =>
        Assert.Equal(
            "unknownType",
            Assert
                .Throws<RefusedException>(() =>
                    PlanPreview.Plan(
                        new(Id, [new("followup.follow-up.due.v1", JsonSerializer.SerializeToElement(new { }))]),
                        Policy.Default,
                        Now
                    )
                )
                .Code
        );

    private static ApplicationSubmitted Submitted(DateTimeOffset at) => new(Id, "c-1", new("Acme"), new("Clerk"), Approach.Direct, [], at);

    private static PreviewedPlan? Plan(Policy policy, params object[] events) =>
        PlanPreview.Plan(
            new(
                Id,
                [
                    .. events.Select(x => new PreviewedEvent(
                        Catalogue.NameOf(x.GetType()),
                        JsonSerializer.SerializeToElement(x, x.GetType(), Json.Lenient)
                    )),
                ]
            ),
            policy,
            Now
        );
}
