using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;

namespace FollowUp.Applications.Queries;

/// <summary>
/// The commands that are possible for an application, now or for a moment that has passed. Each answer is the aggregate's own: the
/// aggregate decides a plausible command, and the decided events are discarded.
/// </summary>
/// <param name="SendCoverLetter">Whether the one cover letter can be recorded.</param>
/// <param name="RecordContact">Whether a contact can be recorded.</param>
/// <param name="RecordResponse">Whether an answer of the employer can be recorded.</param>
/// <param name="ScheduleInterview">Whether the next interview can be scheduled.</param>
/// <param name="RecordStep">Whether another step can be recorded.</param>
/// <param name="Interviews">The interviews that can be rescheduled or cancelled.</param>
/// <param name="MakeFollowUp">Whether the follow-up of the stage that is open now can be made, as far as this service knows: the Scheduler
/// decides.</param>
/// <param name="Close">Whether the application can be closed.</param>
/// <param name="Reopen">Whether the application can be reopened.</param>
/// <param name="Amend">Whether the employer, the posting and the approach can be amended.</param>
/// <param name="Correct">Whether the day of submission, the candidate and the contacts' details can be corrected.</param>
/// <param name="Note">Whether a note can be recorded.</param>
/// <param name="Retract">The versions of the facts that can be taken back.</param>
/// <param name="Void">Whether the application can be voided.</param>
public sealed record NextSteps(
    bool SendCoverLetter,
    bool RecordContact,
    bool RecordResponse,
    bool ScheduleInterview,
    bool RecordStep,
    IReadOnlyList<Stage> Interviews,
    bool MakeFollowUp,
    bool Close,
    bool Reopen,
    bool Amend,
    bool Correct,
    bool Note,
    IReadOnlyList<long> Retract,
    bool Void
)
{
    public static NextSteps Of(JobApplication application, SchedulerPlan? plan, DateTimeOffset now) => Of(application, plan, now, at: null);

    /// <summary>
    /// What can be recorded of the time before the closing: the latest moment of it is tried. Null if the application isn't closed, or if
    /// there is nothing. What needs no moment, and a follow-up that was made, are possible without this.
    /// </summary>
    public static NextSteps? BeforeClosing(JobApplication application)
    {
        if (application is not { Closing: { } closing, IsVoided: false })
            return null;
        var latest = closing.At.AddTicks(-1);
        var next = Of(application, null, latest, latest) with
        {
            MakeFollowUp = false,
            Close = false,
            Reopen = false,
            Correct = false,
            Note = false,
            Retract = [],
            Void = false,
        };
        return
            next.SendCoverLetter
            || next.RecordContact
            || next.RecordResponse
            || next.ScheduleInterview
            || next.RecordStep
            || next.Interviews.Count > 0
            || next.Amend
            ? next
            : null;
    }

    // Without a moment, a command is about now.
    private static NextSteps Of(JobApplication application, SchedulerPlan? plan, DateTimeOffset now, DateTimeOffset? at)
    {
        var free = application.Stages.Select(x => x.StartsAt).Append(now).Max()!.Value.AddDays(1);
        return new(
            SendCoverLetter: Changes(() => application.Decide(new SendCoverLetter(At: at), now)),
            RecordContact: Changes(() => application.Decide(new Person(Guid.Empty, ContactRole.Other, []), now)),
            RecordResponse: Changes(() => application.Decide(new RecordResponse(At: at), now)),
            ScheduleInterview: Changes(() => application.Decide(new ScheduleInterview(free, At: at), now)),
            RecordStep: Changes(() =>
                application.Decide(
                    new RecordStep(StepKind.Other, DateOnly.FromDateTime(now.AddDays(2).UtcDateTime), Name: "-", At: at),
                    now
                )
            ),
            Interviews:
            [
                .. application.Stages.Where(x =>
                    x.Interview is { } interview
                    && Changes(() => application.Decide(new CancelInterview(interview, at), now))
                    && Changes(() => application.Decide(new RescheduleInterview(interview, free, At: at), now))
                ),
            ],
            MakeFollowUp: MayBeMade(plan?.Slots.GetValueOrDefault(application.StageAt(now)))
                && Changes(() => application.MayRecord(null, null, now).Before is null ? [application] : []),
            Close: Changes(() => application.Decide(new CloseApplication(ClosingReason.Withdrawn), now)),
            Reopen: Changes(() => application.Decide(new ReopenApplication(), now)),
            Amend: Changes(() =>
                application.Amend(
                    Amended.Of(
                        application.Particulars with
                        {
                            Employer = application.Employer with { Name = $"{application.Employer.Name}, amended" },
                        },
                        now
                    )
                )
            ),
            Correct: Changes(() =>
                application.Amend(Amended.Of(application.Particulars, now) with { Candidate = $"{application.Candidate}, corrected" })
            ),
            Note: !application.IsVoided,
            Retract:
            [
                .. Enumerable
                    .Range(1, application.Facts.Count)
                    .Select(x => (long)x)
                    .Where(x => Changes(() => application.Decide(new RetractFact(x), now))),
            ],
            Void: !application.IsVoided
        );
    }

    private static bool MayBeMade(SlotView? slot) => slot?.Status is null or SlotStatus.Due or SlotStatus.Planned or SlotStatus.Claimed;

    private static bool Changes(Func<object[]> decide)
    {
        try
        {
            return decide().Length > 0;
        }
        catch (RefusedException)
        {
            return false;
        }
    }
}
