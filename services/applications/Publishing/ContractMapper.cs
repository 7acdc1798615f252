using System.Collections.Frozen;
using System.Text.Json;
using FollowUp.Applications.ApiKeys;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Integrations;
using FollowUp.Contracts;
using FollowUp.Platform.Outbox;
using JasperFx.Events;
using Public = FollowUp.Contracts;

namespace FollowUp.Applications.Publishing;

/// <summary>Maps this service's events to the contracts that it publishes. An event that it doesn't map stays private.</summary>
internal sealed class ContractMapper : IContractMapper
{
    public string Source => Catalogue.Applications;

    public object? ToContract(IEvent fact) => Map(fact) ?? TeamKeys.Announce(fact.Data) ?? TeamIntegrations.Announce(fact.Data);

    public static object? Map(IEvent e) => Map(e.StreamId, e.Data);

    /// <summary>The contract of a fact of an application, or of a candidate's erasure.</summary>
    public static object? Map(Guid stream, object fact) =>
        fact switch
        {
            Submitted x => new ApplicationSubmitted(
                stream,
                x.Candidate,
                Of(x.Employer),
                Of(x.Posting),
                x.Approach,
                [.. x.Contacts.Select(Of)],
                x.At.ToUniversalTime(),
                x.AtBasis
            ),
            CoverLetterSent x => new Public.CoverLetterSent(stream, x.At.ToUniversalTime(), x.PromisedFollowUpOn),
            ContactRecorded x => new Public.ContactRecorded(stream, Of(x.Contact), x.At.ToUniversalTime()),
            EmployerResponded x => new Public.EmployerResponded(
                stream,
                x.Stage,
                x.At.ToUniversalTime(),
                x.PromisedNextStepOn,
                x.Kind ?? ResponseKind.Answer
            ),
            InterviewScheduled x => new Public.InterviewScheduled(
                stream,
                x.Interview,
                x.Stage,
                x.StartsAt.ToUniversalTime(),
                x.EndsAt.ToUniversalTime(),
                x.With,
                x.At.ToUniversalTime(),
                x.EndsAtBasis,
                x.Kind,
                x.On
            ),
            StepRecorded x => new Public.StepRecorded(
                stream,
                x.Stage,
                x.Kind,
                x.On,
                x.HappensAt.ToUniversalTime(),
                x.AnswerBy,
                x.Name,
                x.At.ToUniversalTime()
            ),
            InterviewRescheduled x => new Public.InterviewRescheduled(
                stream,
                x.Interview,
                x.Stage,
                x.StartsAt.ToUniversalTime(),
                x.EndsAt.ToUniversalTime(),
                x.At.ToUniversalTime(),
                x.EndsAtBasis
            ),
            InterviewCancelled x => new Public.InterviewCancelled(stream, x.Interview, x.Stage, x.At.ToUniversalTime(), x.AtBasis),
            FollowUpMade x => new Public.FollowUpMade(stream, x.Stage, x.Channel, x.By, x.At.ToUniversalTime(), x.ClaimId, x.Against),
            Amended x => new ApplicationAmended(
                stream,
                Of(x.Employer),
                Of(x.Posting),
                x.Approach,
                x.At.ToUniversalTime(),
                x.Candidate,
                x.SubmittedAt?.ToUniversalTime(),
                x.Patch is { } patch ? JsonElement.Parse(patch) : null
            ),
            ContactCorrected x => new Public.ContactCorrected(stream, Of(x.Contact), x.At.ToUniversalTime()),
            Retracted x => new FactRetracted(stream, x.Fact, TypeOf(x.Kind), x.At.ToUniversalTime(), x.ClaimId),
            Voided x => new ApplicationVoided(stream, x.At.ToUniversalTime()),
            Closed x => new ApplicationClosed(stream, x.Reason, x.At.ToUniversalTime()),
            Reopened x => new ApplicationReopened(stream, x.At.ToUniversalTime()),
            Erased x => new CandidateErased(x.Candidate, x.At.ToUniversalTime()),
            _ => null,
        };

    /// <summary>
    /// The fact that was published as a contract. What the contract doesn't carry is missing in it: the offsets of times, and that an
    /// application was said to be for the same job again.
    /// </summary>
    /// <returns>Null for the contract of another service, or of no fact.</returns>
    public static object? ToFact(object contract) =>
        contract switch
        {
            ApplicationSubmitted x => new Submitted(
                x.Candidate,
                Company.Of(x.Employer),
                Advertisement.Of(x.Posting),
                x.Approach,
                [.. x.Contacts.Select(Of)],
                x.SubmittedAt,
                x.SubmittedAtBasis
            ),
            Public.CoverLetterSent x => new CoverLetterSent(x.SentAt, x.PromisedFollowUpOn),
            Public.ContactRecorded x => new ContactRecorded(Of(x.Contact), x.RecordedAt),
            Public.EmployerResponded x => new EmployerResponded(x.Stage, x.RespondedAt, x.PromisedNextStepOn, x.Kind),
            Public.InterviewScheduled x => new InterviewScheduled(
                x.Interview,
                x.Stage,
                x.StartsAt,
                x.EndsAt,
                x.With,
                x.ScheduledAt,
                x.EndsAtBasis,
                x.Kind,
                x.On
            ),
            Public.StepRecorded x => new StepRecorded(x.Stage, x.Kind, x.On, x.HappensAt, x.RecordedAt, x.AnswerBy, x.Name),
            Public.InterviewRescheduled x => new InterviewRescheduled(
                x.Interview,
                x.Stage,
                x.StartsAt,
                x.EndsAt,
                x.RescheduledAt,
                x.EndsAtBasis
            ),
            Public.InterviewCancelled x => new InterviewCancelled(x.Interview, x.Stage, x.CancelledAt, x.CancelledAtBasis),
            Public.FollowUpMade x => new FollowUpMade(
                x.Stage,
                x.Channel,
                x.By,
                x.MadeAt,
                x.ClaimId,
                x.Against is { } against ? [.. against] : null
            ),
            ApplicationAmended x => new Amended(
                Company.Of(x.Employer),
                Advertisement.Of(x.Posting),
                x.Approach,
                x.AmendedAt,
                x.Candidate,
                x.SubmittedAt,
                Patch: x.Patch?.GetRawText()
            ),
            Public.ContactCorrected x => new ContactCorrected(Of(x.Contact), x.CorrectedAt),
            FactRetracted x => new Retracted(x.Version, KindOf(x.Type), x.RetractedAt, x.ClaimId),
            ApplicationVoided x => new Voided(x.VoidedAt),
            ApplicationClosed x => new Closed(x.Reason, x.ClosedAt),
            ApplicationReopened x => new Reopened(x.ReopenedAt),
            CandidateErased x => new Erased(x.Candidate, x.ErasedAt),
            _ => null,
        };

    /// <summary>When an event happened, which may be before it was recorded.</summary>
    public static DateTimeOffset? When(object fact) =>
        fact switch
        {
            Submitted x => x.At,
            CoverLetterSent x => x.At,
            ContactRecorded x => x.At,
            EmployerResponded x => x.At,
            InterviewScheduled x => x.At,
            StepRecorded x => x.At,
            InterviewRescheduled x => x.At,
            InterviewCancelled x => x.At,
            FollowUpMade x => x.At,
            Amended x => x.At,
            Closed x => x.At,
            Reopened x => x.At,
            ContactCorrected x => x.At,
            Retracted x => x.At,
            Voided x => x.At,
            _ => null,
        };

    // The facts that can be taken back, with the messages that they were published as.
    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, Type>
    {
        [nameof(CoverLetterSent)] = typeof(Public.CoverLetterSent),
        [nameof(ContactRecorded)] = typeof(Public.ContactRecorded),
        [nameof(EmployerResponded)] = typeof(Public.EmployerResponded),
        [nameof(InterviewScheduled)] = typeof(Public.InterviewScheduled),
        [nameof(StepRecorded)] = typeof(Public.StepRecorded),
        [nameof(InterviewRescheduled)] = typeof(Public.InterviewRescheduled),
        [nameof(InterviewCancelled)] = typeof(Public.InterviewCancelled),
        [nameof(FollowUpMade)] = typeof(Public.FollowUpMade),
        [nameof(Closed)] = typeof(ApplicationClosed),
        [nameof(Reopened)] = typeof(ApplicationReopened),
    }.ToFrozenDictionary(x => x.Key, x => Catalogue.NameOf(x.Value));

    private static readonly FrozenDictionary<string, string> Kinds = Types.ToFrozenDictionary(x => x.Value, x => x.Key);

    private static string TypeOf(string kind) =>
        Types.GetValueOrDefault(kind) ?? throw new InvalidOperationException($"A fact of the kind {kind} can't be taken back.");

    private static string KindOf(string type) =>
        Kinds.GetValueOrDefault(type) ?? throw new JsonException($"A fact of the type {type} can't be taken back.");

    public static Employer Of(Company x) => new(x.Name, x.HiringProcess, x.TimeZone, x.Country, x.Region);

    public static Posting Of(Advertisement x) =>
        new(x.Title, x.Url, x.ClosesOn, x.Instructions is { } i ? new(i.NoPhoneCalls, i.NoContact, i.SubmitBy) : null);

    private static ContactReference Of(Person x) => new(x.Id, x.Role, x.Channels, x.Who);

    private static Person Of(ContactReference x) => new(x.Id, x.Role, [.. x.Channels], x.Person);
}
