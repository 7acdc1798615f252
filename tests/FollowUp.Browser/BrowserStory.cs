using System.Globalization;
using FollowUp.Contracts.Tool;
using Microsoft.Playwright;

namespace FollowUp.Browser;

/// <summary>
/// A story in browser windows. At its end no window may have complaints. When the story fails, the last screenshot of each window is in
/// <c>.followup/results</c>.
/// </summary>
public abstract class BrowserStory(SharedPair shared, Chromium chromium) : Story(shared)
{
    private readonly List<Browsing> _windows = [];

    /// <summary>A window signed in with the team's key, at the page Today.</summary>
    protected Task<Browsing> Browse(
        Team team,
        bool javaScript = true,
        string language = "en",
        ColorScheme colours = ColorScheme.Light,
        int width = 1280,
        int height = 800
    ) => Browse(team, new Look(javaScript, language, colours, width, height));

    /// <inheritdoc cref="Browse(Team, bool, string, ColorScheme, int, int)"/>
    protected async Task<Browsing> Browse(Team team, Look look)
    {
        var browsing = await Visit(Pair.Applications[0].Address, look);
        await browsing.Enter(team.Key);
        await browsing.Go("/");
        return browsing;
    }

    /// <summary>An empty window without a session.</summary>
    protected async Task<Browsing> Visit(Uri? site = null, Look? look = null)
    {
        var browsing = await Window(look ?? new Look(), site);
        _windows.Add(browsing);
        return browsing;
    }

    /// <summary>An empty window that outlives the story. The caller closes it and checks its complaints.</summary>
    protected Task<Browsing> Window(Look look, Uri? site = null) =>
        Browsing.Open(chromium.Browser, site ?? Pair.Applications[0].Address, look);

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        var isFailed = TestContext.Current.TestState?.Result == TestResult.Failed;
        try
        {
            foreach (var (window, number) in _windows.Select((x, i) => (x, i + 1)).Where(x => isFailed || x.x.Complaints.Count > 0))
                await Keep(window, number);
            foreach (var window in _windows)
                await window.DisposeAsync();
            Assert.Multiple([.. _windows.Select(x => (Action)x.IsClean)]);
        }
        finally
        {
            await base.DisposeAsync();
        }
    }

    private async Task Keep(Browsing window, int number)
    {
        if (await window.Picture() is not { } picture)
            return;
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, ".followup", "results")).FullName;
        var name = string.Concat(
            $"{GetType().Name}.{TestContext.Current.Test?.TestDisplayName}".Select(x =>
                char.IsLetterOrDigit(x) || x is '.' or '-' ? x : '-'
            )
        );
        var file = Path.Combine(
            folder,
            string.Create(CultureInfo.InvariantCulture, $"{(name.Length > 150 ? name[..150] : name)}.{number}.png")
        );
        await File.WriteAllBytesAsync(file, picture);
        TestContext.Current.TestOutputHelper?.WriteLine($"The last screenshot of window {number}: {file}");
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', window.Complaints));
    }
}
