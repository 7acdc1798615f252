using Microsoft.Playwright;

namespace FollowUp.Browser;

/// <summary>
/// Checks of the open page that only a browser can make. Each returns what is wrong, in a few words with the first few pieces of HTML.
/// </summary>
public static class Measured
{
    // The texts of a picture don't wrap: a text that is too wide overlaps its neighbour.
    private const string ThatIsTooWide = """
        () => {
          const crosses = (a, b) => a.right > b.left + 1 && b.right > a.left + 1 && a.bottom > b.top + 3 && b.bottom > a.top + 3;
          const words = [...document.querySelectorAll('svg text')]
            .map(x => ({ x, at: x.getBoundingClientRect() })).filter(({ at }) => at.width > 0);
          const crossed = words.filter(({ x, at }) => words.some(y => y.x !== x && crosses(at, y.at)))
            .slice(0, 5).map(({ x }) => `another text overlaps "${x.textContent}"`);
          const room = document.documentElement.clientWidth, width = document.documentElement.scrollWidth;
          const scrolls = (x) => x !== null && x !== document.body
            && (getComputedStyle(x).overflowX !== 'visible' || scrolls(x.parentElement));
          return width <= room ? crossed : [...crossed, `${width} pixels where there are ${room}`,
            ...[...document.body.querySelectorAll('*')]
              .filter(x => x.getBoundingClientRect().right > room + 1 && !scrolls(x.parentElement))
              .slice(0, 5).map(x => x.outerHTML.replace(/\s+/g, ' ').slice(0, 120))];
        }
        """;

    // The contrast is measured against white, because browsers print backgrounds only on request.
    private const string ThatIsBadOnPaper = """
        () => {
          const wrong = [], room = document.documentElement.clientWidth;
          const say = (what, x) => wrong.push(`${what}: ${x.outerHTML.replace(/\s+/g, ' ').slice(0, 120)}`);
          const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 })
            .getContext('2d', { willReadFrequently: true });
          const luminance = (colour) => {
            for (const over of ['#fff', colour]) { canvas.fillStyle = over; canvas.fillRect(0, 0, 1, 1); }
            const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data]
              .map(x => x / 255).map(x => x <= .04045 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4);
            return .2126 * r + .7152 * g + .0722 * b;
          };
          for (const x of document.body.querySelectorAll('*')) {
            if (!x.checkVisibility({ visibilityProperty: true })) continue;
            const style = getComputedStyle(x);
            if (x.matches('nav, button, .button, input, select, textarea')) say('useless on paper', x);
            if (x.getBoundingClientRect().right > room + 1) say('wider than the paper', x);
            else if (style.overflowX !== 'visible' && x.scrollWidth > x.clientWidth && !x.matches('.unseen')) say('cut off', x);
            if ([...x.childNodes].some(y => y.nodeType === Node.TEXT_NODE && y.data.trim())
              && 1.05 / (luminance(x instanceof SVGElement ? style.fill : style.color) + .05) < 4.5) say('pale', x);
            if (luminance(style.backgroundColor) < .5) say('dark', x);
          }
          if (luminance(getComputedStyle(document.documentElement).backgroundColor) < 1) wrong.unshift('the paper is not white');
          return wrong.slice(0, 10);
        }
        """;

    private const string LongestMovement = """
        () => {
          const milliseconds = (style) => `${style.transitionDuration}, ${style.animationDuration}`
            .split(', ').map(x => parseFloat(x) * (x.endsWith('ms') ? 1 : 1000));
          return Math.max(...[...document.querySelectorAll('*')]
            .flatMap(x => [null, '::before', '::after'].flatMap(y => milliseconds(getComputedStyle(x, y)))));
        }
        """;

    // Records the elements that get the focus, from the top of the page on. Only one button of a radio group is reached by Tab: the arrow
    // keys move within the group.
    private const string FromTheTop = """
        () => {
          const look = (x) => {
            const style = getComputedStyle(x);
            const outline = style.outlineStyle === 'none' ? '' : [style.outlineStyle, style.outlineWidth, style.outlineColor];
            return `${outline} ${style.boxShadow}`;
          };
          const isFirstOfGroup = (x) => {
            const group = [...document.getElementsByName(x.name)].filter(y => y.type === 'radio' && y.form === x.form);
            return x === (group.find(y => y.checked) ?? group[0]);
          };
          const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]')]
            .filter(x => x.tabIndex >= 0 && !x.disabled && x.checkVisibility({ visibilityProperty: true })
              && (x.type !== 'radio' || isFirstOfGroup(x)));
          const plain = new Map(all.map(x => [x, look(x)])), reached = [], faint = new Set();
          document.addEventListener('focusin', ({ target }) => {
            if (reached.at(-1) !== target) reached.push(target);
            if (look(target) === plain.get(target)) faint.add(target);
          });
          document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); scrollTo(0, 0);
          reached.length = 0;
          return { all, reached, faint };
        }
        """;

    private const string WhatKeysMissed = """
        ({ all, reached, faint }) => {
          const name = (x) => x ? x.outerHTML.replace(/\s+/g, ' ').slice(0, 120) : 'nothing';
          const wrong = all.findIndex((x, i) => x !== reached[i]);
          const missed = () => `after ${name(reached[wrong - 1])} comes ${name(reached[wrong])} instead of ${name(all[wrong])}`;
          return [...wrong < 0 ? [] : [missed()], ...[...faint].slice(0, 5).map(x => `no visible focus on ${name(x)}`)];
        }
        """;

    private const string SkipsIntoView = """
        () => {
          const { left, top, right, bottom } = document.activeElement.getBoundingClientRect();
          return document.activeElement.getAttribute('href') === '#main'
            && left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
        }
        """;

    // A4 without margins of one centimetre, in CSS pixels.
    private const int PaperWidth = 718,
        PaperHeight = 1047;

    // Milliseconds: a longer movement keeps people waiting.
    private const double LongMovement = 200;

    /// <summary>Opens every <c>details</c> element, so that its content can be measured too.</summary>
    public static Task Unfold(Browsing browsing) =>
        browsing.Page.EvaluateAsync("() => document.querySelectorAll('details').forEach(x => x.open = true)");

    /// <summary>Finds the elements that make the window scroll sideways, and the overlapping texts of pictures.</summary>
    public static async Task<IReadOnlyList<string>> TooWide(Browsing browsing) =>
        await browsing.Page.EvaluateAsync<string[]>(ThatIsTooWide);

    /// <summary>Finds what is useless or unreadable on the printed page, whatever colours the screen has.</summary>
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

    /// <summary>Finds movement where reduced motion is requested, and other differences between that and the ordinary page.</summary>
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
            wrong.Add($"where movement is allowed, something moves for {lively} ms"); // 0: the check measured no movement at all
        if (livelyText != stillText)
            wrong.Add("the text differs where movement is allowed");
        return wrong;

        Task<double> Movement() => page.EvaluateAsync<double>(LongestMovement);

        Task<string> Text() => page.EvaluateAsync<string>("() => document.body.innerText");
    }

    /// <summary>
    /// Finds the elements that the Tab key doesn't reach in reading order or whose focus is invisible, and checks that the first of them is
    /// a link that skips the navigation.
    /// </summary>
    public static async Task<IReadOnlyList<string>> WithoutAMouse(Browsing browsing)
    {
        const int AtOnce = 10,
            Stuck = 40; // one field may have many parts: a field of date and time has seven
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
            wrong.Add("the first link doesn't skip to the content, or isn't visible");
        await page.Keyboard.PressAsync("Enter");
        if (!await Comes(() => page.EvaluateAsync<bool>("() => document.activeElement.localName === 'main'")))
            wrong.Add("the skip link doesn't lead to the content");
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
