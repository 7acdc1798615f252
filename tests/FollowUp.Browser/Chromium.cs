using FollowUp.Browser;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace FollowUp.Browser;

/// <summary>The one real browser of a test run. Each story opens its own windows, which share no cookies.</summary>
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
                    // A window costs a third less without a process that waits for the next one, and without one for the GPU.
                    "--renderer-process-limit=1",
                    "--in-process-gpu",
                    .. HasSharedMemory ? Array.Empty<string>() : ["--disable-dev-shm-usage"],
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

    // Files instead of shared memory take longer; a container has 64 MB of it, which is too little.
    private static bool HasSharedMemory => Directory.Exists("/dev/shm") && new DriveInfo("/dev/shm").AvailableFreeSpace > 1L << 30;

    // The headless shell does the same in half the time.
    private static readonly string[] Names = ["chromium-headless-shell", "chromium", "chromium-browser"];

    /// <summary>The distribution's browser, or the one that the variable CHROMIUM names. The tests download no browser.</summary>
    private static string Executable()
    {
        string[] names = Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named ? [named] : Names;
        string[] folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/bin"];
        // Path.Combine leaves a rooted path as it is.
        return names.SelectMany(x => folders.Select(y => Path.Combine(y, x))).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException(
                "The browser tests need Chromium: on Debian, run apt-get install chromium-headless-shell; "
                    + "elsewhere set CHROMIUM to its executable."
            );
    }
}
