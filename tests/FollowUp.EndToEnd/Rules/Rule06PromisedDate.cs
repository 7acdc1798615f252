namespace FollowUp.EndToEnd.Rules;

/// <summary>A date promised in a cover letter becomes the due date of stage 1, moved to the next business day if it isn't one.</summary>
public sealed class Rule_06_a_promised_date(SharedPair shared) : Story(shared)
{
    private const string Berlin = "Europe/Berlin";

    [Fact]
    public async Task The_promise_becomes_the_due_date_at_nine_where_the_employer_is()
    {
        var promised = Days.Next(DayOfWeek.Wednesday);
        var application = await Team.Submit(hiringProcess: "corporateHr", timeZone: Berlin);
        (await application.SendCoverLetter(promised)).Expect(201);

        var slot = await application.Slot(1, x => x.Anchor == "promisedFollowUp");

        Assert.Equal(promised.ToDateTime(new TimeOnly(9, 0)), slot.DueAt.In(Berlin));
        Assert.Equal(promised, slot.AnchoredOn);
        Assert.Equal(["phone", "email"], slot.Channels);
        Assert.NotEmpty(slot.Reasons);
    }

    [Fact]
    public async Task A_promise_for_a_saturday_is_kept_on_monday()
    {
        var saturday = Days.Next(DayOfWeek.Saturday);
        var application = await Team.Submit(timeZone: Berlin);
        (await application.SendCoverLetter(saturday)).Expect(201);

        var slot = await application.Slot(1, x => x.Anchor == "promisedFollowUp");

        Assert.Equal(saturday.AddDays(2).ToDateTime(new TimeOnly(9, 0)), slot.DueAt.In(Berlin));
    }

    [Theory]
    [InlineData(-2, "lies before the letter")]
    [InlineData(33, "is more than 30 days out")]
    public async Task A_promise_is_refused_when_it(int days, string because)
    {
        var application = await Team.Submit();

        var answer = await application.SendCoverLetter(Days.Today.AddDays(days));

        answer.Refused(answer.Status).Expect(400, 409, 422);
        Assert.True(await application.Version() == 1, $"A promise that {because} was recorded.");
    }
}
