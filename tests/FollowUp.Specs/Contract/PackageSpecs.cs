using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using FollowUp.Contracts.Tool;

namespace FollowUp.Specs.Contract;

/// <summary>The published packages contain everything that they should, and nothing of the build machine.</summary>
public sealed class PackageSpecs
{
    [Theory]
    [InlineData("FollowUp.Contracts"), InlineData("FollowUp.Contracts.MassTransit", "FollowUp.Contracts", "MassTransit.RabbitMQ")]
    public async Task A_package_is_whole_and_brings_only_what_it_needs(string name, params string[] dependencies)
    {
        var folder = Directory.CreateTempSubdirectory("followup-pack-").FullName;
        try
        {
            await Pack(name, folder);
            using var package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(folder, "*.nupkg")));
            using var symbols = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(folder, "*.snupkg")));
            var files = package.Entries.Select(x => x.FullName).ToList();
            Assert.Contains($"lib/net10.0/{name}.dll", files);
            Assert.Contains($"lib/net10.0/{name}.xml", files);
            Assert.Contains("README.md", files);
            Assert.Single(files, x => x.EndsWith(".dll", StringComparison.Ordinal));
            Assert.Contains(symbols.Entries, x => x.FullName == $"lib/net10.0/{name}.pdb");

            var about = XDocument.Load(package.Entries.Single(x => x.FullName == $"{name}.nuspec").Open()).Root!.Elements().Single();
            string? Element(string element) => about.Elements().SingleOrDefault(x => x.Name.LocalName == element)?.Value;
            Assert.Equal(
                (name, "Apache-2.0", "README.md", "FollowUp"),
                (Element("id"), Element("license"), Element("readme"), Element("authors"))
            );
            Assert.False(string.IsNullOrWhiteSpace(Element("description")));
            var needed = about
                .Descendants()
                .Where(x => x.Name.LocalName == "dependency")
                .ToDictionary(x => x.Attribute("id")!.Value, x => x.Attribute("version")!.Value);
            Assert.Equal(dependencies, needed.Keys.Order(StringComparer.Ordinal));
            if (needed.TryGetValue("MassTransit.RabbitMQ", out var range))
                Assert.EndsWith(", 9.0.0)", range, StringComparison.Ordinal); // from version 9 on, MassTransit needs a paid licence key

            foreach (
                var entry in package
                    .Entries.Concat(symbols.Entries)
                    .Where(x =>
                        x.FullName.EndsWith(".dll", StringComparison.Ordinal) || x.FullName.EndsWith(".pdb", StringComparison.Ordinal)
                    )
            )
                Assert.DoesNotContain(Repository.Root, Latin(entry), StringComparison.Ordinal);
            Assert.Contains("SubscribeToFollowUp", Latin(package.Entries.Single(x => x.FullName == "README.md")), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Packs the project as it was built for these specs.
    private static async Task Pack(string name, string to)
    {
        var configuration = AppContext.BaseDirectory.Contains(
            $"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}",
            StringComparison.Ordinal
        )
            ? "Release"
            : "Debug";
        var start = new ProcessStartInfo(
            "dotnet",
            [
                "pack",
                Path.Combine(Repository.Contracts, name),
                "--no-build",
                "--configuration",
                configuration,
                "--output",
                to,
                "--nologo",
                "-nodeReuse:false",
            ]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        Assert.True(process.ExitCode == 0, await output + await errors);
    }

    private static string Latin(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open(), Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
