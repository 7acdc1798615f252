using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;

namespace FollowUp.Applications.Queries;

/// <summary>
/// The commands that are possible for an application now. Each answer is the aggregate's own: the aggregate decides a plausible command,
/// and the decided events are discarded.
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
    bool Note,
    IReadOnlyList<long> Retract,
    bool Void
)
{
    public static NextSteps Of(JobApplication application, SchedulerPlan? plan, DateTimeOffset now)
    {
        var free = application.Stages.Select(x => x.StartsAt).Append(now).Max()!.Value.AddDays(1);
        return new(
            SendCoverLetter: Changes(() => application.Decide(new SendCoverLetter(), now)),
            RecordContact: Changes(() => application.Decide(new Person(Guid.Empty, ContactRole.Other, []), now)),
            RecordResponse: Changes(() => application.Decide(new RecordResponse(), now)),
            ScheduleInterview: Changes(() => application.Decide(new ScheduleInterview(free), now)),
            RecordStep: Changes(() =>
                application.Decide(new RecordStep(StepKind.Other, DateOnly.FromDateTime(now.AddDays(2).UtcDateTime), Name: "-"), now)
            ),
            Interviews:
            [
                .. application.Stages.Where(x =>
                    x.Interview is { } interview
                    && Changes(() => application.Decide(new CancelInterview(interview), now))
                    && Changes(() => application.Decide(new RescheduleInterview(interview, free), now))
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
