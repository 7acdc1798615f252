using Microsoft.Playwright;

namespace FollowUp.Browser;

/// <summary>
/// What can only be measured in a browser, of the page that is open. Each says what is wrong, in a few words and the first few pieces of
/// HTML.
/// </summary>
public static class Measured
{
    // In a picture words don't make room for one another: there, what is too wide crosses its neighbour.
    private const string ThatIsTooWide = """
        () => {
          const crosses = (a, b) => a.right > b.left + 1 && b.right > a.left + 1 && a.bottom > b.top + 3 && b.bottom > a.top + 3;
          const words = [...document.querySelectorAll('svg text')].map(x => ({ x, at: x.getBoundingClientRect() })).filter(({ at }) => at.width > 0);
          const crossed = words.filter(({ x, at }) => words.some(y => y.x !== x && crosses(at, y.at))).slice(0, 5).map(({ x }) => `other words stand over "${x.textContent}"`);
          const room = document.documentElement.clientWidth, width = document.documentElement.scrollWidth;
          const scrolls = (x) => x !== null && x !== document.body && (getComputedStyle(x).overflowX !== 'visible' || scrolls(x.parentElement));
          return width <= room ? crossed : [...crossed, `${width} pixels where there are ${room}`, ...[...document.body.querySelectorAll('*')]
            .filter(x => x.getBoundingClientRect().right > room + 1 && !scrolls(x.parentElement)).slice(0, 5).map(x => x.outerHTML.replace(/\s+/g, ' ').slice(0, 120))];
        }
        """;

    // Contrast is against white, because no browser prints backgrounds unless it is told to.
    private const string ThatIsBadOnPaper = """
        () => {
          const wrong = [], room = document.documentElement.clientWidth;
          const say = (what, x) => wrong.push(`${what}: ${x.outerHTML.replace(/\s+/g, ' ').slice(0, 120)}`);
          const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
          const luminance = (colour) => {
            for (const over of ['#fff', colour]) { canvas.fillStyle = over; canvas.fillRect(0, 0, 1, 1); }
            const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(x => x / 255).map(x => x <= .04045 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4);
            return .2126 * r + .7152 * g + .0722 * b;
          };
          for (const x of document.body.querySelectorAll('*')) {
            if (!x.checkVisibility({ visibilityProperty: true })) continue;
            const style = getComputedStyle(x);
            if (x.matches('nav, button, .button, input, select, textarea')) say('nobody can press it', x);
            if (x.getBoundingClientRect().right > room + 1) say('wider than the paper', x);
            else if (style.overflowX !== 'visible' && x.scrollWidth > x.clientWidth && !x.matches('.unseen')) say('cut off', x);
            if ([...x.childNodes].some(y => y.nodeType === Node.TEXT_NODE && y.data.trim()) && 1.05 / (luminance(x instanceof SVGElement ? style.fill : style.color) + .05) < 4.5) say('pale', x);
            if (luminance(style.backgroundColor) < .5) say('dark', x);
          }
          if (luminance(getComputedStyle(document.documentElement).backgroundColor) < 1) wrong.unshift('the paper is not white');
          return wrong.slice(0, 10);
        }
        """;

    private const string LongestMovement = """
        () => {
          const milliseconds = (style) => `${style.transitionDuration}, ${style.animationDuration}`.split(', ').map(x => parseFloat(x) * (x.endsWith('ms') ? 1 : 1000));
          return Math.max(...[...document.querySelectorAll('*')].flatMap(x => [null, '::before', '::after'].flatMap(y => milliseconds(getComputedStyle(x, y)))));
        }
        """;

    // Notes what the focus comes to, from the top of the page on. In a group of radio buttons, the arrow keys lead from one to the next.
    private const string FromTheTop = """
        () => {
          const look = (x) => { const style = getComputedStyle(x); return `${style.outlineStyle === 'none' ? '' : [style.outlineStyle, style.outlineWidth, style.outlineColor]} ${style.boxShadow}`; };
          const isFirstOfGroup = (x) => { const group = [...document.getElementsByName(x.name)].filter(y => y.type === 'radio' && y.form === x.form); return x === (group.find(y => y.checked) ?? group[0]); };
          const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]')]
            .filter(x => x.tabIndex >= 0 && !x.disabled && x.checkVisibility({ visibilityProperty: true }) && (x.type !== 'radio' || isFirstOfGroup(x)));
          const plain = new Map(all.map(x => [x, look(x)])), reached = [], faint = new Set();
          document.addEventListener('focusin', ({ target }) => { if (reached.at(-1) !== target) reached.push(target); if (look(target) === plain.get(target)) faint.add(target); });
          document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); scrollTo(0, 0);
          reached.length = 0;
          return { all, reached, faint };
        }
        """;

    private const string WhatKeysMissed = """
        ({ all, reached, faint }) => {
          const name = (x) => x ? x.outerHTML.replace(/\s+/g, ' ').slice(0, 120) : 'nothing';
          const wrong = all.findIndex((x, i) => x !== reached[i]);
          return [...wrong < 0 ? [] : [`after ${name(reached[wrong - 1])} comes ${name(reached[wrong])} instead of ${name(all[wrong])}`], ...[...faint].slice(0, 5).map(x => `nobody sees the focus on ${name(x)}`)];
        }
        """;

    private const string SkipsIntoView =
        "() => { const { left, top, right, bottom } = document.activeElement.getBoundingClientRect(); return document.activeElement.getAttribute('href') === '#main' && left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight; }";

    // A4 between margins of a centimetre, in pixels as CSS counts them.
    private const int PaperWidth = 718,
        PaperHeight = 1047;

    // Milliseconds: what is longer keeps people waiting.
    private const double LongMovement = 200;

    /// <summary>Opens whatever can be opened, so that what is in it can be measured too.</summary>
    public static Task Unfold(Browsing browsing) =>
        browsing.Page.EvaluateAsync("() => document.querySelectorAll('details').forEach(x => x.open = true)");

    /// <summary>What makes the window scroll sideways.</summary>
    public static async Task<IReadOnlyList<string>> TooWide(Browsing browsing) =>
        await browsing.Page.EvaluateAsync<string[]>(ThatIsTooWide);

    /// <summary>What nobody can use or read when the page is printed, whatever colours the screen has.</summary>
    public static async Task<IReadOnlyList<string>> BadOnPaper(Browsing browsing)
    {
        var page = browsing.Page;
        var size = page.ViewportSize ?? throw new InvalidOperationException("The window has no size.");
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await page.SetViewportSizeAsync(PaperWidth, PaperHeight);
        try
        {
            return await page.EvaluateAsync<string[]>(ThatIsBadOnPaper);
        }
        finally
        {
            await page.EmulateMediaAsync(new() { Media = Media.Null });
            await page.SetViewportSizeAsync(size.Width, size.Height);
        }
    }

    /// <summary>What moves for people who asked for nothing to move, and what is different for the others besides.</summary>
    public static async Task<IReadOnlyList<string>> Moving(Browsing browsing)
    {
        var page = browsing.Page;
        List<string> wrong = [];
        var (still, stillText) = (await Movement(), await Text());
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.NoPreference });
        var (lively, livelyText) = (await Movement(), await Text());
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        if (still > 0.01)
            wrong.Add($"something moves for {still} ms");
        if (lively is 0 or > LongMovement)
            wrong.Add($"where it may, something moves for {lively} ms"); // none at all: nobody measured it
        if (livelyText != stillText)
            wrong.Add("not the same is shown to those who don't mind movement");
        return wrong;

        Task<double> Movement() => page.EvaluateAsync<double>(LongestMovement);

        Task<string> Text() => page.EvaluateAsync<string>("() => document.body.innerText");
    }

    /// <summary>
    /// What one doesn't come to by the Tab key, in the order in which it is read, or doesn't see that one came to; and whether the first of
    /// it leads past the navigation.
    /// </summary>
    public static async Task<IReadOnlyList<string>> WithoutAMouse(Browsing browsing)
    {
        const int AtOnce = 10,
            Stuck = 40; // one field may have many parts: a date and a time has seven
        var page = browsing.Page;
        var focus = await page.EvaluateHandleAsync(FromTheTop);
        var (all, reached, idle) = (await focus.EvaluateAsync<int>("x => x.all.length"), 0, 0);
        while (reached <= all && idle < Stuck)
        {
            for (var i = 0; i < AtOnce; i++)
                await page.Keyboard.PressAsync("Tab");
            var now = await focus.EvaluateAsync<int>("x => x.reached.length");
            (reached, idle) = (now, now == reached ? idle + AtOnce : 0);
        }

        List<string> wrong = [.. await focus.EvaluateAsync<string[]>(WhatKeysMissed)];
        if (reached <= all)
            wrong.Add($"the focus is caught after {reached} of {all}");
        await page.EvaluateHandleAsync(FromTheTop);
        await page.Keyboard.PressAsync("Tab");
        if (!await page.EvaluateAsync<bool>(SkipsIntoView))
            wrong.Add("what comes first doesn't lead to the content, or isn't seen");
        await page.Keyboard.PressAsync("Enter");
        if (!await Comes(() => page.EvaluateAsync<bool>("() => document.activeElement.localName === 'main'")))
            wrong.Add("what leads to the content doesn't arrive there");
        return wrong;
    }

    private static async Task<bool> Comes(Func<Task<bool>> condition)
    {
        try
        {
            await Eventually.Holds(condition, TimeSpan.FromSeconds(5));
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
