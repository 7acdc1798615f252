using FollowUp.Contracts.Tool;

// ./followup contracts [--release]: writes asyncapi.yaml and schemas/ from the records; --release also records the current contracts as
// released.
if (args is not ([] or ["--release"]))
{
    Console.Error.WriteLine("contracts: nothing, or --release.");
    return 2;
}

var folder = Repository.Contracts;
Artefacts.Write(folder);
Console.WriteLine($"Wrote {Messages.All.Count} schemas and asyncapi.yaml.");
var breaks = args is [] ? Compatibility.Breaks(Artefacts.LastRelease(folder), Artefacts.Current()) : Artefacts.Release(folder);
foreach (var sentence in breaks)
    Console.Error.WriteLine(sentence);
if (breaks.Count > 0)
    Console.Error.WriteLine("That breaks what was released. A breaking change is a new type (v2), published beside the old one.");
else if (args is ["--release"])
    Console.WriteLine($"Released: {Artefacts.Released} now holds them.");
return breaks.Count == 0 ? 0 : 1;

namespace FollowUp.Contracts.Tool
{
    /// <summary>The paths of the repository.</summary>
    public static class Repository
    {
        /// <summary>The root of the repository that contains this program.</summary>
        public static string Root { get; } = Find(AppContext.BaseDirectory);

        /// <summary>The folder <c>contracts/</c>.</summary>
        public static string Contracts { get; } = Path.Combine(Root, "contracts");

        private static string Find(string folder) =>
            File.Exists(Path.Combine(folder, "FollowUp.sln"))
                ? folder
                : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Not inside the repository."));
    }
}
