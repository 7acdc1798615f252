using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace FollowUp.Browser.Today;

/// <summary>A story at the page Today, whose people have names that their colleagues see.</summary>
public abstract partial class TodayStory(SharedPair shared, Chromium chromium) : BrowserStory(shared, chromium)
{
    /// <summary>A new team that no other story uses.</summary>
    protected Task<Team> NewTeam() => Pair.Team($"today-{Guid.NewGuid():n}"[..20]);

    /// <summary>A window signed in with the team's key under a name, at the page Today.</summary>
    protected async Task<Browsing> As(string person, Team team, Look? look = null)
    {
        var window = await Visit(look: look);
        await window.Enter(team.Key, person);
        await window.Go("/");
        return window;
    }

    /// <summary>An application whose follow-up is due, in the read models too.</summary>
    protected static async Task<Application> Due(Team team, string title = "Clerk", string employer = "Acme", string? candidate = null)
    {
        var application = await team.Submit(
            employer: employer,
            title: title,
            candidate: candidate,
            submittedAt: DateTimeOffset.UtcNow.AddDays(-16)
        );
        await application.Slot(1, "due");
        await application.Shows(1, "due");
        return application;
    }

    protected static ILocator Card(Browsing window, Application application) => window.Page.Locator($"#slot-{application.Id}-1");

    protected static ILocator Button(ILocator within, string name) => within.GetByRole(AriaRole.Button, new() { Name = name });

    /// <summary>Unfolds one of the card's forms.</summary>
    protected static async Task<ILocator> Unfold(ILocator card, string name)
    {
        var fold = card.Locator("details.action")
            .Filter(
                new()
                {
                    Has = card.Page.Locator(
                        "summary",
                        new() { HasTextRegex = new Regex($"^{Regex.Escape(name)}", RegexOptions.None, TimeSpan.FromSeconds(1)) }
                    ),
                }
            );
        await fold.Locator("summary").ClickAsync();
        return fold;
    }

    /// <summary>Waits until the element contains a text.</summary>
    protected static Task Says(ILocator place, string words) => Assertions.Expect(place).ToContainTextAsync(words);

    protected static Task SaysNot(ILocator place, string words) => Assertions.Expect(place).Not.ToContainTextAsync(words);

    protected static Task Gone(ILocator place) => Assertions.Expect(place).ToHaveCountAsync(0);
}
