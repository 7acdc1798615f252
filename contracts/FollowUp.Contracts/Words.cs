namespace FollowUp.Contracts;

/// <summary>How an employer hires.</summary>
public enum HiringProcess
{
    /// <summary>Not known; the default.</summary>
    Unknown,

    /// <summary>A small business where the owner decides.</summary>
    OwnerRun,

    /// <summary>Mid-sized: a small office reads many résumés.</summary>
    PersonnelOffice,

    /// <summary>Large, with an impersonal process.</summary>
    CorporateHr,

    /// <summary>Managers hire together and nobody manages résumés.</summary>
    ManagementTeam,

    /// <summary>An agency recruits; the employer itself recruits nobody.</summary>
    Outsourced,
}

/// <summary>How the résumé got there.</summary>
public enum Approach
{
    /// <summary>Sent to the employer itself; the default.</summary>
    Direct,

    /// <summary>Through a job board's form.</summary>
    JobBoard,

    /// <summary>Handed on by somebody who knows both sides.</summary>
    Referral,

    /// <summary>Through an agency.</summary>
    Agency,

    /// <summary>The same letter to many employers at once.</summary>
    MassMailing,
}

/// <summary>What a contact does there.</summary>
public enum ContactRole
{
    /// <summary>Anything else; the default.</summary>
    Other,

    /// <summary>Owns the business.</summary>
    Owner,

    /// <summary>Recruits, for the employer or for an agency.</summary>
    Recruiter,

    /// <summary>Would be the candidate's manager.</summary>
    HiringManager,

    /// <summary>Referred the candidate.</summary>
    Referrer,
}

/// <summary>A way to follow up.</summary>
public enum Channel
{
    /// <summary>A call.</summary>
    Phone,

    /// <summary>An e-mail.</summary>
    Email,

    /// <summary>A letter.</summary>
    Letter,

    /// <summary>A message on a network both are on; needs a person.</summary>
    DirectMessage,

    /// <summary>A visit; needs a person.</summary>
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

/// <summary>Why an application was closed.</summary>
public enum ClosingReason
{
    /// <summary>The employer said no.</summary>
    Rejected,

    /// <summary>The candidate withdrew.</summary>
    Withdrawn,

    /// <summary>The candidate took the job.</summary>
    OfferAccepted,

    /// <summary>The candidate turned the job down.</summary>
    OfferDeclined,

    /// <summary>Somebody else has it.</summary>
    PositionFilled,

    /// <summary>Nobody ever answered.</summary>
    NoResponse,
}

/// <summary>What is to be known of a slot: a stage's only follow-up.</summary>
public enum SlotStatus
{
    /// <summary>It has a date, which lies ahead.</summary>
    Planned,

    /// <summary>It would do no good as things stand.</summary>
    Withheld,

    /// <summary>Its moment has come.</summary>
    Due,

    /// <summary>Somebody holds the exclusive right to make it.</summary>
    Claimed,

    /// <summary>It was made.</summary>
    Made,

    /// <summary>It is no longer needed.</summary>
    Waived,

    /// <summary>Nobody made it while its window was open.</summary>
    Lapsed,
}

/// <summary>Where a slot's date is counted from.</summary>
public enum AnchorKind
{
    /// <summary>When the application was submitted.</summary>
    Submission,

    /// <summary>The posting's closing date.</summary>
    ClosingDate,

    /// <summary>The date that the cover letter promised.</summary>
    PromisedFollowUp,

    /// <summary>The date by which the employer said they would be back.</summary>
    PromisedNextStep,

    /// <summary>When the interview ends.</summary>
    InterviewEnd,

    /// <summary>When the interview was cancelled.</summary>
    InterviewCancellation,
}

/// <summary>How a day or moment is known.</summary>
public enum Basis
{
    /// <summary>FollowUp's own clock: it was recorded as it happened.</summary>
    Measured,

    /// <summary>Somebody said so: whoever recorded it, the posting, the letter or the employer.</summary>
    Declared,

    /// <summary>Nobody said so; FollowUp takes it to be so, as that an interview takes an hour.</summary>
    Inferred,
}

/// <summary>Why a withheld follow-up is to be made all the same.</summary>
public enum OverrideReason
{
    /// <summary>Someone there asked for it, or agreed to it.</summary>
    EmployerAgreed,

    /// <summary>The candidate or the team knows somebody there.</summary>
    KnownThere,

    /// <summary>What the posting or the record says no longer holds.</summary>
    Outdated,

    /// <summary>Whoever advises the candidate judges so.</summary>
    Judgement,
}
