using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using FollowUp.Contracts;

namespace FollowUp.Applications.Import;

internal enum StatusKind
{
    /// <summary>The word says nothing of the status, as a person mapped it.</summary>
    Nothing,
    Applied,
    FollowedUp,

    /// <summary>The employer answered, and the application goes on.</summary>
    Answered,
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
)
{
    public bool IsClosed => Kind is StatusKind.Closed or StatusKind.ClosedSomehow;

    /// <summary>Whether a column can have this status as its header, and dates, or yes and no, in its cells.</summary>
    public bool IsMilestone =>
        Kind is StatusKind.FollowedUp or StatusKind.Interview or StatusKind.Step or StatusKind.Offer or StatusKind.Closed;
}

/// <summary>
/// The words for a status in English, German, French, Spanish, Italian, Dutch, Portuguese and Polish, where they are unambiguous. A word
/// that isn't listed is not guessed ("Declined": by which side?), but asked about; see <see cref="StatusMap"/>.
/// </summary>
internal static partial class StatusWords
{
    // The words before the semicolon are also listed to a person whose status isn't known.
    private static readonly (Status Status, string Names)[] Known =
    [
        (
            new(StatusKind.Applied),
            "Applied, Submitted, Sent, Waiting, Pending, No answer yet, In review; Under review, Under consideration, Reviewing, In "
                + "progress, "
                + "In process, Ongoing, Open, Active, Received, Viewed, Application viewed, Application received, Application "
                + "confirmation, "
                + "Application sent, Application submitted, Awaiting response, Awaiting reply, No response yet, No reply yet, "
                + "Not heard back, Not heard yet, Follow up, Needs follow up, To follow up, Acknowledged, Confirmed, "
                + "Beworben, Eingereicht, Abgeschickt, Gesendet, Versendet, Versandt, Offen, Warten, Wartend, Warten auf Antwort, "
                + "Warte auf Antwort, Laufend, Läuft, Läuft noch, Bewerbung läuft, Noch offen, In Bearbeitung, In Prüfung, "
                + "Noch keine Antwort, Noch keine Rückmeldung, "
                + "Bisher keine Antwort, Bisher keine Rückmeldung, Keine Rückmeldung bisher, Rückmeldung ausstehend, Antwort ausstehend, "
                + "Ausstehend, Eingangsbestätigung, Eingangsbestätigung erhalten, Eingang bestätigt, Nachfragen, Nachfassen, Nachhaken, "
                + "Envoyé, Envoyée, Candidature envoyée, Postulé, En attente, En attente de réponse, En cours, En cours de traitement, "
                + "À relancer, Accusé de réception, "
                + "Aplicado, Aplicada, Postulado, Solicitado, Solicitud enviada, Enviado, Enviada, En espera, Pendiente, En proceso, "
                + "En revisión, Esperando respuesta, "
                + "Inviata, Inviato, Candidatura inviata, In attesa, In attesa di risposta, In corso, In valutazione, "
                + "Gesolliciteerd, Verstuurd, Verzonden, In afwachting, Lopend, In behandeling, Wachten op antwoord, "
                + "Candidatado, Candidatura enviada, Inscrito, Em andamento, Em análise, Em processo, Aguardando, Aguardando resposta, "
                + "A aguardar resposta, Pendente, "
                + "Zaaplikowano, Aplikowano, Wysłano, Wysłane, Wysłana, Oczekuje, Oczekiwanie, W trakcie, W toku"
        ),
        (
            new(StatusKind.FollowedUp),
            "Followed up; Follow-up sent, Nachgefasst, Nachgehakt, Nachgefragt, Relancé, Relancée, Relance envoyée, Sollecitato, Nagebeld"
        ),
        (
            new(StatusKind.Answered),
            "Responded; Response received, Reply received, Replied, Heard back, Answered, Positive, Positive response, Shortlisted, "
                + "Waitlisted, "
                + "Antwort erhalten, Rückmeldung erhalten, Warteliste, Réponse reçue, Présélectionné, Présélectionnée, "
                + "Respuesta recibida, "
                + "Preseleccionado, Preseleccionada, Risposta ricevuta, Antwoord ontvangen, Resposta recebida, Pré-selecionado, "
                + "Otrzymano odpowiedź, Availability request, Information request"
        ),
        (
            new(StatusKind.Interview),
            "Interview, Interviewing; Interviewed, Interview done, Interview completed, Screening, Screen, Technical interview, "
                + "Tech interview, "
                + "Tech screen, Technical screen, HR interview, HR screen, HR round, HR call, Hiring manager interview, First interview, "
                + "Interview round, Round, Round interview, First round, 1st interview, 1st round, Onsite round, "
                + "Vorstellungsgespräch, VG, Bewerbungsgespräch, Gespräch, Erstgespräch, Im Gespräch, Kennenlerngespräch, "
                + "Entretien, Entretien passé, Entretien RH, Premier entretien, Entrevista, Entrevistado, Primera entrevista, Colloquio, "
                + "Primo colloquio, Sollicitatiegesprek, Gesprek, Eerste gesprek, Primeira entrevista, Rozmowa, Rozmowa kwalifikacyjna"
        ),
        (
            new(StatusKind.Interview, Interview: InterviewKind.PhoneScreen),
            "Phone screen; Phone interview, Telephone interview, Phone call, Phone screening, Screening call, Recruiter screen, "
                + "Recruiter call, Recruiter interview, Telefoninterview, Telefongespräch, Telefonat, Entretien téléphonique, "
                + "Entrevista telefónica, Entrevista telefônica, Colloquio telefonico, Telefonisch gesprek, Rozmowa telefoniczna"
        ),
        (
            new(StatusKind.Interview, Interview: InterviewKind.Video),
            "Video interview; Video call, Zoom interview, Zoom call, Teams interview, Videointerview, Videogespräch, Entretien vidéo, "
                + "Entretien en visio, Videoentrevista, Videocolloquio"
        ),
        (
            new(StatusKind.Interview, Interview: InterviewKind.OnSite),
            "Onsite; On-campus, On-site interview, In-person interview, Face-to-face interview, On-campus interview, Gespräch vor Ort, "
                + "Entretien sur place, Entrevista presencial, Colloquio in presenza"
        ),
        (new(StatusKind.Interview, Interview: InterviewKind.Panel), "Panel interview; Panel, Panelinterview"),
        (
            new(StatusKind.Step, Step: StepKind.Assessment),
            "Assessment; Online assessment, OA, Test, Test task, Technical test, Online test, Take-home, Take-home test, "
                + "Take-home assignment, Coding challenge, Coding test, Case study, Assignment, Assessment sent, "
                + "Aufgabe, Probeaufgabe, Testaufgabe, Einstellungstest, Assessment-Center, Test technique, Mise en situation, "
                + "Prueba, Prueba técnica, Prova tecnica, Test tecnico, Teste técnico, Zadanie rekrutacyjne"
        ),
        (
            new(StatusKind.Step, Step: StepKind.ReferenceCheck),
            "Reference check; Reference checks, References, Checking references, Background check, Referenzen, Referenzen eingeholt, "
                + "Prise de références, Referentiecheck"
        ),
        (
            new(StatusKind.Step, Step: StepKind.Other),
            "Trial day; Trial shift, Work trial, Probetag, Probearbeiten, Schnuppertag, Meeloopdag"
        ),
        (
            new(StatusKind.Interview, Scheduled: true),
            "Interview scheduled; Interview planned, Upcoming interview, Invited, Invitation, Interview invitation, "
                + "Invited to interview, "
                + "Eingeladen, Einladung, Einladung zum Gespräch, Gespräch geplant, Gespräch vereinbart, "
                + "Vorstellungsgespräch vereinbart, "
                + "Vorstellungsgespräch geplant, Einladung zum Vorstellungsgespräch, Entretien prévu, Entretien planifié, "
                + "Entretien programmé, Entrevista programada, Entrevista agendada, Entrevista marcada, Colloquio fissato, "
                + "Colloquio programmato, Uitgenodigd, Gesprek gepland, Zaproszenie na rozmowę, Rozmowa zaplanowana"
        ),
        (
            new(StatusKind.Interview, Round: 2),
            "2nd interview; Second interview, Second round, 2nd round, Final round, Final round interview, Final interview, "
                + "Zweitgespräch, Zweites Gespräch, "
                + "2. Gespräch, Deuxième entretien, 2e entretien, Segunda entrevista, Secondo colloquio, Tweede gesprek, Druga rozmowa"
        ),
        (new(StatusKind.Interview, Round: 3), "3rd interview; Third interview, Third round, 3rd round, Drittes Gespräch, 3. Gespräch"),
        (
            new(StatusKind.Offer),
            "Offer; Offered, Offer received, Offer made, Job offer, Verbal offer, Negotiating, Negotiation, Offer extended, "
                + "Angebot, Angebot erhalten, Zusage, Zusage erhalten, Offre, Offre reçue, Proposition reçue, Promesse d'embauche, "
                + "Oferta, Oferta recibida, Oferta recebida, Offerta, Offerta ricevuta, Aanbod, Aanbod ontvangen, Proposta, "
                + "Proposta recebida, Proposta ricevuta, Oferta pracy"
        ),
        (
            new(StatusKind.Closed, ClosingReason.OfferAccepted),
            "Accepted, Hired; Offer accepted, Accepted offer, Got the job, Signed, Offer signed, Contract signed, "
                + "Angenommen, Angebot angenommen, Zusage angenommen, Eingestellt, Vertrag unterschrieben, Embauché, Embauchée, "
                + "Offre acceptée, Contratado, Contratada, Oferta aceptada, Assunto, Assunta, Offerta accettata, Aangenomen, "
                + "Aanbod geaccepteerd, Oferta aceita, Proposta aceita, Zatrudniony, Zatrudniona, Oferta przyjęta"
        ),
        (
            new(StatusKind.Closed, ClosingReason.OfferDeclined),
            "Declined offer; Offer declined, Declined the offer, Turned down offer, Offer rejected, Rejected offer, Offer turned down, "
                + "I declined, Angebot abgelehnt, Offre refusée, Offre déclinée, Oferta rechazada, Offerta rifiutata, Aanbod afgewezen, "
                + "Aanbod geweigerd, Oferta recusada, Proposta recusada, Oferta odrzucona"
        ),
        (
            new(StatusKind.Closed, ClosingReason.Rejected),
            "Rejected, Declined by employer, Not selected, No; Rejection, Rejected by employer, Rejected by company, Employer declined, "
                + "Auto-rejected, Denied, Negative, Unsuccessful, Not successful, "
                + "Regret, Not moving forward, No longer under consideration, Absage, Absage erhalten, Leider Absage, Abgelehnt, "
                + "Abgesagt, "
                + "Refus, Refusé, Refusée, Rejeté, Rejetée, Candidature refusée, Réponse négative, "
                + "Rechazado, Rechazada, No seleccionado, No seleccionada, Descartado, Descartada, "
                + "Rifiutato, Rifiutata, Respinto, Respinta, Non selezionato, Non selezionata, Esito negativo, "
                + "Afgewezen, Afwijzing, Rejeitado, Rejeitada, Recusado, Recusada, Não selecionado, Não selecionada, Reprovado, "
                + "Odrzucono, Odrzucony, Odrzucona, Odmowa"
        ),
        (
            new(StatusKind.Closed, ClosingReason.Withdrawn),
            "Withdrawn; Withdrew, I withdrew, Withdrew application, Application withdrawn, Zurückgezogen, Bewerbung zurückgezogen, "
                + "Selbst abgesagt, Retiré, Retirée, Candidature retirée, Désistement, Retirado, Retirada, Me retiré, Ritirato, "
                + "Ritirata, "
                + "Candidatura ritirata, Teruggetrokken, Ingetrokken, Desisti, Desistência, Candidatura retirada, Wycofano, Wycofana, "
                + "Zrezygnowałem, Zrezygnowałam"
        ),
        (
            new(StatusKind.Closed, ClosingReason.NoResponse),
            "Ghosted, No response; No reply, No answer, Never heard back, Presumed rejected, Ghosted by employer, Keine Antwort, "
                + "Keine Rückmeldung, Keine Reaktion, Nie gemeldet, Sans réponse, Pas de réponse, Aucune réponse, Sin respuesta, "
                + "Sin contestación, Nessuna risposta, Senza risposta, Geen reactie, Geen antwoord, Sem resposta, Sem retorno, "
                + "Brak odpowiedzi, Bez odpowiedzi"
        ),
        (
            new(StatusKind.Closed, ClosingReason.PositionFilled),
            "Position filled, Cancelled; Filled, Canceled, Position closed, Position cancelled, Position canceled, Job closed, Job "
                + "cancelled, "
                + "Stelle besetzt, Besetzt, Stelle gestrichen, Poste pourvu, Offre annulée, Puesto cubierto, Posizione coperta, "
                + "Posizione chiusa, Vacature vervuld, Vaga preenchida, Vaga fechada, Stanowisko obsadzone, Hiring freeze notification"
        ),
        (new(StatusKind.ClosedSomehow, ClosingReason.PositionFilled), "Closed; Geschlossen"),
        (
            new(StatusKind.NotSubmitted),
            "Wishlist, To apply; Wish list, Lead, Ready, Ready to apply, Saved, Draft, Drafting, Applying, Preparing, Not applied, "
                + "Not applied yet, Not yet applied, "
                + "Did not apply, False positive, Referral - Action required, Not submitted, Not started, Bookmarked, Interested, "
                + "Researching, Research, Referral pending, "
                + "Waiting for referral, Will apply, Need to apply, Planning to apply, Not sent, Not sent yet, "
                + "To be sent, In preparation, In Vorbereitung, Noch nicht abgeschickt, Noch nicht gesendet, Pas encore postulé, "
                + "Pas encore envoyée, No enviado, Non inviata, Niet verzonden, Não enviado, Nie wysłano, Planned, To do, Idea, "
                + "Skip, Skipped, Merkliste, Gemerkt, Vorgemerkt, Entwurf, Geplant, "
                + "Noch nicht beworben, Nicht beworben, À postuler, À envoyer, Brouillon, Enregistré, Enregistrée, Por aplicar, "
                + "Guardado, "
                + "Borrador, Da inviare, Bozza, Salvato, Te solliciteren, Nog solliciteren, Concept, Opgeslagen, A candidatar, Rascunho, "
                + "Salvo, Salva, Do wysłania, Zapisano, Szkic"
        ),
    ];

    private static readonly FrozenDictionary<string, Status> ByWord = Known
        .SelectMany(x =>
            x.Names.Split([", ", "; "], StringSplitOptions.None).Select(name => KeyValuePair.Create(SheetWords.Fold(name), x.Status))
        )
        .ToFrozenDictionary();

    private const int Longest = 200;

    // Where one of these stands behind a word for a status, the word may no longer hold: "Offer - declined by me".
    private static readonly string[] Turns =
    [
        .. (
            "not no declin reject refus withdr cancel ghost accept offer hired filled closed expired denied unsuccess negativ absag "
                + "abgelehn "
            + "abgesag zurueckgez zusag angebot besetzt annul rechaz descart retir rifiut ritir respint afgewez teruggetr recus "
            + "rejeit desist "
            + "odrzuc odmow wycof embauch contrat aang assunt zatrudn"
        ).Split(' '),
    ];

    /// <summary>The words that are listed to a person whose status isn't known.</summary>
    public static string Listed { get; } = string.Join(", ", Known.Select(x => x.Names.Split("; ")[0]));

    /// <summary>
    /// The meaning of a cell: of the whole, else of what stands before a bracket, a dash or a word such as "after", else without its number
    /// ("Interview 2").
    /// </summary>
    /// <param name="cell">The cell.</param>
    /// <param name="own">The words that people mapped.</param>
    /// <returns>Null if it isn't known.</returns>
    public static Status? Of(string cell, StatusMap own)
    {
        if (cell.Length > Longest)
            return null;
        if (Word(cell, own) is { } whole)
            return whole;
        var bracketed = Bracket().Match(cell);
        if (
            bracketed.Success
            && bracketed.Groups["inside"].Value is [>= '0' and <= '9', ..]
            && Word(Bracket().Replace(cell, "${inside}"), own) is { } numbered
        )
            return numbered;
        if (bracketed.Success && Word(Bracket().Replace(cell, " "), own) is { } outside)
            return Both(outside, bracketed.Groups["inside"].Value, own);
        foreach (var separator in Separator().Matches(cell).AsEnumerable())
            if (Word(cell[..separator.Index], own) is { } before)
                return Both(before, cell[(separator.Index + separator.Length)..], own);
        // "Rejected 14.11.2026", "Interview scheduled for 5 Dec 2026"
        for (var at = cell.IndexOf(' ', StringComparison.Ordinal); at >= 0; at = cell.IndexOf(' ', at + 1))
            if (IsDay(cell[at..].Trim()) && Word(For().Replace(cell[..at], ""), own) is { } dated)
                return dated;
        return null;
    }

    private static bool IsDay(string text) => DayAndMonth().IsMatch(text) || WrittenDate.Parse(text) is { IsSerial: false };

    /// <summary>The status that a column's header is about, as "Phone screen" or "Absage am"; else null.</summary>
    public static Status? OfHeader(string header) =>
        header.Length <= Longest
        && SheetWords.Fold(header) is not ("no" or "round") // a number
        && (Word(header, StatusMap.None) ?? Word(DateInHeader().Replace(header, " "), StatusMap.None)) is { IsMilestone: true } status
            ? status
            : null;

    private static Status? Word(string text, StatusMap own)
    {
        var folded = StatusMap.Key(text);
        if (folded.Length == 0)
            return null;
        if ((own[folded] ?? ByWord.GetValueOrDefault(folded)) is { } known)
            return known;
        return
            Numbered().Match(text.Trim()) is { Success: true } match
            && SheetWords.Fold(match.Groups["word"].Value) is { Length: > 0 } word
            && (own[word] ?? ByWord.GetValueOrDefault(word)) is { Kind: StatusKind.Interview } interview
            ? interview with
            {
                Round = Math.Max(1, int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture)),
            }
            : null;
    }

    // What stands behind a word may say how it went on, or leave open what is meant.
    private static Status? Both(Status first, string rest, StatusMap own) =>
        Word(rest, own) is { } next
        && (
            next.IsClosed
            || first.Kind is StatusKind.Applied
            || first.Kind is StatusKind.Interview && next.Kind is StatusKind.Interview && next.Round > first.Round
        )
            ? first.Kind is not StatusKind.Closed || next.Reason == first.Reason
                ? next
                : null
            : first.IsClosed || !Words().Matches(rest).Any(x => Array.Exists(Turns, turn => Turned(SheetWords.Fold(x.Value), turn)))
                ? first
                : null;

    private static bool Turned(string word, string turn) =>
        turn.Length <= 3 ? word == turn : word.StartsWith(turn, StringComparison.Ordinal);

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase;
    private const int Patience = 1000;

    [GeneratedRegex(@"[\(\[\{](?<inside>[^\)\]\}]*)[\)\]\}]?", Options, Patience)]
    private static partial Regex Bracket();

    [GeneratedRegex(
        @"\s*(->|=>|[–—:;,|/→>])\s*|\s+w/\s*|\s+-+\s*|"
            + @"\s+(after|before|by|via|on|at|from|with|since|due|am|nach|vor|von|durch|seit|bei|per|mit|après|par|le|"
            + @"depuis|después|tras|por|el|desde|dopo|da|il|na|door|op|após|em|desde|po|przez)\s+",
        Options,
        Patience
    )]
    private static partial Regex Separator();

    [GeneratedRegex(
        @"^((?<word>\p{L}.*?)[\s_#.\-]*(?<number>[0-9]{1,2})(st|nd|rd|th|\.)?|(?<number>[0-9]{1,2})(st|nd|rd|th|\.|er|e|ª|º|"
            + @"°)?\s*(?<word>\p{L}.*))$",
        Options,
        Patience
    )]
    private static partial Regex Numbered();

    [GeneratedRegex(@"^\s*(date\s+of|date|datum)\s+|\s+(am|on|date|datum|at|le|il|el|op|em)\s*$|_(on|at|date)\s*$", Options, Patience)]
    private static partial Regex DateInHeader();

    [GeneratedRegex(@"\p{L}+", Options, Patience)]
    private static partial Regex Words();

    [GeneratedRegex(@"\s(for|für|pour|para|per|voor)$", Options, Patience)]
    private static partial Regex For();

    [GeneratedRegex(@"^\(?[0-9]{1,2}([./-][0-9]{1,2}\.?|\.[0-9]{1,2}\.)\)?$", Options, Patience)]
    private static partial Regex DayAndMonth();
}
