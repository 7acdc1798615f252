using Microsoft.Playwright;

namespace FollowUp.Browser.Today;

/// <summary>
/// Two colleagues with a browser each, and one follow-up: the page explains to the second colleague why the follow-up is refused, and keeps
/// the text that the colleague wrote.
/// </summary>
public sealed class OneOfTwo(SharedPair shared, Chromium chromium) : TodayStory(shared, chromium)
{
    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task From_signing_in_to_a_second_follow_up_that_is_refused(bool javaScript)
    {
        var team = await NewTeam();
        var application = await Due(team);
        var (ana, ben) = (await Visit(look: new(javaScript)), await Visit(look: new(javaScript)));
        await ana.SignIn(team.Key, "ana");
        await ben.SignIn(team.Key, "ben");
        ben.Expect(409);
        var (hers, his) = (Card(ana, application), Card(ben, application));
        var done = await Unfold(his, "Done");
        await done.Locator("textarea").FillAsync("Rang them, they are still reading.");

        await Button(hers, "I'll do it").ClickAsync();
        await Says(hers, "It is yours. Nobody else can make this follow-up meanwhile.");
        if (javaScript)
        {
            await Says(hers, "Yours until");
            await Says(his, "ana is on it until"); // the script updates the page; without a script the next click shows the claim
            await Assertions.Expect(Button(his, "I'll do it")).ToHaveCountAsync(0);
        }

        await Button(done, "Record the follow-up").ClickAsync();
        await Says(his.GetByRole(AriaRole.Alert), "ana holds the claim until");
        await Assertions.Expect(done.Locator("textarea")).ToHaveValueAsync("Rang them, they are still reading.");
        if (javaScript)
            await Assertions.Expect(his.GetByRole(AriaRole.Alert)).ToBeFocusedAsync();

        var form = await Unfold(hers, "Done");
        await form.Locator("select").SelectOptionAsync("phone");
        await form.Locator("textarea").FillAsync("They decide on Friday.");
        await Button(form, "Record the follow-up").ClickAsync();
        await Says(ana.Page.Locator("#answer"), "The follow-up is recorded.");
        if (javaScript)
            await Gone(hers);
        await application.Shows(1, "made");

        await Button(done, "Record the follow-up").ClickAsync();
        await Says(ben.Page.Locator("#answer"), "by ana (phone)");
        await Says(ben.Page.Locator("#answer"), "Rang them, they are still reading.");
        Assert.Single(await application.Timeline(), x => x.Text("type") == "followup.application.follow-up-made.v1");
    }

    [Fact]
    public async Task A_colleagues_action_appears_by_itself_and_keeps_the_text_being_typed()
    {
        var team = await NewTeam();
        var (clerk, cook) = (await Due(team), await Due(team, "Cook", "Globex"));
        var ben = await As("ben", team);
        ben.Expect(409);
        var done = await Unfold(Card(ben, clerk), "Done");
        var note = done.Locator("textarea");
        await note.FillAsync("Half a thou");
        await note.FocusAsync();

        (await cook.Claim(by: "ana")).Expect(201); // from another program of the team
        await Says(Card(ben, cook), "ana is on it until");
        await Assertions.Expect(note).ToHaveValueAsync("Half a thou");
        await Assertions.Expect(note).ToBeFocusedAsync();

        (await clerk.Claim(by: "ana")).Expect(201);
        await Says(Card(ben, clerk), "ana is on it until");
        await Assertions.Expect(note).ToBeVisibleAsync();
        await ben.Page.Keyboard.TypeAsync("ght");
        await Assertions.Expect(note).ToHaveValueAsync("Half a thought");

        await Button(done, "Record the follow-up").ClickAsync();
        await Says(Card(ben, clerk).GetByRole(AriaRole.Alert), "ana holds the claim until");
        await Assertions.Expect(note).ToHaveValueAsync("Half a thought");
    }

    [Fact]
    public async Task A_claim_on_one_card_keeps_the_text_typed_in_another()
    {
        var team = await NewTeam();
        var (clerk, cook) = (await Due(team), await Due(team, "Cook", "Globex"));
        var ana = await As("ana", team);
        var note = (await Unfold(Card(ana, clerk), "Done")).Locator("textarea");
        await note.FillAsync("To be sent in a moment.");
        await Button(Card(ana, cook), "I'll do it").ClickAsync();
        await Says(Card(ana, cook), "Yours until");
        await Assertions.Expect(note).ToHaveValueAsync("To be sent in a moment.");
        await Assertions.Expect(note).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_released_claim_can_be_taken_by_a_colleague()
    {
        var team = await NewTeam();
        var application = await Due(team);
        var (ana, ben) = (await As("ana", team), await As("ben", team));
        await Button(Card(ana, application), "I'll do it").ClickAsync();
        await Says(Card(ben, application), "ana is on it until");
        await Button(Card(ana, application), "Let go").ClickAsync();
        await Says(Card(ana, application), "Let go. Anybody may take it now.");
        await Button(Card(ben, application), "I'll do it").ClickAsync();
        await Says(Card(ben, application), "Yours until");
        await Says(Card(ana, application), "ben is on it until");
    }

    [Fact]
    public async Task The_page_reports_an_expired_claim_which_can_still_be_used()
    {
        var team = await NewTeam();
        var application = await Due(team);
        // Ana's own key, which she also has in another program: who signs in with it, under its name, is the same.
        var (_, anas) = await team.NamedKey("ana", "record", "claim", "read");
        await anas.SchedulerKnowsTheKey();
        (await anas.Of(application.Id).Claim(by: "ana", @for: "PT2S")).Expect(201);
        var ana = await As("ana", anas);
        var card = Card(ana, application);
        await Says(card, "Your claim ran out at");
        var form = await Unfold(card, "Done");
        await Button(form, "Record the follow-up").ClickAsync();
        await Says(ana.Page.Locator("#answer"), "The follow-up is recorded.");
        await application.Shows(1, "made");
    }
}

/// <summary>A stopped Scheduler. This class has its own pair, so that no other story misses the Scheduler.</summary>
public sealed class WithoutTheScheduler(PairOfAClass own, Chromium chromium) : TodayStory(own, chromium), IClassFixture<PairOfAClass>
{
    [Fact]
    public async Task The_error_appears_at_the_clicked_form_and_the_next_click_repeats_the_request()
    {
        var team = await NewTeam();
        var application = await Due(team);
        var ana = await As("ana", team);
        ana.Expect(503);
        var card = Card(ana, application);
        await Pair.Scheduler[0].Stop();
        try
        {
            await Button(card, "I'll do it").ClickAsync();
            await Says(card.GetByRole(AriaRole.Alert), "The Scheduler can't be reached just now");
            var form = await Unfold(card, "Done");
            await form.Locator("textarea").FillAsync("Written while it was away.");
            var request = await form.Locator("input[name=key]").GetAttributeAsync("value");
            await Button(form, "Record the follow-up").ClickAsync();
            await Gone(card.Locator("form[aria-busy]"));
            await Says(card.GetByRole(AriaRole.Alert), "The Scheduler can't be reached just now");
            await Assertions.Expect(form.Locator("textarea")).ToHaveValueAsync("Written while it was away.");
            await Assertions.Expect(form.Locator("input[name=key]")).ToHaveAttributeAsync("value", request!);

            // The board shows an application without a plan too.
            await team.Submit(title: "Porter");
            var board = await As("ben", team);
            await board.Go("/pipeline/board");
            await Assertions.Expect(board.Page.Locator(".board h3")).ToHaveTextAsync(["Clerk", "Porter"]);
        }
        finally
        {
            await Pair.Scheduler[0].StartAndWait();
        }

        // A Scheduler that has just started may reply too late: the page then shows the error again, and the test clicks again.
        // A recorded follow-up may still be listed for a moment, its form folded.
        var again = Button(card.Locator("details.action[open]"), "Record the follow-up");
        await Eventually.Holds(async () =>
        {
            if (await again.CountAsync() > 0)
                await again.ClickAsync(new() { Timeout = 5_000 });
            await Gone(card.Locator("form[aria-busy]"));
            return (await ana.Page.Locator("#answer").TextContentAsync())!.Contains("The follow-up is recorded.", StringComparison.Ordinal);
        });
        Assert.Single(await application.Timeline(), x => x.Text("type") == "followup.application.follow-up-made.v1");
    }
}
