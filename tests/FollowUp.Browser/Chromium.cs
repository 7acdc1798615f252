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
        Browser = await _playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = Executable(),
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ],
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        _playwright?.Dispose();
    }

    // The one without windows does the same in half the time.
    private static readonly string[] Names = ["chromium-headless-shell", "chromium", "chromium-browser"];

    /// <summary>The distribution's browser, or the one that CHROMIUM names. Nothing is ever downloaded.</summary>
    private static string Executable()
    {
        string[] names = Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named ? [named] : Names;
        string[] folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/bin"];
        return names.SelectMany(x => folders.Select(y => Path.Combine(y, x))).FirstOrDefault(File.Exists) // what is rooted stays as it is
            ?? throw new InvalidOperationException(
                "The browser tests need Chromium: on Debian, apt-get install chromium-headless-shell; elsewhere set CHROMIUM to its executable."
            );
    }
}
