using System.Text.Json;

namespace FollowUp.Contracts;

/// <summary>An employer. Its name is not personal data.</summary>
/// <param name="Name">The employer's name, as the candidate knows it.</param>
/// <param name="HiringProcess">How the employer hires.</param>
/// <param name="TimeZone">The employer's IANA time zone, as <c>Europe/Berlin</c>; the team's default is used if it isn't known.</param>
/// <param name="Country">The ISO 3166-1 alpha-2 code of the country whose holidays apply.</param>
/// <param name="Region">The ISO 3166-2 code, as <c>DE-BY</c>, of the region whose holidays also apply.</param>
public sealed record Employer(
    string Name,
    HiringProcess HiringProcess = HiringProcess.Unknown,
    string? TimeZone = null,
    string? Country = null,
    string? Region = null
);

/// <summary>A posting's instructions on contact.</summary>
/// <param name="NoPhoneCalls">Whether the posting asks not to call: this removes the phone from the channels of every stage.</param>
/// <param name="NoContact">Whether the posting asks for no contact at all: this withholds every follow-up.</param>
/// <param name="SubmitBy">How the posting wants the résumé.</param>
public sealed record PostingInstructions(bool NoPhoneCalls = false, bool NoContact = false, SubmitBy? SubmitBy = null);

/// <summary>A job posting.</summary>
/// <param name="Title">The job's title.</param>
/// <param name="Url">The posting's address.</param>
/// <param name="ClosesOn">The last day on which applications are taken.</param>
/// <param name="Instructions">The posting's instructions on contact.</param>
public sealed record Posting(string Title, string? Url = null, DateOnly? ClosesOn = null, PostingInstructions? Instructions = null);

/// <summary>A contact at the employer, without personal data: that stays in Applications.</summary>
/// <param name="Id">The contact's id.</param>
/// <param name="Role">The contact's role.</param>
/// <param name="Channels">The channels by which the contact can be reached.</param>
/// <param name="Person">An opaque id that all contacts of the team with the same address or number share; null if the contact has neither,
/// or the id isn't known.</param>
public sealed record ContactReference(Guid Id, ContactRole Role, IReadOnlyList<Channel> Channels, Guid? Person = null);

/// <summary>An event of Applications.</summary>
public interface IApplicationEvent
{
    /// <summary>The application's id, as in the event's <c>subject</c>.</summary>
    Guid Application { get; }
}

/// <summary><c>followup.application.submitted.v1</c>: a candidate applied for a job.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Candidate">The caller's own reference of the candidate, opaque.</param>
/// <param name="Employer">The employer.</param>
/// <param name="Posting">The job posting.</param>
/// <param name="Approach">How the résumé reached the employer.</param>
/// <param name="Contacts">The contacts that were known at the submission.</param>
/// <param name="SubmittedAt">When the application was submitted.</param>
/// <param name="SubmittedAtBasis">How that time is known.</param>
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

/// <summary><c>followup.application.cover-letter-sent.v1</c>: the application's one cover letter was sent.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="SentAt">When the letter was sent.</param>
/// <param name="PromisedFollowUpOn">The day on which the letter promises to follow up.</param>
public sealed record CoverLetterSent(Guid Application, DateTimeOffset SentAt, DateOnly? PromisedFollowUpOn) : IApplicationEvent;

/// <summary><c>followup.application.contact-recorded.v1</c>: a contact at the employer became known.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Contact">The contact, without personal data.</param>
/// <param name="RecordedAt">When the contact became known.</param>
public sealed record ContactRecorded(Guid Application, ContactReference Contact, DateTimeOffset RecordedAt) : IApplicationEvent;

/// <summary><c>followup.application.employer-responded.v1</c>: the employer answered.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The stage in which the employer answered.</param>
/// <param name="RespondedAt">When the employer answered.</param>
/// <param name="PromisedNextStepOn">The day by which the employer promised to answer again.</param>
/// <param name="Kind">What the employer answered.</param>
public sealed record EmployerResponded(
    Guid Application,
    int Stage,
    DateTimeOffset RespondedAt,
    DateOnly? PromisedNextStepOn,
    ResponseKind Kind = ResponseKind.Answer
) : IApplicationEvent;

/// <summary><c>followup.application.interview-scheduled.v1</c>: an interview was agreed; it opens the next stage.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Interview">The interview's number in this application: 1, 2, 3 …</param>
/// <param name="Stage">The stage that the interview opens.</param>
/// <param name="StartsAt">When the interview starts.</param>
/// <param name="EndsAt">When the interview ends.</param>
/// <param name="With">The id of the contact whom the interview is with, if known.</param>
/// <param name="ScheduledAt">When the interview was agreed.</param>
/// <param name="EndsAtBasis">How the end is known: declared, or inferred from the start.</param>
/// <param name="Kind">What kind of interview it is, if known.</param>
/// <param name="On">The day, if only the day is known: then the time in <paramref name="StartsAt"/> is assumed.</param>
public sealed record InterviewScheduled(
    Guid Application,
    int Interview,
    int Stage,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    Guid? With,
    DateTimeOffset ScheduledAt,
    Basis? EndsAtBasis = null,
    InterviewKind? Kind = null,
    DateOnly? On = null
) : IApplicationEvent;

/// <summary><c>followup.application.interview-rescheduled.v1</c>: an interview was moved.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Interview">The interview's number.</param>
/// <param name="Stage">The interview's stage.</param>
/// <param name="StartsAt">When the interview now starts.</param>
/// <param name="EndsAt">When the interview now ends.</param>
/// <param name="RescheduledAt">When the new time was agreed.</param>
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

/// <summary><c>followup.application.interview-cancelled.v1</c>: an interview was cancelled; its stage remains.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Interview">The interview's number.</param>
/// <param name="Stage">The interview's stage.</param>
/// <param name="CancelledAt">When the interview was cancelled.</param>
/// <param name="CancelledAtBasis">How that time is known.</param>
public sealed record InterviewCancelled(
    Guid Application,
    int Interview,
    int Stage,
    DateTimeOffset CancelledAt,
    Basis? CancelledAtBasis = null
) : IApplicationEvent;

/// <summary><c>followup.application.step-recorded.v1</c>: a step that isn't an interview was recorded; it opens the next stage.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The stage that the step opens.</param>
/// <param name="Kind">What kind of step it is.</param>
/// <param name="On">The step's day: of an assessment the one on which it was handed in, or is to be.</param>
/// <param name="HappensAt">When the stage before is left: the step's day, or the moment at which it became known on that day. An assessment
/// happens when it is set, which is when it became known.</param>
/// <param name="AnswerBy">The day by which the employer wants an answer to an offer.</param>
/// <param name="Name">The name of another step.</param>
/// <param name="RecordedAt">When the step became known.</param>
public sealed record StepRecorded(
    Guid Application,
    int Stage,
    StepKind Kind,
    DateOnly On,
    DateTimeOffset HappensAt,
    DateOnly? AnswerBy,
    string? Name,
    DateTimeOffset RecordedAt
) : IApplicationEvent;

/// <summary><c>followup.application.follow-up-made.v1</c>: a stage's only follow-up was made.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Channel">The channel of the follow-up.</param>
/// <param name="By">The person who made the follow-up, as the caller names them.</param>
/// <param name="MadeAt">When the follow-up was made.</param>
/// <param name="ClaimId">The id of the claim under which the follow-up was settled.</param>
/// <param name="Against">The codes of the reasons against which the follow-up was made, if any, as <c>lapsed</c>.</param>
public sealed record FollowUpMade(
    Guid Application,
    int Stage,
    Channel Channel,
    string By,
    DateTimeOffset MadeAt,
    Guid ClaimId,
    IReadOnlyList<string>? Against = null
) : IApplicationEvent;

/// <summary>
/// <c>followup.application.amended.v1</c>: the data of an application was corrected or completed. The event has all current values.
/// </summary>
/// <param name="Application">The application's id.</param>
/// <param name="Employer">The employer, as now known.</param>
/// <param name="Posting">The job posting, as now known.</param>
/// <param name="Approach">How the résumé reached the employer, as now known.</param>
/// <param name="AmendedAt">When the data was amended.</param>
/// <param name="Candidate">The candidate, if another one was recorded by mistake.</param>
/// <param name="SubmittedAt">When the application was submitted, if another time was recorded by mistake.</param>
/// <param name="Patch">
/// What the amendment states from <paramref name="AmendedAt"/> on, as a JSON merge patch (RFC 7396) over <c>employer</c>,
/// <c>posting</c> and <c>approach</c>, if the amendment was recorded with its own time; a later amendment may have been recorded before.
/// Without it the amendment states what differs from the values before.
/// </param>
public sealed record ApplicationAmended(
    Guid Application,
    Employer Employer,
    Posting Posting,
    Approach Approach,
    DateTimeOffset AmendedAt,
    string? Candidate = null,
    DateTimeOffset? SubmittedAt = null,
    JsonElement? Patch = null
) : IApplicationEvent;

/// <summary><c>followup.application.contact-corrected.v1</c>: a contact was recorded wrongly. The event has all current values.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Contact">The contact, without personal data.</param>
/// <param name="CorrectedAt">When the contact was corrected.</param>
public sealed record ContactCorrected(Guid Application, ContactReference Contact, DateTimeOffset CorrectedAt) : IApplicationEvent;

/// <summary><c>followup.application.closed.v1</c>: the application has ended.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Reason">Why it ended.</param>
/// <param name="ClosedAt">When it ended.</param>
public sealed record ApplicationClosed(Guid Application, ClosingReason Reason, DateTimeOffset ClosedAt) : IApplicationEvent;

/// <summary><c>followup.application.reopened.v1</c>: a closed application goes on.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="ReopenedAt">When it was reopened.</param>
public sealed record ApplicationReopened(Guid Application, DateTimeOffset ReopenedAt) : IApplicationEvent;

/// <summary>
/// <c>followup.application.retracted.v1</c>: a fact was recorded by mistake. A reader treats everything as if that event had never been.
/// </summary>
/// <param name="Application">The application's id.</param>
/// <param name="Version">The <c>sequence</c> of the event that was a mistake.</param>
/// <param name="Type">The type of that event, as <c>followup.application.closed.v1</c>.</param>
/// <param name="RetractedAt">When it was taken back.</param>
/// <param name="ClaimId">The claim of a follow-up that was taken back.</param>
public sealed record FactRetracted(Guid Application, long Version, string Type, DateTimeOffset RetractedAt, Guid? ClaimId = null)
    : IApplicationEvent;

/// <summary>
/// <c>followup.application.voided.v1</c>: the application should never have been recorded. A reader leaves it out of everything.
/// </summary>
/// <param name="Application">The application's id.</param>
/// <param name="VoidedAt">When it was voided.</param>
public sealed record ApplicationVoided(Guid Application, DateTimeOffset VoidedAt) : IApplicationEvent;

/// <summary>
/// <c>followup.candidate.erased.v1</c>: a candidate's personal data was erased. The events of their applications stay, without personal
/// data. The event's <c>subject</c> is an id derived from the team and the candidate, and its <c>sequence</c> counts that candidate's
/// erasures.
/// </summary>
/// <param name="Candidate">The caller's own reference of the candidate, opaque.</param>
/// <param name="ErasedAt">When the data was erased.</param>
public sealed record CandidateErased(string Candidate, DateTimeOffset ErasedAt);
