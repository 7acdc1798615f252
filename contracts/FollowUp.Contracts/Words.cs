namespace FollowUp.Contracts;

/// <summary>How an employer hires.</summary>
public enum HiringProcess
{
    /// <summary>The process isn't known; the default.</summary>
    Unknown,

    /// <summary>A small business in which the owner decides.</summary>
    OwnerRun,

    /// <summary>A mid-sized employer: a small office reads many résumés.</summary>
    PersonnelOffice,

    /// <summary>A large employer with an impersonal process.</summary>
    CorporateHr,

    /// <summary>Managers hire together; no office manages résumés.</summary>
    ManagementTeam,

    /// <summary>An agency recruits; the employer itself doesn't.</summary>
    Outsourced,
}

/// <summary>How the résumé reached the employer.</summary>
public enum Approach
{
    /// <summary>The candidate sent the résumé to the employer; the default.</summary>
    Direct,

    /// <summary>The candidate used the form of a job board.</summary>
    JobBoard,

    /// <summary>A person who knows both sides handed the résumé on.</summary>
    Referral,

    /// <summary>An agency sent the résumé.</summary>
    Agency,

    /// <summary>The candidate sent the same letter to many employers at once.</summary>
    MassMailing,
}

/// <summary>A contact's role.</summary>
public enum ContactRole
{
    /// <summary>Any other role; the default.</summary>
    Other,

    /// <summary>The owner of the business.</summary>
    Owner,

    /// <summary>A recruiter of the employer or of an agency.</summary>
    Recruiter,

    /// <summary>The candidate's future manager.</summary>
    HiringManager,

    /// <summary>The person who referred the candidate.</summary>
    Referrer,
}

/// <summary>A channel for a follow-up.</summary>
public enum Channel
{
    /// <summary>A telephone call.</summary>
    Phone,

    /// <summary>An e-mail.</summary>
    Email,

    /// <summary>A letter.</summary>
    Letter,

    /// <summary>A message on a network that both sides use; needs a known contact.</summary>
    DirectMessage,

    /// <summary>A visit; needs a known contact.</summary>
    InPerson,
}

/// <summary>How the posting wants the résumé.</summary>
public enum SubmitBy
{
    /// <summary>In the text of the message.</summary>
    Embed,

    /// <summary>As an attachment.</summary>
    Attach,
}

/// <summary>What an employer answered.</summary>
public enum ResponseKind
{
    /// <summary>An answer that is none of the others.</summary>
    Answer,

    /// <summary>An automatic or formal receipt: it waives nothing.</summary>
    Acknowledgement,

    /// <summary>A no: closing the application is proposed.</summary>
    Rejection,

    /// <summary>An invitation to the next step, which is recorded of its own.</summary>
    Invitation,

    /// <summary>An offer, which is recorded as a step of its own.</summary>
    Offer,
}

/// <summary>What kind of interview it is.</summary>
public enum InterviewKind
{
    /// <summary>A first call, mostly by a recruiter.</summary>
    PhoneScreen,

    /// <summary>A video call.</summary>
    Video,

    /// <summary>A visit.</summary>
    OnSite,

    /// <summary>A meeting with several people at once.</summary>
    Panel,

    /// <summary>Any other kind.</summary>
    Other,
}

/// <summary>A step that takes the process further and isn't an interview.</summary>
public enum StepKind
{
    /// <summary>A test or a task.</summary>
    Assessment,

    /// <summary>The employer asks the candidate's references.</summary>
    ReferenceCheck,

    /// <summary>The employer makes an offer.</summary>
    Offer,

    /// <summary>Any other step; it has a name.</summary>
    Other,
}

/// <summary>Why an application was closed.</summary>
public enum ClosingReason
{
    /// <summary>The employer rejected the candidate.</summary>
    Rejected,

    /// <summary>The candidate withdrew.</summary>
    Withdrawn,

    /// <summary>The candidate accepted an offer.</summary>
    OfferAccepted,

    /// <summary>The candidate declined an offer.</summary>
    OfferDeclined,

    /// <summary>Another candidate got the job.</summary>
    PositionFilled,

    /// <summary>The employer never answered.</summary>
    NoResponse,
}

/// <summary>The status of a slot, which is a stage's only follow-up.</summary>
public enum SlotStatus
{
    /// <summary>The slot has a due date in the future.</summary>
    Planned,

    /// <summary>A follow-up would do no good at present.</summary>
    Withheld,

    /// <summary>The slot is due.</summary>
    Due,

    /// <summary>A claimer holds the exclusive right to make the follow-up.</summary>
    Claimed,

    /// <summary>The follow-up was made.</summary>
    Made,

    /// <summary>The follow-up is no longer needed.</summary>
    Waived,

    /// <summary>The window ended without a follow-up.</summary>
    Lapsed,
}

/// <summary>The kind of day from which a slot's due date is counted.</summary>
public enum AnchorKind
{
    /// <summary>The day on which the application was submitted.</summary>
    Submission,

    /// <summary>The posting's closing date.</summary>
    ClosingDate,

    /// <summary>The day on which the cover letter promised to follow up.</summary>
    PromisedFollowUp,

    /// <summary>The day by which the employer promised to answer again.</summary>
    PromisedNextStep,

    /// <summary>The day on which the interview ends.</summary>
    InterviewEnd,

    /// <summary>The day on which the interview was cancelled.</summary>
    InterviewCancellation,

    /// <summary>The day on which the assessment was handed in.</summary>
    AssessmentHandIn,

    /// <summary>The day of the reference check.</summary>
    ReferenceCheck,

    /// <summary>The day of the offer.</summary>
    Offer,

    /// <summary>The day of another step.</summary>
    Step,
}

/// <summary>How a day or moment is known.</summary>
public enum Basis
{
    /// <summary>By FollowUp's own clock: the event was recorded as it happened.</summary>
    Measured,

    /// <summary>A source stated it: the person who recorded it, the posting, the letter or the employer.</summary>
    Declared,

    /// <summary>FollowUp assumed it, as that an interview takes an hour.</summary>
    Inferred,
}

/// <summary>Why a withheld follow-up is to be made.</summary>
public enum OverrideReason
{
    /// <summary>The employer asked for the follow-up, or agreed to it.</summary>
    EmployerAgreed,

    /// <summary>The candidate or the team knows a person at the employer.</summary>
    KnownThere,

    /// <summary>The posting or the record is out of date.</summary>
    Outdated,

    /// <summary>The judgement of the person who advises the candidate.</summary>
    Judgement,
}
