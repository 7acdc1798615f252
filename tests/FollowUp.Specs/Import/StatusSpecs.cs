using FollowUp.Applications.Import;
using FollowUp.Contracts;

namespace FollowUp.Specs.Import;

/// <summary>Words for a status in eight languages, with what people write around them, and those that a team mapped.</summary>
public sealed class StatusSpecs
{
    [Theory]
    [InlineData("Applied", "applied! · SENT · Submitted ✅ · Under Consideration · Application Viewed · ongoing · Follow Up")]
    [InlineData("Applied", "Eingangsbestätigung · Warten auf Antwort · In Prüfung · Rückmeldung ausstehend · Gesendet · Nachfragen")]
    [InlineData("Applied", "Envoyée · En attente · En cours · Aplicado · En proceso · Inviata · In attesa · Gesolliciteerd")]
    [InlineData("Applied", "Candidatura enviada · Em análise · Wysłano · W trakcie")]
    [InlineData("FollowedUp", "Followed up · Nachgefragt · Relancé")]
    [InlineData("Answered", "Responded · Response received · Shortlisted · Waitlisted · Antwort erhalten · Réponse reçue")]
    [InlineData(
        "Interview",
        "Interview 1 · Interview Round 1 · Tech Screen · HR Round · Hiring Manager Interview · Interview - with the owner"
    )]
    [InlineData("Interview", "Vorstellungsgespräch · Entretien · Entrevista · Colloquio · Sollicitatiegesprek · Rozmowa")]
    [InlineData("Interview 2", "Round 2 · Second Interview · Final Round · Zweitgespräch · 2. Gespräch · Interview (2nd) · Interview #2")]
    [InlineData("Interview 2", "Interview - 2nd round · Final round interview")]
    [InlineData("Scheduled", "interview_scheduled · Eingeladen · Gespräch vereinbart · Entretien prévu · Uitgenodigd")]
    [InlineData("PhoneScreen", "Phone Screen · phone_interview · Recruiter Call · Telefoninterview · Entretien téléphonique")]
    [InlineData("Assessment", "OA · Online Assessment · Take-home · Coding Challenge · Assessment / test · Testaufgabe · Prova tecnica")]
    [InlineData("Offer", "Offer · offer_received · Negotiating · Zusage · Oferta · Offre reçue")]
    [InlineData("OfferAccepted", "Accepted! · Hired · Signed · Eingestellt · Angenommen · Embauchée · Contratado · Aangenomen")]
    [InlineData("OfferDeclined", "Offer Rejected · Declined offer · Offre refusée · Offerta rifiutata")]
    [InlineData(
        "Rejected",
        "Rejection :( · Denied · Auto-rejected · Rejected - After Interview · Rejected after assessment · Rejected (automated)"
    )]
    [InlineData(
        "Rejected",
        "Interview - Rejected · Absage · Refusé · Rechazada · Rifiutato · Afgewezen · Rejeitado · Odrzucono · Absage am 3.9. · ❌ Rejected"
    )]
    [InlineData("Withdrawn", "I Withdrew · Zurückgezogen · Candidature retirée · Teruggetrokken")]
    [InlineData(
        "NoResponse",
        "Ghosted (no reply) · Presumed rejected · Applied - no response · Sans réponse · Sin respuesta · Geen reactie"
    )]
    [InlineData("NoResponse", "Nessuna risposta · Sem resposta · Brak odpowiedzi · Keine Rückmeldung")]
    [InlineData("PositionFilled", "Job Closed · Position Filled · Stelle besetzt · Poste pourvu")]
    [InlineData("NotSubmitted", "Wishlist · Bookmarked · Applying · Drafting · Not started · Researching · Waiting for referral · SKIP")]
    [InlineData("NotSubmitted", "Merkliste · À postuler · Por aplicar · Da inviare · Do wysłania")]
    public void A_word_has_its_meaning(string meaning, string words)
    {
        foreach (var word in words.Split(" · "))
            Assert.Equal((word, meaning), (word, Meaning(word)));
    }

    [Theory]
    [InlineData("Declined")] // by which side?
    [InlineData("On Hold")]
    [InlineData("Expired")]
    [InlineData("Archived")]
    [InlineData("Other")]
    [InlineData("Not Interested")]
    [InlineData("Discarded")]
    [InlineData("Contacted")]
    [InlineData("Suspected Ghost Job")]
    public void An_ambiguous_word_is_asked_about(string word)
    {
        var sheet = Sheets.With("Status", word);
        Assert.Equal("unknownStatus", sheet.Reason().Code);
        Assert.Equal([new MappedStatus(word, null)], sheet.StatusWords);
    }

    [Fact]
    public void A_mapping_gives_a_word_its_meaning_and_goes_before_what_is_known()
    {
        var options = Sheets.Options with { Words = StatusMap.Parse("durumu belirsiz:noResponse, Applied:rejected,Egal:nothing") };

        Assert.Equal(
            [new Outcome.Closed(ClosingReason.NoResponse, null)],
            Sheets.With("Status", "Durumu Belirsiz!", options).Application().Outcomes
        );
        Assert.Equal([new Outcome.Closed(ClosingReason.Rejected, null)], Sheets.With("Status", "Applied", options).Application().Outcomes);
        Assert.Empty(Sheets.With("Status", "egal", options).Application().Outcomes);
        Assert.Equal([new MappedStatus("egal", SheetStatus.Nothing)], Sheets.With("Status", "egal", options).StatusWords);
    }

    [Fact]
    public void Every_meaning_can_be_mapped() =>
        Assert.All(
            Enum.GetValues<SheetStatus>(),
            x =>
                Assert.Equal(
                    x is SheetStatus.NotSubmitted,
                    Sheets.With("Status", "purple", Sheets.Options with { Words = StatusMap.Of([new("Purple", x)]) }).Rows[0]
                        is SheetRow.Refused
                )
        );

    [Theory]
    [InlineData("Refusé")]
    [InlineData("Refusé:")]
    [InlineData("Refusé:gone")]
    [InlineData("!:rejected")]
    [InlineData("Refusé:3")]
    public void A_mapping_that_makes_no_sense_is_refused(string map) =>
        Assert.Equal("badStatusMap", Assert.Throws<SheetRefusedException>(() => StatusMap.Parse(map)).Code);

    [Fact]
    public void A_map_with_another_has_the_words_of_both_and_of_one_in_both_the_later_meaning() =>
        Assert.Equal(
            [new("Lila", SheetStatus.Rejected), new("Blau", SheetStatus.Offer)],
            StatusMap
                .Parse("Lila:applied")
                .With(StatusMap.Parse("Blau:offer,LILA:rejected"))
                .Words.Select(x => x with { Word = x.Word == "LILA" ? "Lila" : x.Word })
        );

    private static string Meaning(string word)
    {
        var sheet = Sheets.With("Status", word);
        if (sheet.Rows[0] is SheetRow.Refused refused)
            return refused.Reasons[0].Code is "notSubmitted" ? "NotSubmitted" : refused.Reasons[0].Code;
        return sheet.Application().Outcomes.LastOrDefault() switch
        {
            null => "Applied",
            Outcome.FollowedUp => "FollowedUp",
            Outcome.Interview { Ahead: true } => "Scheduled",
            Outcome.Interview { Kind: { } kind } => kind.ToString(),
            Outcome.Interview { Round: 1 } => "Interview",
            Outcome.Interview x => $"Interview {x.Round}",
            Outcome.Step x => x.Kind.ToString(),
            Outcome.Responded x => x.Offer ? "Offer" : "Answered",
            Outcome.Closed x => x.Reason.ToString(),
            _ => "?",
        };
    }
}
