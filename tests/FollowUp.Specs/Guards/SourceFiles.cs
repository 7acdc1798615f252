namespace FollowUp.Specs.Guards;

/// <summary>The repository from which the specs were built.</summary>
internal static class SourceFiles
{
    public static readonly string Root = Find(AppContext.BaseDirectory);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "FollowUp.sln"))
            ? folder
            : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Not inside the repository."));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The source files of a folder, without generated files.</summary>
    public static IEnumerable<string> In(string folder, string pattern = "*.cs") =>
        Directory
            .EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(x => !x.Split(Path.DirectorySeparatorChar).Intersect(["obj", "bin"]).Any());
}
