using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using FollowUp.Contracts;

namespace FollowUp.Applications.Import;

/// <summary>The words that people use in their sheets, and their meaning. A word that isn't listed here is not guessed.</summary>
internal static class SheetWords
{
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
                    + "greenhouse lever ashby workday smartrecruiters personio taleo icims bamboohr successfactors workable "
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

    /// <summary>What a posting asks, beside what it asks already; null if it isn't known.</summary>
    public static PostingInstructions? InstructionOf(string text, PostingInstructions beside) =>
        Fold(text) switch
        {
            "nophonecalls" => beside with { NoPhoneCalls = true },
            "nocontact" => beside with { NoContact = true },
            "embed" => beside with { SubmitBy = SubmitBy.Embed },
            "attach" => beside with { SubmitBy = SubmitBy.Attach },
            _ => null,
        };

    private static readonly FrozenSet<string> Yes = Set(
        "yes y ja j x true done checked made oui o si s sim tak vrai wahr verdadero verdadeiro vero waar prawda erledigt fait hecho "
            + "fatto feito"
    );

    private static readonly FrozenSet<string> No = Set(
        "no n nein false unchecked notyet nochnicht non nee nie nao faux falsch falso onwaar falsz pasencore 0"
    );

    // What people and programs put into an empty cell, in every field: also the errors of a spreadsheet's formulas.
    private static readonly FrozenSet<string> Nothing = Set(
        "na nan nil none null undefined tbd tba unknown unspecified notspecified notavailable notapplicable notgiven notknown blank empty "
            + "notset novalue nodate ka keine keiner keines keineangabe unbekannt offengelassen inconnu inconnue neant aucun aucune "
            + "nonprecise "
            + "desconocido desconocida ninguno ninguna sconosciuto sconosciuta nessuno nessuna onbekend geen desconhecido "
            + "desconhecida nenhum "
            + "nenhuma nieznany nieznana brak ref value div0 name num spill calc gettingdata wert bezug zahl nv"
    );

    private static readonly FrozenSet<string> Totals = Set(
        "total totals subtotal grandtotal sum count average summe gesamt gesamtsumme anzahl zwischensumme durchschnitt somme totaux suma "
            + "totale somma totaal som razem"
    );

    /// <summary>Whether a cell is the label of a footer.</summary>
    public static bool IsTotal(string cell) => Totals.Contains(Fold(cell));

    /// <summary>Whether a cell says yes. A small number counts how often it happened.</summary>
    public static bool IsYes(string cell) => Tick(cell) is true || Yes.Contains(Fold(cell)) || CountIn(cell) > 0;

    /// <summary>Whether a cell says no.</summary>
    public static bool IsNo(string cell) => Tick(cell) is false || No.Contains(Fold(cell));

    /// <summary>The small number that a cell consists of; else null.</summary>
    public static int? CountIn(string cell) =>
        cell.Length <= 2 && int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    /// <summary>Whether a cell contains one of the texts that stand for an empty cell.</summary>
    public static bool SaysNothing(string cell) =>
        Fold(cell) is var folded
        && (folded.Length == 0 ? Tick(cell) is null : folded.Length <= 16 && Nothing.Contains(folded) && !IsWord(cell, folded));

    /// <summary>Whether a cell has symbols alone, as "🔴": what they mean is known to who drew them.</summary>
    public static bool IsSymbol(string cell) =>
        Fold(cell).Length == 0 && cell.EnumerateRunes().Any(x => Rune.GetUnicodeCategory(x) is UnicodeCategory.OtherSymbol);

    // Only as an error of a formula, as "#NAME?", do these say nothing; "Value" may be an employer.
    private static bool IsWord(string cell, string folded) =>
        folded is "ref" or "value" or "name" or "num" or "calc" or "spill" or "wert" or "bezug" or "zahl" or "div0" or "gettingdata"
        && !cell.StartsWith('#');

    // Before a word, the mark is decoration: "❌ Rejected".
    private static bool? Tick(string cell) =>
        cell.Trim() switch
        {
            "[x]" or "[X]" => true,
            "[ ]" => false,
            ['✓' or '✔' or '☑' or '✅', .. var rest] when Fold(rest).Length == 0 => true,
            ['✗' or '✘' or '☐' or '❌' or '✖', .. var rest] when Fold(rest).Length == 0 => false,
            _ => null,
        };

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
