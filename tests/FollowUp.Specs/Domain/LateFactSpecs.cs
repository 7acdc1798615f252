using FollowUp.Applications;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using static FollowUp.Specs.Domain.Applications;
using InterviewCancelled = FollowUp.Applications.InterviewCancelled;

namespace FollowUp.Specs.Domain;

/// <summary>Facts are recorded as people record them: late, in another order, and from another place.</summary>
public sealed class LateFactSpecs
{
    private static readonly DateTimeOffset DayBefore = Then.AddDays(-1),
        EarlierThatDay = Then.AddHours(-9);

    public static TheoryData<string, Func<JobApplication, DateTimeOffset, object[]>, string> Dated =>
        new()
        {
            { "response", (x, at) => x.Decide(new RecordResponse(At: at), Now), "at" },
            { "interview agreed", (x, at) => x.Decide(new ScheduleInterview(Start(25), At: at), Now), "at" },
            { "interview held", (x, at) => x.Decide(new ScheduleInterview(at), Now), "startsAt" },
            { "interview moved", (x, at) => x.Decide(new RescheduleInterview(1, at), Now), "startsAt" },
            { "moving agreed", (x, at) => x.Decide(new RescheduleInterview(1, Start(25), At: at), Now), "at" },
            { "interview cancelled", (x, at) => x.Decide(new CancelInterview(1, at), Now), "at" },
            { "closing", (x, at) => x.Decide(new CloseApplication(ClosingReason.Rejected, at), Now), "at" },
        };

    [Theory, MemberData(nameof(Dated))]
    public void Nothing_happens_before_the_submission(string what, Func<JobApplication, DateTimeOffset, object[]> decide, string field)
    {
        var given = Application.Given(Applied, Interview(1, 20));
        var refusal = given.When(x => decide(x, DayBefore)).ThenRefused("badInput").Refusal!;
        Assert.Equal($"{what}: {field}", $"{what}: {Assert.Single(refusal.Errors!).Key}");
        Assert.Equal("It must not lie before the submission on 2026-03-02.", refusal.Message);
        // A time may be known to the day only.
        Assert.NotEmpty(decide(Application.Given(Applied, Interview(1, 20)).State, EarlierThatDay));
    }

    [Fact]
    public void A_contact_and_a_cover_letter_may_be_older_than_the_submission()
    {
        Application.Given(Applied).When(Send(at: "2026-02-20T10:00:00Z")).Then("CoverLetterSent");
        Application
            .Given(Applied)
            .When(x => x.Decide(Person.Of(Guid.NewGuid(), new NewContact("S. Soe")), DayBefore.AddDays(-30)))
            .Then("ContactRecorded");
    }

    [Fact]
    public void An_interview_that_is_over_can_not_be_cancelled()
    {
        var held = Interview(1, 2); // ended on the day of the submission, an hour after 14:00
        Assert.Equal(
            "Interview 1 was over on 2026-03-02, and can't be cancelled any more.",
            Application.Given(Applied, held).When(Cancel(1)).ThenRefused("interviewOver").Refusal!.Message
        );
        // recorded late, but it happened before
        var at = Start(2).AddHours(-2);
        Application
            .Given(Applied, held)
            .When(x => x.Decide(new CancelInterview(1, at), Now))
            .Then(new InterviewCancelled(1, 2, at, Basis.Declared));
    }

    [Fact]
    public void A_reopening_follows_its_closing()
    {
        var refusal = Application
            .Given(Applied, Rejected)
            .When(x => x.Decide(new ReopenApplication(Rejected.At.AddDays(-1)), Now.AddDays(9)))
            .ThenRefused("badInput")
            .Refusal!;
        Assert.Equal("at", Assert.Single(refusal.Errors!).Key);
    }

    [Fact]
    public void A_closing_does_not_lie_before_the_last_reopening()
    {
        var reopened = new Reopened(Rejected.At.AddDays(2));
        var given = Application.Given(Applied, Rejected, reopened);
        var refusal = given
            .When(x => x.Decide(new CloseApplication(ClosingReason.Withdrawn, reopened.At.AddHours(-1)), Now.AddDays(9)))
            .ThenRefused("badInput")
            .Refusal!;
        Assert.Equal("at", Assert.Single(refusal.Errors!).Key);
        given.When(x => x.Decide(new CloseApplication(ClosingReason.Withdrawn, reopened.At), Now.AddDays(9))).Then("Closed");
        // a reopening that was taken back says nothing
        var takenBack = given.State.Evolve(new Retracted(3, nameof(Reopened), Now)).Evolve(new Retracted(2, nameof(Closed), Now));
        Assert.NotEmpty(takenBack.Decide(new CloseApplication(ClosingReason.Withdrawn, reopened.At.AddHours(-1)), Now.AddDays(9)));
    }

    [Fact]
    public void What_lies_after_the_submission_does_so_on_whatever_clock_it_was_written()
    {
        // no zone is known, so each day is read on its own clock: half an hour later is still the day before in New York
        var applied = Applied with
        {
            At = new(2026, 3, 3, 0, 30, 0, TimeSpan.FromHours(1)),
        };
        var later = new DateTimeOffset(2026, 3, 2, 19, 0, 0, TimeSpan.FromHours(-5));
        Application.Given(applied).When(x => x.Decide(new RecordResponse(At: later), Now)).Then("EmployerResponded");
    }

    [Theory]
    [InlineData("Europe/Berlin", "DE", "2026-03-02T23:30:00+00:00", "2026-03-03", false)] // already the 3rd in Berlin
    [InlineData(null, "DE", "2026-03-02T23:30:00+00:00", "2026-03-03", false)] // a country with one zone
    [InlineData(null, null, "2026-03-02T23:30:00+00:00", "2026-03-03", true)] // the clock of the person who recorded it
    [InlineData("America/New_York", "US", "2026-03-03T03:00:00+01:00", "2026-03-03", true)] // still the 2nd in New York
    public void A_promise_is_judged_by_the_day_where_the_employer_is(string? zone, string? country, string at, string on, bool isGood)
    {
        var applied = Applied with { Employer = new("Acme", TimeZone: zone, Country: country) };
        var specification = Application.Given(applied).When(Send(on, at));
        if (isGood)
            specification.Then("CoverLetterSent");
        else
            specification.ThenRefused("badInput");
    }
}
