using System.Globalization;
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

    /// <summary>Unfolds a form, fills it in, sends it and waits for the confirmation.</summary>
    protected static async Task Send(Browsing window, string step, string confirmation, params (string Field, string Value)[] fields)
    {
        var form = window.Page.Locator($"#{step}");
        await Fill(form, fields);
        await form.Locator("button.main").ClickAsync();
        await Assertions.Expect(window.Page.Locator("p.notice.good")).ToHaveTextAsync(confirmation);
        await Assertions.Expect(window.Page.Locator(".steps details[open]")).ToHaveCountAsync(0);
    }

    protected static async Task Fill(ILocator form, params (string Field, string Value)[] fields)
    {
        if (await form.GetAttributeAsync("open") is null)
            await form.Locator("summary").ClickAsync();
        foreach (var (field, value) in fields)
        {
            var input = form.Locator($"[name='{field}']");
            if (await input.EvaluateAsync<string>("x => x.localName") == "select")
                await input.SelectOptionAsync(value);
            else
                await input.FillAsync(value);
        }
    }

    protected static string Day(int ahead) => Days.Today.AddDays(ahead).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    protected static Task Says(Browsing window, string words) => Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync(words);
}
