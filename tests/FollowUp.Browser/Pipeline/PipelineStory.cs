using Microsoft.Playwright;

namespace FollowUp.Browser.Pipeline;

/// <summary>
/// A story of the list, the board or one application. Each story has its own team, so that the list has only the story's applications.
/// </summary>
public abstract class PipelineStory(SharedPair shared, Chromium chromium) : BrowserStory(shared, chromium)
{
    protected Task<Team> NewTeam() => Pair.Team($"pipeline-{Guid.NewGuid():n}"[..24]);

    /// <summary>The titles in the list, in order.</summary>
    protected static ILocator Titles(Browsing window) => window.Page.Locator("table.pipeline tbody th a");

    protected static Task Says(Browsing window, string words) => Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync(words);
}
