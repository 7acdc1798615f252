using FollowUp.Contracts;
using FollowUp.Scheduler;
using static FollowUp.Specs.Domain.Slots;

namespace FollowUp.Specs.Domain;

/// <summary>
/// Rule 13: a follow-up that was made is recorded. Only a second one in the stage, or another person's live claim, refuses it.
/// </summary>
public sealed class RecordedAfterwardsSpecs
{
    private static readonly DateTimeOffset Afterwards = EndsAt.AddDays(20);

    private static Func<FollowUpPlan, object[]> Record(
        string by,
        DateTimeOffset madeAt,
        bool happened = false,
        Channel channel = Channel.Phone,
        int? epoch = null,
        DateTimeOffset? now = null
    ) => plan => plan.Decide(new SettleSlot(1, Id(by), by, channel, madeAt, epoch, Quarter, Want(), now ?? Afterwards, happened));

    [Fact]
    public void A_call_inside_the_window_is_recorded_although_the_slot_has_lapsed_since() =>
        Plan.Given(Planned(), Due(), Lapsed())
            .When(Record("ana", During))
            .Then(Claimed("ana", at: Afterwards, channel: Channel.Phone), Settled("ana", at: During))
            .When(Claim("ben", Afterwards))
            .ThenRefused("alreadyMade");

    [Fact]
    public void A_call_before_the_answer_is_recorded_although_the_slot_was_waived_since() =>
        Plan.Given(Planned(), Due(), Waived(at: During.AddDays(2))).When(Record("ana", During)).Then("Claimed Settled");

    public static TheoryData<string, string> Against =>
        new()
        {
            { "lapsed", "lapsed" },
            { "waived", "waived" },
            { "withheld", "withheld" },
        };

    [Theory, MemberData(nameof(Against))]
    public void A_call_against_the_plan_is_refused_and_recorded_when_it_is_said_to_have_happened(string state, string code)
    {
        var given = state switch
        {
            "lapsed" => Plan.Given(Planned(), Due(), Lapsed()),
            "waived" => Plan.Given(Planned(), Due(), Waived(at: During)),
            _ => Plan.Given(Withheld()),
        };
        var refused = given.When(Record("ana", EndsAt.AddDays(1))).ThenRefused(code);
        Assert.True(refused.Refusal!.CanBeRecorded);
        Assert.Empty(refused.Events); // so the same claim id can be used again
        refused
            .When(Record("ana", EndsAt.AddDays(1), happened: true))
            .Then("Claimed Settled")
            .And(plan => Assert.Equal([code], plan.Find(1).Made!.Against!));
    }

    [Fact]
    public void A_call_by_a_channel_that_is_not_permitted_is_recorded_when_it_is_said_to_have_happened()
    {
        var refused = Plan.Given(Planned(), Due())
            .When(Record("ana", During, channel: Channel.InPerson, now: During))
            .ThenRefused("channelNotPermitted");
        Assert.True(refused.Refusal!.CanBeRecorded);
        refused
            .When(Record("ana", During, happened: true, channel: Channel.InPerson, now: During))
            .Then("Claimed Settled")
            .And(plan => Assert.Equal(["channelNotPermitted"], plan.Find(1).Made!.Against!));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_second_one_is_refused_whatever_is_said(bool happened)
    {
        var refused = Plan.Given(Planned(), Due(), Claimed("ana"), Settled("ana")).When(Record("ben", During, happened));
        refused.ThenRefused("alreadyMade").And(plan => Assert.Equal("ana", plan.Find(1).Made!.By));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void One_against_a_live_claim_is_refused_whatever_is_said(bool happened) =>
        Plan.Given(Planned(), Due(), Claimed("ana"))
            .When(Record("ben", During, happened, now: During.AddMinutes(1)))
            .ThenRefused("claimedByAnother")
            .And(plan => Assert.Null(plan.Find(1).Made));

    [Fact]
    public void A_claim_that_was_followed_by_another_can_be_recorded_once_that_has_ended()
    {
        var ended = Plan.Given(Planned(), Due(), Claimed("ana"), Expired("ana"), Claimed("ben", epoch: 2), Released("ben"));
        var refused = ended.When(Record("ana", During, now: During.AddHours(1))).ThenRefused("claimedByAnother");
        Assert.True(refused.Refusal!.CanBeRecorded);
        refused.When(Record("ana", During, happened: true, now: During.AddHours(1))).Then("Claimed Settled");
    }

    [Fact]
    public void Recording_it_twice_records_it_once() =>
        Plan.Given(Planned(), Due(), Lapsed()).When(Record("ana", During)).Then("Claimed Settled").When(Record("ana", During)).Then();
}
