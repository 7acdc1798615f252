using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using FollowUp.InternalContracts;
using Microsoft.Extensions.Localization;

namespace FollowUp.Applications.Pages.Settings.Policy;

/// <summary>A rule of a policy, as text.</summary>
/// <param name="Key">The property in the policy's JSON.</param>
/// <param name="Sentence">The rule as a sentence; empty if the policy doesn't have it.</param>
public sealed record PolicyRule(string Key, string Title, string Sentence);

/// <summary>A rule that differs between two policies.</summary>
public sealed record PolicyChange(string Title, string Before, string After);

/// <summary>A policy as sentences with its numbers, in the reader's language.</summary>
/// <param name="t">The localizer of the pages.</param>
/// <param name="terms">The terms of the domain.</param>
internal sealed class PolicySentences(IStringLocalizer<Words> t, Terms terms)
{
    /// <summary>The rows of the policy's table, in the order of the form.</summary>
    public static ImmutableArray<string> Situations { get; } =
    [
        "promisedInCoverLetter",
        "closingDate",
        "ownerRun",
        "personnelOffice",
        "corporateHr",
        "managementTeam",
        "outsourced",
        "unknown",
        "referral",
        "jobBoard",
        "afterInterview",
        "promisedNextStep",
        "interviewCancelled",
        "assessment",
        "referenceCheck",
        "offer",
        "otherStep",
    ];

    public static ImmutableArray<string> Care { get; } =
    [
        "silenceWait",
        "requireContact",
        "noneBeforeInterview",
        "contactSpacing",
        "mostPerEmployerAWeek",
        "mostPerCandidateAWeek",
        "claimMinutes",
        "mostSnoozes",
    ];

    public static ImmutableArray<string> Time { get; } =
    ["defaultTimeZone", "workingDays", "hours", "builtInHolidays", "holidays", "daysOff", "quietDates"];

    /// <summary>All rules, in order.</summary>
    public IEnumerable<PolicyRule> Rules(JsonObject policy) =>
        Situations.Concat(Care).Concat(Time).Select(x => new PolicyRule(x, Title(x), Sentence(policy, x)));

    /// <summary>The rules that differ between two policies.</summary>
    public IReadOnlyList<PolicyChange> Changes(JsonObject before, JsonObject after) =>
        [
            .. Rules(before)
                .Zip(Rules(after))
                .Where(x => !JsonNode.DeepEquals(before[x.First.Key], after[x.First.Key]))
                .Select(x => new PolicyChange(x.First.Title, x.First.Sentence, x.Second.Sentence)),
        ];

    public string Title(string key) =>
        key switch
        {
            "promisedInCoverLetter" => t["Promised in the cover letter"],
            "closingDate" => t["The posting has a closing date"],
            "ownerRun" => t["An owner hires"],
            "personnelOffice" => t["A personnel office hires"],
            "corporateHr" => t["A corporate HR department hires"],
            "managementTeam" => t["A management team hires"],
            "outsourced" => t["An agency recruits"],
            "unknown" => t["It isn't known who hires"],
            "referral" => t["Somebody referred the candidate"],
            "jobBoard" => t["Through a job board"],
            "afterInterview" => t["After an interview"],
            "promisedNextStep" => t["The employer named a date"],
            "interviewCancelled" => t["An interview was cancelled"],
            "assessment" => t["After an assessment"],
            "referenceCheck" => t["After a reference check"],
            "offer" => t["After an offer"],
            "otherStep" => t["After another step"],
            "silenceWait" => t["Silence"],
            "requireContact" => t["Without a contact"],
            "noneBeforeInterview" => t["Before an interview"],
            "contactSpacing" => t["The same person"],
            "mostPerEmployerAWeek" => t["The same employer"],
            "mostPerCandidateAWeek" => t["The same candidate"],
            "claimMinutes" => t["Claims"],
            "mostSnoozes" => t["Putting off"],
            "defaultTimeZone" => t["Time zone"],
            "workingDays" => t["Business days"],
            "hours" => t["Hours"],
            "builtInHolidays" => t["Public holidays"],
            "holidays" => t["Lists of holidays"],
            "daysOff" => t["Days off"],
            "quietDates" => t["Quiet dates"],
            _ => key,
        };

    /// <summary>A rule as a sentence; empty if the policy doesn't have it.</summary>
    public string Sentence(JsonObject policy, string key) =>
        policy[key] switch
        {
            JsonObject row when Situations.Contains(key) => Row(key, row),
            JsonValue value => Single(key, value),
            JsonObject value => Compound(key, value),
            JsonArray list => List(key, list),
            _ => key switch
            {
                "mostPerEmployerAWeek" => t["There is no limit to the follow-ups with one employer."],
                "mostPerCandidateAWeek" => t["There is no limit to the follow-ups for one candidate."],
                _ => "",
            },
        };

    private string Row(string situation, JsonObject row) =>
        row["withhold"]?.GetValue<bool>() is true ? t["Nobody follows up here, unless somebody decides otherwise for one application."]
        : row["wait"] is { } wait && row["window"] is { } window
            ? string.Format(
                CultureInfo.CurrentCulture,
                SentenceFormat(situation),
                When(situation, wait.GetValue<int>()),
                Within(window.GetValue<int>()),
                By(situation, row["channels"] as JsonArray ?? [])
            )
        : "";

    private string SentenceFormat(string situation) =>
        situation switch
        {
            "promisedInCoverLetter" => t["A follow-up that the cover letter promised is made {0}, {1}, {2}."],
            "closingDate" => t["An employer whose posting has a closing date is asked {0}, {1}, {2}."],
            "ownerRun" => t["An owner who hires is asked {0}, {1}, {2}."],
            "personnelOffice" => t["A personnel office is asked {0}, {1}, {2}."],
            "corporateHr" => t["A corporate HR department is asked {0}, {1}, {2}."],
            "managementTeam" => t["Managers who hire together are asked {0}, {1}, {2}."],
            "outsourced" => t["An agency's recruiter is asked {0}, {1}, {2}."],
            "referral" => t["After a referral the referrer is asked first, {0}, {1}, otherwise {2}."],
            "jobBoard" => t["After an application through a job board the employer is asked {0}, {1}, {2}."],
            "afterInterview" => t["After an interview the employer is asked {0}, {1}, {2}."],
            "promisedNextStep" => t["An employer who named a date and let it pass is asked {0}, {1}, {2}."],
            "interviewCancelled" => t["After an interview was cancelled the employer is asked for a new date {0}, {1}, {2}."],
            "assessment" => t["After an assessment the employer is asked {0}, {1}, {2}."],
            "referenceCheck" => t["After a reference check the employer is asked {0}, {1}, {2}."],
            "offer" => t["After an offer, and before they want an answer, the employer is asked {0}, {1}, {2}."],
            "otherStep" => t["After another step the employer is asked {0}, {1}, {2}."],
            _ => t["Where it isn't known who hires, the employer is asked {0}, {1}, {2}."],
        };

    private string When(string situation, int wait) =>
        (situation, wait) switch
        {
            ("promisedInCoverLetter", 0) => t["on the promised day"],
            ("promisedInCoverLetter", _) => terms.Count(
                wait,
                "1 business day after the promised day",
                "{0} business days after the promised day"
            ),
            ("closingDate", 0) => t["on the closing date"],
            ("closingDate", _) => terms.Count(wait, "1 business day after the closing date", "{0} business days after the closing date"),
            ("afterInterview", 0) => t["on the day of the interview"],
            ("afterInterview", _) => terms.Count(wait, "1 business day after the interview", "{0} business days after the interview"),
            ("promisedNextStep", 0) => t["on that day"],
            ("promisedNextStep", _) => terms.Count(wait, "1 business day after that day", "{0} business days after that day"),
            ("interviewCancelled", 0) => t["on the day of the cancellation"],
            ("interviewCancelled", _) => terms.Count(
                wait,
                "1 business day after the cancellation",
                "{0} business days after the cancellation"
            ),
            ("assessment", 0) => t["on the day it is handed in"],
            ("assessment", _) => terms.Count(wait, "1 business day after it is handed in", "{0} business days after it is handed in"),
            ("referenceCheck" or "otherStep", 0) => t["on that day"],
            ("referenceCheck" or "otherStep", _) => terms.Count(wait, "1 business day after that day", "{0} business days after that day"),
            ("offer", 0) => t["on the day of the offer"],
            ("offer", _) => terms.Count(wait, "1 business day after the offer", "{0} business days after the offer"),
            (_, 0) => t["on the day of the submission"],
            _ => terms.Count(wait, "1 business day after the submission", "{0} business days after the submission"),
        };

    private string Within(int window) =>
        window == 0 ? t["on that day only"] : terms.Count(window, "or on the business day after", "then within {0}");

    private string By(string situation, JsonArray channels) =>
        channels.Count > 0 ? Or([.. channels.Select(x => By(x!.GetValue<string>()))])
        : situation == "promisedNextStep" ? t["in the ways of the stage"]
        : t["in the ways of the hiring process"];

    private string By(string channel) =>
        channel switch
        {
            "phone" => t["by phone"],
            "email" => t["by e-mail"],
            "letter" => t["by letter"],
            "directMessage" => t["by direct message"],
            _ => t["in person"],
        };

    private string Single(string key, JsonValue value) =>
        key switch
        {
            "silenceWait" => terms.Count(
                value.GetValue<int>(),
                "1 business day of silence after a follow-up, and closing the application is proposed.",
                "{0} business days of silence after a follow-up, and closing the application is proposed."
            ),
            "requireContact" => value.GetValue<bool>()
                ? t["Nothing is followed up as long as no contact is recorded."]
                : t["It is followed up without a contact as well."],
            "noneBeforeInterview" => value.GetValue<bool>()
                ? t["Nothing is followed up before there is an interview."]
                : t["It is followed up from the submission on."],
            "mostPerEmployerAWeek" => terms.Count(
                value.GetValue<int>(),
                "With one employer 1 follow-up a week is made at most.",
                "With one employer {0} follow-ups a week are made at most."
            ),
            "mostPerCandidateAWeek" => terms.Count(
                value.GetValue<int>(),
                "For one candidate 1 follow-up a week is made at most.",
                "For one candidate {0} follow-ups a week are made at most."
            ),
            "claimMinutes" => terms.Count(value.GetValue<int>(), "A claim holds for 1 minute.", "A claim holds for {0} minutes."),
            "mostSnoozes" => value.GetValue<int>() == 0
                ? t["No follow-up can be put off."]
                : terms.Count(value.GetValue<int>(), "A follow-up can be put off once.", "A follow-up can be put off {0} times."),
            "defaultTimeZone" => t["Where an employer's time zone isn't known, it is taken to be {0}.", value.GetValue<string>()],
            "builtInHolidays" => value.GetValue<bool>()
                ? t["The public holidays that FollowUp knows count, of {0} countries.", HolidayCountries.Known.Count(x => x.Length == 2)]
                : t["Only the team's own lists of holidays count."],
            _ => "",
        };

    private string Compound(string key, JsonObject value) =>
        key switch
        {
            "contactSpacing" => (value["days"]?.GetValue<int>() ?? 0, value["refuse"]?.GetValue<bool>() is true) switch
            {
                (0, _) => t["One person may be asked for two candidates at the same time."],
                (var days, true) => terms.Count(
                    days,
                    "Between two follow-ups with one person there is at least 1 day; earlier ones are refused.",
                    "Between two follow-ups with one person there are at least {0} days; earlier ones are refused."
                ),
                var (days, _) => terms.Count(
                    days,
                    "Between two follow-ups with one person there should be 1 day; there is a warning otherwise.",
                    "Between two follow-ups with one person there should be {0} days; there is a warning otherwise."
                ),
            },
            "hours" => t["Follow-ups come due between {0} and {1}, where the employer is.", TimeOf(value["from"]), TimeOf(value["to"])],
            "holidays" => value.Count == 0
                ? t["No region has a list of its own."]
                : t[
                    "A list of their own have: {0}.",
                    string.Join(
                        ", ",
                        value.Select(x => $"{Region(x.Key)} ({terms.Count((x.Value as JsonArray)?.Count ?? 0, "1 day", "{0} days")})")
                    )
                ],
            _ => "",
        };

    private string List(string key, JsonArray list) =>
        key switch
        {
            "workingDays" => t["Business days are {0}.", And([.. DaysOfWeek(list)])],
            "daysOff" => list.Count == 0 ? t["There are no days off."] : t["Nobody works on: {0}.", Ranges(list)],
            "quietDates" => list.Count == 0 ? t["There are no quiet dates."] : t["Nothing comes due on: {0}.", Ranges(list)],
            _ => "",
        };

    private static IEnumerable<string> DaysOfWeek(JsonArray list)
    {
        var named = list.Select(x => x!.GetValue<string>()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return Week.Where(x => named.Contains(x.ToString())).Select(CultureInfo.CurrentCulture.DateTimeFormat.GetDayName);
    }

    /// <summary>The days of a week, from Monday.</summary>
    public static IEnumerable<DayOfWeek> Week => Enumerable.Range(1, 7).Select(x => (DayOfWeek)(x % 7));

    private static string Ranges(JsonArray list) =>
        string.Join(
            ", ",
            list.OfType<JsonObject>()
                .Select(x =>
                    (x["to"] is { } to ? $"{Day(x["from"])} – {Day(to)}" : Day(x["from"]))
                    + (x["name"] is { } name ? $" ({name.GetValue<string>()})" : "")
                )
        );

    private static string Day(JsonNode? day) =>
        DateOnly.TryParseExact(day?.GetValue<string>(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date.ToString("d MMM yyyy", CultureInfo.CurrentCulture)
            : "";

    private static string TimeOf(JsonNode? time) =>
        TimeOnly.TryParse(time?.GetValue<string>(), CultureInfo.InvariantCulture, out var at)
            ? at.ToString("t", CultureInfo.CurrentCulture)
            : "";

    /// <summary>A country or region, with its name if FollowUp knows it: Germany (DE).</summary>
    public string Region(string code) => Country(code.Split('-')[0]) is { } country ? $"{country} ({code})" : code;

    // Not the runtime's names: on Linux it has each country's name in the country's own language only.
    private string? Country(string code) =>
        code switch
        {
            "AT" => t["Austria"].Value,
            "AU" => t["Australia"].Value,
            "BE" => t["Belgium"].Value,
            "CA" => t["Canada"].Value,
            "CH" => t["Switzerland"].Value,
            "CZ" => t["Czechia"].Value,
            "DE" => t["Germany"].Value,
            "DK" => t["Denmark"].Value,
            "EE" => t["Estonia"].Value,
            "ES" => t["Spain"].Value,
            "FI" => t["Finland"].Value,
            "FR" => t["France"].Value,
            "GB" => t["United Kingdom"].Value,
            "GR" => t["Greece"].Value,
            "HR" => t["Croatia"].Value,
            "HU" => t["Hungary"].Value,
            "IE" => t["Ireland"].Value,
            "IT" => t["Italy"].Value,
            "LT" => t["Lithuania"].Value,
            "LU" => t["Luxembourg"].Value,
            "LV" => t["Latvia"].Value,
            "NL" => t["Netherlands"].Value,
            "NO" => t["Norway"].Value,
            "NZ" => t["New Zealand"].Value,
            "PL" => t["Poland"].Value,
            "PT" => t["Portugal"].Value,
            "RO" => t["Romania"].Value,
            "SE" => t["Sweden"].Value,
            "SI" => t["Slovenia"].Value,
            "US" => t["United States"].Value,
            "ZA" => t["South Africa"].Value,
            _ => null,
        };

    private string Or(IReadOnlyList<string> words) =>
        words.Count == 1 ? words[0] : t["{0} or {1}", string.Join(", ", words.SkipLast(1)), words[^1]];

    private string And(IReadOnlyList<string> words) =>
        words.Count <= 1 ? string.Concat(words) : t["{0} and {1}", string.Join(", ", words.SkipLast(1)), words[^1]];

    /// <summary>The Scheduler's error messages that contain a number. They are listed here so that each has a German translation.</summary>
    internal static ImmutableArray<string> MessagesWithNumbers { get; } =
    [
        "It must be between 0 and 366.",
        "It must be between 1 and 1440.",
        "It must be between 0 and 100.",
        "It must not be longer than 366 days.",
        "There must not be more than 100.",
        "It must not be longer than 100 characters.",
        "It must not be larger than 700 KB.",
        "It must not be longer than 1000000 characters, or have more than 2000 entries.",
        "An event must not last longer than 366 days.",
        "There must not be more than 2000 holidays in it.",
    ];
}
