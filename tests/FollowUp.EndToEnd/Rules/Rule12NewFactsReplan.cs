namespace FollowUp.EndToEnd.Rules;

/// <summary>New facts replan open slots. A slot that is made stays made.</summary>
public sealed class Rule_12_new_facts_replan(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task A_later_hiring_agency_replans()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");

        (await application.Amend(new { employer = new { hiringProcess = "outsourced" } })).Expect(204);

        await application.Slot(1, "withheld");
        await application.Shows(1, "withheld");
        Assert.Equal("Acme", (await application.Detail()).Text("employer.name"));
    }

    [Fact]
    public async Task A_later_instruction_against_calls_replans()
    {
        var application = await Team.Submit("ownerRun");
        Assert.Contains("phone", (await application.Slot(1, "planned")).Channels);

        (await application.Amend(new { posting = new { instructions = new { noPhoneCalls = true } } })).Expect(204);

        await application.Slot(1, x => !x.Channels.Contains("phone"));
    }

    [Fact]
    public async Task A_later_closing_date_and_its_removal_replan()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");

        (await application.Amend(new { posting = new { closesOn = Days.Today.AddDays(14) } })).Expect(204);
        await application.Slot(1, x => x.Anchor == "closingDate");

        (await application.Amend("""{"posting":{"closesOn":null}}""")).Expect(204);
        await application.Slot(1, x => x.Anchor == "submission");
    }

    [Fact]
    public async Task An_event_recorded_just_before_the_follow_up_is_respected()
    {
        for (var i = 0; i < 20; i++)
        {
            var application = await Team.Submit();
            (await application.Amend(new { posting = new { instructions = new { noContact = true } } })).Expect(204);
            (await application.RecordFollowUp()).Refused(409, "withheld");
        }
    }

    [Fact]
    public async Task A_made_slot_stays_made()
    {
        var application = await Team.Submit();
        (await application.RecordFollowUp()).Expect(201);

        (await application.Amend(new { posting = new { instructions = new { noContact = true } } })).Expect(204);
        await application.SchedulerHasSeenAll();

        await application.Slot(1, "made");
    }

    [Fact]
    public async Task An_amendment_that_changes_nothing_records_nothing()
    {
        var application = await Team.Submit("ownerRun");

        (await application.Amend(new { employer = new { hiringProcess = "ownerRun" } })).Expect(204);

        Assert.Equal(1, await application.Version());
    }
}
