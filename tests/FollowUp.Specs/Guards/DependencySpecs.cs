using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace FollowUp.Specs.Guards;

/// <summary>
/// Which project may reference which other: the contracts reference no project, the platform the contracts, the services the platform and
/// modules.
/// </summary>
public sealed partial class DependencySpecs
{
    private const string Contracts = "FollowUp.Contracts",
        MassTransit = "FollowUp.Contracts.MassTransit",
        Internal = "FollowUp.InternalContracts",
        Platform = "FollowUp.Platform",
        Modules = "FollowUp.Modules",
        Applications = "FollowUp.Applications",
        Pages = "FollowUp.Applications.Pages",
        Host = "FollowUp.Applications.Host",
        Scheduler = "FollowUp.Scheduler";

    /// <summary>Every project of the product, with the projects of this solution that it may reference.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        [Contracts] = [],
        [MassTransit] = [Contracts],
        ["FollowUp.Contracts.Tool"] = [Contracts],
        [Internal] = [Contracts],
        [Platform] = [Contracts, MassTransit],
        [Modules] = [Platform],
        [Applications] = [Platform, Modules, Internal],
        [Pages] = [Applications],
        [Host] = [Pages],
        [Scheduler] = [Platform, Modules, Internal],
    };

    private static IEnumerable<string> Projects() =>
        new[] { "contracts", "services" }.SelectMany(x =>
            Directory.EnumerateFiles(Path.Combine(SourceFiles.Root, x), "*.csproj", SearchOption.AllDirectories)
        );

    [Fact]
    public void Every_project_references_only_what_it_may()
    {
        var found = Projects()
            .ToDictionary(
                x => Path.GetFileNameWithoutExtension(x),
                x =>
                    XDocument
                        .Load(x)
                        .Descendants("ProjectReference")
                        .Select(y => Path.GetFileNameWithoutExtension(y.Attribute("Include")!.Value.Replace('\\', '/')))
                        .ToArray()
            );
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.All(found, x => Assert.Empty(x.Value.Except(Allowed[x.Key])));
    }

    [Fact]
    public void Every_assembly_uses_only_what_its_project_may()
    {
        // A project also reaches the references of its references, but neither a sibling nor a project above itself.
        static IEnumerable<string> Reach(string project) => Allowed[project].SelectMany(x => Reach(x).Prepend(x));
        var assemblies = new[]
        {
            typeof(FollowUp.Contracts.Catalogue),
            typeof(FollowUp.Contracts.MassTransit.FollowUpClient),
            typeof(FollowUp.InternalContracts.InternalCatalogue),
            typeof(FollowUp.Platform.ServiceDefinition),
            typeof(FollowUp.Modules.ModulesSetup),
            typeof(FollowUp.Applications.JobApplication),
            typeof(FollowUp.Applications.Pages.PagesSetup),
            typeof(FollowUp.Scheduler.FollowUpPlan),
        }.Select(x => x.Assembly);
        Assert.All(assemblies, x => Assert.Empty(Ours(x).Except(Reach(x.GetName().Name!))));

        static IEnumerable<string> Ours(Assembly assembly) =>
            assembly.GetReferencedAssemblies().Select(x => x.Name!).Where(x => x.StartsWith("FollowUp.", StringComparison.Ordinal));
    }

    /// <summary>The platform has the exchanges, the queues and the catalogue, but no single command or event.</summary>
    [Theory]
    [InlineData("services/platform"), InlineData("services/modules")]
    public void Platform_and_modules_name_no_command_and_no_event(string folder)
    {
        var messages = FollowUp
            .Contracts.Catalogue.ApplicationCommands.Keys.Concat(FollowUp.Contracts.Catalogue.SchedulerCommands.Keys)
            .Concat(FollowUp.Contracts.Catalogue.ApplicationEvents.Keys)
            .Concat(FollowUp.Contracts.Catalogue.SchedulerEvents.Keys)
            .Select(x => x.Name)
            .ToHashSet(StringComparer.Ordinal);
        var files = SourceFiles.In(folder).ToList();
        Assert.True(files.Count > 5);
        Assert.Empty(
            files.SelectMany(file =>
                Word()
                    .Matches(File.ReadAllText(file))
                    .Select(x => x.Value)
                    .Where(messages.Contains)
                    .Select(x => $"{Path.GetFileName(file)}: {x}")
            )
        );
    }

    /// <summary>A refusal of the domain is a code with values. Statuses, JSON and merge patches are known at the edges.</summary>
    [Theory]
    [InlineData("services/applications/Domain"), InlineData("services/scheduler/Domain")]
    public void The_domain_knows_no_transport(string folder)
    {
        var files = SourceFiles.In(folder).ToList();
        Assert.NotEmpty(files);
        var found = files.SelectMany(file =>
            Transport().Matches(File.ReadAllText(file)).Select(x => $"{Path.GetFileName(file)}: {x.Value}")
        );
        Assert.Empty(found);
    }

    [GeneratedRegex(@"\w+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Word();

    [GeneratedRegex(
        @"Microsoft\.AspNetCore|FollowUp\.Platform\.(?:Http|Messaging)|\bJson\w*|\bI?Http\w+|\bRefusedException\([^;]*,\s*[45]\d\d\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Transport();
}
