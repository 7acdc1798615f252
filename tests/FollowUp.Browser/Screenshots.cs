using FollowUp.Contracts.Tool;
using Microsoft.Playwright;

namespace FollowUp.Browser;

/// <summary>The pictures in the documents, of the demo's data. Only on request: <c>./followup screenshots</c>.</summary>
public sealed class Screenshots(SharedPair shared, Chromium chromium) : BrowserStory(shared, chromium)
{
    private const long Allowance = 150 * 1024;

    [Fact(Explicit = true)]
    public async Task Of_every_page()
    {
        var sheet = await Pair.Applications[0].Command("sample");
        (await Team.Applications.Send(HttpMethod.Post, "/imports", sheet, contentType: "text/csv")).Expect(200);
        var due = await Eventually.Get(() => Team.Scheduler.Get("/follow-ups"), x => x.Status == 200 && x.Json.Items().Count >= 5, null, "the demo's follow-ups are due");
        var shown = due.Json.Items()[0].Text("application") ?? throw new InvalidOperationException($"Which application is that? {due}");

        var browsing = await Browse(Team);
        foreach (var page in Pages.All.Where(x => x != Pages.SignIn))
            await Picture(browsing, page.Replace("{id}", shown, StringComparison.Ordinal), Name(page));
        await Picture(await Visit(), Pages.SignIn, Name(Pages.SignIn));
        await Picture(await Browse(Team, colours: ColorScheme.Dark), "/", "today-dark");
        await Picture(await Browse(Team, width: 390, height: 844), "/", "today-narrow");
    }

    private static async Task Picture(Browsing browsing, string path, string name)
    {
        Assert.Equal(200, (await browsing.Go(path)).Status);
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "docs", "screenshots")).FullName, name + ".png");
        var bytes = await browsing.Page.ScreenshotAsync(new() { Path = file, Animations = ScreenshotAnimations.Disabled, Caret = ScreenshotCaret.Hide });
        Assert.True(bytes.Length <= Allowance, $"{name}.png has {bytes.Length} bytes, more than {Allowance}.");
    }

    private static string Name(string page) => page switch
    {
        "/" => "today",
        "/pipeline/{id}" => "application",
        _ => page.Trim('/').Replace('/', '-'),
    };
}
