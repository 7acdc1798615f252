using System.Collections.Immutable;
using FollowUp.Contracts;

namespace FollowUp.Scheduler.Planning;

/// <summary>The Scheduler's state of one application: Applications' public events, folded in their order.</summary>
public sealed record KnownApplication
{
    public static KnownApplication Empty { get; } = new();

    public Guid Application { get; init; }
    public string Candidate { get; init; } = "";
    public Employer Employer { get; init; } = new("");
    public Posting Posting { get; init; } = new("");
    public Approach Approach { get; init; }
    public ImmutableList<ContactReference> Contacts { get; init; } = [];

    /// <summary>Null as long as no submission event has arrived: then there is nothing to plan.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    public Basis? SubmittedAtBasis { get; init; }

    public DateOnly? PromisedFollowUpOn { get; init; }

    /// <summary>The stages by number; stage 1 is the submission.</summary>
    public ImmutableList<StageFacts> Stages { get; init; } = [];

    public ClosingReason? ClosedBecause { get; init; }
    public DateTimeOffset? ReopenedAt { get; init; }

    // A property that a sender left out arrives as null even if the record doesn't allow null; the fold must not fail on it.
    public KnownApplication Apply(object contract) =>
        contract switch
        {
            ApplicationSubmitted e when SubmittedAt is null => (
                this with
                {
                    Application = e.Application,
                    Candidate = e.Candidate ?? Candidate,
                    Employer = e.Employer ?? Employer,
                    Posting = e.Posting ?? Posting,
                    Approach = e.Approach,
                    SubmittedAt = e.SubmittedAt,
                    SubmittedAtBasis = e.SubmittedAtBasis,
                }
            )
                .Know(e.Contacts)
                .At(1, stage => stage),
            CoverLetterSent e => this with { PromisedFollowUpOn = PromisedFollowUpOn ?? e.PromisedFollowUpOn },
            ContactRecorded e => Know([e.Contact]),
            EmployerResponded e => At(e.Stage, stage => stage.Answered(e)),
            InterviewScheduled e => At(
                e.Stage,
                stage =>
                    stage with
                    {
                        Interview = e.Interview,
                        StartsAt = e.StartsAt,
                        EndsAt = e.EndsAt,
                        EndsAtBasis = e.EndsAtBasis,
                        With = e.With,
                        CancelledAt = null,
                    }
            ),
            InterviewRescheduled e => At(
                e.Stage,
                stage =>
                    stage with
                    {
                        Interview = e.Interview,
                        StartsAt = e.StartsAt,
                        EndsAt = e.EndsAt,
                        EndsAtBasis = e.EndsAtBasis,
                        CancelledAt = null,
                    }
            ),
            InterviewCancelled e => At(
                e.Stage,
                stage => stage with { Interview = e.Interview, CancelledAt = e.CancelledAt, CancelledAtBasis = e.CancelledAtBasis }
            ),
            FollowUpMade e => At(e.Stage, stage => stage with { Made = stage.Made ?? new(e.Channel, e.By, e.MadeAt, e.ClaimId) }),
            ApplicationAmended e => this with { Employer = e.Employer ?? Employer, Posting = e.Posting ?? Posting, Approach = e.Approach },
            ApplicationClosed e => this with { ClosedBecause = e.Reason },
            ApplicationReopened e => this with { ClosedBecause = null, ReopenedAt = e.ReopenedAt },
            _ => this,
        };

    private KnownApplication Know(IEnumerable<ContactReference?>? contacts) =>
        this with
        {
            Contacts = (contacts ?? [])
                .OfType<ContactReference>()
                .Select(x => x with { Channels = x.Channels ?? [] })
                .Aggregate(
                    Contacts,
                    (known, contact) =>
                        known.FindIndex(x => x.Id == contact.Id) is >= 0 and var i ? known.SetItem(i, contact) : known.Add(contact)
                ),
        };

    // A stage for which no opening event arrived is opened here: losing its made follow-up would allow a second one.
    private KnownApplication At(int stage, Func<StageFacts, StageFacts> learn)
    {
        var i = Stages.FindIndex(x => x.Stage >= stage);
        return this with
        {
            Stages =
                i < 0 ? Stages.Add(learn(new(stage)))
                : Stages[i].Stage == stage ? Stages.SetItem(i, learn(Stages[i]))
                : Stages.Insert(i, learn(new(stage))),
        };
    }
}

/// <summary>The known state of one stage.</summary>
public sealed record StageFacts(int Stage)
{
    public int? Interview { get; init; }
    public DateTimeOffset? StartsAt { get; init; }
    public DateTimeOffset? EndsAt { get; init; }
    public Basis? EndsAtBasis { get; init; }

    /// <summary>The contact the interview is with.</summary>
    public Guid? With { get; init; }

    public DateTimeOffset? CancelledAt { get; init; }
    public Basis? CancelledAtBasis { get; init; }

    /// <summary>When the employer last answered.</summary>
    public DateTimeOffset? RespondedAt { get; init; }

    /// <summary>What the last answer promised: an answer without a date keeps the promise of the answer before.</summary>
    public DateOnly? PromisedNextStepOn { get; init; }

    public FollowUpFacts? Made { get; init; }

    // Ordered by when the employer answered, not by when the answer was recorded: a response entered late doesn't overrule a later one.
    internal StageFacts Answered(EmployerResponded e) =>
        e.RespondedAt < RespondedAt ? this : this with { RespondedAt = e.RespondedAt, PromisedNextStepOn = e.PromisedNextStepOn };
}

/// <summary>A stage's one follow-up, as it was made.</summary>
public sealed record FollowUpFacts(Channel Channel, string By, DateTimeOffset MadeAt, Guid ClaimId);
