using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;

namespace FollowUp.Applications.Queries;

/// <summary>
/// What may be recorded of an application now. Each answer is the aggregate's own: it is asked to decide a plausible command, and what it
/// decides is thrown away.
/// </summary>
/// <param name="SendCoverLetter">The one cover letter.</param>
/// <param name="RecordContact">A person there.</param>
/// <param name="RecordResponse">That the employer answered.</param>
/// <param name="ScheduleInterview">The next interview.</param>
/// <param name="Interviews">The interviews that may be moved or cancelled.</param>
/// <param name="MakeFollowUp">The current stage's follow-up: as far as is known here, for the Scheduler has the last word.</param>
/// <param name="Close">That it is over.</param>
/// <param name="Reopen">That it isn't, after all.</param>
/// <param name="Amend">What was learned since.</param>
public sealed record NextSteps(
    bool SendCoverLetter,
    bool RecordContact,
    bool RecordResponse,
    bool ScheduleInterview,
    IReadOnlyList<Stage> Interviews,
    bool MakeFollowUp,
    bool Close,
    bool Reopen,
    bool Amend
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
            Interviews:
            [
                .. application.Stages.Where(x =>
                    x.Interview is { } interview
                    && Changes(() => application.Decide(new CancelInterview(interview), now))
                    && Changes(() => application.Decide(new RescheduleInterview(interview, free), now))
                ),
            ],
            MakeFollowUp: MayBeMade(plan?.Slots.GetValueOrDefault(application.CurrentStage))
                && Changes(() => application.MayRecord(null, null).Before is null ? [application] : []),
            Close: Changes(() => application.Decide(new CloseApplication(ClosingReason.Withdrawn), now)),
            Reopen: Changes(() => application.Decide(new ReopenApplication(), now)),
            Amend: Changes(() =>
                application.Amend(
                    application.Employer with
                    {
                        Name = $"{application.Employer.Name}, amended",
                    },
                    application.Posting,
                    application.Approach,
                    now
                )
            )
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
