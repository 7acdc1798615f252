using System.Globalization;
using System.Text.RegularExpressions;
using FollowUp.Applications.Import;
using FollowUp.Applications.Pages;
using FollowUp.Applications.Pages.Import;
using FollowUp.Contracts.Tool;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace FollowUp.Specs.Import;

/// <summary>What a person says that the columns are, and what is said to them.</summary>
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
    public void A_column_is_shown_by_a_cell_of_it() =>
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
    public void What_is_refused_is_quoted() =>
        Assert.Equal("the other day", Sheets.Read("Company,Position,Date Applied\nAcme,Clerk,the other day\n").Reason().Cell);

    [Fact]
    public void Everything_that_is_found_is_said_in_German()
    {
        using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
        var words = services.GetRequiredService<IStringLocalizer<Words>>();
        var codes = new[] { "RowParser.cs", "SheetDates.cs", "Sheet.cs" }
            .SelectMany(x => Code().Matches(File.ReadAllText(Path.Combine(Repository.Root, "services", "applications", "Import", x))))
            .Select(x => x.Groups["code"].Value)
            .Distinct()
            .ToList();
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.True(codes.Count > 20);
            string[] english = [.. codes.Where(x => SheetSentences.Of(new Finding("Spalte", x, "English", "Zelle"), words) == "English")];
            Assert.Empty(english);
            Assert.NotEqual(RowParser.ThereIsMore.Sentence, SheetSentences.Of(RowParser.ThereIsMore, words));
            Assert.NotEqual(
                SheetColumns.TooManyAlike,
                SheetSentences.Of(new SheetRefusedException("tooManyAlike", SheetColumns.TooManyAlike), words)
            );
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    [GeneratedRegex("""((Remark|Refuse|Keep)\([^"]*|new\(null,( null,)? )"(?<code>[a-zA-Z]{4,})",""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();
}
