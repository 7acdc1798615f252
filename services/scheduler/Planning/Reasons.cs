using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.InternalContracts.Localization;

namespace FollowUp.Scheduler.Planning;

/// <summary>
/// Every reason that the Scheduler gives: its code, its sentence, and the values in the sentence. The sentences themselves are in the
/// resource files of <see cref="ReasonText"/>. Where a code has several sentences, the value <c>form</c> selects one.
/// </summary>
public static class Reasons
{
    // The row of the policy that applied. The row's code is also the reason's code.
    public static Reason Situation(string code, int wait) => Give(code, ("wait", Number(wait)));

    // The due date

    public static Reason CountedFrom(Anchor anchor) =>
        anchor.Kind switch
        {
            AnchorKind.ClosingDate => Give("countedFromClosingDate", ("on", Day(anchor.On))),
            AnchorKind.PromisedFollowUp => Give("countedFromPromisedFollowUp", ("on", Day(anchor.On))),
            AnchorKind.PromisedNextStep => Give("countedFromPromisedNextStep", ("on", Day(anchor.On))),
            AnchorKind.InterviewEnd => Give("countedFromInterviewEnd", ("on", Day(anchor.On)), ("basis", Word(anchor.Basis))),
            AnchorKind.InterviewCancellation => Give(
                "countedFromInterviewCancellation",
                ("on", Day(anchor.On)),
                ("basis", Word(anchor.Basis))
            ),
            AnchorKind.AssessmentHandIn => Give("countedFromAssessment", ("on", Day(anchor.On))),
            AnchorKind.ReferenceCheck => Give("countedFromReferenceCheck", ("on", Day(anchor.On))),
            AnchorKind.Offer => Give("countedFromOffer", ("on", Day(anchor.On))),
            AnchorKind.Step => Give("countedFromStep", ("on", Day(anchor.On))),
            _ => Give("countedFromSubmission", ("on", Day(anchor.On)), ("basis", Word(anchor.Basis))),
        };

    public static Reason Due(DateOnly on, TimeOnly at, DateOnly until, string timeZone) =>
        Give("due", ("on", Day(on)), ("at", Time(at)), ("until", Day(until)), ("timeZone", timeZone));

    public static Reason MovedToBusinessDay(DateOnly from, DateOnly to) => Give("movedToBusinessDay", ("from", Day(from)), ("to", Day(to)));

    public static Reason MovedFromQuietDate(DateOnly from, DateOnly to) => Give("movedFromQuietDate", ("from", Day(from)), ("to", Day(to)));

    public static Reason NotBefore(DateOnly on, TimeOnly at) => Give("notBefore", ("on", Day(on)), ("at", Time(at)));

    /// <summary>The slot was withheld, or its application closed, until a day after it would have been due.</summary>
    public static Reason OpenedLate(DateOnly on, DateOnly to) => Give("openedLate", ("on", Day(on)), ("to", Day(to)));

    /// <summary>The employer wants an answer to an offer by a day: nothing is due or possible after it.</summary>
    public static Reason AnswerBy(DateOnly on, bool isDueEarlier) =>
        Give("answerBy", ("form", isDueEarlier ? "due" : "window"), ("on", Day(on)));

    public static Reason NextStepAhead(DateOnly on, bool isBeforeDue) =>
        Give("nextStepAhead", ("form", isBeforeDue ? "beforeDue" : "afterDue"), ("on", Day(on)));

    public static Reason ClosingDateIgnored(DateOnly closesOn, DateOnly submittedOn) =>
        Give("closingDateIgnored", ("closesOn", Day(closesOn)), ("submittedOn", Day(submittedOn)));

    public static Reason DefaultTimeZone(string timeZone) => Give("defaultTimeZone", ("timeZone", timeZone));

    public static Reason TimeZoneInferred(string timeZone, string country) =>
        Give("timeZoneInferred", ("timeZone", timeZone), ("country", country));

    public static Reason CountryInferred(string country, string timeZone) =>
        Give("countryInferred", ("country", country), ("timeZone", timeZone));

    public static Reason NoHolidaysKnown(string? country) =>
        country is null
            ? Give("noHolidaysKnown", ("form", "noCountry"))
            : Give("noHolidaysKnown", ("form", "country"), ("country", country));

    public static Reason Skipped(SkippedDays x)
    {
        var code = x.IsHoliday ? "holidaySkipped" : "dayOffSkipped";
        var form = (x.From == x.To ? "day" : "days") + (x.Name is null ? "" : "Named");
        (string, string)[] values = [("form", form), ("from", Day(x.From)), ("to", Day(x.To))];
        return x.Name is { } name ? Give(code, [.. values, ("name", name)]) : Give(code, values);
    }

    // The channels and the contact

    public static Reason OnlyTheRecruiter() => Give("onlyTheRecruiter");

    public static Reason ThroughTheReferrer() => Give("throughTheReferrer");

    public static Reason ReferrerMissing() => Give("referrerMissing");

    public static Reason TheInterviewer() => Give("theInterviewer");

    public static Reason ContactUsed(ContactRole role) => Give("contactUsed", ("role", Word(role)));

    public static Reason ContactMissing(Channel channel, ContactRole? role) =>
        Give("contactMissing", ("channel", Word(channel)), ("role", Anyone(role)));

    public static Reason ContactUnreachable(Channel channel) => Give("contactUnreachable", ("channel", Word(channel)));

    public static Reason NoPhoneCalls() => Give("noPhoneCalls");

    public static Reason MassMailingWithContact() => Give("massMailingWithContact");

    // Reasons that withhold or waive a slot, and the conditions that would end the withholding

    public static Reason NoContact() => Give("noContact");

    public static Reason WithheldByPolicy() => Give("withheldByPolicy");

    public static Reason NoneBeforeInterview() => Give("noneBeforeInterview");

    public static Reason MassMailing() => Give("massMailing");

    public static Reason NoRecruiter() => Give("noRecruiter");

    public static Reason NoChannelLeft() => Give("noChannelLeft");

    public static Reason ContactRequired() => Give("contactRequired");

    public static Reason RecordContact(ContactRole? role = null) => Give("recordContact", ("role", Anyone(role)));

    public static Reason RecordRecruiter() => Give("recordRecruiter");

    public static Reason AmendInstructions() => Give("amendInstructions");

    public static Reason ScheduleInterview() => Give("scheduleInterview");

    public static Reason ChangePolicy() => Give("changePolicy");

    public static Reason Overridden(Reason despite) => Because("overridden", despite);

    public const string StageClosedCode = "stageClosed",
        EmployerRespondedCode = "employerResponded";

    public static Reason StageClosed(int stage) => Give(StageClosedCode, ("stage", Number(stage)));

    public static Reason EmployerResponded(DateOnly on) => Give(EmployerRespondedCode, ("on", Day(on)));

    public static Reason ApplicationClosed(ClosingReason because) => Give("applicationClosed", ("because", Word(because)));

    public static Reason ApplicationVoided() => Give("applicationVoided");

    /// <summary>The stage's step was recorded by mistake.</summary>
    public static Reason StepRetracted() => Give("stepRetracted");

    // Refusals

    public const string FollowUpRetractedCode = "retracted",
        AlreadyMadeCode = "alreadyMade";

    public static Reason FollowUpRetracted() => Give(FollowUpRetractedCode);

    public const string ChannelNotPermittedCode = "channelNotPermitted";

    public static Reason AlreadyMade(Settled made) =>
        Give(
            AlreadyMadeCode,
            ("stage", Number(made.Stage)),
            ("madeAt", Moment(made.MadeAt)),
            ("by", made.By),
            ("channel", Word(made.Channel))
        );

    public static Reason ClaimedByAnother(Claimed claim) =>
        Give("claimedByAnother", ("by", claim.By), ("expiresAt", Moment(claim.ExpiresAt)));

    public static Reason ClaimedSince(Slot slot) =>
        slot.Claim is { } claim
            ? Give("claimedByAnother", ("form", "ranOut"), ("by", claim.By), ("expiresAt", Moment(claim.ExpiresAt)))
            : Give("claimedByAnother", ("form", "since"));

    public static Reason IsWithheld(DesiredSlot.Withheld why) => Because("withheld", why.Because);

    public static Reason IsWaived(Reason because) => because.Code == StageClosedCode ? because : Because("waived", because);

    public static Reason HasLapsed(DesiredSlot.Planned? plan) => HasLapsed(plan?.WindowEndsAt);

    public static Reason HasLapsed(DateTimeOffset? windowEndedAt) =>
        windowEndedAt is { } at ? Give("lapsed", ("windowEndedAt", Moment(at))) : Give("lapsed", ("form", "once"));

    public static Reason ChannelNotPermitted(Channel channel, DesiredSlot.Planned plan) =>
        Give(ChannelNotPermittedCode, ("channel", Word(channel)), ("channels", string.Join(", ", plan.Channels.Select(Word))));

    /// <summary>The team followed up with the same person less than the policy's number of days ago.</summary>
    public static Reason ContactJustFollowedUp(DateTimeOffset madeAt, int days) =>
        Give("contactJustFollowedUp", ("madeAt", Moment(madeAt)), ("days", Number(days)));

    public static Reason EmployerCapReached(int most) => Give("employerCapReached", ("most", Number(most)));

    public static Reason CandidateCapReached(int most) => Give("candidateCapReached", ("most", Number(most)));

    public static Reason AlreadySnoozed(int most) => Give("alreadySnoozed", ("most", Number(most)));

    public static Reason OutsideWindow(DateTimeOffset dueAt, DateTimeOffset windowEndsAt) =>
        Give("outsideWindow", ("dueAt", Moment(dueAt)), ("windowEndsAt", Moment(windowEndsAt)));

    public static Reason NotWithheld() => Give("notWithheld");

    public static Reason CantBeOverridden(DesiredSlot.Withheld why) => Because("cantBeOverridden", why.Because);

    // Warnings and proposals

    /// <summary>Another candidate's follow-up with the same person comes due within the policy's number of days.</summary>
    public static Reason SharedContact(DateTimeOffset dueAt, bool isSameCandidate) =>
        Give("sharedContact", ("form", isSameCandidate ? "sameCandidate" : "otherCandidate"), ("dueAt", Moment(dueAt)));

    public static Reason EmployerCap(int most) => Give("employerCap", ("most", Number(most)));

    public static Reason CandidateCap(int most) => Give("candidateCap", ("most", Number(most)));

    public static Reason ClosingProposed(DateTimeOffset since) => Give("closingProposed", ("since", Moment(since)));

    // Texts of a calendar entry

    public static Reason ToBeMadeBy(IReadOnlyList<Channel> channels) =>
        Give("toBeMadeBy", ("channels", string.Join(", ", channels.Select(Word))));

    public static Reason AssignedTo(string to) => Give("assignedTo", ("to", to));

    // Formatting of values: they are for programs, and the same in every language

    private static Reason Give(string code, params ReadOnlySpan<(string Name, string Value)> named)
    {
        var values = new Dictionary<string, string>(named.Length, StringComparer.Ordinal);
        foreach (var (name, value) in named)
        {
            values[name] = value;
        }

        var reason = new Reason(code, "", values.Count == 0 ? null : values);
        return reason with
        {
            Sentence =
                ReasonText.Find(reason, CultureInfo.InvariantCulture)
                ?? throw new InvalidOperationException($"ReasonText.resx has no {code}, or its sentence has a value that is missing."),
        };
    }

    // The values of the inner reason are included, so that the inner sentence can be translated as well.
    private static Reason Because(string code, Reason why) =>
        Give(
            code,
            [
                ("because", why.Code),
                ("why", why.Sentence),
                .. (why.Values ?? ImmutableDictionary<string, string>.Empty).Select(x => ($"{ReasonText.Inside}{x.Key}", x.Value)),
            ]
        );

    private static string Anyone(ContactRole? role) => role is { } known ? Word(known) : "anyone";

    internal const string UnknownBasis = "unknown";

    private static string Word(Basis? basis) => basis is { } known ? Word<Basis>(known) : UnknownBasis;

    private static string Word<T>(T word)
        where T : struct, Enum => Words<T>.Of(word);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Day(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Time(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    private static string Moment(DateTimeOffset moment) =>
        moment.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static class Words<T>
        where T : struct, Enum
    {
        private static readonly ImmutableDictionary<T, string> All = Enum.GetValues<T>()
            .ToImmutableDictionary(x => x, x => JsonNamingPolicy.CamelCase.ConvertName(x.ToString()));

        public static string Of(T word) => All.GetValueOrDefault(word) ?? word.ToString();
    }
}
