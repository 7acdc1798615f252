using System.Collections.Immutable;
using FollowUp.Contracts;
using FollowUp.Scheduler.Policies;

namespace FollowUp.Scheduler.Reading;

/// <summary>A slot's row in the agenda. Written with the facts, by the one way in.</summary>
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

    /// <summary>What the agenda is sorted by: when it is due, or, where it has no date, since when it waits.</summary>
    public required DateTimeOffset SortAt { get; init; }

    public ImmutableList<Channel> Channels { get; init; } = [];
    public ContactReference? Contact { get; init; }
    public string? Situation { get; init; }
    public Anchor? Anchor { get; init; }
    public int PolicyVersion { get; init; }
    public ImmutableList<Reason> Reasons { get; init; } = [];
    public ClaimItem? Claim { get; init; }
    public MadeItem? Made { get; init; }

    public static AgendaEntry Of(Situation situation, Slot slot) => new()
    {
        Id = $"{situation.Application:N}-{slot.Stage}",
        Application = situation.Application,
        Stage = slot.Stage,
        Status = slot.Status,
        Candidate = situation.Candidate,
        Employer = situation.Employer.Name,
        Title = situation.Posting.Title,
        DueAt = slot.Plan?.DueAt,
        WindowEndsAt = slot.Plan?.WindowEndsAt,
        SortAt = slot.Plan?.DueAt ?? situation.SubmittedAt ?? DateTimeOffset.UnixEpoch,
        Channels = slot.Plan?.Channels ?? [],
        Contact = slot.Plan?.Contact,
        Situation = slot.Plan?.Situation ?? slot.Why?.Situation,
        Anchor = slot.Plan?.Anchor,
        PolicyVersion = slot.PolicyVersion,
        Reasons = slot switch
        {
            { Status: SlotStatus.Waived, WaivedBecause: { } because } => [because],
            { Status: SlotStatus.Withheld, Why: { } why } => why.Reasons,
            { Plan: { } plan } => plan.Reasons,
            _ => [],
        },
        Claim = slot.Claim is { } claim ? new(claim.ClaimId, claim.By, claim.Channel, claim.Epoch, claim.ExpiresAt) : null,
        Made = slot.Made is { } made ? new(made.Channel, made.By, made.MadeAt) : null,
    };
}

public sealed record ClaimItem(Guid ClaimId, string By, Channel? Channel, int Epoch, DateTimeOffset ExpiresAt);

public sealed record MadeItem(Channel Channel, string By, DateTimeOffset MadeAt);
