using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FollowUp.Contracts.Tool;

namespace FollowUp.EndToEnd.Bus;

/// <summary>The examples of docs/integrating.md, run exactly as the page prints them.</summary>
public sealed partial class Examples_of_the_document(SharedPair shared) : Story(shared)
{
    private const int MostLines = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4); // the C# examples are compiled first
    private static readonly Lazy<IReadOnlyDictionary<string, string>> All = new(() =>
        Blocks()
            .Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "integrating.md")))
            .ToDictionary(x => x.Groups["name"].Value, x => x.Groups["text"].Value, StringComparer.Ordinal)
    );

    [Fact]
    public void Each_is_short()
    {
        Assert.Equal(
            ["commander.cs", "commander.py", "masstransit-commander.cs", "masstransit-subscriber.cs", "subscriber.cs", "subscriber.py"],
            All.Value.Keys.Order(StringComparer.Ordinal)
        );
        Assert.All(
            All.Value,
            x => Assert.True(x.Value.Split('\n').Length <= MostLines, $"{x.Key} has {x.Value.Split('\n').Length} lines.")
        );
    }

    [Theory]
    [InlineData("subscriber.py"), InlineData("subscriber.cs"), InlineData("masstransit-subscriber.cs")]
    public async Task A_subscriber_hears_what_was_planned(string name)
    {
        await using var example = await Example.Start(name, All.Value[name], await For(name));
        var end = Stopwatch.GetTimestamp() + (long)(Patience.TotalSeconds * Stopwatch.Frequency);
        while (true)
        {
            var application = await Team.Submit();
            try
            {
                await Eventually.Holds(
                    () =>
                        example
                            .Output.Split('\n')
                            .Any(x => x.StartsWith($"followup.follow-up.planned.v1 {application.Id}", StringComparison.Ordinal)),
                    TimeSpan.FromSeconds(5),
                    $"{name} hears of {application.Id}"
                );
                return;
            }
            // the example may not have declared its queue yet
            catch (Exception) when (!example.HasEnded && Stopwatch.GetTimestamp() < end) { }
            catch (Exception exception)
            {
                throw new InvalidOperationException(example.Output, exception);
            }
        }
    }

    [Theory]
    [InlineData("commander.py"), InlineData("commander.cs"), InlineData("masstransit-commander.cs")]
    public async Task A_commander_submits_an_application(string name)
    {
        var application = Guid.NewGuid();
        await using var example = await Example.Start(name, All.Value[name], await For(name), application.ToString());

        Assert.True(await example.Ended(Patience) == 0, example.Output);
        Assert.True(example.Output.Contains($"followup.command.accepted.v1 {application}", StringComparison.Ordinal), example.Output);
        Assert.Equal("c-1042", (await Team.Applications.Get($"/applications/{application}")).Expect(200).Json.Text("candidate"));
        (await Team.Of(application).Close("withdrawn")).Expect(204); // the next example submits the same job again
    }

    private async Task<Dictionary<string, string>> For(string name)
    {
        if (name.StartsWith("masstransit", StringComparison.Ordinal))
            return new() { ["FOLLOWUP_AMQP"] = Pair.Bus.ToString(), ["FOLLOWUP_TEAM"] = Team.Name };
        var made = (
            await Team.Applications.Post(
                "/integrations",
                new
                {
                    name = $"x{Guid.NewGuid():n}"[..20],
                    mayRead = true,
                    mayCommand = true,
                }
            )
        ).Expect(201).Json;
        var uri = new UriBuilder(Pair.Bus)
        {
            UserName = Uri.EscapeDataString(made.Text("user")!),
            Password = Uri.EscapeDataString(made.Text("password")!),
        };
        return new()
        {
            ["FOLLOWUP_AMQP"] = uri.Uri.ToString(),
            ["FOLLOWUP_TEAM"] = Team.Name,
            ["FOLLOWUP_QUEUE"] = made.Text("queue")!,
        };
    }

    [GeneratedRegex(
        @"^```\w+ (?<name>[\w-]+\.\w+)\n(?<text>.*?)\n```$",
        RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Blocks();

    /// <summary>A running example.</summary>
    private sealed class Example : IAsyncDisposable
    {
        private static readonly Lazy<Task<string>> Packages = new(Pack);
        private readonly string _folder;
        private readonly Process _process;
        private readonly StringBuilder _output = new();

        private Example(string folder, Process process) => (_folder, _process) = (folder, process);

        public bool HasEnded => _process.HasExited;

        public string Output
        {
            get
            {
                lock (_output)
                    return _output.ToString();
            }
        }

        public static async Task<Example> Start(string name, string text, Dictionary<string, string> environment, params string[] arguments)
        {
            var folder = Directory.CreateTempSubdirectory("followup-example-").FullName;
            await File.WriteAllTextAsync(Path.Combine(folder, name), text);
            string[] command = name.EndsWith(".py", StringComparison.Ordinal) ? [Python.With("pika"), name] : ["dotnet", "run", name, "--"];
            if (text.Contains("FollowUp.Contracts", StringComparison.Ordinal))
                await File.WriteAllTextAsync(
                    Path.Combine(folder, "nuget.config"),
                    $"""
                    <configuration>
                      <packageSources><add key="followup" value="{await Packages.Value}" /></packageSources>
                    </configuration>
                    """
                );
            var start = new ProcessStartInfo(command[0], [.. command[1..], .. arguments])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            };
            foreach (var (variable, value) in environment)
                start.Environment[variable] = value;
            var example = new Example(folder, Process.Start(start)!);
            example._process.OutputDataReceived += example.OnLine;
            example._process.ErrorDataReceived += example.OnLine;
            example._process.BeginOutputReadLine();
            example._process.BeginErrorReadLine();
            return example;
        }

        public async Task<int> Ended(TimeSpan deadline)
        {
            await _process.WaitForExitAsync().WaitAsync(deadline);
            return _process.ExitCode;
        }

        public async ValueTask DisposeAsync()
        {
            if (!_process.HasExited)
                _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
            Directory.Delete(_folder, recursive: true);
        }

        private void OnLine(object sender, DataReceivedEventArgs line)
        {
            lock (_output)
                _output.AppendLine(line.Data);
        }

        // The package gets a unique version, so that NuGet doesn't take an earlier run's package from the machine's package cache.
        private static async Task<string> Pack()
        {
            var folder = Directory.CreateTempSubdirectory("followup-packages-").FullName;
            var version = string.Create(CultureInfo.InvariantCulture, $"0.1.{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}");
            foreach (var project in new[] { "FollowUp.Contracts", "FollowUp.Contracts.MassTransit" })
            {
                using var process = Process.Start(
                    new ProcessStartInfo(
                        "dotnet",
                        [
                            "pack",
                            Path.Combine(Repository.Contracts, project),
                            "--no-build",
                            "--configuration",
                            "Release",
                            "--output",
                            folder,
                            $"-p:Version={version}",
                            "--nologo",
                            "-nodeReuse:false",
                        ]
                    )
                    {
                        RedirectStandardOutput = true,
                        UseShellExecute = false,
                    }
                )!;
                var output = process.StandardOutput.ReadToEndAsync();
                await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
                if (process.ExitCode != 0)
                    throw new InvalidOperationException(await output);
            }
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
            return folder;
        }
    }
}
