using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using FollowUp.Contracts;
using FollowUp.InternalContracts.Localization;
using FollowUp.Scheduler.Planning;
using static FollowUp.Specs.Planning.Story;

namespace FollowUp.Specs.Planning;

public sealed partial class GermanSpecs
{
    private static readonly CultureInfo German = CultureInfo.GetCultureInfo("de"),
        English = CultureInfo.InvariantCulture;
    private static readonly DateTimeOffset Moment = At("2026-03-09T09:05:07+02:00");

    // Each culture's own entries, without the fallback for a missing entry.
    private static readonly ImmutableSortedDictionary<string, string> Entries = In(English),
        Translated = In(German);

    private static ImmutableSortedDictionary<string, string> In(CultureInfo language) =>
        new ResourceManager(typeof(ReasonText))
            .GetResourceSet(language, true, false)!
            .Cast<DictionaryEntry>()
            .ToImmutableSortedDictionary(x => (string)x.Key, x => (string)x.Value!, StringComparer.Ordinal);

    [Fact]
    public void Every_entry_is_translated_and_names_the_same_values()
    {
        Assert.Equal(Entries.Keys, Translated.Keys);
        Assert.All(Entries, x => Assert.Equal(NamesIn(x.Value), NamesIn(Translated[x.Key])));
        string[] same = ["wait.0", "basis.other", "role.recruiter", "format.time"]; // empty, or the same word in both languages
        Assert.All(Entries.Where(x => !same.Contains(x.Key)), x => Assert.NotEqual(x.Value, Translated[x.Key]));
    }

    [Fact]
    public void Every_word_that_a_translation_asks_for_is_there()
    {
        var named = Translated
            .Values.SelectMany(x => Placeholder().Matches(x))
            .Select(x => x.Groups["word"].Value)
            .Where(x => x.Length > 0)
            .Distinct();
        Assert.All(
            named,
            x =>
                Assert.True(
                    Translated.ContainsKey($"format.{x}") || Translated.Keys.Any(key => key.StartsWith($"{x}.", StringComparison.Ordinal)),
                    x
                )
        );
    }

    [Fact]
    public void Every_reason_is_translated_with_nothing_left_in_English()
    {
        Assert.True(SentenceSpecs.All.Count > 100);
        foreach (var reason in SentenceSpecs.All)
        {
            var german = ReasonText.Find(reason, German);
            Assert.NotNull(german);
            Assert.DoesNotMatch(Leftover(), german);
            Assert.True(german != reason.Sentence && german.EndsWith('.'), german);
            Assert.True(char.IsUpper(german[0]) || reason.Values?.GetValueOrDefault("by") == "ana", german);
            Assert.Equal(german, ReasonText.Format(reason, CultureInfo.GetCultureInfo("de-AT")));
            if (reason.Values?.GetValueOrDefault("why") is { } why)
                Assert.DoesNotContain(why, german, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Days_roles_and_channels_have_their_German_form()
    {
        Assert.Equal(
            "Fällig am Mittwoch, 4. März 2026 um 09:00 Uhr (Europe/Berlin) und möglich bis zum Ende des Tages am Mittwoch, 18. März 2026.",
            Say(Reasons.Due(Date("2026-03-04"), new(9, 0), Date("2026-03-18"), "Europe/Berlin"))
        );
        Assert.Equal(
            "Die Nachfrage der Etappe 1 wurde am 09.03.2026 von ana erledigt (Telefon).",
            Say(Reasons.AlreadyMade(new(1, Guid.Empty, "ana", Channel.Phone, 1, Moment)))
        );
        Assert.Equal(
            "ana hat die Nachfrage übernommen, bis 09.03.2026, 07:05:07 UTC.",
            Say(Reasons.ClaimedByAnother(new(1, Guid.Empty, "ana", null, 1, Moment, Moment)))
        );
        Assert.Equal(
            "Eine Direktnachricht setzt einen Ansprechpartner voraus (künftige Führungskraft), und noch ist keiner erfasst; "
                + "deshalb steht dieser Weg nicht zur Wahl.",
            Say(Reasons.ContactMissing(Channel.DirectMessage, ContactRole.HiringManager))
        );
        Assert.Equal(
            "Wie dieser Arbeitgeber einstellt, ist nicht bekannt. Wartezeit: 7 Arbeitstage.",
            Say(Reasons.Situation(Situations.Unknown, 7))
        );
        Assert.Equal("Mögliche Wege: Telefon, E-Mail.", Say(Reasons.ToBeMadeBy([Channel.Phone, Channel.Email])));
    }

    [Fact]
    public void A_nested_reason_is_translated_too_however_deep()
    {
        Assert.Equal(
            "Die Nachfrage ist entfallen. Der Arbeitgeber hat am Mittwoch, 4. März 2026 geantwortet, es gibt also nichts zu fragen.",
            Say(Reasons.IsWaived(Reasons.EmployerResponded(Date("2026-03-04"))))
        );
        Assert.Equal(
            "Die Nachfrage wird zurückgehalten. "
                + "Die Nachfrage war zurückgehalten und soll auf Entscheidung einer Person trotzdem stattfinden. "
                + "Die Bewerbung ist abgeschlossen: Stelle anderweitig besetzt.",
            Say(
                Reasons.IsWithheld(
                    new(1, Situations.Unknown, [Reasons.Overridden(Reasons.ApplicationClosed(ClosingReason.PositionFilled))])
                )
            )
        );
    }

    [Fact]
    public void A_nested_reason_without_stored_values_keeps_its_sentence()
    {
        var old = new Reason(
            "waived",
            "The follow-up is no longer needed. An old sentence.",
            new Dictionary<string, string> { ["because"] = "employerResponded", ["why"] = "An old sentence." }
        );
        Assert.Equal("Die Nachfrage ist entfallen. An old sentence.", Say(old));
        Assert.Equal(old.Sentence, ReasonText.Format(old, English));
        Assert.Equal("A sentence of a newer version.", Say(new("newer", "A sentence of a newer version.")));
    }

    private static string Say(Reason reason) => ReasonText.Format(reason, German);

    private static IEnumerable<string> NamesIn(string entry) =>
        Placeholder().Matches(entry).Select(x => x.Groups["name"].Value).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{(?<name>\w+)(:(?<word>\w+))?\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex(
        @"[{}]|\b(the|and|is|follow-up|day|days|phone|email|owner)\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Leftover();
}
