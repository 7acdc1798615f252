using System.Diagnostics;
using System.Text.RegularExpressions;
using FollowUp.Specs.Guards;

namespace FollowUp.Specs.Models;

// See docs/model.md
/// <summary>
/// Checks the models of the protocol with spin, exhaustively: every property of each holds, and every mutant violates the property that it
/// names, so that no property holds because the model never gets there.
/// </summary>
public sealed partial class ModelSpecs
{
    private const int Patient = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(Patient);

    public static TheoryData<string> Models { get; } =
    [
        .. Directory
            .GetFiles(Path.Combine(SourceFiles.Root, "tests/models"), "*.pml")
            .Select(x => Path.GetFileNameWithoutExtension(x)!)
            .Order(),
    ];

    [Theory, MemberData(nameof(Models))]
    public async Task Every_property_of_the_model_holds(string name)
    {
        var (model, properties, _) = Read(name);
        using var compiled = await Model.Compile(Checking(model, properties.Values), "-O1", TestContext.Current.CancellationToken);
        var found = await compiled.Search(TestContext.Current.CancellationToken);
        Assert.Contains("errors: 0", found, StringComparison.Ordinal);
        Assert.DoesNotContain("Search not completed", found, StringComparison.Ordinal);
        Assert.DoesNotContain("max search depth too small", found, StringComparison.Ordinal);
        // What is never executed would be modelled in vain. Only the assertions must not be.
        Assert.Equal(properties.Count, Unreached().Count(found));
    }

    [Theory, MemberData(nameof(Models))]
    public async Task Every_mutant_of_the_model_violates_its_property(string name)
    {
        var (model, properties, mutants) = Read(name);
        Assert.Equal(properties.Keys.Order(), mutants.Select(x => x.Property).Distinct().Order());
        foreach (var (property, why, before, after) in mutants)
        {
            Assert.Equal(2, model.Split(before).Length); // it occurs once
            var changed = Checking(model.Replace(before, after, StringComparison.Ordinal), [properties[property]]);
            // without optimizing, it is compiled faster than it would be searched
            using var compiled = await Model.Compile(changed, "-O0", TestContext.Current.CancellationToken);
            var found = await compiled.Search(TestContext.Current.CancellationToken);
            Assert.True(Violation().IsMatch(found), $"{property} holds although {why}:\n{found}");
        }
    }

    private static (string Model, Dictionary<string, string> Properties, Mutation[] Mutants) Read(string name)
    {
        var text = SourceFiles.Read($"tests/models/{name}.pml");
        var properties = Property().Matches(text).ToDictionary(x => x.Groups["name"].Value, x => x.Groups["claim"].Value);
        var mutants = Mutant()
            .Matches(text)
            .Select(x => new Mutation(Group(x, "name"), Group(x, "why"), Group(x, "before"), Group(x, "after")));
        Assert.Equal(Regex.Count(text, "^ltl", RegexOptions.Multiline, Patience), properties.Count);
        Assert.Equal(Regex.Count(text, "MUTANT", RegexOptions.None, Patience), mutants.Count());
        return (Property().Replace(text, "").Split("/* MUTANT", 2)[0], properties, [.. mutants]);

        static string Group(Match match, string name) => match.Groups[name].Value;
    }

    // One search checks every property: a process that is stuck unless one of them is violated.
    private static string Checking(string model, IEnumerable<string> properties) =>
        $"{model}\nactive proctype Properties() {{\nend: do\n"
        + string.Concat(properties.Select(x => $":: !({x}) -> assert({x})\n"))
        + "od\n}\n";

    /// <summary>A replacement in a model.</summary>
    private sealed record Mutation(string Property, string Why, string Before, string After);

    [GeneratedRegex(@"^ltl (?<name>\w+)\s+\{ \[\] (?<claim>[^\n}]+) \}", RegexOptions.Multiline | RegexOptions.ExplicitCapture, Patient)]
    private static partial Regex Property();

    [GeneratedRegex(
        @"/\* MUTANT (?<name>\w+): (?<why>[^\n]+)\n-(?<before>[^\n]+)\n\+(?<after>[^\n]+)\n\*/",
        RegexOptions.ExplicitCapture,
        Patient
    )]
    private static partial Regex Mutant();

    // A property's own assertion: not an index that leaves its array, nor a model that is stuck.
    [GeneratedRegex(@"^pan:\d+: assertion violated +!?\(", RegexOptions.Multiline, Patient)]
    private static partial Regex Violation();

    [GeneratedRegex(@"^\s+model\.pml:\d+, state \d+, ""(?!-end-)", RegexOptions.Multiline, Patient)]
    private static partial Regex Unreached();

    /// <summary>A compiled verifier in a directory of its own.</summary>
    private sealed class Model(string directory) : IDisposable
    {
        public static async Task<Model> Compile(string text, string optimizing, CancellationToken ct)
        {
            var model = new Model(Directory.CreateTempSubdirectory("followup-model-").FullName);
            try
            {
                await File.WriteAllTextAsync(Path.Combine(model.Folder, "model.pml"), text, ct);
                await model.Run("spin", ["-a", "model.pml"], ct);
                await model.Run("gcc", ["-w", optimizing, "-DSAFETY", "-DMEMLIM=1024", "-o", "pan", "pan.c"], ct);
                return model;
            }
            catch
            {
                model.Dispose();
                throw;
            }
        }

        private string Folder => directory;

        // States and memory bound a search, not time: it also ends on a machine that is busy.
        public Task<string> Search(CancellationToken ct) => Run(Path.Combine(Folder, "pan"), ["-m100000", "-w20"], ct);

        public void Dispose() => Directory.Delete(Folder, recursive: true);

        private async Task<string> Run(string program, string[] arguments, CancellationToken ct)
        {
            var start = new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = Folder,
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            try
            {
                var (output, errors) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
                await process.WaitForExitAsync(ct);
                var said = await output + await errors;
                return process.ExitCode == 0 ? said : throw new InvalidOperationException($"{program} failed:\n{said}");
            }
            finally
            {
                if (!process.HasExited)
                    process.Kill();
            }
        }
    }
}
