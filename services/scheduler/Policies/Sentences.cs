using System.Globalization;
using FollowUp.Contracts;

namespace FollowUp.Scheduler.Policies;

/// <summary>Every reason the planner gives, as its stable code and its sentence: the one file to translate.</summary>
public static class Sentences
{
    /// <summary>The row of the policy that applied; its code is the reason's.</summary>
    public static Reason Situation(string code, int wait) => new(code, code switch
    {
        Situations.PromisedInCoverLetter => "The cover letter promised to follow up on a date, and a promise is kept.",
        Situations.ClosingDate => "The posting has a closing date, and applications are usually read after it.",
        Situations.OwnerRun => "The owner decides here, and there are few people to ask.",
        Situations.PersonnelOffice => "A small office reads many résumés here and needs its time.",
        Situations.CorporateHr => "This is a large employer with an impersonal process, which takes long.",
        Situations.ManagementTeam => "Managers hire together here, and nobody manages résumés.",
        Situations.Outsourced => "An agency recruits for this employer.",
        Situations.Referral => "Somebody referred the candidate.",
        Situations.JobBoard => "The application went through a job board, where answers take longer.",
        Situations.AfterInterview => "There is an interview, and one follow-up after it is polite.",
        Situations.PromisedNextStep => "The employer named a date by which they would be back; this is for the case that they aren't.",
        Situations.InterviewCancelled => "The interview was cancelled, so ask for a new date.",
        _ => "How this employer hires isn't known.",
    } + wait switch
    {
        <= 0 => "",
        1 => " Wait for 1 business day.",
        _ => string.Create(CultureInfo.InvariantCulture, $" Wait for {wait} business days."),
    });

    public static Reason CountedFrom(Anchor anchor) => anchor.Kind switch
    {
        AnchorKind.ClosingDate => new("countedFromClosingDate", $"Counted from the closing date, {Day(anchor.On)}."),
        AnchorKind.PromisedFollowUp => new("countedFromPromisedFollowUp", $"Counted from the date that the cover letter promised, {Day(anchor.On)}."),
        AnchorKind.PromisedNextStep => new("countedFromPromisedNextStep", $"Counted from the date that the employer named, {Day(anchor.On)}."),
        AnchorKind.InterviewEnd => new("countedFromInterviewEnd", $"Counted from the end of the interview on {Day(anchor.On)}."),
        AnchorKind.InterviewCancellation => new("countedFromInterviewCancellation", $"Counted from {Day(anchor.On)}, when the interview was cancelled."),
        _ => new("countedFromSubmission", $"Counted from {Day(anchor.On)}, when the application was submitted."),
    };

    public static Reason Due(DateOnly on, TimeOnly at, DateOnly until, string timeZone) => new("due",
        $"Due on {Day(on)} at {Time(at)} ({timeZone}), and possible until the end of {Day(until)}.");

    public static Reason MovedToBusinessDay(DateOnly from, DateOnly to) => new("movedToBusinessDay",
        $"{Day(from)} isn't a business day there, so it moved to {Day(to)}.");

    public static Reason NotBefore(DateOnly on, TimeOnly at) => new("notBefore",
        $"Not before {Day(on)} at {Time(at)}: what it asks about has to have happened.");

    public static Reason ClosingDateIgnored(DateOnly closesOn, DateOnly submittedOn) => new("closingDateIgnored",
        $"The closing date, {Day(closesOn)}, lies before the submission on {Day(submittedOn)}, so it doesn't count.");

    public static Reason DefaultTimeZone(string timeZone) => new("defaultTimeZone",
        $"The employer's time zone isn't known, so {timeZone} is used.");

    public static Reason OnlyTheRecruiter() => new("onlyTheRecruiter",
        "The employer recruits nobody itself, so only the agency's recruiter is followed up.");

    public static Reason ThroughTheReferrer() => new("throughTheReferrer", "Ask through the referrer first.");

    public static Reason ReferrerMissing() => new("referrerMissing",
        "The referrer isn't recorded; recorded as a contact, they would be asked first.");

    public static Reason TheInterviewer() => new("theInterviewer", "Get in touch with the person whom the interview is with.");

    public static Reason ContactUsed(ContactRole role) => new("contactUsed", $"Get in touch with {Role(role)} who is recorded as a contact.");

    public static Reason ContactMissing(Channel channel, ContactRole? role) => new("contactMissing",
        $"{Channel(channel)} needs {(role is { } known ? Role(known) : "a person")}, and none is recorded yet, so it isn't offered.");

    public static Reason NoPhoneCalls() => new("noPhoneCalls", "The posting asks for no phone calls, so there is no phone.");

    public static Reason MassMailingWithContact() => new("massMailingWithContact",
        "It was a mass mailing, but somebody there is known by now, so a follow-up may do some good.");

    public static Reason NoContact() => new("noContact", "The posting asks not to be contacted.");

    public static Reason MassMailing() => new("massMailing",
        "It was a mass mailing, and following one up does no good as long as nobody there is known. Record a contact to plan it.");

    public static Reason NoRecruiter() => new("noRecruiter",
        "An agency recruits for this employer, and its recruiter isn't known. Record the recruiter as a contact to plan it.");

    public static Reason ContactRequired() => new("contactRequired",
        "The team's policy wants a contact for every follow-up, and none is recorded.");

    public static Reason NoChannelLeft() => new("noChannelLeft", "Nothing is left by which to follow up.");

    public static Reason WithheldByPolicy() => new("withheldByPolicy", "The team's policy is not to follow up in this situation.");

    public static Reason NoneBeforeInterview() => new("noneBeforeInterview", "The team's policy is not to follow up before there is an interview.");

    public static Reason MovedFromQuietDate(DateOnly from, DateOnly to) => new("movedFromQuietDate",
        $"{Day(from)} is a quiet date of the team, so it moved to {Day(to)}.");

    public static Reason Overridden(Reason despite) => new("overridden", $"It was withheld, and somebody decided to make it all the same. {despite.Sentence}");

    public static Reason RecordContact(ContactRole? role = null) => new("recordContact", $"Record {(role is { } known ? Role(known) : "a person there")} as a contact.");

    public static Reason RecordRecruiter() => new("recordRecruiter", "Record the agency's recruiter as a contact.");

    public static Reason AmendInstructions() => new("amendInstructions", "Amend the posting's instructions, if they don't hold any more.");

    public static Reason ScheduleInterview() => new("scheduleInterview", "Schedule the interview, once there is one: it has a follow-up of its own.");

    public static Reason ChangePolicy() => new("changePolicy", "Change the team's policy.");

    public static Reason StageClosed(int stage) => new("stageClosed",
        string.Create(CultureInfo.InvariantCulture, $"Stage {stage} has begun, so asking about this one is over."));

    public static Reason EmployerResponded(DateOnly on) => new("employerResponded", $"The employer answered on {Day(on)}, so there is nothing to ask.");

    public static Reason ApplicationClosed(ClosingReason because) => new("applicationClosed", because switch
    {
        ClosingReason.Rejected => "The application is closed: it was rejected.",
        ClosingReason.Withdrawn => "The application is closed: the candidate withdrew.",
        ClosingReason.OfferAccepted => "The application is closed: the offer was accepted.",
        ClosingReason.OfferDeclined => "The application is closed: the offer was declined.",
        ClosingReason.PositionFilled => "The application is closed: the position was filled.",
        ClosingReason.NoResponse => "The application is closed: nobody ever answered.",
        _ => "The application is closed.",
    });

    public static Reason SharedContact(string candidate, bool isMade, DateOnly on) => new("sharedContact", "x");
    public static Reason ContactJustFollowedUp(string candidate, DateOnly on) => new("contactJustFollowedUp", "x");
    public static Reason EmployerCap(string employer, int most) => new("employerCap", "x");
    public static Reason CandidateCap(string candidate, int most) => new("candidateCap", "x");
    public static Reason EmployerCapReached(string employer, int most) => new("employerCapReached", "x");
    public static Reason CandidateCapReached(string candidate, int most) => new("candidateCapReached", "x");

    private static string Role(ContactRole role) => role switch
    {
        ContactRole.Owner => "the owner",
        ContactRole.Recruiter => "the recruiter",
        ContactRole.HiringManager => "the hiring manager",
        ContactRole.Referrer => "the referrer",
        _ => "the person",
    };

    private static string Channel(Channel channel) => channel switch
    {
        Contracts.Channel.Phone => "A call",
        Contracts.Channel.Email => "An e-mail",
        Contracts.Channel.Letter => "A letter",
        Contracts.Channel.InPerson => "A visit",
        _ => "A direct message",
    };

    private static string Day(DateOnly date) => date.ToString("dddd d MMMM yyyy", CultureInfo.InvariantCulture);

    private static string Time(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);
}
