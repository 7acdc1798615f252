using System.Collections.Immutable;
using FollowUp.Contracts;

namespace FollowUp.Applications.Projections;

/// <summary>An application's row in the list. Written with the facts, by the one way in.</summary>
public sealed record ApplicationRow(
    Guid Id,
    long Version,
    string Candidate,
    string Employer,
    string Title,
    bool IsClosed,
    ClosingReason? ClosingReason,
    int Stage,
    HiringProcess HiringProcess,
    Approach Approach,
    DateTimeOffset SubmittedAt,
    string? Region = null,
    DateTimeOffset? RespondedAt = null
)
{
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>The employer's, where it is known.</summary>
    public string? TimeZone { get; init; }

    public ImmutableList<StageDates> Stages { get; init; } = [];

    // Its times are columns too, and those take no other offset.
    public static ApplicationRow Of(JobApplication x, long version) =>
        new(
            x.Id,
            version,
            x.Candidate,
            x.Employer.Name,
            x.Posting.Title,
            x.IsClosed,
            x.Closing?.Reason,
            x.CurrentStage,
            x.Employer.HiringProcess,
            x.Approach,
            x.SubmittedAt.ToUniversalTime(),
            x.Employer.Region,
            x.Stages[^1].Response?.At.ToUniversalTime()
        )
        {
            ClosedAt = x.Closing?.At.ToUniversalTime(),
            TimeZone = x.Employer.TimeZone,
            Stages = [.. x.Stages.Select(s => new StageDates(s.Number, s.OpenedAt, s.Made?.Channel, s.Made?.At, s.Response?.At))],
        };
}

/// <summary>What came of a stage, and when.</summary>
public sealed record StageDates(
    int Stage,
    DateTimeOffset? OpenedAt,
    Channel? Channel = null,
    DateTimeOffset? MadeAt = null,
    DateTimeOffset? RespondedAt = null
);
