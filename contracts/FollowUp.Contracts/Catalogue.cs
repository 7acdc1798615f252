using System.Collections.Frozen;
using System.Text.Json;
using FollowUp.Contracts.Commands;

namespace FollowUp.Contracts;

/// <summary>Every message: its type name, its source and its routing key.</summary>
public static class Catalogue
{
    /// <summary>The source of the events of Applications: what happened.</summary>
    public const string Applications = "/followup/applications";

    /// <summary>The source of the events of the Scheduler: what is to happen next.</summary>
    public const string Scheduler = "/followup/scheduler";

    /// <summary>The type name of the answer to a refused command.</summary>
    public const string Rejected = "followup.command.rejected.v1";

    /// <summary>The type name of the answer to a command that Applications carried out.</summary>
    public const string Accepted = "followup.command.accepted.v1";

    /// <summary>The events of Applications, with their type names.</summary>
    public static FrozenDictionary<Type, string> ApplicationEvents { get; } =
        new Dictionary<Type, string>
        {
            [typeof(ApplicationSubmitted)] = "followup.application.submitted.v1",
            [typeof(CoverLetterSent)] = "followup.application.cover-letter-sent.v1",
            [typeof(ContactRecorded)] = "followup.application.contact-recorded.v1",
            [typeof(EmployerResponded)] = "followup.application.employer-responded.v1",
            [typeof(InterviewScheduled)] = "followup.application.interview-scheduled.v1",
            [typeof(InterviewRescheduled)] = "followup.application.interview-rescheduled.v1",
            [typeof(InterviewCancelled)] = "followup.application.interview-cancelled.v1",
            [typeof(StepRecorded)] = "followup.application.step-recorded.v1",
            [typeof(FollowUpMade)] = "followup.application.follow-up-made.v1",
            [typeof(ApplicationAmended)] = "followup.application.amended.v1",
            [typeof(ContactCorrected)] = "followup.application.contact-corrected.v1",
            [typeof(FactRetracted)] = "followup.application.retracted.v1",
            [typeof(ApplicationVoided)] = "followup.application.voided.v1",
            [typeof(ApplicationClosed)] = "followup.application.closed.v1",
            [typeof(ApplicationReopened)] = "followup.application.reopened.v1",
            [typeof(CandidateErased)] = "followup.candidate.erased.v1",
        }.ToFrozenDictionary();

    /// <summary>The events of the Scheduler, with their type names.</summary>
    public static FrozenDictionary<Type, string> SchedulerEvents { get; } =
        new Dictionary<Type, string>
        {
            [typeof(FollowUpPlanned)] = "followup.follow-up.planned.v1",
            [typeof(FollowUpWithheld)] = "followup.follow-up.withheld.v1",
            [typeof(FollowUpDue)] = "followup.follow-up.due.v1",
            [typeof(FollowUpClaimed)] = "followup.follow-up.claimed.v1",
            [typeof(ClaimReleased)] = "followup.follow-up.claim-released.v1",
            [typeof(ClaimExpired)] = "followup.follow-up.claim-expired.v1",
            [typeof(ClaimRefused)] = "followup.follow-up.claim-refused.v1",
            [typeof(FollowUpSettled)] = "followup.follow-up.settled.v1",
            [typeof(FollowUpRetracted)] = "followup.follow-up.retracted.v1",
            [typeof(FollowUpWaived)] = "followup.follow-up.waived.v1",
            [typeof(FollowUpLapsed)] = "followup.follow-up.lapsed.v1",
            [typeof(FollowUpAssigned)] = "followup.follow-up.assigned.v1",
            [typeof(FollowUpSnoozed)] = "followup.follow-up.snoozed.v1",
            [typeof(FollowUpOverridden)] = "followup.follow-up.overridden.v1",
            [typeof(ClosingProposed)] = "followup.application.closing-proposed.v1",
            [typeof(ClosingProposalWithdrawn)] = "followup.application.closing-proposal-withdrawn.v1",
            [typeof(PolicyChanged)] = "followup.policy.changed.v1",
        }.ToFrozenDictionary();

    /// <summary>The commands to Applications, with their type names.</summary>
    public static FrozenDictionary<Type, string> ApplicationCommands { get; } =
        new Dictionary<Type, string>
        {
            [typeof(SubmitApplication)] = "followup.application.submit.v1",
            [typeof(SendCoverLetter)] = "followup.application.send-cover-letter.v1",
            [typeof(RecordContact)] = "followup.application.record-contact.v1",
            [typeof(RecordResponse)] = "followup.application.record-response.v1",
            [typeof(ScheduleInterview)] = "followup.application.schedule-interview.v1",
            [typeof(RescheduleInterview)] = "followup.application.reschedule-interview.v1",
            [typeof(CancelInterview)] = "followup.application.cancel-interview.v1",
            [typeof(RecordStep)] = "followup.application.record-step.v1",
            [typeof(RecordFollowUp)] = "followup.application.record-follow-up.v1",
            [typeof(RecordNote)] = "followup.application.record-note.v1",
            [typeof(AmendApplication)] = "followup.application.amend.v1",
            [typeof(CloseApplication)] = "followup.application.close.v1",
            [typeof(ReopenApplication)] = "followup.application.reopen.v1",
            [typeof(CorrectContact)] = "followup.application.correct-contact.v1",
            [typeof(RetractFact)] = "followup.application.retract.v1",
            [typeof(VoidApplication)] = "followup.application.void.v1",
        }.ToFrozenDictionary();

    /// <summary>The answers to commands that are not events as well, with their type names.</summary>
    public static FrozenDictionary<Type, string> Answers { get; } =
        new Dictionary<Type, string> { [typeof(CommandAccepted)] = Accepted, [typeof(CommandRejected)] = Rejected }.ToFrozenDictionary();

    /// <summary>The commands to the Scheduler, with their type names.</summary>
    public static FrozenDictionary<Type, string> SchedulerCommands { get; } =
        new Dictionary<Type, string>
        {
            [typeof(ClaimFollowUp)] = "followup.follow-up.claim.v1",
            [typeof(ReleaseClaim)] = "followup.follow-up.release.v1",
            [typeof(SettleFollowUp)] = "followup.follow-up.settle.v1",
            [typeof(AssignFollowUp)] = "followup.follow-up.assign.v1",
            [typeof(SnoozeFollowUp)] = "followup.follow-up.snooze.v1",
            [typeof(OverrideFollowUp)] = "followup.follow-up.override.v1",
        }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, Type> ByName = ApplicationEvents
        .Concat(SchedulerEvents)
        .Concat(ApplicationCommands)
        .Concat(SchedulerCommands)
        .Concat(Answers)
        .ToFrozenDictionary(x => x.Value, x => x.Key);

    private static readonly FrozenDictionary<Type, string> ByType = ByName.ToFrozenDictionary(x => x.Value, x => x.Key);

    /// <summary>The record of a type name, or null if this version doesn't know the type.</summary>
    /// <param name="name">The type name, as <c>followup.application.submitted.v1</c>.</param>
    public static Type? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The type name of a record.</summary>
    /// <param name="contract">One of the records of this library.</param>
    /// <exception cref="ArgumentException">The type is not a message.</exception>
    public static string NameOf(Type contract) =>
        ByType.GetValueOrDefault(contract) ?? throw new ArgumentException($"{contract} is not a message of FollowUp.", nameof(contract));

    /// <summary>The topic of a type: its name without <c>followup.</c> and <c>.v1</c>, as <c>application.submitted</c>.</summary>
    /// <param name="name">The type name, as <c>followup.application.submitted.v1</c>.</param>
    public static string Topic(string name)
    {
        var start = name.StartsWith("followup.", StringComparison.Ordinal) ? "followup.".Length : 0;
        var end = name.LastIndexOf(".v", StringComparison.Ordinal);
        return end > start ? name[start..end] : name[start..];
    }

    /// <summary>The routing key of an event: its team, then its topic.</summary>
    /// <param name="team">The team.</param>
    /// <param name="name">The type name.</param>
    public static string RoutingKey(string team, string name) => $"{team}.{Topic(name)}";

    /// <summary>Reads the record in an event.</summary>
    /// <param name="message">The event.</param>
    /// <returns>The record, or null if this version doesn't know the type.</returns>
    /// <exception cref="JsonException">The data doesn't match the type.</exception>
    public static object? Open(CloudEvent message) =>
        Find(message.Type) is { } type
            ? message.Data.Deserialize(type, Json.Lenient) ?? throw new JsonException("The data is null.")
            : null;
}
