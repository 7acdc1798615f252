using System.Collections.Immutable;
using FollowUp.Applications.Projections;
using FollowUp.Applications.Queries;
using FollowUp.Contracts;
using FollowUp.Specs.Domain;

namespace FollowUp.Specs.Edges;

/// <summary>The data behind the insights, and how the insights count it.</summary>
public sealed class InsightsSpecs
{
    private static readonly DateTimeOffset Then = Slots.At("2026-03-02T10:00:00Z");

    private static ApplicationRow Of(params StageDates[] stages) =>
        new(Guid.NewGuid(), 1, "c-1", "Acme", "Clerk", false, null, stages.Length, HiringProcess.OwnerRun, Approach.Referral, Then)
        {
            Stages = [.. stages],
        };

    private static StageDates Stage(int stage, int opened, int? made = null, int? responded = null) =>
        new(stage, Day(opened)!.Value, made is null ? null : Channel.Phone, Day(made), Day(responded));

    private static DateTimeOffset? Day(int? day) => day is { } days ? Then.AddDays(days) : null;

    private static Outcome[] Rows(ApplicationRow listing, params SlotView[] slots) =>
        [.. Outcome.Of(listing, slots.ToImmutableSortedDictionary(x => x.Stage, x => x))];

    [Fact]
    public void An_answer_is_a_response_an_invitation_or_an_outcome()
    {
        Assert.Equal(Day(5), Rows(Of(Stage(1, 0, responded: 5)))[0].AnsweredAt);
        Assert.Equal([Day(7), null], Rows(Of(Stage(1, 0), Stage(2, 7))).Select(x => x.AnsweredAt));
        Assert.Equal(Day(5), Rows(Of(Stage(1, 0, responded: 5), Stage(2, 7)))[0].AnsweredAt);
        Assert.Equal(
            Day(9),
            Rows(Of(Stage(1, 0)) with { IsClosed = true, ClosingReason = ClosingReason.Rejected, ClosedAt = Day(9) })[0].AnsweredAt
        );
        Assert.Null(
            Rows(Of(Stage(1, 0)) with { IsClosed = true, ClosingReason = ClosingReason.NoResponse, ClosedAt = Day(9) })[0].AnsweredAt
        );
        Assert.Null(
            Rows(Of(Stage(1, 0)) with { IsClosed = true, ClosingReason = ClosingReason.Withdrawn, ClosedAt = Day(9) })[0].AnsweredAt
        );
    }

    [Fact]
    public void Days_are_counted_from_the_follow_up_or_else_from_the_beginning_of_the_stage()
    {
        Assert.Equal(
            (3, true),
            (
                Rows(Of(Stage(1, 0, made: 6, responded: 9)))[0].DaysToAnswer,
                Rows(Of(Stage(1, 0, made: 6, responded: 9)))[0].IsAnsweredAfterFollowUp
            )
        );
        Assert.Equal(
            (4, false),
            (
                Rows(Of(Stage(1, 0, made: 6, responded: 4)))[0].DaysToAnswer,
                Rows(Of(Stage(1, 0, made: 6, responded: 4)))[0].IsAnsweredAfterFollowUp
            )
        );
        Assert.Equal(2, Rows(Of(Stage(1, 0), Stage(2, 7, responded: 9)))[1].DaysToAnswer);
        Assert.Null(Rows(Of(Stage(1, 0, made: 6)))[0].DaysToAnswer);
    }

    [Fact]
    public void How_it_ended_stands_on_the_last_stage_alone()
    {
        var rows = Rows(
            Of(Stage(1, 0), Stage(2, 7)) with
            {
                IsClosed = true,
                ClosingReason = ClosingReason.OfferAccepted,
                ClosedAt = Day(20),
            }
        );
        Assert.Equal([null, ClosingReason.OfferAccepted], rows.Select(x => x.ClosedAs));
        Assert.Equal([Day(7), Day(20)], rows.Select(x => x.AnsweredAt));
    }

    [Fact]
    public void A_view_stored_before_stages_has_as_many_stages()
    {
        var rows = Rows(
            new(
                Guid.NewGuid(),
                4,
                "c-1",
                "Acme",
                "Clerk",
                false,
                null,
                2,
                HiringProcess.Unknown,
                Approach.Direct,
                Then,
                RespondedAt: Day(9)
            ),
            new SlotView(1, SlotStatus.Made) { Made = new(Channel.Email, "ana", Day(5)!.Value) }
        );
        Assert.Equal(
            [(1, Channel.Email, Day(5), null), (2, null, null, Day(9))],
            rows.Select(x => (x.Stage, x.Channel, x.MadeAt, x.AnsweredAt))
        );
    }

    [Fact]
    public void Groups_count_applications_stages_follow_ups_and_answers()
    {
        var page = InsightsPage.Of(
            [
                .. Rows(
                    Of(Stage(1, 0, made: 6, responded: 9), Stage(2, 12)),
                    new SlotView(1, SlotStatus.Made) { Situation = "ownerRun" },
                    new SlotView(2, SlotStatus.Planned) { Situation = "afterInterview" }
                ),
                .. Rows(Of(Stage(1, 0, made: 6, responded: 7)), new SlotView(1, SlotStatus.Made) { Situation = "ownerRun" }),
                .. Rows(Of(Stage(1, 40)), new SlotView(1, SlotStatus.Withheld) { Reasons = [Slots.Because] }),
                .. Rows(
                    Of(Stage(1, 0)) with
                    {
                        Approach = Approach.JobBoard,
                    },
                    new SlotView(1, SlotStatus.Lapsed) { Reasons = [Slots.Because, Slots.Because] }
                ),
            ],
            Then
        );

        Assert.Equal(
            (4, 5, 2, 2, 2, 2.0),
            (
                page.All.Applications,
                page.All.Stages,
                page.All.FollowUpsMade,
                page.All.AnsweredAfterFollowUp,
                page.All.Answered,
                page.All.MedianDaysToAnswer
            )
        );
        Assert.Equal((0.4, 1.0), (page.All.AnsweredShare, page.All.AnsweredAfterFollowUpShare));
        Assert.Equal([("", 2), ("ownerRun", 2), ("afterInterview", 1)], page.BySituation.Select(x => (x.Name, x.Applications)));
        Assert.Equal([("phone", 2)], page.ByChannel.Select(x => (x.Name, x.FollowUpsMade)));
        Assert.Equal([("referral", 3, 4), ("jobBoard", 1, 1)], page.ByApproach.Select(x => (x.Name, x.Applications, x.Stages)));
        Assert.Equal([("ownerRun", 4)], page.ByHiringProcess.Select(x => (x.Name, x.Applications)));
        Assert.Equal((1, 1, 1), (page.Withheld, page.Lapsed, Assert.Single(page.LapsedBecause).Count)); // a reason counts once per slot
        Assert.Null(page.BySituation[0].AnsweredAfterFollowUpShare);
    }

    [Fact]
    public void Months_follow_each_other_without_a_gap()
    {
        var page = InsightsPage.Of([.. Rows(Of(Stage(1, 0, made: 6, responded: 70)))], Then);
        Assert.Equal(
            [(3, 1, 1, 0), (4, 0, 0, 0), (5, 0, 0, 1)],
            page.ByMonth.Select(x => (x.Month.Month, x.Submitted, x.FollowUpsMade, x.Answered))
        );
        Assert.Empty(InsightsPage.Of([], Then).ByMonth);
    }

    [Fact]
    public void Urgency_is_due_then_claimed_then_planned_then_withheld()
    {
        SlotView Slot(SlotStatus status, int due, int ends) => new(1, status) { DueAt = Day(due), WindowEndsAt = Day(ends) };
        SlotView[] slots =
        [
            Slot(SlotStatus.Due, 3, 5),
            Slot(SlotStatus.Due, 0, 9),
            Slot(SlotStatus.Due, 1, 9),
            Slot(SlotStatus.Claimed, 0, 1),
            Slot(SlotStatus.Planned, 4, 30),
            Slot(SlotStatus.Planned, 5, 6),
            new(1, SlotStatus.Withheld),
            Slot(SlotStatus.Lapsed, 0, 1),
            Slot(SlotStatus.Made, 0, 1),
            Slot(SlotStatus.Waived, 0, 1),
        ];
        Assert.Equal(slots, slots.Reverse().OrderBy(Urgency.Of, StringComparer.Ordinal));
        Assert.All(slots, x => Assert.Matches("^[0-9]{29}$", Urgency.Of(x)));
        Assert.Equal([0, 1, 2, 3], Urgency.Open.Select(x => Urgency.Rank(x) - '0'));
    }
}
