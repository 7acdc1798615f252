using System.Collections.Immutable;
using System.Text.Json.Serialization;
using FollowUp.Contracts;

namespace FollowUp.Scheduler.Policies;

/// <summary>What every slot of an application should be, by one version of the team's policy.</summary>
/// <param name="PolicyVersion">The version that decided.</param>
/// <param name="Slots">By stage, at most one each.</param>
/// <param name="Silence">When to propose closing as <c>noResponse</c>, unless something happens before.</param>
public sealed record Wanted(int PolicyVersion, ImmutableList<WantedSlot> Slots, Silence? Silence);

/// <summary>Silence after a follow-up.</summary>
/// <param name="Stage">The stage whose follow-up was met with it.</param>
/// <param name="Since">When that follow-up was made.</param>
/// <param name="At">When closing is to be proposed.</param>
public sealed record Silence(int Stage, DateTimeOffset Since, DateTimeOffset At);

/// <summary>
/// What one slot should be. Two are equal when they decide the same: the wording of sentences doesn't count, so that rewording one
/// doesn't replan every slot.
/// </summary>
public abstract record WantedSlot
{
    private WantedSlot(int stage) => Stage = stage;

    public int Stage { get; }

    /// <summary>To be made from <paramref name="DueAt"/> until <paramref name="WindowEndsAt"/>, by one of the channels, best first.</summary>
    public sealed record Planned(int Stage, DateTimeOffset DueAt, DateTimeOffset WindowEndsAt, ImmutableList<Channel> Channels,
        ContactReference? Contact, string Situation, Anchor Anchor, ImmutableList<Reason> Reasons) : WantedSlot(Stage)
    {
        public bool Equals(Planned? other) => other is not null && Stage == other.Stage && DueAt == other.DueAt
            && WindowEndsAt == other.WindowEndsAt && Channels.SequenceEqual(other.Channels) && Same(Contact, other.Contact)
            && Situation == other.Situation && Anchor == other.Anchor && Same(Reasons, other.Reasons);

        public override int GetHashCode() => HashCode.Combine(Stage, DueAt, WindowEndsAt, Situation, Anchor);
    }

    /// <summary>Would do no good as things stand. The reasons begin with what withholds it.</summary>
    public sealed record Withheld(int Stage, string Situation, ImmutableList<Reason> Reasons) : WantedSlot(Stage)
    {
        [JsonIgnore]
        public Reason Because => Reasons[0];

        public bool Equals(Withheld? other) =>
            other is not null && Stage == other.Stage && Situation == other.Situation && Same(Reasons, other.Reasons);

        public override int GetHashCode() => HashCode.Combine(Stage, Situation);
    }

    /// <summary>No longer needed.</summary>
    public sealed record Waived(int Stage, Reason Reason) : WantedSlot(Stage)
    {
        public bool Equals(Waived? other) => other is not null && Stage == other.Stage && Reason.Code == other.Reason.Code;

        public override int GetHashCode() => HashCode.Combine(Stage, Reason.Code);
    }

    /// <summary>Made, for good: a Scheduler that is rebuilt from events marks it so whatever it knew before.</summary>
    public sealed record Settled(int Stage, Guid ClaimId, string By, Channel Channel, DateTimeOffset MadeAt) : WantedSlot(Stage);

    private static bool Same(ContactReference? a, ContactReference? b) => a is null || b is null
        ? a is null && b is null
        : a.Id == b.Id && a.Role == b.Role && a.Channels.SequenceEqual(b.Channels);

    private static bool Same(ImmutableList<Reason> a, ImmutableList<Reason> b) => a.Select(x => x.Code).SequenceEqual(b.Select(x => x.Code));
}

/// <summary>The Scheduler's judgement: what is known and the team's policy in, what every slot should be out.</summary>
public static class Planner
{
    public static Wanted Plan(Situation situation, Policy policy) => new(policy.Version, [], null);
}
