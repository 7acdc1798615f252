using System.Collections.Immutable;
using FollowUp.Contracts;

namespace FollowUp.Applications.Import;

/// <summary>The fields that a column can contain. A <see cref="ColumnMap"/> names them in camelCase.</summary>
public enum SheetField
{
    Employer,
    Title,
    Candidate,
    SubmittedOn,
    Status,
    Source,
    Approach,
    HiringProcess,
    Region,
    ContactName,
    ContactRole,
    ContactEmail,
    ContactPhone,
    Url,
    Notes,
    PromisedFollowUpOn,
    ClosesOn,
    InterviewOn,
    RespondedOn,
    FollowedUpOn,

    /// <summary>Whether it is another application for a job for which the candidate has an open one.</summary>
    Again,

    /// <summary>The column is not read, because the caller maps it to this.</summary>
    Ignore,
}

/// <param name="Position">The position; the leftmost column is 1.</param>
public sealed record MatchedColumn(int Position, string Header, SheetField Field);

/// <param name="Position">The position; the leftmost column is 1.</param>
/// <param name="Code"><c>unknown</c>, <c>duplicate</c>, <c>noHeader</c>, <c>asked</c>.</param>
/// <param name="Sentence">An English sentence, for people.</param>
public sealed record IgnoredColumn(int Position, string Header, string Code, string Sentence);

/// <summary>The field to which the caller maps a header.</summary>
public sealed record MappedHeader(string Header, SheetField Field);

/// <summary>Headers that the caller maps, as <c>Firma:employer,Stelle:title</c>. They take precedence over the known headers.</summary>
public sealed class ColumnMap
{
    private readonly Dictionary<string, (string Header, SheetField Field)> fields = [];

    private ColumnMap() { }

    /// <exception cref="SheetRefusedException"><c>badMap</c>.</exception>
    public static ColumnMap Parse(string text)
    {
        var map = new ColumnMap();
        foreach (var pair in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = pair.LastIndexOf(':');
            var header = colon < 0 ? pair : pair[..colon].Trim();
            var name = colon < 0 ? "" : pair[(colon + 1)..].Trim();
            if (SheetWords.Fold(header).Length == 0 || name.Length == 0)
                throw new SheetRefusedException("badMap", $"\"{pair}\" isn't a header and a field, as in Firma:employer.");
            if (!char.IsLetter(name[0]) || !Enum.TryParse<SheetField>(name, ignoreCase: true, out var field))
                throw new SheetRefusedException(
                    "badMap",
                    $"\"{name}\" isn't a field. The fields are: {string.Join(", ", Enum.GetValues<SheetField>().Select(x => x.Word()))}."
                );
            map.Add(header, field);
        }

        return map;
    }

    /// <exception cref="SheetRefusedException"><c>badMap</c>.</exception>
    public static ColumnMap Of(IEnumerable<MappedHeader> headers)
    {
        var map = new ColumnMap();
        foreach (var (header, field) in headers)
            map.Add(header, field);
        return map;
    }

    /// <summary>
    /// Whether a header can be mapped: it needs a letter or digit that distinguishes it from other headers, and isn't too long.
    /// </summary>
    public static bool CanName(string header) => SheetWords.Fold(header).Length > 0 && header.Length <= SheetColumns.LongestHeader;

    /// <summary>Whether two headers are the same, regardless of case, spaces and punctuation.</summary>
    public static bool AreTheSame(string header, string other) => SheetWords.Fold(header) == SheetWords.Fold(other);

    private void Add(string header, SheetField field)
    {
        if (!SheetColumns.MayRepeat(field) && fields.Values.FirstOrDefault(x => x.Field == field).Header is { } other)
            throw new SheetRefusedException(
                "badMap",
                $"Both \"{other}\" and \"{header}\" are mapped to {field.Word()}; it can come from one column only."
            )
            {
                Headers = [other, header],
            };
        if (!fields.TryAdd(SheetWords.Fold(header), (header, field)))
            throw new SheetRefusedException("badMap", $"\"{header}\" is mapped twice.");
    }

    internal SheetField? this[string header] => fields.TryGetValue(SheetWords.Fold(header), out var x) ? x.Field : null;

    internal IReadOnlyList<string> NotAmong(string[] headers) =>
        [.. fields.Where(x => !headers.Any(h => SheetWords.Fold(h) == x.Key)).Select(x => x.Value.Header)];
}

internal sealed record SheetColumns(
    ImmutableArray<MatchedColumn> Matched,
    ImmutableArray<IgnoredColumn> Ignored,
    ImmutableArray<int> Unnamed
)
{
    internal const int LongestHeader = 200;

    /// <summary>The number is <see cref="MostAlike"/>. The text is one constant, because the translation is found by it.</summary>
    internal const string TooManyAlike =
        "More than 20 columns of the sheet are notes, or more than 20 its status. Put them together, or leave out what isn't needed.";

    private const int MostAlike = 20; // every cell of a status column gives a status, or a finding, in every row

    // Headers in order of preference: if a sheet has both "Date Applied" and "Date", the first is used. The list can be extended.
    private static readonly (SheetField Field, string Headers)[] Known =
    [
        (
            SheetField.Employer,
            "Employer, Company, Company Name, Employer Name, Company/Employer, Organisation, Organization, Business, "
                + "Firm, "
                + "Firma, Unternehmen, Arbeitgeber, Betrieb"
        ),
        (
            SheetField.Title,
            "Job Title, Title, Position, Position Title, Position Applied For, Job Position, Job, Job Role, Role, "
                + "Opening, "
                + "Stelle, Stellenbezeichnung, Stellentitel, Berufsbezeichnung, Tätigkeit"
        ),
        (SheetField.Candidate, "Candidate, Candidate Ref, Candidate Reference, Candidate ID, Applicant ID, Kandidat, Bewerber-ID"),
        (
            SheetField.SubmittedOn,
            "Date Applied, Applied On, Applied Date, Application Date, Date of Application, Submitted On, "
                + "Date Submitted, "
                + "Submission Date, Sent On, Date Sent, Applied, Submitted, Date, Beworben am, Bewerbungsdatum, Bewerbung vom, "
                + "Abgeschickt am, Eingereicht am, Datum"
        ),
        (
            SheetField.Status,
            "Status, Application Status, Current Status, Stage, Current Stage, Outcome, Result, Decision, "
                + "Bewerbungsstatus, Stand, Ergebnis"
        ),
        (
            SheetField.Source,
            "Source, Job Source, Found On, Found Via, Found At, Where Found, How Found, Via, Job Board, Site, "
                + "Quelle, Gefunden über, Gefunden auf, Gefunden bei, Portal"
        ),
        (SheetField.Approach, "Approach, How Applied, Applied Via, Applied Through, Bewerbungsweg"),
        (SheetField.HiringProcess, "Hiring Process, Employer Type, Company Type, Einstellungsprozess, Auswahlverfahren"),
        (SheetField.Region, "Region, Region Code, Employer Region, State Code, Bundesland"),
        (
            SheetField.ContactName,
            "Contact Name, Contact, Contact Person, Point of Contact, Recruiter, Recruiter Name, Hiring Manager, "
                + "Referred By, Referrer, "
                + "Ansprechpartner, Ansprechpartnerin, Kontakt, Kontaktperson, Empfohlen von"
        ),
        (SheetField.ContactRole, "Contact Role, Contact Type, Rolle des Kontakts"),
        (
            SheetField.ContactEmail,
            "Contact Email, Email, Email Address, Contact Email Address, Recruiter Email, Mail, E-Mail-Adresse, " + "Kontakt-E-Mail"
        ),
        (
            SheetField.ContactPhone,
            "Contact Phone, Phone, Phone Number, Telephone, Tel, Contact Number, Recruiter Phone, Mobile, "
                + "Telefon, Telefonnummer, Handy"
        ),
        (
            SheetField.Url,
            "Job Link, Job URL, Link, URL, Posting Link, Posting URL, Job Posting, Job Posting Link, Job Posting URL, "
                + "Job Listing, Job Ad, "
                + "Stellenlink, Stellenanzeige, Anzeige, Ausschreibung"
        ),
        (
            SheetField.Notes,
            "Notes, Note, Comments, Comment, Remarks, Notizen, Notiz, Kommentar, Kommentare, Bemerkung, Bemerkungen, "
                + "Anmerkung, Anmerkungen"
        ),
        (
            SheetField.PromisedFollowUpOn,
            "Promised Follow-up, Promised Follow-up On, Promised Follow-up Date, Follow-up Date, "
                + "Follow up on, Next Follow-up, "
                + "Next Follow-up Date, Follow-up By, Follow-up, Nachfassen am, Nachfassen, Nachfassdatum, Nachhaken am, Wiedervorlage"
        ),
        (
            SheetField.ClosesOn,
            "Closing Date, Closes On, Closes, Deadline, Application Deadline, Apply By, Bewerbungsfrist, "
                + "Bewerbungsschluss, Einsendeschluss, Frist"
        ),
        (
            SheetField.InterviewOn,
            "Interview Date, Interview On, Date of Interview, Interview Date/Time, Next Interview, Interview, "
                + "Interviewtermin, Gesprächstermin, Vorstellungsgespräch am, Vorstellungsgespräch, Gespräch am"
        ),
        (
            SheetField.RespondedOn,
            "Response Date, Responded On, Date Responded, Date of Response, Reply Date, Answered On, "
                + "Heard Back On, Heard Back, Antwort am, Rückmeldung am"
        ),
        (
            SheetField.FollowedUpOn,
            "Followed up on, Followed up, Date Followed Up, Follow-up Sent, Follow-up Sent On, Follow-up Made, "
                + "Nachgefasst am, Nachgehakt am"
        ),
        (SheetField.Again, "Again, Applied Again, Reapplied, Reapplication, Erneut, Erneut beworben, Nochmals beworben"),
    ];

    private static readonly Dictionary<string, (SheetField Field, int Rank)> ByHeader = Known
        .SelectMany(x => x.Headers.Split(", ").Select((header, rank) => (Key: SheetWords.Fold(header), x.Field, Rank: rank)))
        .ToDictionary(x => x.Key, x => (x.Field, x.Rank));

    public ImmutableArray<SheetField> Missing =>
        [.. new[] { SheetField.Employer, SheetField.Title }.Where(needed => !Matched.Any(x => x.Field == needed))];

    /// <summary>Whether a field that may have several columns has implausibly many.</summary>
    public bool IsRepetitive => Matched.CountBy(x => x.Field).Any(x => x.Value > MostAlike);

    public static bool MayRepeat(SheetField field) => field is SheetField.Notes or SheetField.Status or SheetField.Ignore;

    public static SheetColumns Match(string[] headers, ColumnMap? map)
    {
        var meant = headers
            .Select(
                (header, i) => (Position: i + 1, Header: SheetWords.OneLine(header).Shorten(LongestHeader), Meaning: Meaning(header, map))
            )
            .ToList();
        var chosen = meant
            .Where(x => x.Meaning is { Field: not SheetField.Ignore })
            .GroupBy(x => x.Meaning!.Value.Field)
            .SelectMany(x => MayRepeat(x.Key) ? x.ToArray() : [x.MinBy(y => (y.Meaning!.Value.Rank, y.Position))])
            .OrderBy(x => x.Position)
            .Select(x => new MatchedColumn(x.Position, x.Header, x.Meaning!.Value.Field))
            .ToImmutableArray();
        var taken = chosen.Select(x => x.Position).ToHashSet();
        var rest = meant.Where(x => !taken.Contains(x.Position)).ToList();
        return new(
            chosen,
            [.. from x in rest where SheetWords.Fold(x.Header).Length > 0 select Ignore(x.Position, x.Header, x.Meaning?.Field, chosen)],
            [.. from x in rest where SheetWords.Fold(x.Header).Length == 0 select x.Position]
        );
    }

    /// <summary>Adds columns without a header to the ignored ones, if they have content.</summary>
    public SheetColumns WithUnnamedCells(List<SheetRecord> records) =>
        this with
        {
            Ignored =
            [
                .. Ignored
                    .Concat(
                        Unnamed
                            .Where(position => records.Any(x => !string.IsNullOrWhiteSpace(x.Cell(position))))
                            .Select(position => new IgnoredColumn(
                                position,
                                "",
                                "noHeader",
                                $"Column {position} has cells but no header; they weren't read."
                            ))
                    )
                    .OrderBy(x => x.Position),
            ],
        };

    public MatchedColumn? this[SheetField field] => Matched.FirstOrDefault(x => x.Field == field);

    public IEnumerable<MatchedColumn> All(SheetField field) => Matched.Where(x => x.Field == field);

    public static string Describe(SheetField field) =>
        $"the {field.Word()} (such as {string.Join(", ", Known.Single(x => x.Field == field).Headers.Split(", ").Take(3))})";

    /// <summary>The role that a header implies: a column "Recruiter" contains a person's name, and tells that person's role.</summary>
    public static ContactRole? RoleIn(string header) =>
        SheetWords.Fold(header) switch
        {
            "recruiter" or "recruitername" => ContactRole.Recruiter,
            "hiringmanager" => ContactRole.HiringManager,
            "referredby" or "referrer" or "empfohlenvon" => ContactRole.Referrer,
            _ => null,
        };

    private static (SheetField Field, int Rank)? Meaning(string header, ColumnMap? map) =>
        map?[header] is { } field ? (field, -1)
        : ByHeader.TryGetValue(SheetWords.Fold(header), out var known) ? known
        // a header with a remark in parentheses, as "Date Applied (MM/DD/YYYY)"
        : header.IndexOf('(', StringComparison.Ordinal) is > 0 and var bracket
        && ByHeader.TryGetValue(SheetWords.Fold(header[..bracket]), out known)
            ? known
        : null;

    private static IgnoredColumn Ignore(int position, string header, SheetField? field, ImmutableArray<MatchedColumn> chosen) =>
        field switch
        {
            null => new(position, header, "unknown", $"\"{header}\" isn't a header that is known; its cells weren't read."),
            SheetField.Ignore => new(position, header, "asked", $"\"{header}\" was left out as asked."),
            { } twice => new(
                position,
                header,
                "duplicate",
                $"\"{header}\" would be the {twice.Word()}, but that was read from \"{chosen.Single(x => x.Field == twice).Header}\"."
            ),
        };
}
