namespace FollowUp.Browser;

/// <summary>What can only be measured in a browser, of the page that is open. Each says what is wrong, in a few words and the first few pieces of HTML.</summary>
public static class Measured
{
    private const string ThatIsTooWide = """
        () => {
          const room = document.documentElement.clientWidth, width = document.documentElement.scrollWidth;
          const scrolls = (x) => x !== null && x !== document.body && (getComputedStyle(x).overflowX !== 'visible' || scrolls(x.parentElement));
          return width <= room ? [] : [`${width} pixels where there are ${room}`, ...[...document.body.querySelectorAll('*')]
            .filter(x => x.getBoundingClientRect().right > room + 1 && !scrolls(x.parentElement)).slice(0, 5).map(x => x.outerHTML.replace(/\s+/g, ' ').slice(0, 120))];
        }
        """;

    /// <summary>Opens whatever can be opened, so that what is in it can be measured too.</summary>
    public static Task Unfold(Browsing browsing) => browsing.Page.EvaluateAsync("() => document.querySelectorAll('details').forEach(x => x.open = true)");

    /// <summary>What makes the window scroll sideways.</summary>
    public static async Task<IReadOnlyList<string>> TooWide(Browsing browsing) => await browsing.Page.EvaluateAsync<string[]>(ThatIsTooWide);
}
