using FollowUp.Contracts;
using FollowUp.Scheduler;
using static FollowUp.Specs.Domain.Slots;

namespace FollowUp.Specs.Domain;

/// <summary>Rule 18: who acts is who signed in. A claim belongs to the principal that took it, not to the name that was typed.</summary>
public sealed class PrincipalSpecs
{
    private const string Ana = "key:1",
        OtherAna = "key:2";

    private static readonly DateTimeOffset Soon = During.AddMinutes(1);

    private static readonly Specification<FollowUpPlan> Taken = Plan.Given(Planned(), Due()).When(ClaimAs(Ana)).Then("Claimed");

    private static Func<FollowUpPlan, object[]> ClaimAs(string? principal) =>
        plan => plan.Decide(new ClaimSlot(1, Id("ana"), "ana", null, Quarter, Want(), During, null, principal));

    private static Func<FollowUpPlan, object[]> SettleAs(string? principal, bool happened = false) =>
        plan => plan.Decide(new SettleSlot(1, Id("ana"), "ana", Channel.Phone, Soon, null, Quarter, Want(), Soon, happened, principal));

    private static Func<FollowUpPlan, object[]> ReleaseAs(string? principal) =>
        plan => plan.Decide(new ReleaseSlot(1, Id("ana"), Want(), Soon, principal));

    [Fact]
    public void Nobody_shares_a_claim_by_bearing_the_same_name() => Taken.When(ClaimAs(OtherAna)).ThenRefused("differentContent");

    [Theory, InlineData(false), InlineData(true)]
    public void Nobody_settles_anothers_claim_whatever_they_say(bool happened) =>
        Taken
            .When(SettleAs(OtherAna, happened))
            .ThenRefused("claimedByAnother")
            .And(plan => Assert.Null(plan.Find(1).Made))
            .When(SettleAs(Ana))
            .Then("Settled");

    [Fact]
    public void Nobody_releases_anothers_claim() =>
        Taken.When(ReleaseAs(OtherAna)).ThenRefused("claimedByAnother").When(ReleaseAs(Ana)).Then("Released");

    [Theory, InlineData(false), InlineData(true)]
    public void Only_who_was_refused_records_under_the_refused_id(bool happened) =>
        Plan.Given(Planned(), Due(), Claimed("ben"))
            .When(ClaimAs(Ana))
            .Then("Refused")
            .Given(Released("ben"))
            .When(SettleAs(OtherAna, happened))
            .ThenRefused("differentContent")
            .When(SettleAs(Ana, happened))
            .Then("Claimed Settled");

    [Fact]
    public void An_id_stays_its_principals_when_the_services_own_user_records_under_it() =>
        Plan.Given(Planned(), Due(), Claimed("ben"))
            .When(ClaimAs(Ana))
            .Then("Refused")
            .Given(Released("ben"))
            .When(SettleAs(null, happened: true))
            .Then("Claimed Settled")
            .When(SettleAs(OtherAna))
            .ThenRefused("alreadyMade")
            .When(SettleAs(Ana))
            .Then("");

    [Fact]
    public void What_was_settled_is_confirmed_to_its_principal_alone() =>
        Taken.When(SettleAs(Ana)).Then("Settled").When(SettleAs(OtherAna)).ThenRefused("alreadyMade").When(SettleAs(Ana)).Then("");

    [Fact]
    public void A_claim_that_an_older_version_granted_belongs_to_whoever_has_its_id() =>
        Plan.Given(Planned(), Due(), Claimed("ana")).When(SettleAs(Ana)).Then("Settled");

    [Fact]
    public void The_services_own_user_speaks_for_everybody() => Taken.When(ReleaseAs(null)).Then("Released");
}
