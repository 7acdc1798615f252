namespace FollowUp.Contracts;

/// <summary>The codes of countries (ISO 3166-1 alpha-2, as <c>DE</c>) and of their regions (ISO 3166-2, as <c>DE-BY</c>).</summary>
public static class RegionCode
{
    /// <summary>Whether a text has the form of a country's code.</summary>
    /// <param name="text">The code.</param>
    public static bool IsCountry(string? text) => text is { Length: 2 } && text.All(char.IsAsciiLetterUpper);

    /// <summary>Whether a text has the form of a region's code.</summary>
    /// <param name="text">The code.</param>
    public static bool IsRegion(string? text) =>
        text is { Length: >= 4 and <= 6 }
        && IsCountry(text[..2])
        && text[2] == '-'
        && text[3..].All(x => char.IsAsciiLetterUpper(x) || char.IsAsciiDigit(x));
}
