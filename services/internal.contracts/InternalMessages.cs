using System.Text.Json;
using FollowUp.Contracts;

namespace FollowUp.InternalContracts;

// The requests that Applications sends to the Scheduler for its pages. They are internal: integrations use the HTTP routes.

/// <summary>Reads the team's policy, or one of its earlier versions. The reply is a <see cref="PolicyAnswer"/>.</summary>
/// <param name="Version">The version; by default the current one.</param>
public sealed record ReadPolicy(int? Version = null);

/// <summary>
/// Computes what would change with another policy. The reply is a <see cref="PreviewAnswer"/>; for many open follow-ups it takes seconds.
/// </summary>
/// <param name="Policy">The whole policy, as <c>GET /policy</c> returns it.</param>
/// <param name="After">The <c>next</c> of the previous page.</param>
/// <param name="Limit">The maximum number of items, 1 to 200.</param>
public sealed record PreviewPolicy(JsonElement Policy, string? After = null, int Limit = 25);

/// <summary>
/// Replaces the team's policy. The reply is a <see cref="PolicyAnswer"/> with the new version; the refusals are those of <c>PUT
/// /policy</c>.
/// </summary>
/// <param name="Policy">The whole policy, as <c>GET /policy</c> returns it.</param>
/// <param name="Instead">The version that the policy is based on; by default the version that the policy contains, if any.</param>
public sealed record ReplacePolicy(JsonElement Policy, int? Instead = null);

/// <summary>Replaces a region's holidays in the policy by those of a feed. The reply is a <see cref="HolidaysAnswer"/>.</summary>
/// <param name="Region">An ISO 3166 code, as <c>DE</c> or <c>DE-BY</c>.</param>
/// <param name="Feed">The text of an iCalendar feed.</param>
/// <param name="DryRun">Returns the holidays without saving them.</param>
public sealed record TakeHolidays(string Region, string Feed, bool DryRun);

/// <summary>Removes a region's holidays from the policy. The reply is a <see cref="PolicyAnswer"/>.</summary>
/// <param name="Region">The region's code, as the policy has it.</param>
public sealed record ForgetHolidays(string Region);

/// <summary>Reads what each day of a month is for an employer in a region. The reply is a <see cref="MonthAnswer"/>.</summary>
/// <param name="Policy">A policy, which need not be saved; by default the team's.</param>
/// <param name="Region">An ISO 3166 code, as <c>DE</c> or <c>DE-BY</c>; by default a place without holidays.</param>
/// <param name="Year">The year, 1990 to 2200.</param>
/// <param name="Month">The month, 1 to 12.</param>
public sealed record LookAtMonth(JsonElement? Policy, string? Region, int Year, int Month);

/// <summary>Creates a calendar for subscription. The reply is a <see cref="MadeCalendar"/>.</summary>
/// <param name="Name">The name that the owner gives the calendar.</param>
/// <param name="Candidate">The candidate whose follow-ups the calendar shows; null for the whole team's.</param>
/// <param name="Id">The calendar's id, so that a repeated request creates only one; a new id by default.</param>
/// <param name="Interviews">Whether the calendar shows interviews too.</param>
/// <param name="Names">Whether the calendar shows candidates' names instead of their references.</param>
/// <param name="Pages">The address of the pages, where the owner uses them; without it, only the configured one is known.</param>
public sealed record MakeCalendar(
    string Name,
    string? Candidate,
    Guid? Id = null,
    bool Interviews = false,
    bool Names = false,
    string? Pages = null
);

/// <summary>Lists the calendars. The reply is a <see cref="CalendarList"/>.</summary>
/// <param name="Candidate">Lists only this candidate's calendars; by default all of the team's.</param>
public sealed record ListCalendars(string? Candidate);

/// <summary>Revokes a calendar; a repeated request changes nothing. The reply is a <see cref="CalendarRevoked"/>.</summary>
/// <param name="Id">The calendar's id.</param>
/// <param name="Candidate">Revokes the calendar only if it is this candidate's; by default any calendar of the team.</param>
public sealed record RevokeCalendar(Guid Id, string? Candidate);

/// <summary>
/// Reads the warnings that a person should see before they make one of these follow-ups. The reply is a <see cref="WarningsAnswer"/>.
/// </summary>
/// <param name="Slots">The slots; the reply leaves out those that the team doesn't have.</param>
public sealed record LookForWarnings(IReadOnlyList<SlotId> Slots);

/// <summary>
/// Plans applications that aren't recorded, as those of a sheet in its preview. Nothing is stored. The reply is a <see
/// cref="PlansAnswer"/>.
/// </summary>
/// <param name="Applications">The applications, at most 200.</param>
public sealed record PreviewPlans(IReadOnlyList<PreviewedApplication> Applications)
{
    /// <summary>The largest number of applications in a request.</summary>
    public const int Most = 200;
}

/// <summary>An application that isn't recorded.</summary>
/// <param name="Application">The id that it would have.</param>
/// <param name="Events">The events that it would have, in order.</param>
public sealed record PreviewedApplication(Guid Application, IReadOnlyList<PreviewedEvent> Events);

/// <summary>An event that isn't recorded.</summary>
/// <param name="Type">The name of its type, as it would be published.</param>
/// <param name="Data">The event.</param>
public sealed record PreviewedEvent(string Type, JsonElement Data);

// What a team's export needs of the Scheduler, and its import gives back.

/// <summary>Counts what the Scheduler has of the team. The reply is a <see cref="TeamCounts"/>.</summary>
public sealed record CountTeam;

/// <summary>Reads the notes beside overrides, a page at a time. The reply is an <see cref="OverrideNotes"/>.</summary>
/// <param name="After">The <see cref="OverrideNotes.Next"/> of the page before; null for the first page.</param>
public sealed record ListOverrideNotes(string? After = null);

/// <summary>Stores notes beside overrides. The reply is an <see cref="OverrideNotesKept"/>.</summary>
/// <param name="Items">The notes, at most <see cref="OverrideNotes.Most"/>.</param>
public sealed record KeepOverrideNotes(IReadOnlyList<NoteOfOverride> Items);

/// <summary>The note of an override, which may name people.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Candidate">Whose it is; the note is erased with the candidate.</param>
/// <param name="Note">The text.</param>
public sealed record NoteOfOverride(SlotId Slot, string Candidate, string Note);

/// <summary>The id of a slot.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
public sealed record SlotId(Guid Application, int Stage);

/// <summary>A policy, its history, and the progress of replanning after the last change.</summary>
/// <param name="Policy">The policy, as <c>GET /policy</c> returns it.</param>
/// <param name="Version">The policy's version.</param>
/// <param name="ChangedBy">The person who made this version; null for the first.</param>
/// <param name="ChangedAt">When this version was made; null for the first.</param>
/// <param name="Versions">All versions, the oldest first.</param>
/// <param name="Open">How many applications were open to replanning at the last change.</param>
/// <param name="Remaining">How many of those still have a plan by an older version.</param>
public sealed record PolicyAnswer(
    JsonElement Policy,
    int Version,
    string? ChangedBy,
    DateTimeOffset? ChangedAt,
    IReadOnlyList<PolicyVersion> Versions,
    long Open,
    long Remaining
);

/// <summary>A version of a policy.</summary>
/// <param name="Version">The version's number.</param>
/// <param name="ChangedBy">The person who made it; null for the first.</param>
/// <param name="ChangedAt">When it was made; null for the first.</param>
public sealed record PolicyVersion(int Version, string? ChangedBy, DateTimeOffset? ChangedAt);

/// <summary>What another policy would change: the numbers of all changes, and a page of them in full.</summary>
/// <param name="Open">How many applications are open to replanning, and were replanned for this preview.</param>
/// <param name="Moves">How many slots would get another date, channel or contact.</param>
/// <param name="Withheld">How many slots would become withheld.</param>
/// <param name="Released">How many withheld slots would be planned.</param>
/// <param name="Lapses">How many slots would lapse at once, for good.</param>
/// <param name="Items">A page of the changes.</param>
/// <param name="Next">The <c>after</c> of the next page; null on the last page.</param>
public sealed record PreviewAnswer(
    long Open,
    long Moves,
    long Withheld,
    long Released,
    long Lapses,
    IReadOnlyList<PreviewItem> Items,
    string? Next
);

/// <summary>A slot that would change.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Stage">The slot's stage.</param>
/// <param name="Candidate">The caller's own reference of the candidate.</param>
/// <param name="Employer">The employer's name.</param>
/// <param name="Change">The kind of change.</param>
/// <param name="Before">The slot now.</param>
/// <param name="After">The slot under the other policy.</param>
public sealed record PreviewItem(
    Guid Application,
    int Stage,
    string Candidate,
    string Employer,
    PreviewChange Change,
    SlotLook Before,
    SlotLook After
);

/// <summary>A slot before or after the change.</summary>
/// <param name="Status">The slot's status.</param>
/// <param name="DueAt">When the slot comes due, if it has a date.</param>
/// <param name="WindowEndsAt">When the slot's window ends, if it has a date.</param>
/// <param name="Channels">The channels, best first.</param>
/// <param name="Situation">The policy's row that applies.</param>
/// <param name="Reasons">The reasons for the slot's state.</param>
public sealed record SlotLook(
    SlotStatus Status,
    DateTimeOffset? DueAt,
    DateTimeOffset? WindowEndsAt,
    IReadOnlyList<Channel> Channels,
    string? Situation,
    IReadOnlyList<Reason> Reasons
);

/// <summary>The kind of change to a slot.</summary>
public enum PreviewChange
{
    /// <summary>The slot gets another date, channel or contact.</summary>
    Moves,

    /// <summary>The slot becomes withheld.</summary>
    Withheld,

    /// <summary>The withheld slot is planned.</summary>
    Released,

    /// <summary>The slot's window has ended by the other policy: it lapses at once, and a return to the present policy doesn't bring it
    /// back.</summary>
    Lapses,
}

/// <summary>The holidays of a feed.</summary>
/// <param name="Days">The holidays of last year, this year and the next ten.</param>
/// <param name="LeftOut">The names of events that can't be read, and were left out.</param>
public sealed record HolidaysAnswer(IReadOnlyList<NamedDay> Days, IReadOnlyList<string> LeftOut);

/// <summary>A day, with its name if it has one.</summary>
/// <param name="On">The day.</param>
/// <param name="Name">The day's name.</param>
public sealed record NamedDay(DateOnly On, string? Name);

/// <summary>A month.</summary>
/// <param name="Days">All days of the month, in order.</param>
public sealed record MonthAnswer(IReadOnlyList<MonthDay> Days);

/// <summary>A day of a month.</summary>
/// <param name="On">The day.</param>
/// <param name="Kind">The kind of day.</param>
/// <param name="Name">The name of the holiday, the day off or the quiet date.</param>
public sealed record MonthDay(DateOnly On, DayKind Kind, string? Name);

/// <summary>The kind of a day. Follow-ups come due only on working days.</summary>
public enum DayKind
{
    /// <summary>The day counts as waiting time, and follow-ups may come due on it.</summary>
    Working,

    /// <summary>A weekday that isn't a working day, or a date that the clocks skipped.</summary>
    Weekend,

    /// <summary>A holiday at the employer's place.</summary>
    Holiday,

    /// <summary>A day on which the team doesn't work.</summary>
    DayOff,

    /// <summary>The day counts as waiting time, but no follow-up comes due on it.</summary>
    Quiet,
}

/// <summary>A calendar that was created.</summary>
/// <param name="Id">The calendar's id, by which it is revoked.</param>
/// <param name="Name">The name that the owner gave the calendar.</param>
/// <param name="Candidate">The candidate whose follow-ups the calendar shows; null for the whole team's.</param>
/// <param name="Path">The path for a calendar program, below the Scheduler's own address. Only this reply contains it: everyone who has it
/// can read the calendar.</param>
public sealed record MadeCalendar(Guid Id, string Name, string? Candidate, string Path);

/// <summary>Calendars, the oldest first.</summary>
/// <param name="Items">The calendars, revoked ones too.</param>
public sealed record CalendarList(IReadOnlyList<CalendarItem> Items);

/// <summary>A calendar, without its secret token.</summary>
/// <param name="Id">The calendar's id, by which it is revoked.</param>
/// <param name="Name">The name that the owner gave the calendar.</param>
/// <param name="Candidate">The candidate whose follow-ups the calendar shows; null for the whole team's.</param>
/// <param name="MadeAt">When the calendar was created.</param>
/// <param name="MadeBy">The caller who created it.</param>
/// <param name="RevokedAt">When the calendar was revoked, if it was.</param>
/// <param name="Interviews">Whether the calendar shows interviews too.</param>
/// <param name="Names">Whether the calendar shows candidates' names instead of their references.</param>
public sealed record CalendarItem(
    Guid Id,
    string Name,
    string? Candidate,
    DateTimeOffset MadeAt,
    string MadeBy,
    DateTimeOffset? RevokedAt,
    bool Interviews,
    bool Names
);

/// <summary>A calendar was revoked.</summary>
/// <param name="Id">The calendar's id.</param>
public sealed record CalendarRevoked(Guid Id);

/// <summary>The warnings that were found.</summary>
/// <param name="Items">The warnings; a slot may have several, or none.</param>
public sealed record WarningsAnswer(IReadOnlyList<SlotWarning> Items);

/// <summary>A warning of a slot. It doesn't prevent a claim, unless the policy refuses such claims as well.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Warning">The warning, as <c>GET /follow-ups</c> returns it.</param>
public sealed record SlotWarning(SlotId Slot, Reason Warning);

/// <summary>The plans of applications that aren't recorded, by the team's policy.</summary>
/// <param name="Items">The plans; an application without a slot has none.</param>
public sealed record PlansAnswer(IReadOnlyList<PreviewedPlan> Items);

/// <summary>The follow-up of the stage that an application would be in.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Slot">The slot.</param>
/// <param name="IsClosingProposed">Whether closing would be proposed, because the employer is silent.</param>
public sealed record PreviewedPlan(Guid Application, SlotLook Slot, bool IsClosingProposed);

/// <summary>What the Scheduler has of a team.</summary>
/// <param name="Decisions">How many decisions it has made, changes of the policy included.</param>
/// <param name="Received">How many events of the team's applications and candidates it has applied.</param>
public sealed record TeamCounts(long Decisions, long Received);

/// <summary>A page of the notes beside overrides.</summary>
/// <param name="Items">The notes.</param>
/// <param name="Next">The <c>after</c> of the next page; null on the last page.</param>
public sealed record OverrideNotes(IReadOnlyList<NoteOfOverride> Items, string? Next)
{
    /// <summary>The largest number of notes on a page.</summary>
    public const int Most = 50;
}

/// <summary>Notes were stored.</summary>
/// <param name="Count">How many.</param>
public sealed record OverrideNotesKept(int Count);

// A request that the Scheduler sends to Applications for a calendar. Names are nowhere else but in its reply, which no queue stores.

/// <summary>Reads what a calendar says of candidates, and where its links lead. The reply is a <see cref="CandidateNames"/>.</summary>
/// <param name="Team">The team.</param>
/// <param name="Candidates">The candidates' references.</param>
public sealed record NameCandidates(string Team, IReadOnlyList<string> Candidates)
{
    /// <summary>The name of the type.</summary>
    public const string Type = "followup.private.name-candidates";
}

/// <summary>The names of candidates, and the address of the pages.</summary>
/// <param name="Names">The names that are known, by reference.</param>
/// <param name="Pages">The address of the pages, if it is configured.</param>
public sealed record CandidateNames(IReadOnlyDictionary<string, string> Names, string? Pages)
{
    /// <summary>The name of the type.</summary>
    public const string Type = "followup.private.candidate-names";
}

/// <summary>What both services need to know about holidays.</summary>
public static class HolidayCountries
{
    /// <summary>The countries whose public holidays are built in, by their ISO 3166 codes.</summary>
    public static IReadOnlyList<string> Known { get; } =
    [
        "AT",
        "AU",
        "BE",
        "CA",
        "CH",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GB",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "NL",
        "NO",
        "NZ",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "US",
        "ZA",
    ];
}
