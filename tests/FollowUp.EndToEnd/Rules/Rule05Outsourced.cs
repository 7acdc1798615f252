namespace FollowUp.EndToEnd.Rules;

/// <summary>
/// <c>outsourced</c>: the employer never gets a follow-up; the agency's recruiter gets it, if one is recorded; otherwise the slot is
/// withheld.
/// </summary>
public sealed class Rule_05_outsourced_hiring(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task Without_a_recruiter_it_is_withheld()
    {
        var application = await Team.Submit(hiringProcess: "outsourced");

        Assert.NotEmpty((await application.Slot(1, "withheld")).Reasons);
        (await application.RecordFollowUp()).Refused(409, "withheld");
    }

    [Fact]
    public async Task The_owner_is_not_the_recruiter()
    {
        var application = await Team.Submit(hiringProcess: "outsourced");
        (await application.RecordContact("owner")).Expect(201);

        await application.SchedulerHasSeenAll();

        await application.Slot(1, "withheld");
    }

    [Fact]
    public async Task With_a_recruiter_it_goes_to_the_recruiter()
    {
        var application = await Team.Submit(hiringProcess: "outsourced");
        (await application.RecordContact("owner")).Expect(201);
        var recruiter = (await application.RecordContact("recruiter", phone: Personal.Phone)).Expect(201).Named;

        var slot = await application.Slot(1, "planned");

        Assert.Equal("outsourced", slot.Situation);
        Assert.Equal(recruiter, slot.Contact);
        Assert.Equal(["email", "phone"], slot.Channels.Order());
    }

    [Fact]
    public async Task A_recruiter_known_from_the_start_is_enough()
    {
        var application = await Team.Submit(
            hiringProcess: "outsourced",
            contacts:
            [
                new
                {
                    name = Personal.Name,
                    role = "recruiter",
                    email = Personal.Email,
                },
            ]
        );

        Assert.NotNull((await application.Slot(1, "planned")).Contact);
    }
}
