using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using FollowUp.Contracts;
using FollowUp.Platform;

namespace FollowUp.Scheduler.Planning;

/// <summary>
/// The Scheduler's state of one application: Applications' public events, folded in the order in which their facts happened. The order in
/// which they were recorded makes no difference. See docs/decisions/0024-facts-in-the-order-they-happened.md.
/// </summary>
public sealed record KnownApplication : IJsonOnDeserialized
{
    public static KnownApplication Empty { get; } = new();

    public Guid Application { get; init; }
    public string Candidate { get; init; } = "";
    public Employer Employer { get; init; } = new("");
    public Posting Posting { get; init; } = new("");
    public Approach Approach { get; init; }
    public ImmutableList<ContactReference> Contacts { get; init; } = [];

    /// <summary>Null as long as no submission event has arrived: then there is nothing to plan.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    public Basis? SubmittedAtBasis { get; init; }

    public DateOnly? PromisedFollowUpOn { get; init; }

    /// <summary>The stages by number; stage 1 is the submission.</summary>
    public ImmutableList<StageFacts> Stages { get; init; } = [];

    public DateTimeOffset? VoidedAt { get; init; }
    public ClosingReason? ClosedBecause { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public DateTimeOffset? ReopenedAt { get; init; }

    /// <summary>The events, by version, without those that were taken back.</summary>
    public ImmutableList<KnownFact> Facts
    {
        get => _facts;
        init => _facts = value;
    }

    private ImmutableList<KnownFact> _facts = [];

    /// <summary>The claims of the follow-ups that were taken back.</summary>
    public ImmutableList<Guid> RetractedClaims { get; init; } = [];

    // A state that the version before stored has what the events came to, and not the events.
    void IJsonOnDeserialized.OnDeserialized()
    {
        if (_facts.IsEmpty && SubmittedAt is not null)
            _facts = [.. Reconstructed().Select(x => new KnownFact(0, WhenHappened(x)!.Value.ToUniversalTime(), x))];
    }

    // Events that come to this state. They have no version by which one could be taken back.
    private IEnumerable<object> Reconstructed()
    {
        var submittedAt = SubmittedAt!.Value;
        yield return new ApplicationSubmitted(Application, Candidate, Employer, Posting, Approach, Contacts, submittedAt, SubmittedAtBasis);
        if (PromisedFollowUpOn is not null)
            yield return new CoverLetterSent(Application, submittedAt, PromisedFollowUpOn);
        var last = submittedAt;
        foreach (var stage in Stages)
        {
            if (stage is { StartsAt: { } starts, EndsAt: { } ends })
                yield return new InterviewScheduled(
                    Application,
                    stage.Interview ?? stage.Stage - 1,
                    stage.Stage,
                    starts,
                    ends,
                    stage.With,
                    submittedAt,
                    stage.EndsAtBasis,
                    On: stage.On
                );
            if (stage.Step is { } step)
                yield return new StepRecorded(
                    Application,
                    stage.Stage,
                    step.Kind,
                    step.On,
                    step.HappensAt,
                    step.AnswerBy,
                    step.Name,
                    submittedAt
                );
            if (stage.CancelledAt is { } cancelledAt)
                yield return new InterviewCancelled(
                    Application,
                    stage.Interview ?? stage.Stage - 1,
                    stage.Stage,
                    cancelledAt,
                    stage.CancelledAtBasis
                );
            if (stage.RespondedAt is { } respondedAt)
                yield return new EmployerResponded(Application, stage.Stage, respondedAt, stage.PromisedNextStepOn);
            if (stage.Made is { } made)
                yield return new FollowUpMade(Application, stage.Stage, made.Channel, made.By, made.MadeAt, made.ClaimId);
            foreach (var at in new[] { stage.CancelledAt, stage.RespondedAt, stage.Made?.MadeAt }.OfType<DateTimeOffset>())
                last = at > last ? at : last;
        }

        if (ClosedBecause is { } because)
            yield return new ApplicationClosed(Application, because, ClosedAt ?? last);
        else if (ReopenedAt is { } reopenedAt)
            yield return new ApplicationReopened(Application, reopenedAt);
    }

    /// <summary>Learns an event, and folds all of them again.</summary>
    /// <param name="contract">The event.</param>
    /// <param name="version">The version of the application that it made; by default the next.</param>
    public KnownApplication Apply(object contract, long? version = null)
    {
        if (WhenHappened(contract) is not { } at)
            return this;
        var next = Facts.Add(new(version ?? (Facts.Count == 0 ? 1 : Facts[^1].Version + 1), at.ToUniversalTime(), contract));
        if (contract is not FactRetracted mistake)
            return Fold(next) with { Facts = next, RetractedClaims = RetractedClaims };
        next = next.RemoveAll(x => x.Version == mistake.Version);
        return Fold(next) with
        {
            Facts = next,
            RetractedClaims = mistake.ClaimId is { } claim ? RetractedClaims.Add(claim) : RetractedClaims,
        };
    }

    /// <summary>The states of the application after each moment at which something happened, the earliest first.</summary>
    public IEnumerable<(DateTimeOffset At, KnownApplication Then)> History()
    {
        var changes = Changes(Facts);
        if (changes.Count == 0)
            yield break;
        var submittedAt = SubmittedAt ?? DateTimeOffset.MinValue;
        var known = Empty;
        for (var i = 0; i < changes.Count; )
        {
            // What is older than the submission was known when it was made.
            var at = changes[i].At > submittedAt ? changes[i].At : submittedAt;
            for (; i < changes.Count && changes[i].At <= at; i++)
                known = changes[i].Apply(known);
            yield return (at, i == changes.Count ? this : known.WithResponses());
        }
    }

    private static KnownApplication Fold(ImmutableList<KnownFact> facts) =>
        Changes(facts).Aggregate(Empty, (known, x) => x.Apply(known)).WithResponses();

    private sealed record Change(DateTimeOffset At, Func<KnownApplication, KnownApplication> Apply);

    // In the order in which it happened; the submission comes first.
    private static List<Change> Changes(ImmutableList<KnownFact> facts)
    {
        var (submitted, stated) = (false, Empty);
        var changes = new List<(bool IsLater, KnownFact Fact, Func<KnownApplication, KnownApplication> Apply)>(facts.Count);
        // What was typed wrongly was always as it was corrected.
        var corrected = facts.Select(x => x.Contract).OfType<ContactCorrected>().ToLookup(x => x.Contact.Id, x => x.Contact);
        var amended = facts.Select(x => x.Contract).OfType<ApplicationAmended>().ToArray();
        var stagesMade = new HashSet<int>();
        foreach (var fact in facts)
            switch (fact.Contract)
            {
                case ApplicationSubmitted first:
                    var submittedOn = amended.Select(x => x.SubmittedAt).LastOrDefault(x => x is not null);
                    var e = first with
                    {
                        SubmittedAtBasis = submittedOn is null ? first.SubmittedAtBasis : Basis.Declared,
                        Candidate = amended.Select(x => x.Candidate).LastOrDefault(x => x is not null) ?? first.Candidate,
                        SubmittedAt = submittedOn ?? first.SubmittedAt,
                        Contacts = [.. (first.Contacts ?? []).Select(Corrected)],
                    };
                    if (!submitted)
                    {
                        changes.Add((false, fact with { At = e.SubmittedAt.ToUniversalTime() }, x => x.Learn(e)));
                        stated = stated.Learn(e);
                    }
                    submitted = true;
                    break;
                case FollowUpMade made:
                    // of two in a stage, which only a faulty sender leaves, the first that was recorded
                    if (stagesMade.Add(made.Stage))
                        changes.Add((true, fact, x => x.Learn(made)));
                    break;
                case ContactRecorded contact:
                    changes.Add((true, fact, x => x.Know([Corrected(contact.Contact)])));
                    break;
                case ApplicationAmended amendment:
                    // An amendment names every value: what it states is what differs from the values before, unless it says what.
                    var (before, after) = (stated, stated.Amended(amendment));
                    stated = after;
                    var patch = amendment.Patch is { ValueKind: JsonValueKind.Object } said
                        ? JsonObject.Create(said)!
                        : MergePatch.Between(Particulars.Of(before).ToJson(), Particulars.Of(after).ToJson());
                    changes.Add((true, fact, x => x.Patched(patch)));
                    break;
                default:
                    changes.Add((true, fact, x => x.Learn(fact.Contract)));
                    break;
            }
        return
        [
            .. changes
                .OrderBy(x => x.IsLater)
                .ThenBy(x => x.Fact.At)
                .ThenBy(x => x.Fact.Version)
                .Select(x => new Change(x.Fact.At, x.Apply)),
        ];

        ContactReference Corrected(ContactReference x) => x is null ? x! : corrected[x.Id].LastOrDefault() ?? x;
    }

    // A property that a sender left out arrives as null even if the record doesn't allow null; the fold must not fail on it.
    private KnownApplication Learn(object contract) =>
        contract switch
        {
            ApplicationSubmitted e => (
                this with
                {
                    Application = e.Application,
                    Candidate = e.Candidate ?? Candidate,
                    Employer = e.Employer ?? Employer,
                    Posting = e.Posting ?? Posting,
                    Approach = e.Approach,
                    SubmittedAt = e.SubmittedAt,
                    SubmittedAtBasis = e.SubmittedAtBasis,
                }
            )
                .Know(e.Contacts)
                .At(1, stage => stage),
            CoverLetterSent e => this with { PromisedFollowUpOn = PromisedFollowUpOn ?? e.PromisedFollowUpOn },
            EmployerResponded e => this with { Responses = Responses.Add(new(e.RespondedAt, e.PromisedNextStepOn, e.Kind)) },
            InterviewScheduled e => At(
                e.Stage,
                stage =>
                    stage with
                    {
                        Interview = e.Interview,
                        // it may have been moved by then, as it is told
                        StartsAt = stage.StartsAt ?? e.StartsAt,
                        EndsAt = stage.EndsAt ?? e.EndsAt,
                        EndsAtBasis = stage.StartsAt is null ? e.EndsAtBasis : stage.EndsAtBasis,
                        On = stage.StartsAt is null ? e.On : stage.On,
                        With = e.With,
                    }
            ),
            StepRecorded e => At(e.Stage, stage => stage with { Step = new(e.Kind, e.On, e.HappensAt, e.AnswerBy, e.Name) }),
            InterviewRescheduled e => At(
                e.Stage,
                stage =>
                    stage with
                    {
                        Interview = e.Interview,
                        StartsAt = e.StartsAt,
                        EndsAt = e.EndsAt,
                        EndsAtBasis = e.EndsAtBasis,
                        On = null,
                    }
            ),
            InterviewCancelled e => At(
                e.Stage,
                stage => stage with { Interview = e.Interview, CancelledAt = e.CancelledAt, CancelledAtBasis = e.CancelledAtBasis }
            ),
            FollowUpMade e => At(e.Stage, stage => stage with { Made = stage.Made ?? new(e.Channel, e.By, e.MadeAt, e.ClaimId) }),
            ApplicationClosed e => this with { ClosedBecause = e.Reason, ClosedAt = e.ClosedAt },
            ApplicationVoided e => this with { VoidedAt = e.VoidedAt },
            ApplicationReopened e => this with { ClosedBecause = null, ClosedAt = null, ReopenedAt = e.ReopenedAt },
            _ => this,
        };

    private static DateTimeOffset? WhenHappened(object contract) =>
        contract switch
        {
            ApplicationSubmitted e => e.SubmittedAt,
            CoverLetterSent e => e.SentAt,
            ContactRecorded e => e.RecordedAt,
            EmployerResponded e => e.RespondedAt,
            InterviewScheduled e => e.ScheduledAt,
            StepRecorded e => e.RecordedAt,
            InterviewRescheduled e => e.RescheduledAt,
            InterviewCancelled e => e.CancelledAt,
            FollowUpMade e => e.MadeAt,
            ApplicationAmended e => e.AmendedAt,
            ApplicationClosed e => e.ClosedAt,
            ApplicationReopened e => e.ReopenedAt,
            ContactCorrected e => e.CorrectedAt,
            FactRetracted e => e.RetractedAt,
            ApplicationVoided e => e.VoidedAt,
            _ => null,
        };

    private KnownApplication Amended(ApplicationAmended e) =>
        this with
        {
            Employer = e.Employer ?? Employer,
            Posting = e.Posting ?? Posting,
            Approach = e.Approach,
        };

    private KnownApplication Patched(JsonObject patch)
    {
        var (employer, posting, approach) = MergePatch.Apply(Particulars.Of(this).ToJson(), patch).Deserialize<Particulars>(Json.Lenient)!;
        return this with { Employer = employer ?? Employer, Posting = posting ?? Posting, Approach = approach };
    }

    // What can be amended; as JSON each instruction has a value, so that one can be stated without the others.
    private sealed record Particulars(Employer Employer, Posting Posting, Approach Approach)
    {
        public static Particulars Of(KnownApplication x) => new(x.Employer, x.Posting, x.Approach);

        public JsonObject ToJson() =>
            (JsonObject)
                JsonSerializer.SerializeToNode(
                    this with
                    {
                        Posting = Posting with { Instructions = Posting.Instructions ?? new() },
                    },
                    Json.Lenient
                )!;
    }

    private KnownApplication Know(IEnumerable<ContactReference?>? contacts) =>
        this with
        {
            Contacts = (contacts ?? [])
                .OfType<ContactReference>()
                .Select(x => x with { Channels = x.Channels ?? [] })
                .Aggregate(
                    Contacts,
                    (known, contact) =>
                        known.FindIndex(x => x.Id == contact.Id) is >= 0 and var i ? known.SetItem(i, contact) : known.Add(contact)
                ),
        };

    // A stage for which no opening event arrived is opened here: losing its made follow-up would allow a second one.
    private KnownApplication At(int stage, Func<StageFacts, StageFacts> learn)
    {
        var i = Stages.FindIndex(x => x.Stage >= stage);
        return this with
        {
            Stages =
                i < 0 ? Stages.Add(learn(new(stage)))
                : Stages[i].Stage == stage ? Stages.SetItem(i, learn(Stages[i]))
                : Stages.Insert(i, learn(new(stage))),
        };
    }

    /// <summary>The answers of the employer, the earliest first.</summary>
    [JsonIgnore]
    private ImmutableList<ResponseFacts> Responses { get; init; } = [];

    /// <summary>
    /// The stages in the order in which they happened: a step happens when it begins, or when it is cancelled before. A stage without a
    /// known step (which only a faulty sender leaves) keeps the place of its number.
    /// </summary>
    public IReadOnlyList<StageFacts> InOrder() =>
        [
            .. Stages
                .OrderBy(x => x.Stage == 1 ? DateTimeOffset.MinValue : x.HappensAt ?? DateTimeOffset.MinValue)
                .ThenBy(x => StepOrder.Of(x.Step?.Kind))
                .ThenBy(x => x.Step?.AnswerBy)
                .ThenBy(x => x.Step?.Name, StringComparer.Ordinal)
                .ThenBy(x => x.Stage),
        ];

    /// <summary>When a stage ends because the next step happens; null if none is agreed.</summary>
    public StageEnd? EndOf(StageFacts stage)
    {
        var order = InOrder();
        for (var i = 0; i < order.Count - 1; i++)
            if (order[i].Stage == stage.Stage)
                return new(order[i + 1].HappensAt ?? DateTimeOffset.MinValue, order[i + 1].Stage);
        return null;
    }

    // An answer belongs to the stage that was open when it came.
    private KnownApplication WithResponses()
    {
        var known = this;
        foreach (var response in Responses.Where(x => x.Kind != ResponseKind.Acknowledgement))
        {
            var stage =
                known.InOrder().LastOrDefault(x => x.Stage == 1 || (x.HappensAt ?? DateTimeOffset.MinValue) <= response.At)?.Stage ?? 1;
            known = known.At(
                stage,
                x =>
                    x with
                    {
                        RespondedAt = response.At,
                        PromisedNextStepOn = response.PromisedNextStepOn,
                        RespondedKind = response.Kind,
                        IsRejected = response.Kind == ResponseKind.Rejection,
                    }
            );
        }
        return known;
    }

    private sealed record ResponseFacts(DateTimeOffset At, DateOnly? PromisedNextStepOn, ResponseKind Kind);
}

/// <summary>An event of an application that the Scheduler knows.</summary>
/// <param name="Version">The version of the application that it made.</param>
/// <param name="At">When it happened.</param>
/// <param name="Contract">The event.</param>
[JsonConverter(typeof(KnownFactConverter))]
public sealed record KnownFact(long Version, DateTimeOffset At, object Contract);

/// <summary>Writes a known event with the name of its type.</summary>
public sealed class KnownFactConverter : JsonConverter<KnownFact>
{
    private sealed record Stored(long Version, DateTimeOffset At, string Type, JsonElement Data);

    /// <inheritdoc/>
    public override KnownFact Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var stored = JsonSerializer.Deserialize<Stored>(ref reader, Json.Lenient)!;
        var type = Catalogue.Find(stored.Type) ?? throw new JsonException($"This version doesn't know {stored.Type}.");
        return new(stored.Version, stored.At, stored.Data.Deserialize(type, Json.Lenient)!);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, KnownFact value, JsonSerializerOptions options)
    {
        var type = value.Contract.GetType();
        JsonSerializer.Serialize(
            writer,
            new Stored(
                value.Version,
                value.At,
                Catalogue.NameOf(type),
                JsonSerializer.SerializeToElement(value.Contract, type, Json.Lenient)
            ),
            Json.Lenient
        );
    }
}

/// <summary>The end of a stage.</summary>
/// <param name="At">When the next step happens.</param>
/// <param name="Next">The stage that the next step opens.</param>
public sealed record StageEnd(DateTimeOffset At, int Next);

/// <summary>The known state of one stage.</summary>
public sealed record StageFacts(int Stage)
{
    public int? Interview { get; init; }
    public DateTimeOffset? StartsAt { get; init; }
    public DateTimeOffset? EndsAt { get; init; }
    public Basis? EndsAtBasis { get; init; }

    /// <summary>The day of the interview, if only the day is known.</summary>
    public DateOnly? On { get; init; }

    /// <summary>The contact the interview is with.</summary>
    public Guid? With { get; init; }

    public DateTimeOffset? CancelledAt { get; init; }
    public Basis? CancelledAtBasis { get; init; }

    /// <summary>The step that opened the stage, if it isn't an interview.</summary>
    public StepFacts? Step { get; init; }

    /// <summary>When the employer last answered.</summary>
    public DateTimeOffset? RespondedAt { get; init; }

    /// <summary>What the last answer was.</summary>
    public ResponseKind? RespondedKind { get; init; }

    /// <summary>What the last answer promised.</summary>
    public DateOnly? PromisedNextStepOn { get; init; }

    /// <summary>Whether the last answer was a no.</summary>
    public bool IsRejected { get; init; }

    public FollowUpFacts? Made { get; init; }

    /// <summary>When the stage's step happens: when it begins, or when it was cancelled before.</summary>
    [JsonIgnore]
    public DateTimeOffset? HappensAt =>
        Step is { } step ? step.HappensAt
        : CancelledAt < StartsAt || StartsAt is null ? CancelledAt ?? StartsAt
        : StartsAt;
}

/// <summary>A step that isn't an interview.</summary>
/// <param name="On">Its day: of an assessment the one on which it is handed in.</param>
/// <param name="HappensAt">When the stage before is left.</param>
/// <param name="AnswerBy">The day by which the employer wants an answer to an offer.</param>
/// <param name="Name">The name of another step.</param>
public sealed record StepFacts(StepKind Kind, DateOnly On, DateTimeOffset HappensAt, DateOnly? AnswerBy, string? Name);

/// <summary>A stage's one follow-up, as it was made.</summary>
public sealed record FollowUpFacts(Channel Channel, string By, DateTimeOffset MadeAt, Guid ClaimId);
