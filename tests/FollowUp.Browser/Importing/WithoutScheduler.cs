namespace FollowUp.Browser.Importing;

/// <summary>The preview of a sheet while the Scheduler is stopped.</summary>
public sealed class WithoutScheduler(Chromium chromium) : StoryOfItsOwn(nodes: 1)
{
    [Fact]
    public async Task The_preview_says_so_and_the_sheet_is_imported()
    {
        await Pair.Scheduler[0].Stop();
        await using var coach = await Browsing.Open(chromium.Browser, Pair.Applications[0].Address, new());
        await coach.SignIn(Team.Key);
        await coach.Choose($"Company,Position,Date Applied\nAcme,Clerk,{Days.Today.AddDays(-3):yyyy-MM-dd}\n", Harness.Team.NewCandidate());
        await coach.Says("To be recorded: 1. Already there: 0. Refused: 0.");
        await coach.Says("The Scheduler doesn't answer just now");
        await coach.Axe();
        await coach.Import();
        await coach.Says("Recorded: 1. Already there: 0. Refused: 0.");
        coach.IsClean();
    }
}
