namespace FollowUp.EndToEnd.Rules;

/// <summary>A mass mailing's follow-up is withheld until a contact is recorded; then the follow-up is planned like any other.</summary>
public sealed class Rule_04_mass_mailing(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task It_is_withheld_until_a_contact_is_recorded()
    {
        var application = await Team.Submit(approach: "massMailing");
        Assert.Contains("massMailing", (await application.Slot(1, "withheld")).Reasons);
        (await application.Claim()).Refused(409, "withheld");

        (await application.RecordContact("hiringManager")).Expect(201);

        await application.Slot(1, "planned");
        (await application.Claim()).Expect(201);
    }
}
