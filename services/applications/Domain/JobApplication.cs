using System.Collections.Immutable;
using System.Globalization;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using NodaTime;

// See docs/decisions/0021-layout-and-dependencies.md for the root namespace.
namespace FollowUp.Applications;

// The events. They are stored for ever and carry no personal data: a candidate is the caller's own reference, a contact is an id. A
// property that older events don't have (how a date is known, the region, the person behind a contact) is null in them, and stays null.

/// <param name="Again">Whether it was said that the candidate applies for the same job again.</param>
public sealed record Submitted(
    string Candidate,
    Company Employer,
    Advertisement Posting,
    Approach Approach,
    ImmutableList<Person> Contacts,
    DateTimeOffset At,
    Basis? AtBasis = null,
    bool? Again = null
);

public sealed record CoverLetterSent(DateTimeOffset At, DateOnly? PromisedFollowUpOn);

public sealed record ContactRecorded(Person Contact, DateTimeOffset At);

public sealed record EmployerResponded(int Stage, DateTimeOffset At, DateOnly? PromisedNextStepOn, ResponseKind? Kind = null);

/// <param name="On">The day, if only the day is known, as from a sheet.</param>
public sealed record InterviewScheduled(
    int Interview,
    int Stage,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    Guid? With,
    DateTimeOffset At,
    Basis? EndsAtBasis = null,
    InterviewKind? Kind = null,
    DateOnly? On = null
);

/// <param name="HappensAt">When the stage before is left.</param>
public sealed record StepRecorded(
    int Stage,
    StepKind Kind,
    DateOnly On,
    DateTimeOffset HappensAt,
    DateTimeOffset At,
    DateOnly? AnswerBy = null,
    string? Name = null
);

public sealed record InterviewRescheduled(
    int Interview,
    int Stage,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    DateTimeOffset At,
    Basis? EndsAtBasis = null
);

public sealed record InterviewCancelled(int Interview, int Stage, DateTimeOffset At, Basis? AtBasis = null);

public sealed record FollowUpMade(
    int Stage,
    Channel Channel,
    string By,
    DateTimeOffset At,
    Guid ClaimId,
    ImmutableList<string>? Against = null
);

/// <param name="Candidate">The candidate, if another one was recorded by mistake.</param>
/// <param name="SubmittedAt">When the application was submitted, if another time was recorded by mistake.</param>
/// <param name="Again">See <see cref="Submitted"/>.</param>
/// <param name="Patch">
/// What was stated, as a JSON merge patch, if it was said since when it has been known; null if that is what differs from before.
/// </param>
public sealed record Amended(
    Company Employer,
    Advertisement Posting,
    Approach Approach,
    DateTimeOffset At,
    string? Candidate = null,
    DateTimeOffset? SubmittedAt = null,
    bool? Again = null,
    string? Patch = null
)
{
    public static Amended Of(Particulars x, DateTimeOffset at) => new(x.Employer, x.Posting, x.Approach, at);
}

public sealed record ContactCorrected(Person Contact, DateTimeOffset At);

public sealed record Closed(ClosingReason Reason, DateTimeOffset At);

/// <param name="Again">See <see cref="Submitted"/>.</param>
public sealed record Reopened(DateTimeOffset At, bool? Again = null);

/// <summary>A fact was recorded by mistake: everything is as if it had never been recorded.</summary>
/// <param name="Fact">The version that the fact made.</param>
/// <param name="Kind">The name of the fact's type.</param>
/// <param name="At">When it was taken back.</param>
/// <param name="ClaimId">The claim of a follow-up that was taken back.</param>
/// <param name="Again">See <see cref="Submitted"/>: a closing that is taken back opens the application again.</param>
public sealed record Retracted(long Fact, string Kind, DateTimeOffset At, Guid? ClaimId = null, bool? Again = null);

/// <summary>The application should never have been recorded.</summary>
public sealed record Voided(DateTimeOffset At);

public sealed record Company(
    string Name,
    HiringProcess HiringProcess = HiringProcess.Unknown,
    string? TimeZone = null,
    string? Country = null,
    string? Region = null
)
{
    public static Company Of(Employer x) => new(x.Name.Trim(), x.HiringProcess, x.TimeZone, x.Country ?? x.Region?[..2], x.Region);

    /// <summary>The end of a day where the employer is; in UTC where that isn't known.</summary>
    public DateTimeOffset EndOf(DateOnly day) =>
        LocalDate
            .FromDateOnly(day)
            .PlusDays(1)
            .AtStartOfDayInZone(CountryTimeZone.Find(TimeZone, Country) ?? DateTimeZone.Utc)
            .ToDateTimeOffset();

    /// <summary>
    /// The day of a moment where the employer is; where that isn't known, on the clock of the person who stated the moment.
    /// </summary>
    public DateOnly DayOf(DateTimeOffset at) =>
        CountryTimeZone.Find(TimeZone, Country) is { } zone
            ? Instant.FromDateTimeOffset(at).InZone(zone).Date.ToDateOnly()
            : DateOnly.FromDateTime(at.DateTime);
}

public sealed record Instructions(bool NoPhoneCalls = false, bool NoContact = false, SubmitBy? SubmitBy = null);

public sealed record Advertisement(string Title, string? Url = null, DateOnly? ClosesOn = null, Instructions? Instructions = null)
{
    public static Advertisement Of(Posting x) =>
        new(
            x.Title.Trim(),
            x.Url,
            x.ClosesOn,
            x.Instructions is { } i && i != new PostingInstructions() ? new(i.NoPhoneCalls, i.NoContact, i.SubmitBy) : null
        );
}

/// <summary>What can be amended of an application.</summary>
public sealed record Particulars(Company Employer, Advertisement Posting, Approach Approach);

/// <summary>A contact without personal data: an opaque id, a role, and the channels that follow from the contact's addresses.</summary>
public sealed record Person(Guid Id, ContactRole Role, ImmutableList<Channel> Channels, Guid? Who = null)
{
    public static Person Of(Guid id, NewContact x) =>
        new(
            id,
            x.Role,
            [
                .. x.Phone is null ? [] : new[] { Channel.Phone },
                .. x.Email is null ? [] : new[] { Channel.Email },
                .. x.Profile is null ? [] : new[] { Channel.DirectMessage },
            ]
        );

    public bool Equals(Person? other) =>
        other is not null && Id == other.Id && Role == other.Role && Who == other.Who && Channels.SequenceEqual(other.Channels);

    public override int GetHashCode() => HashCode.Combine(Id, Role);
}

/// <summary>Records a follow-up that the Scheduler has settled.</summary>
public sealed record RecordSettled(
    int Stage,
    Guid ClaimId,
    Channel Channel,
    string By,
    DateTimeOffset MadeAt,
    ImmutableList<string>? Against = null
)
{
    public static RecordSettled Of(FollowUpSettled x) =>
        new(x.Stage, x.ClaimId, x.Channel, x.By, x.MadeAt, x.Against is { } against ? [.. against] : null);
}

/// <summary>
/// A stage: a part of the process in which one follow-up is polite. The submission opens the first stage, and every interview opens the
/// next.
/// </summary>
public sealed record Stage(int Number)
{
    /// <summary>When the stage began: with the submission, or when its interview was agreed.</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    public int? Interview { get; init; }
    public DateTimeOffset? StartsAt { get; init; }
    public DateTimeOffset? EndsAt { get; init; }
    public Guid? With { get; init; }
    public InterviewKind? InterviewKind { get; init; }

    /// <summary>The step that opened the stage, if it isn't an interview.</summary>
    public StepRecorded? Step { get; init; }

    public DateTimeOffset? CancelledAt { get; init; }
    public DateTimeOffset? RescheduledAt { get; init; }

    /// <summary>When the stage's step happens: when it begins, or when it was cancelled before; null for the submission.</summary>
    public DateTimeOffset? HappensAt =>
        Step is { } step ? step.HappensAt
        : CancelledAt < StartsAt ? CancelledAt
        : StartsAt;

    /// <summary>
    /// The order of stages: by when their steps happen, and of steps that happen at one moment by what they are, never by which was
    /// recorded first.
    /// </summary>
    public (long, int, int, string, int) Order =>
        (HappensAt?.UtcTicks ?? 0, StepOrder.Of(Step?.Kind), Step?.AnswerBy?.DayNumber ?? 0, Step?.Name ?? "", Number);

    public EmployerResponded? Response { get; init; }
    public FollowUpMade? Made { get; init; }
}

/// <summary>One job application: the aggregate that decides which commands are accepted, and which events follow from them.</summary>
public sealed partial record JobApplication
{
    public Guid Id { get; init; }
    public string Candidate { get; init; } = "";
    public Company Employer { get; init; } = new("");
    public Advertisement Posting { get; init; } = new("");
    public Approach Approach { get; init; }
    public DateTimeOffset SubmittedAt { get; init; }
    public CoverLetterSent? CoverLetter { get; init; }
    public ImmutableList<Person> Contacts { get; init; } = [];
    public ImmutableList<Stage> Stages { get; init; } = [];
    public ImmutableList<EmployerResponded> Responses { get; init; } = [];
    public Closed? Closing { get; init; }
    public Submitted? Submission { get; init; }
    public Voided? Voiding { get; init; }

    /// <summary>Whether it was said that the candidate applies for the same job again.</summary>
    public bool IsAgain { get; init; }

    /// <summary>Everything that was recorded, by version: the first fact made version 1.</summary>
    public ImmutableList<object> Facts { get; init; } = [];

    /// <summary>The versions of the facts that were taken back.</summary>
    public ImmutableHashSet<long> TakenBack { get; init; } = [];

    public bool IsSubmitted => Submission is not null;
    public bool IsClosed => Closing is not null;
    public bool IsVoided => Voiding is not null;

    /// <summary>What an open application has in common with others of the candidate for the same job; null unless it is open.</summary>
    public string? OpenJob => IsSubmitted && !IsClosed && !IsVoided ? JobKey.Of(this) : null;

    /// <summary>The stage of the last step, which may lie ahead.</summary>
    public int CurrentStage => Stages.MaxBy(x => x.Order)?.Number ?? 0;

    public JobApplication Evolve(object fact) =>
        fact switch
        {
            // Marten's source generator reads from the arms which events the aggregate evolves on; without a name it ignores an arm.
            Submitted e => Learn(e),
            CoverLetterSent e => Learn(e),
            ContactRecorded e => Learn(e),
            ContactCorrected e => Learn(e),
            EmployerResponded e => Learn(e),
            InterviewScheduled e => Learn(e),
            InterviewRescheduled e => Learn(e),
            InterviewCancelled e => Learn(e),
            StepRecorded e => Learn(e),
            FollowUpMade e => Learn(e),
            Amended e => Learn(e),
            Closed e => Learn(e),
            Reopened e => Learn(e),
            Voided e => Learn(e),
            Retracted e => Without(e),
            _ => this,
        };

    private JobApplication Learn(object fact) => Apply(fact) with { Facts = Facts.Add(fact) };

    // As if the fact had never been recorded.
    private JobApplication Without(Retracted e)
    {
        var (facts, takenBack) = (Facts.Add(e), TakenBack.Add(e.Fact));
        var without = facts
            .Where((_, i) => !takenBack.Contains(i + 1))
            .Aggregate(new JobApplication { Id = Id }, (state, fact) => state.Apply(fact));
        return without with { Facts = facts, TakenBack = takenBack };
    }

    private JobApplication Apply(object fact) =>
        fact switch
        {
            Submitted e => this with
            {
                Submission = e,
                Candidate = e.Candidate,
                Employer = e.Employer,
                Posting = e.Posting,
                Approach = e.Approach,
                Contacts = e.Contacts,
                SubmittedAt = e.At,
                Stages = [new(1) { OpenedAt = e.At }],
                IsAgain = e.Again is true,
            },
            CoverLetterSent e => this with { CoverLetter = e },
            ContactRecorded e => this with { Contacts = Contacts.Add(e.Contact) },
            ContactCorrected e => this with { Contacts = Contacts.ConvertAll(x => x.Id == e.Contact.Id ? e.Contact : x) },
            EmployerResponded e => (this with { Responses = Responses.Add(e) }).WithResponses(),
            InterviewScheduled e => (
                this with
                {
                    Stages = Stages.Add(
                        new(e.Stage)
                        {
                            OpenedAt = e.At,
                            Interview = e.Interview,
                            StartsAt = e.StartsAt,
                            EndsAt = e.EndsAt,
                            With = e.With,
                            InterviewKind = e.Kind,
                        }
                    ),
                }
            ).WithResponses(),
            StepRecorded e => (this with { Stages = Stages.Add(new(e.Stage) { OpenedAt = e.At, Step = e }) }).WithResponses(),
            // of two times that were agreed the one that was agreed later counts, whichever is recorded first
            InterviewRescheduled e => At(
                    e.Stage,
                    stage =>
                        stage.RescheduledAt > e.At ? stage : stage with { StartsAt = e.StartsAt, EndsAt = e.EndsAt, RescheduledAt = e.At }
                )
                .WithResponses(),
            InterviewCancelled e => At(e.Stage, stage => stage with { CancelledAt = e.At }).WithResponses(),
            FollowUpMade e => At(e.Stage, stage => stage with { Made = e }),
            Amended e => StillAgain(
                    this with
                    {
                        Employer = e.Employer,
                        Posting = e.Posting,
                        Approach = e.Approach,
                        Candidate = e.Candidate ?? Candidate,
                        SubmittedAt = e.SubmittedAt ?? SubmittedAt,
                    },
                    e.Again
                )
                .At(1, stage => stage with { OpenedAt = e.SubmittedAt ?? stage.OpenedAt }),
            Closed e => this with { Closing = e },
            Reopened e => this with { Closing = null, IsAgain = e.Again is true },
            Voided e => this with { Voiding = e },
            Retracted e => this with { IsAgain = IsAgain || e.Again is true },
            _ => this,
        };

    // What was said of one job doesn't hold for the next.
    private JobApplication StillAgain(JobApplication amended, bool? again) =>
        amended with
        {
            IsAgain = again is true || (IsAgain && JobKey.Of(amended) == JobKey.Of(this)),
        };

    /// <param name="c">The command.</param>
    /// <param name="contacts">The command's contacts, without personal data.</param>
    /// <param name="now">When the application was submitted, if the command doesn't contain a time.</param>
    /// <param name="undated">How the time is known, if the command doesn't contain one.</param>
    public object[] Decide(SubmitApplication c, ImmutableList<Person> contacts, DateTimeOffset now, Basis undated = Basis.Measured)
    {
        var submitted = new Submitted(
            c.Candidate,
            Company.Of(c.Employer),
            Advertisement.Of(c.Posting),
            c.Approach,
            contacts,
            c.SubmittedAt ?? now,
            c.SubmittedAt is null ? undated : Basis.Declared,
            c.Again ? true : null
        );
        if (IsVoided)
            MustExist();
        if (Submission is not { } before)
            return [submitted];
        var same =
            before.Candidate == submitted.Candidate
            && before.Employer == submitted.Employer
            && before.Posting == submitted.Posting
            && before.Approach == submitted.Approach
            && (c.SubmittedAt is null || before.At == submitted.At)
            && before
                .Contacts.Select(x => (x.Role, string.Join(',', x.Channels)))
                .SequenceEqual(submitted.Contacts.Select(x => (x.Role, string.Join(',', x.Channels))));
        return same
            ? []
            : throw new RefusedException(
                "differentContent",
                "An application with this id was submitted before, with other content. Amend it, or choose another id."
            );
    }

    public object[] Decide(SendCoverLetter c, DateTimeOffset now)
    {
        MustBeOpen(c.At);
        if (CoverLetter is not null)
            throw new RefusedException(
                "coverLetterAlreadySent",
                $"The one cover letter of this application was sent on {CoverLetter.At:yyyy-MM-dd}."
            );
        var at = c.At ?? now;
        var sentOn = Employer.DayOf(at);
        if (c.PromisedFollowUpOn <= sentOn)
            throw RefusedException.BadInput(
                "promisedFollowUpOn",
                $"The promised date must lie after the letter, which went out on {sentOn:yyyy-MM-dd}."
            );
        if (c.PromisedFollowUpOn > sentOn.AddDays(MostDaysPromised))
            throw RefusedException.BadInput(
                "promisedFollowUpOn",
                $"The promised date must lie at most {MostDaysPromised} days after the letter."
            );
        return [new CoverLetterSent(at, c.PromisedFollowUpOn)];
    }

    /// <summary>Records a contact.</summary>
    public object[] Decide(Person contact, DateTimeOffset at)
    {
        MustBeOpen(at);
        return Contacts.Any(x => x.Id == contact.Id) ? [] : [new ContactRecorded(contact, at)];
    }

    public object[] Decide(RecordResponse c, DateTimeOffset now)
    {
        MustBeOpen(c.At);
        var at = c.At ?? now;
        MustFollowSubmission(at, "at");
        if (c.PromisedNextStepOn is { } on && on < Employer.DayOf(at))
            throw RefusedException.BadInput("promisedNextStepOn", "The date by which they will be back must not lie before their answer.");
        if (c is { Kind: ResponseKind.Acknowledgement or ResponseKind.Rejection, PromisedNextStepOn: not null })
            throw RefusedException.BadInput("promisedNextStepOn", "A receipt or a no names no day by which they will be back.");
        return [new EmployerResponded(StageAt(at), at, c.PromisedNextStepOn, c.Kind == ResponseKind.Answer ? null : c.Kind)];
    }

    /// <param name="on">The day, if only the day is known.</param>
    public object[] Decide(ScheduleInterview c, DateTimeOffset now, DateOnly? on = null)
    {
        MustBeOpen(c.At);
        if (c.With is { } with && Contacts.All(x => x.Id != with))
            throw RefusedException.BadInput("with", "This application has no contact with that id.");
        MustFollowSubmission(c.StartsAt, "startsAt");
        if (c.At is { } agreedAt)
            MustFollowSubmission(agreedAt, "at");
        if (Stages.FirstOrDefault(x => x.StartsAt == c.StartsAt && x.CancelledAt is null) is { Interview: { } n })
            throw new RefusedException("interviewAlreadyScheduled", $"Interview {n} starts at that very time.");
        return
        [
            new InterviewScheduled(
                NextInterview,
                NextStage,
                c.StartsAt,
                EndOf(c.StartsAt, c.EndsAt),
                c.With,
                c.At ?? now,
                BasisOf(c.EndsAt),
                c.Kind,
                on
            ),
        ];
    }

    public object[] Decide(RecordStep c, DateTimeOffset now)
    {
        MustBeOpen(c.At);
        var at = c.At ?? now;
        if (c.At is not null)
            MustFollowSubmission(at, "at");
        if (c.On < Employer.DayOf(SubmittedAt))
            throw RefusedException.BadInput("on", $"It must not lie before the submission on {Employer.DayOf(SubmittedAt):yyyy-MM-dd}.");
        var step = new StepRecorded(NextStage, c.Kind, c.On, HappensAt(c.Kind, c.On, at), at, c.AnswerBy, c.Name?.Trim());
        return Stages.Any(x => x.Step is { } known && known with { Stage = step.Stage, At = at, HappensAt = step.HappensAt } == step)
            ? throw new RefusedException("stepAlreadyRecorded", "That step was recorded before.")
            : [step];
    }

    // An assessment is set when it becomes known, and handed in later. What has only a day counts from its end, so that an answer of that
    // day, which led to the step, came before it; unless it became known on that very day.
    private DateTimeOffset HappensAt(StepKind kind, DateOnly on, DateTimeOffset at)
    {
        var isThatDay = Employer.DayOf(at) == on;
        return isThatDay || (kind == StepKind.Assessment && Employer.DayOf(at) < on) ? at : Employer.EndOf(on);
    }

    public object[] Decide(RescheduleInterview c, DateTimeOffset now)
    {
        MustBeOpen(c.At);
        var ends = EndOf(c.StartsAt, c.EndsAt);
        var stage = StageOf(c.Interview);
        if (stage.CancelledAt is not null)
            throw new RefusedException("interviewCancelled", "That interview was cancelled; schedule another.");
        MustFollowSubmission(c.StartsAt, "startsAt");
        if (c.At is { } agreedAt)
            MustFollowSubmission(agreedAt, "at");
        return stage.StartsAt == c.StartsAt && stage.EndsAt == ends && (c.At is not { } at || stage.RescheduledAt >= at)
            ? []
            : [new InterviewRescheduled(c.Interview, stage.Number, c.StartsAt, ends, c.At ?? now, BasisOf(c.EndsAt))];
    }

    public object[] Decide(CancelInterview c, DateTimeOffset now)
    {
        MustBeOpen(c.At);
        var stage = StageOf(c.Interview);
        if (stage.CancelledAt is not null)
            return [];
        var at = c.At ?? now;
        MustFollowSubmission(at, "at");
        if (stage.EndsAt <= at)
            throw new RefusedException(
                "interviewOver",
                $"Interview {c.Interview} was over on {Employer.DayOf(stage.EndsAt.Value):yyyy-MM-dd}, and can't be cancelled any more."
            );
        return [new InterviewCancelled(c.Interview, stage.Number, at, c.At is null ? Basis.Measured : Basis.Declared)];
    }

    /// <summary>
    /// Whether a follow-up may be recorded in this application. The Scheduler is asked afterwards, and decides. A closing is no
    /// objection: a follow-up that was made is a fact.
    /// </summary>
    /// <param name="stage">The stage; by default the one at <paramref name="madeAt"/>.</param>
    /// <param name="claimId">The claim's id.</param>
    /// <param name="madeAt">When the follow-up was made.</param>
    /// <returns>The stage, and the follow-up that was recorded under the same claim before, if there is one.</returns>
    public (int Stage, FollowUpMade? Before) MayRecord(int? stage, Guid? claimId, DateTimeOffset madeAt)
    {
        MustExist();
        var number = stage ?? StageAt(madeAt);
        var made = MustHaveStage(number).Made;
        if (claimId is { } claim && IsTakenBack(claim))
            throw new RefusedException("retracted", "The follow-up of that claim was taken back. Choose a new claim id.");
        if (made is not null && made.ClaimId == claimId)
            return (number, made);
        return made is null ? (number, null) : throw AlreadyMade(made);
    }

    /// <summary>
    /// Records a follow-up that the Scheduler has settled, whatever was recorded between the two steps: the follow-up was made, and the
    /// Scheduler counts it. So neither a closing nor a voiding is an objection, nor that the stage's step was taken back. A second
    /// follow-up in a stage is refused here as well, whatever its source.
    /// </summary>
    public object[] Decide(RecordSettled c)
    {
        if (!IsVoided)
            MustExist();
        if (IsTakenBack(c.ClaimId))
            return [];
        if (c.Stage < 1 || c.Stage >= NextStage)
            MustHaveStage(c.Stage);
        return MadeIn(c.Stage) switch
        {
            null => [new FollowUpMade(c.Stage, c.Channel, c.By, c.MadeAt, c.ClaimId, c.Against)],
            var made when made.ClaimId == c.ClaimId => [],
            var made => throw AlreadyMade(made),
        };
    }

    /// <summary>Whether the follow-up of a claim was recorded, even if it was taken back since.</summary>
    public bool HasRecorded(Guid claimId) => Facts.Any(x => x is FollowUpMade made && made.ClaimId == claimId);

    // The follow-up of a stage, also of one whose step was taken back.
    private FollowUpMade? MadeIn(int stage) =>
        Facts
            .Where((fact, i) => fact is FollowUpMade made && made.Stage == stage && !TakenBack.Contains(i + 1))
            .OfType<FollowUpMade>()
            .FirstOrDefault();

    /// <summary>
    /// Replaces the employer, the posting and the approach by their amended values, each of which is complete, and corrects what was
    /// typed wrongly.
    /// </summary>
    /// <param name="change">The amended values.</param>
    public object[] Amend(Amended change)
    {
        // what was typed wrongly can be corrected although the application is closed
        if (
            new Particulars(change.Employer, change.Posting, change.Approach) == Particulars
            && change is { Patch: null } and ({ Candidate: not null } or { SubmittedAt: not null })
        )
            MustExist();
        else
            MustBeOpen(change.At);
        if (change.SubmittedAt is { } submittedAt && FirstFactAfter(submittedAt) is { } first)
            throw RefusedException.BadInput(
                "submittedAt",
                $"It must not lie after what was recorded for {Employer.DayOf(first):yyyy-MM-dd}."
            );
        var amended = change with
        {
            Candidate = change.Candidate == Candidate ? null : change.Candidate,
            SubmittedAt = change.SubmittedAt == SubmittedAt ? null : change.SubmittedAt,
        };
        return amended == Amended.Of(Particulars, amended.At) with { Again = amended.Again } ? [] : [amended];
    }

    /// <summary>What can be amended, as it is now.</summary>
    public Particulars Particulars => new(Employer, Posting, Approach);

    // The earliest fact that would lie before a submission on that day, if there is one.
    private DateTimeOffset? FirstFactAfter(DateTimeOffset submittedAt)
    {
        IEnumerable<DateTimeOffset?> facts =
        [
            .. Responses.Select(x => (DateTimeOffset?)x.At),
            .. Stages.Select(x => x.HappensAt),
            .. Stages.Select(x => x.CancelledAt),
            .. Stages.Select(x => x.Made?.At),
            Closing?.At,
        ];
        return facts.Where(x => x is { } at && at < submittedAt && Employer.DayOf(at) < Employer.DayOf(submittedAt)).Min();
    }

    /// <summary>Corrects a contact.</summary>
    public object[] Correct(Person contact, DateTimeOffset at)
    {
        MustExist();
        var before =
            Contacts.Find(x => x.Id == contact.Id)
            ?? throw new RefusedException("unknownContact", "This application has no contact with that id.");
        return before == contact ? [] : [new ContactCorrected(contact, at)];
    }

    /// <summary>Takes back a fact that was recorded by mistake.</summary>
    public object[] Decide(RetractFact c, DateTimeOffset now)
    {
        MustExist();
        if (c.Version < 1 || c.Version > Facts.Count)
            throw new RefusedException("unknownFact", $"This application has the versions 1 to {Facts.Count}.");
        if (TakenBack.Contains(c.Version))
            return [];
        var fact = Facts[(int)c.Version - 1];
        if (fact is Submitted or Amended or ContactCorrected or Voided or Retracted)
            throw new RefusedException(
                "cantBeRetracted",
                fact is Submitted
                    ? "A submission is not taken back: void the application, or correct what was typed wrongly."
                    : (Sentence)$"Version {c.Version} is not a fact that can be taken back; record what is right."
            );
        if (RestsOn(c.Version) is { } rests)
            throw new RefusedException("restsOnIt", $"What version {rests} recorded rests on it. Take that back first.");
        return [new Retracted(c.Version, fact.GetType().Name, now, (fact as FollowUpMade)?.ClaimId, c.Again ? true : null)];
    }

    // The version of a fact that would have no ground without this one.
    private long? RestsOn(long version)
    {
        bool Rests(object later, long laterVersion) =>
            (Facts[(int)version - 1], later) switch
            {
                (InterviewScheduled e, InterviewRescheduled x) => x.Interview == e.Interview,
                (InterviewScheduled e, InterviewCancelled x) => x.Interview == e.Interview,
                (InterviewScheduled e, FollowUpMade x) => x.Stage == e.Stage,
                (StepRecorded e, FollowUpMade x) => x.Stage == e.Stage,
                (ContactRecorded e, InterviewScheduled x) => x.With == e.Contact.Id,
                (Closed, Reopened) or (Reopened, Closed) => laterVersion > version,
                _ => false,
            };
        return Facts
            .Select((fact, i) => (Fact: fact, Version: (long)i + 1))
            .Where(x => !TakenBack.Contains(x.Version) && Rests(x.Fact, x.Version))
            .Select(x => (long?)x.Version)
            .FirstOrDefault();
    }

    /// <summary>Voids an application that should never have been recorded.</summary>
    public object[] Decide(VoidApplication c, DateTimeOffset now)
    {
        if (!IsSubmitted)
            MustExist();
        return IsVoided ? [] : [new Voided(now)];
    }

    public object[] Decide(CloseApplication c, DateTimeOffset now)
    {
        MustExist();
        if (c.At is { } at)
        {
            MustFollowSubmission(at, "at");
            if (LastReopening is { } reopened && at < reopened.At && Closing is null)
                throw RefusedException.BadInput("at", $"It must not lie before the reopening on {Employer.DayOf(reopened.At):yyyy-MM-dd}.");
        }
        return Closing switch
        {
            null => [new Closed(c.Reason, c.At ?? now)],
            var before when before.Reason == c.Reason => [],
            var before => throw new RefusedException(
                "alreadyClosed",
                $"The application was closed on {before.At:yyyy-MM-dd} ({WordOf(before.Reason)}). Reopen it first."
            ),
        };
    }

    public object[] Decide(ReopenApplication c, DateTimeOffset now)
    {
        MustExist();
        if (Closing is not { } closing)
            return [];
        if (c.At < closing.At)
            throw RefusedException.BadInput("at", $"It must not lie before the closing on {Employer.DayOf(closing.At):yyyy-MM-dd}.");
        return [new Reopened(c.At ?? now, c.Again ? true : null)];
    }

    /// <summary>
    /// The stage at a moment: that of the last step that had happened by then. A step that lies ahead opens its stage when it happens.
    /// </summary>
    public int StageAt(DateTimeOffset at) => Stages.Where(x => x.HappensAt <= at).MaxBy(x => x.Order)?.Number ?? 1;

    // An answer belongs to the stage that was open when it came, whenever that stage's step was recorded; of several the last one counts. A
    // receipt is no answer.
    private JobApplication WithResponses() =>
        this with
        {
            Stages =
            [
                .. Stages.Select(stage =>
                    stage with
                    {
                        Response = Responses
                            .Where(x => x.Kind != ResponseKind.Acknowledgement && StageAt(x.At) == stage.Number)
                            .OrderBy(x => x.At.UtcTicks)
                            .LastOrDefault(),
                    }
                ),
            ],
        };

    private Stage MustHaveStage(int number) =>
        FindStage(number) ?? throw new RefusedException("unknownStage", $"This application is in stage {CurrentStage}.");

    // Whether a claim's follow-up was recorded and taken back.
    private bool IsTakenBack(Guid claimId) =>
        TakenBack.Any(version => Facts[(int)version - 1] is FollowUpMade made && made.ClaimId == claimId);

    private Reopened? LastReopening =>
        Facts.Where((x, i) => x is Reopened && !TakenBack.Contains(i + 1)).OfType<Reopened>().MaxBy(x => x.At.UtcTicks);

    private const int MostDaysPromised = 30;

    // A stage whose step was taken back is gone, and so is what was recorded of it.
    private JobApplication At(int stage, Func<Stage, Stage> change) =>
        this with
        {
            Stages = Stages.ConvertAll(x => x.Number == stage ? change(x) : x),
        };

    private Stage? FindStage(int number) => Stages.Find(x => x.Number == number);

    /// <summary>The number of the next step's stage: no number is used twice, not even that of a step that was taken back.</summary>
    private int NextStage =>
        Facts
            .Select(x =>
                x switch
                {
                    InterviewScheduled e => e.Stage,
                    StepRecorded e => e.Stage,
                    _ => 1,
                }
            )
            .Max() + 1;

    private int NextInterview => Facts.OfType<InterviewScheduled>().Select(x => x.Interview).Append(0).Max() + 1;

    private Stage StageOf(int interview) =>
        Stages.FirstOrDefault(x => x.Interview == interview)
        ?? throw new RefusedException("unknownInterview", $"This application has no interview {interview}.");

    /// <summary>When an interview ends: by default an hour after it starts.</summary>
    public static DateTimeOffset EndOf(DateTimeOffset starts, DateTimeOffset? ends) =>
        // adding an hour to the last representable moment would throw; the command's checks refuse such a start
        ends ?? (starts < DateTimeOffset.MaxValue.AddDays(-2) ? starts.AddHours(1) : starts);

    private static Basis BasisOf(DateTimeOffset? endsAt) => endsAt is null ? Basis.Inferred : Basis.Declared;

    // The name as messages have it: camelCase.
    private static string WordOf(Enum value) => value.ToString() is { } name ? char.ToLowerInvariant(name[0]) + name[1..] : "";

    /// <summary>
    /// Only a contact and a cover letter may be older than the submission. Both days are compared where the employer is, because a time may
    /// be known to the day only.
    /// </summary>
    /// <exception cref="RefusedException"><c>badInput</c>.</exception>
    public void MustFollowSubmission(DateTimeOffset at, string field)
    {
        // what lies after it lies after it, whatever the offsets make of its day
        if (at < SubmittedAt && Employer.DayOf(at) < Employer.DayOf(SubmittedAt))
            throw RefusedException.BadInput(field, $"It must not lie before the submission on {Employer.DayOf(SubmittedAt):yyyy-MM-dd}.");
    }

    /// <exception cref="RefusedException"><c>unknownApplication</c>.</exception>
    public void MustExist()
    {
        if (!IsSubmitted)
            throw new RefusedException("unknownApplication", "Your team has no application with that id.");
        if (IsVoided)
            throw new RefusedException("voided", $"The application was voided on {Voiding!.At:yyyy-MM-dd}: it should never have been.");
    }

    /// <summary>Nothing but a reopening follows a closing; what happened before it can be recorded.</summary>
    /// <exception cref="RefusedException"><c>unknownApplication</c>, <c>closed</c>.</exception>
    public void MustBeOpen(DateTimeOffset? at = null)
    {
        MustExist();
        if (IsClosed && !(at < Closing!.At))
            throw new RefusedException(
                "closed",
                $"The application was closed on {Closing!.At:yyyy-MM-dd}. Nothing but a reopening follows a closing."
            );
    }

    private static RefusedException AlreadyMade(FollowUpMade made)
    {
        // The Scheduler's own code and values, so that the translation is the same wherever the refusal comes from.
        var (at, channel) = (made.At.UtcDateTime, WordOf(made.Channel));
        var refused = RefusedException.Because(
            new(
                "alreadyMade",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The follow-up of stage {made.Stage} was made on {at:yyyy-MM-dd} by {made.By} ({channel})."
                ),
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["stage"] = made.Stage.ToString(CultureInfo.InvariantCulture),
                    ["madeAt"] = at.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                    ["by"] = made.By,
                    ["channel"] = channel,
                }
            )
        );
        refused.More["made"] = new
        {
            made.Channel,
            made.By,
            MadeAt = made.At,
        };
        return refused;
    }
}
