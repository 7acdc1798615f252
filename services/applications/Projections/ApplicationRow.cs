using System.Collections.Immutable;
using FollowUp.Contracts;

namespace FollowUp.Applications.Projections;

/// <summary>An application's row in lists. Stored in the transaction of the events, by <see cref="Commands.ApplicationWriter"/>.</summary>
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

    /// <summary>Whether the last answer was a no.</summary>
    public bool IsRejected { get; init; }

    /// <summary>The employer's time zone, if known.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The employer's country. A row that was stored before it was known here has none until its next event.</summary>
    public string? Country { get; init; }

    public ImmutableList<StageDates> Stages { get; init; } = [];

    /// <summary>What is the same in two open applications of one candidate for one job; null unless the application is open.</summary>
    public string? Job { get; init; }

    /// <summary><see cref="Job"/>, unless it was said that this is another application for that job. It is unique.</summary>
    public string? JobKey { get; init; }

    /// <summary>The name of the unique index.</summary>
    internal const string OneForOneJob = "mt_doc_applicationrow_one_for_one_job";

    // The row's times are also stored in columns, which accept only UTC offsets.
    public static ApplicationRow Of(JobApplication x, long version)
    {
        var job = x.OpenJob;
        return new(
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
            x.Stages.Find(s => s.Number == x.CurrentStage)?.Response?.At.ToUniversalTime()
        )
        {
            ClosedAt = x.Closing?.At.ToUniversalTime(),
            TimeZone = x.Employer.TimeZone,
            Country = x.Employer.Country,
            IsRejected = x.Responses.MaxBy(y => y.At.UtcTicks)?.Kind == ResponseKind.Rejection,
            Job = job,
            JobKey = x.IsAgain ? null : job,
            Stages =
            [
                .. x.Stages.Select(s => new StageDates(s.Number, s.OpenedAt, s.Made?.Channel, s.Made?.At, s.Response?.At)
                {
                    Interview = s.Interview,
                    Step = s.Step?.Kind,
                    StepName = s.Step?.Name,
                }),
            ],
        };
    }
}

/// <summary>When a stage began, was answered and was followed up, if it was.</summary>
public sealed record StageDates(
    int Stage,
    DateTimeOffset? OpenedAt,
    Channel? Channel = null,
    DateTimeOffset? MadeAt = null,
    DateTimeOffset? RespondedAt = null
)
{
    /// <summary>The number of the interview that opened the stage.</summary>
    public int? Interview { get; init; }

    /// <summary>The step that opened the stage, if it isn't an interview.</summary>
    public StepKind? Step { get; init; }

    public string? StepName { get; init; }
}
