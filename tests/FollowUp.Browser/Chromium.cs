using FollowUp.Browser;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace FollowUp.Browser;

/// <summary>The one real browser of a run. Each story has windows of its own in it, which know nothing of one another.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? _playwright;

    public IBrowser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Executable(),
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>The distribution's browser, or the one that CHROMIUM names. Nothing is ever downloaded.</summary>
    private static string Executable()
    {
        if (Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named)
            return named;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return folders.SelectMany(x => new[] { Path.Combine(x, "chromium"), Path.Combine(x, "chromium-browser") }).Append("/usr/bin/chromium").FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("The browser tests need Chromium: on Debian, apt-get install chromium; elsewhere set CHROMIUM to its executable.");
    }
}
