using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace FollowUp.Contracts.Tool;

/// <summary>The doc comments of the contracts, as text for readers of any language.</summary>
public static partial class Docs
{
    private static readonly Dictionary<string, XElement> Members = XDocument
        .Load(Path.Combine(AppContext.BaseDirectory, "FollowUp.Contracts.xml"))
        .Descendants("member")
        .ToDictionary(x => x.Attribute("name")!.Value);

    /// <summary>The description of a type.</summary>
    public static string Of(Type type) => Text(Members[$"T:{type.FullName}"].Element("summary")!);

    /// <summary>The description of a property; that of a positional record is its parameter's.</summary>
    public static string Of(Type type, string property) =>
        Text(
            Members[$"T:{type.FullName}"].Elements("param").FirstOrDefault(x => x.Attribute("name")!.Value == property)
                ?? Members[$"P:{type.FullName}.{property}"].Element("summary")!
        );

    /// <summary>The description of an enum's value.</summary>
    public static string OfWord(Type type, string word) => Text(Members[$"F:{type.FullName}.{word}"].Element("summary")!);

    private static string Text(XElement element)
    {
        var text = string.Concat(
            element
                .Nodes()
                .Select(x =>
                    x switch
                    {
                        XText t => t.Value,
                        XElement { Name.LocalName: "c" } e => $"`{e.Value}`",
                        XElement { Name.LocalName: "see" } e when e.Attribute("href") is not null => e.Value,
                        XElement e when e.Attribute("cref") is { } cref => $"`{Schemas.Camel(cref.Value.Split('.')[^1])}`",
                        XElement e when e.Attribute("name") is { } name => $"`{Schemas.Camel(name.Value)}`",
                        _ => throw new NotSupportedException($"A doc comment holds {x}."),
                    }
                )
        );
        text = Spaces().Replace(text, " ").Trim();
        text = OwnName().Replace(text, "");
        return char.ToUpperInvariant(text[0]) + text[1..];
    }

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^`followup\.[a-z.-]+\.v\d+`: ", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OwnName();
}
