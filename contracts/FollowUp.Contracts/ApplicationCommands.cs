using System.Text.Json;

namespace FollowUp.Contracts.Commands;

// A command's subject is the application's id. Its data is one of these records: the body of the HTTP route of the same name, and what is
// in that route's path.

/// <summary>
/// <c>followup.application.submit.v1</c>: a candidate applied for a job. The subject is an id (UUID) that the sender chooses. Submitting
/// the same content again changes nothing.
/// </summary>
/// <param name="Candidate">The sender's own opaque reference of the candidate, at most 100 characters; never an e-mail address.</param>
/// <param name="Employer">The employer.</param>
/// <param name="Posting">The job posting.</param>
/// <param name="Approach">How the résumé reached the employer.</param>
/// <param name="Contacts">Known contacts at the employer, at most 20. Their personal data is kept out of the events.</param>
/// <param name="SubmittedAt">When the application was submitted; by default now. Never in the future.</param>
/// <param name="Again">True submits although the candidate has an open application for the same job, which is refused otherwise
/// (<c>sameApplication</c>).</param>
public sealed record SubmitApplication(
    string Candidate,
    Employer Employer,
    Posting Posting,
    Approach Approach = Approach.Direct,
    IReadOnlyList<NewContact>? Contacts = null,
    DateTimeOffset? SubmittedAt = null,
    bool Again = false
);

/// <summary>A contact at the employer. A name or one address is required.</summary>
/// <param name="Name">The contact's name.</param>
/// <param name="Role">The contact's role.</param>
/// <param name="Email">The contact's e-mail address.</param>
/// <param name="Phone">The contact's telephone number.</param>
/// <param name="Profile">An http or https address of the contact's profile on a network that delivers messages.</param>
public sealed record NewContact(
    string? Name = null,
    ContactRole Role = ContactRole.Other,
    string? Email = null,
    string? Phone = null,
    string? Profile = null
);

/// <summary><c>followup.application.send-cover-letter.v1</c>: the application's one cover letter was sent.</summary>
/// <param name="PromisedFollowUpOn">The day on which the letter promises to follow up.</param>
/// <param name="At">When the letter was sent; by default now. Never in the future.</param>
public sealed record SendCoverLetter(DateOnly? PromisedFollowUpOn = null, DateTimeOffset? At = null);

/// <summary>
/// <c>followup.application.record-contact.v1</c>: a contact at the employer became known. A name or one address is required.
/// </summary>
/// <param name="Name">The contact's name.</param>
/// <param name="Role">The contact's role.</param>
/// <param name="Email">The contact's e-mail address.</param>
/// <param name="Phone">The contact's telephone number.</param>
/// <param name="Profile">An http or https address of the contact's profile on a network that delivers messages.</param>
/// <param name="At">When the contact became known; by default now. Never in the future.</param>
public sealed record RecordContact(
    string? Name = null,
    ContactRole Role = ContactRole.Other,
    string? Email = null,
    string? Phone = null,
    string? Profile = null,
    DateTimeOffset? At = null
);

/// <summary><c>followup.application.record-response.v1</c>: the employer answered.</summary>
/// <param name="PromisedNextStepOn">The day by which the employer promised to answer again, within a year.</param>
/// <param name="At">When the employer answered; by default now. Never in the future.</param>
/// <param name="Kind">What the employer answered. An acknowledgement waives no follow-up, and promises nothing.</param>
public sealed record RecordResponse(
    DateOnly? PromisedNextStepOn = null,
    DateTimeOffset? At = null,
    ResponseKind Kind = ResponseKind.Answer
);

/// <summary><c>followup.application.schedule-interview.v1</c>: an interview was agreed; it opens the next stage.</summary>
/// <param name="StartsAt">When the interview starts, within two years.</param>
/// <param name="EndsAt">When the interview ends; by default an hour after it starts.</param>
/// <param name="With">The id of the contact whom the interview is with.</param>
/// <param name="At">When the interview was agreed; by default now. Never in the future.</param>
/// <param name="Kind">What kind of interview it is.</param>
public sealed record ScheduleInterview(
    DateTimeOffset StartsAt,
    DateTimeOffset? EndsAt = null,
    Guid? With = null,
    DateTimeOffset? At = null,
    InterviewKind? Kind = null
);

/// <summary>
/// <c>followup.application.record-step.v1</c>: a step that isn't an interview takes the process further; it opens the next stage.
/// </summary>
/// <param name="Kind">What kind of step it is.</param>
/// <param name="On">The step's day, not before the submission and within a year: of an assessment the one on which it was handed in, or is
/// to be.</param>
/// <param name="AnswerBy">The day by which the employer wants an answer to an offer; not before <paramref name="On"/>.</param>
/// <param name="Name">The name of another step, at most 100 characters: needed there, and only there.</param>
/// <param name="At">When the step became known, which for an assessment is when it was set; by default now. Never in the future.</param>
public sealed record RecordStep(StepKind Kind, DateOnly On, DateOnly? AnswerBy = null, string? Name = null, DateTimeOffset? At = null);

/// <summary><c>followup.application.reschedule-interview.v1</c>: an interview was moved.</summary>
/// <param name="Interview">The interview's number, from 1; on HTTP it is in the path.</param>
/// <param name="StartsAt">When the interview now starts, within two years.</param>
/// <param name="EndsAt">When the interview now ends; by default an hour after it starts.</param>
/// <param name="At">When the interview was moved; by default now. Never in the future.</param>
public sealed record RescheduleInterview(int Interview, DateTimeOffset StartsAt, DateTimeOffset? EndsAt = null, DateTimeOffset? At = null);

/// <summary><c>followup.application.cancel-interview.v1</c>: an interview was cancelled; its stage remains.</summary>
/// <param name="Interview">The interview's number, from 1; on HTTP it is in the path.</param>
/// <param name="At">When the interview was cancelled; by default now. Never in the future.</param>
public sealed record CancelInterview(int Interview, DateTimeOffset? At = null);

/// <summary>
/// <c>followup.application.record-follow-up.v1</c>: a follow-up was made. Applications first settles it with the Scheduler, so the command
/// may be refused for one of the Scheduler's reasons.
/// </summary>
/// <param name="Channel">The channel of the follow-up.</param>
/// <param name="By">The person who made the follow-up, at most 200 characters.</param>
/// <param name="Stage">The stage; by default the one that was open at <paramref name="MadeAt"/>.</param>
/// <param name="MadeAt">When the follow-up was made; by default now. Never in the future.</param>
/// <param name="ClaimId">The id of the claim under which the follow-up was made, if there is one.</param>
/// <param name="Note">A note for the team, at most 4,000 characters; it is kept out of the events.</param>
/// <param name="Happened">True records a follow-up that was made against the plan, as after a refusal with <c>canBeRecorded</c>.</param>
public sealed record RecordFollowUp(
    Channel Channel,
    string By,
    int? Stage = null,
    DateTimeOffset? MadeAt = null,
    Guid? ClaimId = null,
    string? Note = null,
    bool Happened = false
);

/// <summary>
/// <c>followup.application.record-note.v1</c>: a note for the team, kept out of the events. It can also be recorded for a closed
/// application.
/// </summary>
/// <param name="Text">The note's text, at most 4,000 characters.</param>
/// <param name="At">When the note was written; by default now. Never in the future.</param>
public sealed record RecordNote(string Text, DateTimeOffset? At = null);

/// <summary>
/// <c>followup.application.amend.v1</c>: the recorded data of an application is corrected or completed. The data is a JSON merge patch (RFC
/// 7396): an absent property stays as it is, a property with <c>null</c> is removed. (The serializer of the .NET library leaves nulls out,
/// so such a patch must be written as JSON.)
/// </summary>
/// <param name="Employer">The changes of the employer.</param>
/// <param name="Posting">The changes of the posting.</param>
/// <param name="Approach">How the résumé reached the employer.</param>
/// <param name="Candidate">The candidate, if another one was recorded by mistake.</param>
/// <param name="SubmittedAt">When the application was submitted, if another time was recorded by mistake.</param>
/// <param name="Again">True amends although the candidate has another open application for the same job.</param>
/// <param name="At">When this became known; by default now. Never in the future. Of two amendments of a value the later one counts.</param>
public sealed record AmendApplication(
    EmployerPatch? Employer = null,
    PostingPatch? Posting = null,
    Approach? Approach = null,
    string? Candidate = null,
    DateTimeOffset? SubmittedAt = null,
    bool Again = false,
    DateTimeOffset? At = null
);

/// <summary>The changes of an employer.</summary>
/// <param name="Name">The employer's name, as the candidate knows it.</param>
/// <param name="HiringProcess">How the employer hires.</param>
/// <param name="TimeZone">The employer's IANA time zone, as <c>Europe/Berlin</c>.</param>
/// <param name="Country">The ISO 3166-1 alpha-2 code of the country whose holidays apply.</param>
/// <param name="Region">The ISO 3166-2 code, as <c>DE-BY</c>, of the region whose holidays also apply. It sets the country if that isn't
/// known.</param>
public sealed record EmployerPatch(
    string? Name = null,
    HiringProcess? HiringProcess = null,
    string? TimeZone = null,
    string? Country = null,
    string? Region = null
);

/// <summary>The changes of a posting.</summary>
/// <param name="Title">The job's title.</param>
/// <param name="Url">The posting's http or https address.</param>
/// <param name="ClosesOn">The last day on which applications are taken.</param>
/// <param name="Instructions">The changes of the posting's instructions on contact.</param>
public sealed record PostingPatch(
    string? Title = null,
    string? Url = null,
    DateOnly? ClosesOn = null,
    InstructionsPatch? Instructions = null
);

/// <summary>The changes of a posting's instructions on contact.</summary>
/// <param name="NoPhoneCalls">Whether the posting asks not to call.</param>
/// <param name="NoContact">Whether the posting asks for no contact at all.</param>
/// <param name="SubmitBy">How the posting wants the résumé.</param>
public sealed record InstructionsPatch(bool? NoPhoneCalls = null, bool? NoContact = null, SubmitBy? SubmitBy = null);

/// <summary><c>followup.application.close.v1</c>: the application has ended.</summary>
/// <param name="Reason">Why it ended.</param>
/// <param name="At">When it ended; by default now. Never in the future.</param>
public sealed record CloseApplication(ClosingReason Reason, DateTimeOffset? At = null);

/// <summary><c>followup.application.reopen.v1</c>: a closed application goes on.</summary>
/// <param name="At">When it was reopened; by default now. Never in the future.</param>
/// <param name="Again">True reopens although the candidate has another open application for the same job.</param>
public sealed record ReopenApplication(DateTimeOffset? At = null, bool Again = false);

/// <summary>
/// <c>followup.application.correct-contact.v1</c>: a contact was recorded wrongly. All details are replaced. A name or one address is
/// required.
/// </summary>
/// <param name="Contact">The contact's id; on HTTP it is in the path.</param>
/// <param name="Name">The contact's name.</param>
/// <param name="Role">The contact's role.</param>
/// <param name="Email">The contact's e-mail address.</param>
/// <param name="Phone">The contact's telephone number.</param>
/// <param name="Profile">An http or https address of the contact's profile on a network that delivers messages.</param>
public sealed record CorrectContact(
    Guid Contact,
    string? Name = null,
    ContactRole Role = ContactRole.Other,
    string? Email = null,
    string? Phone = null,
    string? Profile = null
);

/// <summary>
/// <c>followup.application.retract.v1</c>: something was recorded by mistake. Everything is then as if it had never been recorded; the fact
/// and its retraction stay in the history.
/// </summary>
/// <param name="Version">The version of the application that the fact made: its <c>sequence</c> in the timeline.</param>
/// <param name="Why">A note for the team, at most 4,000 characters; it is kept out of the events.</param>
/// <param name="Again">True takes a closing back although the candidate has another open application for the same job.</param>
public sealed record RetractFact(long Version, string? Why = null, bool Again = false);

/// <summary>
/// <c>followup.application.void.v1</c>: the application should never have been recorded. It is out of lists, agenda and insights; its
/// history stays.
/// </summary>
/// <param name="Why">A note for the team, at most 4,000 characters; it is kept out of the events.</param>
public sealed record VoidApplication(string? Why = null);

/// <summary><c>followup.command.accepted.v1</c>: a command was carried out, now or before. Corresponds to the HTTP response.</summary>
/// <param name="Status">The HTTP status of that response: 200, 201 or 204.</param>
/// <param name="Version">The version of the application's stream after the command; HTTP returns it as <c>ETag</c>.</param>
/// <param name="Location">The HTTP path of the created resource, if one was created.</param>
/// <param name="Result">The body of the HTTP response, if it has one.</param>
public sealed record CommandAccepted(int Status, long Version, string? Location = null, JsonElement? Result = null);
