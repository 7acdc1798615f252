using FollowUp.Platform;

namespace FollowUp.Applications.Pages.Actions;

/// <summary>The outcome of the last action on a follow-up. The page shows it beside the follow-up.</summary>
/// <param name="Action">One of <see cref="Actions"/>.</param>
/// <param name="Entered">The form that was refused, with the refusal; null when the action succeeded.</param>
public sealed record ActionOutcome(Guid Application, int Stage, string Action, Entered? Entered)
{
    public const string Claimed = "claimed",
        Made = "made",
        Released = "letGo",
        Snoozed = "putOff",
        Assigned = "assigned",
        Overridden = "overridden",
        Closed = "closed";

    private const int GuidLength = 36;

    /// <summary>The actions, by their names in the query string <c>done</c>.</summary>
    public static IReadOnlyList<string> Actions { get; } = [Claimed, Made, Released, Snoozed, Assigned, Overridden, Closed];

    public RefusedException? Refused => Entered?.Refused;

    public bool IsOf(Guid application, int stage) => Application == application && Stage == stage;

    /// <summary>The refused form of one of the actions; null if another action was refused, or none.</summary>
    public Entered? EnteredFor(string action) => Action == action ? Entered : null;

    /// <summary>The address of the page with the outcome in its query string.</summary>
    internal string At(string page)
    {
        var slot = SlotKey(Application, Stage);
        page = page.Split('#')[0];
        return $"{page}{(page.Contains('?', StringComparison.Ordinal) ? '&' : '?')}done={Action}&slot={slot}#slot-{slot}";
    }

    /// <summary>The key of a follow-up in addresses and in element ids.</summary>
    internal static string SlotKey(Guid application, int stage) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{application}-{stage}");

    /// <summary>
    /// Lets a page's handler take an <see cref="ActionOutcome"/> as a parameter: null when the request follows no action.
    /// </summary>
    public static ValueTask<ActionOutcome?> BindAsync(HttpContext http) =>
        ValueTask.FromResult(http.Features.Get<ActionOutcome>() ?? Parse(http.Request.Query["done"], http.Request.Query["slot"]));

    private static ActionOutcome? Parse(string? done, string? slot) =>
        Actions.FirstOrDefault(x => x == done) is { } action
        && slot is { Length: > GuidLength + 1 }
        && Guid.TryParse(slot[..GuidLength], out var application)
        && int.TryParse(slot[(GuidLength + 1)..], System.Globalization.CultureInfo.InvariantCulture, out var stage)
            ? new(application, stage, action, null)
            : null;
}
