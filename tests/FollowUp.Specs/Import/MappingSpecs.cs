using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using FollowUp.Applications.Import;
using FollowUp.Applications.Pages.Import;
using FollowUp.Contracts.Tool;

namespace FollowUp.Specs.Import;

/// <summary>The mapping of columns that a person chooses, and the messages about it.</summary>
public sealed partial class MappingSpecs
{
    [Fact]
    public void A_header_may_be_named_whatever_stands_in_it()
    {
        var map = ColumnMap.Of([new("Laden, gross: alle", SheetField.Employer), new("Posten", SheetField.Title)]);

        var application = Sheets.Read("\"Laden, gross: alle\",Posten\nAcme,Clerk\n", Sheets.Options with { Map = map }).Application();

        Assert.Equal(("Acme", "Clerk"), (application.Employer, application.Title));
    }

    [Fact]
    public void Two_headers_are_not_the_same_thing() =>
        Assert.Equal(
            "badMap",
            Assert.Throws<SheetRefusedException>(() => ColumnMap.Of([new("A", SheetField.Title), new("B", SheetField.Title)])).Code
        );

    [Fact]
    public void A_column_is_listed_with_a_sample_cell() =>
        Assert.Equal(
            ["Acme", "Clerk", "", "7"],
            Sheets.Read("Company,Position,Empty,Shoe size\n,,,\nAcme,Clerk,,\nGlobex,Cook,,7\n").Examples
        );

    [Fact]
    public void Whose_rows_they_are_is_known_of_the_refused_ones_too() =>
        Assert.Equal(
            ["c-7", "c-8", "c-1"],
            Sheets.Read("Candidate,Company,Position\nc-7,Acme,Clerk\nc-8,,Cook\nc-7,Globex,Cook\n").Candidates
        );

    [Fact]
    public void A_refused_cell_is_quoted() =>
        Assert.Equal("the other day", Sheets.Read("Company,Position,Date Applied\nAcme,Clerk,the other day\n").Reason().Cell);

    [Fact]
    public void Every_finding_has_its_German()
    {
        var (english, german) = (Entries(""), Entries("de"));
        string[] parts = ["order.", "basis."]; // parts of texts that exist in English only

        Assert.Equal(english.Keys.Where(x => !parts.Any(y => x.StartsWith(y, StringComparison.Ordinal))).Order(), german.Keys.Order());
        Assert.All(german, x => Assert.NotEqual(english[x.Key], x.Value));
        Assert.All(
            german,
            x =>
                Assert.All(
                    Value().Matches(x.Value),
                    y => Assert.Contains(y.Value, Value().Matches(english[x.Key]).Select(z => z.Value).Append("{cell}"))
                )
        );
    }

    [Fact]
    public void Every_code_of_the_parser_has_a_text()
    {
        var known = Entries("").Keys.Select(x => x.Split('.')[0]).ToHashSet();
        var codes = new[] { "RowParser.cs", "SheetDates.cs", "Sheet.cs", "SheetChanges.cs" }
            .SelectMany(x => Code().Matches(File.ReadAllText(Path.Combine(Repository.Root, "services", "applications", "Import", x))))
            .Select(x => x.Groups["code"].Value)
            .ToHashSet();

        Assert.True(codes.Count > 20);
        Assert.Empty(codes.Except(known));
    }

    [Theory]
    [InlineData("Status", "Purple", "Status: „Purple“ ist kein bekannter Stand.")]
    [InlineData("Closing date", "2026-02-30", "Closing date: „2026-02-30“: Dieses Datum gibt es nicht.")]
    [InlineData("Closing date", "13/14/2024", "Closing date: „13/14/2024“: Dieses Datum gibt es nicht.")]
    [InlineData("Response date", "2026-09-21", "Response date: „2026-09-21“ liegt noch in der Zukunft.")]
    public void A_finding_is_translated_into_German(string header, string cell, string german) =>
        Assert.Equal(german, Pages.Spoken.In("de-DE", (t, _) => SheetSentences.Named(Sheets.With(header, cell).Finding(), t)));

    [Theory]
    [InlineData("Closing date", "2026-02-30", "\"Closing date\" says \"2026-02-30\", and there is no such date.")]
    [InlineData(
        "Closing date",
        "13/14/2024",
        "\"Closing date\" says \"13/14/2024\", and there is no such date "
            + "(Dates like 9/10/24 in \"Closing date\" were read with the month first, a guess: no date in the sheet tells)."
    )]
    [InlineData("Status", "Wishlist", "Status: \"Wishlist\": nothing was submitted yet, so there is nothing to follow up.")]
    public void A_finding_in_English_names_its_column_once(string header, string cell, string english) =>
        Assert.Equal(english, Pages.Spoken.In("en-US", (t, _) => SheetSentences.Named(Sheets.With(header, cell).Finding(), t)));

    [Fact]
    public void A_sheet_with_too_many_alike_is_refused_in_German() =>
        Assert.NotEqual(
            SheetColumns.TooManyAlike,
            Pages.Spoken.In("de-DE", (t, _) => SheetSentences.Of(new SheetRefusedException("tooManyAlike", SheetColumns.TooManyAlike), t))
        );

    private static Dictionary<string, string> Entries(string language) =>
        new ResourceManager(typeof(ImportText))
            .GetResourceSet(CultureInfo.GetCultureInfo(language), createIfNotExists: true, tryParents: false)!
            .Cast<DictionaryEntry>()
            .ToDictionary(x => (string)x.Key, x => (string)x.Value!, StringComparer.Ordinal);

    [GeneratedRegex(
        """((Remark|Refuse|Keep|Unusable|Found)\([^"]*|Says\(\s*|Finding\(null, |new\(\s*null,\s*null,\s*)"(?<code>[a-zA-Z]{4,})"[,)]""",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Code();

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, 1000)]
    private static partial Regex Value();
}
