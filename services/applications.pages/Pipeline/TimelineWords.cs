using System.Text.Json;
using System.Text.Json.Nodes;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Queries;
using FollowUp.Contracts;
using FollowUp.Platform;
using Microsoft.Extensions.Localization;
using NodaTime;
using Public = FollowUp.Contracts;

namespace FollowUp.Applications.Pages.Pipeline;

/// <summary>
/// The timeline's events as sentences in the reader's language. One instance for each application: what an amendment changed follows from
/// the events before it.
/// </summary>
/// <param name="t">The localizer of the pages.</param>
/// <param name="terms">The terms of the domain.</param>
/// <param name="zone">The reader's time zone.</param>
public sealed class TimelineWords(IStringLocalizer<Words> t, Terms terms, DateTimeZone zone)
{
    private ApplicationAmended? _known;

    /// <summary>The contract of a timeline entry; null if a newer version of a service published a type that is unknown here.</summary>
    public static object? Contract(GetTimeline.Item item)
    {
        try
        {
            return Catalogue.Find(item.Type) is { } type ? item.Data.Deserialize(type, Json.Lenient) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The stage of the event, if it has one.</summary>
    public static int? StageOf(object? contract) =>
        contract switch
        {
            ISlotEvent x => x.Stage,
            Public.FollowUpMade x => x.Stage,
            Public.EmployerResponded x => x.Stage,
            _ => null,
        };

    /// <summary>The reasons of a decision, unless the sentence contains them.</summary>
    public static IReadOnlyList<Reason> Reasons(object? contract) => contract is FollowUpPlanned x ? x.Reasons : [];

    /// <summary>The event as a sentence.</summary>
    /// <param name="contract">An event of the catalogue. Events must be passed in order.</param>
    /// <param name="contact">The contact of the event, if known.</param>
    public string Sentence(object contract, Contact? contact = null) =>
        contract switch
        {
            ApplicationSubmitted x => Submitted(x),
            Public.CoverLetterSent { PromisedFollowUpOn: { } on } => t[
                "The cover letter went out. It promises to follow up on {0}.",
                Terms.Day(on)
            ],
            Public.CoverLetterSent => t["The cover letter went out."],
            Public.ContactRecorded x => t["A contact became known: {0}.", ContactName.Words(t, terms, contact, x.Contact.Role)],
            Public.EmployerResponded { PromisedNextStepOn: { } on } => t["The employer answered. They will be back by {0}.", Terms.Day(on)],
            Public.EmployerResponded { Kind: ResponseKind.Acknowledgement } => t["The employer confirmed the receipt."],
            Public.EmployerResponded { Kind: ResponseKind.Rejection } => t["The employer said no."],
            Public.EmployerResponded { Kind: ResponseKind.Invitation } => t["The employer invited to the next step."],
            Public.EmployerResponded { Kind: ResponseKind.Offer } => t["The employer made an offer."],
            Public.EmployerResponded => t["The employer answered."],
            Public.StepRecorded { Kind: StepKind.Assessment } x => t["An assessment was set; it is handed in on {0}.", Terms.Day(x.On)],
            Public.StepRecorded { Kind: StepKind.ReferenceCheck } x => t["References are checked on {0}.", Terms.Day(x.On)],
            Public.StepRecorded { Kind: StepKind.Offer, AnswerBy: { } by } x => t[
                "The employer made an offer on {0}, and wants an answer by {1}.",
                Terms.Day(x.On),
                Terms.Day(by)
            ],
            Public.StepRecorded { Kind: StepKind.Offer } x => t["The employer made an offer on {0}.", Terms.Day(x.On)],
            Public.StepRecorded x => t["{0}: {1}.", x.Name ?? "", Terms.Day(x.On)],
            Public.InterviewScheduled { With: not null, Kind: { } kind and not InterviewKind.Other } x => t[
                "Interview {0} ({1}) was agreed: {2}, with {3}.",
                x.Interview,
                terms[kind],
                At(x.StartsAt),
                ContactName.Words(t, terms, contact, null)
            ],
            Public.InterviewScheduled { With: not null } x => t[
                "Interview {0} was agreed: {1}, with {2}.",
                x.Interview,
                At(x.StartsAt),
                ContactName.Words(t, terms, contact, null)
            ],
            Public.InterviewScheduled { Kind: { } kind and not InterviewKind.Other } x => t[
                "Interview {0} ({1}) was agreed: {2}.",
                x.Interview,
                terms[kind],
                At(x.StartsAt)
            ],
            Public.InterviewScheduled x => t["Interview {0} was agreed: {1}.", x.Interview, At(x.StartsAt)],
            Public.InterviewRescheduled x => t["Interview {0} was moved: {1}.", x.Interview, At(x.StartsAt)],
            Public.InterviewCancelled x => t["Interview {0} was cancelled.", x.Interview],
            Public.FollowUpMade x => t["{0} followed up ({1}).", x.By, terms[x.Channel]],
            ApplicationAmended x => Amended(x),
            Public.ContactCorrected x => t["A contact was corrected: {0}.", ContactName.Words(t, terms, contact, x.Contact.Role)],
            FactRetracted x => t["Recorded by mistake, and taken back: {0}.", TakenBack(x.Type)],
            ApplicationVoided => t["The application was voided: it was recorded by mistake."],
            FollowUpRetracted => t["The follow-up was recorded by mistake: it can be made."],
            ApplicationClosed x => t["The application was closed: {0}.", terms[x.Reason]],
            ApplicationReopened => t["The application was opened again."],
            CandidateErased => t["What was known of the person was erased."],
            FollowUpPlanned { Contact: not null } x => t[
                "The follow-up is planned for {0} ({1}), to {2}.",
                At(x.DueAt),
                Channels(x.Channels),
                ContactName.Words(t, terms, contact, x.Contact.Role)
            ],
            FollowUpPlanned x => t["The follow-up is planned for {0} ({1}).", At(x.DueAt), Channels(x.Channels)],
            FollowUpWithheld x => t["The follow-up is withheld. {0}", string.Join(' ', x.Reasons.Select(Terms.Reason))],
            FollowUpDue x => t["The follow-up is due. It is possible until {0}.", At(x.WindowEndsAt)],
            FollowUpClaimed x => t["{0} took the follow-up over until {1}.", x.By, At(x.ExpiresAt)],
            ClaimReleased x => t["{0} let go of the follow-up.", x.By],
            ClaimExpired x => t["{0} had taken the follow-up over; the time for it ran out.", x.By],
            ClaimRefused x => t["{0} wanted to take the follow-up over, and was refused. {1}", x.By, Terms.Reason(x.Reason)],
            FollowUpSettled x => t["The one follow-up of this stage is made: {0} ({1}).", x.By, terms[x.Channel]],
            FollowUpWaived x => t["The follow-up is no longer needed. {0}", Terms.Reason(x.Reason)],
            FollowUpLapsed x => t["Nobody followed up. It was possible until {0}.", At(x.WindowEndedAt)],
            FollowUpAssigned { To: { } to } x => t["{0} assigned the follow-up to {1}.", x.By, to],
            FollowUpAssigned x => t["{0} assigned the follow-up to nobody in particular.", x.By],
            FollowUpSnoozed x => t["{0} put the follow-up off until {1}.", x.By, At(x.DueAt)],
            FollowUpOverridden x => t["{0} wants the follow-up made all the same: {1}.", x.By, terms[x.Because]],
            PolicyChanged x => t["{0} changed the team's policy; it is version {1} now.", x.By, x.Version],
            ClosingProposed { Reason: ClosingReason.Rejected } => t["The employer said no: it is proposed to close the application."],
            ClosingProposed x => t["Nobody has answered since {0}: it is proposed to close the application.", At(x.SilentSince)],
            ClosingProposalWithdrawn => t["The proposal to close the application was withdrawn, by what is known now."],
            _ => throw new ArgumentException($"{contract.GetType()} is no event of the catalogue.", nameof(contract)),
        };

    private string Submitted(ApplicationSubmitted x)
    {
        _known = new(x.Application, x.Employer, x.Posting, x.Approach, x.SubmittedAt);
        return t["The application went to {0}: {1} ({2}).", x.Employer.Name, x.Posting.Title, terms[x.Approach]];
    }

    private string Amended(ApplicationAmended x)
    {
        var changes = _known is { } before ? Changes(before, Stated(before, x)).ToArray() : [];
        _known = x;
        return changes.Length == 0 ? t["Something was learned since."] : t["Something was learned since: {0}.", string.Join("; ", changes)];
    }

    // What was learned late may have been superseded before it was recorded.
    private static ApplicationAmended Stated(ApplicationAmended before, ApplicationAmended x)
    {
        if (x.Patch is not { ValueKind: JsonValueKind.Object } patch)
            return x;
        var stated = MergePatch.Apply(JsonSerializer.SerializeToNode(before, Json.Lenient), JsonObject.Create(patch));
        return stated.Deserialize<ApplicationAmended>(Json.Lenient)! with { Candidate = x.Candidate, SubmittedAt = x.SubmittedAt };
    }

    private IEnumerable<string> Changes(ApplicationAmended before, ApplicationAmended now)
    {
        var (employer, posting) = (now.Employer, now.Posting);
        if (employer.Name != before.Employer.Name)
            yield return $"{t["Employer"]}: {employer.Name}";
        if (employer.HiringProcess != before.Employer.HiringProcess)
            yield return $"{t["Hires by"]}: {terms[employer.HiringProcess]}";
        if (employer.TimeZone != before.Employer.TimeZone)
            yield return $"{t["Time zone"]}: {Or(employer.TimeZone)}";
        if (employer.Country != before.Employer.Country || employer.Region != before.Employer.Region)
            yield return $"{t["Holidays of"]}: {Or(employer.Region ?? employer.Country)}";
        if (posting.Title != before.Posting.Title)
            yield return $"{t["Title"]}: {posting.Title}";
        if (posting.Url != before.Posting.Url)
            yield return $"{t["Web address"]}: {Or(posting.Url)}";
        if (posting.ClosesOn != before.Posting.ClosesOn)
            yield return $"{t["Closing date"]}: {Or(posting.ClosesOn is { } on ? Terms.Day(on) : null)}";
        if ((posting.Instructions?.NoPhoneCalls ?? false) != (before.Posting.Instructions?.NoPhoneCalls ?? false))
            yield return posting.Instructions?.NoPhoneCalls is true ? t["no phone calls"] : t["phone calls are fine"];
        if ((posting.Instructions?.NoContact ?? false) != (before.Posting.Instructions?.NoContact ?? false))
            yield return posting.Instructions?.NoContact is true ? t["no contact"] : t["contact is fine"];
        if (posting.Instructions?.SubmitBy != before.Posting.Instructions?.SubmitBy)
            yield return $"{t["Résumé"]}: {Or(posting.Instructions?.SubmitBy is { } how ? terms[how] : null)}";
        if (now.Approach != before.Approach)
            yield return $"{t["Sent by"]}: {terms[now.Approach]}";
        if (now.Candidate is { } candidate)
            yield return $"{t["Who applies"]}: {candidate}";
        if (now.SubmittedAt is { } submittedAt)
            yield return $"{t["Submitted"]}: {Terms.Day(Terms.DayOf(submittedAt, zone))}";
    }

    private string TakenBack(string type) =>
        Catalogue.Find(type) switch
        {
            var x when x == typeof(Public.CoverLetterSent) => t["the cover letter"],
            var x when x == typeof(Public.ContactRecorded) => t["the contact"],
            var x when x == typeof(Public.EmployerResponded) => t["the employer's answer"],
            var x when x == typeof(Public.InterviewScheduled) => t["the interview"],
            var x when x == typeof(Public.StepRecorded) => t["the step"],
            var x when x == typeof(Public.InterviewRescheduled) => t["the interview's new time"],
            var x when x == typeof(Public.InterviewCancelled) => t["the interview's cancellation"],
            var x when x == typeof(Public.FollowUpMade) => t["the follow-up"],
            var x when x == typeof(ApplicationClosed) => t["the closing"],
            var x when x == typeof(ApplicationReopened) => t["the reopening"],
            _ => type,
        };

    private string Or(string? text) => text ?? t["not known"];

    private string At(DateTimeOffset at) => $"{Terms.Day(Terms.DayOf(at, zone))} {Terms.TimeOf(at, zone)}";

    private string Channels(IEnumerable<Channel> channels) => string.Join(", ", channels.Select(x => terms[x]));
}
