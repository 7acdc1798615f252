using System.Collections.Immutable;
using System.Text.Json.Serialization;
using FollowUp.Contracts;

namespace FollowUp.Scheduler.Planning;

/// <summary>The desired state of every slot of an application, by one version of the team's policy.</summary>
/// <param name="Candidate">The candidate of the application.</param>
/// <param name="PolicyVersion">The version of the policy that decided.</param>
/// <param name="Slots">The slots by stage, at most one for each stage.</param>
/// <param name="Silence">When to propose closing as <c>noResponse</c>, unless an event arrives before.</param>
public sealed record DesiredPlan(string Candidate, int PolicyVersion, ImmutableList<DesiredSlot> Slots, Silence? Silence)
{
    /// <summary>The claims of the follow-ups that were taken back.</summary>
    public ImmutableList<Guid> RetractedClaims { get; init; } = [];

    /// <summary>Whether the application is closed or voided.</summary>
    public bool IsOver { get; init; }
}

/// <summary>The employer's silence after a follow-up, a lapse or a last answer.</summary>
/// <param name="Stage">The stage that got no answer.</param>
/// <param name="Since">When the last of these happened.</param>
/// <param name="At">When closing is to be proposed.</param>
/// <param name="IsRejected">Whether the last answer was a no, after which closing is proposed at once.</param>
public sealed record Silence(int Stage, DateTimeOffset Since, DateTimeOffset At, bool IsRejected = false);

/// <summary>
/// The desired state of one slot. Two are equal if they decide the same: the wording of reasons doesn't count, so that a reworded sentence
/// doesn't replan every slot.
/// </summary>
public abstract record DesiredSlot
{
    private DesiredSlot(int stage) => Stage = stage;

    public int Stage { get; }

    /// <summary>The end of the slot's stage; null if no next step is agreed.</summary>
    [JsonIgnore]
    public StageEnd? End { get; init; }

    /// <summary>
    /// The follow-up is to be made from <paramref name="DueAt"/> until <paramref name="WindowEndsAt"/>, by one of the channels, best first.
    /// </summary>
    public sealed record Planned(
        int Stage,
        DateTimeOffset DueAt,
        DateTimeOffset WindowEndsAt,
        ImmutableList<Channel> Channels,
        ContactReference? Contact,
        string Situation,
        Anchor Anchor,
        ImmutableList<Reason> Reasons
    ) : DesiredSlot(Stage)
    {
        /// <summary>The plan of a slot that opened at a moment, if that is later than it did by what is known.</summary>
        [JsonIgnore]
        public Func<DateTimeOffset, Planned>? OpenedAt { get; init; }

        public bool Equals(Planned? other) =>
            other is not null
            && Stage == other.Stage
            && DueAt == other.DueAt
            && WindowEndsAt == other.WindowEndsAt
            && Channels.SequenceEqual(other.Channels)
            && Same(Contact, other.Contact)
            && Situation == other.Situation
            && IsCountedFrom(other.Anchor)
            && Same(Reasons, other.Reasons);

        public override int GetHashCode() => HashCode.Combine(Stage, DueAt, WindowEndsAt, Situation, Anchor.Kind, Anchor.On);

        /// <summary>Compares two anchors, regardless of how the day of either is known.</summary>
        public bool IsCountedFrom(Anchor anchor) => Anchor.Kind == anchor.Kind && Anchor.On == anchor.On;
    }

    /// <summary>The follow-up would do no good at present. The reasons begin with those that withhold the slot.</summary>
    public sealed record Withheld(int Stage, string Situation, ImmutableList<Reason> Reasons) : DesiredSlot(Stage)
    {
        [JsonIgnore]
        public Reason Because => Reasons[0];

        /// <summary>
        /// The conditions that would end the withholding: each would remove one of the reasons. They add nothing to the reasons, so the
        /// comparison of two slots ignores them.
        /// </summary>
        public ImmutableList<Reason> OpensWhen { get; init; } = [];

        /// <summary>
        /// The plan that applies if a person overrides the withholding reasons at a moment; null if an override would make no sense.
        /// </summary>
        [JsonIgnore]
        public Func<DateTimeOffset, Planned>? Otherwise { get; init; }

        public bool Equals(Withheld? other) =>
            other is not null && Stage == other.Stage && Situation == other.Situation && Same(Reasons, other.Reasons);

        public override int GetHashCode() => HashCode.Combine(Stage, Situation);
    }

    /// <summary>The follow-up is no longer needed.</summary>
    public sealed record Waived(int Stage, Reason Reason, DateTimeOffset At) : DesiredSlot(Stage)
    {
        public bool Equals(Waived? other) => other is not null && Stage == other.Stage && Reason.Code == other.Reason.Code;

        public override int GetHashCode() => HashCode.Combine(Stage, Reason.Code);

        /// <summary>Whether a reason is this one, with the same values.</summary>
        public bool Says(Reason? reason) => reason is not null && Same(Reason, reason);
    }

    /// <summary>The follow-up is made, which is final: a Scheduler that is rebuilt from events marks the slot so in any state.</summary>
    public sealed record Settled(int Stage, Guid ClaimId, string By, Channel Channel, DateTimeOffset MadeAt) : DesiredSlot(Stage);

    private static bool Same(ContactReference? a, ContactReference? b) =>
        a is null || b is null
            ? a is null && b is null
            : a.Id == b.Id && a.Role == b.Role && a.Person == b.Person && a.Channels.SequenceEqual(b.Channels);

    private static bool Same(ImmutableList<Reason> a, ImmutableList<Reason> b) =>
        a.Count == b.Count && a.Zip(b).All(x => Same(x.First, x.Second));

    private static bool Same(Reason a, Reason b) => a.Code == b.Code && Same(a.Values, b.Values);

    // What a reason names must stay true; only a sentence inside it may be worded differently, and older plans don't have every basis.
    private static bool Same(IReadOnlyDictionary<string, string>? a, IReadOnlyDictionary<string, string>? b) =>
        a is null || b is null
            ? a is null && b is null
            : a.Count == b.Count
                && a.All(x =>
                    b.TryGetValue(x.Key, out var other)
                    && (
                        other == x.Value
                        || x.Key == "why"
                        || (x.Key == "basis" && Reasons.UnknownBasis is var no && (other == no || x.Value == no))
                    )
                );
}

// See docs/decisions/0024-facts-in-the-order-they-happened.md
/// <summary>
/// Computes the desired state of every slot from the known application and the team's policy, as if every fact had been known when it
/// happened.
/// </summary>
public static class Planner
{
    /// <summary>The desired plan at a moment.</summary>
    /// <param name="situation">The application, as it is known.</param>
    /// <param name="policy">The team's policy.</param>
    /// <param name="now">The moment: what happens later, such as the start of an interview, has no effect yet.</param>
    public static DesiredPlan Plan(KnownApplication situation, Policy policy, DateTimeOffset now)
    {
        var calendar = BusinessCalendar.For(policy, situation.Employer);
        var slots = new SortedDictionary<int, Course>();
        foreach (var (at, then) in situation.History())
        {
            var there = ReferenceEquals(then, situation) ? calendar : BusinessCalendar.For(policy, then.Employer);
            foreach (var stage in then.Stages)
                if (Next(slots.GetValueOrDefault(stage.Stage)?.PassTime(at), then, stage, policy, there, at) is { } next)
                    slots[stage.Stage] = next;
        }

        ImmutableList<Course> courses = [.. slots.Values.Select(x => x.PassTime(now))];
        return new(situation.Candidate, policy.Version, [.. courses.Select(x => x.Slot)], SilenceOf(situation, courses, policy, calendar))
        {
            RetractedClaims = situation.RetractedClaims,
            IsOver = situation is not { ClosedBecause: null, VoidedAt: null },
        };
    }

    /// <summary>The course of a slot up to a moment.</summary>
    /// <param name="Slot">Its desired state.</param>
    /// <param name="HasLapsed">Whether its window ended before anything else did.</param>
    /// <param name="OpenedAt">When the slot opened that had been withheld or closed, if it had.</param>
    private sealed record Course(DesiredSlot Slot, bool HasLapsed = false, DateTimeOffset? OpenedAt = null)
    {
        public Course PassTime(DateTimeOffset until) =>
            this switch
            {
                { HasLapsed: true } => this,
                { Slot: DesiredSlot.Planned p } when p.WindowEndsAt <= until && !(p.End?.At < p.WindowEndsAt) => this with
                {
                    HasLapsed = true,
                },
                { Slot: DesiredSlot.Planned or DesiredSlot.Withheld, Slot.End: { } end } when end.At <= until => this with
                {
                    Slot = new DesiredSlot.Waived(Slot.Stage, Reasons.StageClosed(end.Next), end.At),
                },
                _ => this,
            };
    }

    private static Course? Next(
        Course? before,
        KnownApplication situation,
        StageFacts stage,
        Policy policy,
        BusinessCalendar calendar,
        DateTimeOffset at
    )
    {
        var openedAt = before?.OpenedAt;
        if (Slot(situation, stage, policy, calendar, at, openedAt) is not { } slot)
            return null;
        // What opens late gets its time: a slot that was withheld, a stage that was left, an application that was closed.
        var isReopened = situation.ReopenedAt == at && slot is DesiredSlot.Planned;
        if (slot is DesiredSlot.Planned && (isReopened || before?.Slot is DesiredSlot.Withheld || IsLeft(before?.Slot)))
        {
            openedAt = at;
            slot = Slot(situation, stage, policy, calendar, at, openedAt)!;
        }

        if (
            slot is DesiredSlot.Waived waived
            && before?.Slot is DesiredSlot.Waived first
            && (waived.At, waived.Reason.Code) != (first.At, first.Reason.Code)
            && first.Reason.Code switch
            {
                "applicationClosed" => situation.ClosedBecause is not null,
                Reasons.StageClosedCode => situation.EndOf(stage) is { } left && left.At <= at,
                _ => true,
            }
        )
            slot = first; // the first reason stands
        var course = new Course(slot, OpenedAt: openedAt);
        if (before is not { HasLapsed: true } || slot is DesiredSlot.Settled)
            return course;
        // A lapsed slot returns if what is known now opens its window again.
        return slot is DesiredSlot.Planned p && p.WindowEndsAt > at ? course : before;
    }

    private static bool IsLeft(DesiredSlot? slot) => slot is DesiredSlot.Waived { Reason.Code: Reasons.StageClosedCode };

    private static DesiredSlot? Slot(
        KnownApplication situation,
        StageFacts stage,
        Policy policy,
        BusinessCalendar calendar,
        DateTimeOffset at,
        DateTimeOffset? openedAt
    ) =>
        (stage, situation.EndOf(stage)) switch
        {
            ({ Made: { } made }, _) => new DesiredSlot.Settled(stage.Stage, made.ClaimId, made.By, made.Channel, made.MadeAt),
            _ when situation.SubmittedAt is null => null,
            _ when situation.VoidedAt is { } voidedAt => new DesiredSlot.Waived(stage.Stage, Reasons.ApplicationVoided(), voidedAt),
            _ when situation is { ClosedBecause: { } because, ClosedAt: var closedAt } => new DesiredSlot.Waived(
                stage.Stage,
                Reasons.ApplicationClosed(because),
                closedAt ?? at
            ),
            (_, { } end) when end.At <= at => new DesiredSlot.Waived(stage.Stage, Reasons.StageClosed(end.Next), end.At),
            ({ PromisedNextStepOn: null, RespondedAt: { } respondedAt }, _) when Responded(stage, calendar) => new DesiredSlot.Waived(
                stage.Stage,
                Reasons.EmployerResponded(calendar.DateOf(respondedAt)),
                respondedAt
            ),
            var (_, end) => RowOf(situation, stage, policy, calendar) is { } row
                ? Open(situation, stage, row, policy, calendar, openedAt, end) with
                {
                    End = end,
                }
                : null,
        };

    private static DesiredSlot Open(
        KnownApplication situation,
        StageFacts stage,
        Row row,
        Policy policy,
        BusinessCalendar calendar,
        DateTimeOffset? openedAt,
        StageEnd? end
    )
    {
        var responded = Responded(stage, calendar);
        var applied =
            responded && stage.PromisedNextStepOn is { } on
                ? row with
                {
                    Situation = Situations.PromisedNextStep,
                    Rule = policy.PromisedNextStep,
                    Anchor = new(AnchorKind.PromisedNextStep, on, Basis.Declared),
                }
                : row;
        var how = RouteOf(situation, stage, row, applied, policy);
        DesiredSlot.Planned As(DateTimeOffset? opened, params IEnumerable<Reason> more)
        {
            var when = TimingOf(applied, calendar, opened);
            return new(
                stage.Stage,
                when.DueAt,
                when.WindowEndsAt,
                how.Channels,
                how.Contact,
                applied.Situation,
                applied.Anchor,
                [.. Explained(when), .. more, .. NextStep(end, when.DueAt, calendar), when.Due]
            )
            {
                End = end,
                OpenedAt = at => As(opened > at ? opened : at, more),
            };
        }

        IEnumerable<Reason> Explained(Timing when) =>
            [
                Reasons.Situation(applied.Situation, applied.Rule.Wait),
                Reasons.CountedFrom(applied.Anchor),
                .. applied == row && row.Ignored is { } ignored ? [ignored] : Array.Empty<Reason>(),
                .. when.Reasons,
                .. how.Reasons,
            ];

        ImmutableList<(Reason Reason, ImmutableList<Reason> OpensWhen)> withheld =
        [
            .. Withholding(situation, stage, applied, responded, how, policy),
        ];
        return withheld.IsEmpty
            ? As(openedAt)
            : new DesiredSlot.Withheld(
                stage.Stage,
                applied.Situation,
                [.. withheld.Select(x => x.Reason), .. Explained(TimingOf(applied, calendar, openedAt: null))]
            )
            {
                OpensWhen = [.. withheld.SelectMany(x => x.OpensWhen).DistinctBy(x => x.Code)],
                Otherwise =
                    how.Channels.IsEmpty || HasNobodyToAsk(situation, how)
                        ? null
                        : overriddenAt => As(overriddenAt, Reasons.Overridden(withheld[0].Reason)),
            };
    }

    // Until the next step happens, the follow-up can be made; if that is before it is due, it will not be needed.
    private static IEnumerable<Reason> NextStep(StageEnd? end, DateTimeOffset dueAt, BusinessCalendar calendar) =>
        end is null ? [] : [Reasons.NextStepAhead(calendar.DateOf(end.At), isBeforeDue: end.At <= dueAt)];

    // The reasons that withhold a slot, each with the conditions that would remove it: one of these conditions is enough.
    private static IEnumerable<(Reason Reason, ImmutableList<Reason> OpensWhen)> Withholding(
        KnownApplication situation,
        StageFacts stage,
        Row applied,
        bool responded,
        Route how,
        Policy policy
    )
    {
        if (situation.Posting.Instructions is { NoContact: true })
        {
            yield return (Reasons.NoContact(), [Reasons.AmendInstructions()]);
        }

        if (applied.Rule.Withhold)
        {
            yield return (Reasons.WithheldByPolicy(), [Reasons.ChangePolicy()]);
        }

        if (policy.NoneBeforeInterview && stage.Stage == 1)
        {
            yield return (Reasons.NoneBeforeInterview(), [Reasons.ScheduleInterview()]);
        }

        // Once the employer has answered, the contact is a conversation and no longer a mailing.
        if (situation is { Approach: Approach.MassMailing, Contacts.IsEmpty: true } && stage.Stage == 1 && !responded)
        {
            yield return (Reasons.MassMailing(), [Reasons.RecordContact()]);
        }

        if (HasNobodyToAsk(situation, how))
        {
            yield return (Reasons.NoRecruiter(), [Reasons.RecordRecruiter()]);
        }
        else if (how.Channels.IsEmpty)
        {
            yield return (Reasons.NoChannelLeft(), [.. how.Mends, Reasons.ChangePolicy()]);
        }

        if (policy.RequireContact && situation.Contacts.IsEmpty)
        {
            yield return (Reasons.ContactRequired(), [Reasons.RecordContact()]);
        }
    }

    // Rule 5, which can't be overridden: the employer itself doesn't recruit.
    private static bool HasNobodyToAsk(KnownApplication situation, Route how) =>
        situation.Employer.HiringProcess == HiringProcess.Outsourced && how.Contact is null;

    // The employer has answered the question of the slot's follow-up. An answer from before the employer cancelled the interview doesn't
    // tell the date of the next interview, unless the answer names a date after the cancellation.
    // What was said before an assessment is handed in doesn't answer it, and an offer isn't answered by the message that it came with.
    private static bool Responded(StageFacts stage, BusinessCalendar calendar) =>
        stage.RespondedAt is { } at
        && stage switch
        {
            { Step: { Kind: StepKind.Assessment, On: var handIn } } => calendar.DateOf(at) >= handIn || stage.PromisedNextStepOn > handIn,
            { Step.Kind: StepKind.Offer, RespondedKind: ResponseKind.Offer } => false,
            _ => true,
        }
        && (stage.CancelledAt is not { } cancelled || at >= cancelled || stage.PromisedNextStepOn > calendar.DateOf(cancelled));

    // The date: the row of the policy, and the anchor from which its days are counted

    private sealed record Row(
        string Situation,
        PolicyRow Rule,
        Anchor Anchor,
        DateTimeOffset NotBefore,
        Reason? Ignored = null,
        DateOnly? NotAfter = null
    );

    private static Row? RowOf(KnownApplication situation, StageFacts stage, Policy policy, BusinessCalendar calendar) =>
        stage switch
        {
            { CancelledAt: { } at } => new(
                Situations.InterviewCancelled,
                policy.InterviewCancelled,
                new(AnchorKind.InterviewCancellation, calendar.DateOf(at), stage.CancelledAtBasis),
                at
            ),
            { EndsAt: { } at } => new(
                Situations.AfterInterview,
                policy.AfterInterview,
                new(AnchorKind.InterviewEnd, calendar.DateOf(at), stage.EndsAtBasis),
                at
            ),
            { Step: { } step } => StepRow(step, policy, calendar),
            { Stage: 1 } when situation.SubmittedAt is { } at => FirstRow(situation, at, policy, calendar),
            _ => null,
        };

    private static Row StepRow(StepFacts step, Policy policy, BusinessCalendar calendar)
    {
        var (name, rule, anchor) = step.Kind switch
        {
            StepKind.Assessment => (Situations.Assessment, policy.Assessment, AnchorKind.AssessmentHandIn),
            StepKind.ReferenceCheck => (Situations.ReferenceCheck, policy.ReferenceCheck, AnchorKind.ReferenceCheck),
            StepKind.Offer => (Situations.Offer, policy.Offer, AnchorKind.Offer),
            _ => (Situations.OtherStep, policy.OtherStep, AnchorKind.Step),
        };
        // An assessment happens when it is set, and there is nothing to ask until it is handed in.
        var over = calendar.EndOf(step.On);
        var notBefore = step.Kind == StepKind.Assessment && over > step.HappensAt ? over : step.HappensAt;
        return new(name, rule, new(anchor, step.On, Basis.Declared), notBefore, NotAfter: step.AnswerBy);
    }

    private static Row FirstRow(KnownApplication situation, DateTimeOffset submittedAt, Policy policy, BusinessCalendar calendar)
    {
        var submittedOn = calendar.DateOf(submittedAt);
        var submission = new Anchor(AnchorKind.Submission, submittedOn, situation.SubmittedAtBasis);
        var closesOn = situation.Posting.ClosesOn;
        var ignored = closesOn < submittedOn ? Reasons.ClosingDateIgnored(closesOn.Value, submittedOn) : null;
        var (process, rule) = ProcessRow(situation, policy);
        return situation switch
        {
            { PromisedFollowUpOn: { } on } => new(
                Situations.PromisedInCoverLetter,
                policy.PromisedInCoverLetter,
                new(AnchorKind.PromisedFollowUp, on, Basis.Declared),
                submittedAt
            ),
            _ when closesOn >= submittedOn => new(
                Situations.ClosingDate,
                policy.ClosingDate,
                new(AnchorKind.ClosingDate, closesOn.Value, Basis.Declared),
                submittedAt
            ),
            { Approach: Approach.Referral } => new(Situations.Referral, policy.Referral, submission, submittedAt, ignored),
            { Approach: Approach.JobBoard, Employer.HiringProcess: not HiringProcess.OwnerRun } => new(
                Situations.JobBoard,
                policy.JobBoard,
                submission,
                submittedAt,
                ignored
            ),
            _ => new(process, rule, submission, submittedAt, ignored),
        };
    }

    private static (string Situation, PolicyRow Rule) ProcessRow(KnownApplication situation, Policy policy) =>
        situation.Employer.HiringProcess switch
        {
            HiringProcess.OwnerRun => (Situations.OwnerRun, policy.OwnerRun),
            HiringProcess.PersonnelOffice => (Situations.PersonnelOffice, policy.PersonnelOffice),
            HiringProcess.CorporateHr => (Situations.CorporateHr, policy.CorporateHr),
            HiringProcess.ManagementTeam => (Situations.ManagementTeam, policy.ManagementTeam),
            HiringProcess.Outsourced => (Situations.Outsourced, policy.Outsourced),
            _ => (Situations.Unknown, policy.Unknown),
        };

    private sealed record Timing(DateTimeOffset DueAt, DateTimeOffset WindowEndsAt, Reason Due, ImmutableList<Reason> Reasons);

    private static Timing TimingOf(Row row, BusinessCalendar calendar, DateTimeOffset? openedAt)
    {
        var counted = calendar.Add(row.Anchor.On, row.Rule.Wait);
        var opens = calendar.DueOnOrAfter(counted);
        var at = calendar.Opening(opens);
        var dueAt = at < row.NotBefore ? calendar.DueAtOrAfter(row.NotBefore) : at;
        // A slot that opened late is due on the next business day at the earliest.
        var earliest = openedAt is { } opened ? calendar.Opening(calendar.DueOnOrAfter(calendar.DateOf(opened).AddDays(1))) : dueAt;
        var isLate = dueAt < earliest;
        dueAt = isLate ? earliest : dueAt;
        var until = calendar.Add(calendar.DateOf(dueAt), row.Rule.Window);
        var (isCut, isDueEarlier) = (until > row.NotAfter, calendar.DateOf(dueAt) > row.NotAfter);
        if (isCut)
        {
            until = row.NotAfter!.Value;
            dueAt = isDueEarlier ? LastChance(until, openedAt > row.NotBefore ? openedAt.Value : row.NotBefore, calendar) : dueAt;
        }

        var (dueOn, dueTime) = (calendar.DateOf(dueAt), calendar.TimeOf(dueAt));
        List<Reason> reasons = [];
        var where = calendar.Where;
        if (where.Zone == ZoneBasis.Default)
        {
            reasons.Add(Reasons.DefaultTimeZone(calendar.TimeZone));
        }
        else if (where is { Zone: ZoneBasis.Inferred, Country: { } country })
        {
            reasons.Add(Reasons.TimeZoneInferred(calendar.TimeZone, country));
        }

        if (where is { IsCountryInferred: true, Country: { } inferred })
        {
            reasons.Add(Reasons.CountryInferred(inferred, calendar.TimeZone));
        }

        if (!calendar.HasHolidays)
        {
            reasons.Add(Reasons.NoHolidaysKnown(where.Country));
        }

        reasons.AddRange(calendar.SkippedBetween(row.Anchor.On, until).Select(Reasons.Skipped));

        if (row.Rule.Wait <= 0 && counted != row.Anchor.On)
        {
            reasons.Add(Reasons.MovedToBusinessDay(row.Anchor.On, counted));
        }

        if (opens != counted)
        {
            reasons.Add(Reasons.MovedFromQuietDate(counted, opens));
        }

        if (isCut)
        {
            reasons.Add(Reasons.AnswerBy(until, isDueEarlier));
        }

        if (isLate && !isDueEarlier)
        {
            reasons.Add(Reasons.OpenedLate(calendar.DateOf(openedAt!.Value), dueOn));
        }
        else if (dueAt != at && !isDueEarlier)
        {
            reasons.Add(Reasons.NotBefore(dueOn, dueTime));
        }

        return new(dueAt, calendar.EndOf(until), Reasons.Due(dueOn, dueTime, until, calendar.TimeZone), [.. reasons]);
    }

    // When to follow up if it would otherwise be due after the last day: on the last day before on which it can come due, and if there is
    // none, as long as there is time.
    private static DateTimeOffset LastChance(DateOnly last, DateTimeOffset notBefore, BusinessCalendar calendar)
    {
        var first = calendar.DateOf(notBefore);
        for (var day = last; day >= first; day = day.AddDays(-1))
        {
            if (calendar.DueOnOrAfter(day) == day)
            {
                var opening = calendar.Opening(day);
                return opening > notBefore ? opening : notBefore.ToUniversalTime();
            }
        }

        var end = calendar.EndOf(last);
        return notBefore < end ? notBefore.ToUniversalTime() : end;
    }

    // The channels, and the contact

    /// <param name="Channels">Best first.</param>
    /// <param name="Contact">The person to contact.</param>
    /// <param name="Reasons">The reasons for the channels and the contact.</param>
    /// <param name="Mends">The conditions that would make a missing channel available.</param>
    private sealed record Route(
        ImmutableList<Channel> Channels,
        ContactReference? Contact,
        ImmutableList<Reason> Reasons,
        ImmutableList<Reason> Mends
    );

    private static Route RouteOf(KnownApplication situation, StageFacts stage, Row row, Row applied, Policy policy)
    {
        var (process, processRule) = ProcessRow(situation, policy);
        var (source, listed) =
            situation.Employer.HiringProcess == HiringProcess.Outsourced ? (process, processRule.Channels)
            : !applied.Rule.Channels.IsEmpty ? (applied.Situation, applied.Rule.Channels)
            : !row.Rule.Channels.IsEmpty ? (row.Situation, row.Rule.Channels)
            : (process, processRule.Channels);

        // Among equal contacts the one with the better channel comes first, then the order of ids decides: never the order of recording.
        var known = situation
            .Contacts.OrderBy(x =>
                x.Channels.Count == 0 ? listed.Count
                : listed.FindIndex(x.Channels.Contains) is >= 0 and var i ? i
                : int.MaxValue
            )
            .ThenBy(x => x.Id)
            .ToImmutableList();
        var isReferral =
            row.Situation == Situations.Referral
            && (applied == row || applied.Rule.Channels.IsEmpty)
            && situation.Employer.HiringProcess != HiringProcess.Outsourced;
        var referrer = isReferral ? known.Find(x => x.Role == ContactRole.Referrer) : null;
        var (contact, why) = referrer is null ? ContactFor(situation, stage, known) : (referrer, Reasons.ThroughTheReferrer());

        var channels = ImmutableList.CreateBuilder<Channel>();
        channels.AddRange(referrer?.Channels ?? []);
        var reasons = ImmutableList.CreateBuilder<Reason>();
        List<Reason> mends = [];
        if (situation is { Approach: Approach.MassMailing, Contacts.IsEmpty: false } && stage.Stage == 1)
        {
            reasons.Add(Reasons.MassMailingWithContact());
        }

        if (isReferral && referrer is null)
        {
            reasons.Add(Reasons.ReferrerMissing());
        }

        if (why is not null)
        {
            reasons.Add(why);
        }

        foreach (var channel in listed.Where(x => !channels.Contains(x)))
        {
            ContactRole? role = source == Situations.ManagementTeam && channel == Channel.DirectMessage ? ContactRole.HiringManager : null;
            if (CanReach(channel, situation, contact, role))
            {
                channels.Add(channel);
            }
            else
            {
                var isKnown = situation.Contacts.Exists(x => role is null || x.Role == role);
                reasons.Add(isKnown ? Reasons.ContactUnreachable(channel) : Reasons.ContactMissing(channel, role));
                mends.Add(source == Situations.Outsourced ? Reasons.RecordRecruiter() : Reasons.RecordContact(role));
            }
        }

        // Instructions apply last, and only remove channels.
        if (situation.Posting.Instructions is { NoPhoneCalls: true } && channels.RemoveAll(x => x == Channel.Phone) > 0)
        {
            reasons.Add(Reasons.NoPhoneCalls());
            mends.Add(Reasons.AmendInstructions());
        }

        return new([.. channels.Distinct()], contact, reasons.ToImmutable(), [.. mends]);
    }

    // An office has a number and an address, which every contact there shares. A message needs a person who has a profile, a visit one who
    // is there; an agency is reached by its recruiter alone, and as the recruiter can be.
    private static bool CanReach(Channel channel, KnownApplication situation, ContactReference? contact, ContactRole? role) =>
        channel switch
        {
            Channel.DirectMessage => situation.Contacts.Exists(x =>
                (role is null || x.Role == role) && x.Channels.Contains(Channel.DirectMessage)
            ),
            Channel.InPerson => !situation.Contacts.IsEmpty,
            _ => situation.Employer.HiringProcess != HiringProcess.Outsourced
                || contact is not { Channels.Count: > 0 }
                || contact.Channels.Contains(channel),
        };

    private static (ContactReference? Contact, Reason? Why) ContactFor(
        KnownApplication situation,
        StageFacts stage,
        ImmutableList<ContactReference> known
    )
    {
        var process = situation.Employer.HiringProcess;
        if (process == HiringProcess.Outsourced)
        {
            var recruiter = known.Find(x => x.Role == ContactRole.Recruiter);
            return (recruiter, recruiter is null ? null : Reasons.OnlyTheRecruiter());
        }

        var isAnyReachable = known.Exists(x => x.Channels.Count > 0);
        if (
            stage.With is { } with
            && known.Find(x => x.Id == with) is { } interviewer
            && (interviewer.Channels.Count > 0 || !isAnyReachable)
        )
        {
            return (interviewer, Reasons.TheInterviewer());
        }

        ImmutableList<ContactRole> preferred =
        [
            .. process == HiringProcess.OwnerRun ? [ContactRole.Owner] : Array.Empty<ContactRole>(),
            ContactRole.HiringManager,
            ContactRole.Recruiter,
            ContactRole.Owner,
            ContactRole.Other,
            ContactRole.Referrer,
        ];
        return known.MinBy(x => (x.Channels.Count == 0, preferred.IndexOf(x.Role))) is { } best
            ? (best, Reasons.ContactUsed(best.Role))
            : (null, null);
    }

    // Silence

    private static Silence? SilenceOf(KnownApplication situation, ImmutableList<Course> courses, Policy policy, BusinessCalendar calendar)
    {
        if (situation is not { SubmittedAt: not null, ClosedBecause: null, VoidedAt: null, Stages.IsEmpty: false })
        {
            return null;
        }

        var stage = situation.InOrder()[^1];
        // A no stands until something goes on all the same.
        if (
            situation.InOrder().LastOrDefault(x => x.RespondedAt is not null) is { IsRejected: true, RespondedAt: { } rejectedAt }
            && !situation.Facts.Exists(x => x.At > rejectedAt && x.Contract is ApplicationReopened or InterviewScheduled or StepRecorded)
        )
        {
            return new(stage.Stage, rejectedAt, rejectedAt, IsRejected: true);
        }

        DateTimeOffset? last = courses.Find(x => x.Slot.Stage == stage.Stage) switch
        {
            { Slot: DesiredSlot.Settled made } => made.MadeAt,
            { HasLapsed: true, Slot: DesiredSlot.Planned lapsed } => lapsed.WindowEndsAt,
            { Slot: DesiredSlot.Waived { Reason.Code: Reasons.EmployerRespondedCode } answered } => answered.At,
            _ => null,
        };
        if (last is not { } since)
        {
            return null;
        }

        // Nothing that the employer may still be busy with, or wait for, counts as silence: an interview that lies ahead, a day that they
        // named, applications that they still take. And a person who reopened the application had a reason to keep waiting.
        DateTimeOffset?[] later =
        [
            stage.RespondedAt,
            stage.PromisedNextStepOn is { } on ? calendar.Opening(on) : null,
            stage.CancelledAt ?? stage.EndsAt,
            stage.Step is { } step ? calendar.Opening(step.AnswerBy ?? step.On) : null,
            situation.ReopenedAt,
            situation.Posting.ClosesOn is { } closesOn ? calendar.Opening(closesOn) : null,
        ];
        since = later.OfType<DateTimeOffset>().Append(since).Max();
        var at = calendar.Opening(calendar.DueOnOrAfter(calendar.Add(calendar.DateOf(since), policy.SilenceWait)));
        return new(stage.Stage, since, at < since ? calendar.DueAtOrAfter(since) : at);
    }
}
