using System.Collections.Concurrent;
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

    // German has words that no line of a telephone holds.
    private const string Employer = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesellschaft", Title = "Donaudampfschifffahrtskapitänsanwärterin";

    private static async Task<Application> Fill(Team team)
    {
        await team.ChangePolicy(x => x["claimMinutes"] = 480); // what is claimed stays so, however long the looks take
        await team.Submit(employer: "Umbrella", title: "Librarian");
        var claimed = await team.SubmitDue();
        await claimed.Slot(1, "due");
        (await claimed.Claim(by: "ben")).Expect(201);
        await claimed.Shows(1, "claimed");
        var closed = await team.Submit(employer: "Globex", title: "Gardener");
        (await closed.Close("withdrawn")).Expect(204);
        var shown = await team.Submit(employer: Employer, title: Title, submittedAt: DateTimeOffset.UtcNow.AddDays(-16));
        (await shown.RecordContact()).Expect(201);
        (await shown.SendCoverLetter(at: DateTimeOffset.UtcNow.AddDays(-16))).Expect(201, 204);
        await shown.Slot(1, "due");
        await shown.Shows(1, "due");
        return shown;
    }
}

/// <summary>What there was to see of one page in one look. Each is opened once, and asked for all that is promised of it.</summary>
public sealed record Seen(int Status, long Weight, IReadOnlyList<string> KeptOut, IReadOnlyList<string> Structure, IReadOnlyList<string> Content, IReadOnlyList<string> Inline,
    IReadOnlyList<string> Headers, IReadOnlyList<string> TooWide, IReadOnlyList<string> BadOnPaper, IReadOnlyList<string> Moving,
    IReadOnlyList<string> WithoutAMouse, IReadOnlyList<string> Complaints);

/// <summary>
/// The pages that were looked at so far, by their look, each look in one window: of somebody signed in, and of nobody. What a window complains of
/// between two pages, or after the last, belongs to no page: it fails the class when the windows are closed.
/// </summary>
public sealed class SeenPages : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Page, Look Look), Lazy<Task<Seen>>> _seen = [];
    private readonly ConcurrentDictionary<(Look Look, bool IsSignedIn), Lazy<Task<Browsing>>> _windows = [];

    public Task<Seen> Get(string page, Look look, Func<Task<Seen>> open) => _seen.GetOrAdd((page, look), _ => new Lazy<Task<Seen>>(open)).Value;

    public Task<Browsing> Window(Look look, bool isSignedIn, Func<Task<Browsing>> open) => _windows.GetOrAdd((look, isSignedIn), _ => new Lazy<Task<Browsing>>(open)).Value;

    public async ValueTask DisposeAsync()
    {
        List<Browsing> windows = [];
        foreach (var window in _windows.Values.Where(x => x.IsValueCreated && x.Value.IsCompletedSuccessfully))
            windows.Add(await window.Value);
        foreach (var window in windows)
            await window.DisposeAsync();
        Assert.Multiple([.. windows.Select(x => (Action)x.IsClean)]);
    }
}

/// <summary>What is promised of every page, in every way that people look at them.</summary>
public sealed class EveryPage(SharedPair shared, Chromium chromium, FilledTeam filled, SeenPages seen) : BrowserStory(shared, chromium), IClassFixture<SeenPages>
{
    private static readonly Look WithoutJavaScript = new(JavaScript: false);

    private static readonly IReadOnlyDictionary<string, Look> Looks = new Dictionary<string, Look>
    {
        ["light"] = new(),
        ["dark"] = new(Colours: ColorScheme.Dark),
        ["narrow"] = new(Width: 320, Height: 640),
        ["narrow German"] = new(Language: "de", Width: 320, Height: 640),
        ["wide"] = new(Width: 3840, Height: 2160),
        ["German"] = new(Language: "de"),
    };

    // On paper it is as wide as the paper, whatever the window was. Only what is dark on the screen, and longer words, could make it another picture.
    private static readonly IReadOnlyDictionary<string, Look> Printed = new[] { "light", "dark", "German" }.ToDictionary(x => x, x => Looks[x]);

    // The marks are the same in each look: of what axe looks at, only this is another one in other colours, letters and widths.
    private static readonly string[] OfTheLook = ["color-contrast", "target-size", "html-has-lang", "html-lang-valid", "document-title", "scrollable-region-focusable"];

    public static TheoryData<string> Each => [.. Pages.All];

    public static TheoryData<string, string> EachInEveryLook => In(Looks.Keys);

    public static TheoryData<string, string> EachOnPaper => In(Printed.Keys);

    [Theory, MemberData(nameof(EachInEveryLook))]
    public async Task Keeps_nobody_out(string page, string look) => Assert.Empty((await See(page, Looks[look])).KeptOut);

    [Theory, MemberData(nameof(EachInEveryLook))]
    public async Task Has_a_title_a_language_landmarks_and_one_heading(string page, string look) => Assert.Empty((await See(page, Looks[look])).Structure);

    [Theory, MemberData(nameof(EachInEveryLook))]
    public async Task Fits_its_window_without_scrolling_sideways_folded_and_unfolded(string page, string look) => Assert.Empty((await See(page, Looks[look])).TooWide);

    [Theory, MemberData(nameof(EachOnPaper))]
    public async Task Can_be_printed(string page, string look) => Assert.Empty((await See(page, Looks[look])).BadOnPaper);

    [Theory, MemberData(nameof(Each))]
    public async Task Moves_nothing_for_those_who_ask_for_that(string page) => Assert.Empty((await See(page, Looks["light"])).Moving);

    [Theory, MemberData(nameof(Each))]
    public async Task Needs_no_mouse(string page) => Assert.Empty((await See(page, Looks["light"])).WithoutAMouse);

    [Theory, MemberData(nameof(Each))]
    public async Task Says_and_offers_the_same_without_JavaScript(string page)
    {
        var content = (await See(page, WithoutJavaScript)).Content;
        Assert.NotEmpty(content);
        Assert.Equal((await See(page, Looks["light"])).Content, content);
    }

    [Theory, MemberData(nameof(Each))]
    public async Task Has_no_script_and_no_style_between_its_lines(string page) => Assert.Empty((await See(page, WithoutJavaScript)).Inline);

    [Theory, MemberData(nameof(Each))]
    public async Task Tells_browsers_to_trust_nothing_but_this_site(string page) => Assert.Empty((await See(page, Looks["light"])).Headers);

    [Theory, MemberData(nameof(Each))]
    public async Task Is_light(string page) => Assert.InRange((await See(page, Looks["light"])).Weight, 1, Pages.Allowance);

    private static TheoryData<string, string> In(IEnumerable<string> looks)
    {
        var all = new TheoryData<string, string>();
        foreach (var (page, look) in Pages.All.SelectMany(_ => looks, (x, y) => (x, y)))
            all.Add(page, look);
        return all;
    }

    private async Task<Seen> See(string page, Look look)
    {
        var found = await seen.Get(page, look, () => Open(page, look));
        Assert.Equal(200, found.Status);
        Assert.Empty(found.Complaints);
        return found;
    }

    private async Task<Seen> Open(string page, Look look)
    {
        var shown = await filled.Of(Pair);
        var isSignedIn = page != Pages.SignIn;
        var browsing = await seen.Window(look, isSignedIn, async () =>
        {
            var window = await Window(look);
            if (isSignedIn)
                await window.Enter(shown.Team.Key);
            return window;
        });
        var before = browsing.Complaints.Count;
        var path = page.Replace("{id}", shown.Id.ToString(), StringComparison.Ordinal);
        var (response, weight) = look == Looks["light"] ? await browsing.Weigh(path) : (await browsing.Go(path), 0);
        if (!look.JavaScript)
            return new Seen(response.Status, weight, [], await Pages.Structure(browsing, look.Language), await Pages.Content(browsing), await Pages.Inline(browsing), await Pages.Headers(response), [], [], [], [], [.. browsing.Complaints.Skip(before)]);

        // With all its rules, axe looks at the page as it comes; with the few, in the other looks, at what it folds away as well.
        var isFirst = look == Looks["light"];
        var keptOut = isFirst ? await browsing.Violations() : [];
        var (tooWide, badOnPaper) = (await Measured.TooWide(browsing), await OnPaper());
        await Measured.Unfold(browsing);
        (tooWide, badOnPaper) = ([.. tooWide, .. await Measured.TooWide(browsing)], [.. badOnPaper, .. await OnPaper()]);
        if (!isFirst)
            keptOut = await browsing.Violations(OfTheLook);
        return new Seen(response.Status, weight, keptOut, await Pages.Structure(browsing, look.Language), await Pages.Content(browsing), [], await Pages.Headers(response), tooWide, badOnPaper,
            isFirst ? await Measured.Moving(browsing) : [], isFirst ? await Measured.WithoutAMouse(browsing) : [], [.. browsing.Complaints.Skip(before)]);

        async Task<IReadOnlyList<string>> OnPaper() => Printed.Values.Contains(look) ? await Measured.BadOnPaper(browsing) : [];
    }
}
