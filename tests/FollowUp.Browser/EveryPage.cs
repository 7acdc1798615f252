using System.Collections.Concurrent;
using System.Globalization;
using FollowUp.Browser;
using FollowUp.Browser.Importing;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(FilledTeam))]

namespace FollowUp.Browser;

/// <summary>A team with content for every page.</summary>
/// <param name="Application">The application with the most content.</param>
/// <param name="Candidate">Whose application it is.</param>
/// <param name="Viewer">A key that only reads.</param>
/// <param name="Import">The id of a previewed sheet.</param>
/// <param name="Imported">The id of an imported sheet.</param>
public sealed record Filled(Application Application, string Candidate, string Viewer, string Import, string Imported)
{
    public Team Team => Application.Team;

    /// <summary>The address of a page of <see cref="Pages.All"/>.</summary>
    public string At(string page) =>
        page.Replace("{id}", $"{Application.Id}", StringComparison.Ordinal)
            .Replace("{candidate}", Candidate, StringComparison.Ordinal)
            .Replace("{import}", Import, StringComparison.Ordinal)
            .Replace("{imported}", Imported, StringComparison.Ordinal);
}

/// <summary>Creates that team when a story first asks for it.</summary>
public sealed class FilledTeam
{
    private readonly SemaphoreSlim _gate = new(1);
    private Filled? _filled;

    /// <param name="pair">The services at which the team is created.</param>
    /// <param name="window">Opens an empty window: sheets are previewed on a page.</param>
    public async Task<Filled> Of(Pair pair, Func<Task<Browsing>> window)
    {
        await _gate.WaitAsync();
        try
        {
            return _filled ??= await Fill(await pair.Team("filled"), window);
        }
        finally
        {
            _gate.Release();
        }
    }

    // German has words that are longer than a line of a telephone.
    private const string Employer = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesellschaft",
        Title = "Donaudampfschifffahrtskapitänsanwärterin";

    private static async Task<Filled> Fill(Team team, Func<Task<Browsing>> window)
    {
        await team.ChangePolicy(x => x["claimMinutes"] = 480); // a claim outlasts all the checks
        await (await team.Submit(hiringProcess: "corporateHr", employer: "Umbrella", title: "Librarian")).Shows(1, "planned");
        var claimed = await team.SubmitDue();
        await claimed.Slot(1, "due");
        (await claimed.Claim(by: "ben")).Expect(201);
        await claimed.Shows(1, "claimed");
        var closed = await team.Submit(employer: "Globex", title: "Gardener");
        (await closed.Close("withdrawn")).Expect(204);
        var application = await team.Submit(employer: Employer, title: Title, submittedAt: DateTimeOffset.UtcNow.AddDays(-16));
        (await application.RecordContact()).Expect(201);
        (await application.SendCoverLetter(at: DateTimeOffset.UtcNow.AddDays(-16))).Expect(201, 204);
        await application.Slot(1, "due");
        await application.Shows(1, "due");

        await using var coach = await window();
        await coach.Enter(team.Key);
        var day = DateTime.UtcNow.AddDays(-2).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var imported = await coach.Choose(
            $"Company,Position,Date Applied\nInitech,Guard,{day}\n{Employer},{Title},never\n",
            Team.NewCandidate()
        );
        await coach.Import();
        var recorded = await coach.Page.Locator("table.sheet tbody a").First.GetAttributeAsync("href");
        await team.Of(Guid.Parse(Id(recorded!))).Shows(1, "planned");
        var import = await coach.Choose(
            $"Company,Position,Date Applied,An unknown column\nHooli,Cook,{day},x\n{Employer},{Title},never,y\n",
            Team.NewCandidate()
        );
        coach.IsClean();
        return new(
            application,
            (await application.Detail()).Text("candidate")!,
            (await team.NewKey("read")).Team.Key,
            Id(import),
            Id(imported)
        );
    }

    private static string Id(string path) => path.Split('/')[^1];
}

/// <summary>The results of all checks of one page in one look. Each page is opened once per look.</summary>
public sealed record PageReport(
    int Status,
    long Weight,
    IReadOnlyList<string> AxeViolations,
    IReadOnlyList<string> Structure,
    IReadOnlyList<string> Content,
    IReadOnlyList<string> Inline,
    IReadOnlyList<string> Headers,
    IReadOnlyList<string> TooWide,
    IReadOnlyList<string> BadOnPaper,
    IReadOnlyList<string> Moving,
    IReadOnlyList<string> WithoutAMouse,
    IReadOnlyList<string> Complaints
);

/// <summary>
/// The reports made so far, by page and look. All pages of a person in one look share a window. A complaint between two pages or after the
/// last belongs to no page: it fails the class when the windows are closed.
/// </summary>
public sealed class PageReports : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Page, Look Look), Lazy<Task<PageReport>>> _reports = [];
    private readonly ConcurrentDictionary<(Look Look, string Who), Lazy<Task<Browsing>>> _windows = [];

    public Task<PageReport> Get(string page, Look look, Func<Task<PageReport>> open) =>
        _reports.GetOrAdd((page, look), _ => new Lazy<Task<PageReport>>(open)).Value;

    public Task<Browsing> Window(Look look, string who, Func<Task<Browsing>> open) =>
        _windows.GetOrAdd((look, who), _ => new Lazy<Task<Browsing>>(open)).Value;

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

/// <summary>The checks that hold for every page, in every look.</summary>
public sealed class EveryPage(SharedPair shared, Chromium chromium, FilledTeam filled, PageReports reports)
    : BrowserStory(shared, chromium),
        IClassFixture<PageReports>
{
    private const string Without = "without JavaScript";

    private static readonly Look WithoutJavaScript = new(JavaScript: false);

    // German is tried where the words are longest for their window, and where the lines are longest.
    private static readonly IReadOnlyDictionary<string, Look> Looks = new Dictionary<string, Look>
    {
        ["light"] = new(),
        ["dark"] = new(Colours: ColorScheme.Dark),
        ["narrow"] = new(Width: 320, Height: 640),
        ["narrow German"] = new(Language: "de", Width: 320, Height: 640),
        ["wide German"] = new(Language: "de", Width: 3840, Height: 2160),
    };

    // A printed page is as wide as the paper, whatever the window was. Only dark colours and longer words can make a difference.
    private static readonly string[] Printed = ["light", "dark", "wide German"];

    // The rules that axe applies in each look; an empty list stands for all. The markup is the same in each look: only these rules depend
    // on colours, language and width. Running axe takes longer than all other checks.
    private static readonly string[] OfLanguageAndWidth =
    [
        "color-contrast",
        "target-size",
        "html-has-lang",
        "html-lang-valid",
        "document-title",
        "scrollable-region-focusable",
    ];
    private static readonly IReadOnlyDictionary<string, string[]> Rules = new Dictionary<string, string[]>
    {
        ["light"] = [],
        ["dark"] = ["color-contrast"],
        ["narrow German"] = OfLanguageAndWidth,
        ["wide German"] = OfLanguageAndWidth,
    };

    private static readonly string[] All = [.. Pages.All, .. Pages.Instead.Keys];

    public static TheoryData<string> Each => [.. All];

    public static TheoryData<string, string> EachInEveryLook => In(Looks.Keys);

    public static TheoryData<string, string> EachByAxe => In(Rules.Keys);

    public static TheoryData<string, string> EachOnPaper => In(Printed);

    [Theory, MemberData(nameof(EachByAxe))]
    public async Task Has_no_accessibility_violation(string page, string look) => Assert.Empty((await See(page, look)).AxeViolations);

    [Theory, MemberData(nameof(EachInEveryLook))]
    public async Task Has_a_title_a_language_landmarks_and_one_heading(string page, string look) =>
        Assert.Empty((await See(page, look)).Structure);

    [Theory, MemberData(nameof(EachInEveryLook))]
    public async Task Fits_its_window_without_scrolling_sideways_folded_and_unfolded(string page, string look) =>
        Assert.Empty((await See(page, look)).TooWide);

    [Theory, MemberData(nameof(EachOnPaper))]
    public async Task Can_be_printed(string page, string look) => Assert.Empty((await See(page, look)).BadOnPaper);

    [Theory, MemberData(nameof(Each))]
    public async Task Moves_nothing_where_reduced_motion_is_requested(string page) => Assert.Empty((await See(page, "light")).Moving);

    [Theory, MemberData(nameof(Each))]
    public async Task Needs_no_mouse(string page) => Assert.Empty((await See(page, "light")).WithoutAMouse);

    [Theory, MemberData(nameof(Each))]
    public async Task Offers_the_same_without_JavaScript(string page)
    {
        var content = (await See(page, Without)).Content;
        Assert.NotEmpty(content);
        Assert.Equal((await See(page, "light")).Content, content);
    }

    [Theory, MemberData(nameof(Each))]
    public async Task Has_no_inline_script_and_no_inline_style(string page) => Assert.Empty((await See(page, Without)).Inline);

    [Theory, MemberData(nameof(Each))]
    public async Task Has_headers_that_let_browsers_trust_only_this_site(string page) => Assert.Empty((await See(page, "light")).Headers);

    [Theory, MemberData(nameof(Each))]
    public async Task Transfers_at_most_its_allowance(string page) => Assert.InRange((await See(page, "light")).Weight, 1, Pages.Allowance);

    private static TheoryData<string, string> In(IEnumerable<string> looks)
    {
        var all = new TheoryData<string, string>();
        foreach (var (page, look) in All.SelectMany(_ => looks, (x, y) => (x, y)))
            all.Add(page, look);
        return all;
    }

    private async Task<PageReport> See(string page, string name)
    {
        var look = name == Without ? WithoutJavaScript : Looks[name];
        var found = await reports.Get(page, look, () => Open(page, name, look));
        Assert.Equal(Pages.Instead.GetValueOrDefault(page, 200), found.Status);
        Assert.Empty(found.Complaints);
        return found;
    }

    private async Task<PageReport> Open(string page, string name, Look look)
    {
        var content = await filled.Of(Pair, () => Window(new Look()));
        var isFirst = name == "light";
        // The status of an error page is no complaint. An error page has its own window, so that the status is a complaint everywhere else.
        var isInstead = Pages.Instead.TryGetValue(page, out var status);
        var browsing = await reports.Window(
            look,
            isInstead || page == Pages.SignIn ? page : "ana",
            async () =>
            {
                var window = await Window(look);
                if (isInstead)
                    window.Expect(status);
                if (page is not (Pages.SignIn or Pages.WrongKey))
                    await window.Enter(isInstead ? content.Viewer : content.Team.Key);
                return window;
            }
        );
        var before = browsing.Complaints.Count;
        var path = page switch
        {
            Pages.WrongKey => Pages.SignIn,
            Pages.Forbidden => "/settings/keys",
            _ => content.At(page),
        };
        // Some pages send requests to the Scheduler over the bus. On a busy machine a reply may come too late: the page then answers 503,
        // and the test opens the page again.
        var (response, weight) = await Eventually.Get(
            async () =>
            {
                before = browsing.Complaints.Count;
                return isFirst ? await browsing.Weigh(path) : (await browsing.Go(path), 0);
            },
            x => x.Item1.Status != 503
        );
        if (page == Pages.WrongKey)
            response = await Fail(browsing);
        if (!look.JavaScript)
            return new PageReport(
                response.Status,
                weight,
                [],
                await Pages.Structure(browsing, look.Language),
                await Pages.Content(browsing),
                await Pages.Inline(browsing),
                await Pages.Headers(response),
                [],
                [],
                [],
                [],
                [.. browsing.Complaints.Skip(before)]
            );

        var (tooWide, badOnPaper) = (await Measured.TooWide(browsing), await OnPaper());
        await Measured.Unfold(browsing);
        (tooWide, badOnPaper) = ([.. tooWide, .. await Measured.TooWide(browsing)], [.. badOnPaper, .. await OnPaper()]);
        var violations = Rules.TryGetValue(name, out var rules) ? await browsing.Violations(rules) : [];
        return new PageReport(
            response.Status,
            weight,
            violations,
            await Pages.Structure(browsing, look.Language),
            await Pages.Content(browsing),
            [],
            await Pages.Headers(response),
            tooWide,
            badOnPaper,
            isFirst ? await Measured.Moving(browsing) : [],
            isFirst ? await Measured.WithoutAMouse(browsing) : [],
            [.. browsing.Complaints.Skip(before)]
        );

        async Task<IReadOnlyList<string>> OnPaper() => Printed.Contains(name) ? await Measured.BadOnPaper(browsing) : [];
    }

    private static async Task<IResponse> Fail(Browsing browsing)
    {
        var key = browsing.Page.Locator("input[name=key]");
        await key.FillAsync("fu_guessed");
        var answer = await browsing.Page.RunAndWaitForResponseAsync(() => key.PressAsync("Enter"), x => x.Request.Method == "POST");
        await browsing.Page.Locator("p.notice.bad").WaitForAsync();
        await browsing.IsAt(Pages.SignIn);
        return answer;
    }
}
