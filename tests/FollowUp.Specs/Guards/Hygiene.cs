using System.Text.RegularExpressions;
using FollowUp.Contracts;
using FollowUp.Platform;

namespace FollowUp.Specs.Guards;

/// <summary>The project's promises about its own code.</summary>
public sealed partial class Hygiene
{
    [Fact]
    public void The_contracts_know_nothing_of_store_and_bus() =>
        Assert.DoesNotContain(
            typeof(Catalogue).Assembly.GetReferencedAssemblies(),
            x =>
                x.Name!.StartsWith("Marten", StringComparison.Ordinal)
                || x.Name.StartsWith("MassTransit", StringComparison.Ordinal)
                || x.Name.StartsWith("JasperFx", StringComparison.Ordinal)
                || x.Name.StartsWith("Npgsql", StringComparison.Ordinal)
        );

    [Theory]
    [
        InlineData("services/applications/Domain/JobApplication.cs"),
        InlineData("services/scheduler/Domain/FollowUpPlan.cs"),
        InlineData("services/scheduler/Planning/Planner.cs"),
        InlineData("services/scheduler/Planning/KnownApplication.cs")
    ]
    [
        InlineData("services/scheduler/Planning/BusinessCalendar.cs"),
        InlineData("services/scheduler/Planning/HolidayFeed.cs"),
        InlineData("services/scheduler/Planning/Reasons.cs")
    ]
    public void Deciding_knows_no_store_no_bus_and_no_clock(string file)
    {
        foreach (
            var word in new[]
            {
                "using Marten",
                "using JasperFx",
                "using MassTransit",
                "using Npgsql",
                "TimeProvider",
                "async ",
                "Random",
                "NewGuid",
            }
        )
            Assert.DoesNotContain(word, SourceFiles.Read(file), StringComparison.Ordinal);
    }

    [Fact]
    public void No_code_reads_the_machines_clock()
    {
        var files = SourceFiles.In("services").Concat(SourceFiles.In("contracts")).ToList();
        Assert.True(files.Count > 50);
        Assert.Empty(files.Where(x => Clock().IsMatch(File.ReadAllText(x))).Select(Path.GetFileName));
    }

    [Fact]
    public void No_type_has_the_name_of_the_root_namespace() =>
        Assert.DoesNotContain(
            new[]
            {
                typeof(Catalogue),
                typeof(RefusedException),
                typeof(FollowUp.Applications.JobApplication),
                typeof(FollowUp.Scheduler.FollowUpPlan),
            }.SelectMany(x => x.Assembly.GetTypes()),
            x => x.Name == "FollowUp"
        );

    [GeneratedRegex(
        @"\b(DateTime|DateTimeOffset)\.(Utc)?Now\b|\bDateTime\.Today\b|\bThread\.Sleep\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Clock();
}
