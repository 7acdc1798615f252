namespace FollowUp.Specs.Pages;

/// <summary>The pages translate a refusal of the other service, with its values.</summary>
public sealed class SentenceSpecs
{
    [Theory]
    [InlineData("It must not be blank.", "Es darf nicht leer sein.")]
    [InlineData("It must not be longer than 50 characters.", "Es darf nicht länger als 50 Zeichen sein.")]
    [InlineData(
        "The one cover letter of this application was sent on 2026-03-02.",
        "Das eine Anschreiben dieser Bewerbung wurde am Montag, 2. März 2026 abgeschickt."
    )]
    [InlineData("Something nobody translated at all.", "Something nobody translated at all.")]
    [InlineData("", "")]
    public void A_sentence_with_values_is_found_by_its_form(string english, string german)
    {
        Assert.Equal(german, Spoken.In("de-DE", (_, terms) => terms.Sentence(english)));
        Assert.Equal(english, Spoken.In("en-GB", (_, terms) => terms.Sentence(english)));
    }
}
