namespace FollowUp.Specs.Guards;

/// <summary>The layout that CSharpier can't hold: strings and comments, and the whole of the Razor files.</summary>
public sealed class LayoutSpecs
{
    private const int Widest = 140;

    [Theory]
    [InlineData("*.cs")]
    [InlineData("*.razor")]
    public void No_line_is_longer_than_140_columns(string pattern)
    {
        // Not the root itself: .followup has folders that only the database's user can read.
        var files = new[] { "contracts", "services", "tests" }.SelectMany(x => SourceFiles.In(x, pattern)).ToList();
        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(LongLines));
    }

    private static IEnumerable<string> LongLines(string file) =>
        File.ReadLines(file)
            .Select((line, index) => (line.Length, Number: index + 1))
            .Where(x => x.Length > Widest)
            .Select(x => $"{Path.GetRelativePath(SourceFiles.Root, file)}:{x.Number} has {x.Length} columns");
}
