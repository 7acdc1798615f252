using System.Text.Json;

namespace FollowUp.Contracts.Commands;

// A command's subject is the application's id, its data one of these: what the HTTP route of the same name takes, and what is in its path.

/// <summary>
/// <c>followup.application.submit.v1</c>: a candidate applied for a job. The subject is an id (UUID) of the sender's choice; submitted
/// again with the same content, nothing happens.
/// </summary>
/// <param name="Candidate">The sender's own opaque reference of the candidate, at most 100 characters; never an e-mail address.</param>
/// <param name="Employer">Who hires.</param>
/// <param name="Posting">The advertisement.</param>
/// <param name="Approach">How the résumé got there.</param>
/// <param name="Contacts">Known people there, at most 20. Who they are is kept out of the events.</param>
/// <param name="SubmittedAt">When, if not just now; never in the future.</param>
public sealed record SubmitApplication(
    string Candidate,
    Employer Employer,
    Posting Posting,
    Approach Approach = Approach.Direct,
    IReadOnlyList<NewContact>? Contacts = null,
    DateTimeOffset? SubmittedAt = null
);

/// <summary>A person there: a name or a way to reach them is needed.</summary>
/// <param name="Name">Their name.</param>
/// <param name="Role">What they do there.</param>
/// <param name="Email">Their e-mail address.</param>
/// <param name="Phone">Their telephone number.</param>
/// <param name="Profile">An http or https address of theirs, on a network where they take messages.</param>
public sealed record NewContact(
    string? Name = null,
    ContactRole Role = ContactRole.Other,
    string? Email = null,
    string? Phone = null,
    string? Profile = null
);

/// <summary><c>followup.application.send-cover-letter.v1</c>: the one cover letter went out.</summary>
/// <param name="PromisedFollowUpOn">The day on which it promises to follow up.</param>
/// <param name="At">When, if not just now; never in the future.</param>
public sealed record SendCoverLetter(DateOnly? PromisedFollowUpOn = null, DateTimeOffset? At = null);

/// <summary><c>followup.application.record-contact.v1</c>: a person there became known; a name or a way to reach them is needed.</summary>
/// <param name="Name">Their name.</param>
/// <param name="Role">What they do there.</param>
/// <param name="Email">Their e-mail address.</param>
/// <param name="Phone">Their telephone number.</param>
/// <param name="Profile">An http or https address of theirs, on a network where they take messages.</param>
/// <param name="At">When, if not just now; never in the future.</param>
public sealed record RecordContact(
    string? Name = null,
    ContactRole Role = ContactRole.Other,
    string? Email = null,
    string? Phone = null,
    string? Profile = null,
    DateTimeOffset? At = null
);

/// <summary><c>followup.application.record-response.v1</c>: the employer answered.</summary>
/// <param name="PromisedNextStepOn">The day by which they said they would be back, within a year.</param>
/// <param name="At">When, if not just now; never in the future.</param>
public sealed record RecordResponse(DateOnly? PromisedNextStepOn = null, DateTimeOffset? At = null);

/// <summary><c>followup.application.schedule-interview.v1</c>: an interview was agreed; it opens the next stage.</summary>
/// <param name="StartsAt">When it starts, within two years.</param>
/// <param name="EndsAt">When it ends; an hour after it starts unless said.</param>
/// <param name="With">The id of the contact it is with.</param>
/// <param name="At">When it was agreed, if not just now; never in the future.</param>
public sealed record ScheduleInterview(
    DateTimeOffset StartsAt,
    DateTimeOffset? EndsAt = null,
    Guid? With = null,
    DateTimeOffset? At = null
);

/// <summary><c>followup.application.reschedule-interview.v1</c>: an interview was moved.</summary>
/// <param name="Interview">Its number, from 1; on HTTP it is in the path.</param>
/// <param name="StartsAt">When it starts now, within two years.</param>
/// <param name="EndsAt">When it ends; an hour after it starts unless said.</param>
/// <param name="At">When it was moved, if not just now; never in the future.</param>
public sealed record RescheduleInterview(int Interview, DateTimeOffset StartsAt, DateTimeOffset? EndsAt = null, DateTimeOffset? At = null);

/// <summary><c>followup.application.cancel-interview.v1</c>: an interview won't happen; its stage stays.</summary>
/// <param name="Interview">Its number, from 1; on HTTP it is in the path.</param>
/// <param name="At">When it was cancelled, if not just now; never in the future.</param>
public sealed record CancelInterview(int Interview, DateTimeOffset? At = null);

/// <summary>
/// <c>followup.application.record-follow-up.v1</c>: a follow-up was made. It is settled with the Scheduler first, so it may be refused with
/// the Scheduler's reason.
/// </summary>
/// <param name="Channel">How.</param>
/// <param name="By">Who made it, at most 200 characters.</param>
/// <param name="Stage">The stage; the current one unless said.</param>
/// <param name="MadeAt">When, if not just now; never in the future.</param>
/// <param name="ClaimId">The claim it was made under, where there is one.</param>
/// <param name="Note">A note for the team, at most 4,000 characters; it is kept out of the events.</param>
public sealed record RecordFollowUp(
    Channel Channel,
    string By,
    int? Stage = null,
    DateTimeOffset? MadeAt = null,
    Guid? ClaimId = null,
    string? Note = null
);

/// <summary>
/// <c>followup.application.record-note.v1</c>: a note for the team, kept out of the events. A closed application takes one too.
/// </summary>
/// <param name="Text">What it says, at most 4,000 characters.</param>
/// <param name="At">When it was noted, if not just now; never in the future.</param>
public sealed record RecordNote(string Text, DateTimeOffset? At = null);

/// <summary>
/// <c>followup.application.amend.v1</c>: something was learned since. The data is a JSON merge patch (RFC 7396): what is absent stays, what
/// is <c>null</c> is taken away (which needs the JSON written out: <see cref="Json"/> leaves a null out).
/// </summary>
/// <param name="Employer">What changes of the employer.</param>
/// <param name="Posting">What changes of the posting.</param>
/// <param name="Approach">How the résumé got there.</param>
public sealed record AmendApplication(EmployerPatch? Employer = null, PostingPatch? Posting = null, Approach? Approach = null);

/// <summary>What changes of an employer.</summary>
/// <param name="Name">As the candidate knows it.</param>
/// <param name="HiringProcess">How they hire.</param>
/// <param name="TimeZone">IANA time zone they work in, as <c>Europe/Berlin</c>.</param>
/// <param name="Country">ISO 3166-1 alpha-2 code, whose holidays apply.</param>
/// <param name="Region">ISO 3166-2 code, as <c>DE-BY</c>, whose holidays apply as well; it sets the country where none is known.</param>
public sealed record EmployerPatch(
    string? Name = null,
    HiringProcess? HiringProcess = null,
    string? TimeZone = null,
    string? Country = null,
    string? Region = null
);

/// <summary>What changes of a posting.</summary>
/// <param name="Title">The job's title.</param>
/// <param name="Url">Where it can be read, an http or https address.</param>
/// <param name="ClosesOn">The last day on which applications are taken.</param>
/// <param name="Instructions">What changes of what it says about getting in touch.</param>
public sealed record PostingPatch(
    string? Title = null,
    string? Url = null,
    DateOnly? ClosesOn = null,
    InstructionsPatch? Instructions = null
);

/// <summary>What changes of what a posting says about getting in touch.</summary>
/// <param name="NoPhoneCalls">No calls, please.</param>
/// <param name="NoContact">No contact, please.</param>
/// <param name="SubmitBy">How it wants the résumé.</param>
public sealed record InstructionsPatch(bool? NoPhoneCalls = null, bool? NoContact = null, SubmitBy? SubmitBy = null);

/// <summary><c>followup.application.close.v1</c>: it is over.</summary>
/// <param name="Reason">Why.</param>
/// <param name="At">When, if not just now; never in the future.</param>
public sealed record CloseApplication(ClosingReason Reason, DateTimeOffset? At = null);

/// <summary><c>followup.application.reopen.v1</c>: it is not over after all.</summary>
/// <param name="At">When, if not just now; never in the future.</param>
public sealed record ReopenApplication(DateTimeOffset? At = null);

/// <summary><c>followup.command.accepted.v1</c>: a command was carried out, or had been before; the same as the HTTP answer.</summary>
/// <param name="Status">The HTTP status that goes with it: 200, 201 or 204.</param>
/// <param name="Version">The version of the application's stream afterwards; what HTTP gives as <c>ETag</c>.</param>
/// <param name="Location">Where the thing made is on HTTP, if one was.</param>
/// <param name="Result">What HTTP gives as the body, if it gives one.</param>
public sealed record CommandAccepted(int Status, long Version, string? Location = null, JsonElement? Result = null);
