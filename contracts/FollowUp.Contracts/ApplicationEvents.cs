namespace FollowUp.Contracts;

/// <summary>Who hires. An employer's name is not personal data.</summary>
/// <param name="Name">As the candidate knows it.</param>
/// <param name="HiringProcess">How they hire.</param>
/// <param name="TimeZone">IANA time zone they work in, as <c>Europe/Berlin</c>; the team's default where unknown.</param>
/// <param name="Country">ISO 3166-1 alpha-2 code, whose holidays apply.</param>
/// <param name="Region">ISO 3166-2 code, as <c>DE-BY</c>, whose holidays apply as well.</param>
public sealed record Employer(
    string Name,
    HiringProcess HiringProcess = HiringProcess.Unknown,
    string? TimeZone = null,
    string? Country = null,
    string? Region = null
);

/// <summary>What the posting says about getting in touch.</summary>
/// <param name="NoPhoneCalls">No calls, please: takes the phone from every stage.</param>
/// <param name="NoContact">No contact, please: withholds every follow-up.</param>
/// <param name="SubmitBy">How it wants the résumé.</param>
public sealed record PostingInstructions(bool NoPhoneCalls = false, bool NoContact = false, SubmitBy? SubmitBy = null);

/// <summary>The advertisement.</summary>
/// <param name="Title">The job's title.</param>
/// <param name="Url">Where it can be read.</param>
/// <param name="ClosesOn">The last day on which applications are taken.</param>
/// <param name="Instructions">What it says about getting in touch.</param>
public sealed record Posting(string Title, string? Url = null, DateOnly? ClosesOn = null, PostingInstructions? Instructions = null);

/// <summary>A person there, without anything personal: who they are stays in Applications.</summary>
/// <param name="Id">The contact's id.</param>
/// <param name="Role">What they do there.</param>
/// <param name="Channels">How they can be reached.</param>
/// <param name="Person">An opaque id that all contacts of the team share who are reached at the same address or number; null where they
/// can't be reached, or it isn't known.</param>
public sealed record ContactReference(Guid Id, ContactRole Role, IReadOnlyList<Channel> Channels, Guid? Person = null);

/// <summary>An event of Applications.</summary>
public interface IApplicationEvent
{
    /// <summary>The application's id, as in the event's <c>subject</c>.</summary>
    Guid Application { get; }
}

/// <summary><c>followup.application.submitted.v1</c>: a candidate applied.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Candidate">The caller's own reference of the candidate, opaque.</param>
/// <param name="Employer">Who hires.</param>
/// <param name="Posting">The advertisement.</param>
/// <param name="Approach">How the résumé got there.</param>
/// <param name="Contacts">People known from the start.</param>
/// <param name="SubmittedAt">When it was submitted.</param>
/// <param name="SubmittedAtBasis">How that is known.</param>
public sealed record ApplicationSubmitted(
    Guid Application,
    string Candidate,
    Employer Employer,
    Posting Posting,
    Approach Approach,
    IReadOnlyList<ContactReference> Contacts,
    DateTimeOffset SubmittedAt,
    Basis? SubmittedAtBasis = null
) : IApplicationEvent;

/// <summary><c>followup.application.cover-letter-sent.v1</c>: the one cover letter went out.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="SentAt">When.</param>
/// <param name="PromisedFollowUpOn">The date on which it promises to follow up.</param>
public sealed record CoverLetterSent(Guid Application, DateTimeOffset SentAt, DateOnly? PromisedFollowUpOn) : IApplicationEvent;

/// <summary><c>followup.application.contact-recorded.v1</c>: a person there became known.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Contact">Who, without anything personal.</param>
/// <param name="RecordedAt">When.</param>
public sealed record ContactRecorded(Guid Application, ContactReference Contact, DateTimeOffset RecordedAt) : IApplicationEvent;

/// <summary><c>followup.application.employer-responded.v1</c>: the employer answered.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The stage it was in.</param>
/// <param name="RespondedAt">When.</param>
/// <param name="PromisedNextStepOn">The date by which they said they would be back.</param>
public sealed record EmployerResponded(Guid Application, int Stage, DateTimeOffset RespondedAt, DateOnly? PromisedNextStepOn)
    : IApplicationEvent;

/// <summary><c>followup.application.interview-scheduled.v1</c>: an interview opens the next stage.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Interview">The interview's number in this application: 1, 2, 3 …</param>
/// <param name="Stage">The stage that it opens.</param>
/// <param name="StartsAt">When it starts.</param>
/// <param name="EndsAt">When it ends.</param>
/// <param name="With">The contact it is with, where known.</param>
/// <param name="ScheduledAt">When it was agreed.</param>
/// <param name="EndsAtBasis">How the end is known: declared, or inferred from the start.</param>
public sealed record InterviewScheduled(
    Guid Application,
    int Interview,
    int Stage,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    Guid? With,
    DateTimeOffset ScheduledAt,
    Basis? EndsAtBasis = null
) : IApplicationEvent;

/// <summary><c>followup.application.interview-rescheduled.v1</c>: an interview was moved.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Interview">The interview's number.</param>
/// <param name="Stage">Its stage.</param>
/// <param name="StartsAt">When it now starts.</param>
/// <param name="EndsAt">When it now ends.</param>
/// <param name="RescheduledAt">When that was agreed.</param>
/// <param name="EndsAtBasis">How the end is known: declared, or inferred from the start.</param>
public sealed record InterviewRescheduled(
    Guid Application,
    int Interview,
    int Stage,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    DateTimeOffset RescheduledAt,
    Basis? EndsAtBasis = null
) : IApplicationEvent;

/// <summary><c>followup.application.interview-cancelled.v1</c>: an interview won't happen; its stage stays.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Interview">The interview's number.</param>
/// <param name="Stage">Its stage.</param>
/// <param name="CancelledAt">When.</param>
/// <param name="CancelledAtBasis">How that is known.</param>
public sealed record InterviewCancelled(
    Guid Application,
    int Interview,
    int Stage,
    DateTimeOffset CancelledAt,
    Basis? CancelledAtBasis = null
) : IApplicationEvent;

/// <summary><c>followup.application.follow-up-made.v1</c>: a stage's one follow-up was made.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Channel">How.</param>
/// <param name="By">Who made it, as the caller names them.</param>
/// <param name="MadeAt">When.</param>
/// <param name="ClaimId">The claim it was settled under.</param>
public sealed record FollowUpMade(Guid Application, int Stage, Channel Channel, string By, DateTimeOffset MadeAt, Guid ClaimId)
    : IApplicationEvent;

/// <summary><c>followup.application.amended.v1</c>: something was learned since. Carries what now holds, in full.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Employer">Who hires, as now known.</param>
/// <param name="Posting">The advertisement, as now known.</param>
/// <param name="Approach">How the résumé got there, as now known.</param>
/// <param name="AmendedAt">When.</param>
public sealed record ApplicationAmended(Guid Application, Employer Employer, Posting Posting, Approach Approach, DateTimeOffset AmendedAt)
    : IApplicationEvent;

/// <summary><c>followup.application.closed.v1</c>: it is over.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Reason">Why.</param>
/// <param name="ClosedAt">When.</param>
public sealed record ApplicationClosed(Guid Application, ClosingReason Reason, DateTimeOffset ClosedAt) : IApplicationEvent;

/// <summary><c>followup.application.reopened.v1</c>: it is not over after all.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="ReopenedAt">When.</param>
public sealed record ApplicationReopened(Guid Application, DateTimeOffset ReopenedAt) : IApplicationEvent;

/// <summary>
/// <c>followup.candidate.erased.v1</c>: what was known of a person is gone; the facts stay, with nobody in them. Its <c>subject</c> is an
/// id derived from team and candidate, and its <c>sequence</c> counts that candidate's erasures.
/// </summary>
/// <param name="Candidate">The caller's own reference of the candidate, opaque.</param>
/// <param name="ErasedAt">When.</param>
public sealed record CandidateErased(string Candidate, DateTimeOffset ErasedAt);
