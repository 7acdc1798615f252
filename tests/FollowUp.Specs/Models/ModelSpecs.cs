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
    public static TheoryData<string> Models { get; } =
    [.. Directory.GetFiles(Path.Combine(SourceFiles.Root, "tests/models"), "*.pml").Select(x => Path.GetFileNameWithoutExtension(x)!).Order()];

    [Theory, MemberData(nameof(Models))]
    public async Task Every_property_of_the_model_holds(string name)
    {
        var text = SourceFiles.Read($"tests/models/{name}.pml");
        using var bare = await Model.Compile(text, TestContext.Current.CancellationToken, "-O2", "-DSAFETY", "-DNOCLAIM");
        var found = await bare.Search(TestContext.Current.CancellationToken);
        MustBeComplete(found);
        // What is never executed would be modelled in vain.
        Assert.DoesNotContain(Unreached().Matches(found), x => !x.Value.Contains("-end-", StringComparison.Ordinal));

        using var model = await Model.Compile(text, TestContext.Current.CancellationToken, "-O2", "-DSAFETY");
        var properties = Property().Matches(text).Select(x => x.Groups["name"].Value).ToArray();
        Assert.NotEmpty(properties);
        foreach (var property in properties)
            MustBeComplete(await model.Search(TestContext.Current.CancellationToken, "-N", property));
    }

    [Theory, MemberData(nameof(Models))]
    public async Task Every_mutant_of_the_model_violates_its_property(string name)
    {
        var text = SourceFiles.Read($"tests/models/{name}.pml");
        var model = text[..text.IndexOf("/* MUTANT", StringComparison.Ordinal)];
        var mutants = Mutant().Matches(text);
        Assert.Equal(Regex.Count(text, @"/\* MUTANT", RegexOptions.None, TimeSpan.FromSeconds(1)), mutants.Count);
        Assert.Empty(
            Property().Matches(text).Select(x => x.Groups["name"].Value).Except(mutants.Select(x => x.Groups["name"].Value))
        );
        foreach (Match mutant in mutants)
        {
            var (before, after) = (mutant.Groups["before"].Value, mutant.Groups["after"].Value);
            Assert.Equal(2, model.Split(before).Length); // it occurs once
            using var changed = await Model.Compile(
                model.Replace(before, after, StringComparison.Ordinal),
                TestContext.Current.CancellationToken,
                "-O0", // compiled faster than it would be searched
                "-DSAFETY"
            );
            var found = await changed.Search(TestContext.Current.CancellationToken, "-N", mutant.Groups["name"].Value);
            Assert.True(
                Violation().IsMatch(found),
                $"{mutant.Groups["name"].Value} holds although {mutant.Groups["why"].Value}:\n{found}"
            );
        }
    }

    private static void MustBeComplete(string found)
    {
        Assert.Contains("errors: 0", found, StringComparison.Ordinal);
        Assert.DoesNotContain("Search not completed", found, StringComparison.Ordinal);
        Assert.DoesNotContain("max search depth too small", found, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^ltl (?<name>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Property();

    [GeneratedRegex(
        @"/\* MUTANT (?<name>\w+): (?<why>[^\n]+)\n-(?<before>[^\n]+)\n\+(?<after>[^\n]+)\n\*/",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Mutant();

    // The claim's own assertion: not an index that leaves its array, nor a model that is stuck.
    [GeneratedRegex(@"^pan:\d+: assertion violated  !\(", RegexOptions.Multiline, 1000)]
    private static partial Regex Violation();

    [GeneratedRegex(@"^\s+model\.pml:\d+, state .*$", RegexOptions.Multiline, 1000)]
    private static partial Regex Unreached();

    /// <summary>A compiled verifier in a directory of its own.</summary>
    private sealed class Model(string directory) : IDisposable
    {
        public static async Task<Model> Compile(string text, CancellationToken ct, params string[] options)
        {
            var model = new Model(Directory.CreateTempSubdirectory("followup-model-").FullName);
            try
            {
                await File.WriteAllTextAsync(Path.Combine(model.Folder, "model.pml"), text, ct);
                await model.Run("spin", ["-a", "model.pml"], ct);
                await model.Run("gcc", ["-w", .. options, "-DMEMLIM=2048", "-o", "pan", "pan.c"], ct);
                return model;
            }
            catch
            {
                model.Dispose();
                throw;
            }
        }

        private string Folder => directory;

        public Task<string> Search(CancellationToken ct, params string[] options) =>
            Run(Path.Combine(Folder, "pan"), ["-m100000", "-w20", .. options], ct);

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
