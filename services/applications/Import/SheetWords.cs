using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using FollowUp.Contracts;

namespace FollowUp.Applications.Import;

internal enum StatusKind
{
    Applied,
    FollowedUp,
    Interview,
    Step,
    Offer,

    /// <summary>"Closed": the application has ended, and a more precise word in another column tells how.</summary>
    ClosedSomehow,
    Closed,
    NotSubmitted,
}

internal sealed record Status(
    StatusKind Kind,
    ClosingReason? Reason = null,
    int Round = 1,
    bool Scheduled = false,
    StepKind? Step = null,
    string? Name = null,
    InterviewKind? Interview = null
);

/// <summary>The words that people use in their sheets, and their meaning. A word that isn't listed here is not guessed.</summary>
internal static class SheetWords
{
    // The words before the semicolon are also listed to a person whose status isn't known.
    private static readonly (Status Status, string Names)[] Statuses =
    [
        (
            new(StatusKind.Applied),
            "Applied, Submitted, Sent, Waiting, Pending, No answer yet, In review; Under review, In progress, "
                + "Open, Active, Received, "
                + "Application sent, Application submitted, Awaiting response, Awaiting reply, No response yet, No reply yet, "
                + "Not heard back, "
                + "Not heard yet, "
                + "Beworben, Eingereicht, Abgeschickt, Gesendet, Offen, Warten, Wartend, Laufend, In Bearbeitung, Noch keine Antwort"
        ),
        (new(StatusKind.FollowedUp), "Followed up; Nachgefasst, Nachgehakt"),
        (
            new(StatusKind.Interview),
            "Interview, Interviewing; Interviewed, Interview done, Screening, Technical interview, First interview, 1st interview, "
                + "Vorstellungsgespräch, Bewerbungsgespräch, Gespräch, Erstgespräch"
        ),
        (
            new(StatusKind.Interview, Interview: InterviewKind.PhoneScreen),
            "Phone screen; Phone interview, Telephone interview, Phone call, Phone screening, Screening call, Recruiter screen, "
                + "Recruiter call, Telefoninterview, Telefongespräch, Telefonat"
        ),
        (
            new(StatusKind.Interview, Interview: InterviewKind.Video),
            "Video interview; Video call, Zoom interview, Zoom call, Teams interview, Videointerview, Videogespräch"
        ),
        (
            new(StatusKind.Interview, Interview: InterviewKind.OnSite),
            "Onsite; On-site interview, In-person interview, Face-to-face interview, Gespräch vor Ort"
        ),
        (new(StatusKind.Interview, Interview: InterviewKind.Panel), "Panel interview; Panel, Panelinterview"),
        (
            new(StatusKind.Step, Step: StepKind.Assessment),
            "Assessment; Online assessment, Test, Test task, Online test, Take-home, Take-home test, Take-home assignment, "
                + "Coding challenge, "
                + "Coding test, Case study, Assignment, Aufgabe, Probeaufgabe, Testaufgabe, Einstellungstest, Assessment-Center"
        ),
        (
            new(StatusKind.Step, Step: StepKind.ReferenceCheck),
            "Reference check; Reference checks, References, Checking references, Background check, Referenzen, Referenzen eingeholt"
        ),
        (new(StatusKind.Step, Step: StepKind.Other), "Trial day; Trial shift, Work trial, Probetag, Probearbeiten, Schnuppertag"),
        (
            new(StatusKind.Interview, Scheduled: true),
            "Interview scheduled; Interview planned, Upcoming interview, Invited, "
                + "Invited to interview, "
                + "Eingeladen, Einladung, Einladung zum Gespräch, Gespräch geplant"
        ),
        (new(StatusKind.Interview, Round: 2), "2nd interview; Second interview, Second round, 2nd round, Zweitgespräch, Zweites Gespräch"),
        (new(StatusKind.Interview, Round: 3), "3rd interview; Third interview, Third round, 3rd round, Drittes Gespräch"),
        (
            new(StatusKind.Offer),
            "Offer; Offered, Offer received, Job offer, Verbal offer, Angebot, Angebot erhalten, Zusage, " + "Zusage erhalten"
        ),
        (
            new(StatusKind.Closed, ClosingReason.OfferAccepted),
            "Accepted, Hired; Offer accepted, Accepted offer, Got the job, " + "Angenommen, Angebot angenommen, Zusage angenommen"
        ),
        (
            new(StatusKind.Closed, ClosingReason.OfferDeclined),
            "Declined offer; Offer declined, Declined the offer, Turned down offer, "
                + "Offer turned down, I declined, "
                + "Angebot abgelehnt"
        ),
        (
            new(StatusKind.Closed, ClosingReason.Rejected),
            "Rejected, Declined by employer, Not selected, No; Rejection, "
                + "Employer declined, Unsuccessful, Not successful, "
                + "Regret, Not moving forward, No longer under consideration, Absage, Absage erhalten, Abgelehnt, Abgesagt"
        ),
        (new(StatusKind.Closed, ClosingReason.Withdrawn), "Withdrawn; Withdrew, I withdrew, Zurückgezogen, Bewerbung zurückgezogen"),
        (
            new(StatusKind.Closed, ClosingReason.NoResponse),
            "Ghosted, No response; No reply, No answer, Never heard back, Keine Antwort, " + "Keine Rückmeldung, Keine Reaktion"
        ),
        (
            new(StatusKind.Closed, ClosingReason.PositionFilled),
            "Position filled, Cancelled; Filled, Canceled, Position closed, "
                + "Position cancelled, Position canceled, "
                + "Job closed, Stelle besetzt, Besetzt"
        ),
        (new(StatusKind.ClosedSomehow, ClosingReason.PositionFilled), "Closed; Geschlossen"),
        (
            new(StatusKind.NotSubmitted),
            "Wishlist, To apply; Wish list, Saved, Draft, Not applied, Not applied yet, Not yet applied, "
                + "Not submitted, Bookmarked, Interested, "
                + "Planned, To do, Idea, Merkliste, Gemerkt, Vorgemerkt, Entwurf, Geplant, Noch nicht beworben, Nicht beworben"
        ),
    ];

    private static readonly FrozenDictionary<string, Status> ByStatus = Statuses
        .SelectMany(x => x.Names.Split([", ", "; "], StringSplitOptions.None).Select(name => KeyValuePair.Create(Fold(name), x.Status)))
        .ToFrozenDictionary();

    public static string KnownStatuses { get; } = string.Join(", ", Statuses.Select(x => x.Names.Split("; ")[0]));

    public static Status? StatusOf(string cell) => ByStatus.GetValueOrDefault(Fold(cell));

    // The most specific first: "Recruiter on LinkedIn" means an agency, whatever the site.
    private static readonly (Approach Approach, FrozenSet<string> Words)[] Sources =
    [
        (
            Approach.Referral,
            Set(
                "referral referred referrer friend colleague acquaintance network networking family empfehlung empfohlen freund freundin "
                    + "bekannte bekannter kollege kollegin kontakte"
            )
        ),
        (
            Approach.Agency,
            Set(
                "agency agencies recruiter recruiters recruitment headhunter headhunters staffing "
                    + "vermittlung personalvermittlung personalvermittler "
                    + "personaldienstleister zeitarbeit headhunting"
            )
        ),
        (Approach.MassMailing, Set("massmailing massmail mailing mailshot serienbrief rundschreiben massenmail")),
        (
            Approach.JobBoard,
            Set(
                "jobboard board boards jobboerse stellenboerse jobportal portal portals "
                    + "linkedin indeed stepstone monster glassdoor ziprecruiter xing "
                    + "careerbuilder simplyhired dice craigslist handshake wellfound totaljobs usajobs jobware kimeta "
                    + "arbeitsagentur jobcenter newspaper ad advert "
                    + "advertisement anzeige stellenanzeige zeitung"
            )
        ),
        (
            Approach.Direct,
            Set(
                "direct directly website site homepage company career careers email mail walk walkin letter post person inperson "
                    + "direkt karriereseite "
                    + "firmenseite webseite initiativ initiativbewerbung persoenlich brief unsolicited cold"
            )
        ),
    ];

    public static Approach? ApproachOf(string cell)
    {
        if (Named<Approach>(cell) is { } named)
            return named;
        var whole = Fold(cell);
        if (whole is "agenturfuerarbeit") // the public employment agency's job board, not an agency
            return Approach.JobBoard;
        var words = cell.Split([' ', ',', '.', '/', '-', '(', ')', ':', ';', '&', '+', '@'], StringSplitOptions.RemoveEmptyEntries)
            .Select(x => Fold(x))
            .ToArray();
        if (words is ["mass", "mailing" or "mail" or "email", ..])
            return Approach.MassMailing;
        return Sources
            .Where(x => x.Words.Contains(whole) || words.Any(x.Words.Contains))
            .Select(x => (Approach?)x.Approach)
            .FirstOrDefault();
    }

    public static HiringProcess? HiringProcessOf(string cell) =>
        Named<HiringProcess>(cell)
        ?? Fold(cell) switch
        {
            "owner"
            or "smallbusiness"
            or "small"
            or "familybusiness"
            or "ownerdecides"
            or "inhaber"
            or "inhabergefuehrt"
            or "kleinbetrieb"
            or "familienbetrieb" => HiringProcess.OwnerRun,
            "hroffice"
            or "smallhr"
            or "smallhroffice"
            or "midsized"
            or "midsize"
            or "medium"
            or "mediumsized"
            or "personalbuero"
            or "mittelstand" => HiringProcess.PersonnelOffice,
            "corporate"
            or "corporation"
            or "hr"
            or "hrdepartment"
            or "large"
            or "largecompany"
            or "enterprise"
            or "konzern"
            or "grossunternehmen"
            or "personalabteilung" => HiringProcess.CorporateHr,
            "managers" or "management" or "managershire" or "managershiretogether" or "team" or "geschaeftsleitung" =>
                HiringProcess.ManagementTeam,
            "agency"
            or "agencyrecruits"
            or "staffingagency"
            or "recruitmentagency"
            or "peo"
            or "outsourcing"
            or "zeitarbeit"
            or "personalvermittlung" => HiringProcess.Outsourced,
            "notsure" or "dontknow" or "unbekannt" => HiringProcess.Unknown,
            _ => null,
        };

    public static ContactRole? RoleOf(string cell) =>
        Named<ContactRole>(cell)
        ?? Fold(cell) switch
        {
            "inhaber" or "inhaberin" or "founder" or "ceo" or "geschaeftsfuehrer" or "geschaeftsfuehrerin" => ContactRole.Owner,
            "agency"
            or "agencyrecruiter"
            or "headhunter"
            or "hr"
            or "hrmanager"
            or "talentacquisition"
            or "personalvermittler"
            or "personalvermittlerin" => ContactRole.Recruiter,
            "manager"
            or "teamlead"
            or "boss"
            or "vorgesetzter"
            or "teamleiter"
            or "teamleiterin"
            or "abteilungsleiter"
            or "abteilungsleiterin" => ContactRole.HiringManager,
            "friend" or "referral" or "referredme" or "empfehlung" => ContactRole.Referrer,
            "contact" or "kontakt" => ContactRole.Other,
            _ => null,
        };

    /// <summary>Whether a cell says yes.</summary>
    public static bool IsYes(string cell) => Fold(cell) is "yes" or "y" or "ja" or "j" or "x" or "true";

    /// <summary>Whether a cell says no.</summary>
    public static bool IsNo(string cell) => Fold(cell) is "no" or "n" or "nein" or "false";

    /// <summary>Whether a cell contains one of the texts that people put into an empty cell.</summary>
    public static bool SaysNothing(string cell) =>
        cell.Length == 0 || Fold(cell) is "" or "na" or "none" or "tbd" or "tba" or "null" or "ka" or "keine" or "keiner";

    /// <summary>
    /// Reduces a text to lower-case letters and digits, with one spelling of umlauts, so that "Follow-up Date" equals "follow up date", and
    /// "Müller" equals "MUELLER".
    /// </summary>
    public static string Fold(string text, string keep = "")
    {
        // Through UTF-8, because Normalize throws on half a surrogate pair.
        var whole = text.Any(char.IsSurrogate) ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;
        var folded = new StringBuilder(whole.Length);
        foreach (var letter in whole.Normalize(NormalizationForm.FormKC))
        {
            switch (char.ToLowerInvariant(letter))
            {
                case 'ä':
                    folded.Append("ae");
                    break;
                case 'ö':
                    folded.Append("oe");
                    break;
                case 'ü':
                    folded.Append("ue");
                    break;
                case 'ß':
                    folded.Append("ss");
                    break;
                case var x:
                    folded.Append(x);
                    break;
            }
        }

        var plain = new StringBuilder(folded.Length);
        foreach (var rune in folded.ToString().Normalize(NormalizationForm.FormD).EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || keep.Length > 0 && rune.IsBmp && keep.Contains((char)rune.Value, StringComparison.Ordinal))
                plain.Append(rune.ToString());
        }

        return plain.ToString();
    }

    /// <summary>
    /// One line without control characters, which neither the database nor a page accepts, and without the spaces that come from copying a
    /// web page.
    /// </summary>
    public static string OneLine(string cell) =>
        string.Join(' ', Visible(cell, keepLines: false).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public static string Lines(string cell) => Visible(cell.ReplaceLineEndings("\n"), keepLines: true).Trim();

    public static string Shorten(this string text, int length) =>
        text.Length <= length ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), "…");

    public static string Word<T>(this T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static string Visible(string cell, bool keepLines) =>
        string.Create(
            cell.Length,
            (cell, keepLines),
            static (into, from) =>
            {
                for (var i = 0; i < into.Length; i++)
                    into[i] =
                        from.cell[i] is var x && (from.keepLines && x is '\n' or '\t') ? x
                        : char.IsControl(x) || char.IsWhiteSpace(x) || x is '\uFEFF' or '\u200B' ? ' '
                        : x;
            }
        );

    private static T? Named<T>(string cell)
        where T : struct, Enum => Enum.GetValues<T>().Cast<T?>().FirstOrDefault(x => Fold(x.ToString()!) == Fold(cell));

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet();
}
