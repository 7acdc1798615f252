using System.Collections.Frozen;
using System.Collections.Immutable;
using FollowUp.Contracts;

namespace FollowUp.Applications.Import;

/// <summary>The fields that a column can contain. A <see cref="ColumnMap"/> names them in camelCase.</summary>
public enum SheetField
{
    Employer,
    Title,
    Candidate,

    /// <summary>The candidate's name. Several columns are one name, in their order.</summary>
    CandidateName,
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

    /// <summary>The employer's country: an ISO 3166-1 code, or a name.</summary>
    Country,

    /// <summary>The number that the employer gave the posting; it is kept in the notes.</summary>
    PostingNumber,

    /// <summary>When the status in another column was reached.</summary>
    StatusOn,

    /// <summary>The header is a status, as "Phone screen" or "Rejected on"; the cells tell when it was reached, or whether.</summary>
    Milestone,

    /// <summary>The IANA time zone of the employer.</summary>
    TimeZone,

    /// <summary>What the posting asks: no phone calls, no contact, the résumé embedded or attached.</summary>
    Instructions,
    ContactProfile,

    /// <summary>Further contacts, a line for each, as FollowUp writes them: see <see cref="SheetContact"/>.</summary>
    OtherContacts,

    /// <summary>What happened, a line for each, as FollowUp writes it: see <see cref="HistoryLine"/>.</summary>
    History,

    /// <summary>The id of the application in FollowUp, which writes it into its own sheets.</summary>
    FollowUpId,

    /// <summary>The column is not read, because the caller maps it to this.</summary>
    Ignore,
}

/// <param name="Position">The position; the leftmost column is 1.</param>
/// <param name="ByCells">Whether the cells tell the field, and not the header: then rows have a remark.</param>
public sealed record MatchedColumn(int Position, string Header, SheetField Field, bool ByCells = false)
{
    /// <summary>The status that a <see cref="SheetField.Milestone"/> is about.</summary>
    internal Status? Status { get; init; }

    /// <summary>Whether the header means when the employer answered, and the cells are words for a status.</summary>
    internal bool IsResponse { get; init; }

    internal RowCell CellOf(SheetRecord record) =>
        new(Position, Header, SheetWords.OneLine(record.Cell(Position)).Shorten(CorrectedCell.LongestText));
}

/// <param name="Position">The position; the leftmost column is 1.</param>
/// <param name="Code"><c>unknown</c>, <c>duplicate</c>, <c>noHeader</c>, <c>asked</c>, <c>applicant</c>.</param>
/// <param name="Sentence">An English sentence, for people.</param>
public sealed record IgnoredColumn(int Position, string Header, string Code, string Sentence);

/// <summary>The field to which the caller maps a header.</summary>
public sealed record MappedHeader(string Header, SheetField Field);

/// <summary>Headers that the caller maps, as <c>Firma:employer,Stelle:title</c>. They take precedence over the known headers.</summary>
public sealed class ColumnMap
{
    private readonly Dictionary<string, (string Header, SheetField Field)> fields = [];

    private ColumnMap() { }

    /// <summary>The headers, as they were written.</summary>
    public IReadOnlyList<MappedHeader> Headers => [.. fields.Values.Select(x => new MappedHeader(x.Header, x.Field))];

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
    /// <summary>
    /// Columns of dates, one of which may be when it was submitted: no row without such a date is recorded before that is said.
    /// </summary>
    public ImmutableArray<string> UnclearDates { get; init; } = [];

    /// <summary>Columns that name several people who applied.</summary>
    public ImmutableArray<string> People { get; init; } = [];

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
            "Employer, Company, Company Name, Employer Name, Name of Company, Organisation, Organization, Business, Firm, "
                + "Firma, Firmenname, Unternehmen, Arbeitgeber, Betrieb, "
                + "Entreprise, Société, Employeur, Nom de l'entreprise, Empresa, Compañía, Nombre de la empresa, Azienda, Impresa, "
                + "Società, Datore di lavoro, Nome azienda, Bedrijf, Werkgever, Bedrijfsnaam, Nome da empresa, Pracodawca, Nazwa firmy"
        ),
        (
            SheetField.Title,
            "Job Title, Title, Position, Position Title, Position Applied For, Job Position, Job, Job Name, Job Role, Role, Role Title, "
                + "Opening, Vacancy, "
                + "Stelle, Stelle als, Bewerbung als, Bewerbung auf, Beworbene Stelle, Ausgeschriebene Stelle, Stellenbezeichnung, "
                + "Stellentitel, Berufsbezeichnung, Tätigkeit, Jobtitel, Beworben als, "
                + "Poste, Intitulé du poste, Intitulé, Titre du poste, Fonction, Puesto, Cargo, Título, Título del puesto, Vacante, "
                + "Posizione, Ruolo, Mansione, Titolo, Posizione lavorativa, Functie, Vacature, Functietitel, Rol, Função, Vaga, "
                + "Título da vaga, Posição, Stanowisko, Nazwa stanowiska"
        ),
        (SheetField.Candidate, "Candidate, Candidate Ref, Candidate Reference, Candidate ID, Applicant ID, Kandidat, Bewerber-ID"),
        (
            SheetField.SubmittedOn,
            "Date Applied, Applied On, Applied Date, Applied At, Application Date, Date of Application, Date of Applying, Application "
                + "Sent, "
                + "Application Sent On, Submitted On, Date Submitted, Submitted At, Submission Date, Sent On, Date Sent, Applied, "
                + "Submitted, "
                + "Date, Beworben am, Bewerbungsdatum, Bewerbung vom, Bewerbung am, Bewerbung gesendet, Bewerbung abgeschickt, "
                + "Versanddatum, Versendet am, Abgeschickt am, Gesendet am, Eingereicht am, Beworben, Datum, "
                + "Date de candidature, Date d'envoi, Date de la candidature, Date de postulation, Postulé le, Envoyé le, Envoyée le, "
                + "Fecha de solicitud, Fecha de aplicación, Fecha de postulación, Fecha de candidatura, Fecha de envío, Fecha, "
                + "Data candidatura, Data di candidatura, Data di invio, Data invio, Inviata il, Sollicitatiedatum, "
                + "Datum sollicitatie, Gesolliciteerd op, Verzonden op, Data da candidatura, Data de candidatura, Data de envio, Data, "
                + "Data aplikacji, Data wysłania, Data zgłoszenia"
        ),
        (
            SheetField.Status,
            "Status, Application Status, Current Status, Final Status, Stage, Current Stage, Application Stage, Outcome, Result, "
                + "Decision, "
                + "Bewerbungsstatus, Aktueller Status, Stand, Ergebnis, "
                + "Statut, État, Statut de la candidature, Estado, Estado de la candidatura, Resultado, Stato, Stato candidatura, Esito, "
                + "Stand van zaken, Estado da candidatura, Situação, Status aplikacji, Etap, Wynik"
        ),
        (
            SheetField.StatusOn,
            "Status Date, Stage Date, Stage Entered At, Date of Status, Status Updated, Status Changed, "
                + "Status Changed On, Received At, Statusdatum, Status vom, "
                + "Status seit"
        ),
        (
            SheetField.Source,
            "Source, Job Source, Found On, Found Via, Found At, Where Found, How Found, Via, Job Board, Site, Application Site, "
                + "Platform, "
                + "Quelle, Gefunden über, Gefunden auf, Gefunden bei, Portal, Plattform, Stellenportal, "
                + "Plateforme, Fuente, Plataforma, Fonte, Piattaforma, Bron, Źródło"
        ),
        (
            SheetField.Approach,
            "Approach, How Applied, Applied Via, Applied Through, Application Method, Channel, Application Channel, Bewerbungsweg, "
                + "Kanal, "
                + "Bewerbung über, Canal, Canale, Kanaal"
        ),
        (SheetField.HiringProcess, "Hiring Process, Employer Type, Company Type, Einstellungsprozess, Auswahlverfahren"),
        (SheetField.Country, "Country, Employer Country, Country Code, Land, Pays, País, Paese, Kraj"),
        (SheetField.Region, "Region, Region Code, Employer Region, State Code, Bundesland"),
        (
            SheetField.ContactName,
            "Contact Name, Contact, Contact Person, Person of Contact, Point of Contact, Name of Contact, Recruiter, Recruiter Name, "
                + "Hiring Manager, Referred By, Referrer, "
                + "Ansprechpartner, Ansprechpartnerin, Ansprechperson, Kontakt, Kontaktperson, Empfohlen von, "
                + "Personne de contact, Interlocuteur, Contacto, Persona de contacto, Contatto, Referente, Persona di contatto, "
                + "Contactpersoon, Contato, Pessoa de contato, Osoba kontaktowa"
        ),
        (SheetField.ContactRole, "Contact Role, Contact Type, Rolle des Kontakts"),
        (
            SheetField.ContactEmail,
            "Contact Email, Email, Email Address, Contact Email Address, Recruiter Email, Mail, E-Mail-Adresse, Kontakt-E-Mail, "
                + "Adresse e-mail, Courriel, Correo, Correo electrónico, Indirizzo e-mail, E-mailadres, Adres e-mail"
        ),
        (
            SheetField.ContactPhone,
            "Contact Phone, Phone, Phone Number, Contact Phone Number, Telephone, Tel, Contact Number, Recruiter Phone, Mobile, "
                + "Telefon, Telefonnummer, Telefon-Nr, Handy, Teléfono, Telefoon, Telefone"
        ),
        (
            SheetField.Url,
            "Posting URL, Job URL, Job Link, Link, URL, Posting Link, Job Posting, Job Posting Link, Job Posting URL, Link to Posting, "
                + "Link to Job, Application Link, Application URL, Apply Link, Links, Job Listing, Job Ad, Website Link, "
                + "Stellenlink, Stellenanzeige, Anzeige, Ausschreibung, Lien, Lien de l'offre, Annonce, Enlace, Enlace de la oferta, "
                + "Annuncio, Link annuncio, Link all'annuncio, Link vacature, Link da vaga, Link do ogłoszenia"
        ),
        (
            SheetField.PostingNumber,
            "Posting Number, Posting ID, Requisition ID, Requisition Number, Req ID, Req Number, Job ID, Job Number, Job Reference, "
                + "Reference Number, Kennziffer, Referenznummer, Stellennummer, Stellen-ID, Job-Nr, Référence, Numéro de l'offre"
        ),
        (
            SheetField.Notes,
            "Notes, Note, Comments, Comment, Remarks, Notizen, Notiz, Kommentar, Kommentare, Bemerkung, Bemerkungen, "
                + "Anmerkung, Anmerkungen, Remarque, Remarques, Commentaire, Commentaires, Notas, Comentarios, Observaciones, "
                + "Commenti, Osservazioni, Opmerkingen, Notities, Observações, Notatki, Uwagi"
        ),
        (
            SheetField.PromisedFollowUpOn,
            "Promised Follow-up, Promised Follow-up On, Promised Follow-up Date, Follow-up Date, "
                + "Follow up on, Next Follow-up, "
                + "Next Follow-up Date, Follow-up By, Follow-up, Nachfassen am, Nachfassen, Nachfassdatum, Nachhaken am, Wiedervorlage, "
                + "Date de relance, Relance, Fecha de seguimiento"
        ),
        (
            SheetField.ClosesOn,
            "Closing Date, Closes On, Closes, Deadline, Application Deadline, Apply By, Bewerbungsfrist, "
                + "Bewerbungsschluss, Einsendeschluss, Frist, Date limite, Fecha límite, Scadenza, Sluitingsdatum, Prazo"
        ),
        (
            SheetField.InterviewOn,
            "Interview Date, Interview On, Date of Interview, Interview Date/Time, Next Interview, Interview, "
                + "Interviewtermin, Gesprächstermin, Vorstellungsgespräch am, Vorstellungsgespräch, Gespräch am, "
                + "Date d'entretien, Date de l'entretien, Entretien, Fecha de entrevista, Entrevista, Data colloquio, Colloquio, "
                + "Sollicitatiegesprek, Data da entrevista, Data rozmowy, Rozmowa"
        ),
        (
            SheetField.RespondedOn,
            "Response Date, Responded On, Response, Date Responded, Date of Response, Reply Date, Replied On, First Reply On, "
                + "First Reply, "
                + "Answered On, Heard Back On, Heard Back, Antwort am, Antwortdatum, Antwort, Rückmeldung am, Rückmeldung, "
                + "Date de réponse, Réponse, Fecha de respuesta, Respuesta, Risposta, Antwoord, Resposta, Odpowiedź, Data risposta, "
                + "Data di risposta, Data da resposta, Data odpowiedzi"
        ),
        (
            SheetField.FollowedUpOn,
            "Followed up on, Followed up, Date Followed Up, Follow-up Sent, Follow-up Sent On, Follow-up Made, "
                + "Nachgefasst am, Nachgehakt am, Nachgefragt am, Nachgefragt, Nachgefasst, Relancé le"
        ),
        (SheetField.TimeZone, "Time Zone, Employer Time Zone, Zeitzone"),
        (SheetField.Instructions, "Posting Instructions"),
        (SheetField.ContactProfile, "Contact Profile, Contact LinkedIn, Contact LinkedIn URL, Recruiter LinkedIn, LinkedIn Contact"),
        (SheetField.OtherContacts, "Other Contacts, Weitere Kontakte"),
        (SheetField.History, "History"),
        (SheetField.FollowUpId, "FollowUp ID"),
        (SheetField.Again, "Again, Applied Again, Reapplied, Reapplication, Erneut, Erneut beworben, Nochmals beworben"),
    ];

    // Columns of dates that aren't when it was submitted, or may not be: about these is asked, if no other column says when it was.
    private static readonly FrozenSet<string> OtherDates = Set(
        "Date Saved, Saved, Saved On, Saved At, Date Added, Added, Added On, Created, Created At, Created On, Date Created, "
            + "Creation Date, "
            + "Updated, Updated At, Last Updated, Last Update, Date Updated, Modified, Last Modified, Last Edited, Last Edited Time, "
            + "Created Time, Last Activity, Last Contact, Posted, Date Posted, Posted On, Posted At, Publication Date, Published, "
            + "Start Date, "
            + "Date Archived, Archived, Date Closed, Next Step, Next Action, Due, Due Date, Reminder, Erstellt am, Hinzugefügt am, "
            + "Gefunden am, "
            + "Gespeichert am, Geändert am, Veröffentlicht am, Letzter Kontakt, Date d'ajout, Date de publication, Fecha de publicación"
    );

    // Columns that name who applied. A reference of the candidate stands in a column "Candidate".
    private static readonly FrozenSet<string> Applicants = Set(
        "Student, Student Name, Student Email, Student ID, Student Number, Name of Student, Applicant, Applicant Name, Applicant Email, "
            + "Name of Applicant, Candidate Name, Candidate Email, Client, Client Name, Client Email, Jobseeker, Job Seeker, "
            + "Participant, "
            + "Participant Name, Participant Email, Trainee, Your Name, Your Email, Username, Full Name, First Name, Last Name, Surname, "
            + "Teilnehmer, Teilnehmerin, Teilnehmer:in, Name Teilnehmer, Bewerber, Bewerberin, Bewerber:in, Name des Bewerbers, Kunde,"
            + " Kundin, "
            + "Schüler, Schülerin, Azubi, Vorname, Nachname, Étudiant, Étudiante, Nom de l'étudiant, Candidat, Nom du candidat, Prénom, "
            + "Bénéficiaire, Alumno, Alumna, Estudiante, Nombre del alumno, Candidato, Candidata, Studente, Studentessa, Nome studente, "
            + "Nome candidato, Cognome, Deelnemer, Sollicitant, Aluno, Estudante, Uczestnik, Uczeń, Kandydat"
    );

    // Columns that may name who applied, or someone at the employer: who applied stands beside several employers.
    private static readonly FrozenSet<string> PerhapsApplicants = Set("Owner, Assignee, Assigned To, Person, User, User Name, Member, Who");

    // Of these headers the person there is meant, also where it is the same one in most rows.
    private static readonly FrozenSet<string> TheirPeople = Set(
        "Recruiter, Recruiter Name, Recruiter Email, Recruiter Phone, Hiring Manager, Referred By, Referrer, Empfohlen von"
    );

    private static readonly Dictionary<string, (SheetField Field, int Rank)> ByHeader = Known
        .SelectMany(x => x.Headers.Split(", ").Select((header, rank) => (Key: SheetWords.Fold(header), x.Field, Rank: rank)))
        .ToDictionary(x => x.Key, x => (x.Field, x.Rank));

    public ImmutableArray<SheetField> Missing =>
        [.. new[] { SheetField.Employer, SheetField.Title }.Where(needed => !Matched.Any(x => x.Field == needed))];

    /// <summary>Whether a field that may have several columns has implausibly many.</summary>
    public bool IsRepetitive => Matched.CountBy(x => x.Field).Any(x => x.Value > MostAlike);

    public static bool MayRepeat(SheetField field) =>
        field is SheetField.Notes or SheetField.Status or SheetField.Milestone or SheetField.CandidateName or SheetField.Ignore;

    /// <summary>Whether a field's cells have one line: not those in which people list several things, or write.</summary>
    public static bool IsOfOneLine(SheetField field) =>
        field
            is SheetField.Employer
                or SheetField.Title
                or SheetField.Candidate
                or SheetField.CandidateName
                or SheetField.Status
                or SheetField.HiringProcess
                or SheetField.Country
                or SheetField.Region
        || SheetDates.Has(field);

    public static SheetColumns Match(string[] headers, SheetOptions options)
    {
        var meant = headers
            .Select(
                (header, i) =>
                    (Position: i + 1, Header: SheetWords.OneLine(header).Shorten(LongestHeader), Meaning: Meaning(header, options.Map))
            )
            .ToList();
        var chosen = meant
            .Where(x => x.Meaning is { Field: not SheetField.Ignore })
            .GroupBy(x => x.Meaning!.Value.Field)
            .SelectMany(x => MayRepeat(x.Key) ? x.ToArray() : [x.MinBy(y => (y.Meaning!.Value.Rank, y.Position))])
            .Select(x => new MatchedColumn(x.Position, x.Header, x.Meaning!.Value.Field) { Status = StatusWords.OfHeader(x.Header) })
            .Where(x => x.Field is not SheetField.Milestone || x.Status is not null)
            .OrderBy(x => x.Position)
            .ToImmutableArray();
        var taken = chosen.Select(x => x.Position).ToHashSet();
        var rest = meant.Where(x => !taken.Contains(x.Position)).ToList();
        return new(
            chosen,
            [.. from x in rest where SheetWords.Fold(x.Header).Length > 0 select Ignore(x.Position, x.Header, x.Meaning?.Field, chosen)],
            [.. from x in rest where SheetWords.Fold(x.Header).Length == 0 select x.Position]
        );
    }

    /// <summary>Whether the cells of a line look like a row of the sheet, rather than like a sentence with a few commas.</summary>
    public bool LooksLikeRow(string[] cells, int headers) =>
        cells.Length >= Math.Max(2, headers - 1)
        && (
            Matched.Any(x => x.Position <= cells.Length && Fits(x.Field, SheetWords.OneLine(cells[x.Position - 1])))
            || cells.Any(x => x.Length > 0 && x[0] != ' ' && WrittenDate.Parse(SheetWords.OneLine(x)) is not null)
            || cells.Length >= headers && cells.Skip(1).All(x => !x.StartsWith(' '))
        );

    private static bool Fits(SheetField field, string cell) =>
        field switch
        {
            SheetField.Status => cell.Length > 0 && StatusWords.Of(cell, StatusMap.None) is not null,
            SheetField.Url => cell.StartsWith("http", StringComparison.OrdinalIgnoreCase),
            SheetField.ContactEmail => cell.Contains('@', StringComparison.Ordinal),
            _ => SheetDates.Has(field) && WrittenDate.Parse(cell) is not null,
        };

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

    /// <summary>An ignored column that its cells make a field's.</summary>
    public SheetColumns Take(IgnoredColumn column, SheetField field, Status? status = null, bool byHeader = false) =>
        this with
        {
            Matched =
            [
                .. Matched
                    .Where(x => MayRepeat(field) || x.Field != field)
                    .Append(
                        new(
                            column.Position,
                            column.Header.Length > 0 ? column.Header : $"Column {column.Position}",
                            field,
                            ByCells: status is null && !byHeader
                        )
                        {
                            Status = status,
                        }
                    )
                    .OrderBy(x => x.Position),
            ],
            Ignored = Ignored.Remove(column),
        };

    /// <summary>A matched column that its cells make an ignored one.</summary>
    public SheetColumns Leave(MatchedColumn column, IgnoredColumn ignored) =>
        this with
        {
            Matched = Matched.Remove(column),
            Ignored = Ignored.Add(ignored),
        };

    public SheetColumns Replace(MatchedColumn column, MatchedColumn by) => this with { Matched = Matched.Replace(column, by) };

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

    /// <summary>Whether a column's header says that its dates aren't when an application was submitted, or may not be.</summary>
    public static bool IsOtherDate(string header) => OtherDates.Contains(SheetWords.Fold(header));

    /// <summary>Whether a column's header says that its dates are when an application was submitted.</summary>
    public static bool TellsSubmission(string header) => Meaning(header, null) is { Field: SheetField.SubmittedOn };

    /// <summary>Whether a column names who applied.</summary>
    public static bool NamesPeople(string header) => Applicants.Contains(SheetWords.Fold(header));

    /// <summary>Whether a column may name who applied.</summary>
    public static bool MayNamePeople(string header) => PerhapsApplicants.Contains(SheetWords.Fold(header));

    /// <summary>Whether a column names a person at the employer, or at an agency.</summary>
    public static bool NamesTheirPeople(string header) => TheirPeople.Contains(SheetWords.Fold(header));

    private static (SheetField Field, int Rank)? Meaning(string header, ColumnMap? map) =>
        map?[header] is { } field ? (field, -1)
        : ByHeader.TryGetValue(SheetWords.Fold(header), out var known) ? known
        : StatusWords.OfHeader(header) is not null ? (SheetField.Milestone, 0)
        // a header with a remark in brackets or another word for it, as "Date Applied (MM/DD/YYYY)" or "Position / Role"
        : header.IndexOfAny(['(', '[', '/', '|', ',']) is > 0 and var end && ByHeader.TryGetValue(SheetWords.Fold(header[..end]), out known)
            ? known
        : null;

    private static FrozenSet<string> Set(string headers) => headers.Split(", ").Select(x => SheetWords.Fold(x)).ToFrozenSet();

    public static IgnoredColumn Unknown(int position, string header) =>
        new(position, header, "unknown", $"\"{header}\" isn't a header that is known; its cells weren't read.");

    private static IgnoredColumn Ignore(int position, string header, SheetField? field, ImmutableArray<MatchedColumn> chosen) =>
        field switch
        {
            null or SheetField.Milestone => Unknown(position, header),
            SheetField.Ignore => new(position, header, "asked", $"\"{header}\" was left out as asked."),
            { } twice => new(
                position,
                header,
                "duplicate",
                $"\"{header}\" would be the {twice.Word()}, but that was read from \"{chosen.Single(x => x.Field == twice).Header}\"."
            ),
        };
}
