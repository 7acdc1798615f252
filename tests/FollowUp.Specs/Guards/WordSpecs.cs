using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FollowUp.Applications.Pages;
using FollowUp.Contracts.Tool;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace FollowUp.Specs.Guards;

/// <summary>Every text of the pages has a German translation.</summary>
public sealed partial class WordSpecs
{
    private static readonly string Services = Path.Combine(Repository.Root, "services");
    private static readonly Dictionary<string, string> German = XDocument
        .Load(Path.Combine(Services, "applications.pages", "Words.de.resx"))
        .Root!.Elements("data")
        .ToDictionary(x => x.Attribute("name")!.Value, x => x.Element("value")!.Value, StringComparer.Ordinal);

    [Fact]
    public void Every_word_of_the_pages_has_its_German()
    {
        string[] missing =
        [
            .. Asked()
                .Concat(Terms.All)
                .Distinct(StringComparer.Ordinal)
                .Where(x => string.IsNullOrWhiteSpace(German.GetValueOrDefault(x))),
        ];
        Assert.Empty(missing);
    }

    [Fact]
    public void No_German_is_left_over()
    {
        var code = string.Join('\n', Sources(Services).Select(Code));
        var literals = Literal()
            .Matches(code)
            .Select(x => Plain(x.Groups["text"].Value))
            .Concat(Terms.All)
            .ToHashSet(StringComparer.Ordinal);
        // A sentence that is built elsewhere with values occurs there in parts.
        string[] left =
        [
            .. German
                .Keys.Except(literals, StringComparer.Ordinal)
                .Where(x => !Value().IsMatch(x) || Value().Split(x).Any(y => !code.Contains(y.Trim(), StringComparison.Ordinal))),
        ];
        Assert.Empty(left);
    }

    [Fact]
    public void None_differs_from_another_by_its_capitals_alone() => // the dictionary would keep only one of the two
        Assert.Equal(German.Count, German.Keys.Distinct(StringComparer.OrdinalIgnoreCase).Count());

    [Fact]
    public void Both_languages_name_the_same_values() =>
        Assert.Empty(German.Where(x => !Values(x.Key).SetEquals(Values(x.Value))).Select(x => x.Key));

    [Fact]
    public void The_pages_find_it()
    {
        using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
        var words = services.GetRequiredService<IStringLocalizer<Words>>();
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("de-AT");
            Assert.Equal("Heute", words["Today"].Value);
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en-US");
            Assert.Equal("Today", words["Today"].Value);
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    private static IEnumerable<string> Asked() =>
        Sources(Path.Combine(Services, "applications.pages"))
            .Select(Code)
            .SelectMany(x =>
                Localised()
                    .Matches(x)
                    .Select(y => y.Groups["text"].Value)
                    .Concat(Counted().Matches(x).SelectMany(y => new[] { y.Groups["one"].Value, y.Groups["many"].Value }))
            )
            .Select(Plain);

    private static IEnumerable<string> Sources(string directory) =>
        Directory
            .EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Where(x => x.EndsWith(".cs", StringComparison.Ordinal) || x.EndsWith(".razor", StringComparison.Ordinal))
            .Where(x => !x.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    // A long text is several literals with "+" between them, which the compiler joins.
    private static string Code(string file) => Concatenation().Replace(File.ReadAllText(file), "");

    private static HashSet<string> Values(string text) => [.. Value().Matches(text).Select(x => x.Value)];

    private static string Plain(string literal) =>
        literal.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);

    [GeneratedRegex(
        """\b[Tt]\[\s*"(?<text>(?:[^"\\]|\\.)*)"\s*[\],]""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        5000
    )]
    private static partial Regex Localised();

    [GeneratedRegex(
        """\bCount\([^;"]*?"(?<one>(?:[^"\\]|\\.)*)",\s*"(?<many>(?:[^"\\]|\\.)*)"\s*\)""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        5000
    )]
    private static partial Regex Counted();

    [GeneratedRegex("""(?<!\$)"(?<text>(?:[^"\\\r\n]|\\.)+)(?=")""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Literal();

    [GeneratedRegex("""(?<!\\)"\s+\+\s+"(?!")""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Concatenation();

    [GeneratedRegex(@"\{\d+[^}]*\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Value();
}
