using FollowUp.Contracts.Tool;
using Microsoft.Playwright;

namespace FollowUp.Browser;

/// <summary>Takes the screenshots in the documentation, of the demo's data. Runs only on request: <c>./followup screenshots</c>.</summary>
public sealed class Screenshots(SharedPair shared, Chromium chromium) : BrowserStory(shared, chromium)
{
    private const long Allowance = 150 * 1024;

    // The names that ./followup demo uses.
    private static readonly (string Candidate, string Name)[] People =
    [
        ("c-101", "Robin Poe"),
        ("c-102", "Noor Haddad"),
        ("c-103", "Milan Kovar"),
        ("c-104", "Tess Okafor"),
    ];

    [Fact(Explicit = true)]
    public async Task Of_every_page()
    {
        var sheet = await Pair.Applications[0].Command("sample");
        (await Team.Applications.Send(HttpMethod.Post, "/imports", sheet, contentType: "text/csv")).Expect(200);
        var due = await Eventually.Get(
            () => Team.Scheduler.Get("/follow-ups"),
            x => x.Status == 200 && x.Json.Items().Count >= 5,
            null,
            "the demo's follow-ups are due"
        );
        var application =
            due.Json.Items()[0].Text("application") ?? throw new InvalidOperationException($"Which application is that? {due}");

        foreach (var (candidate, name) in People)
            (await Team.Applications.Put($"/candidates/{candidate}", new { name })).Expect(204);
        var browsing = await SignedIn(new Look());
        foreach (var page in Pages.All.Where(x => x != Pages.SignIn && !x.Contains("{import", StringComparison.Ordinal)))
            await Picture(browsing, page.Replace("{id}", application, StringComparison.Ordinal), Name(page));
        await Picture(await Visit(), Pages.SignIn, Name(Pages.SignIn));
        await Picture(await SignedIn(new Look(Colours: ColorScheme.Dark)), "/", "today-dark");
        await Picture(await SignedIn(new Look(Width: 390, Height: 844)), "/", "today-narrow");
    }

    private async Task<Browsing> SignedIn(Look look)
    {
        var browsing = await Visit(look: look);
        await browsing.Enter(Team.Key, "Ana Berg");
        return browsing;
    }

    private static async Task Picture(Browsing browsing, string path, string name)
    {
        Assert.Equal(200, (await browsing.Go(path)).Status);
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "docs", "screenshots")).FullName, name + ".png");
        var bytes = await browsing.Page.ScreenshotAsync(
            new()
            {
                Path = file,
                Animations = ScreenshotAnimations.Disabled,
                Caret = ScreenshotCaret.Hide,
            }
        );
        Assert.True(bytes.Length <= Allowance, $"{name}.png has {bytes.Length} bytes, more than {Allowance}.");
    }

    private static string Name(string page) =>
        page switch
        {
            "/" => "today",
            "/pipeline/{id}" => "application",
            _ => page.Trim('/').Replace('/', '-'),
        };
}
