using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FollowUp.Applications.Commands;
using FollowUp.Contracts;
using FollowUp.Platform;

// See docs/decisions/0021-layout-and-dependencies.md for the root namespace.
namespace FollowUp.Applications;

// What happened. Facts are stored for ever and carry no personal data: a candidate is the caller's own reference, a contact an id.
// What an older fact doesn't say (how a date is known, the region, who is behind a contact) is null there, and stays so.

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

public sealed record FollowUpMade(int Stage, Channel Channel, string By, DateTimeOffset At, Guid ClaimId);

public sealed record Amended(Company Employer, Advertisement Posting, Approach Approach, DateTimeOffset At);

public sealed record Closed(ClosingReason Reason, DateTimeOffset At);

public sealed record Reopened(DateTimeOffset At);

public sealed record Company(
    string Name,
    HiringProcess HiringProcess = HiringProcess.Unknown,
    string? TimeZone = null,
    string? Country = null,
    string? Region = null
);

public sealed record Instructions(bool NoPhoneCalls = false, bool NoContact = false, SubmitBy? SubmitBy = null);

public sealed record Advertisement(string Title, string? Url = null, DateOnly? ClosesOn = null, Instructions? Instructions = null);

public sealed record Person(Guid Id, ContactRole Role, ImmutableList<Channel> Channels, Guid? Who = null)
{
    public bool Equals(Person? other) =>
        other is not null && Id == other.Id && Role == other.Role && Who == other.Who && Channels.SequenceEqual(other.Channels);

    public override int GetHashCode() => HashCode.Combine(Id, Role);
}

/// <summary>
/// A part of the process in which one follow-up is polite. The first is the submission, and every interview opens another.
/// </summary>
public sealed record Stage(int Number)
{
    /// <summary>When it began: with the submission, or when its interview was agreed.</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    public int? Interview { get; init; }
    public DateTimeOffset? StartsAt { get; init; }
    public DateTimeOffset? EndsAt { get; init; }
    public Guid? With { get; init; }
    public DateTimeOffset? CancelledAt { get; init; }
    public EmployerResponded? Response { get; init; }
    public FollowUpMade? Made { get; init; }
}

/// <summary>One application, and the whole business of this service: what may be recorded, and what follows from it.</summary>
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
            Reopened _ => this with { Closing = null }, // the "_" matters: without a designator Marten's generator overlooks the arm
            _ => this,
        };

    public object[] Decide(SubmitApplication c)
    {
        var submitted = new Submitted(
            c.Candidate,
            c.Employer.ToFact(),
            c.Posting.ToFact(),
            c.Approach,
            [.. c.Contacts.Select(x => x.ToFact())],
            c.SubmittedAt!.Value,
            c.SubmittedAtBasis
        );
        if (Submission is not { } before)
            return [submitted];
        var same =
            before.Candidate == submitted.Candidate
            && before.Employer == submitted.Employer
            && before.Posting == submitted.Posting
            && before.Approach == submitted.Approach
            && (c.SubmittedAtBasis != Basis.Declared || before.At == submitted.At)
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

    public object[] Decide(SendCoverLetter c)
    {
        MustBeOpen();
        if (CoverLetter is not null)
            throw new RefusedException(
                "coverLetterAlreadySent",
                $"The one cover letter of this application was sent on {CoverLetter.At:yyyy-MM-dd}."
            );
        var sentOn = DateOnly.FromDateTime(c.At!.Value.DateTime);
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
        return [new CoverLetterSent(c.At.Value, c.PromisedFollowUpOn)];
    }

    public object[] Decide(RecordContact c)
    {
        MustBeOpen();
        return Contacts.Any(x => x.Id == c.Id) ? [] : [new ContactRecorded(c.ToFact(), c.At!.Value)];
    }

    public object[] Decide(RecordResponse c)
    {
        MustBeOpen();
        if (c.PromisedNextStepOn is { } on && on < DateOnly.FromDateTime(c.At!.Value.DateTime))
            throw RefusedException.BadInput("promisedNextStepOn", "The date by which they will be back must not lie before their answer.");
        return [new EmployerResponded(CurrentStage, c.At!.Value, c.PromisedNextStepOn)];
    }

    public object[] Decide(ScheduleInterview c)
    {
        MustBeOpen();
        if (c.With is { } with && Contacts.All(x => x.Id != with))
            throw RefusedException.BadInput("with", "This application has no contact with that id.");
        if (Stages.FirstOrDefault(x => x.StartsAt == c.StartsAt && x.CancelledAt is null) is { Interview: { } n })
            throw new RefusedException("interviewAlreadyScheduled", $"Interview {n} starts at that very time.");
        return
        [
            new InterviewScheduled(
                Stages.Count(x => x.Interview is not null) + 1,
                CurrentStage + 1,
                c.StartsAt,
                c.Ends,
                c.With,
                c.At!.Value,
                ScheduleInterview.BasisOf(c.EndsAt)
            ),
        ];
    }

    public object[] Decide(RescheduleInterview c)
    {
        MustBeOpen();
        var stage = StageOf(c.Interview);
        if (stage.CancelledAt is not null)
            throw new RefusedException("interviewCancelled", "That interview was cancelled; schedule another.");
        return stage.StartsAt == c.StartsAt && stage.EndsAt == c.Ends
            ? []
            : [new InterviewRescheduled(c.Interview, stage.Number, c.StartsAt, c.Ends, c.At!.Value, ScheduleInterview.BasisOf(c.EndsAt))];
    }

    public object[] Decide(CancelInterview c)
    {
        MustBeOpen();
        var stage = StageOf(c.Interview);
        return stage.CancelledAt is not null ? [] : [new InterviewCancelled(c.Interview, stage.Number, c.At!.Value, c.AtBasis)];
    }

    /// <summary>Whether a follow-up may be recorded here at all: asked before the Scheduler is, which has the last word.</summary>
    /// <returns>The stage meant, and what was recorded under this very claim before, if it was.</returns>
    public (int Stage, FollowUpMade? Before) MayRecord(int? wanted, Guid? claimId)
    {
        MustExist();
        var number = wanted ?? CurrentStage;
        if (number < 1 || number > CurrentStage)
            throw new RefusedException("unknownStage", $"This application is in stage {CurrentStage}.", 404);
        var made = Stages[number - 1].Made;
        if (made is not null && made.ClaimId == claimId)
            return (number, made);
        if (made is not null)
            throw AlreadyMade(made);
        MustBeOpen();
        return (number, null);
    }

    /// <summary>
    /// The Scheduler has settled the claim: the follow-up was made, and is recorded even if the application was closed between
    /// the two steps. A second one in a stage is refused here as well, whoever says it was settled.
    /// </summary>
    public object[] Decide(RecordSettled c)
    {
        MustExist();
        if (c.Stage < 1 || c.Stage > CurrentStage)
            throw new RefusedException("unknownStage", $"This application is in stage {CurrentStage}.", 404);
        return Stages[c.Stage - 1].Made switch
        {
            null => [new FollowUpMade(c.Stage, c.Channel, c.By, c.MadeAt, c.ClaimId)],
            var made when made.ClaimId == c.ClaimId => [],
            var made => throw AlreadyMade(made),
        };
    }

    public object[] Decide(AmendApplication c)
    {
        MustBeOpen();
        var now = JsonSerializer.SerializeToNode(
            new Amendable(EmployerInput.Of(Employer), PostingInput.Of(Posting), Approach),
            Json.Strict
        )!;
        var amended = MergePatch(now, JsonNode.Parse(c.Patch.GetRawText()))!.Deserialize<Amendable>(Json.Strict)!;
        var checks = new InputChecks();
        amended.Employer.Check(checks, "employer");
        amended.Posting.Check(checks, "posting");
        checks.Refuse();
        var fact = new Amended(amended.Employer.ToFact(), amended.Posting.ToFact(), amended.Approach, c.At!.Value);
        return fact.Employer == Employer && fact.Posting == Posting && fact.Approach == Approach ? [] : [fact];
    }

    public object[] Decide(CloseApplication c)
    {
        MustExist();
        return Closing switch
        {
            null => [new Closed(c.Reason, c.At!.Value)],
            var before when before.Reason == c.Reason => [],
            var before => throw new RefusedException(
                "alreadyClosed",
                $"The application was closed on {before.At:yyyy-MM-dd} ({JsonNamingPolicy.CamelCase.ConvertName(before.Reason.ToString())}). Reopen it first."
            ),
        };
    }

    public object[] Decide(ReopenApplication c)
    {
        MustExist();
        return IsClosed ? [new Reopened(c.At!.Value)] : [];
    }

    private const int MostDaysPromised = 30;

    private JobApplication At(int stage, Func<Stage, Stage> change) =>
        this with
        {
            Stages = Stages.SetItem(stage - 1, change(Stages[stage - 1])),
        };

    private Stage StageOf(int interview) =>
        Stages.FirstOrDefault(x => x.Interview == interview)
        ?? throw RefusedException.NotFound("unknownInterview", $"This application has no interview {interview}.");

    private void MustExist()
    {
        if (!IsSubmitted)
            throw RefusedException.NotFound("unknownApplication", "Your team has no application with that id.");
    }

    private void MustBeOpen()
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
        // The Scheduler's own words and values for it, so that it is said the same in every language.
        var (at, channel) = (made.At.UtcDateTime, JsonNamingPolicy.CamelCase.ConvertName(made.Channel.ToString()));
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

    // RFC 7396, which System.Text.Json has not.
    private static JsonNode? MergePatch(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
            return patch?.DeepClone();
        var result = target is JsonObject before ? (JsonObject)before.DeepClone() : [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
                result.Remove(name);
            else
                result[name] = MergePatch(result[name], value);
        }
        return result;
    }
}
