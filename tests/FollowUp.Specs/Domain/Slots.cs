using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Scheduler;
using FollowUp.Scheduler.Planning;

namespace FollowUp.Specs.Domain;

/// <summary>Builders for slots: one due on Monday 9 March 2026 at 09:00, by phone or e-mail, until the end of the 23rd.</summary>
internal static class Slots
{
    public static readonly Guid Subject = Guid.Parse("00000000-0000-0000-0000-0000000000aa");
    public static readonly DateTimeOffset DueAt = At("2026-03-09T09:00:00Z"),
        EndsAt = At("2026-03-24T00:00:00Z");
    public static readonly DateTimeOffset Early = DueAt.AddDays(-3),
        During = DueAt.AddDays(1),
        Late = EndsAt.AddHours(1);
    public static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);
    public static readonly Reason Because = new("personnelOffice", "A small office reads many résumés here and needs its time.");
    public static readonly Reason Answered = new("employerResponded", "The employer answered, so there is nothing to ask.");
    public static readonly Reason Left = new("stageClosed", "Stage 2 has begun, so asking about this one is over.");
    public static readonly Reason Over = new("applicationClosed", "The application is closed: it was rejected.");

    public static Specification<FollowUpPlan> Plan { get; } =
        new(new() { Id = Subject }, (plan, domainEvent) => plan.Evolve(domainEvent), []);

    public static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture);

    public static Guid Id(string name) => DeterministicId.From("claim", name);

    public static DesiredSlot.Planned Open(
        int stage = 1,
        DateTimeOffset? due = null,
        DateTimeOffset? ends = null,
        int anchor = 2,
        params Channel[] channels
    ) =>
        new(
            stage,
            due ?? DueAt,
            ends ?? EndsAt,
            channels.Length == 0 ? [Channel.Phone, Channel.Email] : [.. channels],
            null,
            Because.Code,
            new(AnchorKind.Submission, new(2026, 3, anchor)),
            [Because]
        );

    public static DesiredSlot.Withheld Shut(int stage = 1) =>
        new(stage, Because.Code, [new("noContact", "The posting asks not to be contacted."), Because]);

    public static DesiredSlot.Waived Gone(Reason? why = null, int stage = 1, DateTimeOffset? at = null) =>
        new(stage, why ?? Answered, at ?? During);

    public static DesiredPlan Want(params DesiredSlot[] slots) => new("c-1", 1, slots.Length == 0 ? [Open()] : [.. slots], null);

    public static Planned Planned(int stage = 1) => Planned(Open(stage));

    public static Planned Planned(DesiredSlot.Planned x) =>
        new(x.Stage, "c-1", x.DueAt, x.WindowEndsAt, x.Channels, x.Contact, x.Situation, x.Anchor, 1, x.Reasons);

    public static Withheld Withheld(int stage = 1) => new(stage, "c-1", Because.Code, 1, Shut(stage).Reasons);

    public static Due Due(int stage = 1) => new(stage, "c-1", DueAt, EndsAt, [Channel.Phone, Channel.Email], null);

    public static Claimed Claimed(string by, int epoch = 1, DateTimeOffset? at = null, int stage = 1, Channel? channel = null) =>
        new(stage, Id(by), by, channel, epoch, at ?? During, (at ?? During) + Quarter);

    public static Expired Expired(string by, DateTimeOffset? claimedAt = null) => new(1, Id(by), by, (claimedAt ?? During) + Quarter);

    public static Released Released(string by, DateTimeOffset? at = null) => new(1, Id(by), by, at ?? During);

    public static Settled Settled(string by, int epoch = 1, DateTimeOffset? at = null, int stage = 1, Channel channel = Channel.Phone) =>
        new(stage, Id(by), by, channel, epoch, at ?? During);

    public static Waived Waived(Reason? why = null, DateTimeOffset? at = null, int stage = 1) => new(stage, why ?? Answered, at ?? During);

    public static Lapsed Lapsed(DateTimeOffset? at = null) => new(1, EndsAt, at ?? Late);

    public static Func<FollowUpPlan, object[]> Claim(
        string by,
        DateTimeOffset? at = null,
        DesiredPlan? desired = null,
        Channel? channel = null,
        int stage = 1,
        string? id = null
    ) => plan => plan.Decide(new ClaimSlot(stage, Id(id ?? by), by, channel, Quarter, desired ?? Want(), at ?? During));

    public static Func<FollowUpPlan, object[]> Settle(
        string by,
        DateTimeOffset? at = null,
        DesiredPlan? desired = null,
        Channel channel = Channel.Phone,
        int? epoch = null,
        int stage = 1
    ) => plan => plan.Decide(new SettleSlot(stage, Id(by), by, channel, at ?? During, epoch, Quarter, desired ?? Want(), at ?? During));

    public static Func<FollowUpPlan, object[]> Release(string by, DateTimeOffset? at = null, DesiredPlan? desired = null, int stage = 1) =>
        plan => plan.Decide(new ReleaseSlot(stage, Id(by), desired ?? Want(), at ?? During));

    public static Func<FollowUpPlan, object[]> Replan(DesiredPlan desired, DateTimeOffset? at = null) =>
        plan => plan.Decide(new Replan(desired, at ?? During));

    public static Func<FollowUpPlan, object[]> Tick(DateTimeOffset at, DesiredPlan? desired = null) =>
        plan => plan.Decide(new Tick(desired ?? Want(), at));
}
