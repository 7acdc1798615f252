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

public sealed record Submitted(
    string Candidate,
    Company Employer,
    Advertisement Posting,
    Approach Approach,
    ImmutableList<Person> Contacts,
    DateTimeOffset At,
    Basis? AtBasis = null
);

public sealed record CoverLetterSent(DateTimeOffset At, DateOnly? PromisedFollowUpOn);

public sealed record ContactRecorded(Person Contact, DateTimeOffset At);

public sealed record EmployerResponded(int Stage, DateTimeOffset At, DateOnly? PromisedNextStepOn);

public sealed record InterviewScheduled(
    int Interview,
    int Stage,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    Guid? With,
    DateTimeOffset At,
    Basis? EndsAtBasis = null
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

public sealed record Amended(Company Employer, Advertisement Posting, Approach Approach, DateTimeOffset At);

public sealed record Closed(ClosingReason Reason, DateTimeOffset At);

public sealed record Reopened(DateTimeOffset At);

public sealed record Company(
    string Name,
    HiringProcess HiringProcess = HiringProcess.Unknown,
    string? TimeZone = null,
    string? Country = null,
    string? Region = null
)
{
    public static Company Of(Employer x) => new(x.Name.Trim(), x.HiringProcess, x.TimeZone, x.Country ?? x.Region?[..2], x.Region);

    /// <summary>The day of a moment where the employer is; where that isn't known, on the clock of the person who stated the moment.</summary>
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
    public DateTimeOffset? CancelledAt { get; init; }
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
    public Closed? Closing { get; init; }
    public Submitted? Submission { get; init; }

    public bool IsSubmitted => Submission is not null;
    public bool IsClosed => Closing is not null;
    public int CurrentStage => Stages.Count;

    public JobApplication Evolve(object fact) =>
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
            },
            CoverLetterSent e => this with { CoverLetter = e },
            ContactRecorded e => this with { Contacts = Contacts.Add(e.Contact) },
            EmployerResponded e => At(e.Stage, stage => stage with { Response = e }),
            InterviewScheduled e => this with
            {
                Stages = Stages.Add(
                    new(e.Stage)
                    {
                        OpenedAt = e.At,
                        Interview = e.Interview,
                        StartsAt = e.StartsAt,
                        EndsAt = e.EndsAt,
                        With = e.With,
                    }
                ),
            },
            InterviewRescheduled e => At(e.Stage, stage => stage with { StartsAt = e.StartsAt, EndsAt = e.EndsAt }),
            InterviewCancelled e => At(e.Stage, stage => stage with { CancelledAt = e.At }),
            FollowUpMade e => At(e.Stage, stage => stage with { Made = e }),
            Amended e => this with { Employer = e.Employer, Posting = e.Posting, Approach = e.Approach },
            Closed e => this with { Closing = e },
            Reopened _ => this with { Closing = null }, // the "_" matters: without a designator Marten's source generator ignores the arm
            _ => this,
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
            c.SubmittedAt is null ? undated : Basis.Declared
        );
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
        MustBeOpen();
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
        MustBeOpen();
        return Contacts.Any(x => x.Id == contact.Id) ? [] : [new ContactRecorded(contact, at)];
    }

    public object[] Decide(RecordResponse c, DateTimeOffset now)
    {
        MustBeOpen();
        var at = c.At ?? now;
        MustFollowSubmission(at, "at");
        if (c.PromisedNextStepOn is { } on && on < Employer.DayOf(at))
            throw RefusedException.BadInput("promisedNextStepOn", "The date by which they will be back must not lie before their answer.");
        return [new EmployerResponded(StageAt(at), at, c.PromisedNextStepOn)];
    }

    public object[] Decide(ScheduleInterview c, DateTimeOffset now)
    {
        MustBeOpen();
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
                Stages.Count(x => x.Interview is not null) + 1,
                CurrentStage + 1,
                c.StartsAt,
                EndOf(c.StartsAt, c.EndsAt),
                c.With,
                c.At ?? now,
                BasisOf(c.EndsAt)
            ),
        ];
    }

    public object[] Decide(RescheduleInterview c, DateTimeOffset now)
    {
        MustBeOpen();
        var ends = EndOf(c.StartsAt, c.EndsAt);
        var stage = StageOf(c.Interview);
        if (stage.CancelledAt is not null)
            throw new RefusedException("interviewCancelled", "That interview was cancelled; schedule another.");
        MustFollowSubmission(c.StartsAt, "startsAt");
        return stage.StartsAt == c.StartsAt && stage.EndsAt == ends
            ? []
            : [new InterviewRescheduled(c.Interview, stage.Number, c.StartsAt, ends, c.At ?? now, BasisOf(c.EndsAt))];
    }

    public object[] Decide(CancelInterview c, DateTimeOffset now)
    {
        MustBeOpen();
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
    /// Whether a follow-up may be recorded in this application. The Scheduler is asked afterwards, and decides. A closing is no objection: a
    /// follow-up that was made is a fact.
    /// </summary>
    /// <param name="stage">The stage; by default the one at <paramref name="madeAt"/>.</param>
    /// <param name="claimId">The claim's id.</param>
    /// <param name="madeAt">When the follow-up was made; null for now, which means the current stage.</param>
    /// <returns>The stage, and the follow-up that was recorded under the same claim before, if there is one.</returns>
    public (int Stage, FollowUpMade? Before) MayRecord(int? stage, Guid? claimId, DateTimeOffset? madeAt = null)
    {
        MustExist();
        var number = stage ?? (madeAt is { } at ? StageAt(at) : CurrentStage);
        if (number < 1 || number > CurrentStage)
            throw new RefusedException("unknownStage", $"This application is in stage {CurrentStage}.");
        var made = Stages[number - 1].Made;
        if (made is not null && made.ClaimId == claimId)
            return (number, made);
        return made is null ? (number, null) : throw AlreadyMade(made);
    }

    /// <summary>
    /// Records a follow-up that the Scheduler has settled, even if the application was closed between the two steps: the follow-up was
    /// made. A second follow-up in a stage is refused here as well, whatever its source.
    /// </summary>
    public object[] Decide(RecordSettled c)
    {
        MustExist();
        if (c.Stage < 1 || c.Stage > CurrentStage)
            throw new RefusedException("unknownStage", $"This application is in stage {CurrentStage}.");
        return Stages[c.Stage - 1].Made switch
        {
            null => [new FollowUpMade(c.Stage, c.Channel, c.By, c.MadeAt, c.ClaimId, c.Against)],
            var made when made.ClaimId == c.ClaimId => [],
            var made => throw AlreadyMade(made),
        };
    }

    /// <summary>Replaces the employer, the posting and the approach by their amended values, each of which is complete.</summary>
    public object[] Amend(Company employer, Advertisement posting, Approach approach, DateTimeOffset at)
    {
        MustBeOpen();
        return employer == Employer && posting == Posting && approach == Approach ? [] : [new Amended(employer, posting, approach, at)];
    }

    public object[] Decide(CloseApplication c, DateTimeOffset now)
    {
        MustExist();
        if (c.At is { } at)
            MustFollowSubmission(at, "at");
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
        return [new Reopened(c.At ?? now)];
    }

    /// <summary>
    /// The stage at a moment: that of the last step that had happened by then. A step that lies ahead opens its stage when it happens.
    /// </summary>
    public int StageAt(DateTimeOffset at) =>
        Stages.LastOrDefault(x => x.Number > 1 && (Earlier(x.CancelledAt, x.StartsAt) ?? DateTimeOffset.MaxValue) <= at)?.Number ?? 1;

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a < b || b is null ? a : b;

    private const int MostDaysPromised = 30;

    private JobApplication At(int stage, Func<Stage, Stage> change) =>
        this with
        {
            Stages = Stages.SetItem(stage - 1, change(Stages[stage - 1])),
        };

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
        if (Employer.DayOf(at) < Employer.DayOf(SubmittedAt))
            throw RefusedException.BadInput(field, $"It must not lie before the submission on {Employer.DayOf(SubmittedAt):yyyy-MM-dd}.");
    }

    /// <exception cref="RefusedException"><c>unknownApplication</c>.</exception>
    public void MustExist()
    {
        if (!IsSubmitted)
            throw new RefusedException("unknownApplication", "Your team has no application with that id.");
    }

    /// <exception cref="RefusedException"><c>unknownApplication</c>, <c>closed</c>.</exception>
    public void MustBeOpen()
    {
        MustExist();
        if (IsClosed)
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
