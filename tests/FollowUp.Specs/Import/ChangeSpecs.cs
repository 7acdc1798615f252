using System.Collections.Immutable;
using FollowUp.Applications;
using FollowUp.Applications.Import;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using NodaTime;

namespace FollowUp.Specs.Import;

/// <summary>A sheet that is imported again after a week: what its rows tell beyond what is recorded, never backwards.</summary>
public sealed class ChangeSpecs
{
    private static readonly DateTimeOffset Now = new(2026, 9, 20, 10, 0, 0, TimeSpan.Zero);

    private static readonly JobApplication Submitted = After(
        new JobApplication { Id = Guid.NewGuid() },
        x => x.Decide(new SubmitApplication("c-1", new("Acme"), new("Clerk"), SubmittedAt: Noon(9, 1)), [], Now)
    );

    [Fact]
    public void The_same_row_changes_nothing() => Assert.Empty(Changes(Submitted, "Applied"));

    [Theory]
    [InlineData("Rejected", "", "The sheet says rejected.")]
    [InlineData("Ghosted", "", "The sheet says no response.")]
    [InlineData("Rejected", "Response Date:2026-09-15", "The sheet says rejected since 2026-09-15.")]
    [InlineData("Offer", "", "The sheet says that an offer came.")]
    [InlineData("Replied", "Response Date:2026-09-15", "The sheet says that the employer answered on 2026-09-15.")]
    [InlineData("Applied", "Followed up on:2026-09-10", "The sheet says that a follow-up was made on 2026-09-10.")]
    [InlineData("Applied", "Interview Date:2026-12-03", "The sheet has an interview on 2026-12-03.")]
    [InlineData("Interview scheduled", "", "The sheet says that an interview is scheduled, and doesn't say when.")]
    [InlineData("Coding challenge", "", "The sheet has another step: assessment.")]
    public void What_the_sheet_tells_beyond_what_is_recorded_is_a_change(string status, string column, string sentence) =>
        Assert.Equal(sentence, Assert.Single(Changes(Submitted, status, column)).Says.Sentence);

    [Theory]
    [InlineData("Rejected", "")]
    [InlineData("Offer", "")]
    [InlineData("Replied", "Response Date:2026-09-15")]
    [InlineData("Applied", "Interview Date:2026-12-03")]
    [InlineData("Applied", "Interview Date:2026-09-10")]
    [InlineData("Interview", "")]
    [InlineData("Interview scheduled", "")]
    [InlineData("Coding challenge", "")]
    [InlineData("Reference check", "Response Date:2026-09-15")]
    public void What_was_recorded_is_no_change_any_more(string status, string column)
    {
        var application = Changes(Submitted, status, column).SelectMany(x => x.Commands).Aggregate(Submitted, Handled);
        Assert.NotEqual(Submitted, application);
        Assert.Empty(Changes(application, status, column));
    }

    [Fact]
    public void A_follow_up_that_was_made_in_the_stage_is_no_change()
    {
        var made = After(Submitted, x => x.Decide(new RecordSettled(1, Guid.NewGuid(), Channel.Phone, "Ana", Noon(9, 9))));
        Assert.Empty(Changes(made, "Followed up", "Followed up on:2026-09-10"));
    }

    [Fact]
    public void An_application_that_has_ended_is_left_as_it_is()
    {
        var closed = After(Submitted, x => x.Decide(new CloseApplication(ClosingReason.Withdrawn), Now));
        Assert.Empty(Changes(closed, "Rejected", "Interview Date:2026-12-03"));
    }

    [Fact]
    public void An_interview_before_the_last_step_is_not_added()
    {
        var interviewed = After(Submitted, x => x.Decide(new ScheduleInterview(Noon(9, 15)), Now));
        Assert.Empty(Changes(interviewed, "Interview", "Interview Date:2026-09-10"));
    }

    [Theory]
    [InlineData("Interview Date:2026-09-10", "2026-09-10")]
    [InlineData("Interview Date:2026-12-03", "2026-12-03")]
    [InlineData("Interview Date:2026-12-03 14:30", null)]
    [InlineData("", "2026-09-20")]
    public void An_interview_of_which_the_sheet_tells_only_the_day_is_recorded_as_such(string column, string? day)
    {
        var scheduled = Facts("Interview", column).OfType<FollowUp.Applications.InterviewScheduled>().Single();

        Assert.Equal(day, scheduled.On?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void An_interview_that_is_still_to_come_is_moved()
    {
        var agreed = After(Submitted, x => x.Decide(new ScheduleInterview(Noon(9, 25)), Now));
        Assert.Equal(
            new RescheduleInterview(1, new(2026, 9, 28, 9, 0, 0, TimeSpan.Zero)),
            Assert.Single(Assert.Single(Changes(agreed, "Interview", "Interview Date:2026-09-28")).Commands)
        );
    }

    private static ImmutableArray<SheetChange> Changes(JobApplication application, string status, string column = "") =>
        new SheetChanges(DateTimeZone.Utc, "Ana", Now).Of(application, Row(status, column));

    private static IEnumerable<object> Facts(string status, string column) =>
        new SheetChanges(DateTimeZone.Utc, "Ana", Now).Facts(Submitted, Row(status, column));

    private static SheetApplication Row(string status, string column)
    {
        var (header, cell) = column.Split(':', 2) is [var name, var value] ? ($",{name}", $",{value}") : ("", "");
        return Sheets.Read($"Company,Position,Date Applied,Status{header}\nAcme,Clerk,2026-09-01,{status}{cell}\n").Application();
    }

    private static JobApplication Handled(JobApplication application, object command) =>
        After(
            application,
            x =>
                command switch
                {
                    CloseApplication c => x.Decide(c, Now),
                    RecordResponse c => x.Decide(c, Now),
                    RecordStep c => x.Decide(c, Now),
                    ScheduleInterview c => x.Decide(c, Now),
                    InterviewOnDay c => x.Decide(c.Command, Now, c.On),
                    _ => throw new InvalidOperationException($"{command} isn't handled here."),
                }
        );

    private static JobApplication After(JobApplication application, Func<JobApplication, object[]> decide) =>
        decide(application).Aggregate(application, (x, fact) => x.Evolve(fact));

    private static DateTimeOffset Noon(int month, int day) => new(2026, month, day, 12, 0, 0, TimeSpan.Zero);
}
