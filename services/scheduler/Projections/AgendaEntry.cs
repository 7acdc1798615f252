using System.Collections.Immutable;
using FollowUp.Contracts;
using FollowUp.Scheduler.Planning;

namespace FollowUp.Scheduler.Projections;

/// <summary>A slot's row in the agenda, written in the transaction of its events by <see cref="Commands.PlanUnitOfWork"/>.</summary>
public sealed record AgendaEntry
{
    public required string Id { get; init; }
    public required Guid Application { get; init; }
    public required int Stage { get; init; }
    public required SlotStatus Status { get; init; }
    public required string Candidate { get; init; }
    public required string Employer { get; init; }
    public required string Title { get; init; }
    public DateTimeOffset? DueAt { get; init; }
    public DateTimeOffset? WindowEndsAt { get; init; }

    /// <summary>The agenda's sort key: when the slot is due, or, if it has no due date, since when it waits.</summary>
    public required DateTimeOffset SortAt { get; init; }

    public ImmutableList<Channel> Channels { get; init; } = [];
    public ContactReference? Contact { get; init; }
    public string? Situation { get; init; }
    public Anchor? Anchor { get; init; }
    public int PolicyVersion { get; init; }
    public ImmutableList<Reason> Reasons { get; init; } = [];
    public ClaimItem? Claim { get; init; }
    public MadeItem? Made { get; init; }
    public DateTimeOffset? MadeAt => Made?.MadeAt.ToUniversalTime();
    public string? Assignee { get; init; }
    public DateTimeOffset? SnoozedUntil { get; init; }

    /// <summary>When the slot was due before it was snoozed, if it was snoozed.</summary>
    public DateTimeOffset? PlannedFor { get; init; }

    public OverrideItem? Override { get; init; }
    public ImmutableList<Reason> OpensWhen { get; init; } = [];

    /// <summary>A number that grows with every event and every decision of the application.</summary>
    public long Revision { get; init; }

    /// <summary>When another policy released the slot, which the policy before had withheld.</summary>
    public DateTimeOffset? ReleasedAt { get; init; }

    /// <summary>Since when closing is proposed, because this follow-up got no answer.</summary>
    public DateTimeOffset? ClosingProposedAt { get; init; }

    /// <summary>The employer's name, normalized for comparison.</summary>
    public string EmployerKey { get; init; } = "";

    /// <summary>The person whom the follow-up goes to: the same value for all contacts of the team that are one person.</summary>
    public Guid? Person { get; init; }

    /// <summary>The interview that opened the stage, if one did.</summary>
    public InterviewItem? Interview { get; init; }

    public DateTimeOffset? InterviewAt => Interview?.StartsAt;

    /// <summary>The id of a slot.</summary>
    public static string IdOf(Guid application, int stage) => $"{application:N}-{stage}";

    /// <summary>Normalizes an employer's name for comparison: names that differ only in case and spaces mean the same employer.</summary>
    public static string KeyOf(string employer) =>
        string.Join(' ', employer.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();

    // The row's times are also stored in columns, which accept only UTC offsets.
    public static AgendaEntry Of(KnownApplication situation, Slot slot, ClosingProposed? proposed) =>
        new()
        {
            Id = IdOf(situation.Application, slot.Stage),
            Application = situation.Application,
            Stage = slot.Stage,
            Status = slot.Status,
            Candidate = situation.Candidate,
            Employer = situation.Employer.Name,
            Title = situation.Posting.Title,
            DueAt = slot.DueAt?.ToUniversalTime(),
            WindowEndsAt = slot.Plan?.WindowEndsAt,
            SortAt = (slot.DueAt ?? situation.SubmittedAt ?? DateTimeOffset.UnixEpoch).ToUniversalTime(),
            Channels = slot.Plan?.Channels ?? [],
            Contact = slot.Plan?.Contact,
            Situation = slot.Plan?.Situation ?? slot.Why?.Situation,
            Anchor = slot.Plan?.Anchor,
            PolicyVersion = slot.PolicyVersion,
            Reasons = slot switch
            {
                { Status: SlotStatus.Waived, WaivedBecause: { } because } => [because],
                { Status: SlotStatus.Withheld, Why: { } why } => why.Reasons,
                { Status: SlotStatus.Lapsed, Plan: { } plan } => [Scheduler.Planning.Reasons.HasLapsed(plan), .. plan.Reasons],
                { Plan: { } plan } => plan.Reasons,
                _ => [],
            },
            Claim = slot.Claim is { } claim ? new(claim.ClaimId, claim.By, claim.Channel, claim.Epoch, claim.ExpiresAt) : null,
            Made = slot.Made is { } made ? new(made.Channel, made.By, made.MadeAt) : null,
            Assignee = slot.Assignee,
            ReleasedAt = slot.ReleasedAt,
            SnoozedUntil = slot.SnoozedUntil,
            PlannedFor = slot.SnoozedUntil is null ? null : slot.Plan?.DueAt,
            Override = slot.Override is { } x ? new(x.Because, x.Despite, x.By, x.At) : null,
            OpensWhen = slot is { Status: SlotStatus.Withheld, Why: { } withheld } ? withheld.OpensWhen : [],
            ClosingProposedAt = proposed?.Stage == slot.Stage ? proposed.At.ToUniversalTime() : null,
            EmployerKey = KeyOf(situation.Employer.Name),
            Person = slot.Plan?.Contact is { } contact ? contact.Person ?? contact.Id : null,
            Interview = InterviewItem.Of(situation, slot.Stage),
        };

    /// <summary>The row's slot, with the properties that replanning reads.</summary>
    public Slot ToSlot() =>
        new(Stage)
        {
            Status = Status,
            Plan =
                (PlannedFor ?? DueAt) is { } due && WindowEndsAt is { } ends && Situation is { } situation && Anchor is { } anchor
                    ? new(Stage, due, ends, Channels, Contact, situation, anchor, Reasons)
                    : null,
            Why = Status == SlotStatus.Withheld ? new(Stage, Situation ?? "", Reasons) { OpensWhen = OpensWhen } : null,
            PolicyVersion = PolicyVersion,
            WasDue = Status == SlotStatus.Due,
            Claim = Claim is { } claim
                ? new(Stage, claim.ClaimId, claim.By, claim.Channel, claim.Epoch, claim.ExpiresAt, claim.ExpiresAt)
                : null,
            Made = Made is { } made ? new(Stage, Guid.Empty, made.By, made.Channel, 0, made.MadeAt) : null,
            WaivedBecause = Status == SlotStatus.Waived ? Reasons.FirstOrDefault() : null,
            Assignee = Assignee,
            ReleasedAt = ReleasedAt,
            SnoozedUntil = SnoozedUntil,
            Override = Override is { } x ? new(Stage, x.Because, [.. x.Despite], x.By, x.At) : null,
        };
}

public sealed record ClaimItem(Guid ClaimId, string By, Channel? Channel, int Epoch, DateTimeOffset ExpiresAt);

/// <param name="OnDay">The day, if only the day is known.</param>
/// <param name="IsCancelled">Whether it was cancelled, or the application was closed before.</param>
public sealed record InterviewItem(DateTimeOffset StartsAt, DateTimeOffset EndsAt, DateOnly? OnDay, bool IsCancelled)
{
    // The row's times are also stored in columns, which accept only UTC offsets.
    public static InterviewItem? Of(KnownApplication situation, int number) =>
        situation.Stages.Find(x => x.Stage == number) is { StartsAt: { } starts } stage
            ? new(
                starts.ToUniversalTime(),
                (stage.EndsAt ?? starts).ToUniversalTime(),
                stage.On,
                stage.CancelledAt is not null || situation.ClosedAt < starts
            )
            : null;
}

public sealed record MadeItem(Channel Channel, string By, DateTimeOffset MadeAt);

/// <param name="Because">Why the follow-up is made although the slot was withheld.</param>
/// <param name="Despite">The codes of the reasons that withheld the slot.</param>
/// <param name="Note">The person's note about the override, if there was one and it hasn't been erased.</param>
public sealed record OverrideItem(OverrideReason Because, IReadOnlyList<string> Despite, string By, DateTimeOffset At, string? Note = null);
