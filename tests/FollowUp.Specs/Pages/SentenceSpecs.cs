using FollowUp.Platform;

namespace FollowUp.Specs.Pages;

/// <summary>The pages translate a refusal, of their own service or the other, with its values.</summary>
public sealed class SentenceSpecs
{
    [Theory]
    [InlineData("It must not be blank.", "Es darf nicht leer sein.")]
    [InlineData("Something nobody translated at all.", "Something nobody translated at all.")]
    [InlineData("Braces {0} in a text without values stay.", "Braces {0} in a text without values stay.")]
    [InlineData("", "")]
    public void A_sentence_without_values_is_found_by_its_text(string english, string german) => Is(english, english, german);

    [Fact]
    public void A_sentence_with_values_is_found_by_its_text_and_filled_in()
    {
        Is(
            $"It must not be longer than {50} characters.",
            "It must not be longer than 50 characters.",
            "Es darf nicht länger als 50 Zeichen sein."
        );
        Is($"Nobody translated the number {7}.", "Nobody translated the number 7.", "Nobody translated the number 7.");
    }

    [Fact]
    public void A_day_among_the_values_is_written_as_the_reader_writes_it() =>
        Is(
            $"The one cover letter of this application was sent on {new DateOnly(2026, 3, 2):yyyy-MM-dd}.",
            "The one cover letter of this application was sent on Monday, 2 March 2026.",
            "Das eine Anschreiben dieser Bewerbung wurde am Montag, 2. März 2026 abgeschickt."
        );

    [Fact]
    public void A_refusal_of_the_other_service_keeps_its_values_on_the_way()
    {
        var refused = RefusedException.Of(RefusedException.BadInput("hours", $"It must be between {1} and {90}.").ToContract());
        Assert.Equal(["1", "90"], refused.Errors!["hours"][0].Values);
        Assert.Equal(["1", "90"], refused.Detail.Values);
    }

    private static void Is(Sentence sentence, string english, string german)
    {
        Assert.Equal(german, Spoken.In("de-DE", (_, terms) => terms.Sentence(sentence)));
        Assert.Equal(english, Spoken.In("en-GB", (_, terms) => terms.Sentence(sentence)));
    }
}
