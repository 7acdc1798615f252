using System.Text.RegularExpressions;

namespace FollowUp.Applications.Import;

/// <summary>What programs wrap around the text of a cell: links of Markdown, of a formula, or of an export.</summary>
internal static partial class CellText
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase;
    private const int Patience = 1000;
    private const int Longest = 5_000; // of a cell that programs wrap

    /// <summary>The text alone: <c>[Acme](https://example.org)</c> and <c>=HYPERLINK("https://example.org","Acme")</c> are Acme.</summary>
    public static string Plain(string cell)
    {
        if (cell.Length > Longest)
            return cell;
        if (Hyperlink().Match(cell) is { Success: true } formula)
            return formula.Groups["text"].Value.Replace("\"\"", "\"", StringComparison.Ordinal);
        var text = cell.Contains("](", StringComparison.Ordinal) ? Markdown().Replace(cell, "${text}") : cell;
        return Relation().Replace(text, "").Trim();
    }

    /// <summary>The link in a cell, http or https; else the cell.</summary>
    public static string Link(string cell)
    {
        return cell.Length > Longest ? cell
            : Hyperlink().Match(cell) is { Success: true } formula ? formula.Groups["link"].Value
            : Markdown().Match(cell) is { Success: true } markdown ? markdown.Groups["link"].Value
            : cell.Trim('<', '>');
    }

    public static bool IsLink(string cell) =>
        Uri.TryCreate(cell, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);

    /// <summary>Whether a cell has a formula instead of its value.</summary>
    public static bool IsFormula(string text) => Formula().IsMatch(text);

    /// <summary>The e-mail addresses in a cell, each once, and the name that stands beside them.</summary>
    public static (string? Name, string[] Addresses) Emails(string cell)
    {
        if (cell.Length > Longest)
            return (null, []);
        string[] found = [.. Address().Matches(cell).Select(x => x.Value.TrimEnd('.')).Distinct(StringComparer.OrdinalIgnoreCase)];
        if (found.Length != 1)
            return (null, found);
        var beside = Mailto().Replace(Address().Replace(cell, " "), " ");
        // what ends with a colon is a label
        var name = SheetWords.OneLine(beside.Split('<')[0]).Trim(' ', '"', '\'', ',', ';', '-', '–', '|', '/', '(', '[', ']', '>');
        if (!name.Contains('(', StringComparison.Ordinal))
            name = name.Trim(')', ' ');
        return (CanBeName(name) && !name.EndsWith(':') ? name : null, found);
    }

    /// <summary>Whether a text can be the name of a person, or of an office.</summary>
    public static bool CanBeName(string text) =>
        text.Any(char.IsLetter)
        && !SheetWords.IsYes(text)
        && !SheetWords.IsNo(text)
        && !IsLink(text)
        && !WrittenDate.Parts(text).Any(x => WrittenDate.Parse(x) is not null);

    /// <summary>The telephone number at the end of a cell, and what stands before it.</summary>
    public static (string Before, string Number)? Number(string cell) =>
        cell.Length <= Longest && NumberAtEnd().Match(cell) is { Success: true } match
            ? (match.Groups["before"].Value.TrimEnd(' ', ',', ';', ':', '/', '|', '-', '–', '('), match.Groups["number"].Value)
            : null;

    /// <summary>
    /// A cell that no program takes for a formula: an apostrophe stands before what would begin one. It also stands behind a delimiter
    /// inside the cell, because a program that expects another delimiter than the file's splits the cell there.
    /// </summary>
    public static string Defused(string cell) => FormulaAhead().Replace(cell, "${before}'");

    /// <summary>The text that was <see cref="Defused"/>, here or by another program.</summary>
    public static string Undefused(string cell) =>
        cell.Contains('\'', StringComparison.Ordinal) ? DefusedFormula().Replace(cell, "${before}") : cell;

    /// <summary>The days of 0 and of nothing, which spreadsheets write for an empty cell.</summary>
    public static bool IsZeroDate(string cell) => ZeroDate().IsMatch(cell);

    [GeneratedRegex("""^=\s*HYPERLINK\(\s*"(?<link>[^"]*)"\s*[,;]\s*"(?<text>([^"]|"")*)"\s*\)$""", Options, Patience)]
    private static partial Regex Hyperlink();

    [GeneratedRegex(@"\[(?<text>[^\]\[]+)\]\(\s*(?<link>[^)\s]+)[^)]*\)", Options, Patience)]
    private static partial Regex Markdown();

    // Notion writes a page that a cell refers to as "Name (https://www.notion.so/…)".
    [GeneratedRegex(@"\s*\(https?://(www\.)?notion\.(so|site)/[^)\s]*\)", Options, Patience)]
    private static partial Regex Relation();

    [GeneratedRegex(@"^=\s*([A-Z.]+\s*\(|[0-9$(+-]|\$?[A-Z]{1,3}\$?[0-9])", Options, Patience)]
    private static partial Regex Formula();

    [GeneratedRegex(@"^(?<before>[^0-9+]*)(?<number>\(?(\+|[0-9])[0-9 ()/.\-]{5,28}[0-9])\)?$", Options, Patience)]
    private static partial Regex NumberAtEnd();

    // A quotation mark would hide the beginning from this rule, and not from a program that takes it for text.
    [GeneratedRegex(@"(?<=^|[;,\t\r\n])(?<before>[ ""]*)(?='*[=+\-@\t\r])", Options, Patience)]
    private static partial Regex FormulaAhead();

    [GeneratedRegex(@"(?<=^|[;,\t\r\n])(?<before>[ ""]*)'(?='*[=+\-@\t\r])", Options, Patience)]
    private static partial Regex DefusedFormula();

    [GeneratedRegex(@"mailto:|\?[a-z]+=\S*", Options, Patience)]
    private static partial Regex Mailto();

    [GeneratedRegex(
        @"(?<=^|[\s<>()\[\]:;,""'|/])[^\s<>()\[\]:;,""'|/@]+@[^\s<>()\[\]:;,""'|/@?]+\.[^\s<>()\[\]:;,""'|/@?]+",
        Options,
        Patience
    )]
    private static partial Regex Address();

    [GeneratedRegex(
        @"^(0?[01][/.]0?[01][/.](19)?00|(0000|1900|1899)-(00|01|12)-(00|01|30|31)([ T]00:00(:00)?)?|0?0[/.]0?0[/.]0+|12/3[01]/1899|"
            + @"3[01]\.12\.1899)$",
        Options,
        Patience
    )]
    private static partial Regex ZeroDate();
}
