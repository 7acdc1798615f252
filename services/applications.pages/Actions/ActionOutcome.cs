using FollowUp.Platform;

namespace FollowUp.Applications.Pages.Actions;

/// <summary>What became of the last click on a follow-up, to be said where the click was.</summary>
/// <param name="Action">What it was, as a word of <see cref="Words"/>.</param>
/// <param name="Entered">What was entered and why it was refused; null where it was done.</param>
public sealed record ActionOutcome(Guid Application, int Stage, string Action, Entered? Entered)
{
    public const string Claimed = "claimed",
        Made = "made",
        LetGo = "letGo",
        PutOff = "putOff",
        Assigned = "assigned",
        Overridden = "overridden",
        Closed = "closed";

    private const int GuidLength = 36;

    /// <summary>What can be done, as an address says it afterwards.</summary>
    public static IReadOnlyList<string> Words { get; } = [Claimed, Made, LetGo, PutOff, Assigned, Overridden, Closed];

    public RefusedException? Refused => Entered?.Refused;

    public bool IsOf(Guid application, int stage) => Application == application && Stage == stage;

    /// <summary>What was entered for one of the actions, and refused.</summary>
    public Entered? EnteredFor(string action) => Action == action ? Entered : null;

    /// <summary>The address that says it was done.</summary>
    internal string At(string page)
    {
        var slot = SlotOf(Application, Stage);
        page = page.Split('#')[0];
        return $"{page}{(page.Contains('?', StringComparison.Ordinal) ? '&' : '?')}done={Action}&slot={slot}#slot-{slot}";
    }

    /// <summary>A follow-up's name in addresses and on pages.</summary>
    internal static string SlotOf(Guid application, int stage) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{application}-{stage}");

    /// <summary>Lets a page's handler take an <see cref="ActionOutcome"/> as a parameter: null where nothing was.</summary>
    public static ValueTask<ActionOutcome?> BindAsync(HttpContext http) =>
        ValueTask.FromResult(http.Features.Get<ActionOutcome>() ?? Of(http.Request.Query["done"], http.Request.Query["slot"]));

    private static ActionOutcome? Of(string? done, string? slot) =>
        Words.FirstOrDefault(x => x == done) is { } action
        && slot is { Length: > GuidLength + 1 }
        && Guid.TryParse(slot[..GuidLength], out var application)
        && int.TryParse(slot[(GuidLength + 1)..], System.Globalization.CultureInfo.InvariantCulture, out var stage)
            ? new(application, stage, action, null)
            : null;
}
