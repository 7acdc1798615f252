using FollowUp.Browser;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(FilledTeam))]

namespace FollowUp.Browser;

/// <summary>A team that has something to show on every page; made when a story first asks for it.</summary>
public sealed class FilledTeam
{
    private readonly SemaphoreSlim _gate = new(1);
    private Application? _shown;

    /// <summary>The application that has most to show, of a team that has more of them.</summary>
    public async Task<Application> Of(Pair pair)
    {
        await _gate.WaitAsync();
        try
        {
            return _shown ??= await Fill(await pair.Team("shown"));
        }
        finally
        {
            _gate.Release();
        }
    }

    private static async Task<Application> Fill(Team team)
    {
        await team.Submit(employer: "Umbrella", title: "Librarian");
        var claimed = await team.SubmitDue();
        await claimed.Slot(1, "due");
        (await claimed.Claim(by: "ben")).Expect(201);
        var closed = await team.Submit(employer: "Globex", title: "Gardener");
        (await closed.Close("withdrawn")).Expect(204);
        var shown = await team.SubmitDue();
        (await shown.RecordContact()).Expect(201);
        (await shown.SendCoverLetter(at: DateTimeOffset.UtcNow.AddDays(-16))).Expect(201, 204);
        await shown.Slot(1, "due");
        await shown.Shows(1, "due");
        return shown;
    }
}

/// <summary>What is promised of every page, in every way that people look at them.</summary>
public sealed class EveryPage(SharedPair shared, Chromium chromium, FilledTeam filled) : BrowserStory(shared, chromium)
{
    private static readonly Look WithoutJavaScript = new(JavaScript: false);

    private static readonly IReadOnlyDictionary<string, Look> Looks = new Dictionary<string, Look>
    {
        ["light"] = new(),
        ["dark"] = new(Colours: ColorScheme.Dark),
        ["narrow"] = new(Width: 320, Height: 640),
        ["German"] = new(Language: "de"),
    };

    public static TheoryData<string> Each => [.. Pages.All];

    public static TheoryData<string, string> EachInEveryLook
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var page in Pages.All)
            {
                foreach (var look in Looks.Keys)
                    all.Add(page, look);
            }

            return all;
        }
    }

    [Theory, MemberData(nameof(EachInEveryLook))]
    public async Task Keeps_nobody_out(string page, string look)
    {
        var (browsing, response) = await Open(page, Looks[look]);
        Assert.Equal(200, response.Status);
        await browsing.Axe();
    }

    [Theory, MemberData(nameof(EachInEveryLook))]
    public async Task Has_a_title_a_language_landmarks_and_one_heading(string page, string look)
    {
        var (browsing, response) = await Open(page, Looks[look]);
        Assert.Equal(200, response.Status);
        Assert.Empty(await Pages.Structure(browsing, Looks[look].Language));
    }

    [Theory, MemberData(nameof(Each))]
    public async Task Fits_a_narrow_window_without_scrolling_sideways(string page)
    {
        var (browsing, _) = await Open(page, Looks["narrow"]);
        Assert.InRange(await browsing.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, Looks["narrow"].Width);
    }

    [Theory, MemberData(nameof(Each))]
    public async Task Says_and_offers_the_same_without_JavaScript(string page)
    {
        var (with, _) = await Open(page, new Look());
        var (without, response) = await Open(page, WithoutJavaScript);
        Assert.Equal(200, response.Status);
        var content = await Pages.Content(without);
        Assert.NotEmpty(content);
        Assert.Equal(await Pages.Content(with), content);
    }

    [Theory, MemberData(nameof(Each))]
    public async Task Has_no_script_and_no_style_between_its_lines(string page)
    {
        var (browsing, _) = await Open(page, WithoutJavaScript);
        Assert.Empty(await Pages.Inline(browsing));
    }

    [Theory, MemberData(nameof(Each))]
    public async Task Tells_browsers_to_trust_nothing_but_this_site(string page)
    {
        var (_, response) = await Open(page, new Look());
        Assert.Empty(await Pages.Headers(response));
    }

    [Theory, MemberData(nameof(Each))]
    public async Task Is_light(string page)
    {
        var (browsing, _) = await Open(page, new Look());
        Assert.InRange(await browsing.Weigh(await Path(page)), 1, Pages.Allowance);
    }

    private async Task<(Browsing Browsing, IResponse Response)> Open(string page, Look look)
    {
        var path = await Path(page);
        var browsing = page == Pages.SignIn ? await Visit(look: look) : await Browse((await filled.Of(Pair)).Team, look);
        return (browsing, await browsing.Go(path));
    }

    private async Task<string> Path(string page) => page.Replace("{id}", (await filled.Of(Pair)).Id.ToString(), StringComparison.Ordinal);
}
