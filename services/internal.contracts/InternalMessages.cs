using System.Text.Json;
using FollowUp.Contracts;

namespace FollowUp.InternalContracts;

// What Applications asks the Scheduler for the people before its pages. Not for others: an integration has the HTTP routes.

/// <summary>The team's policy, or one of the versions it had. Answered by a <see cref="PolicyAnswer"/>.</summary>
/// <param name="Version">Which; the one that holds unless said.</param>
public sealed record ReadPolicy(int? Version = null);

/// <summary>
/// What would happen if the policy were this one. Answered by a <see cref="PreviewAnswer"/>; over many open follow-ups it takes seconds.
/// </summary>
/// <param name="Policy">All of it, as <c>GET /policy</c> shows it.</param>
/// <param name="After">The <c>next</c> of an earlier page.</param>
/// <param name="Limit">How many items, 1 to 200.</param>
public sealed record PreviewPolicy(JsonElement Policy, string? After = null, int Limit = 25);

/// <summary>
/// Replaces the team's policy. Answered by a <see cref="PolicyAnswer"/> with the new version; refused as <c>PUT /policy</c> is.
/// </summary>
/// <param name="Policy">All of it, as <c>GET /policy</c> shows it.</param>
/// <param name="Instead">The version it was written from; unless given, the one that stands in the policy, if one does.</param>
public sealed record ReplacePolicy(JsonElement Policy, int? Instead = null);

/// <summary>
/// Takes a region's holidays from a feed, instead of those the policy has for it. Answered by a <see cref="HolidaysAnswer"/>.
/// </summary>
/// <param name="Region">An ISO 3166 code, as <c>DE</c> or <c>DE-BY</c>.</param>
/// <param name="Feed">An iCalendar.</param>
/// <param name="DryRun">Only shows them.</param>
public sealed record TakeHolidays(string Region, string Feed, bool DryRun);

/// <summary>Forgets the holidays that the policy has for a region. Answered by a <see cref="PolicyAnswer"/>.</summary>
/// <param name="Region">As in the policy.</param>
public sealed record ForgetHolidays(string Region);

/// <summary>What each day of a month is, where an employer of that region is. Answered by a <see cref="MonthAnswer"/>.</summary>
/// <param name="Policy">A policy that need not be saved; the team's unless given.</param>
/// <param name="Region">An ISO 3166 code, as <c>DE</c> or <c>DE-BY</c>; a place without holidays unless given.</param>
/// <param name="Year">1990 to 2200.</param>
/// <param name="Month">1 to 12.</param>
public sealed record LookAtMonth(JsonElement? Policy, string? Region, int Year, int Month);

/// <summary>Makes a calendar to subscribe to. Answered by a <see cref="MadeCalendar"/>.</summary>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Candidate">Whose follow-ups it shows; the whole team's where nobody is named.</param>
/// <param name="Id">The calendar's, so that asking twice makes one; another unless given.</param>
public sealed record MakeCalendar(string Name, string? Candidate, Guid? Id = null);

/// <summary>The calendars that were made. Answered by a <see cref="CalendarList"/>.</summary>
/// <param name="Candidate">Only that candidate's; all of the team's unless given.</param>
public sealed record ListCalendars(string? Candidate);

/// <summary>Revokes a calendar; done again, it changes nothing. Answered by a <see cref="CalendarRevoked"/>.</summary>
/// <param name="Id">The calendar's.</param>
/// <param name="Candidate">Only if it is that candidate's; any of the team's unless given.</param>
public sealed record RevokeCalendar(Guid Id, string? Candidate);

/// <summary>What somebody should know before they make one of these follow-ups. Answered by a <see cref="WarningsAnswer"/>.</summary>
/// <param name="Slots">Which; of one that the team doesn't have nothing is said.</param>
public sealed record LookForWarnings(IReadOnlyList<SlotId> Slots);

/// <summary>Which follow-up.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
public sealed record SlotId(Guid Application, int Stage);

/// <summary>A policy, its history, and how far planning anew is after the last change.</summary>
/// <param name="Policy">As <c>GET /policy</c> shows it.</param>
/// <param name="Version">Its version.</param>
/// <param name="ChangedBy">Who made it; nobody made the first.</param>
/// <param name="ChangedAt">When.</param>
/// <param name="Versions">Every version there was, the first first.</param>
/// <param name="Open">How many applications had something open at the last change.</param>
/// <param name="Remaining">How many of those an older version planned still.</param>
public sealed record PolicyAnswer(
    JsonElement Policy,
    int Version,
    string? ChangedBy,
    DateTimeOffset? ChangedAt,
    IReadOnlyList<PolicyVersion> Versions,
    long Open,
    long Remaining
);

/// <summary>A version, and who made it when; nobody made the first.</summary>
/// <param name="Version">The number.</param>
/// <param name="ChangedBy">Who.</param>
/// <param name="ChangedAt">When.</param>
public sealed record PolicyVersion(int Version, string? ChangedBy, DateTimeOffset? ChangedAt);

/// <summary>All that another policy would change, counted, and some of it in full.</summary>
/// <param name="Open">How many applications have something open, and were looked at.</param>
/// <param name="Moves">How many slots would have another date, channel or contact.</param>
/// <param name="Withheld">How many would be withheld that aren't.</param>
/// <param name="Released">How many would be planned that are withheld.</param>
/// <param name="Items">A page of them.</param>
/// <param name="Next">Give it as <c>after</c> for more; missing on the last page.</param>
public sealed record PreviewAnswer(long Open, long Moves, long Withheld, long Released, IReadOnlyList<PreviewItem> Items, string? Next);

/// <summary>A slot that would change.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="Candidate">The team's own reference of the candidate.</param>
/// <param name="Employer">The employer's name.</param>
/// <param name="Change">What would happen to it.</param>
/// <param name="Before">As it is.</param>
/// <param name="After">As it would be.</param>
public sealed record PreviewItem(
    Guid Application,
    int Stage,
    string Candidate,
    string Employer,
    PreviewChange Change,
    SlotLook Before,
    SlotLook After
);

/// <summary>A slot, before or after.</summary>
/// <param name="Status">Planned, withheld and so on.</param>
/// <param name="DueAt">When its moment comes, if it has one.</param>
/// <param name="WindowEndsAt">When that has passed.</param>
/// <param name="Channels">By which channels, best first.</param>
/// <param name="Situation">The row of the policy that applies.</param>
/// <param name="Reasons">Why it is so.</param>
public sealed record SlotLook(
    SlotStatus Status,
    DateTimeOffset? DueAt,
    DateTimeOffset? WindowEndsAt,
    IReadOnlyList<Channel> Channels,
    string? Situation,
    IReadOnlyList<Reason> Reasons
);

/// <summary>What happens to a slot.</summary>
public enum PreviewChange
{
    /// <summary>It has another date, channel or contact.</summary>
    Moves,

    /// <summary>It is withheld, and wasn't.</summary>
    Withheld,

    /// <summary>It is planned, and was withheld.</summary>
    Released,
}

/// <summary>The holidays of a feed.</summary>
/// <param name="Days">Those of last year and the next ten.</param>
public sealed record HolidaysAnswer(IReadOnlyList<NamedDay> Days);

/// <summary>A day that may have a name.</summary>
/// <param name="On">The day.</param>
/// <param name="Name">What it is called.</param>
public sealed record NamedDay(DateOnly On, string? Name);

/// <summary>A month.</summary>
/// <param name="Days">All of them, in order.</param>
public sealed record MonthAnswer(IReadOnlyList<MonthDay> Days);

/// <summary>A day of a month.</summary>
/// <param name="On">The day.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">What the holiday, the day off or the quiet date is called.</param>
public sealed record MonthDay(DateOnly On, DayKind Kind, string? Name);

/// <summary>What a day is. Only on a working day something comes due.</summary>
public enum DayKind
{
    /// <summary>It counts in waiting, and something may come due on it.</summary>
    Working,

    /// <summary>A day of the week on which nobody works, or one that the clocks skipped.</summary>
    Weekend,

    /// <summary>A holiday there.</summary>
    Holiday,

    /// <summary>A day on which the team doesn't work.</summary>
    DayOff,

    /// <summary>It counts in waiting, but nothing comes due on it.</summary>
    Quiet,
}

/// <summary>A calendar that was made.</summary>
/// <param name="Id">By which it is revoked.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Candidate">Whose follow-ups it shows; the whole team's where nobody is named.</param>
/// <param name="Path">Where a calendar program subscribes, below the Scheduler's own address. Shown only now: whoever has it sees the
/// calendar.</param>
public sealed record MadeCalendar(Guid Id, string Name, string? Candidate, string Path);

/// <summary>Calendars, the oldest first.</summary>
/// <param name="Items">Revoked ones too.</param>
public sealed record CalendarList(IReadOnlyList<CalendarItem> Items);

/// <summary>A calendar, without its secret.</summary>
/// <param name="Id">By which it is revoked.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Candidate">Whose follow-ups it shows; the whole team's where nobody is named.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="MadeBy">By whom.</param>
/// <param name="RevokedAt">When it was revoked, if it was.</param>
public sealed record CalendarItem(Guid Id, string Name, string? Candidate, DateTimeOffset MadeAt, string MadeBy, DateTimeOffset? RevokedAt);

/// <summary>A calendar shows nothing any more.</summary>
/// <param name="Id">Which.</param>
public sealed record CalendarRevoked(Guid Id);

/// <summary>What was found.</summary>
/// <param name="Items">Several of one slot, or none.</param>
public sealed record WarningsAnswer(IReadOnlyList<SlotWarning> Items);

/// <summary>A warning. It refuses nothing, unless the policy says so as well.</summary>
/// <param name="Slot">Of which follow-up.</param>
/// <param name="Warning">As <c>GET /agenda</c> shows it.</param>
public sealed record SlotWarning(SlotId Slot, Reason Warning);

/// <summary>What both services know of holidays.</summary>
public static class HolidayCountries
{
    /// <summary>The countries whose public holidays FollowUp knows itself, by their ISO 3166 codes.</summary>
    public static IReadOnlyList<string> Known { get; } = ["AT", "CH", "DE", "GB", "US"];
}
